#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad input to the command itself: each gives one clear line on standard error, nothing on standard output, and status 2;
# and nothing of it is left in the case.
# shellcheck disable=SC2016 # what is in single quotes is for inner shells
. "$SOURCE/tests/system/lib.sh"

programs_into "$work/bin"
debar=$work/bin/debar
cd "$work" || exit 1
chmod 755 .
echo content >file
mkdir folder
echo content >folder/inside
mkfifo fifo

# refused NAME PATTERN COMMAND...: it ends with status 2, says one line with the pattern in it, and reports nothing.
refused() {
	about=$1 pattern=$2
	shift 2
	ends 2 "$about" timeout 120 "$@"
	one_line "$about"
	if grep -Eq -e "$pattern" "$work/err"; then pass; else
		miss "$about: no line with $pattern"
		head -3 "$work/err" >&2
	fi
	if [ -s "$work/out" ]; then
		miss "$about: something on standard output"
		head -3 "$work/out" >&2
	else pass; fi
}

# Each row: what is expected in the line | the arguments, split at blanks.
while IFS='|' read -r pattern arguments; do
	# shellcheck disable=SC2086 # the arguments of a row
	refused "debar $arguments" "$pattern" "$debar" $arguments
done <<'EOF'
no command given|
did you mean scan|scna file
no such option|--bogus
no such command|help nothing
no target given|scan
no such option.*debar scan --help|scan --bogus file
did you mean --quiet|scan --qiet file
-Z: no such option|scan -qZ file
-o: it needs a value|scan -o
--output: it needs a value|scan --output
--jobs: it needs a value|scan --jobs
--quiet: it takes no value|scan --quiet=3 file
several options begin so|scan --m file
--jobs '0': not a number from 1|scan --jobs 0 file
--jobs 'abc': not a number|scan -j abc file
--jobs '1.5': not a number|scan -j 1.5 file
--jobs '-1': not a number|scan -j -1 file
--jobs '257': not a number|scan -j 257 file
--depth '65': not a number|scan --depth 65 file
--max-seconds '0': not a number|scan --max-seconds 0 file
--max-objects '99999999999999999999': not|scan --max-objects 99999999999999999999 file
--max-bytes '5X': not a size|scan --max-bytes 5X file
--max-bytes '-5': not a size|scan --max-bytes -5 file
--max-bytes '0': not a size|scan --max-bytes 0 file
no such report format; there are text|scan -o yml file
did you mean json|scan -o jsn file
name of the file is empty|scan -o text= file
nothing: no such directive|scan -d nothing file
--exclude '': the value is empty|scan --exclude= file
--accept-gaps '': the value is empty|scan --accept-gaps= file
--policy '': the value is empty|scan --policy= file
--directive '': the value is empty|scan --directive= file
--depth '': not a number|scan --depth= file
missing: No such file|scan missing
missing: No such file|scan file missing
missing: No such file|scan -- missing
file/below: Not a directory|scan file/below
neither a folder nor a file|scan /dev/null
neither a folder nor a file|scan /dev/tty
neither a folder nor a file|scan fifo
missing: No such file|scan --files-from missing
folder is a folder|scan --files-from folder
--files-from 'b': a second list|scan --files-from a --files-from b
--pack 'b': a second pack|scan --pack a --pack b file
list of files names none|scan --files-from /dev/null
name of the list is empty|scan --files-from=
missing: No such file|scan --pack missing file
not a policy pack|scan --pack file file
not a policy pack|scan --pack folder file
not a policy pack|scan --pack /dev/null file
missing has neither|scan -p missing file
not to the pack missing: give one|scan -p folder --pack missing file
not to the pack missing: give one|policy list -p folder --pack missing
folder has neither|scan -p folder file
file/vendors|scan -p file file
name of the case is empty|scan --case= file
folder: not a debar case|scan --case folder file
file: not a debar case|scan --case file file
fifo: not a debar case|scan --case fifo file
null: not a debar case|scan --case /dev/null file
file/case.db: Not a directory|scan --case file/case.db file
nothing was scanned yet|show --case missing
nothing was scanned yet|show
nothing was scanned yet|report
show takes one finding; 'b'|show a b
report takes one scan; 'b'|report a b
scan is named twice|report -s a b
goes with --case alone|show --list a
goes with --case alone|report --list -o csv
finding is shown whole|show F-X -o json
finding is shown whole|show F-X --facts
marks of one finding|show --pack missing
marks of one finding|report -p folder
no such report format|report -o nothing
no such option|report --bogus
needs one of list|policy
did you mean list|policy lits
needs the ID|policy show
needs the ID|policy show a b
nothing.*debar policy list|policy show nothing
list takes no argument|policy list more
kinds takes no argument|policy kinds more
one KIND, or none|policy marks a b
-o is for compile|policy list -o x
needs the folder|policy check
missing has neither|policy check missing
name the folder that holds|policy check file
leave out --pack|policy check folder --pack file
leave out --pack|policy compile folder -p folder -o x
needs -o FILE|policy compile folder
needs one KIND=VALUE|policy test
needs one KIND=VALUE.*quotes|policy test a=b c
not KIND=VALUE|policy test x
no such kind.*policy kinds|policy test nothing=x
no such kind.*policy kinds|policy marks nothing
EOF
refused 'an empty target' 'name of a target is empty' "$debar" scan ''
refused 'a socket' 'neither a folder nor a file' sh -c '
	python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")" && exec "$0" scan socket' "$debar"
