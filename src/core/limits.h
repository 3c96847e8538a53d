/* SPDX-License-Identifier: Apache-2.0 */
/* All limits, each with the reason for its number. The first group is the user's to change; it is
 * shared by everything that comes out of one file of the target. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#include <stdint.h>

struct limits {
	uint64_t bytes;   /* unpacked in all */
	uint64_t objects; /* members in all */
	uint32_t depth;   /* containers inside one another; 0 leaves archives closed */
	uint32_t seconds; /* of work on one file */
};

enum {
	LIMIT_DEPTH = 12, /* real nesting seen: installer, cab, msi, jar, jar: 5 */
	LIMIT_DEPTH_MOST =
		64,          /* each level costs the worker stack and descriptors' worth of state */
	LIMIT_SECONDS = 300, /* a 10 GB xz takes 150 s */
	LIMIT_OBJECTS = 2000000, /* a whole Debian archive index of packages has a tenth of it */
	LIMIT_SHARE = 32 << 20, /* of a container for one worker: a tenth of a second or more, where
	                           to share costs milliseconds */
	LIMIT_PATH = 32 * 1024, /* deeper than PATH_MAX: archives may nest paths */
	LIMIT_REASON = 120,     /* a gap's reason is one short sentence */
	LIMIT_FACTS_PER_OBJECT =
		4096, /* matching facts that one object may send; more leave a gap */
	LIMIT_CONTEXT_PER_OBJECT = 64, /* versions and signature facts that travel with a match */
	LIMIT_REPEATS =
		8, /* times that one object may show the same marks; the first ones prove it */
	LIMIT_GAPS_PER_FILE = 20000,  /* listed one by one; the rest are summed up in one */
	LIMIT_SEEN_PER_OBJECT = 2048, /* parts of an object that became children, kept apart */
	LIMIT_SPOOL_HEAD = 512 << 10, /* of a large member: what readers recognise it by */
	LIMIT_SPOOL_KEPT = 64 << 20,  /* a member that nobody claims is kept whole up to here, then
	                                 only searched */
	LIMIT_ARENA = 48 << 20,       /* bytes one file's readers may hold */
	LIMIT_XZ_MEMORY =
		68 << 20, /* xz -9 needs 65 MiB to unpack; larger dictionaries are traps or rare */
	LIMIT_ROOM =
		64 << 20, /* declared sizes up to this get their memory at once; others stream */
	LIMIT_TRIAL =
		1 << 30, /* bytes of one zip unpacked only to see whether they are encrypted: 3 s */
	LIMIT_EMBEDDED =
		1 << 30,   /* bytes of one object that look random and are searched for packed
	                      streams, and plain bytes unpacked to see: a second or two */
	LIMIT_LINK = 4096, /* PATH_MAX: no longer symbolic link can be made */
	LIMIT_ZIP_MEMBERS = 1 << 20, /* 16 bytes each while the zip is read: a third of the arena */
	LIMIT_TAR_HELD = 1 << 17,    /* texts of one tar that hard links may name again: a third of
	                                the arena; a store of 3,000 packages has 60,000 */
	LIMIT_CPIO_LINKS =
		1024,        /* names without data that wait for it; rpm packages have a dozen */
	LIMIT_SIGNERS = 256, /* certificates, and pairs, of one signing block; a signer has one
	                        chain and there are few */
	LIMIT_NESTING =
		128, /* brackets or elements of JSON and XML; the deepest real ones seen have 40 */
	LIMIT_MSI_STRINGS = 8 << 20, /* Office's package, the largest known, has 2 MiB */
	LIMIT_XML = 64 << 20,        /* expat holds a copy of what it has not finished with */
	LIMIT_GZIP_NAMES =
		256, /* names of members behind the first; joined files have none or few */
	LIMIT_LZ4_SKIPPED =
		1024, /* skippable frames of one object; only tests are known to have any */
	LIMIT_SPARSE = 256 << 20, /* plain bytes of a sparse member: its holes cost memory, too */
	LIMIT_DEFLATE_AT_ONCE = 16 << 20, /* larger members stream: the room must be had at once */
	LIMIT_HOLE = 64, /* a hole between parts that is shorter holds no container worth opening */
	LIMIT_ELF_PARTS = 1 << 18, /* sections and segments: 8 MiB of spans; gcc -ffunction-sections
	                              reaches 50,000 */
	LIMIT_ELF_STRINGS = 4096,  /* needed libraries, versions, modinfo lines; 700 seen */
	LIMIT_ARCHIVE_IDLE =
		10000, /* calls in a row that yield nothing; decoders need a few a block */
	LIMIT_ARCHIVE_FAILURES = 16,    /* damaged headers in a row, or damaged members, that
	                                   libarchive    may meet: each costs a new beginning */
	LIMIT_XAR_CONTENTS = 16 << 20,  /* a xar's table of contents: 10,000 members need 8 MiB */
	LIMIT_SQLITE_RECORD = 16 << 20, /* one row; rpm headers of 100,000 files have 10 MiB */
	LIMIT_ISO_DESCRIPTORS = 64, /* volume descriptors looked at; discs have three to eight */
	LIMIT_PRIVATE_PART = 4096,  /* smaller parts of unknown purpose are no program */
	LIMIT_GO_MODULES = 20000,   /* in one program; Kubernetes has 300 */
	LIMIT_GO_TEXT = 4 << 20,    /* between the sentinels; 20,000 lines of 200 bytes */
	LIMIT_FONT_NAMES = 1 << 20, /* names or metadata of one font, unpacked; 100 KiB seen */
	LIMIT_FONT = 256 << 20, /* tables of one web font, unpacked; the largest collections have
	                           120 MiB */
	LIMIT_ZSTD_WINDOW_LOG = 26, /* 64 MiB; zstd --long default is 27, refused with a gap */
	LIMIT_SIGNATURES = 16,      /* judged in one object; dual signing makes 2 or 3 */
	LIMIT_SIGNATURE_CERTIFICATES =
		1024,                /* of one message, to build a chain from; 4 to 10 are usual */
	LIMIT_SIGNATURE_CHECKS = 64, /* public key operations for one message, 6 ms the worst */
	LIMIT_CHAIN = 10,            /* certificates in a chain; 3 or 4 are usual */
	LIMIT_BER_MESSAGE =
		16 << 20, /* rewritten in memory; signatures are in DER, but for some mail */
	LIMIT_SIGNATURE_TABLE = 64 << 20, /* of a PE image; some installers hide settings in it */
	LIMIT_PE_NAME = 4096,     /* the longest decorated names and paths that compilers write */
	LIMIT_PE_EXPORTS = 65536, /* an ordinal has 16 bits */
	LIMIT_DOS_STUB = 4096,    /* before the PE header; linkers write 64 to 1,024 bytes */
};

/* 4 GiB: what 42.zip reaches in seconds; --max-bytes raises it. */
#define LIMIT_BYTES ((uint64_t)4 << 30)

#endif
