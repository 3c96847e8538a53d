/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/events.h"

#include <stdlib.h>
#include <string.h>

enum { TEXTS = 8 };

struct event_node {
	struct debar_event event;
	struct event_node *next;
	char *texts[TEXTS];
};

static const char **text_at(struct debar_event *event, size_t index)
{
	const char **texts[TEXTS] = {&event->target, &event->object, &event->fact,  &event->value,
	                             &event->mark,   &event->vendor, &event->nexus, &event->reason};
	return texts[index];
}

static void free_node(struct event_node *node)
{
	for (size_t i = 0; node && i < TEXTS; i++)
		free(node->texts[i]);
	free(node);
}

void events_put(struct events *events, const struct debar_event *event)
{
	struct event_node *node = calloc(1, sizeof *node);
	if (!node)
		return;
	node->event = *event;
	for (size_t i = 0; i < TEXTS; i++) {
		const char **text = text_at(&node->event, i);
		if (*text)
			*text = node->texts[i] = strdup(*text);
	}
	if (events->last)
		events->last->next = node;
	else
		events->first = node;
	events->last = node;
}

const struct debar_event *events_take(struct events *events)
{
	free_node(events->taken);
	events->taken = events->first;
	if (!events->taken)
		return NULL;
	events->first = events->taken->next;
	if (!events->first)
		events->last = NULL;
	return &events->taken->event;
}

void events_finish(struct events *events)
{
	while (events_take(events))
		;
	*events = (struct events){0};
}
