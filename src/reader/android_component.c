/* SPDX-License-Identifier: Apache-2.0 */
#include "reader/android_component.h"

enum android_element android_element_kind(struct bytes name)
{
	static const struct bytes components[] = {
		{(const uint8_t *)"application", 11},     {(const uint8_t *)"activity", 8},
		{(const uint8_t *)"activity-alias", 14},  {(const uint8_t *)"service", 7},
		{(const uint8_t *)"receiver", 8},         {(const uint8_t *)"provider", 8},
		{(const uint8_t *)"instrumentation", 15},
	};
	for (size_t i = 0; i < sizeof components / sizeof components[0]; i++)
		if (bytes_equal(name, components[i]))
			return ANDROID_COMPONENT;
	if (bytes_equal(name, BYTES("manifest")))
		return ANDROID_MANIFEST;
	return bytes_equal(name, BYTES("meta-data")) ? ANDROID_META_DATA : ANDROID_OTHER;
}

void android_component_state(struct visit *visit, enum android_element element,
                             struct bytes package, struct bytes name, struct span span)
{
	bool has_dot = bytes_find(name, BYTES(".")) != SIZE_MAX;
	bool starts_with_dot = bytes_start_with(name, BYTES("."));
	bool is_whole =
		element != ANDROID_COMPONENT ? !starts_with_dot : has_dot && !starts_with_dot;
	if (is_whole || package.len == 0 || name.len == 0) {
		visit_fact(visit, FACT_ANDROID_COMPONENT, name, span);
		return;
	}
	uint8_t text[2 * ANDROID_NAME_MOST + 1];
	package = bytes_slice(package, 0, ANDROID_NAME_MOST);
	name = bytes_slice(name, 0, ANDROID_NAME_MOST);
	memcpy(text, package.ptr, package.len);
	size_t length = package.len;
	if (!starts_with_dot)
		text[length++] = '.';
	memcpy(text + length, name.ptr, name.len);
	visit_fact(visit, FACT_ANDROID_COMPONENT, (struct bytes){text, length + name.len}, span);
}
