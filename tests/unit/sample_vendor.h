/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a vendor's policy, up to its rows of byte marks, and their end. */
#ifndef UNIT_SAMPLE_VENDOR_H
#define UNIT_SAMPLE_VENDOR_H

#define ACME_BYTES(rows)                                                                           \
	"schema: debar-vendor/1\n"                                                                 \
	"id: acme\n"                                                                               \
	"name: Acme\n"                                                                             \
	"sources:\n"                                                                               \
	"  - {id: book, is: The Book of Acme}\n"                                                   \
	"entities:\n"                                                                              \
	"  - {name: AO Acme, relation: parent, source: book, confidence: high}\n"                  \
	"products:\n"                                                                              \
	"  - {id: shield, name: Acme Shield, role: endpoint-protection, reach: [boot]}\n"          \
	"marks:\n"                                                                                 \
	"  - {kinds: [bytes], match: exact, nexus: branded, strength: indicator, "                 \
	"confidence: high, source: book, rows: [\n" rows "]}\n"

#endif
