/* SPDX-License-Identifier: Apache-2.0 */
/* How a scan is done: what the caller asked for, and what stands where nothing was asked for. */
#ifndef SCAN_HOW_H
#define SCAN_HOW_H

#include "core/limits.h"
#include "debar.h"

#include <stddef.h>

/* Patterns that accept gaps stand in the report; more are refused. */
enum { HOW_PATTERNS_MOST = 64 };

/* Workers: one per core that this process may use. */
unsigned how_jobs(const struct debar_scan_options *how);
struct limits how_limits(const struct debar_scan_options *how);
/* Of a large container that is shared out; 0: none is. */
uint64_t how_share_bytes(const struct debar_scan_options *how);
/* Opaque bytes in smaller runs are accepted. */
uint64_t how_accept_under(const struct debar_scan_options *how);
size_t how_pattern_count(const struct debar_scan_options *how);

#endif
