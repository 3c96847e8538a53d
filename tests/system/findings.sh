#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person would call one finding is one: a product in a system, whatever its files, services and database rows; and
# what a file only claims is said to be claimed.
. "$SOURCE/tests/system/lib.sh"

# look NAME TARGET: the report in lines is what `says` looks at.
look() {
	look_name=$1
	shift
	"$debar" scan -q -o json -o text="$work/text" "$@" >"$work/json" 2>"$work/err"
	ok "$look_name: a valid report" "$SOURCE/tests/system/flatten.py" "$work/json"
}

# counts NAME NUMBER PATTERN
counts() {
	got=$(grep -Ec -e "$3" "$work/out")
	if [ "$got" -eq "$2" ]; then pass; else
		miss "$1: $got instead of $2"
		grep -E '^finding' "$work/out" >&2
	fi
}

mkdir "$work/made"
"$SOURCE/tests/system/make_installed.py" "$work/made" || miss 'samples cannot be made'
cd "$work/made" || exit 1

look 'a system with a package database' system
says '^finding branded proven kes-linux "system/opt/kaspersky/kesl" 12\.1\.0-1508 ' 'the product, with its own version'
says '^finding branded proven network-agent "system/opt/kaspersky/klnagent64" 15\.0\.0-12912 ' 'and the agent'
says '^evidence package.installed "kesl" "system/var/lib/dpkg/status"' 'the database is evidence'
says '^reach kes-linux system-service cloud' 'what it reaches'
says '^evidence unit.name "kesl.service"' 'the service is, too'
says '^evidence file.name "base001e.kdc"' 'and the bases'
counts 'a downloaded package is a finding of its own' 1 '^finding branded weak .* "system/home/somebody/'
counts 'nothing else' 3 '^finding '

look 'a system without a database' plain
says '^finding branded strong kes-linux "plain/opt/kaspersky/kesl" None ' 'the product'
counts 'and its agent, nothing else' 2 '^finding '

look 'the engine in another product' host
says '^finding embedded strong kav-sdk "host/opt/mailguard" None 4$' 'several names together are strong'
counts 'one finding' 1 '^finding '
look 'one file alone' single
says '^finding embedded weak kav-sdk ' 'is weak'

look 'the library of the engine' sdk.jar
says '^finding branded strong mobile-sdk "sdk.jar" 5\.18 ' 'is one finding'
counts 'nothing twice' 1 '^finding '
look 'the library in another program' shop.war
says '^finding embedded strong mobile-sdk "shop.war" 5\.18 ' 'is one finding'
counts 'nothing twice' 1 '^finding '

# A package file and the folders in it are one thing; what it needs is another.
mkdir -p package/DEBIAN package/opt/kaspersky/kesl/bin
echo 'a program' >package/opt/kaspersky/kesl/bin/kesl-control
cat >package/DEBIAN/control <<'CONTROL'
Package: kesl
Version: 12.1.0-1508
Architecture: all
Maintainer: AO Kaspersky Lab
Depends: klnagent64
Description: made up
CONTROL
dpkg-deb --root-owner-group -b package made.deb >/dev/null || miss 'no package can be made'
look 'a package file' made.deb
says '^finding branded strong kes-linux "made.deb" 12\.1\.0-1508 ' 'one finding'
says '^finding dependency strong network-agent "made.deb"' 'and what it needs'
counts 'nothing twice' 2 '^finding '

# A mark that counts only at the beginning, in windows of the search and in archives alike.
mkdir start later
printf 'KLZF\375\006\0\0\143\004\0\0made up' >start/data.bin
{
	head -c 200000 /dev/zero
	cat start/data.bin
} >later/data.bin
tar -cf start.tar start/data.bin
look 'a beginning' start
says '^finding embedded weak kav-sdk "start/data.bin"' 'is a mark'
look 'in an archive' start.tar
says '^finding embedded weak kav-sdk "start.tar"' 'too'
look 'not at the beginning' later
silent_about '^finding' 'it is none'

# A version resource in an unsigned file, with a folder that says the same.
mkdir -p policy/vendors fake/opt/sample/bin
cat >policy/vendors/sample.yaml <<'YAML'
schema: debar-vendor/1
id: sample
name: Sample
sources: [{id: here, is: this test}]
entities: [{name: 'Sample Antivirus, JSC', relation: self, source: here, confidence: high}]
products: [{id: guard, name: Sample Guard, role: endpoint-protection, reach: [kernel-driver]}]
marks:
  - kinds: [pe.company]
    product: guard
    nexus: branded
    strength: identity
    confidence: high
    source: here
    rows: [{value: 'Sample Antivirus, JSC'}]
  - kinds: [signer.name]
    nexus: branded
    strength: identity
    confidence: high
    source: here
    rows: [{value: Self}]
  - kinds: [bundle.id]
    nexus: branded
    strength: identity
    confidence: high
    source: here
    rows: [{value: com.sample.agent}]
  - kinds: [file.path]
    product: guard
    nexus: branded
    strength: indicator
    confidence: high
    source: here
    rows: [{value: /opt/sample}]
YAML
cp "$SOURCE/corpus/pe/unsigned.dll" fake/opt/sample/bin/made-up
look 'a name worn by an unsigned file' -p policy fake
says '^finding branded strong guard "fake/opt/sample/bin" ' 'is a finding'
silent_about '^reach guard kernel-driver' 'which installs nothing that was not seen'
ok 'the text report' cat "$work/text"
says 'made-up: unsigned file: a claim, not proof' 'which says that it is a claim'

# A signature of the vendor's inside somebody else's that verifies.
mkdir signed stolen
cp "$SOURCE/corpus/pe/nested.exe" signed/program
cp "$SOURCE/corpus/pe/nested-of-another.exe" stolen/program
look 'a nested signature' -p policy signed
says '^finding branded strong ' 'counts'
look 'one of another file' -p policy stolen
says '^finding branded weak ' 'is a claim'

