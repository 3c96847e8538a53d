/* SPDX-License-Identifier: Apache-2.0 */
/* own: debar's compiled packs and its cases. They hold every mark, and prove nothing by it. Anyone
 * can begin a file like them: a pack is one by its checksum, and a case ends where it says. */
#include "base/cursor.h"
#include "reader/rest.h"

#include <openssl/evp.h>

extern const struct reader reader_own;

static bool recognise_own(const struct sight *sight)
{
	if (bytes_start_with(sight->head, BYTES("debarpk1")))
		return true;
	/* SQLite keeps a number of the program's choice at offset 68 (store/schema.c). */
	return bytes_start_with(sight->head, BYTES("SQLite format 3\0")) &&
	       bytes_equal(bytes_slice(sight->head, 68, 4), BYTES("debr"));
}

/* policy/format.h: the size at 16, then the SHA-256 of all other bytes. */
static bool is_pack(struct bytes body)
{
	enum { SIZE_AT = 16, SUM_AT = 24, SUM = 32, HEADER = 88 };
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct cursor c = cursor_over(body);
	cursor_seek(&c, SIZE_AT);
	if (cursor_u64le(&c) != body.len || body.len < HEADER)
		return false;
	struct bytes behind = bytes_from(body, SUM_AT + SUM);
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	bool made = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
	            EVP_DigestUpdate(hash, body.ptr, SUM_AT) == 1 &&
	            EVP_DigestUpdate(hash, behind.ptr, behind.len) == 1 &&
	            EVP_DigestFinal_ex(hash, digest, NULL) == 1;
	EVP_MD_CTX_free(hash);
	return made && memcmp(digest, body.ptr + SUM_AT, SUM) == 0;
}

/* SQLite's file format, 1.3: pages of the size at 16 (1 is 65,536), as many as stand at 28. */
static uint64_t case_end(struct bytes body)
{
	struct cursor c = cursor_over(body);
	cursor_seek(&c, 16);
	uint64_t page = cursor_u16be(&c);
	cursor_seek(&c, 28);
	uint64_t pages = cursor_u32be(&c);
	return pages * (page == 1 ? 65536 : page);
}

static enum read_result read_own(struct visit *visit, struct bytes body)
{
	if (!bytes_start_with(body, BYTES("SQLite")))
		return is_pack(body) ? READ_WHOLE : READ_NOT_MINE;
	uint64_t end = case_end(body);
	if (end == 0)
		return READ_NOT_MINE;
	(void)rest_hand_over(visit, body, end, BYTES("trailing data"));
	return READ_WHOLE; /* its bytes are plain: the search has seen them */
}

const struct reader reader_own = {
	.name = "own",
	.recognise = recognise_own,
	.read = read_own,
	.understood = CLASS_SEARCHED,
	.quotes = true,
};
