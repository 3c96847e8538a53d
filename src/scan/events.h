/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of events that a caller has not taken yet. Texts are copied in. Losing an event for
 * lack of memory is fine: they only show what happens, the case has it all. */
#ifndef SCAN_EVENTS_H
#define SCAN_EVENTS_H

#include <debar.h>

struct event_node;

struct events {
	struct event_node *first, *last, *taken;
};

void events_put(struct events *events, const struct debar_event *event);
const struct debar_event *events_take(struct events *events);
void events_finish(struct events *events);

#endif
