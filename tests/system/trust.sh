#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a signature proves: by the vendor under a root that the policies trust, under another, by nobody. The chains of
# corpus/pe are made by corpus/recipes/pe.sh; one more is made here with a throw-away authority.
. "$SOURCE/tests/system/lib.sh"
samples=$SOURCE/corpus/pe
policy=$work/policy
mkdir -p "$policy/vendors" "$policy/directives" "$work/trusting/roots" "$work/in"

cat >"$policy/vendors/sample.yaml" <<'YAML'
schema: debar-vendor/1
id: sample
name: Sample
sources: [{id: test, is: this test}]
entities:
  - {name: 'Sample Antivirus, JSC', relation: self, source: test, confidence: high}
marks:
  - {kinds: [signer.organization], each: entities, nexus: branded, strength: identity}
YAML
sed -e 's/^id: .*/id: sample-order/' -e 's/^vendors: .*/vendors: [sample]/' "$SOURCE/corpus/policy/directive.yaml" \
	>"$policy/directives/sample.yaml"

PYTHONPATH=$SOURCE/corpus/recipes PYTHONDONTWRITEBYTECODE=1 python3 - "$work/trusting/roots/sample.pem" <<'PY' || miss 'no root'
import hashlib, sys
from certificates import ROOT, pem
with open(sys.argv[1], "w") as out:
    out.write("name: Root of the samples\nsha256: %s\nsource: this test\n" % hashlib.sha256(ROOT.der).hexdigest())
    out.write(pem("CERTIFICATE", ROOT.der))
PY

# weighs SAMPLE CERTAINTY NOTE OPTION...: the finding on it, and why.
weighs() {
	sample=$1 certainty=$2 note=$3
	shift 3
	rm -rf "$work/in" && mkdir "$work/in" && cp "$sample" "$work/in/"
	"$debar" scan -q --policy "$policy" "$@" -o json "$work/in" >"$work/json" 2>"$work/err"
	ok "$sample: the report is valid" "$SOURCE/tests/system/flatten.py" "$work/json"
	says "^finding .*$certainty" "$sample: $certainty"
	tr ',' '\n' <"$work/json" >"$work/out"
	says "$note" "$sample: $note"
}

weighs "$samples/anchored-stamped.exe" strong 'ends in an unknown root'
set -- --policy "$work/trusting"
weighs "$samples/anchored-stamped.exe" proven 'ends in a trusted root' "$@"
weighs "$samples/anchored-unstamped.exe" strong 'no time stamp tells' "$@"
weighs "$samples/anchored-stamp-of-nobody.exe" strong 'no time stamp tells' "$@"
weighs "$samples/chain-false-root.exe" strong 'ends in an unknown root' "$@"
weighs "$samples/chain-outdated.exe" strong 'had run out' "$@"
weighs "$samples/chain-other-purpose.exe" strong 'not for signing code' "$@"
weighs "$samples/chain-no-authority.exe" strong 'not for signing code' "$@"
weighs "$samples/chain-md5.exe" strong 'can be forged' "$@"
PYTHONDONTWRITEBYTECODE=1 python3 - "$samples/anchored-stamped.exe" "$work/changed.exe" <<'PY' || miss 'no changed sample'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[600] ^= 1
open(sys.argv[2], "wb").write(data)
PY
weighs "$work/changed.exe" weak 'does not verify: a claim' "$@"

# A throw-away authority, and a signer that knows nothing of debar.
(
	cd "$work" && umask 077
	name='/C=XX/O=Sample Antivirus, JSC/CN=Sample Antivirus, JSC'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.crt -days 30 -subj '/CN=Throw-away Root' &&
		openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj "$name" &&
		printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n' >leaf.ext &&
		openssl x509 -req -in leaf.csr -CA root.crt -CAkey root.key -CAcreateserial -days 20 -extfile leaf.ext -out leaf.crt &&
		osslsigncode sign -h sha256 -certs leaf.crt -key leaf.key -in "$SOURCE/corpus/pe/unsigned.dll" -out signed.dll
) >"$work/making" 2>&1 || { miss 'cannot sign'; cat "$work/making" >&2; }
mkdir -p "$work/own/roots"
weighs "$work/signed.dll" strong 'ends in an unknown root' "$@"
cp "$work/root.crt" "$work/own/roots/own.pem"
weighs "$work/signed.dll" proven 'ends in a trusted root' --policy "$work/own"
weighs "$work/signed.dll" strong 'no time stamp tells' --policy "$work/own" --reproducible
ok 'roots are listed' "$debar" policy list --policy "$work/own"
says 'name: +Throw-away Root' 'by the name of the subject'
says 'name: +DigiCert Trusted Root G4' 'beside the shipped ones'

# Roots that are none.
for bad in leaf two mixed empty; do mkdir -p "$work/$bad/roots"; done
cp "$work/leaf.crt" "$work/leaf/roots/leaf.pem"
ends 2 'a leaf is no root' "$debar" policy check "$work/leaf"
cat "$work/root.crt" "$work/leaf.crt" >"$work/two/roots/two.pem"
ends 2 'one certificate a file' "$debar" policy check "$work/two"
sed 's/^sha256: ./sha256: x/' "$work/trusting/roots/sample.pem" >"$work/mixed/roots/mixed.pem"
ends 2 'a digest that is not its own' "$debar" policy check "$work/mixed"
echo nothing >"$work/empty/roots/empty.pem"
ends 2 'no certificate' "$debar" policy check "$work/empty"
finish
