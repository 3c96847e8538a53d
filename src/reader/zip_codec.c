/* SPDX-License-Identifier: Apache-2.0 */
/* The compression methods of zip members: see zip_codec.h. */
#include "reader/zip_codec.h"

#include "base/cursor.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/zip_deflate64.h"
#include "reader/zip_directory.h"

#include <bzlib.h>
#include <libdeflate.h>
#include <lzma.h>
#include <zstd.h>

enum step { STEP_MORE, STEP_END, STEP_DAMAGED };

struct stream {
	struct bytes left; /* packed bytes that were not yet taken */
	union {
		z_stream deflate;
		bz_stream bzip2;
		lzma_stream lzma;
		ZSTD_DStream *zstd;
	} state;
};

/* One method. `start` says why it cannot; `step` writes to `out`, counts in `made`, and moves
 * `left`. */
struct codec {
	const char *(*start)(struct stream *stream, const struct zip_job *job);
	enum step (*step)(struct stream *stream, uint8_t *out, size_t *made);
	void (*stop)(struct stream *stream);
};

static const char *start_deflate(struct stream *stream, const struct zip_job *job)
{
	(void)job;
	stream->state.deflate = (z_stream){0};
	return inflateInit2(&stream->state.deflate, -MAX_WBITS) == Z_OK
	               ? NULL
	               : "out of memory for a zip member";
}

static enum step step_deflate(struct stream *stream, uint8_t *out, size_t *made)
{
	z_stream *z = &stream->state.deflate;
	int said = inflate_step(z, &stream->left, out, ZIP_CHUNK, made);
	if (said == Z_STREAM_END)
		return STEP_END;
	return said == Z_OK || said == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void stop_deflate(struct stream *stream)
{
	(void)inflateEnd(&stream->state.deflate);
}

static const char *start_bzip2(struct stream *stream, const struct zip_job *job)
{
	(void)job;
	stream->state.bzip2 = (bz_stream){0};
	return BZ2_bzDecompressInit(&stream->state.bzip2, 0, 0) == BZ_OK
	               ? NULL
	               : "out of memory for a zip member";
}

static enum step step_bzip2(struct stream *stream, uint8_t *out, size_t *made)
{
	bz_stream *b = &stream->state.bzip2;
	uint8_t copy[4096]; /* bzip2 wants its input writable */
	size_t given = stream->left.len < sizeof copy ? stream->left.len : sizeof copy;
	if (given > 0)
		memcpy(copy, stream->left.ptr, given);
	b->next_in = (char *)copy;
	b->avail_in = (unsigned)given;
	b->next_out = (char *)out;
	b->avail_out = ZIP_CHUNK;
	int said = BZ2_bzDecompress(b);
	*made = ZIP_CHUNK - b->avail_out;
	stream->left = bytes_from(stream->left, given - b->avail_in);
	if (said == BZ_STREAM_END)
		return STEP_END;
	return said == BZ_OK ? STEP_MORE : STEP_DAMAGED;
}

static void stop_bzip2(struct stream *stream)
{
	(void)BZ2_bzDecompressEnd(&stream->state.bzip2);
}

/* APPNOTE 5.8.8: version (2), length of the properties (2), properties (5), raw LZMA. The library
 * takes it behind the header of a .lzma file: properties and size. */
static const char *start_lzma(struct stream *stream, const struct zip_job *job)
{
	lzma_stream *lzma = &stream->state.lzma;
	*lzma = (lzma_stream)LZMA_STREAM_INIT;
	struct cursor c = cursor_over(stream->left);
	cursor_skip(&c, 2);
	uint16_t length = cursor_u16le(&c);
	struct bytes properties = cursor_take(&c, length);
	if (!cursor_ok(&c) || length != 5)
		return "damaged LZMA header of a zip member";
	bool has_end = job->has_marker || !job->size_known;
	uint8_t header[13], sink[1];
	memcpy(header, properties.ptr, 5);
	for (unsigned i = 0; i < 8; i++)
		header[5 + i] = has_end ? 0xff : (uint8_t)(job->size >> (8 * i));
	if (lzma_alone_decoder(lzma, LIMIT_XZ_MEMORY) != LZMA_OK)
		return "out of memory for a zip member";
	lzma->next_in = header;
	lzma->avail_in = sizeof header;
	lzma->next_out = sink;
	lzma->avail_out = 1; /* the header alone unpacks to nothing */
	lzma_ret said = lzma_code(lzma, LZMA_RUN);
	stream->left = bytes_from(stream->left, c.at);
	if ((said == LZMA_OK || said == LZMA_STREAM_END) && lzma->avail_in == 0)
		return NULL;
	lzma_end(lzma);
	return said == LZMA_MEMLIMIT_ERROR ? "LZMA dictionary over the limit"
	                                   : "damaged LZMA header of a zip member";
}

static const char *start_xz(struct stream *stream, const struct zip_job *job)
{
	(void)job;
	stream->state.lzma = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&stream->state.lzma, LIMIT_XZ_MEMORY, 0) == LZMA_OK
	               ? NULL
	               : "out of memory for a zip member";
}

