/* SPDX-License-Identifier: Apache-2.0 */
/*
 * coded: what is written in base64 or in hexadecimal digits amid a text: files in JSON, XML and
 * scripts, "data:" addresses, objects in RTF, rows of dumped databases. It is asked when all other
 * readers are done. A text of nothing else is the reader base64's.
 */
#include "core/limits.h"
#include "reader/decode64.h"
#include "reader/lines.h"
#include "reader/pump.h"

#include <inttypes.h>
#include <stdio.h>

extern const struct reader reader_coded;

enum {
	DIGITS_LEAST = 2 * LIMIT_PRIVATE_PART, /* less is no program */
	LETTERS_LEAST = 4 * LIMIT_PRIVATE_PART / 3,
	STEP = 4096,       /* between two looks: one of them falls into the shortest run */
	LOOK = 64,         /* bytes, which in other texts are never all letters */
	STRIDE = 1 << 20,  /* bytes between two signs of life */
	ESCAPE_MOST = 16,  /* a seam with its indentation; longer ones are met elsewhere */
	SEAM_MOST = 8,     /* bytes between a quote and the line's end */
	COLUMN_MOST = 128, /* lines are folded at 64 to 80 */
	CHUNK = 16 << 10,
	NAME_MOST = 40,
};

enum token { TOKEN_LETTER, TOKEN_BREAK, TOKEN_BLANK, TOKEN_OTHER };

/* How some letters and line ends are written in strings of JSON and C, in addresses and in XML. */
static const struct {
	struct bytes text;
	enum token token;
	uint8_t letter;
} escapes[] = {
	{{(const uint8_t *)"\\/", 2}, TOKEN_LETTER, '/'},
	{{(const uint8_t *)"\\n", 2}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"\\r", 2}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"\\\n", 2}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"\\\r\n", 3}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"\\u002B", 6}, TOKEN_LETTER, '+'},
	{{(const uint8_t *)"\\u002F", 6}, TOKEN_LETTER, '/'},
	{{(const uint8_t *)"%2B", 3}, TOKEN_LETTER, '+'},
	{{(const uint8_t *)"%2F", 3}, TOKEN_LETTER, '/'},
	{{(const uint8_t *)"&#10;", 5}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"&#13;", 5}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"&#xA;", 5}, TOKEN_BREAK, 0},
	{{(const uint8_t *)"&#xD;", 5}, TOKEN_BREAK, 0},
};

static enum token take_escape(struct bytes text, size_t *at, uint8_t *letter)
{
	struct bytes rest = bytes_from(text, *at);
	for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
		if (!bytes_start_with_nocase(rest, escapes[i].text))
			continue;
		*at += escapes[i].text.len;
		*letter = escapes[i].letter;
		return escapes[i].token;
	}
	++*at;
	return TOKEN_OTHER;
}

static size_t skip_any(struct bytes text, size_t at, const char *set, size_t most)
{
	size_t end = at + most < text.len ? at + most : text.len;
	while (at < end && line_is_one_of(text.ptr[at], set))
		at++;
	return at;
}

/* Where a string goes on that was closed at `at` and continues on the next line, as programs write
 * long ones: "…" + or "…" \ at the end, + "…" or b'…' at the beginning. Else `at`. */
static size_t skip_seam(struct bytes text, size_t at)
{
	uint8_t quote = text.ptr[at];
	size_t end = skip_any(text, at + 1, " \t+.,&_\\", SEAM_MOST);
	size_t next = skip_any(text, end, "\r\n", 2);
	if (next == end)
		return at;
	next = skip_any(text, next, " \t", COLUMN_MOST);
	next = skip_any(text, next, " \t+.,&", SEAM_MOST);
	next = skip_any(text, next, "bBrRuUL@", 1);
	return next < text.len && text.ptr[next] == quote ? next + 1 : at;
}

static enum token take_quote(struct bytes text, size_t *at)
{
	size_t next = skip_seam(text, *at);
	bool goes_on = next > *at;
	*at = goes_on ? next : *at + 1;
	return goes_on ? TOKEN_BREAK : TOKEN_OTHER;
}

static enum token take_token(struct bytes text, size_t *at, uint8_t *letter)
{
	*letter = text.ptr[*at];
	if (decode64_letter(*letter) >= 0) { /* nearly always */
		++*at;
		return TOKEN_LETTER;
	}
	switch (*letter) {
	case '\\':
	case '%':
	case '&':
		return take_escape(text, at, letter);
	case '"':
	case '\'':
		return take_quote(text, at);
	default:
		++*at;
		break;
	}
	if (*letter == '\n' || *letter == '\r')
		return TOKEN_BREAK;
	return *letter == ' ' || *letter == '\t' ? TOKEN_BLANK : TOKEN_OTHER;
}

