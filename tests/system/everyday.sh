#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What lies about on clean machines and names the vendor or its products: lists, indexes, histories, rules, documents. It is a
# mention, and never more.
. "$SOURCE/tests/system/lib.sh"
mkdir "$work/clean" && cd "$work/clean" || exit 1

# put PATH: standard input becomes the file.
put() {
	mkdir -p "$(dirname "$1")" && cat >"$1"
}

# Package indexes, and packages that only know of others.
put var/lib/apt/lists/example.org_dists_stable_main_binary-amd64_Packages <<'PACKAGES'
Package: kesl
Version: 12.1.0-1508
Maintainer: AO Kaspersky Lab <support@kaspersky.com>
Depends: klnagent64, libc6
Filename: pool/kesl.deb

PACKAGES
mkdir -p var/lib/dpkg mirror/dists
cp var/lib/apt/lists/*_Packages var/lib/dpkg/available
gzip -nc var/lib/apt/lists/*_Packages >mirror/dists/Packages.gz
put var/lib/dpkg/status <<'STATUS'
Package: av-remover
Status: install ok installed
Version: 1
Maintainer: Somebody <somebody@example.org>
Conflicts: kesl, klnagent64
Replaces: kesl
Breaks: kesl
Enhances: kesl
Description: removes products of Kaspersky Lab
 such as Kaspersky Endpoint Security

Package: kics
Status: install ok installed
Version: 2.1.0
Maintainer: Scanner of Infrastructure <somebody@example.org>
Description: looks for faults in infrastructure as code

STATUS
put repo/repodata/primary.xml <<'PRIMARY'
<?xml version="1.0"?><metadata packages="1"><package type="rpm"><name>kesl</name><packager>AO Kaspersky Lab</packager>
<version ver="12.1.0" rel="1508"/><format><rpm:vendor>Kaspersky Lab</rpm:vendor><rpm:requires><rpm:entry name="klnagent64"/>
</rpm:requires><file>/opt/kaspersky/kesl/bin/kesl</file></format></package></metadata>
PRIMARY
put sbom/bom.json <<'SBOM'
{"bomFormat": "CycloneDX", "components": [{"name": "kesl", "publisher": "Kaspersky Lab", "purl": "pkg:deb/debian/kesl@12"}]}
SBOM

# What people and their programs leave.
put home/.bash_history <<'HISTORY'
sudo apt install kesl klnagent64
/opt/kaspersky/kesl/bin/kesl-control --app-info
npm search @kaspersky/hexa-ui
HISTORY
put home/.npm/_cacache/content-v2/sha512/aa/bb/packument <<'PACKUMENT'
{"name": "@kaspersky/hexa-ui", "versions": {"6.198.2": {"version": "6.198.2", "dependencies": {"@kaspersky/hexa-ui-core": "1"}}}}
PACKUMENT
put home/.npm/_logs/search.log <<'LOG'
1 http fetch GET 200 https://registry.npmjs.org/-/v1/search?text=@kaspersky/hexa-ui
LOG
put home/.m2/repository/archetype-catalog.xml <<'CATALOG'
<archetype-catalog><archetypes><archetype><groupId>com.kaspersky.android-components</groupId><artifactId>kaspresso</artifactId>
<version>1.5.5</version></archetype></archetypes></archetype-catalog>
CATALOG
put home/work/package.json <<'SURNAME'
{"name": "work", "version": "1.0.0", "author": "Ivan Kaspersky <ivan@example.org>", "dependencies": {"cloudflash-kaspersky": "1"}}
SURNAME
put home/work/requirements.txt <<'REQUIREMENTS'
kasperskytip
opentip-cli==0.1.0
REQUIREMENTS
put home/mail/archive.mbox <<'MAIL'
From list@example.org Thu Jan  1 00:00:00 1970
From: list@example.org
MIME-Version: 1.0
Content-Type: text/plain

We replaced Kaspersky Anti-Virus; stop kavehost, remove appinfo.kli, look for Lcom/kavsdk/.
MAIL

# Lists and rules.
put etc/hosts <<'HOSTS'
0.0.0.0 ds.kaspersky.com
0.0.0.0 dc1.ksn.kaspersky-labs.com
HOSTS
put etc/systemd/system/connector.service <<'UNIT'
[Unit]
Description=connector to Kaspersky Scan Engine
After=kesl.service kavicapd.service
[Service]
ExecStart=/usr/bin/connector --engine=/opt/kaspersky/ScanEngine
UNIT
put usr/share/rules/list.txt <<'LIST'
avp.exe avpui.exe kavfs.exe klnagent.exe ekrn.exe klif.sys kavehost.exe klavemu
LIST
put usr/share/rules/general.sig <<'SIGNATURE'
signature file-klzf { file-mime "application/x-kaspavupdate", 70 file-magic /^KLZF/ }
SIGNATURE
put usr/share/rules/winapp2.ini <<'CLEANER'
[Kaspersky *]
Detect=HKLM\Software\KasperskyLab
FileKey1=%CommonAppData%\Kaspersky Lab\AVP*\Data|*.*
CLEANER
put usr/share/rules/libraries.json <<'LIBRARIES'
{"path": "/com/kavsdk", "label": "Kaspersky Mobile Security SDK", "code_signature": "com.kavsdk.|com.kaspersky.components"}
LIBRARIES
put home/report.json <<'REPORT'
{"last_analysis_results": {"Kaspersky": {"engine_name": "Kaspersky", "category": "undetected", "result": null}}}
REPORT
PYTHONDONTWRITEBYTECODE=1 python3 - <<'PY' || miss 'samples cannot be made'
import io, sqlite3, zipfile
history = sqlite3.connect("home/places.sqlite")
history.execute("create table places(url text, title text)")
history.executemany("insert into places values(?, ?)", [
    ("https://support.kaspersky.com/KES4Linux/12.1.0/en-US/", "Kaspersky Endpoint Security for Linux"),
    ("https://example.org/app/src/main/java/com/kavsdk/KavSdk.java", "a file of somebody's app"),
    ("https://example.org/klavemusic", "KlaveMusic")])
history.commit()
history.close()
blob = bytes(range(256))
open("usr/share/rules/agent.bin", "wb").write(blob + b"\0".join([b"avp.exe", b"klavemu", b"drw", b"ekrn", b"mbam"]) + blob)
with zipfile.ZipFile("home/document.docx", "w", zipfile.ZIP_DEFLATED) as document:
    document.writestr("[Content_Types].xml", "<Types/>")
    document.writestr("word/document.xml", "<document>Kaspersky Lab, kavehost, klavemu, com/kavsdk/</document>")
PY

"$debar" scan -q -m -o json . >"$work/json" 2>"$work/err"
ok 'a valid report' "$SOURCE/tests/system/flatten.py" "$work/json"
silent_about '^finding (branded|rebranded|embedded|dependency|residue|history|contact) ' 'everyday files'
says '^finding mention .*hosts"' 'they are mentions'
says '^verdict us-ndaa-2018-1634 absent' 'and the target is clean'
finish
