# SPDX-License-Identifier: Apache-2.0
# The part of tools/check_style.sh that looks into files: names each broken rule as "file:line: rule". Words are looked for
# in code alone: comments and what stands between quotes are blanked first.
BEGIN {
	split("strcpy strcat stpcpy sprintf vsprintf strtok atoi strtol strtoul scanf sscanf fscanf gets alloca system " \
	      "popen", words)
	for (i in words)
		banned[words[i]] = "banned everywhere"
	# What opens never parses; what parses never opens, waits, logs or asks what time it is.
	split("open openat fopen fdopen freopen creat opendir stat lstat unlink rename mkdir readlink " \
	      "fork vfork execve execv execvp execl execlp posix_spawn kill signal sleep usleep nanosleep poll select " \
	      "clock clock_gettime gettimeofday getenv secure_getenv setenv socket connect bind listen accept send recv " \
	      "printf fprintf vfprintf puts fputs perror syslog exit _exit setlocale malloc_trim rand random srand", words)
	for (i in words)
		banned_in_reader[words[i]] = "banned in reader/"
	# These are ordinary words, too: only a call counts.
	split("time open stat clock signal select send accept bind kill system", words)
	for (i in words)
		call_only[words[i]] = 1
	banned_in_reader["time"] = "banned in reader/"
}

function say_of(file, line, message) {
	printf "%s:%d: %s\n", file, line, message
	wrong = 1
}

function say(line, message) {
	say_of(FILENAME, line, message)
}

# The line without comments and without what stands between quotes. `in_comment` goes on from line to line.
function code_of(line,    out, i, c, quote) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			if (c == "*" && substr(line, i + 1, 1) == "/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote)
				quote = ""
		} else if (c == "/" && substr(line, i + 1, 1) == "*") {
			in_comment = 1
			i++
		} else if (c == "/" && substr(line, i + 1, 1) == "/") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}

function check_words(code,    rest, word, before, why) {
	for (rest = code; match(rest, /[A-Za-z_][A-Za-z_0-9]*/);) {
		word = substr(rest, RSTART, RLENGTH)
		before = RSTART > 1 ? substr(rest, RSTART - 1, 1) : ""
		rest = substr(rest, RSTART + RLENGTH)
		why = word in banned ? banned[word] : in_reader && word in banned_in_reader ? banned_in_reader[word] : ""
		if (why == "" || before == "." || before == ">")
			continue
		if (!(word in call_only) || rest ~ /^[ \t]*\(/)
			say(FNR, word ": " why)
	}
}

# FOLDER_FILE_H, by the last folder; a header in include/ has no folder to name.
function guard_of(path,    parts, count, folder) {
	count = split(path, parts, "/")
	folder = parts[count - 1] == "include" ? "" : parts[count - 1] "_"
	sub(/\.h$/, "_h", parts[count])
	return toupper(folder parts[count])
}

function finish_file() {
	if (is_c && last_line > 800)
		say_of(last_name, last_line, "a file of more than 800 lines")
	if (guard != "" && !guarded)
		say_of(last_name, 1, "the header guard is not " guard)
}

FNR == 1 {
	if (last_name != "")
		finish_file()
	last_name = FILENAME
	in_comment = guarded = function_at = spdx = 0
	is_c = FILENAME ~ /\.[ch]$/
	is_test = FILENAME ~ /(^|\/)tests\// # where a function is often a long table of cases
	in_reader = FILENAME ~ /(^|\/)src\/reader\//
	guard = FILENAME ~ /\.h$/ ? guard_of(FILENAME) : ""
}

{ last_line = FNR }

FNR <= 2 && /SPDX-License-Identifier: Apache-2\.0/ { spdx = 1 }
FNR == (is_c ? 1 : 2) && !spdx { say(FNR, "the first line is not the SPDX line") }
guard != "" && $1 == "#ifndef" && $2 == guard { guarded = 1 }

is_c && /^\{/ { function_at = FNR }
is_c && /^\}/ && function_at {
	if (FNR - function_at - 1 > 60 && !is_test)
		say(function_at, "a function of " (FNR - function_at - 1) " lines; 60 is the most")
	function_at = 0
}
is_c && !/^[ \t]*#[ \t]*include/ { check_words(code_of($0)) }

END {
	if (last_name != "")
		finish_file()
	exit wrong
}
