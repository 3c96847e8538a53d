#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the gomod reader.
# usage: corpus/recipes/gomod.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../gomod}"
cat > plain__go.mod <<'END'
module example.com/agent // the agent

go 1.21

require github.com/example-lab/sdk v1.2.0
require (
	golang.org/x/sys v0.1.0 // indirect
	"github.com/quoted/path" v2.0.0+incompatible
	// github.com/commented/out v1.0.0
)
exclude github.com/excluded/one v1.0.0
exclude (
	github.com/excluded/two v1.0.0
)
replace golang.org/x/sys v0.1.0 => github.com/fork/sys v0.1.1
replace (
	github.com/example-lab/sdk => ../sdk
	github.com/a/b => github.com/c/d v1.0.0
	no arrow here
)
retract v1.0.1
END
printf 'module example.com/windows\r\n\r\nrequire (\r\n\tgithub.com/example-lab/sdk v1.2.0' > unended__go.mod
printf '%s\n' 'github.com/example-lab/sdk v1.2.0 h1:AAAA=' 'github.com/example-lab/sdk v1.2.0/go.mod h1:BBBB=' \
	'golang.org/x/sys v0.1.0/go.mod h1:CCCC=' '' > plain__go.sum
printf 'module \001\377\n(\n)\nrequire\nrequire ""\n' > odd__go.mod
printf 'module example.com/kept\n\ngo 1.21\n\nrequire github.com/example-lab/sdk v1.2.0\n' > store__0123456789abcdef0123456789abcdef01234567
