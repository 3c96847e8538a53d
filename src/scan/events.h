/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of events that a caller has not taken yet. Texts are copied in. Losing an event for
 * lack of memory is fine: they only show what happens, the case has it all. */
#ifndef SCAN_EVENTS_H
#define SCAN_EVENTS_H

#include "base/bytes.h"

#include <debar.h>

struct event_node;

/* The texts of an event that are not constants. */
struct event_texts {
	struct bytes object, value, mark, vendor, reason;
};

struct events {
	struct event_node *first, *last, *taken;
};

/* Without `texts` the event has none. */
void events_put(struct events *events, const struct debar_event *event,
                const struct event_texts *texts);
const struct debar_event *events_take(struct events *events);
void events_finish(struct events *events);

#endif
