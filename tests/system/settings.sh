#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files of settings: the machine's, then the user's, then the options; the later one wins. What is wrong in them is one line
# with its number and status 2, and what they loosen stands in the report.
. "$SOURCE/tests/system/lib.sh"
umask 022 # what the group may write is an error
mkdir -p "$work/config/debar" "$work/target" "$work/home"
settings=$work/config/debar/debar.yaml
echo 'nothing here' >"$work/target/text"
echo 'nothing here' >"$work/target/left.out"
target=$work/target
head -c 9000 /dev/urandom >"$work/locked.bin" # looks packed: a gap

set_to() {
	printf '%s\n' "$@" >"$settings"
}
scan() {
	"$debar" scan -q "$@"
}

ok 'without settings' scan "$target"
set_to '# nothing but a comment' '' '  # another'
ok 'with an empty file' scan "$target"

# What settings loosen stands in the report, as if it had been said as an option.
set_to 'exclude: ["*.out"]' 'accept-gaps:' '  - 64k' "  - '*.vmdk'" 'directive: us-dhs-bod-17-01' 'jobs: 1' 'output: json'
ok 'with settings' scan "$target"
says 'left.out: excluded by \*\.out' 'what is left out stands in the report'
says '"under":65536' 'the accepted size stands in the report'
says '"\*\.vmdk"' 'the accepted pattern stands in the report'
silent_about 's-ndaa-2018-1634' 'the directive is the one of the settings'
says '"jobs":1' 'the number of workers'
ok 'settings accept a gap' scan "$work/locked.bin"
says '; 1 gap was accepted"' 'and the verdict says so'
ends 3 '--no-config' scan --no-config "$work/locked.bin"
silent_about '"under"' '--no-config: the report is text'
ends 3 '--no-config counts wherever it stands' scan "$work/locked.bin" --no-config

# The later one wins: a list that is said again replaces the earlier one.
ok 'options win' scan -o csv -e '*.none' -d us-ndaa-2018-1634 "$target"
silent_about 'excluded by' 'the excludes of the settings are gone'
says 'us-ndaa-2018-1634' 'the directive of the option'
silent_about 'us-dhs-bod-17-01' 'not the directive of the settings'
ends 3 'options win over the accepted gaps' scan --accept-gaps '*.none' "$work/locked.bin"
ok 'a pattern accepts' scan -o text --accept-gaps '*/locked.*' "$work/locked.bin"
says 'accepted: its path matches \*/locked\.\*$' 'and is named'
ok 'standard input is named' scan -o text - <"$target/text"
says '^Target stream - \(standard input\)$' 'standard input is named'
ok 'a repeated option is still a list' scan -o csv=/dev/null -o json "$target"
says '"schema"' 'both outputs are written'

# An absolute path is meant wherever one stands, by whatever name the target is given.
mkdir -p "$work/deep/er"
echo 'nothing here' >"$work/deep/er/text"
ln -s deep "$work/other-name"
for named in deep ./deep/ ../"${work##*/}"/deep . other-name/; do
	ok "an absolute exclude, $named" env -C "$work" "$debar" scan -q --no-config -o json -e locked.bin -e "$(realpath "$work")/deep/er" "$named"
	says "er: excluded by .*/deep/er" "an absolute exclude, $named"
done
ok 'a relative exclude' env -C "$work" "$debar" scan -q --no-config -o json -e er/text deep
silent_about 'excluded by' 'a relative exclude is compared with the path as it is written'
rm -r "$work/deep" "$work/other-name"

# A cache: in the usual place, in another, or none; an option that does not go with it is the later word.
export XDG_CACHE_HOME="$work/home"
# none NAME FILE: the last command tried this cache, and told that it is none.
none() {
	if grep -q "the cache $2 is not used" "$work/err"; then pass; else miss "$1: no word of $2"; fi
}
mkdir "$work/home/debar"
echo 'no cache' | tee "$work/home/debar/files.cache" >"$work/home/another"
set_to 'cache: true' 'output: json'
ok 'a cache by settings' scan "$target"
says '"cached":true' 'a cache by settings'
none 'the usual place' "$work/home/debar/files.cache"
ok 'a cache by settings, and every fact' scan --facts "$target"
says '"cached":false' 'a cache by settings, and every fact'
set_to "cache: $work/home/another" 'output: json'
ok 'a cache elsewhere' scan "$target"
none 'a cache elsewhere' "$work/home/another"
set_to 'cache: false' 'output: json'
ok 'no cache by settings' scan "$target"
says '"cached":false' 'no cache by settings'

# Other commands look where the scan put its result.
set_to "case: $work/other/case.db" 'mentions: true' 'quiet: true' 'one-file-system: false'
ok 'a case of the settings' scan "$target"
ok 'it is there' test -f "$work/other/case.db"
rm -rf "$XDG_STATE_HOME"
ok 'debar report finds it' "$debar" report
says "$target" 'debar report finds it'
ends 2 'debar report --no-config does not' "$debar" report --no-config
cp -r "$SOURCE/policies" "$work/policies"
set_to "pack: $work/none.pack"
ends 2 'debar policy uses the pack of the settings' "$debar" policy list
ok 'unless told otherwise' "$debar" policy list --no-config
ok 'or given another' "$debar" policy list --pack "$BUILD/policies.pack"
ends 2 'a folder of policies does not silently replace the pack' "$debar" policy list -p "$SOURCE/policies"
one_line 'a folder of policies beside a pack'
if grep -q 'not to the pack' "$work/err"; then pass; else miss "a folder beside a pack: $(cat "$work/err")"; fi
ends 2 'nor in a scan' scan -p "$SOURCE/policies" "$target"
one_line 'a folder of policies beside a pack in a scan'

