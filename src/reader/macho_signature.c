/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/macho_signature.h"

#include "base/cursor.h"
#include "core/limits.h"
#include "reader/rest.h"
#include "reader/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/* xnu osfmk/kern/cs_blobs.h */
enum {
	SLOT_DIRECTORY = 0,
	SLOT_REQUIREMENTS = 2,
	SLOT_ENTITLEMENTS = 5,
	SLOT_ENTITLEMENTS_DER = 7,
	SLOT_CMS = 0x10000,
	FLAG_ADHOC = 2,
	BLOB_HEADER = 8,
};

static const char damaged[] = "damaged code signature";

struct blob {
	bool is_there;
	size_t at;          /* in the image */
	struct bytes whole; /* with magic and length */
};

/* All numbers are big-endian. */
struct directory {
	struct blob blob;
	uint32_t version, flags, hashes_at, identifier_at, special_slots, code_slots;
	uint32_t scatter_at, team_at;
	uint64_t code_limit;
	uint8_t hash_size, hash_type, page_bits;
};

struct code_signature {
	struct visit *visit;
	struct bytes image;
	struct span place;
	struct blob directory, requirements, entitlements, entitlements_der, cms;
};

static struct blob take_blob(const struct code_signature *s, uint64_t at, uint32_t magic)
{
	struct cursor c = cursor_over(s->image);
	struct blob blob = {0};
	cursor_seek(&c, at);
	uint32_t found = cursor_u32be(&c);
	uint32_t length = cursor_u32be(&c);
	cursor_seek(&c, at);
	blob.whole = cursor_take(&c, length);
	blob.at = (size_t)at;
	blob.is_there = cursor_ok(&c) && found == magic && length >= BLOB_HEADER;
	return blob;
}

/* Of each kind the first counts, as for the kernel. */
static bool put_blob(struct code_signature *s, uint32_t slot, uint64_t at)
{
	const struct {
		uint32_t slot, magic;
		struct blob *blob;
	} kinds[] = {
		{SLOT_DIRECTORY, 0xfade0c02, &s->directory},
		{SLOT_REQUIREMENTS, 0xfade0c01, &s->requirements},
		{SLOT_ENTITLEMENTS, 0xfade7171, &s->entitlements},
		{SLOT_ENTITLEMENTS_DER, 0xfade7172, &s->entitlements_der},
		{SLOT_CMS, 0xfade0b01, &s->cms},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (kinds[i].slot != slot || kinds[i].blob->is_there)
			continue;
		*kinds[i].blob = take_blob(s, at, kinds[i].magic);
		return kinds[i].blob->is_there;
	}
	return true;
}

static bool read_index(struct code_signature *s)
{
	const uint32_t embedded_signature = 0xfade0cc0;
	struct blob all = take_blob(s, s->place.offset, embedded_signature);
	struct cursor c = cursor_over(bytes_slice(all.whole, 0, (size_t)s->place.length));
	bool whole = all.is_there && all.whole.len <= s->place.length;
	cursor_skip(&c, BLOB_HEADER);
	uint32_t count = cursor_u32be(&c);
	count = (uint32_t)cursor_fits(&c, count, 8);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = cursor_u32be(&c), at = cursor_u32be(&c);
		whole &= put_blob(s, slot, s->place.offset + at);
	}
	if (whole && cursor_ok(&c))
		(void)rest_hand_over(
			s->visit,
			bytes_slice(s->image, 0, (size_t)(s->place.offset + s->place.length)),
			s->place.offset + all.whole.len, BYTES("trailing data"));
	return whole && cursor_ok(&c);
}

static bool read_directory(const struct blob *blob, struct directory *out)
{
	struct cursor c = cursor_over(blob->whole);
	*out = (struct directory){.blob = *blob};
	cursor_skip(&c, BLOB_HEADER);
	out->version = cursor_u32be(&c);
	out->flags = cursor_u32be(&c);
	out->hashes_at = cursor_u32be(&c);
	out->identifier_at = cursor_u32be(&c);
	out->special_slots = cursor_u32be(&c);
	out->code_slots = cursor_u32be(&c);
	out->code_limit = cursor_u32be(&c);
	out->hash_size = cursor_u8(&c);
	out->hash_type = cursor_u8(&c);
	cursor_skip(&c, 1); /* platform */
	out->page_bits = cursor_u8(&c);
	cursor_skip(&c, 4);
	if (out->version >= 0x20100)
		out->scatter_at = cursor_u32be(&c);
	if (out->version >= 0x20200)
		out->team_at = cursor_u32be(&c);
	if (out->version >= 0x20300) {
		cursor_skip(&c, 4);
		uint64_t limit = cursor_u64be(&c);
		out->code_limit = limit > 0 ? limit : out->code_limit;
	}
	return cursor_ok(&c);
}

static void string_fact(const struct code_signature *s, enum fact_kind kind,
                        const struct directory *d, uint32_t at)
{
	struct cursor c = cursor_over(d->blob.whole);
	cursor_seek(&c, at);
	struct bytes text = cursor_until(&c, '\0');
	if (at >= BLOB_HEADER && cursor_ok(&c))
		visit_fact(s->visit, kind, text, (struct span){d->blob.at + at, text.len});
}

/* The digest of a directory, or NULL; types 2 and 3 are SHA-256, 3 is cut to 20 bytes. */
static const EVP_MD *digest_of(const struct directory *d)
{
	static const uint8_t sizes[] = {0, 20, 32, 20, 48};
	if (d->hash_type == 0 || d->hash_type >= sizeof sizes ||
	    sizes[d->hash_type] != d->hash_size)
		return NULL;
	if (d->hash_type == 1)
		return EVP_sha1();
	return d->hash_type == 4 ? EVP_sha384() : EVP_sha256();
}

