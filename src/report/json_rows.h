/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a report as JSON, as docs/debar-report-1.schema.json says; shared by json and ndjson.
 * Each writes the entries of an object that the caller opens and closes. */
#ifndef REPORT_JSON_ROWS_H
#define REPORT_JSON_ROWS_H

#include "core/result.h"
#include "report/json.h"

void json_scan(struct json *j, const struct scan_summary *scan);
void json_target(struct json *j, struct bytes kind, struct bytes name);
void json_verdict(struct json *j, const struct directive_verdict *verdict);
void json_account(struct json *j, const struct target_result *target);
void json_finding(struct json *j, const struct finding *finding, const struct scan_summary *scan);
void json_gap(struct json *j, const struct gap *gap);
void json_evidence(struct json *j, const struct evidence *evidence);

#endif
