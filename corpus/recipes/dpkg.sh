#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The files of dpkg's database: made up, but written as dpkg writes them.
set -eu
cd "$(dirname "$0")/.."
mkdir -p dpkg

cat >dpkg/system__var%lib%dpkg%status <<'END'
Package: adduser
Status: install ok installed
Priority: important
Section: admin
Maintainer: Debian Adduser Developers <adduser@packages.debian.org>
Architecture: all
Multi-Arch: foreign
Version: 3.134
Depends: passwd
Description: add and remove users and groups
 This package includes the 'adduser' and 'deluser' commands.
 .
 Status: not a field, for it stands in a description.

Package: kesl
Status: install ok half-configured
Vendor: AO Kaspersky Lab
Maintainer: <support@kaspersky.com>
Architecture: amd64
Version: 12.1.0-1508
Pre-Depends: perl
Depends: libc6 (>= 2.17),
 default-mta | mail-transport-agent, python3:any
Description: Kaspersky Endpoint Security for Linux

Package: klnagent64
Status: deinstall ok config-files
Maintainer: Kaspersky Lab
Architecture: amd64
Version: 14.2.0-35148
Description: Kaspersky Network Agent

Package: never-there
Status: purge ok not-installed
Architecture: amd64

Package: tzdata
Status: install ok triggers-pending
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: all
Version: 2024a-0+deb12u1
Description: time zone and daylight-saving time data
END

cat >dpkg/damaged__status <<'END'
Package: whole
Status: install ok installed
Version: 1

Package: no-state
Version: 2

Package: strange-state
Status: install ok exploded
Version: 3

Version: 4

Package: cut
Status: install ok inst
END
truncate -s -3 dpkg/damaged__status

cat >dpkg/distroless__var%lib%dpkg%status.d%base <<'END'
Package: base-files
Version: 12.4+deb12u5
Architecture: amd64
Maintainer: Santiago Vila <sanvila@debian.org>
Pre-Depends: awk
Description: Debian base system miscellaneous files
END

cat >dpkg/paths__var%lib%dpkg%info%kesl.list <<'END'
/.
/opt
/opt/kaspersky
/opt/kaspersky/kesl
/opt/kaspersky/kesl/bin/kesl
/var/opt/kaspersky/kesl/a file with blanks
END
