/* SPDX-License-Identifier: Apache-2.0 */
/* What libFuzzer calls, and replay_input.c in its place where there is no fuzzer. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
