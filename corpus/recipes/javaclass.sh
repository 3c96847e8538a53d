#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Java classes, constant by constant.
set -eu
cd "$(dirname "$0")/../javaclass"
exec python3 - <<'PYTHON'
from struct import pack


def utf8(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return b'\1' + pack('>H', len(raw)) + raw


def java(name, this=2, version=(0, 52), count=None):
    constants = [utf8(name), b'\7\0\1', utf8('java/lang/Object'), b'\7\0\3', b'\5' + pack('>q', 7), None,
                 utf8('field'), utf8('J'), utf8('ConstantValue'), b'\x0f\6\0\1', b'\x12\0\1\0\1']
    out = b'\xca\xfe\xba\xbe' + pack('>HH', *version) + pack('>H', count or len(constants) + 1)
    out += b''.join(c for c in constants if c)
    out += pack('>HHHH', 0x21, this, 4, 0)
    out += pack('>HHHHH', 1, 0x18, 7, 8, 1) + pack('>HIH', 9, 2, 5)  # one field
    out += pack('>H', 0)
    return out + pack('>H', 1) + pack('>HI', 7, 3) + b'abc'


def save(name, data):
    open(name, 'wb').write(data)


save('Plain.class', java('com/kaspersky/sample/Plain'))
save('Preview.class', java('Preview', version=(65535, 65)))
save('Modified.class', java('m/\u00fc'.encode() + b'\xc0\x80\xed\xa0\xbd\xed\xb8\x80\xed\xa0\xbd'))
save('Trailing.class', java('Trailing') + b'something behind the class')
save('NoName.class', java('NoName', this=3))
save('Count.class', java('Count', count=60000))
PYTHON
