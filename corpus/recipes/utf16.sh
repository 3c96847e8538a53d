#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/utf16: one text in the encodings that a byte search does not see through.
set -eu
cd "$(dirname "$0")/../utf16"

text='{"name": "@kaspersky/example", "author": "Лаборатория 𝄞"}\n'
{ printf '\376\377' && printf "$text" | iconv -f UTF-8 -t UTF-16BE; } >marked__package.json
printf 'plain words without any mark, Kaspersky Lab\r\n' | iconv -f UTF-8 -t UTF-16BE >unmarked.txt
{ printf '\377\376\0\0' && printf "$text" | iconv -f UTF-8 -t UTF-32LE; } >marked32.txt
printf 'plain words without any mark, Kaspersky Lab\n' | iconv -f UTF-8 -t UTF-32BE >unmarked32.txt
{ printf '\376\377' && printf 'before what is behind the text, %0256d' 0 | iconv -f UTF-8 -t UTF-16BE && printf '\0\0PK\3\4 and so on, and on'; } >behind.txt
{ printf '\376\377' && printf '%08200d' 0 | sed 's/0/x/g; s/xxx/x𝄞/g' | iconv -f UTF-8 -t UTF-16BE && printf 'o'; } >long-odd.txt
