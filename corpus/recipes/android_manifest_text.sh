#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Android manifests as text.
set -eu
cd "$(dirname "$0")/../android_manifest_text"

cat >library__AndroidManifest.xml <<'END'
<?xml version="1.0" encoding="utf-8"?>
<!-- a library -->
<manifest xmlns:android="http://schemas.android.com/apk/res/android"
    android:versionCode="1" android:versionName="5.18.0" package="com.kavsdk">
    <uses-permission android:name="android.permission.INTERNET" />
    <application android:label="sdk">
        <service android:name=".SdkService" />
        <activity android:name="com.kaspersky.sample.Main"><intent-filter /></activity>
        <activity-alias android:name="Alias" android:targetActivity=".Target" />
        <receiver android:name="com.example.Receiver" />
        <meta-data android:name="channel" android:value="store" />
    </application>
</manifest>
END
iconv -f UTF-8 -t UTF-16 library__AndroidManifest.xml | sed 's/u\x00t\x00f\x00-\x008/u\x00t\x00f\x00-\x001\x006/' >wide__AndroidManifest.xml
head -c 500 library__AndroidManifest.xml >cut__AndroidManifest.xml
printf '<!DOCTYPE manifest [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><manifest package="&b;"/>' \
	>entities__AndroidManifest.xml
printf '<manifest package="com.example"/>\nsomething behind\n' >trailing__AndroidManifest.xml
