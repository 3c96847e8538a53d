/* SPDX-License-Identifier: Apache-2.0 */
/* The registry: which readers there are and which of them claim an object. */
#include "core/reader.h"

#define READER(name) extern const struct reader reader_##name;
#include "reader/readers.def"
#undef READER

#define READER(name) &reader_##name,
static const struct reader *const readers[] = {
#include "reader/readers.def"
};
#undef READER

enum { READER_COUNT = sizeof readers / sizeof readers[0] };

const struct reader *reader_at(size_t index)
{
	return index < READER_COUNT ? readers[index] : NULL;
}

const struct reader *reader_named(const char *name)
{
	for (size_t i = 0; i < READER_COUNT; i++)
		if (strcmp(readers[i]->name, name) == 0)
			return readers[i];
	return NULL;
}

/* The first byte decides nearly always, and this is asked 80 times for each object. */
static bool has_magic(const struct reader *reader, struct bytes head)
{
	size_t at = (size_t)reader->magic_offset;
	return at < head.len && head.ptr[at] == reader->magic.ptr[0] &&
	       bytes_start_with(bytes_from(head, at), reader->magic);
}

static bool recognises(const struct reader *reader, const struct sight *sight)
{
	if (reader->last != sight->at_last)
		return false;
	if (reader->magic.len > 0 && !has_magic(reader, sight->head))
		return false;
	return !reader->recognise || reader->recognise(sight);
}

const struct reader *reader_next(const struct reader *previous, const struct sight *sight)
{
	bool passed = !previous;
	for (size_t i = 0; i < READER_COUNT; i++) {
		if (passed && recognises(readers[i], sight))
			return readers[i];
		if (readers[i] == previous)
			passed = true;
	}
	return NULL;
}
