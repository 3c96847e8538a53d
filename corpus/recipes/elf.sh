#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the samples of the elf reader: small files made by hand, no compiler asked.
# usage: corpus/recipes/elf.sh [FOLDER]
set -eu
cd "${1:-$(dirname "$0")/../elf}"
python3 - <<'PYTHON'
import lzma, struct, zlib

class Elf:
    """Sections are (name, type, flags, address, data, link); segments are (type, first, last, align)
    over sections. Addresses equal offsets plus `base`."""
    def __init__(self, wide=True, big=False, kind=3, base=0x10000):
        self.wide, self.big, self.kind, self.base = wide, big, kind, base
        self.sections, self.segments, self.room = [], [], 8
    def word(self): return 'Q' if self.wide else 'I'
    def pack(self, form, *values): return struct.pack(('>' if self.big else '<') + form, *values)
    def start(self): return (64 if self.wide else 52) + self.room * (56 if self.wide else 32)
    def next_offset(self):
        end = self.sections[-1][6] + len(self.sections[-1][4]) if self.sections else self.start()
        return (end + 15) // 16 * 16
    def next_address(self): return self.base + self.next_offset()
    def add(self, name, kind, flags, data, link=0, align=4):
        at = self.next_offset()
        self.sections.append((name, kind, flags, self.base + at, data, link, at, align))
        return len(self.sections) - 1
    def segment(self, kind, first, last, align=4): self.segments.append((kind, first, last, align))
    def build(self, with_sections=True, shoff=None, grow=0):
        names = b'\0' + b'\0'.join(s[0].encode() for s in self.sections) + b'\0.shstrtab\0'
        if with_sections:
            self.add('.shstrtab', 3, 0, names)
        body = bytearray(self.start())
        for s in self.sections:
            body += bytes(s[6] - len(body)) + s[4]
        body += bytes(-len(body) % 16)
        W, table = self.word(), len(body)
        if with_sections:
            rows = [('', 0, 0, 0, b'', 0, 0, 0)] + self.sections
            for s in rows:
                name = names.index(s[0].encode() + b'\0') if s[0] else 0
                body += self.pack('II' + W * 4 + 'II' + W * 2, name, s[1], s[2], s[3], s[6], len(s[4]),
                                  s[5], 0, s[7], 0)
        header = b'\x7fELF' + bytes([2 if self.wide else 1, 2 if self.big else 1, 1]) + bytes(9)
        count = len(self.sections) + 1 if with_sections else 0
        offset = shoff if shoff is not None else table if with_sections else 0
        header += self.pack('HHI' + W * 3 + 'IHHHHHH', self.kind, 62, 1, 0, 64 if self.wide else 52, offset,
                            0, 64 if self.wide else 52, 56 if self.wide else 32, len(self.segments),
                            64 if self.wide else 40, count, count - 1 if count else 0)
        for kind, first, last, align in self.segments:
            a, z = self.sections[first], self.sections[last]
            at, size = a[6], z[6] + len(z[4]) - a[6] + grow
            if self.wide:
                header += self.pack('IIQQQQQQ', kind, 5, at, a[3], a[3], size, size, align)
            else:
                header += self.pack('IIIIIIII', kind, at, a[3], a[3], size, size, 5, align)
        body[:len(header)] = header
        return bytes(body)

def note(e, name, kind, text):
    pad = lambda b: b + bytes(-len(b) % 4)
    return e.pack('III', len(name), len(text), kind) + pad(name) + pad(text)

PACKAGE = (b'{"type":"deb","os":"debian","name":"klnagent","version":"15.1-20748",'
           b'"architecture":"amd64","maintainer":"AO Example Lab"}\0')