refused 'neither HOME nor XDG_STATE_HOME' 'give --case FILE' env -u HOME -u XDG_STATE_HOME "$debar" scan file
refused 'a state folder that is none' 'Not a directory' env XDG_STATE_HOME=/dev/null "$debar" scan file
printf 'one\0\0two' >list.empty-name
head -c 3000000 /dev/zero | tr '\0' a >list.long
printf 'file\nfolder\n' >list.lines
refused 'a list of lines' 'lines and no NUL byte.*find -print0' "$debar" scan --files-from list.lines
refused 'a list without a NUL, too long for a name' 'too long.*NUL' "$debar" scan --files-from list.long
if [ -e "$work/state/debar/case.db" ]; then
	ends 2 'bad input leaves no scan behind' "$debar" report
	one_line 'a case without a scan'
else pass; fi

# A target that is fine in spite of its looks.
ends 0 'a target twice, and one inside another' "$debar" scan -q -o json file file folder folder/inside
says '"name": ?"folder/inside"' 'each is judged by itself'
echo content >-q
ends 0 'a name that looks like an option' "$debar" scan -q -- -q

# Lists: what is not there is a gap, for it may have gone since; the rest is looked at, with or without a last NUL.
printf 'file\0missing\0folder\0fifo\0folder/inside' >list
ends 3 'a list with a missing path' "$debar" scan -q -o csv --files-from list
says '^"gap".*"missing".*"unread","it is not there"' 'the missing path is a gap'
silent_about '^"gap".*fifo' 'a pipe in a list is no gap'
seq 25 | sed 's/^/missing/' | tr '\n' '\0' >list
ends 3 'more gaps than a page shows' "$debar" scan -q --files-from list
says '^  and 5 more \(-o json lists them\)$' 'the rest is counted'
printf 'file\0folder/inside\0' >list
ends 0 'a list' "$debar" scan -q --files-from list
says '^Target list list' 'a list is one target'
ends 0 'a list on standard input' sh -c '"$0" scan -q --files-from - <list' "$debar"

# The case.
"$debar" scan -q --case good.db file >/dev/null
python3 - <<'EOF'
import shutil, sqlite3
def copy(name): shutil.copy("good.db", name)
copy("newer.db"); sqlite3.connect("newer.db").execute("pragma user_version=99")
other = sqlite3.connect("other.db"); other.execute("create table x(a)"); other.commit()
good = open("good.db", "rb").read()
open("cut.db", "wb").write(good[:5000])
open("cut-head.db", "wb").write(good[:50])
open("torn.db", "wb").write(good[:9000] + bytes(range(256)) * 80 + good[9000 + 20480:])
EOF
for row in 'newer:written by a newer debar' 'other:not a debar case' 'cut:damaged' 'cut-head:damaged' 'torn:damaged'; do
	refused "scan into a case: ${row#*:}" "${row#*:}" "$debar" scan --case "${row%%:*}.db" file
	refused "report of a case: ${row#*:}" "${row#*:}" "$debar" report --case "${row%%:*}.db"