static bool has_digest(const struct directory *d, struct bytes data, struct bytes expected)
{
	uint8_t digest[EVP_MAX_MD_SIZE] = {0};
	if (EVP_Digest(data.ptr, data.len, digest, NULL, digest_of(d), NULL) != 1)
		return false;
	return bytes_equal(expected, (struct bytes){digest, d->hash_size});
}

/* Special slots count backwards from the first page's. A blob without a slot is not signed. */
static bool blob_matches(const struct directory *d, const struct blob *blob, uint32_t slot)
{
	struct cursor c = cursor_over(d->blob.whole);
	if (!blob->is_there)
		return true;
	if (slot > d->special_slots || (uint64_t)slot * d->hash_size > d->hashes_at)
		return false;
	cursor_seek(&c, d->hashes_at - slot * d->hash_size);
	return has_digest(d, blob->whole, cursor_take(&c, d->hash_size));
}

static enum signature_status check_pages(const struct code_signature *s, const struct directory *d)
{
	if (!digest_of(d) || d->scatter_at != 0 || d->page_bits > 30)
		return SIGNATURE_UNCHECKED;
	if (d->code_limit > s->image.len || d->code_limit < s->place.offset)
		return SIGNATURE_MISMATCH; /* code that is cut off, or not signed */
	uint64_t page = d->page_bits > 0 ? (uint64_t)1 << d->page_bits : d->code_limit;
	struct cursor hashes = cursor_over(d->blob.whole);
	struct cursor code = cursor_over(bytes_slice(s->image, 0, (size_t)d->code_limit));
	cursor_seek(&hashes, d->hashes_at);
	if (cursor_fits(&hashes, d->code_slots, d->hash_size) != d->code_slots)
		return SIGNATURE_MISMATCH;
	for (uint32_t i = 0; i < d->code_slots; i++) {
		uint64_t left = cursor_left(&code);
		struct bytes part = cursor_take(&code, left < page ? left : page);
		if (!has_digest(d, part, cursor_take(&hashes, d->hash_size)))
			return SIGNATURE_MISMATCH;
	}
	bool whole = cursor_left(&code) == 0 && cursor_ok(&hashes) &&
	             blob_matches(d, &s->requirements, SLOT_REQUIREMENTS) &&
	             blob_matches(d, &s->entitlements, SLOT_ENTITLEMENTS) &&
	             blob_matches(d, &s->entitlements_der, SLOT_ENTITLEMENTS_DER);
	return whole ? SIGNATURE_VERIFIED : SIGNATURE_MISMATCH;
}

static bool check_message(const struct code_signature *s, enum signature_status pages)
{
	struct signed_data message;
	struct cursor at = cursor_over(bytes_slice(s->image, 0, s->cms.at + s->cms.whole.len));
	cursor_seek(&at, s->cms.at + BLOB_HEADER);
	if (!signed_data_open(s->visit, at, &message)) {
		signature_status_fact(s->visit, SIGNATURE_INVALID, s->place);
		return false;
	}
	struct certificate_set set;
	struct signer signer;
	certificate_set_open(s->visit, &message, &set);
	struct cursor c = der_inside(&message.all, &message.signers);
	int signers = 0;
	for (; signers < LIMIT_SIGNATURES && signed_data_signer(&c, &signer); signers++) {
		struct signature signature;
		signature_check(s->visit, &message, &signer, s->directory.whole, &set, &signature);
		if (signature.status == SIGNATURE_VERIFIED)
			signature.status = pages;
		signature_facts(s->visit, &signature, message.place);
	}
	bool whole = cursor_ok(&c) && cursor_left(&c) == 0 && !set.is_cut && signers > 0;
	certificate_set_close(&set);
	return whole;
}

static void hand_over(const struct code_signature *s, const struct blob *blob, struct bytes name)
{
	if (blob->is_there && blob->whole.len > BLOB_HEADER)
		visit_child(s->visit, name, bytes_from(blob->whole, BLOB_HEADER));
}

const char *macho_signature_read(struct visit *visit, struct bytes body, struct span place,
                                 bool is_encrypted)
{
	struct code_signature s = {.visit = visit, .image = body, .place = place};
	struct directory directory;
	certificate_library();
	bool whole = read_index(&s);
	if (!s.directory.is_there || !read_directory(&s.directory, &directory)) {
		signature_status_fact(visit, SIGNATURE_INVALID, place);
		return damaged;
	}
	string_fact(&s, FACT_BUNDLE_ID, &directory, directory.identifier_at);
	if (directory.team_at != 0)
		string_fact(&s, FACT_SIGNER_TEAM, &directory, directory.team_at);
	hand_over(&s, &s.entitlements, BYTES("entitlements.plist"));
	hand_over(&s, &s.entitlements_der, BYTES("entitlements"));
	bool is_adhoc =
		(directory.flags & FLAG_ADHOC) || !s.cms.is_there || s.cms.whole.len == BLOB_HEADER;
	if (is_adhoc)
		visit_fact(visit, FACT_SIGNER_STATUS, BYTES("unsigned"), place);
	else
		whole &= check_message(&s, is_encrypted ? SIGNATURE_UNCHECKED
		                                        : check_pages(&s, &directory));
	ERR_clear_error();
	return whole ? NULL : damaged;
}
