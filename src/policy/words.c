/* SPDX-License-Identifier: Apache-2.0 */
/* The names of match forms and confidences. */
#include "policy/pack.h"

static const char *const form_names[MATCH_FORM_COUNT] = {"exact",     "prefix", "suffix",
                                                         "substring", "glob",   "regex"};
static const char *const confidence_names[CONFIDENCE_COUNT] = {"low", "medium", "high"};

const char *match_form_name(enum match_form form)
{
	return form < MATCH_FORM_COUNT ? form_names[form] : NULL;
}

const char *confidence_name(enum confidence confidence)
{
	return confidence < CONFIDENCE_COUNT ? confidence_names[confidence] : NULL;
}

enum match_form match_form_named(struct bytes name)
{
	enum match_form form = 0;
	while (form < MATCH_FORM_COUNT && !bytes_equal(bytes_of(form_names[form]), name))
		form++;
	return form;
}

enum confidence confidence_named(struct bytes name)
{
	enum confidence confidence = 0;
	while (confidence < CONFIDENCE_COUNT &&
	       !bytes_equal(bytes_of(confidence_names[confidence]), name))
		confidence++;
	return confidence;
}
