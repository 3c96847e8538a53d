/* SPDX-License-Identifier: Apache-2.0 */
/* compress: the LZW of Unix's .Z files, as ncompress 4.2 reads it. Written here because there is no
 * library but libarchive for it, which hides where the data ends. The format has no checksum, no
 * size and no end: a file cut off cannot be told from a whole one. */
#include "core/limits.h"
#include "reader/pump.h"

extern const struct reader reader_compress;

enum {
	HEADER = 3,
	WIDTH_LEAST = 9,
	WIDTH_MOST = 16,
	FLAG_WIDTH = 0x1f,
	FLAG_CLEARS = 0x80, /* code 256 empties the table */
	FLAGS_UNKNOWN = 0x60,
	CLEAR = 256,
	CODES = 1 << WIDTH_MOST,
	NONE = CODES, /* no code came yet */
};

struct decoder {
	struct bytes packed;
	uint64_t bit, group; /* where to read, and where the codes of this width began */
	uint64_t passed;     /* bits that were void */
	unsigned width, most;
	bool clears;
	uint32_t next, before;  /* the code to define, the code that came last */
	uint8_t first;          /* the first byte of what came last */
	uint16_t prefix[CODES]; /* a code is what its prefix stands for, */
	uint8_t suffix[CODES];  /* and this byte */
	uint8_t spelled[CODES]; /* what a code stands for, from the end */
};

static bool is_header(struct bytes head)
{
	return head.len >= HEADER && head.ptr[0] == 0x1f && head.ptr[1] == 0x9d &&
	       !(head.ptr[2] & FLAGS_UNKNOWN) && (head.ptr[2] & FLAG_WIDTH) >= WIDTH_LEAST &&
	       (head.ptr[2] & FLAG_WIDTH) <= WIDTH_MOST;
}

static bool recognise(const struct sight *sight)
{
	return is_header(sight->head);
}

/* Codes are written in groups of eight; what is left of a group when the width changes is void. */
static void change_width(struct decoder *d, unsigned width)
{
	uint64_t group = (uint64_t)d->width * 8;
	uint64_t next = d->group + (d->bit - d->group + group - 1) / group * group;
	d->passed += next - d->bit;
	d->bit = d->group = next;
	d->width = width;
}

/* False at the end. */
static bool next_code(struct decoder *d, uint32_t *code)
{
	if (d->width < d->most && d->next > (1U << d->width) - 1)
		change_width(d, d->width + 1);
	if (d->bit + d->width > (uint64_t)d->packed.len * 8)
		return false;
	uint32_t bits = 0;
	struct bytes from = bytes_slice(d->packed, d->bit / 8, 3);
	for (size_t i = 0; i < from.len; i++)
		bits |= (uint32_t)from.ptr[i] << 8 * i;
	*code = bits >> d->bit % 8 & ((1U << d->width) - 1);
	d->bit += d->width;
	return true;
}

/* What `code` stands for; empty when it cannot come here. */
static struct bytes spell(struct decoder *d, uint32_t code)
{
	size_t at = CODES;
	uint32_t rest = code;
	if (d->before == NONE ? code >= CLEAR : code > d->next)
		return (struct bytes){0};
	if (code >= d->next && code >= CLEAR) { /* being defined just now */
		d->spelled[--at] = d->first;
		rest = d->before;
	}
	for (; rest >= CLEAR && at > 1; rest = d->prefix[rest]) /* prefixes are older: this ends */
		d->spelled[--at] = d->suffix[rest];
	d->first = (uint8_t)rest;
	d->spelled[--at] = d->first;
	return (struct bytes){d->spelled + at, CODES - at};
}

/* A writer clears the table when it is full: 255 codes at the least, and 7 that are void. */
static bool hides_much(const struct decoder *d)
{
	enum { SHARE = 8 };
	return d->passed / 8 >= LIMIT_PRIVATE_PART && d->passed / 8 > d->packed.len / SHARE;
}

static const char *unpack(struct decoder *d, struct pump *pump)
{
	uint32_t code;
	while (next_code(d, &code)) {
		if (code == CLEAR && d->clears && d->before != NONE) {
			change_width(d, WIDTH_LEAST);
			d->next = CLEAR;
			continue;
		}
		struct bytes plain = spell(d, code);
		if (plain.len == 0)
			return "damaged compress data";
		if (!pump_write(pump, plain))
			return NULL;
		if (d->before != NONE && d->next < 1U << d->most) {
			d->prefix[d->next] = (uint16_t)d->before;
			d->suffix[d->next++] = d->first;
		}
		d->before = code;
	}
	return hides_much(d) ? "compress data with something else between its codes" : NULL;
}

static enum read_result read_compress(struct visit *visit, struct bytes body)
{
	static const struct suffix suffixes[] = {
		{{(const uint8_t *)".Z", 2}, {0}},
		{{(const uint8_t *)".taz", 4}, {(const uint8_t *)".tar", 4}},
	};
	if (!is_header(body))
		return READ_NOT_MINE;
	struct bytes name = plain_name(visit, suffixes, sizeof suffixes / sizeof suffixes[0]);
	struct decoder *d = visit_alloc(visit, 1, sizeof *d);
	d->packed = bytes_from(body, HEADER);
	d->width = WIDTH_LEAST;
	d->most = body.ptr[2] & FLAG_WIDTH;
	d->clears = body.ptr[2] & FLAG_CLEARS;
	d->next = d->clears ? CLEAR + 1 : CLEAR;
	d->before = NONE;
	struct pump pump = pump_start(visit, name, 0);
	const char *why = unpack(d, &pump);
	return pump_end(&pump, CLASS_UNREAD, why);
}

const struct reader reader_compress = {
	.name = "compress",
	.magic = {(const uint8_t *)"\x1f\x9d", 2},
	.recognise = recognise,
	.read = read_compress,
	.understood = CLASS_READ,
	.container = true,
	.stream = true,
};