done
: >fresh.db
ends 0 'an empty file becomes a case' "$debar" scan -q --case fresh.db file
ends 0 'a case in a missing folder' "$debar" scan -q --case new/deep/case.db file
mkdir -m 777 open
mkdir -m 755 closed
cp good.db closed/readonly.db
chmod 444 closed/readonly.db
mkdir -m 700 private
[ "$(id -u)" -eq 0 ] || chmod 0 private
[ "$(id -u)" -eq 0 ] || chmod 555 closed
without=''
[ "$(id -u)" -ne 0 ] || without='setpriv --reuid=65534 --regid=65534 --clear-groups'
printf '#!/bin/sh\nexec %s env -u XDG_STATE_HOME HOME="%s/open" "$@"\n' "$without" "$work" >nobody
chmod 755 nobody
refused 'a case in a folder that may not be written' 'Permission denied' ./nobody "$debar" scan --case closed/new.db file
refused 'a case that may not be written' 'may not be written|Permission denied' ./nobody "$debar" scan --case closed/readonly.db file
refused 'a target that may not be listed' 'private: Permission denied' ./nobody "$debar" scan private
refused 'a target in a folder that may not be entered' 'Permission denied' ./nobody "$debar" scan private/x
refused 'an output that may not be written' 'Permission denied' ./nobody "$debar" scan -q -o json=closed/out file
ends 0 'without rights' ./nobody "$debar" scan -q file

# Output. The scan itself is kept.
refused 'output in a missing folder' 'missing/out: No such file' "$debar" scan -q -o text=missing/out file
refused 'output to a folder' 'folder: Is a directory' "$debar" scan -q -o text=folder file
refused 'output to a full disk' 'No space left' "$debar" scan -q -o text=/dev/full file
refused 'standard output full' 'No space left' sh -c '"$0" scan -q file >/dev/full' "$debar"
refused 'help to a full disk' 'No space left' sh -c '"$0" --help >/dev/full' "$debar"
refused 'standard output closed' 'Bad file descriptor' sh -c '"$0" scan -q file >&-' "$debar"
refused 'standard output a closed pipe' 'Broken pipe' python3 -c '
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
sys.exit(subprocess.run(sys.argv[1:], stdout=write).returncode)' "$debar" scan -q file
refused 'standard input closed' 'Bad file descriptor' sh -c '"$0" scan -q - <&-' "$debar"
refused 'standard input a folder' 'Is a directory' sh -c '"$0" scan -q - <folder' "$debar"
ends 0 'all three closed' sh -c '"$0" scan -q -o text=closed.txt file <&- >&- 2>&-' "$debar"
if grep -q '^Target file' closed.txt; then pass; else miss 'the report went elsewhere'; fi
ends 0 'the case is whole after all this' "$debar" report

# What is kept can be found again.
mkdir found
echo '{"dependencies": {"@kaspersky/hexa-ui": "1"}}' >found/package.json
echo 'Kaspersky Lab' >found/notes.txt
ends 1 'a finding' "$debar" scan -q found
says "^Host        $(uname -n)\$" 'the machine'
says "^Run in      $work\$" 'where relative names begin'
ends 1 'a reproducible one' "$debar" scan -q --reproducible --case mentions.db found
silent_about '^(Host|Run in)' 'a reproducible one says neither'
mkdir found/closed
printf 'QFI\373\0\0\0\3%09000d' 0 >found/closed/disk
ends 3 'a disk image' "$debar" scan -q found/closed --case mentions.db
says 'to close it: mount, unpack or export it' 'what would close it'
rm -r found/closed
ends 0 'mentions alone' "$debar" scan -q -m found/notes.txt --case mentions.db
says '^  None but mentions\.$' 'mentions are no finding'
silent_about 'debar show' 'nor anything to show'
ends 0 'the scans' "$debar" report --list
says '^S-[0-9a-f]{16}  [-0-9TZ:]{20}  present +found$' 'the newest scan'
says '^S-[0-9a-f]{16}  [-0-9TZ:]{20}  absent +file and 3 more$' 'a scan of four targets'
if awk "length(\$0) > 80 { exit 1 }" "$work/out"; then pass; else miss "a list wider than 80 columns"; fi
newest=$(head -1 "$work/out" | cut -d' ' -f1)
older=$(grep 'more$' "$work/out" | cut -d' ' -f1)
ends 0 'an older scan' "$debar" report "$older"
says '^Target 2 of 4, file file' 'an older scan'
refused 'a scan that is not there' "holds no scan 'S-1'; debar report --list" "$debar" report S-1
refused 'a finding that is not there' "holds no finding 'F-nothing'" "$debar" show F-nothing
ends 0 'a finding by the beginning of its name' "$debar" show "$("$debar" report -s "$newest" | grep -o 'F-......' | head -1)"
says 'in scope of us-ndaa-2018-1634' 'a finding by the beginning of its name'
says "^  scan      $newest of 2" 'a finding tells its scan'
if awk 'length($0) > 80 && !/http/ { print; bad = 1 } END { exit bad }' "$work/out" >&2; then pass; else
	miss 'a finding wider than 80 columns'
