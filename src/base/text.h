/* SPDX-License-Identifier: Apache-2.0 */
/* Text that came from outside: check it, convert it, and make it safe to print. ASCII and UTF
 * mechanics only; Unicode normal forms live in core/normal.h. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"

/* Well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms. */
bool text_is_utf8(struct bytes text);

/* Decodes one code point at `*at` and moves past it; false (and one byte forward) when malformed.
 */
bool text_next_utf8(struct bytes text, size_t *at, uint32_t *code_point);

/* Writes `code_point` as UTF-8 into `out` (4 bytes of room); returns the length, 0 if not a scalar
 * value. */
size_t text_put_utf8(uint32_t code_point, uint8_t out[4]);

/* UTF-16 (big or little endian) to UTF-8. `out` needs 3 bytes for every 2 of input. Unpaired
 * surrogates become U+FFFD; an odd last byte is dropped. Returns the length written. */
size_t text_from_utf16(struct bytes utf16, bool big_endian, uint8_t *out);

/* Escapes whatever could drive a terminal or break a line: control and format characters,
 * bidirectional overrides, malformed UTF-8, and the backslash itself, as \xNN, \n, \t or \u{N}.
 * Writes at most `room` bytes including the final NUL and returns the length the whole result would
 * have had. `out` may be NULL when `room` is 0. */
size_t text_escape(struct bytes text, char *out, size_t room);

/* Lower-case hexadecimal, two digits a byte and a final NUL: `out` needs 2 * len + 1. */
void text_hex(struct bytes data, char *out);

/* Parses decimal digits only, the whole of `text`; false when empty, not digits or over UINT64_MAX.
 */
bool text_to_u64(struct bytes text, uint64_t *out);

#endif
