/* SPDX-License-Identifier: Apache-2.0 */
/* Where a file system of firmware ends that begins somewhere in other bytes. What it holds is
 * packed piece by piece, so that without its tables no name of it is seen. */
#ifndef READER_PACKED_IMAGE_H
#define READER_PACKED_IMAGE_H

#include "base/bytes.h"

/* How many bytes from the beginning of `from` are the file system; 0: there is none. One that is
 * cut off, or does not say how long it is, reaches to the end. */
size_t packed_squashfs_length(struct bytes from);
size_t packed_cramfs_length(struct bytes from);
size_t packed_ubi_length(struct bytes from);
size_t packed_jffs2_length(struct bytes from);

#endif
