/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots: short runs of bytes chosen so that every literal of the byte search holds one. Where no
 * root stands no literal can, so only the roots go over every byte. How fast that is depends on
 * how seldom Vectorscan's first look, at the last four bytes of a pattern, is deceived: a root is
 * the rarest run of its literals, and one serves several literals where it is rare enough.
 */
#ifndef POLICY_ROOTS_H
#define POLICY_ROOTS_H

#include "policy/patterns.h"

/* Fills `list` with the atoms of `literals`, in their places, and behind them the roots of all
 * other literals, whose ids mean nothing. DEBAR_INVALID when one has none: it would never be found.
 * `list` is to be finished whatever comes back. */
enum debar_status roots_choose(struct patterns *list, const struct patterns *literals,
                               struct debar_error *error);

/* How often a byte is this one, in either case, in programs and texts: between 0 and 1. */
double roots_rate(uint8_t byte);

/* Of the roots that roots_choose() would give, without choosing them. */
uint64_t roots_fingerprint(const struct patterns *literals);

#endif
