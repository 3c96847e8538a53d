#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manifests of jars.
set -eu
cd "$(dirname "$0")/../jar_manifest"

printf '%s\r\n' 'Manifest-Version: 1.0' 'Implementation-Title: sdk' 'Implementation-Vendor: AO Kaspersky ' \
	' Lab' 'Implementation-Version: 5.18.0.215' 'Bundle-SymbolicName: com.kaspersky.sdk;singl' \
	' eton:=true' 'Empty:' 'Class-Path: a.jar b.jar' '' 'Name: com/example/A.class' \
	'SHA-256-Digest: c2VjdGlvbnMgYXJlIHNraXBwZWQ=' '' >vendor__META-INF%MANIFEST.MF
printf 'manifest-version: 1.0\nbundle-vendor: Example AG\nbundle-version:2.0\nno colon here\nLast: without a line end' \
	>unix-lines__lib%META-INF%MANIFEST.MF
printf 'this is no manifest\n' >no-manifest__META-INF%MANIFEST.MF
{ printf 'Long: '; i=0; while [ $i -lt 200 ]; do printf '%060d\n ' $i; i=$((i + 1)); done; printf '\n'; } \
	>long__META-INF%MANIFEST.MF
