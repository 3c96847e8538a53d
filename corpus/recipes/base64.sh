#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/base64: texts that are nothing but base64.
set -eu
cd "$(dirname "$0")/../base64"

content='Kaspersky Lab stands in here, line after line, until there is enough of it to be worth a look.'
for i in 1 2 3; do printf '%s\n' "$content"; done | base64 -w 76 >lines.b64
for i in 1 2; do printf '%s\n' "$content"; done | base64 -w 0 >oneline.txt
for i in 1 2 3; do printf '%s?>\n' "$content"; done | base64 -w 64 | tr '+/' '-_' | sed 's/$/\r/' >url.base64
{ head -c 4096 /dev/zero; echo "$content"; } | base64 -w 76 >zeros.b64
printf '%s%s' "$content" "$content" | base64 -w 40 | sed '3s/^........//' >bad-uneven.txt
printf '%s' "$content" | sha512sum | cut -d ' ' -f 1 >bad-digest.txt
i=0
while [ $i -lt 100 ]; do printf '%s\n' "$content"; i=$((i + 1)); done | od -An -v -tx1 | tr -d ' ' >digits.hex
