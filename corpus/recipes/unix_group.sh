#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Group files, group(5).
set -eu
cd "$(dirname "$0")/.."
mkdir -p unix_group
printf '%s\n' '# system groups' 'root:x:0:' 'adm:x:4:syslog,user' '' 'klusers:x:991:' 'kesladmin:!:1001:root' \
	'not a group' 'bad:x:12x:' 'half:x:7' '+::::' >unix_group/system__etc%group
printf 'root:*:0:root\nstaff:*:20' >unix_group/cut__group
