/* SPDX-License-Identifier: Apache-2.0 */
/* What reports say in plain words about a verdict, a gap or a finding. */
#include "report/formats.h"

struct directive_verdict stated_verdict(const struct scan_summary *scan,
                                        const struct target_result *target, size_t directive)
{
	struct directive_verdict stated = {
		.directive = scan->directives[directive],
		.verdict = VERDICT_UNDECIDED,
		.reason = scan->complete ? BYTES("no verdict was stored")
	                                 : BYTES("the scan was interrupted before it was judged"),
	};
	for (size_t i = 0; i < target->verdict_count; i++) {
		if (!bytes_equal(target->verdicts[i].directive, stated.directive))
			continue;
		stated = target->verdicts[i];
		if (stated.verdict == VERDICT_ABSENT && !scan->complete) {
			stated.verdict = VERDICT_UNDECIDED;
			stated.reason = BYTES("nothing was found, but the scan was interrupted: "
			                      "what it did not reach is not known");
		}
		break;
	}
	return stated;
}

/* By words in the reason, the more telling ones first. Reasons are the readers' own short
 * sentences. */
static const struct {
	const char *word, *remedy;
} remedies[] = {
	{"in a way no reader knows",
         "supply it unpacked or decrypted, or accept it with --accept-gaps"},
	{"encrypt", "supply it decrypted, or accept it with --accept-gaps"},
	{"password", "supply it decrypted, or accept it with --accept-gaps"},
	{"it is not there", "make the list anew, or find out where it went"},
	{"permission", "run as root, or as a user who may read it"},
	{"denied", "run as root, or as a user who may read it"},
	{"limit of bytes", "raise --max-bytes"},
	{"limit of objects", "raise --max-objects"},
	{"limit of time", "raise --max-seconds"},
	{"depth limit", "raise --depth"},
	{"memory", "supply it unpacked: unpacking it takes more memory than a reader is given"},
	{"no reader yet", "mount, unpack or export it and scan what it holds, or accept it with "
                          "--accept-gaps"},
	{"volume", "supply all volumes joined, or what they hold unpacked"},
	{"dictionary", "supply it unpacked: its dictionary is not here"},
	{"method", "supply it unpacked: no reader knows the method"},
	{"not supported", "supply it unpacked: no reader knows the method"},
	{"UPX", "unpack a copy with upx -d, and scan that"},
	{"truncated", "supply a whole copy"},
	{"without an end", "supply a whole copy"},
	{"checksum", "supply an undamaged copy"},
	{"cut", "supply a whole copy"},
	{"damaged", "supply an undamaged copy"},
	{"crash", "examine it by other means, and report the crash"},
	{"hung", "examine it by other means, and report it"},
	{"input/output", "supply a copy from a sound medium"},
	{"changed", "scan again while nothing writes to it"},
	{"limit", "raise the limit"},
};

const char *gap_remedy(const struct gap *gap)
{
	for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++) {
		struct bytes word = bytes_of(remedies[i].word);
		for (size_t at = 0; word.len <= gap->reason.len && at <= gap->reason.len - word.len;
		     at++)
			if (bytes_start_with_nocase(bytes_from(gap->reason, at), word))
				return remedies[i].remedy;
	}
	return NULL;
}

const struct evidence *strongest_evidence(const struct finding *finding)
{
	const struct evidence *best = NULL;
	for (size_t i = 0; i < finding->evidence_kept; i++)
		if (!best || finding->evidence[i].strength > best->strength)
			best = &finding->evidence[i];
	return best;
}

const char *nexus_says(enum nexus nexus)
{
	static const char *const says[NEXUS_COUNT] = {
		[NEXUS_BRANDED] = "the vendor's own product",
		[NEXUS_REBRANDED] = "the vendor's product under another label",
		[NEXUS_EMBEDDED] = "the vendor's code, data or hardware inside another product",
		[NEXUS_DEPENDENCY] = "a build, package, image recipe or deployment brings it in",
		[NEXUS_RESIDUE] = "left behind without the product",
		[NEXUS_HISTORY] = "it ran or was installed here once",
		[NEXUS_CONTACT] = "traffic with the vendor's services",
		[NEXUS_MENTION] = "only named here",
	};
	return nexus < NEXUS_COUNT ? says[nexus] : NULL;
}

const char *certainty_says(enum certainty certainty)
{
	static const char *const says[CERTAINTY_COUNT] = {
		[CERTAINTY_PROVEN] = "a signature that verifies, the system's own package database "
				     "or a known digest says so",
		[CERTAINTY_STRONG] = "an identity mark in structured metadata, or two independent "
				     "indicators",
		[CERTAINTY_WEAK] = "one indicator: to be looked at by a person",
	};
	return certainty < CERTAINTY_COUNT ? says[certainty] : NULL;
}

const char *scope_says(enum scope scope)
{
	static const char *const says[SCOPE_COUNT] = {
		[SCOPE_OUT] = "out of scope of",
		[SCOPE_IN] = "in scope of",
		[SCOPE_CONDITIONAL] = "conditional, for a person to decide, under",
	};
	return scope < SCOPE_COUNT ? says[scope] : NULL;
}

const char *byte_class_says(enum byte_class class)
{
	static const char *const says[CLASS_COUNT] = {
		[CLASS_READ] = "understood by a reader, to the end",
		[CLASS_SEARCHED] = "plain bytes, searched",
		[CLASS_INERT] = "media, fonts and the like, by format",
		[CLASS_OPAQUE] = "encrypted or packed: not seen into",
		[CLASS_UNREAD] = "not read",
	};
	return class < CLASS_COUNT ? says[class] : NULL;
}
