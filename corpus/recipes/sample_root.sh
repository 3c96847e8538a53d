#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes fuzz/sample_root.def and corpus/policy/root.pem: the root of the samples' certificates, which the harness trusts.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PYTHONDONTWRITEBYTECODE=1 python3 -c "
from certificates import *
open('$work/root.der', 'wb').write(ROOT.der)
open('../policy/root.pem', 'w').write('name: Root of the samples\nsource: corpus/recipes\n' + pem('CERTIFICATE', ROOT.der))"
{
	echo '/* The root of the certificates in corpus/: written by corpus/recipes/sample_root.sh. */'
	echo "ROOT_SUBJECT(0x$(openssl x509 -inform DER -in "$work/root.der" -noout -subject_hash))"
	od -An -v -tx1 -w12 "$work/root.der" | sed 's/ \(..\)/ ROOT_BYTE(0x\1)/g; s/^ //'
} >../../fuzz/sample_root.def
