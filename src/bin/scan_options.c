/* SPDX-License-Identifier: Apache-2.0 */
#include "bin/scan_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_help(void)
{
	(void)puts(
		"usage: debar scan [OPTION...] TARGET...\n"
		"\n"
		"Looks into each TARGET (a folder, a file, - for standard input), and says for\n"
		"each directive whether something of a prohibited vendor is there.\n"
		"\n"
		"what to look at:\n"
		"      --files-from FILE       look at the paths in FILE, separated by NUL bytes\n"
		"                              as find -print0 writes them (- for standard\n"
		"                              input)\n"
		"  -x, --one-file-system       stay on the file system of each target\n"
		"  -e, --exclude GLOB          leave out paths or names that match; may be\n"
		"                              repeated\n"
		"      --depth N               containers inside one another (default 12; 0:\n"
		"                              archives stay closed)\n"
		"      --max-bytes SIZE        unpacked out of one file (default 4G)\n"
		"      --max-objects N         members of one file (default 2000000)\n"
		"      --max-seconds N         work on one file (default 300)\n"
		"how to judge it:\n"
		"  -d, --directive ID          by this directive alone; may be repeated\n"
		"  -p, --policy DIR            add the policies in DIR to the shipped ones; may\n"
		"                              be repeated\n"
		"      --pack FILE             use this compiled pack, not the shipped policies\n"
		"      --accept-gaps SIZE      accept gaps of opaque objects under SIZE (default:\n"
		"                              only what no reader spoke for, under 4096)\n"
		"      --accept-gaps GLOB      accept gaps whose path matches; may be repeated\n"
		"what to tell:\n"
		"  -o, --output FORMAT[=FILE]  text (default), json, ndjson, csv; may be repeated\n"
		"                              (ndjson is written while the scan runs)\n"
		"  -c, --case FILE             keep the result here (default: debar/case.db under\n"
		"                              $XDG_STATE_HOME, or ~/.local/state)\n"
		"  -m, --mentions              list what only mentions a vendor, too\n"
		"      --facts                 keep and report every fact, not only evidence\n"
		"      --reproducible          the same bytes for the same target, whatever the\n"
		"                              time and the number of workers\n"
		"      --live                  tell evidence and gaps on standard error as they\n"
		"                              come\n"
		"  -q, --quiet                 no progress, on the terminal or in ndjson\n"
		"how to work:\n"
		"      --cache[=FILE]          leave files closed that an earlier scan found\n"
		"                              nothing in and that did not change; the report\n"
		"                              says so (default: debar/files.cache under\n"
		"                              $XDG_CACHE_HOME, or ~/.cache)\n"
		"  -j, --jobs N                workers (default: one per core)\n"
		"      --share SIZE            let several workers look into an archive of twice\n"
		"                              SIZE and more (default 32M; 0: one has it whole)\n"
		"      --no-config             leave the files of settings alone\n"
		"      --unsafe-no-sandbox     read hostile bytes without the jail (the report\n"
		"                              says so)\n"
		"\n"
		"A SIZE is a number of bytes, or 64k, 1.5G and the like. What is left out or\n"
		"accepted stands in the report. The manual, debar(1), explains every word.");
	return 0;
}

