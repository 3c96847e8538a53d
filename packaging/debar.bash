# SPDX-License-Identifier: Apache-2.0
# Completion for bash. What there is to complete is asked of debar itself.
_debar() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$(debar --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p') --help --version"
	elif [[ $before == -o || $before == --output ]]; then
		words=$(debar "$command" --help | sed -n 's/([^)]*)//g; s/;.*//; s/.*--output FORMAT\[=FILE\]//p')
		words=${words//,/}
	elif [[ $before == -d || $before == --directive ]]; then
		words=$(debar policy list 2>/dev/null | sed -n '/^vendors/q; s/^  id: *//p')
	elif [[ $word == -* ]]; then
		words=$(debar "$command" --help | grep -o -e '--[a-z][a-z-]*')
	elif [[ $COMP_CWORD -eq 2 && $command == policy ]]; then
		words=$(debar policy --help | sed -n '/^usage/d; s/^\([a-z][a-z]*\) .*/\1/p')
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _debar debar
