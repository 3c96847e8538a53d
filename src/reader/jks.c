/* SPDX-License-Identifier: Apache-2.0 */
/* jks: Java key stores, with the roots that a Java trusts (OpenJDK, sun.security.provider
 * .JavaKeyStore; JCEKS differs in its magic and has secret keys). Keys in them are encrypted. It is
 * no container: the search still speaks for the names of its entries. */
#include "base/cursor.h"
#include "reader/certificate.h"
#include "reader/rest.h"

extern const struct reader reader_jks;

enum { PRIVATE_KEY = 1, TRUSTED = 2, CHECKSUM = 20 };

struct store {
	struct visit *visit;
	struct cursor c;
	uint32_t version;
	bool locked;  /* it holds keys */
	bool damaged; /* a certificate is none */
	uint64_t bad_at;
};

static struct bytes take_text(struct cursor *c)
{
	return cursor_take(c, cursor_u16be(c));
}

static void read_certificate(struct store *s)
{
	if (s->version == 2)
		(void)take_text(&s->c); /* "X.509" */
	uint32_t size = cursor_u32be(&s->c);
	size_t at = s->c.at;
	struct bytes der = cursor_take(&s->c, size);
	visit_unpacked(s->visit, der);
	if (!cursor_ok(&s->c) ||
	    certificate_read(s->visit, der, (struct span){at, der.len}, CERTIFICATE_FOUND))
		return;
	s->damaged = true;
	s->bad_at = at;
}

static void read_key(struct store *s, struct bytes alias)
{
	struct bytes key = cursor_take(&s->c, cursor_u32be(&s->c));
	uint32_t count = cursor_u32be(&s->c);
	if (!cursor_ok(&s->c))
		return;
	visit_unpacked(s->visit, key);
	visit_closed(s->visit, alias, key.len, CLASS_OPAQUE, "encrypted private key");
	s->locked = true;
	for (uint32_t i = 0; i < count && cursor_ok(&s->c); i++)
		read_certificate(s);
}

static bool is_store(struct cursor *c)
{
	uint32_t magic = cursor_u32be(c), version = cursor_u32be(c);
	return (magic == 0xfeedfeedU || magic == 0xcecececeU) && (version == 1 || version == 2);
}

static enum read_result read_jks(struct visit *visit, struct bytes body)
{
	struct store s = {.visit = visit, .c = cursor_over(body)};
	if (!is_store(&s.c))
		return READ_NOT_MINE;
	s.version = body.ptr[7];
	uint32_t count = cursor_u32be(&s.c);
	for (uint32_t i = 0; i < count && cursor_ok(&s.c); i++) {
		size_t at = s.c.at;
		uint32_t tag = cursor_u32be(&s.c);
		struct bytes alias = take_text(&s.c);
		cursor_skip(&s.c, 8); /* date */
		if (cursor_ok(&s.c) && tag == TRUSTED)
			read_certificate(&s);
		else if (cursor_ok(&s.c) && tag == PRIVATE_KEY)
			read_key(&s, alias);
		else
			return rest_damaged(visit, body, at, "unknown entry in a Java key store");
	}
	cursor_skip(&s.c, CHECKSUM);
	if (!cursor_ok(&s.c) || s.damaged)
		return rest_damaged(visit, body, s.bad_at, "damaged Java key store");
	(void)rest_hand_over(visit, body, s.c.at, BYTES("trailing data"));
	return s.locked ? READ_PARTLY : READ_WHOLE;
}

static bool recognise_jks(const struct sight *sight)
{
	struct cursor c = cursor_over(sight->head);
	return is_store(&c) && cursor_ok(&c);
}

const struct reader reader_jks = {
	.name = "jks",
	.recognise = recognise_jks,
	.read = read_jks,
	.understood = CLASS_READ,
};
