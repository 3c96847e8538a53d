/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on two numbers that came from input: true means that it overflowed. (C23 names; gcc 12
 * has no <stdckdint.h>.) */
#ifndef BASE_CHECKED_H
#define BASE_CHECKED_H

#define ckd_add(out, a, b) __builtin_add_overflow((a), (b), (out))
#define ckd_sub(out, a, b) __builtin_sub_overflow((a), (b), (out))
#define ckd_mul(out, a, b) __builtin_mul_overflow((a), (b), (out))

#endif
