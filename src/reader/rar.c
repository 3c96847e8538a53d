/* SPDX-License-Identifier: Apache-2.0 */
/* rar: RAR archives of versions 4 and 5, by libarchive. Their blocks are walked here too, for what
 * libarchive passes over without a word: other volumes, streams and comments beside the members,
 * and what follows the end. Formats: technote.txt of RAR 4 and of RAR 5. */
#include "base/checked.h"
#include "base/cursor.h"
#include "reader/pump.h"
#include "reader/rest.h"
#include "reader/through_libarchive.h"

#include <archive.h>

extern const struct reader reader_rar;

static const struct bytes SIGNATURE_4 = {(const uint8_t *)"Rar!\x1A\x07\x00", 7};
static const struct bytes SIGNATURE_5 = {(const uint8_t *)"Rar!\x1A\x07\x01\x00", 8};

enum block_kind { OTHER_BLOCK, MAIN, MEMBER, SERVICE, ENCRYPTED, END };

struct block {
	enum block_kind kind;
	bool is_volume;            /* of the main block */
	bool is_stored;            /* its data is not packed */
	bool is_encrypted;         /* its data is */
	struct member_check check; /* of a member's bytes */
	struct bytes name, data, header;
};

struct walk {
	uint64_t end; /* after the last block */
	bool is_broken, is_volume;
	bool has_closed; /* something was handed over closed */
	struct member_checks members;
};

/* RAR 5: seven bits a byte, lowest first. */
static uint64_t take_variable(struct cursor *c)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 63; shift += 7) {
		uint8_t byte = cursor_u8(c);
		value |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80)
			return value;
	}
	cursor_fail(c);
	return 0;
}

/* Records of a member's extra area: size, type, data. */
static bool has_encryption_record(struct bytes extra)
{
	struct cursor c = cursor_over(extra);
	while (cursor_left(&c) > 0) {
		struct cursor record = cursor_over(cursor_take(&c, take_variable(&c)));
		if (take_variable(&record) == 1 && cursor_ok(&record))
			return true;
	}
	return false;
}

/* The header of a member or service, from its flags on. */
static void read_member_5(struct cursor *header, uint64_t extra, struct block *block)
{
	enum { IS_FOLDER = 1, HAS_TIME = 2, HAS_CHECKSUM = 4 };
	uint64_t flags = take_variable(header);
	(void)take_variable(header); /* unpacked size */
	(void)take_variable(header); /* attributes */
	cursor_skip(header, flags & HAS_TIME ? 4 : 0);
	uint32_t crc32 = flags & HAS_CHECKSUM ? cursor_u32le(header) : 0;
	block->is_stored = (take_variable(header) >> 7 & 7) == 0;
	(void)take_variable(header); /* system */
	block->name = cursor_take(header, take_variable(header));
	block->is_encrypted = has_encryption_record(cursor_take(header, extra));
	bool known = flags & HAS_CHECKSUM && !(flags & IS_FOLDER) && !block->is_encrypted;
	block->check = (struct member_check){known, crc32};
}

static struct block take_block_5(struct cursor *c)
{
	enum { HAS_EXTRA = 1, HAS_DATA = 2, IS_SPLIT = 8 | 16 };
	static const enum block_kind kinds[] = {OTHER_BLOCK, MAIN, MEMBER, SERVICE, ENCRYPTED, END};
	struct block block = {0};
	cursor_skip(c, 4); /* checksum */
	struct cursor header = cursor_over(cursor_take(c, take_variable(c)));
	block.header = header.all;
	uint64_t type = take_variable(&header);
	uint64_t flags = take_variable(&header);
	uint64_t extra = flags & HAS_EXTRA ? take_variable(&header) : 0;
	uint64_t size = flags & HAS_DATA ? take_variable(&header) : 0;
	block.kind = type < sizeof kinds / sizeof kinds[0] ? kinds[type] : OTHER_BLOCK;
	if (block.kind == MAIN)
		block.is_volume = take_variable(&header) & 1;
	if (block.kind == MEMBER || block.kind == SERVICE)
		read_member_5(&header, extra, &block);
	if (flags & IS_SPLIT)
		block.check.known = false;
	if (!cursor_ok(&header))
		cursor_fail(c);
	block.data = cursor_take(c, size);
	return block;
}

/* The header of a member or service, from its second size on. */
static void read_member_4(struct cursor *header, uint16_t flags, struct block *block)
{
	enum { IS_SPLIT = 1 | 2, IS_ENCRYPTED = 4, IS_FOLDER = 0xE0, HAS_HIGH = 0x100 };
	cursor_skip(header, 4 + 1); /* unpacked size, system */
	uint32_t crc32 = cursor_u32le(header);
	cursor_skip(header, 4 + 1); /* time, version */
	block->is_stored = cursor_u8(header) == 0x30;
	uint16_t name = cursor_u16le(header);
	cursor_skip(header, 4 + (flags & HAS_HIGH ? 8 : 0)); /* attributes, high halves of sizes */
	block->name = cursor_take(header, name);
	block->is_encrypted = flags & IS_ENCRYPTED;
	bool known = !(flags & (IS_SPLIT | IS_ENCRYPTED)) && (flags & IS_FOLDER) != IS_FOLDER;
	block->check = (struct member_check){known, crc32};
}

