#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the plist reader.
# usage: corpus/recipes/plist.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../plist}"
python3 - <<'PYTHON'
import plistlib
def put(name, data): open(name, 'wb').write(data)
def xml(top): return plistlib.dumps(top, sort_keys=False)
def binary(top): return plistlib.dumps(top, fmt=plistlib.FMT_BINARY, sort_keys=False)
bundle = {'CFBundleName': 'Example', 'CFBundleIdentifier': 'com.example-lab.agent', 'CFBundleShortVersionString': '12.1 & more',
          'Nested': {'CFBundleIdentifier': 'com.other.thing', 'list': [{'Label': 'no'}]}, 'LSUIElement': True}
job = {'Label': 'com.example-lab.daemon', 'ProgramArguments': ['/Library/Example/daemon', '-x'], 'RunAtLoad': True}
receipt = {'PackageIdentifier': 'com.example-lab.pkg', 'PackageVersion': '12.1', 'InstallPrefixPath': '/'}
noise = bytes((i * 73 + (i >> 3)) % 251 for i in range(300))
put('xml__Info.plist', xml(bundle))
put('binary__Info.plist', binary(bundle))
put('cyrillic__Info.plist', binary({'CFBundleShortVersionString': '12 \u043e\u0442 \u043d\u0430\u0441', 'CFBundleIdentifier': 'a' * 300}))
put('job.plist', xml(job))
put('job-binary.plist', binary(job))
put('label-only.plist', xml({'Label': 'no.job', 'Other': 1}))
put('receipt__receipts%com.example-lab.pkg.plist', binary(receipt))
put('no-receipt.plist', xml(receipt))
put('data.plist', xml({'Cert': noise, 'List': [noise[:200], b'short']}))
put('data-binary.plist', binary({'Cert': noise, 'List': [noise[:200], b'short']}))
put('array.plist', xml([bundle]))
put('utf16.plist', xml(bundle).decode().replace('UTF-8', 'UTF-16').encode('utf-16'))
put('trailing.plist', xml(job) + b'\nPK\3\4 something hides here')
put('cut.plist', xml(bundle)[:-60])
put('cut-binary.plist', binary(bundle)[:-3])
data = bytearray(binary(bundle)); data[-17] = 0xff; put('bad-top.plist', bytes(data))
data = bytearray(binary({'Cert': noise, 'Two': noise[:100]})); table = data[-1]
put('bad-table.plist', bytes(data[:-40] + bytes(8) + data[-32:]))
PYTHON
