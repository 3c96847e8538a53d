/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/test.h"
#include "wire/wire.h"

static struct wire_fact sample_fact(void)
{
	return (struct wire_fact){
		.serial = 7,
		.member = BYTES("!/a/b"),
		.object_size = 100,
		.flags = WIRE_OBJECT_QUOTES,
		.kind = FACT_PE_COMPANY,
		.span = {10, 20},
		.value = BYTES("AO Kaspersky Lab"),
		.proof = BYTES("\x41\x4F"),
		.marks = {3, 5},
		.mark_count = 2,
	};
}

static void a_fact_comes_through(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out, WIRE_MESSAGE_MAX);
	struct wire_fact fact = sample_fact();
	struct wire_gap gap = {7, BYTES("!/c"), 99, CLASS_OPAQUE, BYTES("encrypted")};
	wire_put_fact(&out, &fact);
	wire_put_gap(&out, &gap);
	struct bytes message = buffer_bytes(&out);
	struct wire_frame frame;
	bool broken;
	assert_true(wire_next_frame(&message, &frame, &broken));
	assert_int_equal(frame.type, WIRE_FACT);
	assert_true(bytes_equal(frame.fact.value, fact.value) &&
	            bytes_equal(frame.fact.member, fact.member));
	assert_int_equal(frame.fact.marks[1], 5);
	assert_int_equal(frame.fact.span.length, 20);
	assert_true(wire_next_frame(&message, &frame, &broken));
	assert_int_equal(frame.type, WIRE_GAP);
	assert_int_equal(frame.gap.bytes, 99);
	assert_false(wire_next_frame(&message, &frame, &broken));
	assert_false(broken);
	buffer_finish(&out);
}

/* A frame with one field that breaks a rule. */
static bool is_refused(void (*spoil)(struct wire_fact *fact))
{
	struct buffer out;
	buffer_init(&out, WIRE_MESSAGE_MAX);
	struct wire_fact fact = sample_fact();
	spoil(&fact);
	wire_put_fact(&out, &fact);
	struct bytes message = buffer_bytes(&out);
	struct wire_frame frame;
	bool broken = false;
	bool taken = wire_next_frame(&message, &frame, &broken);
	buffer_finish(&out);
	return !taken && broken;
}

static void spoil_kind(struct wire_fact *fact)
{
	fact->kind = FACT_KIND_COUNT;
}

static void spoil_span(struct wire_fact *fact)
{
	fact->span.length = 91;
}

static void spoil_span_overflow(struct wire_fact *fact)
{
	fact->span.offset = UINT64_MAX;
}

static void spoil_digest(struct wire_fact *fact)
{
	fact->sha256 = BYTES("short");
}

static void spoil_value(struct wire_fact *fact)
{
	fact->value = (struct bytes){0};
}

static void lies_are_refused(void **state)
{
	(void)state;
	assert_true(is_refused(spoil_kind));
	assert_true(is_refused(spoil_span));
	assert_true(is_refused(spoil_span_overflow));
	assert_true(is_refused(spoil_digest));
	assert_true(is_refused(spoil_value));
}

static void every_cut_and_every_flipped_bit_is_survived(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out, WIRE_MESSAGE_MAX);
	struct wire_fact fact = sample_fact();
	wire_put_fact(&out, &fact);
	for (size_t cut = 1; cut < out.len; cut++) {
		struct bytes message = {out.data, cut};
		struct wire_frame frame;
		bool broken = false;
		assert_false(wire_next_frame(&message, &frame, &broken));
		assert_true(broken);
	}
	for (size_t bit = 0; bit < out.len * 8; bit++) {
		out.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		struct bytes message = buffer_bytes(&out);
		struct wire_frame frame;
		bool broken = false;
		while (wire_next_frame(&message, &frame, &broken))
			;
		out.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	buffer_finish(&out);
}

