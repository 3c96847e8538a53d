/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/unpack.h"

#include "base/cursor.h"
#include "core/limits.h"
#include "reader/inflate.h"
#include "reader/rest.h"

#include <lzma.h>
#include <zstd.h>

enum { STEP = 8 * 1024 }; /* lies on the stack */

static const char damaged[] = "damaged compressed data";

/* How far one codec came: `why` is NULL when it reached the end of its data, or was stopped by a
 * limit, which the spool records by itself. */
struct progress {
	size_t used;
	const char *why;
	bool stopped;
};

/* `out` is borrowed room for STEP bytes in all three. */
static struct progress unpack_zlib(struct spool *spool, struct bytes packed, uint8_t *out)
{
	z_stream z = {0};
	struct progress progress = {.why = damaged};
	if (inflateInit(&z) != Z_OK)
		return progress;
	int status = Z_OK;
	struct bytes left = packed;
	while (status == Z_OK) {
		size_t made;
		status = inflate_step(&z, &left, out, STEP, &made);
		progress.used = packed.len - left.len;
		if (!spool_write(spool, (struct bytes){out, made})) {
			progress.stopped = true;
			break;
		}
	}
	if (status == Z_STREAM_END)
		progress.why = NULL;
	(void)inflateEnd(&z);
	return progress;
}

static struct progress unpack_zstd(struct spool *spool, struct bytes packed, uint8_t *out)
{
	struct progress progress = {.why = damaged};
	ZSTD_DCtx *context = ZSTD_createDCtx();
	if (!context)
		return progress;
	(void)ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW_LOG);
	ZSTD_inBuffer input = {packed.ptr, packed.len, 0};
	for (;;) {
		ZSTD_outBuffer output = {out, STEP, 0};
		size_t before = input.pos;
		size_t status = ZSTD_decompressStream(context, &output, &input);
		if (ZSTD_isError(status))
			break;
		if (!spool_write(spool, (struct bytes){out, output.pos})) {
			progress.stopped = true;
			break;
		}
		if (status == 0) {
			progress.why = NULL;
			break;
		}
		if (input.pos == before && output.pos == 0)
			break; /* cut short */
	}
	progress.used = input.pos;
	(void)ZSTD_freeDCtx(context);
	return progress;
}

static struct progress unpack_xz(struct spool *spool, struct bytes packed, uint8_t *out)
{
	struct progress progress = {.why = damaged};
	lzma_stream xz = LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&xz, LIMIT_XZ_MEMORY, 0) != LZMA_OK)
		return progress;
	xz.next_in = packed.ptr;
	xz.avail_in = packed.len;
	lzma_ret status = LZMA_OK;
	while (status == LZMA_OK) {
		xz.next_out = out;
		xz.avail_out = STEP;
		status = lzma_code(&xz, LZMA_FINISH);
		if (!spool_write(spool, (struct bytes){out, STEP - xz.avail_out})) {
			progress.stopped = true;
			break;
		}
	}
	if (status == LZMA_STREAM_END)
		progress.why = NULL;
	else if (status == LZMA_MEMLIMIT_ERROR)
		progress.why = "the xz dictionary is over the memory limit";
	progress.used = packed.len - xz.avail_in;
	lzma_end(&xz);
	return progress;
}

bool unpack_child(struct visit *visit, enum unpack_method method, struct bytes name,
                  struct bytes packed, uint64_t expected)
{
	uint8_t out[STEP];
	struct spool *spool = visit_spool(visit, name, expected);
	struct progress progress = {.why = damaged};
	if (!spool_write(spool, (struct bytes){0})) { /* a limit keeps it closed */
		spool_end(spool, NULL);
		return false;
	}
	switch (method) {
	case UNPACK_ZLIB:
		progress = unpack_zlib(spool, packed, out);
		break;
	case UNPACK_ZSTD:
		progress = unpack_zstd(spool, packed, out);
		break;
	case UNPACK_XZ:
		progress = unpack_xz(spool, packed, out);
		break;
	}
	spool_end(spool, progress.stopped ? NULL : progress.why);
	if (!progress.why && !progress.stopped)
		visit_unpacked(visit, bytes_slice(packed, 0, progress.used));
	if (!progress.why && !progress.stopped)
		(void)rest_hand_over(visit, packed, progress.used, BYTES("trailing data"));
	return !progress.why && !progress.stopped;
}
