#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Policies that are wrong: `policy check` names file and line and never takes them; `scan --policy` says one line with the
# first mistake; both end with status 2, soon and in little memory.
. "$SOURCE/tests/system/lib.sh"

programs_into "$work/bin"
debar=$work/bin/debar
cd "$work" || exit 1
echo content >file

# The policies that each case changes in one place.
sound() {
	rm -rf policy
	mkdir -p policy/vendors policy/directives
	cat >policy/vendors/acme.yaml <<'EOF'
schema: debar-vendor/1
id: acme
name: Acme
sources:
  - {id: book, is: 'The Book of Acme'}
entities:
  - {name: AO Acme, relation: self, source: book, confidence: high}
products:
  - {id: shield, name: Acme Shield, role: endpoint-protection}
marks:
  - kinds: [file.name]
    nexus: branded
    strength: indicator
    confidence: high
    source: book
    rows:
      - {value: acme.sys}
EOF
	cat >policy/directives/order.yaml <<EOF
schema: debar-directive/1
id: xx-order
title: An order
authority: nobody
issued: 2020-01-02
effective: 2020-01-02
status: in force
applies_to: everybody
vendors: [acme]
sources:
  - {id: law, is: 'a law'}
scope:
  - {nexus: branded, is: in, source: law, clause: all of it}
$(for nexus in rebranded embedded dependency residue history contact mention; do
	echo "  - {nexus: $nexus, is: out, source: law, clause: not this}"
done)
EOF
}

# refused NAME PATTERN: the policies in policy/ are.
refused() {
	ends 2 "$1: check" timeout 20 "$debar" policy check policy
	if grep -Eq -e "$2" "$work/err" && ! grep -Evq '^(debar: |[^ ]+\.yaml(:[0-9]+)?: )' "$work/err"; then pass; else
		miss "$1: not as file and line, or not $2"
		head -5 "$work/err" >&2
	fi
	ends 2 "$1: scan" timeout 20 "$debar" scan -q -p policy file
	one_line "$1: scan"
	if grep -Eq -e "$2" "$work/err" && [ ! -s "$work/out" ]; then pass; else
		miss "$1: scan does not say $2, or says more"
		head -3 "$work/err" "$work/out" >&2
	fi
}

sound
ends 0 'sound policies' "$debar" policy check policy
sed -i 's/2020-01-02/2020-02-29/' policy/directives/order.yaml
ends 0 'a leap day' "$debar" policy check policy
ends 0 'a scan with sound policies' "$debar" scan -q -p policy file
says 'xx-order' 'a scan with sound policies'

# Each row: pattern | file | sed program that breaks it.
while IFS='|' read -r pattern file program; do
	sound
	sed -i -e "$program" "policy/$file.yaml"
	refused "$file: $program" "$file.yaml(:[0-9]+)?: .*$pattern"
done <<'EOF'
did not find|vendors/acme|s/^products:/products: [/
cannot start any token|vendors/acme|s/^  - {id: shield.*/\t- {id: shield}/
colour|vendors/acme|s/^name: Acme/&\ncolour: red/
given twice|vendors/acme|s/^name: Acme/&\nname: Acme/
name|vendors/acme|/^name:/d
id|vendors/acme|/^id:/d
schema|vendors/acme|s/vendor.1/vendor\/9/
must be a text|vendors/acme|s/^name: Acme/name: [Acme]/
must be a list|vendors/acme|s/^products:.*/products: none/;/shield/d
is not an id|vendors/acme|s/id: acme/id: Acme Corp/
unknown confidence 'sure'|vendors/acme|s/high, *$/sure/;s/confidence: high}/confidence: sure}/
unknown role|vendors/acme|s/endpoint-protection/endpoint-destruction/
file.nam|vendors/acme|s/file.name/file.nam/
unknown source 'film'|vendors/acme|s/source: book$/source: film/
given twice|vendors/acme|s/value: acme.sys/&, match: regex, value: x/
bad regular expression|vendors/acme|s/value: acme.sys/value: "(acme", match: regex/
bad regular expression|vendors/acme|s/value: acme.sys/value: "a{1,99999}", match: regex/
value is empty|vendors/acme|s/value: acme.sys/value: ""/
anchors are not allowed|vendors/acme|s/AO Acme/\&anchor AO Acme/
aliases are not allowed|vendors/acme|s/AO Acme/*anchor/
tags are not allowed|vendors/acme|s/AO Acme/!!binary AAAA/
NUL|vendors/acme|s/AO Acme/"\\xff\\0"/
UTF-8|vendors/acme|s/AO Acme/\xff\xfe/
is not a date|directives/order|s/2020-01-02/2020-13-02/
is not a date|directives/order|s/2020-01-02/2020-02-30/
is not a date|directives/order|s/2020-01-02/1900-02-29/
is not a date|directives/order|s/2020-01-02/yesterday/
is before from|vendors/acme|s/relation: self/&, from: 2001-02-03, to: 2001-02-02/
is before from|directives/order|s/clause: all of it/&, from: 2001-02-03, to: 2000-03-04/
nothere|directives/order|s/\[acme\]/[nothere]/
not 'perhaps'|directives/order|s/is: in/is: perhaps/
unknown nexus 'brand'|directives/order|s/nexus: branded/nexus: brand/
unknown source 'lore'|directives/order|s/source: law/source: lore/
title|directives/order|/^title:/d
second document|directives/order|s/^scope:/---\n&/
EOF

# Everything that is wrong with the shape of a file is named in one go, with its line; what follows from it is not.
sound
sed -i -e 's/^name: Acme/&\ncolour: red/;s/, name: Acme Shield//;s/^    strength:.*/    strength: [a]/;s/acme.sys}/acme.sys, size: x}/' \
	policy/vendors/acme.yaml
