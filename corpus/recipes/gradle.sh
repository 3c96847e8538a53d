#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/gradle: build files of made-up projects.
set -eu
cd "$(dirname "$0")/../gradle"

cat >build.gradle <<'E'
plugins { id 'com.android.application' version '8.0' }
// implementation 'com.not:this:1'
dependencies {
    androidTestImplementation 'com.kaspersky.android-components:kaspresso:1.5.3'
    androidTestImplementation("com.kaspersky.android-components:kaspresso-compose-support:$version")
    implementation group: 'org.other', name: 'library', version: '2.0'
    implementation group: 'org.other', name: 'dynamic', version: "$version"
    version 'of the project'
    implementation platform("com.example:bom@aar")
    implementation project(':app:core')
    def pattern = /it's an apostrophe/
    implementation 'org.after:apostrophe:1'
    /* implementation 'com.not:that:1' */
    url 'https://repo.example.com:8080/maven'
}
E
cat >libs.versions.toml <<'E'
[versions]
kaspresso = "1.5.3"
[libraries]
kaspresso = { module = "com.kaspersky.android-components:kaspresso", version.ref = "kaspresso" }
other = { group = "org.other", name = "library", version = "2.0" }
plain = "org.third:plain:3.0"
early = { version.ref = "late", module = "org.fourth:early" }
rich = { module = "org.fifth:rich", version = { strictly = "[1,2[" } }
[plugins]
kotlin = { id = "org.jetbrains.kotlin", version = "1.9" }
[versions]
late = { strictly = "4.0" }
E
cat >gradle.lockfile <<'E'
# This is a Gradle generated file for dependency locking.
com.kaspersky.android-components:kaspresso:1.5.3=releaseRuntimeClasspath
org.other:library:2.0=compileClasspath,runtimeClasspath
empty=annotationProcessor
E