/* Which letters there are. What is packed has them all; words, and the letters of genes, do not. */
enum { KIND_DIGIT = 1, KIND_UPPER = 2, KIND_LOWER = 4, KIND_BEYOND = 8, KIND_ALL = 15 };

static unsigned kind_of(uint8_t letter)
{
	if (letter >= '0' && letter <= '9')
		return KIND_DIGIT;
	uint8_t lower = letter | 0x20;
	unsigned beyond = lower >= 'a' && lower <= 'f' ? 0 : KIND_BEYOND;
	if (lower < 'a' || lower > 'z')
		return KIND_BEYOND;
	return beyond | (letter == lower ? KIND_LOWER : KIND_UPPER);
}

/* Letters up to something else; lines of one length, but for the last. */
struct run {
	size_t from, end, letters;
	unsigned kinds;
};

struct row {
	size_t letters, width, end; /* width: what stands before the letters counts, too */
	unsigned kinds;
};

/* How far `at` stands from the beginning of its line. */
static size_t column_of(struct bytes text, size_t at)
{
	size_t column = 0;
	while (column < at && column < COLUMN_MOST && text.ptr[at - column - 1] != '\n')
		column++;
	return column;
}

/* The letters from *at on, and the line end and blanks behind them: *indent of these stand before
 * the next row. False when none can follow. */
static bool take_row(struct bytes text, size_t *at, struct row *row, size_t *indent)
{
	enum token token = TOKEN_OTHER;
	uint8_t letter;
	row->end = *at;
	while (*at < text.len && (token = take_token(text, at, &letter)) == TOKEN_LETTER) {
		row->letters++;
		row->kinds |= kind_of(letter);
		row->end = *at;
	}
	row->width += row->letters;
	bool breaks = false;
	size_t next = *at;
	for (*indent = 0; token == TOKEN_BREAK || token == TOKEN_BLANK; ++*indent) {
		breaks |= token == TOKEN_BREAK;
		*indent = token == TOKEN_BREAK ? SIZE_MAX : *indent;
		next = *at;
		token = *at < text.len ? take_token(text, at, &letter) : TOKEN_OTHER;
	}
	*at = next;
	return breaks && token == TOKEN_LETTER;
}

/* What stands before digits and is none of them: "0x", "\x". */
static size_t skip_mark(struct bytes text, size_t from)
{
	struct bytes rest = bytes_slice(text, from, 10);
	size_t mark = bytes_start_with_nocase(rest, BYTES("0x")) ? 2 : 1;
	if (mark == 1 && !bytes_start_with_nocase(rest, BYTES("x")))
		return from;
	for (size_t i = mark; i < rest.len; i++)
		if (kind_of(rest.ptr[i]) & KIND_BEYOND)
			return from;
	return from + mark;
}

/* Whether `row` may stand under `before`: as long, without or with what precedes its letters. */
static bool is_under(const struct row *before, const struct row *row)
{
	return row->letters == before->letters || row->width == before->width;
}

static struct run run_at(struct bytes text, size_t from)
{
	size_t at = skip_mark(text, from), indent = 0;
	struct run run = {.from = at, .end = at};
	struct row row = {0}, before = {0};
	for (bool goes_on = true, first = true; goes_on; first = false) {
		goes_on = take_row(text, &at, &row, &indent);
		if (first && goes_on)
			row.width += column_of(text, run.from);
		bool under = first || is_under(&before, &row);
		if (row.letters == 0 || (!under && row.letters > before.letters))
			break;
		goes_on &= under;
		run.end = row.end;
		run.letters += row.letters;
		run.kinds |= under ? row.kinds : 0; /* the last one may be a word */
		before = row;
		row = (struct row){.width = indent};
	}
	return run;
}

struct look {
	struct visit *visit;
	struct bytes text;
	uint8_t *letters, *out; /* CHUNK bytes each, once there is something to decode */
};

static bool is_digits(const struct run *run)
{
	return (run->kinds & KIND_BEYOND) == 0;
}

static bool is_worth(const struct run *run)
{
	return is_digits(run) ? run->letters >= DIGITS_LEAST
	                      : run->letters >= LETTERS_LEAST && run->kinds == KIND_ALL;
}

