/* SPDX-License-Identifier: Apache-2.0 */
/* Header fields of messages: RFC 2045, 5.1, with what RFC 2231 and RFC 2047 make of file names. */
#ifndef READER_MIME_FIELD_H
#define READER_MIME_FIELD_H

#include "core/reader.h"

/* A field's value without the comments, "(…)", that stand before it. */
struct bytes mime_value(struct bytes value);

/* The parameter `name` of a field's value: put together when it is written in sections
 * (`name*0=`), decoded when it is written in percents (`name*=`) or in words (`=?UTF-8?B?…?=`).
 * Empty when there is none. It borrows from `value` or from the visit. */
struct bytes mime_parameter(struct visit *visit, struct bytes value, const char *name);

/* Decodes quoted-printable (RFC 2045, 6.7) into `out`, which has room for as much as `text`.
 * Returns the length. */
size_t mime_unquote(struct bytes text, uint8_t *out);

#endif