ends 2 'four mistakes in one file' "$debar" policy check policy
for said in '4: colour: unknown key' '10: name: the key is missing' '14: strength: must be a text' '18: size: must be a number'; do
	grep -q "^policy/vendors/acme.yaml:$said" "$work/err" && pass || miss "four mistakes: no $said"
done
grep -q 'debar: 4 problems' "$work/err" && pass || miss "four mistakes: $(tail -1 "$work/err")"
sound
for number in $(seq 100); do echo "      - {value: a$number, colour: red}"; done >>policy/vendors/acme.yaml
ends 2 'a hundred mistakes' "$debar" policy check policy
[ "$(wc -l <"$work/err")" -eq 52 ] && grep -q 'and more, not listed$' "$work/err" && pass ||
	miss "a hundred mistakes: $(wc -l <"$work/err") lines"

sound
sed 's/id: acme/id: acme2/;s/name: Acme$/name: Other/' policy/vendors/acme.yaml >policy/vendors/acme2.yaml
ends 0 'two vendors' "$debar" policy check policy
cp policy/vendors/acme.yaml policy/vendors/again.yaml
refused 'a vendor given twice' 'acme'
sound
cp policy/directives/order.yaml policy/directives/again.yaml
refused 'a directive given twice' 'xx-order'
sound
: >policy/vendors/empty.yaml
refused 'an empty file' 'empty.yaml'
sound
head -c 100000 /dev/urandom >policy/vendors/noise.yaml
refused 'noise' 'noise.yaml'
sound
{ printf 'a: '; head -c 200000 /dev/zero | tr '\0' '['; } >policy/vendors/deep.yaml
refused 'deep nesting' 'deep.yaml'
sound
{ echo 'a: &a [x,x,x,x,x,x,x,x,x]'; for pair in b:a c:b d:c e:d f:e g:f h:g i:h; do
	echo "${pair%:*}: &${pair%:*} [*${pair#*:},*${pair#*:},*${pair#*:},*${pair#*:},*${pair#*:},*${pair#*:},*${pair#*:}]"
done; } >policy/vendors/bomb.yaml
refused 'an alias bomb' 'bomb.yaml'
sound
{ cat policy/vendors/acme.yaml; yes '# more' | head -c 40000000; } >policy/vendors/large.yaml
refused 'a huge file' 'large.yaml'
sound
mkdir policy/vendors/folder.yaml
refused 'a folder that is called a policy' 'folder.yaml'
sound
mkfifo policy/vendors/pipe.yaml
refused 'a pipe that is called a policy' 'pipe.yaml'
sound
ln -s missing policy/vendors/gone.yaml
refused 'a link to nothing' 'gone.yaml'
sound
sed -i 's/id: acme/id: &x A/;s/high/sure/;/^name/d' policy/vendors/acme.yaml
refused 'many mistakes' 'acme.yaml'
ends 2 'compiling them' "$debar" policy compile policy -o out.pack
if [ -e out.pack ]; then miss 'a pack of bad policies was written'; else pass; fi
sound
mkdir -p none/vendors none/directives
echo 'schema: debar-vendor/1' >none/vendors/acme.txt
for command in 'policy check none' 'scan -q -p none file'; do
	# shellcheck disable=SC2086 # a command and its arguments
	ends 2 "$command" "$debar" $command
	one_line "$command"
done
sed 's/acme/short/' policy/vendors/acme.yaml >none/vendors/short.yml
ends 0 'policies in .yml' "$debar" policy check none
sed -i 's/^name:/nam:/' none/vendors/short.yml
ends 2 'a mistake in .yml' "$debar" policy check none
ends 2 'a pack into a missing folder' "$debar" policy compile policy -o missing/out.pack
one_line 'a pack into a missing folder'
ends 2 'a pack onto a folder' "$debar" policy compile policy -o policy
one_line 'a pack onto a folder'
cp -a /dev/full full 2>/dev/null || ln -s /dev/full full
ends 2 'a pack onto a full disk' "$debar" policy compile policy -o full
one_line 'a pack onto a full disk'
if [ -c full ]; then pass; else miss 'a device was replaced by a pack'; fi
ends 0 'a pack' "$debar" policy compile policy -o out.pack
ends 0 'a scan with it' "$debar" scan -q --pack out.pack file
finish
