#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Control files as dpkg-deb, fpm and opkg write them.
set -eu
cd "$(dirname "$0")/.."
mkdir -p deb

printf '%s\n' 'Package: klnagent64' 'Source: klnagent' 'Version: 15.0.0-12912' 'Architecture: amd64' \
	'Maintainer: Kaspersky Lab <support@kaspersky.com>' 'Installed-Size: 12345' \
	'Depends: libc6 (>= 2.14), libstdc++6 (>= 5) [amd64], lsb-base | lsb' 'Section: misc' 'Priority: optional' \
	'Description: Kaspersky Network Agent' ' Connects to the administration server.' >deb/agent__control
printf 'Package: fpm-made\r\nVersion: 1.0\r\nLicense: unknown\r\nVendor: Kaspersky\r\nArchitecture: all\r\nMaintainer: <build@host>\r\nDescription: no description' \
	>deb/carriage-returns__control
