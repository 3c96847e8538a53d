/* SPDX-License-Identifier: Apache-2.0 */
/* The nouns of a judgement: how a finding is tied to a vendor, how sure it is, and what a directive
 * makes of it. Words as in debar(1). */
#ifndef CORE_FINDING_H
#define CORE_FINDING_H

#include "core/account.h"
#include "core/fact.h"

enum nexus {
	NEXUS_BRANDED,    /* the vendor's own product */
	NEXUS_REBRANDED,  /* its product under another label */
	NEXUS_EMBEDDED,   /* its code, data or hardware inside someone else's product */
	NEXUS_DEPENDENCY, /* a build, package, image recipe or deployment will bring it in */
	NEXUS_RESIDUE,    /* keys, certificates, logs, settings left without the product */
	NEXUS_HISTORY,    /* it ran or was installed here once */
	NEXUS_CONTACT,    /* traffic with its services */
	NEXUS_MENTION,    /* only named: block lists, documents, reference data */
	NEXUS_COUNT
};

enum certainty {
	CERTAINTY_WEAK,   /* one indicator */
	CERTAINTY_STRONG, /* one identity mark in structured metadata, or two independent indicators
	                   */
	CERTAINTY_PROVEN, /* a signature that verifies, the system's own package database, a known
	                     digest */
	CERTAINTY_COUNT
};

/* What one match of a mark is worth. */
enum strength {
	STRENGTH_HINT,      /* never raises a finding alone: rows from memory, shared names */
	STRENGTH_INDICATOR, /* weak alone; two of different fact kinds at one place are strong */
	STRENGTH_IDENTITY,  /* strong alone */
	STRENGTH_PROOF,     /* proven alone (a verified signature of the vendor, a package database
	                       entry, a digest) */
	STRENGTH_COUNT
};

enum scope { SCOPE_OUT, SCOPE_IN, SCOPE_CONDITIONAL, SCOPE_COUNT };

enum verdict { VERDICT_ABSENT, VERDICT_PRESENT, VERDICT_UNDECIDED, VERDICT_COUNT };

/* What a finding could reach; bits. */
enum reach {
	REACH_KERNEL_DRIVER = 1,
	REACH_SYSTEM_SERVICE = 2,
	REACH_ROOT_CERTIFICATE = 4,
	REACH_BOOT = 8, /* runs before the operating system */
	REACH_BROWSER = 16,
	REACH_CLOUD = 32, /* reports to its maker's cloud */
};

/* Names as in reports; NULL past the last. The *_named return the COUNT when there is no such name.
 */
const char *nexus_name(enum nexus nexus);
const char *certainty_name(enum certainty certainty);
const char *strength_name(enum strength strength);
const char *scope_name(enum scope scope);
const char *verdict_name(enum verdict verdict);
enum nexus nexus_named(struct bytes name);
enum strength strength_named(struct bytes name);
enum scope scope_named(struct bytes name);

/* The name of reach bit number `index`; NULL past the last. */
const char *reach_name(unsigned index);
uint32_t reach_named(struct bytes name); /* 0 when there is none */

#endif
