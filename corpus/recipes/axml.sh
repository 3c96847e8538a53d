#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Android manifests in binary XML, plain and as packers distort them.
set -eu
cd "$(dirname "$0")/../axml"
exec python3 - <<'PYTHON'
from struct import pack

NONE = 0xffffffff
SPACE = 'http://schemas.android.com/apk/res/android'
IDS = {'versionCode': 0x0101021b, 'versionName': 0x0101021c, 'name': 0x01010003, 'targetActivity': 0x01010202}


def chunk(kind, header, body, size=None):
    total = 8 + len(header) + len(body)
    return pack('<HHI', kind, 8 + len(header), size or total) + header + body


class Manifest:
    def __init__(self, wide=True, stripped=False, ids=True, attribute_size=20, strings=0, styles=0):
        self.strings = list(IDS) + [SPACE]
        self.wide, self.stripped, self.ids = wide, stripped, ids
        self.attribute_size, self.extra, self.styles = attribute_size, strings, styles
        self.nodes = b''

    def index(self, text):
        if text is None:
            return NONE
        if text not in self.strings:
            self.strings.append(text)
        return self.strings.index(text)

    def start(self, name, *attributes):
        out = b''
        for key, value in attributes:
            space = SPACE if key in IDS else None
            if isinstance(value, int):
                out += pack('<IIIHBBI', self.index(space), self.index(key), NONE, 8, 0, 0x10, value)
            else:
                out += pack('<IIIHBBI', self.index(space), self.index(key), NONE, 8, 0, 3, self.index(value))
            out += b'\0' * (self.attribute_size - 20)
        head = pack('<IIHHHHHH', NONE, self.index(name), 20, self.attribute_size, len(attributes), 0, 0, 0)
        self.nodes += chunk(0x102, pack('<II', 1, NONE), head + out)
        return self

    def pool(self):
        offsets, data = b'', b''
        for i, text in enumerate(self.strings):
            offsets += pack('<I', len(data))
            if self.stripped and i < len(IDS):
                text = ''
            if self.wide:
                raw = text.encode('utf-16-le')
                data += pack('<H', len(raw) // 2) + raw + b'\0\0'
            else:
                raw = text.encode()
                data += bytes([len(text), len(raw)]) + raw + b'\0'
        data += b'\0' * (-len(data) % 4)
        start = 28 + len(offsets)
        header = pack('<IIIII', len(self.strings) + self.extra, self.styles, 0 if self.wide else 256, start,
                      0x7fffffff if self.styles else 0)
        return chunk(1, header, offsets + data)

    def save(self, name, kind=3, size=None, between=b'', before=b'', behind=b''):
        ids = chunk(0x180, b'', b''.join(pack('<I', v) for v in IDS.values())) if self.ids else b''
        body = before + self.pool() + ids + between + self.nodes
        open(name, 'wb').write(chunk(kind, b'', body, size) + behind)


def fill(m):
    m.start('manifest', ('versionCode', 7), ('versionName', '11.110.4'), ('package', 'com.kms.sample'))
    m.start('application', ('name', '.App'))
    m.start('activity', ('name', 'com.kaspersky.Main'))
    m.start('activity-alias', ('name', 'Alias'), ('targetActivity', '.Main'))
    m.start('service', ('name', 'com.example.Dienst\u00fc'))
    m.start('meta-data', ('name', 'channel'))
    m.start('uses-permission', ('name', 'android.permission.INTERNET'))
    return m


fill(Manifest()).save('wide__AndroidManifest.xml')
fill(Manifest(wide=False)).save('utf8__AndroidManifest.xml')
fill(Manifest(stripped=True)).save('stripped__AndroidManifest.xml')
fill(Manifest(ids=False)).save('no-map__AndroidManifest.xml')
fill(Manifest(attribute_size=28)).save('long-attributes__AndroidManifest.xml')
fill(Manifest(strings=9000, styles=50)).save('false-counts__AndroidManifest.xml')
fill(Manifest()).save('other-type__AndroidManifest.xml', kind=0)
fill(Manifest()).save('unknown-chunks__AndroidManifest.xml', between=chunk(0x0777, b'\0' * 20, b'filler'),
                      before=chunk(1, pack('<IIIII', 0, 0, 0, 0, 0), b'decoy pool  '))
fill(Manifest()).save('trailing__AndroidManifest.xml', behind=b'something behind the XML')
fill(Manifest()).save('cut__AndroidManifest.xml', size=99999)
fill(Manifest(attribute_size=20)).save('layout.xml')
m = fill(Manifest())
m.nodes += pack('<HHI', 0x102, 16, 4)
m.save('damaged-chunk__AndroidManifest.xml')
m = Manifest()
m.nodes += chunk(0x102, pack('<II', 1, NONE), pack('<IIHHHHHH', NONE, m.index('manifest'), 20, 0, 5000, 0, 0, 0))
m.save('no-stride__AndroidManifest.xml')
PYTHON
