#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gitobject reader: corpus/recipes/gitobject.sh
set -eu
mkdir -p "$(dirname "$0")/../gitobject"
cd "$(dirname "$0")/../gitobject"
printf 'blob 19\0{"name": "example"}' >text
printf 'blob 6\0\177ELF\2\1' >program
printf 'blob 19\0{"name": "exam' >bad-cut
printf 'blob 99999999999999999999\0x' >bad-size
printf 'blob 12 of what a text may begin with\n' >bad-text
printf 'tree 12\0' >bad-tree
