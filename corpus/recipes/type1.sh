#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the type1 reader.
# usage: corpus/recipes/type1.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../type1}"
python3 - <<'PYTHON'
import struct
def put(name, data): open(name, 'wb').write(data)
def encrypt(plain, key=55665):
    out = bytearray()
    for byte in plain:
        out.append(byte ^ key >> 8)
        key = (out[-1] + key) * 52845 + 22719 & 0xffff
    return bytes(out)
clear = b'%!PS-AdobeFont-1.0: Sample 1.0\n/FontName /Sample def\ncurrentfile eexec\n'
glyph = bytes(range(200, 250))
secret = (b'\0\0\0\0dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n'
          b'/Subrs 1 array\ndup 0 5 RD \x01\x02\x03\x04\x05 NP\n/CharStrings 1 dict dup begin\n/a %d -| ' % len(glyph)
          + glyph + b' |-\nend\nmark currentfile closefile\n')
zeros = b'\n' + (b'0' * 64 + b'\n') * 8 + b'cleartomark\n'
def segment(kind, data): return b'\x80' + bytes([kind]) + struct.pack('<I', len(data)) + data
put('embedded', clear + encrypt(secret))
put('with-zeros', clear + encrypt(secret) + zeros)
put('other-magic', clear.replace(b'%!PS-AdobeFont-1.0:', b'%!FontType1-1.0:') + encrypt(secret))
put('sample.pfb', segment(1, clear) + segment(2, encrypt(secret)[:99]) + segment(2, encrypt(secret)[99:]) + segment(1, zeros) + b'\x80\3')
put('trailing.pfb', segment(1, clear) + segment(2, encrypt(secret)) + b'\x80\3' + b'PK\3\4 something hides here')
put('hidden', clear + encrypt(secret) + b'\x90\x90\xcc what does not belong here')
put('not-only-glyphs', clear + encrypt(secret.replace(b'/Subrs', b'\xfe\xedrs')))
noise = bytes(i * 167 % 251 for i in range(600))
put('not-only-text', clear.replace(b'currentfile', noise + b'currentfile') + encrypt(secret))
put('not-only-text.pfb', segment(1, clear) + segment(1, noise) + segment(2, encrypt(secret)) + b'\x80\3')
put('long-glyph', clear + encrypt(secret.replace(b'/a 50 -| ', b'/b 65536 RD ' + bytes(65536) + b' /a 50 -| ')))
put('text.pfa', clear + encrypt(secret).hex().encode() + zeros)
put('cut.pfb', segment(1, clear) + segment(2, encrypt(secret))[:60])
PYTHON
