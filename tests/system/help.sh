#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Help is everywhere and says the same as the manual; -- ends the options; --version --verbose says what debar can do; bash
# completes what there is.
. "$SOURCE/tests/system/lib.sh"

options_of() {
	grep -o -e '--[a-z][a-z-]*' "$1" | sort -u
}
ok 'the manual is sound' mandoc -T lint "$SOURCE/docs/debar.1"
mandoc -T ascii "$SOURCE/docs/debar.1" | sed 's/.\x08//g' >"$work/manual" # struck over: bold

ok 'help' "$debar" --help
for command in scan show report policy; do
	grep -q "^  $command  *[a-z]" "$work/out" && pass || miss "$command is not in the list"
done
for command in scan show report policy; do
	for call in "$command --help" "$command -h" "$command --help nonsense --pack" "$command nonsense --help"; do
		# shellcheck disable=SC2086 # words
		ok "help of $call" "$debar" $call
		says '^usage: debar' "help of $call"
		ok "help of $call says nothing else" test ! -s "$work/err"
	done
	"$debar" $command --help >>"$work/all"
done

for help in '' scan show report policy; do
	# shellcheck disable=SC2086 # or none
	"$debar" $help --help | awk -v of="$help" 'length($0) > 80 { print of ": " $0; bad = 1 } END { exit bad }' >&2 &&
		pass || miss "help of $help is wider than 80 columns"
done

"$debar" --help >>"$work/all"
options_of "$work/all" >"$work/in.help"
options_of "$work/manual" >"$work/in.manual"
ok 'the manual has every option of the help, and no other' diff "$work/in.help" "$work/in.manual"
[ "$(wc -l <"$work/in.help")" -gt 20 ] && pass || miss 'hardly an option is in the help'

echo 'nothing here' >"$work/--help"
ok '-- ends the options' env -C "$work" "$debar" scan -q -- --help
says '^Target' '-- ends the options'
ends 2 '-- in show' "$debar" show -- --help
one_line '-- in show'

ok 'version' "$debar" --version
says '^debar [0-9]+\.[0-9]+\.[0-9]+$' 'version'
ends 2 'version of something' "$debar" --version --verbos
one_line 'version of something'
ok 'version, verbose' "$debar" --version --verbose
for word in network reads writes packs cache changes workers; do says "$word" "what debar can do: $word"; done

ok 'help of start' "$SOURCE/start" --help
says '^usage: ./start scan .*check$' 'help of start'
ends 2 'start without a word' "$SOURCE/start"
ends 2 'start with another word' "$SOURCE/start" scna
grep -q '^start: scna: there are scan and check' "$work/err" && pass || miss "start scna: $(cat "$work/err")"

# complete WORD...: what bash would offer for the last word.
complete() {
	PATH="$BUILD:$PATH" bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _debar; printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$SOURCE/packaging/debar.bash" "$@"
}
offers() {
	offered=$1
	shift
	ok "completion of $*" complete "$@"
	says "^$offered\$" "completion of $*"
}
offers scan debar s
offers show debar ''
offers --version debar --v
offers --accept-gaps debar scan --acc
offers --scan debar show -
offers ndjson debar scan -o n
offers csv debar report --output ''
offers us-dhs-bod-17-01 debar scan -d us-
ok 'the kinds of facts' "$debar" policy kinds
says '^pe.company$' 'the kinds of facts'
says '^    text: without case$' 'how they compare'
offers marks debar policy m
silent_about '^list$' 'only what fits is offered'
for verb in list show marks kinds test check compile; do offers $verb debar policy ''; done
silent_about '^(usage|Questions|Policies)' 'verbs alone are offered'
finish
