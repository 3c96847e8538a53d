/* SPDX-License-Identifier: Apache-2.0 */
/* Decoder memory is not the visit's: a dictionary may be larger than its arena, and is given back
 * before the child is visited, so that streams in streams need it once. */
#include "reader/lzma_stream.h"

#include "base/cursor.h"

static const char *reason_of(lzma_ret status)
{
	static const struct {
		lzma_ret status;
		const char *reason;
	} reasons[] = {
		{LZMA_STREAM_END, NULL},
		{LZMA_BUF_ERROR, "truncated LZMA data"},
		{LZMA_MEMLIMIT_ERROR, "xz dictionary over the memory limit"},
		{LZMA_MEM_ERROR, "not enough memory for the xz dictionary"},
		{LZMA_OPTIONS_ERROR, "xz filter or option of an unknown kind"},
	};
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "damaged LZMA data";
}

/* The first call asks for one byte: a dictionary over the limit shows before a child is begun. */
static lzma_ret unpack_stream(lzma_stream *stream, struct pump *pump, struct cursor *c)
{
	struct bytes packed = bytes_from(c->all, c->at);
	uint8_t first = 0;
	stream->next_in = packed.ptr;
	stream->avail_in = packed.len;
	stream->next_out = &first;
	stream->avail_out = 1;
	lzma_ret status = lzma_code(stream, LZMA_RUN);
	if (stream->avail_out == 0)
		(void)pump_write(pump, (struct bytes){&first, 1});
	while (status == LZMA_OK) {
		size_t len;
		uint8_t *room = pump_room(pump, &len);
		if (!room)
			break;
		stream->next_out = room;
		stream->avail_out = len;
		status = lzma_code(stream, LZMA_RUN);
		pump_made(pump, len - stream->avail_out);
	}
	cursor_skip(c, packed.len - stream->avail_in);
	return status;
}

enum read_result lzma_stream_read(struct visit *visit, struct bytes body, struct bytes name,
                                  lzma_ret (*begin)(lzma_stream *stream),
                                  bool (*is_stream)(struct bytes body, size_t at))
{
	lzma_stream stream = LZMA_STREAM_INIT;
	struct pump pump = pump_start(visit, name, 0);
	struct cursor c = cursor_over(body);
	lzma_ret status;
	do {
		status = begin(&stream);
		if (status == LZMA_OK)
			status = unpack_stream(&stream, &pump, &c);
		if (status == LZMA_STREAM_END)
			cursor_seek(&c, padding_end(body, c.at));
	} while (status == LZMA_STREAM_END && is_stream(body, c.at));
	lzma_end(&stream);

	enum byte_class class = status == LZMA_OPTIONS_ERROR ? CLASS_OPAQUE : CLASS_UNREAD;
	enum read_result result = pump_end(&pump, class, pump.stopped ? NULL : reason_of(status));
	if (status == LZMA_STREAM_END)
		visit_trailing(visit, body, c.at);
	return result;
}