fi
refused 'a finding of another scan' 'holds no finding' "$debar" show -s "$older" F-
refused 'a finding of no scan' "holds no scan 'S-1'" "$debar" show -s S-1 F-
refused 'a beginning of several names' "several findings that begin with 'F-'" "$debar" show F-
"$debar" report >report.txt
"$debar" scan -q --cache=files --case cached.db found >>report.txt
if ! awk 'length($0) > 80 { print; bad = 1 } END { exit bad }' report.txt | grep -v '^Policies'; then pass; else
	miss 'a report wider than 80 columns'
fi

# The pack.
size=$(wc -c <bin/policies.pack)
head -c $((size / 2)) bin/policies.pack >half.pack
head -c 10 bin/policies.pack >stub.pack
python3 - <<'EOF'
data = bytearray(open("bin/policies.pack", "rb").read())
for name, at in ("magic", 0), ("version", 8), ("digest", 40), ("middle", len(data) // 2), ("end", len(data) - 1):
    changed = bytearray(data)
    changed[at] ^= 0x5A
    open(name + ".pack", "wb").write(changed)
open("longer.pack", "wb").write(data + b"x")
EOF
for changed in half stub magic version digest middle end longer; do
	refused "a pack changed: $changed" "$changed.pack: " "$debar" scan --pack $changed.pack file
	refused "policies of a pack changed: $changed" "$changed.pack: " "$debar" policy list --pack $changed.pack
done

# More bytes than there are addresses for.
ends 0 'a limit that is none' "$debar" scan -q --max-bytes 7000P file

# The worker.
broken_worker() {
	mkdir "$2"
	cp -R bin/. "$2/"
	rm -f "$2/debar-worker"
	[ -z "$3" ] || printf '%s' "$3" >"$2/debar-worker"
	[ -z "$4" ] || chmod "$4" "$2/debar-worker"
	refused "a worker $1" "$5" "$work/$2/debar" scan -q file
}
if [ ! -e /usr/local/libexec/debar/debar-worker ]; then
	broken_worker 'that is missing' no-worker '' '' 'cannot find debar-worker'
	ends 0 'policies need no worker' no-worker/debar policy list
	ends 0 'reports need no worker' no-worker/debar report
fi
broken_worker 'that may not run' worker-644 'x' 644 'debar-worker'
broken_worker 'that is no program' worker-text 'x' 755 'debar-worker'
broken_worker 'that ends at once' worker-ends '#!/bin/sh
exit 3
' 755 'debar-worker'
mkdir worker-other
cp -R bin/. worker-other/
cp "$BUILD/tests/other_worker" worker-other/debar-worker
refused 'a worker of another version' 'is of another version' worker-other/debar scan -q file
cp "$BUILD/tests/free_worker" worker-other/debar-worker
refused 'a worker without a jail' 'in no jail' worker-other/debar scan -q file

# A jail that cannot be built: nothing is read.
if [ "$(uname -m)" = x86_64 ]; then
	cat >no_jail.py <<'EOF'
# Answers seccomp(2) and prctl(PR_SET_SECCOMP) with ENOSYS, as a kernel without them does; then runs the command.
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def op(code, true, false, value): return struct.pack("HBBI", code, true, false, value)
number = 444 if sys.argv[1] == "landlock" else 317
program = op(0x20, 0, 0, 0) + op(0x15, 0, 1, number) + op(0x06, 0, 0, 0x00050000 | 38) + op(0x06, 0, 0, 0x7FFF0000)
if number == 317:  # prctl(PR_SET_SECCOMP = 22)
    program = (op(0x20, 0, 0, 0) + op(0x15, 3, 0, 317) + op(0x15, 0, 3, 157) + op(0x20, 0, 0, 16) +
               op(0x15, 0, 1, 22) + op(0x06, 0, 0, 0x00050000 | 22) + op(0x06, 0, 0, 0x7FFF0000))
buffer = ctypes.create_string_buffer(program)
filter = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(filter), 0, 0) == 0, os.strerror(ctypes.get_errno())
os.execv(sys.argv[2], sys.argv[2:])
EOF
	refused 'no seccomp' 'cannot build the jail.*seccomp.*--unsafe-no-sandbox' python3 no_jail.py seccomp "$debar" scan -q file
	refused 'no Landlock' 'cannot build the jail.*Landlock.*--unsafe-no-sandbox' python3 no_jail.py landlock "$debar" scan -q file
	ends 0 'no seccomp, and told to go on' python3 no_jail.py seccomp "$debar" scan -q --unsafe-no-sandbox file
	says 'WARNING' 'and the report says so'
