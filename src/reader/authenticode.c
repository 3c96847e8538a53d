/* SPDX-License-Identifier: Apache-2.0 */
/* Authenticode signatures of a PE image (Microsoft, "Windows Authenticode Portable Executable
 * Signature Format", 2008): the attribute certificate table, the image digest, nested signatures.
 */
#include "base/checked.h"
#include "core/limits.h"
#include "reader/pe_image.h"
#include "reader/signature.h"

static const struct bytes oid_indirect_data = {
	(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x04",
	10}; /* 1.3.6.1.4.1.311.2.1.4 */
static const struct bytes oid_nested_signature = {
	(const uint8_t *)"\x2b\x06\x01\x04\x01\x82\x37\x02\x04\x01",
	10}; /* 1.3.6.1.4.1.311.2.4.1 */

enum { TYPE_X509 = 1, TYPE_SIGNED_DATA = 2, DIGEST_KINDS = 4 };

/* A message that is still to be judged. */
struct pending {
	struct cursor at;
	struct span place; /* in the object */
	bool moved;        /* it lies in rewritten bytes, so that `place` is all there is to say */
};

struct table {
	struct visit *visit;
	const struct pe_image *image;
	struct span span; /* in the object; empty when it lies outside */
	struct pending pending[LIMIT_SIGNATURES];
	size_t count;
	const char *damage; /* the first thing that went wrong */
	struct {
		const EVP_MD *method;
		struct bytes value;
	} digests[DIGEST_KINDS]; /* so that nested signatures cost one pass a method */
};

static void damage(struct table *table, const char *reason)
{
	if (!table->damage)
		table->damage = reason;
}

static void add_pending(struct table *table, struct pending pending)
{
	if (table->count < LIMIT_SIGNATURES)
		table->pending[table->count++] = pending;
	else
		damage(table, "more signatures than are judged");
}

static bool update(EVP_MD_CTX *context, struct bytes all, uint64_t from, uint64_t to)
{
	struct bytes part =
		to > from ? bytes_slice(all, (size_t)from, (size_t)(to - from)) : (struct bytes){0};
	return part.len == 0 || EVP_DigestUpdate(context, part.ptr, part.len) == 1;
}

/* "Calculating the PE Image Hash": the whole file but for the checksum, the directory entry of the
 * table and the table. What stands behind the last section is included, in order. */
static struct bytes compute_digest(const struct table *table, const EVP_MD *method)
{
	const struct pe_image *image = table->image;
	uint64_t entry = image->directories_at + 8 * (uint64_t)PE_CERTIFICATES;
	uint8_t *value = visit_alloc(table->visit, 1, EVP_MAX_MD_SIZE);
	unsigned length = 0;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, method, NULL) == 1 &&
	            update(context, image->body, 0, image->checksum_at) &&
	            update(context, image->body, image->checksum_at + 4, entry) &&
	            update(context, image->body, entry + 8, table->span.offset) &&
	            update(context, image->body, table->span.offset + table->span.length,
	                   image->body.len) &&
	            EVP_DigestFinal_ex(context, value, &length) == 1;
	EVP_MD_CTX_free(context);
	return (struct bytes){value, done ? length : 0};
}

static struct bytes image_digest(struct table *table, const EVP_MD *method)
{
	size_t i = 0;
	while (i < DIGEST_KINDS && table->digests[i].method && table->digests[i].method != method)
		i++;
	if (i < DIGEST_KINDS && table->digests[i].method)
		return table->digests[i].value;
	struct bytes value = compute_digest(table, method);
	if (i < DIGEST_KINDS) {
		table->digests[i].method = method;
		table->digests[i].value = value;
	}
	return value;
}

static enum signature_status compare_digest(struct table *table, const struct signed_data *message)
{
	struct der method, digest;
	struct cursor c = message->all;
	if (!der_is_oid(&message->content_type, oid_indirect_data))
		return SIGNATURE_UNCHECKED;
	cursor_seek(&c, message->content.at);
	if (!signed_data_indirect(c, &method, &digest))
		return SIGNATURE_INVALID;
	const EVP_MD *known = signature_digest(&method);
	if (!known)
		return SIGNATURE_UNCHECKED;
	return bytes_equal(digest.body, image_digest(table, known)) ? SIGNATURE_VERIFIED
	                                                            : SIGNATURE_MISMATCH;
}

/* A second signature, with a newer digest, hangs in the unsigned attributes of the first. */
static void add_nested(struct table *table, const struct signed_data *message,
                       const struct signer *signer, const struct pending *parent)
{
	struct der values, element;
	if (!signed_data_attribute(&message->all, &signer->unsigned_attributes,
	                           oid_nested_signature, &values))
		return;
	bool moved = parent->moved || message->rewritten;
	struct cursor c = der_inside(&message->all, &values);
	for (;;) {
		struct cursor at = c;
		if (cursor_left(&c) == 0 || !der_next(&c, &element))
			break;
		add_pending(table, (struct pending){at, moved ? parent->place : der_span(&element),
		                                    moved});
	}
	if (!cursor_ok(&c))
		damage(table, "damaged nested signature");
}

