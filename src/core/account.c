/* SPDX-License-Identifier: Apache-2.0 */
#include "core/account.h"

#include "base/checked.h"

const char *byte_class_name(enum byte_class class)
{
	static const char *const names[] = {"read", "searched", "inert", "opaque", "unread"};
	return class < CLASS_COUNT ? names[class] : NULL;
}

void account_sum(uint64_t *sum, uint64_t more)
{
	if (ckd_add(sum, *sum, more))
		*sum = UINT64_MAX;
}

void account_add(struct account *sum, const struct account *more)
{
	account_sum(&sum->objects, more->objects);
	for (size_t i = 0; i < CLASS_COUNT; i++)
		account_sum(&sum->bytes[i], more->bytes[i]);
}