def library(wide, big):
    e = Elf(wide, big)
    strings, at = b'\0', {}
    for text in ('libc.so.6', 'libexample_core.so.1', 'libexample.so.2', '/opt/example/lib:$ORIGIN/../lib64',
                 'EXAMPLE_1.0', 'EXAMPLE_2.0'):
        at[text] = len(strings)
        strings += text.encode() + b'\0'
    first = e.add('.note.gnu.build-id', 7, 2, note(e, b'GNU\0', 3, bytes(range(1, 21))))
    second = e.add('.note.package', 7, 2, note(e, b'FDO\0', 0xcafe1a7e, PACKAGE))
    names_at = e.next_address()
    table = e.add('.dynstr', 3, 2, strings)
    versions = b''
    for i, (flags, name) in enumerate(((1, 'libexample.so.2'), (0, 'EXAMPLE_1.0'), (0, 'EXAMPLE_2.0'))):
        versions += e.pack('HHHHIII', 1, flags, i + 1, 1, 0, 20, 28 if i < 2 else 0)
        versions += e.pack('II', at[name], 0)
    versions_at = e.next_address()
    e.add('.gnu.version_d', 0x6ffffffd, 2, versions, link=table + 1)
    entries = [(1, at['libc.so.6']), (1, at['libexample_core.so.1']), (14, at['libexample.so.2']),
               (29, at['/opt/example/lib:$ORIGIN/../lib64']), (5, names_at), (10, len(strings)),
               (0x6ffffffc, versions_at), (0x6ffffffd, 3), (0, 0)]
    W = e.word()
    dynamic = e.add('.dynamic', 6, 3, b''.join(e.pack(W + W, *entry) for entry in entries), link=table + 1)
    last = e.add('.text', 1, 6, b'\x90' * 40 + b'code')
    e.segment(1, first, last, 4096)
    e.segment(2, dynamic, dynamic, 8)
    e.segment(4, first, first)
    e.segment(4, second, second)
    return e

def put(name, data): open(name, 'wb').write(data)

put('lib64.so', library(True, False).build())
put('lib32be-stripped.so', library(False, True).build(with_sections=False))
put('lib64be.so', library(True, True).build())
# debugging data only: the loaded sections have lost their bytes
e = Elf()
text = e.add('.text', 8, 6, b'')
e.add('.debug_str', 1, 0x800, e.pack('IIQQ', 1, 0, 30, 1) + zlib.compress(b'/build/example-1.0/source.c\0\0\0', 9))
e.add('.debug_line', 1, 0x800, e.pack('IIQQ', 2, 0, 10, 1) + bytes.fromhex('28b52ffd200a510000') + b'zstd bytes')
e.add('.debug_info', 1, 0x800, e.pack('IIQQ', 9, 0, 10, 1) + b'unknown method')
e.add('.debug_loc', 1, 0x800, e.pack('IIQQ', 1, 0, 30, 1) + zlib.compress(b'cut short' * 20)[:12])
e.add('.debug_cut', 1, 0x800, b'\1\0\0')
e.add('.zdebug_abbrev', 1, 0, b'ZLIB' + struct.pack('>Q', 12) + zlib.compress(b'twelve bytes', 9) + b'and a trailer')
e.add('.zdebug_odd', 1, 0, b'not ZLIB at all')
e.add('.gnu_debugdata', 1, 0, lzma.compress(b'a smaller symbol table', check=lzma.CHECK_CRC32))
put('compressed-sections.debug', e.build())

# a kernel module, signed
modinfo = (b'license=GPL\0name=example_fs\0author=AO Example Lab\0description=File system interceptor\0\0\0'
           b'version=12.1.0\0depends=\0vermagic=6.1.0\0')
e = Elf(kind=1, base=0)
e.add('.modinfo', 1, 2, modinfo)
e.add('.text', 1, 6, b'\x90' * 32)
signature = b'0\x0bpkcs7 bytes'
def signed(data, size): return (data + signature + struct.pack('>BBBBB3xI', 0, 0, 2, 0, 0, size) +
                                b'~Module signature appended~\n')
module = e.build()
put('module.ko', signed(module, len(signature)))
put('module-bad-signature.ko', signed(module, 1 << 30))
put('module-behind-program', library(True, False).build() + signed(module, len(signature)))

