/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/events.h"

#include <stdlib.h>
#include <string.h>

struct event_node {
	struct debar_event event;
	struct event_node *next;
	char texts[];
};

/* Copies `text` to `*room`, with a NUL behind it, and moves on. */
static const char *copy_text(struct bytes text, char **room)
{
	char *copy = *room;
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*room += text.len + 1;
	return copy;
}

static void copy_texts(struct event_node *node, const struct event_texts *texts)
{
	char *room = node->texts;
	node->event.object = copy_text(texts->object, &room);
	node->event.value = copy_text(texts->value, &room);
	node->event.mark = copy_text(texts->mark, &room);
	node->event.vendor = copy_text(texts->vendor, &room);
	node->event.reason = copy_text(texts->reason, &room);
}

static size_t room_for(const struct event_texts *texts)
{
	return texts->object.len + texts->value.len + texts->mark.len + texts->vendor.len +
	       texts->reason.len + 5;
}

void events_put(struct events *events, const struct debar_event *event,
                const struct event_texts *texts)
{
	struct event_node *node = malloc(sizeof *node + (texts ? room_for(texts) : 0));
	if (!node)
		return;
	node->event = *event;
	node->next = NULL;
	if (texts)
		copy_texts(node, texts);
	if (events->last)
		events->last->next = node;
	else
		events->first = node;
	events->last = node;
}

const struct debar_event *events_take(struct events *events)
{
	free(events->taken);
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
