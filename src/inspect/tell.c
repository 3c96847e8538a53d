/* SPDX-License-Identifier: Apache-2.0 */
/* What the inspector sends to the host. */
#include "inspect/object.h"

void inspector_flush(struct inspector *inspector)
{
	if (inspector->out.len > 0)
		inspector->options.teller.send(inspector->options.teller.self,
		                               buffer_bytes(&inspector->out));
	buffer_clear(&inspector->out);
}

/* Messages hold whole frames. A frame never exceeds a message: paths, values and reasons have their
 * limits. */
static void send_frame(struct inspector *inspector)
{
	if (inspector->out.len + inspector->frame.len > WIRE_MESSAGE_MAX)
		inspector_flush(inspector);
	buffer_put(&inspector->out, buffer_bytes(&inspector->frame));
	buffer_clear(&inspector->frame);
}

void tell_fact(struct object *object, const struct kept_fact *fact, struct bytes sha256)
{
	struct wire_fact frame = {
		.serial = object->inspector->serial,
		.member = object->member,
		.object_size = object->size,
		.sha256 = sha256,
		.flags = (uint8_t)((object->quotes ? WIRE_OBJECT_QUOTES : 0) |
	                           (fact->if_partly ? WIRE_IF_PARTLY : 0)),
		.kind = fact->fact.kind,
		.span = fact->fact.span,
		.value = fact->fact.value,
		.proof = fact->proof,
		.mark_count = fact->mark_count,
	};
	for (size_t i = 0; i < fact->mark_count; i++)
		frame.marks[i] = fact->marks[i];
	wire_put_fact(&object->inspector->frame, &frame);
	send_frame(object->inspector);
}

static void put_gap(struct inspector *inspector, struct bytes member, uint64_t bytes,
                    enum byte_class class, const char *reason)
{
	struct wire_gap gap = {inspector->serial, member, bytes, class,
	                       bytes_slice(bytes_of(reason), 0, LIMIT_REASON)};
	wire_put_gap(&inspector->frame, &gap);
	send_frame(inspector);
}

void tell_gap(struct inspector *inspector, struct bytes member, uint64_t bytes,
              enum byte_class class, const char *reason)
{
	if (inspector->gaps_told == LIMIT_GAPS_PER_FILE) {
		inspector->gaps_left++;
		account_sum(&inspector->gaps_left_bytes, bytes);
		return;
	}
	inspector->gaps_told++;
	put_gap(inspector, member, bytes, class, reason);
}

void tell_share(const struct object *object)
{
	struct inspector *inspector = object->inspector;
	struct wire_share share = {.serial = inspector->serial, .atoms.found = object->pass.atoms};
	memcpy(share.atoms.at, object->pass.atom_at, sizeof share.atoms.at);
	memcpy(share.atoms.until, object->pass.atom_until, sizeof share.atoms.until);
	wire_put_share(&inspector->frame, &share);
	send_frame(inspector);
	inspector_flush(inspector);
}

void tell_done(const struct object *object)
{
	struct inspector *inspector = object->inspector;
	bool was_told = object->is_torn && inspector->dropped_objects == 0;
	if (inspector->over && !was_told)
		put_gap(inspector, (struct bytes){0}, inspector->dropped_bytes, CLASS_UNREAD,
		        inspector->over);
	if (inspector->gaps_left > 0)
		put_gap(inspector, (struct bytes){0}, inspector->gaps_left_bytes, CLASS_UNREAD,
		        "more gaps in one file than are listed one by one");
	struct wire_done done = {.serial = inspector->serial,
	                         .account = inspector->account,
	                         .partly = object->read_partly || inspector->over};
	if (inspector->share > 0)
		done.moved = object->gap_bytes[CLASS_UNREAD] + object->gap_bytes[CLASS_OPAQUE];
	done.partly |= done.moved > 0;
	wire_put_done(&inspector->frame, &done);
	send_frame(inspector);
}