# wrong LINE MESSAGE TEXT...: the file is refused, in one line.
wrong() {
	wrong_line=$1 wrong_message=$2
	shift 2
	set_to "$@"
	ends 2 "refused: $*" scan "$target"
	one_line "refused: $*"
	cp "$work/err" "$work/out"
	says "^debar: $settings:$wrong_line: .*$wrong_message" "refused: $*"
}
wrong 2 'colour: unknown key' 'jobs: 2' 'colour: red'
wrong 1 'unknown key' 'a-key-that-is-much-longer-than-any: 1'
wrong 1 'help: unknown key' 'help: true'
wrong 1 'no-config: unknown key' 'no-config: true'
wrong 1 'unsafe-no-sandbox: only an option' 'unsafe-no-sandbox: true'
wrong 1 'files-from: only an option' 'files-from: /etc/passwd'
wrong 1 'jobs: not a number' 'jobs: many'
wrong 1 'jobs: not a number' 'jobs: 0'
wrong 2 'max-bytes: not a size' '' 'max-bytes: -4G'
wrong 1 'mentions: neither true nor false' 'mentions: perhaps'
wrong 1 'mentions: neither true nor false' 'mentions: []'
wrong 1 'jobs: there is no value' 'jobs:'
wrong 1 'jobs: there is no value' 'jobs: []'
wrong 1 'cache: there is no value' 'cache:'
wrong 1 'output: no such report format' 'output: haiku'
wrong 3 'output: no such report format' 'output:' '  - text' '  - haiku'
wrong 2 "key 'jobs' is given twice" 'jobs: 1' 'jobs: 2'
wrong 1 'a value or a list of values' 'jobs: {a: b}'
wrong 1 'begins with [*] or & in quotes' 'exclude: *.iso'
wrong 1 'begins with [*] in quotes' 'exclude: *iso'
wrong 1 'a value or a list of values' 'exclude: [[a]]'
wrong 1 'one mapping' 'jobs'
wrong 1 'one mapping' '- jobs'
wrong 1 'anchors' 'jobs: &a 1'
wrong 2 'second document' 'jobs: 1' '---' 'jobs: 2'
wrong 2 '' 'exclude: [a' 'jobs: 1'
for relative in 'case: case.db' 'pack: policies.pack' 'policy: policies' 'output: json=report.json' 'cache: files'; do
	wrong 1 'begins with /' "$relative"
done

ends 2 'debar show, too' "$debar" show
one_line 'debar show, too'
ok 'help is given all the same' scan --help
set_to 'jobs: 1'
chmod g+w "$settings"
ends 2 'a file that its group can write' scan "$target"
one_line 'a file that its group can write'
chmod g-w,o+w "$settings"
ends 2 'a file that everybody can write' scan "$target"
one_line 'a file that everybody can write'
rm "$settings"
mkdir "$settings"
ends 2 'a folder' scan "$target"
one_line 'a folder'
rmdir "$settings"
ln -s nowhere "$settings"
ends 2 'a link to nothing' scan "$target"
one_line 'a link to nothing'
rm "$settings"
if [ "$(id -u)" -eq 0 ]; then
	set_to 'jobs: 1'
	chown 65534 "$settings"
	ends 2 "somebody else's file" scan "$target"
	one_line "somebody else's file"
	rm "$settings"
fi

# Never from the target or the folder that debar runs in.
for place in debar.yaml debar/debar.yaml .config/debar/debar.yaml; do
	mkdir -p "$(dirname "$target/$place")"
	echo 'colour: red' >"$target/$place"
done
for home in "XDG_CONFIG_HOME=." "XDG_CONFIG_HOME=" "XDG_CONFIG_HOME=../target"; do
	ok "not from here: $home" env -C "$target" HOME="$work/home" "$home" "$debar" scan -q .
	ok "nor with a home that is relative: $home" env -C "$target" HOME=. "$home" "$debar" scan -q .
done
mkdir -p "$work/home/.config/debar"
echo 'colour: red' >"$work/home/.config/debar/debar.yaml"
ends 2 'from the home when it is not said otherwise' env XDG_CONFIG_HOME= HOME="$work/home" "$debar" scan -q "$target"

# The machine's file, in a name space of its own where that is possible.
machine() {
	unshare -rm sh -c 'mount -t tmpfs none /etc && mkdir /etc/debar && printf "%s\n" "$1" >/etc/debar/debar.yaml && shift && exec "$@"' \
		sh "$@"
}
if machine '' true 2>/dev/null; then
	ok "the machine's settings" machine 'output: [csv]
exclude: ["*.out"]' "$debar" scan -q "$target"
	says '^"?skipped|excluded by \*\.out|^row' "the machine's settings count"
	set_to 'output: json' 'exclude: []'
	ok "the user's win" machine 'output: [csv]
exclude: ["*.out"]' "$debar" scan -q "$target"
	says '"schema"' "the user's win"
	silent_about 'excluded by' 'an empty list empties the list'
	ends 2 "the machine's are checked" machine 'colour: red' "$debar" scan -q "$target"
fi
finish
