/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hex: firmware written as text, Intel HEX ("Hexadecimal Object File Format", 1988) and Motorola
 * S-records. Each run of addresses becomes a child; short holes within one are filled with
 * zeros.
 */
#include "base/checked.h"
#include "reader/lines.h"
#include "reader/pump.h"
#include "reader/rest.h"

extern const struct reader reader_hex;

enum {
	RECORD_MOST = 260, /* a count of one byte, and what is around the data */
	FILL_MOST = 256,
	INTEL_TYPES_MOST = 5, /* where a program begins */
};

enum record_kind { RECORD_DATA, RECORD_BASE, RECORD_OTHER, RECORD_END, RECORD_DAMAGED };

struct record {
	enum record_kind kind;
	uint64_t address;
	struct bytes data; /* in `bytes` */
	uint8_t bytes[RECORD_MOST];
};

static int digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Pairs of digits to bytes; 0 when there is anything else. */
static size_t decode(struct bytes text, uint8_t *out)
{
	if (text.len % 2 != 0 || text.len / 2 > RECORD_MOST)
		return 0;
	for (size_t i = 0; i < text.len; i += 2) {
		int high = digit(text.ptr[i]), low = digit(text.ptr[i + 1]);
		if (high < 0 || low < 0)
			return 0;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return text.len / 2;
}

/* ":LLAAAATT…CC": the bytes of a record add up to zero. */
static void read_intel(struct record *r, size_t count)
{
	struct cursor c = cursor_over((struct bytes){r->bytes, count});
	size_t length = cursor_u8(&c);
	uint8_t sum = 0;
	r->address = cursor_u16be(&c);
	uint8_t type = cursor_u8(&c);
	r->data = cursor_take(&c, length);
	for (size_t i = 0; i < count; i++)
		sum = (uint8_t)(sum + r->bytes[i]);
	r->kind = RECORD_DAMAGED;
	if (!cursor_ok(&c) || cursor_left(&c) != 1 || sum != 0)
		return;
	struct cursor base = cursor_over(r->data);
	if (type == 2 || type == 4) /* extended segment, extended linear address */
		r->address = (uint64_t)cursor_u16be(&base) << (type == 2 ? 4 : 16);
	if (type > INTEL_TYPES_MOST)
		return;
	r->kind = type == 0 ? RECORD_DATA : RECORD_OTHER;
	if (type == 1)
		r->kind = RECORD_END;
	else if (type == 2 || type == 4)
		r->kind = cursor_ok(&base) ? RECORD_BASE : RECORD_DAMAGED;
}

/* "S1LLAAAA…CC": S1, S2 and S3 carry data at addresses of 2, 3 and 4 bytes; S7 to S9 end it. */
static void read_motorola(struct record *r, uint8_t type, size_t count)
{
	struct cursor c = cursor_over((struct bytes){r->bytes, count});
	size_t length = cursor_u8(&c),
	       width = type >= '1' && type <= '3' ? (size_t)type - '0' + 1 : 0;
	uint8_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum = (uint8_t)(sum + r->bytes[i]);
	r->kind = RECORD_DAMAGED;
	if (length + 1 != count || sum != 0xFF || length < width + 1 || type == '4')
		return; /* S4 is reserved */
	for (size_t i = 0; i < width; i++)
		r->address = r->address << 8 | cursor_u8(&c);
	r->data = cursor_take(&c, length - width - 1);
	r->kind = width > 0 ? RECORD_DATA : RECORD_OTHER;
	if (type >= '7' && type <= '9')
		r->kind = RECORD_END;
}

static void read_record(struct record *r, struct bytes text)
{
	r->kind = RECORD_DAMAGED;
	r->address = 0;
	if (bytes_start_with(text, BYTES(":")))
		read_intel(r, decode(bytes_from(text, 1), r->bytes));
	else if (text.len > 2 && text.ptr[0] == 'S' && text.ptr[1] >= '0' && text.ptr[1] <= '9')
		read_motorola(r, text.ptr[1], decode(bytes_from(text, 2), r->bytes));
}

/* The first line is a record that adds up. */
static bool begins_as_hex(struct bytes head)
{
	struct cursor c = cursor_over(bytes_slice(head, 0, 2 * RECORD_MOST + 4));
	struct line line;
	struct record first;
	if (head.len == 0 || (head.ptr[0] != ':' && head.ptr[0] != 'S') || !line_next(&c, &line))
		return false;
	read_record(&first, bytes_trim(line.text));
	return first.kind != RECORD_DAMAGED;
}

static bool recognise_hex(const struct sight *sight)
{
	return begins_as_hex(sight->head);
}

struct image {
	struct visit *visit;
	struct pump pump;
	bool is_open, stopped;
	uint64_t next; /* the address after what was written */
};

static void close_run(struct image *image, const char *why)
{
	if (!image->is_open)
		return;
	image->is_open = false;
	image->stopped |= image->pump.stopped;
	if (pump_end(&image->pump, CLASS_UNREAD, why) != READ_WHOLE)
		image->stopped = true;
}

static struct bytes run_name(struct visit *visit, uint64_t address)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t *name = visit_alloc(visit, 10, 1);
	name[0] = '0';
	name[1] = 'x';
	for (size_t i = 0; i < 8; i++)
		name[2 + i] = (uint8_t)digits[address >> (28 - 4 * i) & 15];
	return (struct bytes){name, 10};
}

static void add_data(struct image *image, uint64_t address, struct bytes data)
{
	static const uint8_t zeros[FILL_MOST] = {0};
	uint64_t hole = 0;
	if (data.len == 0)
		return;
	if (!image->is_open || ckd_sub(&hole, address, image->next) || hole > FILL_MOST) {
		close_run(image, NULL);
		image->pump = pump_start(image->visit, run_name(image->visit, address), 0);
		image->is_open = true;
		hole = 0;
	}
	(void)pump_write(&image->pump, (struct bytes){zeros, (size_t)hole});
	(void)pump_write(&image->pump, data);
	image->stopped |= image->pump.stopped;
	image->next = address + data.len;
}

static enum read_result read_hex(struct visit *visit, struct bytes body)
{
	struct image image = {.visit = visit};
	struct cursor c = cursor_over(body);
	struct record record;
	uint64_t base = 0;
	bool ended = false;
	if (!begins_as_hex(body))
		return READ_NOT_MINE;
	for (struct line line; !ended && !image.stopped && line_next(&c, &line);) {
		struct bytes text = bytes_trim(line.text);
		if (text.len == 0)
			continue;
		read_record(&record, text);
		if (record.kind == RECORD_DAMAGED) {
			close_run(&image, "damaged record");
			visit_gap(visit, (struct span){line.at, 0}, CLASS_UNREAD, "damaged record");
			return READ_PARTLY;
		}
		ended = record.kind == RECORD_END;
		if (record.kind == RECORD_BASE)
			base = record.address;
		if (record.kind == RECORD_DATA)
			add_data(&image, base + record.address, record.data);
	}
	close_run(&image, NULL);
	if (image.stopped)
		return READ_PARTLY;
	if (!ended) {
		visit_gap(visit, (struct span){body.len, 0}, CLASS_UNREAD,
		          "records without an end");
		return READ_PARTLY;
	}
	struct bytes rest = bytes_from(body, c.at);
	if (bytes_trim(rest).len > 0)
		(void)rest_hand_over(visit, rest, 0, BYTES("trailing data"));
	return READ_WHOLE;
}

const struct reader reader_hex = {
	.name = "hex",
	.recognise = recognise_hex,
	.read = read_hex,
	.understood = CLASS_READ,
	.container = true,
};