# An identifier in a program: anyone can write it.
cp "$SOURCE/corpus/macho/adhoc" stolen/program
look 'an unsigned program with an identifier' -p policy stolen
says '^finding branded weak ' 'is a claim'
cp "$SOURCE/corpus/macho/signed" stolen/program
look 'a signed one' -p policy stolen
says '^evidence bundle.id ' 'says it, too'

# A dependency has the versions that the files name, all of them and no other.
mkdir -p needs/one needs/two needs/several needs/none
echo '{"version": "7.0.0", "dependencies": {"@kaspersky/hexa-ui": "^6.0.0"}}' >needs/one/package.json
cat >needs/two/package-lock.json <<'LOCK'
{"name": "app", "version": "7.0.0", "lockfileVersion": 3, "packages": {
  "": {"dependencies": {"@kaspersky/hexa-ui": "^6.0.0"}},
  "node_modules/@kaspersky/hexa-ui": {"version": "6.198.2"},
  "node_modules/react": {"version": "18.2.0"},
  "node_modules/old/node_modules/@kaspersky/hexa-ui": {"version": "5.0.0"}}}
LOCK
python3 - needs/two/package-lock.json <<'PY'
import json, sys
lock = json.load(open(sys.argv[1]))
packages = {f"node_modules/package-{i}": {"version": f"{i}.0.0"} for i in range(3000)}
lock["packages"] = packages | lock["packages"]
json.dump(lock, open(sys.argv[1], "w"))
PY
cp needs/one/package.json needs/several/
cat >needs/several/yarn.lock <<'LOCK'
# yarn lockfile v1

"@kaspersky/hexa-ui-core@^0.9.0":
  version "0.9.12"

"@kaspersky/hexa-ui@^6.0.0":
  version "6.198.2"
LOCK
echo '{"version": "7.0.0", "dependencies": {"@kaspersky/hexa-ui": "github:KasperskyLab/hexa-ui"}}' >needs/none/package.json
look 'dependencies' needs
says '^finding dependency strong hexa-ui "needs/one/package.json" \^6\.0\.0 1$' 'a range'
says '^evidence dependency.version "@kaspersky/hexa-ui \^6\.0\.0" "needs/one/package.json"' 'is evidence'
says '^finding dependency strong hexa-ui "needs/two/package-lock.json" 6\.198\.2; 5\.0\.0 1$' 'two that are locked, far behind others'
says '^finding dependency strong hexa-ui "needs/several" @kaspersky/hexa-ui \^6\.0\.0; @kaspersky/hexa-ui-core 0\.9\.12; @kaspersky/hexa-ui 6\.198\.2 2$' 'each with its name'
says '^finding dependency strong hexa-ui "needs/none/package.json" None 1$' 'an address is none'
silent_about '^evidence dependency.version "(react|package-)' 'what is not of the vendor'
ok 'the text report' cat "$work/text"
says '^    version @kaspersky/hexa-ui' 'many stand on lines of their own'
if [ "$(grep -A 2 '^    version' "$work/text" | wc -L)" -le 80 ]; then pass; else miss 'wider than a page'; fi
id=$(sed -n 's/^  \(F-[A-Z2-7]*\)  Hexa UI and UIF ^6\.0\.0 of Kaspersky$/\1/p' "$work/text")
ok 'one of them' "$debar" show "$id"
says '^  version   \^6\.0\.0$' 'has it'
says '\|\^6\.0\.0 *\|' 'with the bytes that say so'
# A list of which many lines lie in one product's folder, and one in another's: both folders are in the vendor's.
mkdir -p list/var/lib/dpkg/info
for i in 1 2 3 4 5 6 7 8 9; do echo "/opt/kaspersky/kesl/bin/$i"; done >list/var/lib/dpkg/info/some.list
echo /opt/kaspersky/klnagent64/bin/klnagent >>list/var/lib/dpkg/info/some.list
look 'a list of two products' list
says '^finding branded weak kes-linux ' 'the first is a finding'
says '^finding branded weak network-agent ' 'and so is the other'

# More marks in one file than are told of any.
mkdir -p crowd/vendors crowded
python3 - <<'EOF'
import json
names = [f"@crowd/{i}" for i in range(4200)]
with open("crowd/vendors/crowd.yaml", "w") as file:
    file.write("""schema: debar-vendor/1
id: crowd
name: Crowd
sources: [{id: here, is: this test}]
entities: [{name: 'Crowd, JSC', relation: self, source: here, confidence: high}]
marks:
  - kinds: [npm.dependency]
    nexus: dependency
    strength: indicator
    confidence: high
    source: here
    rows:
""")
    file.writelines(f"      - {{value: '{name}'}}\n" for name in names)
with open("crowded/package.json", "w") as file:
    json.dump({"dependencies": dict.fromkeys(names, "1")}, file)
EOF
look 'more marks than are told' -p crowd crowded
says '^finding dependency weak ' 'some are told'
says '^gap unread 0 "crowded/package.json" more evidence in one object than is told' 'and that there are more'

# What names the vendor where a product of it was found is part of that; elsewhere it is a mention.
mkdir -p named/web named/home
echo '{"dependencies": {"@kaspersky/hexa-ui": "1"}, "author": "Kaspersky Lab"}' >named/web/package.json
echo 'Kaspersky Lab was here' >named/home/notes.txt
look 'a product and a note' -m named
says '^finding dependency strong ' 'the product is a finding'
counts 'the note is the only mention' 1 '^finding mention '
says '^finding mention .*notes\.txt' 'and stands where it was found'
finish