static enum step step_lzma(struct stream *stream, uint8_t *out, size_t *made)
{
	lzma_stream *lzma = &stream->state.lzma;
	lzma->next_in = stream->left.ptr;
	lzma->avail_in = stream->left.len;
	lzma->next_out = out;
	lzma->avail_out = ZIP_CHUNK;
	lzma_ret said = lzma_code(lzma, LZMA_RUN);
	*made = ZIP_CHUNK - lzma->avail_out;
	stream->left = bytes_from(stream->left, stream->left.len - lzma->avail_in);
	if (said == LZMA_STREAM_END)
		return STEP_END;
	return said == LZMA_OK || said == LZMA_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void stop_lzma(struct stream *stream)
{
	lzma_end(&stream->state.lzma);
}

static const char *start_zstd(struct stream *stream, const struct zip_job *job)
{
	(void)job;
	stream->state.zstd = ZSTD_createDStream();
	if (!stream->state.zstd)
		return "out of memory for a zip member";
	(void)ZSTD_DCtx_setParameter(stream->state.zstd, ZSTD_d_windowLogMax,
	                             LIMIT_ZSTD_WINDOW_LOG);
	return NULL;
}

static enum step step_zstd(struct stream *stream, uint8_t *out, size_t *made)
{
	ZSTD_inBuffer in = {stream->left.ptr, stream->left.len, 0};
	ZSTD_outBuffer room = {out, ZIP_CHUNK, 0};
	size_t said = ZSTD_decompressStream(stream->state.zstd, &room, &in);
	*made = room.pos;
	stream->left = bytes_from(stream->left, in.pos);
	if (ZSTD_isError(said))
		return STEP_DAMAGED;
	return said == 0 ? STEP_END : STEP_MORE;
}

static void stop_zstd(struct stream *stream)
{
	(void)ZSTD_freeDStream(stream->state.zstd);
}

static const struct codec *codec_of(uint16_t method)
{
	static const struct codec deflate = {start_deflate, step_deflate, stop_deflate};
	static const struct codec bzip2 = {start_bzip2, step_bzip2, stop_bzip2};
	static const struct codec lzma = {start_lzma, step_lzma, stop_lzma};
	static const struct codec xz = {start_xz, step_lzma, stop_lzma};
	static const struct codec zstd = {start_zstd, step_zstd, stop_zstd};
	switch (method) {
	case ZIP_DEFLATE:
		return &deflate;
	case ZIP_BZIP2:
		return &bzip2;
	case ZIP_LZMA:
		return &lzma;
	case ZIP_XZ:
		return &xz;
	case ZIP_ZSTD:
	case ZIP_ZSTD_OLD:
		return &zstd;
	default:
		return NULL;
	}
}

bool zip_codec_knows(uint16_t method)
{
	return method == ZIP_DEFLATE64 || codec_of(method) != NULL;
}

/* False when no more is wanted. */
static bool deliver(const struct zip_job *job, struct zip_unpacked *out, size_t made)
{
	struct bytes data = {job->chunk, made};
	out->crc = libdeflate_crc32(out->crc, data.ptr, data.len);
	out->produced += made;
	if (!job->spool)
		return out->produced <= job->size;
	out->limited = !spool_write(job->spool, data);
	return !out->limited;
}

struct deflate64_sink {
	const struct zip_job *job;
	struct zip_unpacked *out;
};

static bool deliver_deflate64(void *context, size_t made)
{
	struct deflate64_sink *sink = context;
	return deliver(sink->job, sink->out, made);
}

static struct zip_unpacked run_deflate64(const struct zip_job *job)
{
	struct zip_unpacked out = {0};
	struct deflate64_sink sink = {job, &out};
	out.reason =
		zip_deflate64(job->packed, job->chunk, deliver_deflate64, &sink, &out.consumed);
	return out;
}

struct zip_unpacked zip_codec_run(const struct zip_job *job)
{
	if (job->method == ZIP_DEFLATE64)
		return run_deflate64(job);
	const struct codec *codec = codec_of(job->method);
	struct stream stream = {.left = job->packed};
	struct zip_unpacked out = {0};
	if (!codec) {
		out.reason = "zip method is not supported";
		return out;
	}
	out.reason = codec->start(&stream, job);
	if (out.reason)
		return out;
	for (enum step step = STEP_MORE; step == STEP_MORE;) {
		size_t before = stream.left.len, made = 0;
		step = codec->step(&stream, job->chunk, &made);
		bool wanted = made == 0 || deliver(job, &out, made);
		if (step == STEP_DAMAGED)
			out.reason = "damaged data of a zip member";
		else if (step == STEP_MORE && made == 0 && stream.left.len == before)
			out.reason = "the data of a zip member ends early";
		else if (step == STEP_MORE && !wanted)
			out.reason = "zip member over a limit";
		if (out.reason)
			break;
	}
	codec->stop(&stream);
	out.consumed = job->packed.len - stream.left.len;
	return out;
}
