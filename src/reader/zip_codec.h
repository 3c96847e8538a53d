/* SPDX-License-Identifier: Apache-2.0 */
/* The compression methods of zip members over the system's libraries. Nothing stays allocated when
 * a call returns; no call touches anything but the job. */
#ifndef READER_ZIP_CODEC_H
#define READER_ZIP_CODEC_H

#include "core/reader.h"

struct zip_job {
	uint16_t method;
	bool has_marker;     /* an LZMA stream says itself where it ends */
	bool size_known;     /* `size` was declared */
	struct bytes packed; /* from the first packed byte; may reach past the last */
	uint64_t size;
	struct spool *spool; /* NULL: only try */
	uint8_t *chunk;      /* ZIP_CHUNK bytes to work in */
};

struct zip_unpacked {
	uint64_t consumed, produced;
	uint32_t crc;
	bool limited;       /* the spool would take no more; it says so by itself */
	const char *reason; /* NULL: the stream came to its own end */
};

enum { ZIP_CHUNK = 64 * 1024 };

bool zip_codec_knows(uint16_t method);
struct zip_unpacked zip_codec_run(const struct zip_job *job);

#endif