enum {
	OPTION_PACK = 256,
	OPTION_CACHE,
	OPTION_FILES_FROM,
	OPTION_SHARE,
	OPTION_DEPTH,
	OPTION_MAX_BYTES,
	OPTION_MAX_OBJECTS,
	OPTION_MAX_SECONDS,
	OPTION_ACCEPT,
	OPTION_FACTS,
	OPTION_REPRODUCIBLE,
	OPTION_LIVE,
	OPTION_NO_CONFIG,
	OPTION_UNSAFE,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"directive", required_argument, NULL, 'd'},
	{"policy", required_argument, NULL, 'p'},
	{"pack", required_argument, NULL, OPTION_PACK},
	{"case", required_argument, NULL, 'c'},
	{"cache", optional_argument, NULL, OPTION_CACHE},
	{"files-from", required_argument, NULL, OPTION_FILES_FROM},
	{"one-file-system", no_argument, NULL, 'x'},
	{"exclude", required_argument, NULL, 'e'},
	{"jobs", required_argument, NULL, 'j'},
	{"share", required_argument, NULL, OPTION_SHARE},
	{"depth", required_argument, NULL, OPTION_DEPTH},
	{"max-bytes", required_argument, NULL, OPTION_MAX_BYTES},
	{"max-objects", required_argument, NULL, OPTION_MAX_OBJECTS},
	{"max-seconds", required_argument, NULL, OPTION_MAX_SECONDS},
	{"accept-gaps", required_argument, NULL, OPTION_ACCEPT},
	{"facts", no_argument, NULL, OPTION_FACTS},
	{"mentions", no_argument, NULL, 'm'},
	{"reproducible", no_argument, NULL, OPTION_REPRODUCIBLE},
	{"live", no_argument, NULL, OPTION_LIVE},
	{"quiet", no_argument, NULL, 'q'},
	{"no-config", no_argument, NULL, OPTION_NO_CONFIG},
	{"unsafe-no-sandbox", no_argument, NULL, OPTION_UNSAFE},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static const char short_options[] = "o:d:p:c:xe:j:mqh";

/* Each of these returns NULL, or what is wrong with the value. */
static const char *take_number(struct scan_request *request, int option, const char *text)
{
	uint64_t value = 0;
	struct debar_scan_options *how = &request->how;
	switch (option) {
	case 'j':
		if (!parse_number(text, 256, &value) || value < 1)
			return "not a number from 1 to 256";
		how->jobs = (uint32_t)value;
		return NULL;
	case OPTION_DEPTH:
		if (!parse_number(text, 64, &value))
			return "not a number from 0 to 64";
		how->depth = (uint32_t)value;
		how->has_depth = 1;
		return NULL;
	case OPTION_SHARE:
		if (!parse_size(text, &how->share_bytes))
			return "not a size like 4096, 64k or 1.5G";
		how->has_share = 1;
		return NULL;
	case OPTION_MAX_BYTES:
		if (!parse_size(text, &value) || value < 1)
			return "not a size like 4096, 64k or 1.5G";
		how->max_bytes = value;
		return NULL;
	default:
		if (!parse_number(text, 4000000000U, &value) || value < 1)
			return "not a number from 1 to 4000000000";
		if (option == OPTION_MAX_OBJECTS)
			how->max_objects = value;
		else
			how->max_seconds = (uint32_t)value;
		return NULL;
	}
}

/* NULL makes the list empty: there is nothing to accept, or leave out. */
static void put(struct scan_request *request, struct list *list, const char *text)
{
	if (list->rank != request->rank)
		list_finish(list);
	list->rank = request->rank;
	if (text)
		list_add(list, text);
}

static void take_accept(struct scan_request *request, const char *text)
{
	if (request->accept.rank != request->rank)
		request->how.has_accept = 0;
	put(request, &request->accept, NULL);
	if (text && parse_size(text, &request->how.accept_gaps_under))
		request->how.has_accept = 1;
	else
		put(request, &request->accept, text);
}

static void set_bit(unsigned *flags, unsigned bit, bool on)
{
	*flags = on ? *flags | bit : *flags & ~bit;
}

static void take_switch(struct scan_request *request, int option, bool on)
{
	switch (option) {
	case 'x':
		request->how.one_file_system = on;
		break;
	case 'm':
		set_bit(&request->flags, DEBAR_REPORT_MENTIONS, on);
		break;
	case 'q':
		request->quiet = on;
		break;
	case OPTION_LIVE:
		request->how.stream_events = request->live = on;
		break;
	case OPTION_UNSAFE:
		request->how.unsafe_no_sandbox = on;
		break;
	case OPTION_FACTS:
		request->how.all_facts = on;
		set_bit(&request->flags, DEBAR_REPORT_FACTS, on);
		break;
	case OPTION_REPRODUCIBLE:
		request->how.reproducible = on;
		set_bit(&request->flags, DEBAR_REPORT_REPRODUCIBLE, on);
		break;
	default: /* --no-config was heard before */
		break;
	}
}

