/* SPDX-License-Identifier: Apache-2.0 */
/* The APK Signing Block: see apk_signing_block.h and
 * https://source.android.com/docs/security/features/apksigning/v2 (and v3, v3-1). The signatures
 * are not verified here. */
#include "reader/apk_signing_block.h"

#include "base/checked.h"
#include "base/cursor.h"
#include "core/limits.h"
#include "reader/certificate.h"

#include <stdio.h>

enum {
	FOOTER_LENGTH = 24, /* size (8) and magic (16) */
	SCHEME_V2 = 0x7109871a,
	SCHEME_V3 = (int)0xf05368c0,
	SCHEME_V31 = 0x1b93ad61,
};

static const char damaged[] = "damaged APK signing block";

static bool is_scheme(uint32_t id)
{
	return id == SCHEME_V2 || id == (uint32_t)SCHEME_V3 || id == SCHEME_V31;
}

/* The next length-prefixed item (32 bits, little endian), as a cursor that still counts from the
 * object's start. */
static struct cursor take_item(struct cursor *c)
{
	uint32_t length = cursor_u32le(c);
	struct cursor item = *c;
	cursor_skip(c, length);
	item.all.len = c->at;
	item.bad |= c->bad;
	return item;
}

/* signers { signed data { digests, certificates { DER … }, … }, … } */
static bool read_signers(struct visit *visit, struct cursor scheme)
{
	struct cursor signers = take_item(&scheme);
	unsigned seen = 0;
	while (cursor_left(&signers) > 0) {
		struct cursor signer = take_item(&signers);
		struct cursor signed_data = take_item(&signer);
		(void)take_item(&signed_data); /* digests */
		struct cursor certificates = take_item(&signed_data);
		while (cursor_left(&certificates) > 0) {
			struct cursor der = take_item(&certificates);
			struct span span = {der.at, cursor_left(&der)};
			if (!cursor_ok(&der) || seen++ == LIMIT_SIGNERS ||
			    !certificate_read(visit, cursor_take(&der, span.length), span,
			                      CERTIFICATE_SIGNER))
				return false;
		}
		if (!cursor_ok(&certificates))
			return false;
	}
	return cursor_ok(&signers);
}

static bool is_zero(struct bytes data)
{
	for (size_t i = 0; i < data.len; i++)
		if (data.ptr[i] != 0)
			return false;
	return true;
}

static void hand_over(struct visit *visit, uint32_t id, struct bytes value)
{
	if (is_zero(value))
		return; /* verity padding */
	char name[40];
	int length = snprintf(name, sizeof name, "signing block 0x%08x", (unsigned)id);
	visit_child(visit, (struct bytes){(const uint8_t *)name, (size_t)length}, value);
}

struct span apk_signing_block_read(struct visit *visit, struct bytes body, uint64_t directory_at,
                                   bool *has_gaps)
{
	struct span none = {0};
	uint64_t footer_at, start, size, length;
	if (ckd_sub(&footer_at, directory_at, FOOTER_LENGTH))
		return none;
	struct cursor c = cursor_over(body);
	cursor_seek(&c, footer_at);
	size = cursor_u64le(&c);
	if (!bytes_equal(cursor_take(&c, 16), BYTES("APK Sig Block 42")))
		return none;
	if (size < FOOTER_LENGTH || ckd_add(&length, size, 8) ||
	    ckd_sub(&start, directory_at, length))
		return none;
	c = cursor_over(bytes_slice(body, 0, (size_t)footer_at));
	cursor_seek(&c, start);
	bool whole = cursor_u64le(&c) == size;
	for (unsigned pairs = 0; whole && cursor_left(&c) > 0; pairs++) {
		uint64_t pair = cursor_u64le(&c);
		uint32_t id = cursor_u32le(&c);
		struct cursor scheme = c;
		struct bytes value = cursor_take(&c, pair < 4 ? UINT64_MAX : pair - 4);
		scheme.all.len = c.at;
		whole = cursor_ok(&c) && pairs < LIMIT_SIGNERS;
		if (whole && is_scheme(id))
			whole = read_signers(visit, scheme);
		else if (whole)
			hand_over(visit, id, value);
	}
	struct span block = {start, length};
	if (!whole) {
		visit_gap(visit, block, CLASS_UNREAD, damaged);
		*has_gaps = true;
	}
	return block;
}
