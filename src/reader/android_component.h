/* SPDX-License-Identifier: Apache-2.0 */
/* What an Android manifest says, in either of its two forms: which elements name a class, and how a
 * short class name is completed. */
#ifndef READER_ANDROID_COMPONENT_H
#define READER_ANDROID_COMPONENT_H

#include "core/reader.h"

enum android_element {
	ANDROID_OTHER,
	ANDROID_MANIFEST,
	ANDROID_COMPONENT, /* its name is a class, perhaps a short one */
	ANDROID_META_DATA, /* its name is a word of its own */
};

enum { ANDROID_NAME_MOST = 4096 };

enum android_element android_element_kind(struct bytes name);

/* States a component: ".Main" and "Main" are completed by the package, as Android does. */
void android_component_state(struct visit *visit, enum android_element element,
                             struct bytes package, struct bytes name, struct span span);

#endif
