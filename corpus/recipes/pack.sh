#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Packs from the sample policies. To be run again when the format of packs changes.
# usage: corpus/recipes/pack.sh BUILD-FOLDER
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/both/vendors" "$work/both/directives" "$work/plain/vendors" "$here/pack"
cp "$here/policy/vendor.yaml" "$work/both/vendors/"
cp "$here/policy/directive.yaml" "$work/both/directives/"
"$1/debar-compile" "$work/both" "$here/pack/both.pack"

# No expressions and few literals: most bytes are tables.
sed '/^marks:/q' "$here/policy/vendor.yaml" >"$work/plain/vendors/vendor.yaml"
echo '  - {kinds: [pe.company], each: entities, nexus: branded, strength: identity}' \
	>>"$work/plain/vendors/vendor.yaml"
"$1/debar-compile" "$work/plain" "$here/pack/plain.pack"
head -c 1000 "$here/pack/plain.pack" >"$here/pack/bad-cut.pack"
