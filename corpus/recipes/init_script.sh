#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Init scripts with the comment that says what they provide, and without.
set -eu
cd "$(dirname "$0")/../init_script"
printf '%s\n' '#!/bin/sh' '### BEGIN INIT INFO' '# Provides:          kesl-supervisor sample' '# Required-Start:    $local_fs' \
	'# Short-Description: made up' '### END INIT INFO' '# Provides: nothing' 'exec /bin/true' >kesl-supervisor
printf '%s\n' '#!/bin/sh' 'cat <<END' '### BEGIN INIT INFO' '### END INIT INFO' 'END' >bad-nothing-provided
printf '%s\n' '#!/bin/sh' '### BEGIN INIT INFO' '# Provides: half' >unended