fi

# Limits of the process.
ends 0 'few descriptors' sh -c 'ulimit -n 64; exec "$0" scan -q -j 2 folder' "$debar"
ends 0 'TMPDIR is missing' env TMPDIR=/missing "$debar" scan -q file
ends 0 'standard input, TMPDIR is missing' sh -c 'TMPDIR=/missing exec "$0" scan -q - <file' "$debar"
for kilobytes in 20000 60000 100000 200000; do
	sh -c 'ulimit -v "$1"; exec "$0" scan -q -j 1 file' "$debar" "$kilobytes" >out 2>err
	got=$?
	case $got in
	2) one_line "memory of $kilobytes KiB" ;;
	127) grep -q 'error while loading' err || miss "memory of $kilobytes KiB: $(cat err)" ;;
	0) if [ "$kilobytes" -ge 100000 ]; then pass; else miss "memory of $kilobytes KiB: enough?"; fi ;;
	*) miss "memory of $kilobytes KiB: $(cat err)" ;;
	esac
done

# What needs a mount: a disk that is full from the beginning or fills on the way, read-only folders, no /proc.
if unshare -m true 2>/dev/null; then
	mkdir disk
	private='mount -t tmpfs -o size=$1 none disk && shift && '
	refused 'a case on a full disk' 'case.db.*(No space|no space)' unshare -m sh -c \
		"$private"'head -c 1000000 /dev/zero >disk/fill 2>/dev/null; exec "$0" scan -q --case disk/case.db file' "$debar" 100k
	python3 -c 'open("gaps", "w").write("".join(f"missing/{i:0100}\0" for i in range(20000)))'
	refused 'a case on a disk that fills' 'case.db.*(No space|no space)' unshare -m sh -c \
		"$private"'"$0" scan -q --case disk/case.db --files-from gaps; s=$?; cp disk/case.db kept.db; exit $s' "$debar" 600k
	ends 0 'a full disk leaves a case' "$debar" scan -q --case kept.db file
	refused 'a report on a full disk' 'No space' unshare -m sh -c \
		"$private"'exec "$0" scan -q -o json=disk/report --files-from gaps' "$debar" 100k
	ends 0 'temporary folders that are read-only' unshare -m sh -c '
		mount -t tmpfs none /mnt && mkdir /mnt/work && mount --bind . /mnt/work &&
		mount -t tmpfs -o ro none /var/tmp && mount -t tmpfs -o ro none /tmp &&
		cd /mnt/work && unset TMPDIR && exec bin/debar scan -q --case here.db folder'
	# Without it the loader does not know where the program lies; an installed library is found all the same.
	ends 0 'no /proc' unshare -m sh -c 'mount -t tmpfs none /proc && LD_LIBRARY_PATH="$PWD/bin" exec bin/debar scan -q file'
	ends 0 'no /proc, by a relative path' unshare -m sh -c 'mount -t tmpfs none /proc && cd bin && LD_LIBRARY_PATH="$PWD" exec ./debar scan -q ../file'
else
	echo 'bad_input: no private mounts here: full disks, read-only folders and a missing /proc were left out'
fi

# Two scans on one case at once: the second is told so, the first is whole.
mkfifo hold
"$debar" scan -q --case shared.db - <hold >first.txt 2>&1 &
first=$!
exec 9>hold
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -s shared.db ] && break
	sleep 0.2
done
refused 'a case in use' 'in use by another scan' "$debar" scan --case shared.db file
refused 'a report of a case in use' 'in use by another scan' "$debar" report --case shared.db
echo content >&9
exec 9>&-
wait $first && ended=0 || ended=$?
if [ "$ended" -eq 0 ] && grep -q ABSENT first.txt; then pass; else miss "the first scan of two: $(head -3 first.txt)"; fi
ends 0 'the case of the first scan' "$debar" report --case shared.db
finish
