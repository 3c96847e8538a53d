#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dex files with nothing in them but names and class tables.
set -eu
cd "$(dirname "$0")/../dex"
exec python3 - <<'PYTHON'
from struct import pack

NAMES = [b'Lcom/kaspersky/sample/Main;', b'Lcom/example/\xed\xa0\xbd\xed\xb8\x80;', b'La/b/c;']


def dex(names, magic=b'dex\n035\0', at=0, data_base=0, container=None, classes=None, order=0x12345678, header=0x70):
    """One dex file whose offsets count from `at` bytes before it."""
    strings_at = at + header
    types_at = strings_at + 4 * len(names)
    classes_at = types_at + 4 * len(names)
    data_at = classes_at + 32 * len(names)
    strings, data = b'', b''
    for name in names:
        strings += pack('<I', data_at + len(data) - data_base * (data_at - at))
        data += bytes([len(name)]) + name + b'\0'
    body = strings + b''.join(pack('<I', i) for i in range(len(names)))
    body += b''.join(pack('<8I', i, 1, 0, 0, 0, 0, 0, 0) for i in (classes or range(len(names))))
    body += data
    out = magic + b'\0' * 24 + pack('<III', header + len(body), header, order) + pack('<III', 0, 0, 0)
    out += pack('<IIII', len(names), strings_at, len(names), types_at) + b'\0' * 24
    out += pack('<IIII', len(names), classes_at, len(data), data_at)
    if container is not None:
        out += pack('<II', container, at)
    return out + body


def save(name, data):
    open(name, 'wb').write(data)


save('classes.dex', dex(NAMES))
save('compact.cdex', dex(NAMES, b'cdex001\0', data_base=1))
first = len(dex(NAMES, b'dex\n041\0', container=0, header=0x78))
both = first + len(dex([b'Lsecond/Dex;'], b'dex\n041\0', container=0, header=0x78))
save('container.dex', dex(NAMES, b'dex\n041\0', container=both, header=0x78) +
     dex([b'Lsecond/Dex;'], b'dex\n041\0', at=first, container=both, header=0x78))
save('trailing.dex', dex(NAMES) + dex([b'Lbehind/It;']))
save('damaged-type.dex', dex(NAMES, classes=[0, 99, 2]))
save('no-descriptor.dex', dex([b'Lgood/One;', b'int', b'Lgood/Two;']))
save('byte-order.dex', dex(NAMES, order=0x78563412))
PYTHON
