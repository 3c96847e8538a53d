#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the expected facts of a reader's samples anew: tools/accept.sh READER. Review the diff as code.
set -eu
cd "$(dirname "$0")/.."
"${BUILD:-build}/fuzz/replay" "$1" "corpus/$1" --accept