static struct list *list_of(struct scan_request *request, int option)
{
	switch (option) {
	case 'o':
		return &request->outputs;
	case 'd':
		return &request->directives;
	case 'p':
		return &request->policies;
	case 'e':
		return &request->excludes;
	default:
		return NULL;
	}
}

static bool is_format(const char *output)
{
	size_t length = strcspn(output, "=");
	const char *name;
	for (size_t i = 0; (name = debar_report_format(i)); i++)
		if (strlen(name) == length && strncmp(name, output, length) == 0)
			return true;
	return false;
}

static void take_cache(struct scan_request *request, bool on, const char *path)
{
	request->how.use_cache = on;
	request->how.cache_path = path;
	request->cache_rank = request->rank;
}

static const char *take_value(struct scan_request *request, int option, const char *text)
{
	struct list *list = list_of(request, option);
	if (text && !text[0] && (list || option == OPTION_ACCEPT || option == OPTION_PACK))
		return "the value is empty";
	if (list) {
		if (option == 'o' && text && !is_format(text))
			return "no such report format";
		put(request, list, text);
		return NULL;
	}
	switch (option) {
	case 'c':
		request->options.case_path = text;
		return NULL;
	case OPTION_PACK:
		if (request->policies.rank != request->rank) /* an earlier word for a pack */
			list_finish(&request->policies);
		if (request->options.pack_path && request->pack_rank == request->rank)
			return "a second pack; debar policy compile makes one of several folders";
		request->options.pack_path = text;
		request->pack_rank = request->rank;
		return NULL;
	case OPTION_CACHE:
		take_cache(request, true, text);
		return NULL;
	case OPTION_FILES_FROM:
		if (request->how.files_from)
			return "a second list; join them, as with cat";
		request->how.files_from = text;
		return NULL;
	case OPTION_ACCEPT:
		take_accept(request, text);
		return NULL;
	default:
		return take_number(request, option, text);
	}
}

/* Settings of a file. What makes a scan unsafe, or is of one call only, is not for them. */
static const struct option *option_named(const char *key)
{
	for (const struct option *option = long_options; option->name; option++)
		if (strcmp(option->name, key) == 0)
			return option->val == 'h' || option->val == OPTION_NO_CONFIG ? NULL
			                                                             : option;
	return NULL;
}

/* A path in a file must not depend on the folder that debar happens to run in. */
static bool depends_on_folder(int option, const char *text)
{
	if (option == 'o') {
		text = strchr(text, '=');
		return text && text[1] != '/' && strcmp(text, "=-") != 0;
	}
	return (option == 'c' || option == 'p' || option == OPTION_PACK ||
	        option == OPTION_CACHE) &&
	       text[0] != '/';
}

struct copy {
	struct copy *next;
	char text[];
};

static const char *take_copy(struct scan_request *request, int option, const char *value)
{
	if (!value)
		return take_value(request, option, NULL);
	size_t length = strlen(value);
	struct copy *copy = malloc(sizeof *copy + length + 1);
	if (!copy)
		return "no memory";
	memcpy(copy->text, value, length + 1);
	copy->next = request->copies;
	request->copies = copy;
	return take_value(request, option, copy->text);
}

static const char *take_setting(void *context, const char *key, const char *value)
{
	struct scan_request *request = context;
	const struct option *option = option_named(key);
	if (!option)
		return "unknown key";
	if (option->val == OPTION_UNSAFE || option->val == OPTION_FILES_FROM)
		return "only an option of the command line can say this";
	bool on = value && strcmp(value, "true") == 0, off = value && strcmp(value, "false") == 0;
	if (option->has_arg == no_argument) {
		if (!on && !off)
			return "neither true nor false";
		take_switch(request, option->val, on);
		return NULL;
	}
	if (option->has_arg == optional_argument && (on || off)) {
		take_cache(request, on, NULL);
		return NULL;
	}
	if (value && depends_on_folder(option->val, value))
		return "a path in a file of settings begins with /";
	if (!value && option->val != OPTION_ACCEPT && !list_of(request, option->val))
		return "there is no value";
	return take_copy(request, option->val, value);
}

