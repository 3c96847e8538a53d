#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installed into a folder of its own, debar runs without further ado, and a program of somebody else's finds the library
# through pkg-config, is built and scans.
. "$SOURCE/tests/system/lib.sh"
root=$work/root
unset LD_LIBRARY_PATH # meson test sets it to the build folder
ok 'it installs' env DESTDIR="$root" meson install --no-rebuild -C "$BUILD"
program=$(find "$root" -type f -name debar -perm -100 | head -n 1)
library=$(find "$root" -name libdebar.so.0 | head -n 1)
config=$(find "$root" -name debar.pc | head -n 1)
ok 'the header is the only one' test "$(find "$root" -name '*.h' | wc -l)" -eq 1

for page in debar-report-1.schema.json debar-ndjson-1.schema.json policies.md formats.md; do
	ok "$page is there" test -n "$(find "$root" -path "*/doc/debar/$page")"
done
ok 'the shipped policies are there' test -n "$(find "$root" -path '*/debar/policies/directives')"

ok 'the program finds its library' "$program" --version
says '^debar [0-9]' 'the program finds its library'
ok 'which library it is' ldd "$program"
says "libdebar.so.0 => $root" 'it is the one beside it'

cat >"$work/user.c" <<'END'
#include <debar.h>
#include <stdio.h>
int main(int count, char **arguments)
{
	struct debar_options options = {0};
	struct debar_scan_options how = {0};
	struct debar *debar = NULL;
	struct debar_scan *scan = NULL;
	const struct debar_event *event = NULL;
	struct debar_error error = {0};
	enum debar_status status = DEBAR_INVALID;
	options.size = sizeof options;
	options.case_path = ":memory:";
	options.worker_path = arguments[1];
	options.pack_path = arguments[2];
	how.size = sizeof how;
	if (count == 4 && debar_open(&options, &debar, &error) == DEBAR_OK)
		status = debar_scan_start(debar, (const char *const *)arguments + 3, 1, &how, &scan, &error);
	while (status == DEBAR_OK)
		status = debar_scan_next(scan, &event, &error);
	if (status == DEBAR_END)
		printf("outcome %d\n", (int)debar_scan_outcome(scan));
	else
		puts(error.message);
	debar_scan_close(scan);
	debar_close(debar);
	return status == DEBAR_END ? 0 : 1;
}
END
# Its folders begin where it was told to be installed; the root is put before them.
export PKG_CONFIG_PATH="${config%/*}" PKG_CONFIG_SYSROOT_DIR="$root"
# shellcheck disable=SC2046 # flags, not one word
ok "somebody else's program is built" gcc -o "$work/user" "$work/user.c" $(pkg-config --cflags --libs debar)
echo '{"dependencies":{"@kaspersky/hexa-ui":"1"}}' >"$work/package.json"
ok "somebody else's program scans" env LD_LIBRARY_PATH="${library%/*}" "$work/user" \
	"$(find "$root" -name debar-worker)" "$(find "$root" -name policies.pack)" "$work/package.json"
says '^outcome 1$' 'it finds what is there'
finish
