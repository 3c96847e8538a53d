#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Service units, systemd.service(5).
set -eu
cd "$(dirname "$0")/.."
mkdir -p unit
printf '%s\n' '[Unit]' 'Description=Kaspersky Network Agent' 'After=network.target' '' '[Service]' 'Type=forking' \
	'ExecStart=-/opt/kaspersky/klnagent64/sbin/klnagent -d' 'ExecStartPre=/bin/true' 'ExecStart=' \
	'  ExecStart = /bin/with-blanks' '' '[Install]' 'WantedBy=multi-user.target' >unit/agent__klnagent64.service
