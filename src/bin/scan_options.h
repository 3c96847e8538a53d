/* SPDX-License-Identifier: Apache-2.0 */
/* What debar scan is asked for: by files of settings first, then by its options; the later one
 * wins. The other commands take from the settings what concerns them. */
#ifndef BIN_SCAN_OPTIONS_H
#define BIN_SCAN_OPTIONS_H

#include "bin/cli.h"

struct copy;

struct scan_request {
	struct debar_options options;
	struct debar_scan_options how;
	struct list targets, outputs, policies, directives, excludes, accept;
	unsigned flags;
	bool quiet, live;
	unsigned cache_rank, pack_rank; /* who spoke of a cache last, and of a pack */
	unsigned rank; /* of who is speaking now: a later one's list replaces an earlier one's */
	struct copy *copies; /* of values from files: owned */
};

enum { SCAN_REQUEST_GO = -1 };

void scan_request_init(struct scan_request *request);
void scan_request_finish(struct scan_request *request);

/* Reads the settings of the machine and of the user. False, and one line was said, when something
 * is wrong with them. */
bool scan_request_load_settings(struct scan_request *request);

/* Settings and options. SCAN_REQUEST_GO, or an exit status: help was given, or an error told. */
int scan_request_parse(struct scan_request *request, int argc, char **argv);

#endif
