/* SPDX-License-Identifier: Apache-2.0 */
/* The list of formats. A new one is a file, a declaration in formats.h and a line here. */
#include "report/report.h"

#include "report/formats.h"

static const struct report_format formats[] = {
	{"text", report_text},
	{"json", report_json},
	{"ndjson", report_ndjson},
	{"csv", report_csv},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

const char *report_format_name(size_t index)
{
	return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum debar_status report_write(const char *format, const struct result_source *source,
                               unsigned flags, int fd, struct debar_error *error)
{
	const struct report_format *chosen = NULL;
	for (size_t i = 0; i < FORMAT_COUNT && !chosen; i++)
		if (strcmp(formats[i].name, format) == 0)
			chosen = &formats[i];
	if (!chosen)
		return error_set(error, DEBAR_NOT_FOUND, 0, "there is no report format %s", format);
	struct out *out = out_create(fd, flags);
	if (!out)
		return error_set(error, DEBAR_NO_MEMORY, 0, "out of memory for the report");
	bool source_ok = chosen->write(source, out);
	enum debar_status status = out_finish(out, source_ok, error);
	out_destroy(out);
	return status;
}
