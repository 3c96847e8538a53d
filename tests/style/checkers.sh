#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The checkers are checked: a clean tree passes, and each rule, broken by itself in it, is named.
. "$SOURCE/tests/system/lib.sh"
tree=$work/tree
mkdir -p "$tree/src/base" "$tree/src/reader" "$tree/tests"
cp "$SOURCE/.clang-format" "$tree/"

clean() {
	printf '/* SPDX-License-Identifier: Apache-2.0 */\n'
	printf '#ifndef %s\n#define %s\n#endif\n' "$1" "$1"
}
source_of() {
	printf '/* SPDX-License-Identifier: Apache-2.0 */\n%s\n' "$1"
}
style() {
	"$SOURCE/tools/check_style.sh" "$tree"
}
floors() {
	"$SOURCE/tools/check_floors.py" "$tree"
}

# breaks PATTERN NAME FILE: the file is there; the checker must name it, and pass again when it is gone.
breaks() {
	ends 1 "$2 is seen" style
	says "$1" "$2 is named"
	rm "$3"
}
planted=$tree/src/reader/planted.c

clean READER_CLEAN_H >"$tree/src/reader/clean.h"
source_of '/* strcpy(a, b) and open(x) */
static const char text[] = "system(\"gets\")"; // fork()
int own_open(const struct clock *clock);
int own_open(const struct clock *clock)
{
	return clock->open(text[0]);
}' >"$tree/src/reader/clean.c"
ok 'a clean tree passes' style

for call in 'strcpy(a, b)' 'sprintf(a, b)' 'system(a)' 'alloca(3)' 'getenv(a)' 'open(a, 0)' 'fopen(a, b)' 'fork()' \
	'time(0)' 'nanosleep(a, b)' 'clock_gettime(0, a)' 'gettimeofday(a, 0)' 'socket(1, 2, 3)' 'execve(a, b, c)' \
	'openat(1, a, 0)' 'printf(a)'; do
	source_of "int x = $call;" >"$planted"
	breaks "planted.c:2: ${call%%(*}: banned" "$call" "$planted"
done
source_of 'int (*planted)(const char *) = gets;' >"$planted"
breaks 'planted.c:2: gets: banned' 'a banned name without a call' "$planted"

source_of 'int x = getenv(a) != 0;' >"$tree/src/base/host.c"
ok 'what only readers must not do, others may' style
rm "$tree/src/base/host.c"

echo 'int x;' >"$planted"
breaks 'planted.c:1: the first line is not the SPDX line' 'no licence' "$planted"
printf '#!/bin/sh\necho\n' >"$tree/tests/planted.sh"
breaks 'planted.sh:2: the first line is not the SPDX line' 'a script without licence' "$tree/tests/planted.sh"
clean PLANTED_H >"$tree/src/reader/planted.h"
breaks 'planted.h:1: the header guard is not READER_PLANTED_H' 'a guard' "$tree/src/reader/planted.h"
source_of 'int  x;' >"$planted"
breaks 'clang-format -i' 'format' "$planted"
{ source_of 'int x;' && yes '/* */' | head -n 799; } >"$planted"
breaks 'planted.c:801: a file of more than 800 lines' 'a long file' "$planted"
{ source_of 'void f(void)' && echo '{' && yes '	f();' | head -n 61 && echo '}'; } >"$planted"
breaks 'planted.c:3: a function of 61 lines' 'a long function' "$planted"
{ source_of 'void f(void)' && echo '{' && yes '	f();' | head -n 60 && echo '}'; } >"$planted"
ok 'sixty lines are not too long' style
rm "$planted"

mkdir "$tree/docs"
printf 'READER(one)\nREADER(other)\n' >"$tree/src/reader/readers.def"
# shellcheck disable=SC2016 # backticks of the page
printf '| `one` |\n| `another` |\n' >"$tree/docs/formats.md"
breaks 'docs/formats.md: other of src/reader/readers.def is missing' 'a reader without a row' "$tree/src/reader/readers.def"
mkdir "$tree/src/policy"
source_of 'static const char *const roles[] = {
	"agent",
	"engine",
};' >"$tree/src/policy/load_words.c"
# shellcheck disable=SC2016
echo '| `agent` `engine-room` |' >"$tree/docs/policies.md"
breaks 'docs/policies.md: engine of src/policy/load_words.c is missing' 'a role without a word' "$tree/src/policy/load_words.c"

# Commits: what came before the check is not judged.
commit() {
	git -C "$tree" -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m "$1"
}
if git -C "$tree" init -q 2>/dev/null; then
	mkdir "$tree/tools"
	commit 'Anything Goes'
	printf '#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n' >"$tree/tools/check_style.sh"
	git -C "$tree" add tools
	commit 'tools: a check'
	commit 'base: a change'
	commit 'base, core: a change of two'
	ok 'subjects in their form pass' style
	for subject in 'Base: a change' 'a change' 'base: A change' \
		'base: a change whose subject goes on and on until it is too long'; do
		commit "$subject"
		ends 1 "subject '$subject' is seen" style
		says "commit \"$subject\"" "subject '$subject' is named"
		git -C "$tree" reset -q --soft HEAD~1
	done
fi

ok 'a tree on its floors passes' floors
for include in 'reader:policy/match.h' 'base:core/fact.h' 'scan:reader/zip.h' 'source:wire/wire.h' 'bin:scan/scan.h'; do
	mkdir -p "$tree/src/${include%%:*}"
	source_of "#include \"${include#*:}\"" >"$tree/src/${include%%:*}/planted.c"
	ends 1 "$include is seen" floors
	says "planted.c:2: ${include%%:*}/ may not include" "$include is named"
	rm "$tree/src/${include%%:*}/planted.c"
done
source_of '#include "core/fact.h"' >"$tree/src/reader/planted.c"
ok 'a floor below is fine' floors

# check.sh counts what meson counts, and nothing that failed or never ran passes for good.
project=$work/project
counts() {
	CHECK_FAST=1 "$SOURCE/tools/check.sh" "$work/built"
}
mkdir "$project"
{
	echo "project('p')"
	echo "test('good', find_program('true'))"
	echo "test('skips', find_program('sh'), args: ['-c', 'exit 77'])"
} >"$project/meson.build"
meson setup "$work/built" "$project" >/dev/null
ok 'tests that pass' counts
says '^1 passed, 0 failed, 1 skipped$' 'passed and skipped are counted'
echo "test('bad', find_program('false'))" >>"$project/meson.build"
ends 1 'a test that fails' counts
says '^1 passed, 1 failed, 1 skipped$' 'the failed are counted'
echo "project('p')" >"$project/meson.build"
ends 1 'no tests at all' counts
ends 1 'no build at all' env CHECK_FAST=1 "$SOURCE/tools/check.sh" "$work/nowhere"
says '^0 passed, 1 failed, 0 skipped$' 'what does not build has failed'
finish