static void judge(struct table *table, struct signed_data *message, const struct pending *pending)
{
	struct visit *visit = table->visit;
	struct certificate_set set;
	struct signer signer;
	int signers = 0;
	if (pending->moved)
		message->rewritten = true;
	if (message->rewritten)
		message->place = pending->place;
	certificate_set_open(visit, message, &set);
	set.is_mixed |= message->rewritten; /* nested signatures lie in the same place */
	if (set.is_cut)
		damage(table, "more certificates in a signature than are read");
	enum signature_status matches = compare_digest(table, message);
	struct cursor c = der_inside(&message->all, &message->signers);
	for (; signers < LIMIT_SIGNATURES && signed_data_signer(&c, &signer); signers++) {
		struct signature signature;
		signature_check(visit, message, &signer, message->content.body, &set, &signature);
		if (matches == SIGNATURE_MISMATCH || signature.status == SIGNATURE_VERIFIED)
			signature.status = matches;
		signature_facts(visit, &signature, message->place);
		add_nested(table, message, &signer, pending);
	}
	if (!cursor_ok(&c) || cursor_left(&c) > 0 || signers == 0)
		damage(table, "damaged signer");
	if (signers == 0)
		signature_status_fact(visit, SIGNATURE_INVALID, message->place);
	certificate_set_close(&set);
}

/* Returns how many of the entry's bytes the message takes. */
static uint64_t judge_pending(struct table *table, const struct pending *pending)
{
	struct signed_data message;
	if (!signed_data_open(table->visit, pending->at, &message)) {
		signature_status_fact(table->visit, SIGNATURE_INVALID, pending->place);
		damage(table, "damaged signature");
		return 0;
	}
	uint64_t used = message.place.length;
	judge(table, &message, pending);
	return used;
}

/* WIN_CERTIFICATE: length with this header, revision, type; then the certificate. */
static bool read_entry(struct table *table, struct cursor *c)
{
	uint64_t from = c->at;
	uint32_t length = cursor_u32le(c);
	cursor_skip(c, 2);
	uint16_t type = cursor_u16le(c);
	uint64_t body_at = c->at;
	struct bytes body = cursor_take(c, length >= 8 ? length - 8 : UINT64_MAX);
	if (!cursor_ok(c)) {
		damage(table, "damaged certificate table");
		return false;
	}
	struct span span = {body_at, body.len};
	uint64_t used = 0;
	if (type == TYPE_SIGNED_DATA) {
		struct pending entry = {cursor_over(bytes_slice(c->all, 0, c->at)), span, false};
		cursor_seek(&entry.at, body_at);
		used = judge_pending(table, &entry);
	} else if (type == TYPE_X509 &&
	           certificate_read(table->visit, body, span, CERTIFICATE_FOUND)) {
		used = body.len;
	}
	if (bytes_trim_end(bytes_from(body, (size_t)used), '\0').len > 0)
		visit_child(table->visit, BYTES("certificate table"),
		            bytes_from(body, (size_t)used));
	uint64_t padding = (8 - (c->at - from) % 8) % 8;
	cursor_skip(c, padding < cursor_left(c) ? padding : cursor_left(c));
	return true;
}

bool authenticode_read(struct visit *visit, const struct pe_image *image)
{
	struct pe_directory directory;
	struct table table = {.visit = visit, .image = image};
	certificate_library();
	if (!pe_image_directory(image, PE_CERTIFICATES, &directory)) {
		visit_fact(visit, FACT_SIGNER_STATUS, BYTES("unsigned"), directory.span);
		return true;
	}
	table.span = (struct span){directory.address, directory.size};
	uint64_t end = directory.address + directory.size;
	if (end > image->body.len || directory.size > LIMIT_SIGNATURE_TABLE) {
		signature_status_fact(visit, SIGNATURE_INVALID, directory.span);
		visit_gap(visit, directory.span, CLASS_UNREAD,
		          "the certificate table lies outside the file, or is too large");
		return false;
	}
	struct cursor c = cursor_over(bytes_slice(image->body, 0, (size_t)end));
	cursor_seek(&c, directory.address);
	int entries = 0;
	while (cursor_left(&c) >= 8 && entries++ < LIMIT_SIGNATURES && read_entry(&table, &c))
		;
	if (cursor_left(&c) > 0 && !table.damage)
		visit_child(visit, BYTES("certificate table"), cursor_take(&c, cursor_left(&c)));
	for (size_t i = 0; i < table.count; i++)
		(void)judge_pending(&table, &table.pending[i]);
	if (!table.damage)
		return true;
	visit_gap(visit, table.span, CLASS_UNREAD, table.damage);
	return false;
}
