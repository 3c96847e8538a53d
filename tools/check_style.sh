#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fails when a rule of style that a program can check is broken: tools/check_style.sh [TREE]
#   format, banned words, the SPDX line, header guards, lengths of files and functions, readers and roles that the pages
#   do not name, subjects of commits
# Everything else is the reviewer's: CONTRIBUTING.md.
set -u
here=$(dirname "$0")
tree=${1:-$here/..}
wrong=0

# Paths in messages begin at the tree, where an editor finds them.
tools=$(cd "$here" && pwd)
cd "$tree" || exit 2
folders=
for folder in src include fuzz tests bench tools corpus/recipes; do
	[ ! -d "$folder" ] || folders="$folders $folder"
done
[ -n "$folders" ] || { echo "check_style: nothing to check in $(pwd)" >&2; exit 2; }

# shellcheck disable=SC2086 # a list of folders
all=$(find $folders -type f \( -name '*.c' -o -name '*.h' -o -name '*.sh' -o -name '*.py' \) | LC_ALL=C sort)
c=$(printf '%s\n' "$all" | grep '\.[ch]$')

# shellcheck disable=SC2086 # names of source files have no blanks
awk -f "$tools/check_style.awk" $all || wrong=1

# shellcheck disable=SC2086
clang-format --dry-run -Werror $c || { echo "run: clang-format -i on these files"; wrong=1; }

# named_in LIST PAGE PATTERN: each name that the pattern of sed finds in the list stands in the page, in backticks.
named_in() {
	[ -f "$1" ] || return 0
	sed -n "$3" "$1" | while read -r name; do
		grep -qs -e "\`$name\`" "$2" || echo "$2: $name of $1 is missing"
	done
}
missing=$(named_in src/reader/readers.def docs/formats.md 's/^READER(\(.*\))$/\1/p'
	named_in src/policy/load_words.c docs/policies.md 's/^	"\([a-z-]*\)",$/\1/p')
[ -z "$missing" ] || { echo "$missing"; wrong=1; }

# Subjects of commits, from the one that brought this check; where there is no history, there is nothing to say.
since=$(git log --diff-filter=A --format=%H -- tools/check_style.sh 2>/dev/null | tail -n 1)
if [ -n "$since" ]; then
	git log -100 --no-merges --format=%s "$since..HEAD" | awk '
		length($0) > 60 || !/^[a-z][a-z0-9_, -]*: [^A-Z ]/ {
			print "commit \"" $0 "\": not \"area: change\" in lower case and 60 characters"
			wrong = 1
		}
		END { exit wrong }' || wrong=1
fi

[ "$wrong" -eq 0 ] && echo "style: $(printf '%s\n' "$all" | wc -l) files, no rule broken"
exit "$wrong"