static struct block take_block_4(struct cursor *c)
{
	enum { TYPE_MAIN = 0x73, TYPE_FILE, TYPE_SERVICE = 0x7A, TYPE_END };
	enum { IS_VOLUME = 1, IS_ENCRYPTED = 0x80, HAS_HIGH = 0x100, HAS_DATA = 0x8000 };
	struct block block = {0};
	size_t from = c->at;
	cursor_skip(c, 2); /* checksum */
	uint8_t type = cursor_u8(c);
	uint16_t flags = cursor_u16le(c);
	uint16_t len = cursor_u16le(c);
	cursor_seek(c, from);
	struct cursor header = cursor_over(cursor_take(c, len));
	block.header = header.all;
	cursor_skip(&header, 7);
	bool is_file = type == TYPE_FILE || type == TYPE_SERVICE;
	uint64_t size = is_file || flags & HAS_DATA ? cursor_u32le(&header) : 0;
	if (is_file && flags & HAS_HIGH) {
		struct cursor high = header;
		cursor_seek(&high, 32);
		size |= (uint64_t)cursor_u32le(&high) << 32;
	}
	if (type == TYPE_MAIN)
		block.kind = flags & IS_ENCRYPTED ? ENCRYPTED : MAIN;
	else if (is_file)
		block.kind = type == TYPE_FILE ? MEMBER : SERVICE;
	else if (type == TYPE_END)
		block.kind = END;
	block.is_volume = type == TYPE_MAIN && flags & IS_VOLUME;
	if (is_file)
		read_member_4(&header, flags, &block);
	if (!cursor_ok(&header))
		cursor_fail(c);
	block.data = cursor_take(c, size);
	return block;
}

/* Services that repeat or repair what is known, or tell rights. CMT is a comment, STM an alternate
 * stream of NTFS. */
static bool is_helper(struct bytes name)
{
	static const char *const names[] = {"QO", "RR", "ACL", "UOW", "AV", "EA2"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (bytes_equal(name, bytes_of(names[i])))
			return true;
	return false;
}

static bool visit_service(struct visit *visit, const struct block *block)
{
	if (is_helper(block->name))
		return true;
	bool is_plain = block->is_stored && !block->is_encrypted;
	if (is_plain)
		visit_child(visit, block->name, block->data);
	else
		visit_closed(visit, block->name, block->data.len, CLASS_OPAQUE,
		             "packed stream or comment of a RAR archive");
	return is_plain;
}

/* Goes to the end block, the end of the object, or damage. Counts the members; with room for them,
 * notes what they must sum up to. `visit` is NULL when only the members are counted. */
static struct walk walk_blocks(struct visit *visit, struct bytes body, struct member_check *room)
{
	bool is_five = bytes_start_with(body, SIGNATURE_5);
	struct walk walk = {.end = body.len, .members = {room, 0}};
	struct cursor c = cursor_over(body);
	cursor_skip(&c, is_five ? SIGNATURE_5.len : SIGNATURE_4.len);
	while (cursor_left(&c) > 0) {
		struct block block = is_five ? take_block_5(&c) : take_block_4(&c);
		if (!cursor_ok(&c) || block.kind == ENCRYPTED) {
			walk.is_broken = true;
			return walk;
		}
		walk.is_volume |= block.is_volume;
		if (block.kind == MEMBER && room)
			room[walk.members.count] = block.check;
		walk.members.count += block.kind == MEMBER;
		bool other = block.kind != MEMBER && block.kind != SERVICE;
		if (visit && other)
			rest_hand_over_part(visit, BYTES("block"), block.data);
		if (visit)
			rest_hand_over_part(visit, BYTES("block header"), block.header);
		if (visit && block.kind == SERVICE && !visit_service(visit, &block))
			walk.has_closed = true;
		if (visit && is_five && block.kind == MEMBER && block.is_encrypted) {
			/* libarchive gives its bytes as they are. */
			visit_closed(visit, block.name, block.data.len, CLASS_OPAQUE,
			             "encrypted archive member");
			walk.has_closed = true;
		}
		if (block.kind == END) {
			walk.end = c.at;
			return walk;
		}
	}
	return walk;
}

static enum read_result read_rar(struct visit *visit, struct bytes body)
{
	bool is_five = bytes_start_with(body, SIGNATURE_5);
	uint64_t count = walk_blocks(NULL, body, NULL).members.count;
	struct walk walk = walk_blocks(visit, body,
	                               visit_alloc(visit, count + 1, sizeof(struct member_check)));
	if (walk.is_volume)
		visit_closed(visit, BYTES("other volumes"), 0, CLASS_UNREAD,
		             "part of a multi-volume archive");
	struct member_summary members = visit_members(visit, body,
	                                              is_five ? archive_read_support_format_rar5
	                                                      : archive_read_support_format_rar,
	                                              true, &walk.members);
	bool lost = members.whole && (members.count < count || walk.is_broken);
	if (lost)
		visit_closed(visit, BYTES("lost members"), 0, CLASS_UNREAD,
		             "damaged blocks in a RAR archive");
	visit_trailing(visit, body, (size_t)walk.end);
	bool whole = members.whole && !lost && !walk.has_closed && !walk.is_volume;
	return whole ? READ_WHOLE : READ_PARTLY;
}

static bool recognise_rar(const struct sight *sight)
{
	return bytes_start_with(sight->head, SIGNATURE_4) ||
	       bytes_start_with(sight->head, SIGNATURE_5);
}

const struct reader reader_rar = {
	.name = "rar",
	.magic = {(const uint8_t *)"Rar!\x1A\x07", 6},
	.recognise = recognise_rar,
	.read = read_rar,
	.understood = CLASS_READ,
	.container = true,
};
