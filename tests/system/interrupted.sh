#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C, kill and the like, at known and at random moments: what was found so far is reported and kept, as incomplete; no
# worker stays behind; the case can be used at once.
. "$SOURCE/tests/system/lib.sh"

signalled="$SOURCE/tests/system/signalled.py"
programs_into "$work/bin"
programs_into "$work/hangs"
cp "$BUILD/tests/hostile_worker" "$work/hangs/debar-worker"
cd "$work" || exit 1
mkdir target
for i in 1 2 3 4 5 6 7 8 9; do echo content >target/plain$i; done
echo content >target/hang
hangs="$work/hangs/debar scan -q -j 2 -o csv"
debar=$work/bin/debar

# interrupted NAME: the last command said so, in one line and in its report, and the case says so again.
interrupted() {
	one_line "$1"
	if grep -q 'interrupted: the result is incomplete' "$work/err"; then pass; else miss "$1: not told"; fi
	says '"undecided".*interrupted' "$1"
	silent_about '"absent"' "$1"
	ends 0 "$1: the case" "$debar" report
	says '^WARNING: the scan was interrupted' "$1: the case"
}

for name in INT TERM HUP; do
	# shellcheck disable=SC2086 # a command with its options
	ends 3 "SIG$name" "$signalled" 1:$name $hangs target
	interrupted "SIG$name"
	# shellcheck disable=SC2086
	ends 3 "SIG$name to the group" "$signalled" --group 1:$name $hangs target
	interrupted "SIG$name to the group"
	silent_about 'crashed' 'a worker leaves the answer to its host'
done

# With all workers busy and more than they can hold: the walk itself waits.
mkdir many
for i in $(seq 600); do mkdir "many/$i"; echo content >"many/$i/hang"; done
# shellcheck disable=SC2086
ends 3 'while the walk waits for workers' "$signalled" 1:INT $hangs many
interrupted 'while the walk waits for workers'

# Waiting for what never comes.
mkfifo silent
exec 8<>silent
ends 2 'standard input that says nothing' "$signalled" 1:INT sh -c "exec $debar scan -q - <silent"
one_line 'standard input that says nothing'
ends 2 'a list that says nothing' "$signalled" 1:INT sh -c "exec $debar scan -q --files-from - <silent"
one_line 'a list that says nothing'
exec 8>&-

# A second signal ends it wherever it is; so does the first, once there is a result and only the report is missing.
python3 -c 'open("gaps", "w").write("".join(f"missing/{i:0200}\0" for i in range(2000)))'
ends 130 'a report that nobody reads' "$signalled" --pipe 2:INT "$debar" scan -q -o json --files-from gaps
ends 0 'the case of a report that nobody read' "$debar" report
silent_about '^WARNING' 'the case of a report that nobody read'
{ cat gaps; printf 'target/hang\0'; } >gaps-and-hang
# shellcheck disable=SC2086
ends 130 'the second signal' "$signalled" --pipe 2:INT,1:INT $hangs --files-from gaps-and-hang
one_line 'the second signal'
ends 0 'the case after the second signal' "$debar" report
says '^WARNING: the scan was interrupted' 'the case after the second signal'

# nohup.
# shellcheck disable=SC2086
ends 3 'an ignored signal stays ignored' "$signalled" --ignore HUP 1:HUP,1:INT $hangs target

# Killed: the workers end with it, and nothing is lost but the scan.
# shellcheck disable=SC2086
ends 137 'kill -9' "$signalled" 1:KILL $hangs target
ends 0 'the case after kill -9' "$debar" report
says '^WARNING: the scan was interrupted' 'the case after kill -9'

# A host that was stopped with its workers does not hold that time against them. The file hangs for real, but for less
# than the 20 s it is given.
# shellcheck disable=SC2086
ends 3 'Ctrl-Z and fg' "$signalled" --group 1:STOP,22:CONT,4:INT $hangs target
interrupted 'Ctrl-Z and fg'
silent_about 'hung' 'Ctrl-Z and fg'
# shellcheck disable=SC2086
ends 3 'SIGSTOP of the host' "$signalled" 1:STOP,2:CONT,1:INT $hangs target
interrupted 'SIGSTOP of the host'

# At any moment, with real workers.
at=0
while [ $at -lt 12 ]; do
	at=$((at + 1))
	moment=$(awk "BEGIN { print $at * $at / 150 }")
	for name in INT TERM KILL; do
		"$signalled" "$moment:$name" "$debar" scan -q --case random.db "$SOURCE/corpus" "$SOURCE/src" >out 2>err
		got=$?
		case $got in
		0 | 1 | 3) pass ;;
		2) if grep -q 'interrupted before anything' err; then pass; else miss "SIG$name after $moment s: $(cat err)"; fi ;;
		130 | 143 | 137) pass ;; # before it was ready, or told to
		*) miss "SIG$name after $moment s: status $got: $(cat err)" ;;
		esac
		[ ! -s random.db ] || "$debar" report --case random.db >out 2>err || grep -Eq 'nothing was scanned|holds no scan' err ||
			miss "the case after SIG$name after $moment s: $(cat err)"
	done
done
"$debar" scan -q --case random.db -o text=last "$SOURCE/src" 2>err
if [ $? -ne 2 ] && grep -q '^Target folder' last; then pass; else miss "the case after all this: $(cat err)"; fi
finish
