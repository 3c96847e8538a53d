/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* sched_getaffinity */
#include "scan/how.h"

#include <sched.h>

enum { ACCEPT_UNDER = 4096 }; /* nothing that runs fits in an opaque object smaller than this */

unsigned how_jobs(const struct debar_scan_options *how)
{
	cpu_set_t cores;
	if (how->jobs > 0)
		return how->jobs;
	return sched_getaffinity(0, sizeof cores, &cores) == 0 ? (unsigned)CPU_COUNT(&cores) : 1;
}

struct limits how_limits(const struct debar_scan_options *how)
{
	return (struct limits){
		.bytes = how->max_bytes ? how->max_bytes : LIMIT_BYTES,
		.objects = how->max_objects ? how->max_objects : LIMIT_OBJECTS,
		.depth = how->has_depth ? how->depth : LIMIT_DEPTH,
		.seconds = how->max_seconds ? how->max_seconds : LIMIT_SECONDS,
	};
}

uint64_t how_share_bytes(const struct debar_scan_options *how)
{
	return how->has_share ? how->share_bytes : LIMIT_SHARE;
}

uint64_t how_accept_under(const struct debar_scan_options *how)
{
	return how->has_accept ? how->accept_gaps_under : ACCEPT_UNDER;
}

size_t how_pattern_count(const struct debar_scan_options *how)
{
	size_t count = 0;
	while (how->accept_patterns && how->accept_patterns[count])
		count++;
	return count;
}