# what is carried along: an overlay, a section of unknown purpose, a file in a section, a hole
put('overlay.AppImage', library(False, False).build() + b'hsqs' + b'squashfs follows' * 4 + bytes(64))
put('overlay-padding', library(False, False).build() + bytes(200))
e = Elf(base=0)
e.add('.text', 1, 6, b'\x90' * 32)
e.add('.rodata..compressed', 1, 2, b'\x1f\x8b\x08' + b'gzip would follow' * 4)
e.add('.payload', 1, 0, bytes(range(256)) * 16)
e.add('.comment', 1, 0, b'GCC: (Debian)' * 400)
put('carried', e.build())
e = Elf(base=0)
e.add('.text', 1, 6, b'\x90' * 32)
e.add('.hole', 1, 2, b'not in a table: ' * 6)
e.add('.rodata', 1, 2, b'\x90' * 32)
data = e.build()
row = data.index(b'not in a table')
put('hole.o', data.replace(struct.pack('<QQ', row, 96), struct.pack('<QQ', 0, 0)))

# a section that is the whole file, and sections that are all the same
e = Elf(base=0)
for i in range(3):
    e.add('.file%d' % i, 1, 2, b'\x7fELF' + bytes(28))
data = bytearray(e.build())
for i in range(3):
    row = data.rindex(struct.pack('<QQ', e.sections[i][6], 32))
    data[row:row + 16] = struct.pack('<QQ', 0, len(data)) if i == 0 else struct.pack('<QQ', 0, len(data) - 100)
put('overlapping-sections', bytes(data))

# packed, no sections: UPX's l_info follows the program headers
e = Elf(kind=2)
e.room = 1
first = e.add('info', 1, 2, b'\xd1\x0f\x3a\x5cUPX!\x44\x08\x0d\x16' + bytes((i * 73 + 5) % 251 for i in range(120)))
e.segment(1, first, first)
put('packed.upx', e.build(with_sections=False))

# a core
e = Elf(kind=4)
first = e.add('note', 7, 0, note(e, b'CORE\0', 1, bytes(32)) + note(e, b'GNU\0', 3, bytes(range(20, 40))))
e.segment(4, first, first)
put('core', e.build(with_sections=False))

# Constants of a program that handles formats are no files; a table that a symbol tells of is seen into.
e = Elf(kind=1, base=0)
e.add('.rodata', 1, 2, b'\x7fELF\2\1\1' + bytes(9) + b'cannot open shared object file of that kind, or so' * 2)
e.add('.rodata.cst8', 1, 2, b'xar!7zPK')
e.add('.rodata.xz', 1, 2, b'\xfd7zXZ\0' + b'no header checksum' * 4)
table = e.add('.rodata.table', 1, 2, bytes(i * i * 7 >> 3 & 255 for i in range(2048)))
e.add('.strtab', 3, 0, b'\0table\0')
e.add('.symtab', 2, 0, bytes(24) + e.pack('IBBHQQ', 1, 1, 0, table + 1, 16, 1024) +
      e.pack('IBBHQQ', 1, 1, 0, table + 1, 1 << 40, 1024) + e.pack('IBBHQQ', 1, 1, 0, 99, 0, 1024), link=5)
put('constants.o', e.build())
e = Elf(base=0)
e.add('.nv.shared', 0x7000000a, 3, b'')
data = bytearray(e.build())
data[18:20] = struct.pack('<H', 190)
at = struct.unpack_from('<Q', data, 40)[0] + 64 + 32
data[at:at + 8] = struct.pack('<Q', 1 << 20)
put('cubin', bytes(data))

# damage
put('damaged-section-table', library(True, False).build(shoff=1 << 40))
put('damaged-segment', library(True, False).build(grow=1 << 33))
data = library(True, False).build()
put('damaged-string', data.replace(struct.pack('<QQ', 14, 0x20), struct.pack('<QQ', 14, 0xffffff)))
put('damaged-note', data.replace(b'\x04\0\0\0\x14\0\0\0\x03\0\0\0', b'\x04\0\0\0\x14\0\0\xff\x03\0\0\0'))
put('damaged-versions', data.replace(struct.pack('<HHHHIII', 1, 0, 2, 1, 0, 20, 28),
                                     struct.pack('<HHHHIII', 1, 0, 2, 1, 0, 20, 0xffff)))
put('cut-header', data[:40])
put('bad-class', b'\x7fELF\x07\x07' + bytes(60))
PYTHON