static void settings_come_through(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out, 256);
	struct wire_settings settings = {{1, 2, 3, 4}, true}, back;
	wire_put_settings(&out, &settings);
	assert_true(wire_get_settings(buffer_bytes(&out), &back));
	assert_int_equal(back.limits.depth, 3);
	assert_true(back.all_facts);
	assert_false(wire_get_settings(bytes_slice(buffer_bytes(&out), 0, out.len - 1), &back));
	buffer_finish(&out);
}

static void a_share_comes_through(void **state)
{
	(void)state;
	struct buffer out;
	buffer_init(&out, 4096);
	struct wire_job job = {.serial = 3,
	                       .size = 90,
	                       .path = BYTES("a"),
	                       .share = 1,
	                       .shares = 2},
			back;
	job.atoms.found = 1;
	job.atoms.at[0] = 7;
	job.atoms.until[0] = 90;
	wire_put_job(&out, &job);
	struct bytes message = buffer_bytes(&out);
	assert_true(wire_next_job(&message, &back));
	assert_int_equal(back.share, 1);
	assert_int_equal(back.atoms.until[0], 90);
	assert_int_equal(message.len, 0);
	struct wire_share share = {3, job.atoms};
	struct wire_frame frame;
	bool broken;
	buffer_clear(&out);
	wire_put_share(&out, &share);
	message = buffer_bytes(&out);
	assert_true(wire_next_frame(&message, &frame, &broken));
	assert_int_equal(frame.type, WIRE_SHARE);
	assert_int_equal(frame.share.atoms.at[0], 7);
	buffer_finish(&out);
}

static void a_job_that_cannot_be_is_refused(void **state)
{
	(void)state;
	static const struct {
		uint8_t share, shares;
		uint64_t size, at, until;
		uint32_t found;
	} cases[] = {
		{0, 0, 90, 0, 0, 0},  /* no share at all */
		{2, 2, 90, 0, 0, 0},  /* past the last */
		{0, 17, 90, 0, 0, 0}, /* too many */
		{1, 2, 90, 0, 91, 1}, /* behind the end */
		{1, 2, 90, 8, 7, 1},  /* ends before it begins */
		{1, 2, 90, 0, 0, 1U << ATOM_COUNT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buffer out;
		buffer_init(&out, 4096);
		struct wire_job job = {.size = cases[i].size,
		                       .path = BYTES("a"),
		                       .share = cases[i].share,
		                       .shares = cases[i].shares,
		                       .atoms = {.found = cases[i].found}},
				back;
		job.atoms.at[0] = cases[i].at;
		job.atoms.until[0] = cases[i].until;
		wire_put_job(&out, &job);
		struct bytes message = buffer_bytes(&out);
		assert_false(wire_next_job(&message, &back));
		buffer_finish(&out);
	}
}

static bool greets(struct bytes build, struct wire_hello *back)
{
	struct buffer out;
	buffer_init(&out, 256);
	struct wire_hello hello = {WIRE_VERSION, true, {0}, build};
	wire_put_hello(&out, &hello);
	struct bytes message = buffer_bytes(&out);
	struct wire_frame frame;
	bool broken = false, taken = wire_next_frame(&message, &frame, &broken);
	*back = frame.hello;
	bool same = taken && bytes_equal(back->build, build);
	buffer_finish(&out);
	return same;
}

static void a_greeting_has_a_whole_build_or_none(void **state)
{
	(void)state;
	uint8_t digest[WIRE_BUILD + 1] = {1, 2, 3};
	struct wire_hello back;
	assert_true(greets((struct bytes){digest, WIRE_BUILD}, &back));
	assert_true(back.jailed && back.version == WIRE_VERSION);
	assert_true(greets((struct bytes){0}, &back));
	assert_false(greets((struct bytes){digest, WIRE_BUILD - 1}, &back));
	assert_false(greets((struct bytes){digest, WIRE_BUILD + 1}, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fact_comes_through),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(every_cut_and_every_flipped_bit_is_survived),
		cmocka_unit_test(settings_come_through),
		cmocka_unit_test(a_share_comes_through),
		cmocka_unit_test(a_job_that_cannot_be_is_refused),
		cmocka_unit_test(a_greeting_has_a_whole_build_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
