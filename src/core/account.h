/* SPDX-License-Identifier: Apache-2.0 */
/* The byte account: every byte of every object is in exactly one class. */
#ifndef CORE_ACCOUNT_H
#define CORE_ACCOUNT_H

#include "base/bytes.h"

enum byte_class {
	CLASS_READ,     /* a reader understood the format to the end */
	CLASS_SEARCHED, /* no reader, but plain bytes that the search sees through */
	CLASS_INERT,    /* media, fonts and the like, by format */
	CLASS_OPAQUE,   /* encrypted, or compressed in a way no reader knows */
	CLASS_UNREAD,   /* I/O error, no permission, over a limit, reader crashed */
	CLASS_COUNT
};

struct account {
	uint64_t objects;
	uint64_t bytes[CLASS_COUNT];
};

/* Why bytes are opaque that no reader spoke for: by measure alone. */
#define GAP_LOOKS_RANDOM "compressed or encrypted in a way no reader knows"
#define GAP_LEFT_PACKED "left as it is by the depth limit, and it looks packed"

/* "read", "searched" …; NULL past the last. */
const char *byte_class_name(enum byte_class class);

/* Sums of sizes, which containers may claim as they please, stay at UINT64_MAX. */
void account_sum(uint64_t *sum, uint64_t more);
void account_add(struct account *sum, const struct account *more);

#endif
