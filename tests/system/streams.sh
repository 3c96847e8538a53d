#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# -o ndjson: rows come while the scan runs, each is valid, each gap comes once; whoever goes away early, or interrupts, gets a
# clear end; with --reproducible there is one order.
. "$SOURCE/tests/system/lib.sh"
target=$work/target
mkdir "$target" "$work/small"
echo '{"dependencies":{"@kaspersky/hexa-ui":"1"}}' >"$work/small/package.json"
cp "$work/small/package.json" "$target/package.json"
head -c 9000 /dev/urandom >"$target/packed.bin"
head -c 3000 /dev/urandom >"$target/packed.small"
echo 'Kaspersky' >"$target/text"
# Names are the target's: they must not break a row, nor reach a terminal.
name=$(printf 'a\nb\033[2J\377\342\200\256"\\.bin')
head -c 9000 /dev/urandom >"$target/$name"

check() {
	"$SOURCE/tests/report/check_ndjson.py" "$SOURCE/docs/debar-report-1.schema.json" \
		"$SOURCE/docs/debar-ndjson-1.schema.json" <"$1"
}
rows=$work/rows

ends 1 'a stream to standard output' "$debar" scan -q -o ndjson "$target" "$work/small"
cp "$work/out" "$rows"
ok 'its rows are valid' check "$rows"
says '^gap .*packed.bin False' 'an open gap is told'
says '^gap .*packed.small True' 'an accepted gap is told as such'
says '^evidence .*target/package.json' 'evidence is told'
says '^evidence .*small/package.json' 'of the second target, too'
says '^finding' 'findings come'
says '^{"type": "end", "complete": true}' 'the end is the last'
silent_about '^progress' 'no progress with --quiet'
silent_about '^evidence .*/text' 'mentions are not told'
ok 'nothing of a name reaches the terminal' test -z "$(tr -d '\040-\176\n' <"$rows")"
ends 1 'mentions are told when asked for' "$debar" scan -o ndjson -m "$target"
cp "$work/out" "$rows"
ok 'its rows are valid, too' check "$rows"
says '^evidence .*/text' 'mentions are told when asked for'

# Into a file in the target, which is left out; beside another report.
ends 1 'a stream to a file' "$debar" scan -q -o ndjson="$target/rows" -o csv -o ndjson="$work/more" "$target"
says '^"?verdict' 'the other report is written'
ok 'its rows are valid' check "$target/rows"
ok 'and its twin' check "$work/more"
ok 'both say the same' cmp "$target/rows" "$work/more"
ok 'it is left out of the scan' grep -q '"type":"skipped".*target/rows: a report that this scan writes' "$target/rows"
rm "$target/rows"

# The case in its target is left out, and so is its journal, which holds what an earlier scan found.
mkdir "$work/inside"
cp "$work/small/package.json" "$work/inside/"
ends 1 'the case in its target' "$debar" scan -q -c "$work/inside/case.db" "$work/inside"
echo nothing >"$work/inside/package.json"
for again in 'once more' 'and again'; do
	ends 0 "the case in its target, $again" "$debar" scan -q -c "$work/inside/case.db" -o csv "$work/inside"
done

ends 1 'a stored scan in rows' "$debar" scan -q -o ndjson "$target"
ok 'a stored scan in rows' "$debar" report -o ndjson
cp "$work/out" "$rows"
ok 'they are valid' check "$rows"
says '^gap .*packed.bin False' 'with its gaps'

# One order.
for jobs in 1 16; do
	ends 1 "reproducible, $jobs workers" "$debar" scan -q -j $jobs --reproducible -o ndjson="$work/order.$jobs" "$target" "$SOURCE/corpus/zip"
done
ok 'the order is one' cmp "$work/order.1" "$work/order.16"
ok 'reproducible rows are valid' check "$work/order.1"
says '^gap' 'reproducible rows have gaps'

# What goes wrong.
ends 2 'a device that is full' "$debar" scan -q -o ndjson=/dev/full "$target"
one_line 'a device that is full'
ends 2 'a file that cannot be made' "$debar" scan -q -o ndjson="$work/none/rows" "$target"
one_line 'a file that cannot be made'
ends 2 'a target that is not there' "$debar" scan -q -o ndjson "$work/none"
# shellcheck disable=SC2086 # a list
ends 2 'too many' "$debar" scan -q $(for i in 1 2 3 4 5 6 7 8 9; do echo "-o ndjson=$work/many.$i"; done) "$target"
one_line 'too many'

# A reader that goes away: its rows are whole, the scan ends, and says why.
ok 'a reader that goes away' timeout 60 sh -c ". /dev/stdin" <<END
debar="$debar" work="$work" XDG_STATE_HOME="$XDG_STATE_HOME"
{ "\$debar" scan -q -o ndjson "\$work/small" /usr 2>"\$work/why"; echo \$? >"\$work/status"; } | head -n 2
END
says '^{"type":"start".*}$' 'its first row is whole'
says '^{"type":"target".*}$' 'its second row is whole'
ok 'the scan ended with 2' grep -qx 2 "$work/status"
ok 'and said why' grep -q '^debar: .*Broken pipe' "$work/why"
ok 'in one line' test "$(wc -l <"$work/why")" -eq 1

# Rows come while the scan runs, and an interrupted one says so.
"$debar" scan -j 1 -o ndjson="$rows" "$work/small" /usr 2>/dev/null &
scan=$!
waited=0
until { grep -q '"type":"evidence"' "$rows" && grep -q '"type":"progress"' "$rows"; } 2>/dev/null || [ $waited -ge 300 ]; do
	sleep 0.1
	waited=$((waited + 1))
done
ok 'evidence is there while the scan runs' kill -0 $scan
ok 'evidence is there' grep -q '"type":"evidence"' "$rows"
ok 'nothing is judged yet' sh -c '! grep -q "\"type\":\"\\(scan\\|end\\)\"" "$1"' sh "$rows"
kill -TERM $scan # a shell has its children ignore SIGINT
wait $scan
ok 'an interrupted stream is valid' check "$rows"
says '^{"type": "end", "complete": false' 'and says that it is incomplete'
says '^finding' 'what was found is in it'
says '^progress' 'with progress, when not --quiet'
finish
