#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_installed.py FOLDER: made-up systems for findings.sh.

    system/     a Linux with two products in its package database, their folders, services, groups and logs, and a package
                file that somebody downloaded
    plain/      the same products' folders without a database
    host/       somebody else's product that carries the engine's bases and a part of it
    single/     one such file alone
    sdk.jar     the vendor's library
    shop.war    somebody else's program with that library in it
"""
import os
import sys
import zipfile

STATUS = """Package: other
Status: install ok installed
Maintainer: Somebody
Version: 5.2

Package: kesl
Status: install ok installed
Maintainer: AO Kaspersky Lab
Version: 12.1.0-1508

Package: klnagent64
Status: install ok installed
Maintainer: AO Kaspersky Lab
Version: 15.0.0-12912

Package: last
Status: install ok installed
Maintainer: Somebody
Version: 9.9
"""

SERVICE = "[Unit]\nDescription=made up\n[Service]\nExecStart=/opt/kaspersky/{0}/bin/{1}\n"


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def put_folders(root):
    for name in ("kesl-control", "kesl-setup.pl", "made-up"):
        put(f"{root}/opt/kaspersky/kesl/bin/{name}", f"a program called {name}\n")
    put(f"{root}/opt/kaspersky/klnagent64/bin/klnagchk", "an agent\n")
    put(f"{root}/var/opt/kaspersky/kesl/common/kesl.ini", "[General]\nUSE_KSN=yes\n")
    for name in ("base001e.kdc", "u1313g.xml", "kavbase.mft"):
        put(f"{root}/var/opt/kaspersky/kesl/private/updates/{name}", f"made up {name}\n" * 9)
    put(f"{root}/usr/lib/systemd/system/kesl.service", SERVICE.format("kesl", "kesl"))
    put(f"{root}/etc/group", "root:x:0:\nkesladmin:x:990:\n")
    put(f"{root}/var/log/kaspersky/kesl/made-up.log", "a line\n")


def put_library(made):
    with zipfile.ZipFile(f"{made}/sdk.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Vendor: Kaspersky Lab\n"
                     "Implementation-Version: 5.18\n")
        jar.writestr("com/kavsdk/KavSdk.class", "no class, but so called")
    with zipfile.ZipFile(f"{made}/shop.war", "w") as war:
        war.write(f"{made}/sdk.jar", "WEB-INF/lib/sdk.jar")


def main():
    made = sys.argv[1]
    put_library(made)
    put_folders(f"{made}/system")
    put(f"{made}/system/var/lib/dpkg/status", STATUS)
    put(f"{made}/system/var/lib/dpkg/info/kesl.list", "/.\n/opt\n/opt/kaspersky\n/opt/kaspersky/kesl\n")
    put(f"{made}/system/home/somebody/kesl_12.1.0-1508_amd64.deb", "not a package, but so called\n")
    put_folders(f"{made}/plain")
    for name in ("base001e.kdc", "base002e.kdc", "u1313g.xml"):
        put(f"{made}/host/opt/mailguard/bases/{name}", f"made up {name}\n" * 9)
    put(f"{made}/host/opt/mailguard/lib/kavehost", "a part\n")
    put(f"{made}/single/opt/mailguard/bases/base001e.kdc", "made up\n")


if __name__ == "__main__":
    main()
