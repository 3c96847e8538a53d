/* SPDX-License-Identifier: Apache-2.0 */
/* deb: the control file of a Debian package (deb-control(5)) or an opkg package. The package itself
 * is an ar archive with two tar archives. */
#include "reader/debian_package.h"

extern const struct reader reader_deb;

/* debian/control of a source package begins with "Source:"; it says what will be built, not what
 * this is. */
static bool is_control(struct bytes text)
{
	struct debian_package package;
	struct cursor c = cursor_over(text);
	return bytes_start_with_nocase(text, BYTES("Package:")) &&
	       debian_package_next(&c, &package) && package.name.len > 0 &&
	       package.architecture.len > 0 && package.maintainer.len > 0;
}

static bool recognise_deb(const struct sight *sight)
{
	return bytes_equal(sight->name, BYTES("control")) && is_control(sight->head);
}

static enum read_result read_deb(struct visit *visit, struct bytes body)
{
	if (!is_control(body))
		return READ_NOT_MINE;
	struct cursor c = cursor_over(body);
	for (struct debian_package package; debian_package_next(&c, &package);)
		debian_package_facts(visit, body, FACT_PACKAGE_NAME, &package);
	return READ_WHOLE;
}

const struct reader reader_deb = {
	.name = "deb",
	.recognise = recognise_deb,
	.read = read_deb,
	.understood = CLASS_READ,
};