/* False, and one line was said, when the file is there and something is wrong with it. */
static bool load_settings(struct scan_request *request, const char *path)
{
	struct debar_error error;
	request->rank++;
	enum debar_status status = debar_settings_read(path, take_setting, request, &error);
	if (status == DEBAR_OK || status == DEBAR_NOT_FOUND)
		return true;
	(void)fail("%s", error.message);
	return false;
}

bool scan_request_load_settings(struct scan_request *request)
{
	char path[4096];
	const char *home = getenv("XDG_CONFIG_HOME"), *below = "debar/debar.yaml";
	if (!load_settings(request, "/etc/debar/debar.yaml"))
		return false;
	/* The XDG specification has relative paths ignored: they would mean the folder we are in.
	 */
	if (!home || home[0] != '/') {
		home = getenv("HOME");
		below = ".config/debar/debar.yaml";
	}
	if (!home || home[0] != '/')
		return true;
	if (snprintf(path, sizeof path, "%s/%s", home, below) >= (int)sizeof path) {
		(void)fail("%s: the path is too long", home);
		return false;
	}
	return load_settings(request, path);
}

void scan_request_init(struct scan_request *request)
{
	*request = (struct scan_request){.options = {.size = sizeof request->options},
	                                 .how = {.size = sizeof request->how}};
}

void scan_request_finish(struct scan_request *request)
{
	for (struct copy *next, *copy = request->copies; copy; copy = next) {
		next = copy->next;
		free(copy);
	}
	struct list *lists[] = {&request->targets,    &request->outputs,  &request->policies,
	                        &request->directives, &request->excludes, &request->accept};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		list_finish(lists[i]);
}

/* Help and --no-config count wherever they stand, so they are looked for first. */
static bool wants_settings(int argc, char **argv, bool *wants_help)
{
	bool wanted = true;
	int option;
	opterr = 0; /* what is wrong is said the second time */
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		wanted &= option != OPTION_NO_CONFIG;
		*wants_help |= option == 'h';
	}
	optind = 0; /* anew */
	return wanted;
}

static const char *name_of(int option)
{
	const struct option *known = long_options;
	while (known->val != option)
		known++;
	return known->name;
}

static const char *take_option(struct scan_request *request, int option)
{
	for (const struct option *known = long_options; known->name; known++)
		if (known->val == option && known->has_arg == no_argument) {
			take_switch(request, option, true);
			return NULL;
		}
	return take_value(request, option, optarg);
}

static int finish_parsing(struct scan_request *request)
{
	if (request->targets.count == 0 && !request->how.files_from)
		return fail("no target given; debar scan --help tells how");
	if (request->outputs.count == 0)
		list_add(&request->outputs, "text");
	if (request->how.all_facts && request->cache_rank != request->rank)
		request->how.use_cache = 0; /* the later word wins */
	request->how.excludes = request->excludes.items;
	request->how.accept_patterns = request->accept.items;
	request->options.policy_dirs = request->policies.items;
	request->options.directives = request->directives.items;
	return SCAN_REQUEST_GO;
}

int scan_request_parse(struct scan_request *request, int argc, char **argv)
{
	bool wants_help = false;
	if (wants_settings(argc, argv, &wants_help) && !wants_help &&
	    !scan_request_load_settings(request))
		return EXIT_TROUBLE;
	if (wants_help)
		return print_help();
	request->rank++;
	int option;
	while ((option = next_option(argc, argv, short_options, long_options)) != -1) {
		if (option == '?' || (option == 'o' && !check_output(optarg)))
			return EXIT_TROUBLE;
		const char *wrong = take_option(request, option);
		if (wrong)
			return fail("--%s '%s': %s", name_of(option), optarg, wrong);
	}
	for (int i = optind; i < argc; i++)
		list_add(&request->targets, argv[i]);
	return finish_parsing(request);
}