/* `letters` are digits, an even number of them but for the last time. */
static size_t decode_digits(struct bytes letters, uint8_t *out)
{
	for (size_t i = 0; i + 2 <= letters.len; i += 2) {
		unsigned high = letters.ptr[i], low = letters.ptr[i + 1];
		high = high <= '9' ? high - '0' : (high | 0x20) - 'a' + 10;
		low = low <= '9' ? low - '0' : (low | 0x20) - 'a' + 10;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return letters.len / 2;
}

/* A font of PostScript, the half that a known key opens: Adobe Type 1 Font Format, 7.2. */
static bool is_font(const struct look *look, const struct run *run)
{
	size_t near = run->from < LOOK ? run->from : LOOK;
	struct bytes before = bytes_trim(bytes_slice(look->text, run->from - near, near));
	return is_digits(run) && bytes_end_with(before, BYTES("eexec"));
}

static void hand_over(struct look *look, const struct run *run)
{
	char name[NAME_MOST];
	if (!look->letters) {
		look->letters = visit_alloc(look->visit, CHUNK, 1);
		look->out = visit_alloc(look->visit, CHUNK, 1);
	}
	int length = snprintf(name, sizeof name, "coded at %zu", run->from);
	struct bytes called = {(const uint8_t *)name, (size_t)length};
	struct pump pump = pump_start(look->visit, called, run->letters / 4 * 3);
	struct decode64 state = {0};
	bool room = true;
	if (is_font(look, run)) /* its reader goes by that: nothing else is taken for glyphs */
		room = pump_write(&pump, BYTES("%!PS-AdobeFont-1.0\neexec\n"));
	size_t held = 0;
	for (size_t at = run->from; at < run->end && room;) {
		uint8_t letter;
		if (take_token(look->text, &at, &letter) == TOKEN_LETTER)
			look->letters[held++] = letter;
		if (held < CHUNK && at < run->end)
			continue;
		struct bytes letters = {look->letters, held};
		size_t made = is_digits(run) ? decode_digits(letters, look->out)
		                             : decode64_feed(&state, letters, look->out);
		room = pump_write(&pump, (struct bytes){look->out, made});
		held = 0;
	}
	(void)pump_end(&pump, CLASS_UNREAD, NULL);
}

/* What stands in no run, no escape and no seam. */
static bool is_beyond(uint8_t byte)
{
	static const bool beyond[256] = {
		['!'] = true, ['$'] = true, ['('] = true, [')'] = true, ['*'] = true, [':'] = true,
		['<'] = true, ['='] = true, ['>'] = true, ['?'] = true, ['['] = true, [']'] = true,
		['^'] = true, ['`'] = true, ['{'] = true, ['|'] = true, ['}'] = true, ['~'] = true,
	};
	return beyond[byte];
}

static bool is_alphanumeric(uint8_t byte)
{
	uint8_t lower = byte | 0x20;
	return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z');
}

/* A blank behind a letter that is no escape's, or a sign of code, as in nearly all texts: quick to
 * see. */
static bool has_words(struct bytes text, size_t from, size_t end)
{
	for (size_t i = from + 2; i < end; i++)
		if (is_beyond(text.ptr[i]) ||
		    (text.ptr[i] == ' ' && is_alphanumeric(text.ptr[i - 1]) &&
		     text.ptr[i - 2] != '\\'))
			return true;
	return false;
}

/* Whether nothing but letters stands at `at`, which may be amid an escape or a seam. */
static bool has_letters(struct bytes text, size_t at)
{
	size_t end = at + LOOK < text.len ? at + LOOK : text.len, letters = 0;
	size_t settled = at + ESCAPE_MOST;
	if (has_words(text, settled, end))
		return false;
	enum token before = TOKEN_BREAK;
	while (at < end) {
		uint8_t letter;
		enum token token = take_token(text, &at, &letter);
		bool other =
			token == TOKEN_OTHER || (token == TOKEN_BLANK && before == TOKEN_LETTER);
		if (other && at > settled)
			return false;
		letters += token == TOKEN_LETTER;
		before = token;
	}
	return letters > LOOK / 2;
}

/* The run over `look_at`, which begins behind `from`. Returns where to go on. */
static size_t take_run(struct look *look, size_t from, size_t look_at)
{
	while (from <= look_at) {
		struct run run = run_at(look->text, from);
		if (run.end > look_at) {
			if (is_worth(&run))
				hand_over(look, &run);
			return run.end;
		}
		uint8_t letter;
		from = run.end > from ? run.end : from;
		(void)take_token(look->text, &from, &letter);
	}
	return look_at;
}

static enum read_result read_coded(struct visit *visit, struct bytes body)
{
	struct look look = {.visit = visit, .text = body};
	size_t done = 0, told = 0;
	for (size_t at = 0; at < body.len; at += STEP) {
		if (has_letters(body, at)) {
			size_t from = at - done > STEP ? at - STEP : done;
			done = take_run(&look, from, at);
			at = done > at ? done - 1 : at;
		}
		if (at - told < STRIDE)
			continue;
		if (!visit_passed(visit, at - told))
			break;
		told = at;
	}
	return READ_WHOLE;
}

static bool recognise(const struct sight *sight)
{
	return sight->is_text && sight->size >= LETTERS_LEAST;
}

const struct reader reader_coded = {
	.name = "coded",
	.recognise = recognise,
	.read = read_coded,
	.understood = CLASS_SEARCHED,
	.last = true,
};
