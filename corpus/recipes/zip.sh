#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/zip: zips built field by field, since the odd and hostile ones come from no tool.
set -eu
cd "$(dirname "$0")/../zip"
PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 exec python3 - <<'PYTHON'
import bz2, lzma, os, struct, subprocess, tempfile, zlib

from certificates import Certificate, Key

TIME = struct.pack('<HH', 0, 0x21)  # 1980-01-01


def deflate(data):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


class Zip:
    """Writes members and directory entries; every field can be made a lie."""

    def __init__(self, start=b''):
        self.out = bytearray(start)
        self.entries = []

    def add(self, name, data, method=8, packed=None, flags=0, extra=b'', local=None, listed=None,
            descriptor=b'', made=0x031e, attributes=0o100644 << 16, at=None, list_it=True):
        if packed is None:
            packed = {0: bytes, 8: deflate}[method](data)
        fields = dict(name=name, flags=flags, method=method, crc=zlib.crc32(data),
                      packed=len(packed), size=len(data))
        seen = dict(fields, **(local or {}))
        if at is None:
            at = len(self.out)
            self.out += struct.pack('<IHHH', 0x04034b50, 20, seen['flags'], seen['method']) + TIME
            self.out += struct.pack('<IIIHH', seen['crc'], seen['packed'], seen['size'],
                                    len(seen['name']), len(extra)) + seen['name'] + extra
            self.out += packed + descriptor
        if list_it:
            told = dict(fields, at=at, disk=0, extra=extra, **{})
            told.update(listed or {})
            self.entries.append(
                struct.pack('<IHHHH', 0x02014b50, made, 20, told['flags'], told['method']) + TIME +
                struct.pack('<IIIHHHHHII', told['crc'], told['packed'], told['size'],
                            len(told['name']), len(told['extra']), 0, told['disk'], 0,
                            attributes, told['at']) + told['name'] + told['extra'])
        return at

    def end(self, comment=b'', shift=0, count=None, before=b'', zip64=False):
        self.out += before
        at = len(self.out)
        directory = b''.join(self.entries)
        self.out += directory
        n = len(self.entries) if count is None else count
        size, offset = len(directory), at - shift
        if zip64:
            record = len(self.out)
            self.out += struct.pack('<IQHHIIQQQQ', 0x06064b50, 44, 45, 45, 0, 0, n, n, size, offset)
            self.out += struct.pack('<IIQI', 0x07064b50, 0, record - shift, 1)
            n, size, offset = 0xffff, 0xffffffff, 0xffffffff
        self.out += struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, n, n, size, offset, len(comment))
        self.out += comment
        return bytes(self.out)


def save(name, data):
    with open(name, 'wb') as f:
        f.write(data)


TEXT = b''.join(b'line %d of a text that packs well\n' % i for i in range(40))


def plain():
    z = Zip()
    z.add(b'folder/', b'', 0, attributes=0o40755 << 16 | 0x10)
    z.add(b'folder/text.txt', TEXT)
    z.add(b'folder/stored.txt', b'stored as it is\n', 0)
    z.add(b'folder/empty', b'', 0)
    z.add(b'folder/link', b'../opt/target', 0, attributes=0o120777 << 16)
    z.add(b'folder/packed-link', b'/opt/' + b'long' * 20, attributes=0o120777 << 16)
    z.add(b'caf\x82.txt', b'code page 437\n', 0)
    path = 'кафе.txt'.encode()
    z.add(b'???\xff.txt', b'Info-ZIP Unicode path\n', 0,
          extra=struct.pack('<HHBI', 0x7075, 5 + len(path), 1, zlib.crc32(b'???\xff.txt')) + path)
    z.add(b'../../etc/up.txt', b'names are handed over as they are\n', 0)
    z.add(b'folder/text.txt', b'a second member of that name\n')
    return z.end(b'made for debar')


def names():
    z = Zip()
    for name, other in ((b'plain.txt', b'unicode.txt'), (b'two\0names', b''), (b'\0', b'')):
        extra = struct.pack('<HHBI', 0x7075, 5 + len(other), 1, zlib.crc32(name)) + other if other else b''
        z.add(name, TEXT, extra=extra)
    return z.end()


def descriptors():
    z = Zip()
    unknown = dict(crc=0, packed=0, size=0)
    for name, form, sign in ((b'signed', '<III', 1), (b'bare', '<III', 0), (b'wide', '<IQQ', 1)):
        packed = deflate(TEXT)
        d = (b'PK\7\x08' if sign else b'') + struct.pack(form, zlib.crc32(TEXT), len(packed), len(TEXT))
        z.add(name, TEXT, flags=8, local=unknown, descriptor=d)
    d = b'PK\7\x08' + struct.pack('<III', zlib.crc32(TEXT), len(TEXT), len(TEXT))
    z.add(b'stored', TEXT, 0, flags=8, local=unknown, descriptor=d)
    return z.end()


def tool_pack(arguments, suffix):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, 'text')
        save(source, TEXT)
        subprocess.run([a.format(f=folder) for a in arguments], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, 'out' + suffix), 'rb') as f:
            return f.read()


def methods():
    z = Zip()
    z.add(b'bzip2', TEXT, 12, bz2.compress(TEXT))
    raw = lzma.compress(TEXT, lzma.FORMAT_ALONE, preset=1)
    head = b'\x09\x14\x05\x00' + raw[:5]
    z.add(b'lzma', TEXT, 14, head + raw[13:], flags=2)
    z.add(b'xz', TEXT, 95, lzma.compress(TEXT, lzma.FORMAT_XZ, preset=1))
    packed = tool_pack(['zstd', '-q', '{f}/text', '-o', '{f}/out.zst'], '.zst')
    z.add(b'zstd', TEXT, 93, packed)
    seven = tool_pack(['7z', 'a', '-mm=Deflate64', '-mtc=off', '{f}/out.zip', '{f}/text'], '.zip')
    start = 30 + struct.unpack_from('<H', seven, 26)[0]
    z.add(b'deflate64', TEXT, 9, seven[start:start + struct.unpack_from('<I', seven, 18)[0]])
    z.add(b'imploded', TEXT, 6, b'not supported' * 9)
    z.add(b'damaged-bzip2', TEXT, 12, bz2.compress(TEXT)[:40] + b'?' * 40)
    z.add(b'large-window', TEXT, 93, b'\x28\xb5\x2f\xfd\x00\xf8' + b'\0' * 20)
    return z.end()


def sizes():
    z = Zip()
    z.add(b'more-than-declared', TEXT, listed=dict(size=100), local=dict(size=100))
    z.add(b'less-than-declared', TEXT, listed=dict(size=9999), local=dict(size=9999))
    z.add(b'huge', TEXT, listed=dict(size=0xfffffff0), local=dict(size=0xfffffff0))
    z.add(b'wrong-crc', TEXT, listed=dict(crc=1), local=dict(crc=1))
    z.add(b'wrong-crc-stored', TEXT, 0, listed=dict(crc=1), local=dict(crc=1))
    z.add(b'stored-sizes-differ', TEXT, 0, listed=dict(size=5), local=dict(size=5))
    z.add(b'after-the-stream', TEXT, packed=deflate(TEXT) + b'hidden behind the stream')
    z.add(b'damaged', TEXT, packed=deflate(TEXT)[:60] + b'\xff' * 30)
    z.add(b'ends-early', TEXT, packed=deflate(TEXT)[:-9])
    return z.end()


def encrypted():
    z = Zip()
    noise = bytes((i * 89 + 7) % 251 for i in range(90))
    z.add(b'traditional', TEXT, packed=noise, flags=1)
    z.add(b'aes', TEXT, 99, packed=noise, flags=1, extra=struct.pack('<HHHHBH', 0x9901, 7, 2, 0x4541, 3, 8))
    z.add(b'strong', TEXT, packed=noise, flags=0x41)
    z.add(b'only-said-to-be', TEXT, flags=1)
    z.add(b'only-said-to-be-stored', TEXT, 0, flags=1)
    return z.end()


def misleading_apk():
    z = Zip()
    z.add(b'AndroidManifest.xml', TEXT, 0x3f21 % 256, packed=deflate(TEXT))
    z.add(b'classes.dex', TEXT, 77, packed=TEXT, local=dict(method=8))
    z.add(b'resources.arsc', TEXT, flags=0xffff & ~8, local=dict(flags=0))
    return z.end()


def hidden():
    z = Zip()
    z.add(b'first', b'first\n', 0)
    z.add(b'com/kaspersky/Hidden.class', TEXT, list_it=False)
    z.add(b'streamed', TEXT, flags=8, local=dict(crc=0, packed=0, size=0), list_it=False,
          descriptor=b'PK\7\x08' + struct.pack('<III', zlib.crc32(TEXT), len(deflate(TEXT)), len(TEXT)))
    z.add(b'streamed-stored', TEXT, 0, flags=8, local=dict(crc=0, packed=0, size=0), list_it=False,
          descriptor=b'PK\7\x08' + struct.pack('<III', zlib.crc32(TEXT), len(TEXT), len(TEXT)))
    z.out += b'bytes that belong to nothing'
    z.add(b'last', b'last\n', 0)
    z.out += b'\0' * 50
    return z.end(before=b'before the directory') + b'behind the end'


def disagreeing():
    z = Zip()
    z.add(b'listed-name', TEXT, local=dict(name=b'local-name'))
    z.add(b'short', TEXT, 0, listed=dict(packed=100, size=100, crc=zlib.crc32(TEXT[:100])))
    z.add(b'method', TEXT, local=dict(method=0))
    z.add(b'nowhere', TEXT, at=3)
    z.add(b'far', TEXT, at=0x7fffffff)
    z.add(b'other-disk', TEXT, listed=dict(disk=4))
    return z.end()


def overlapping():
    """Each member's data begins with a quoted local header of the next (Fifield 2019)."""
    kernel = deflate(TEXT)
    z = Zip()
    names = [b'a', b'b', b'c', b'd']
    members, data, packed = [], TEXT, kernel
    for name in reversed(names):
        header = (struct.pack('<IHHH', 0x04034b50, 20, 0, 8) + TIME + struct.pack(
            '<IIIHH', zlib.crc32(data), len(packed), len(data), len(name), 0) + name)
        members.insert(0, (name, data, packed, header))
        packed = b'\0' + struct.pack('<HH', len(header), 0xffff ^ len(header)) + header + packed
        data = header + data
    for name, data, packed, header in members:
        at = len(z.out)
        z.out += header
        if name != b'd':
            z.out += b'\0' + struct.pack('<HH', len(header), 0xffff ^ len(header))
        z.add(name, data, packed=packed, at=at)
    z.out += kernel
    return z.end()


def repeated():
    z = Zip()
    at = z.add(b'com/example/One.class', TEXT)
    for i in range(12):
        z.add(b'com/example/One.class', TEXT, at=at)
    return z.end()


def jar():
    z = Zip()
    z.add(b'META-INF/MANIFEST.MF', b'Manifest-Version: 1.0\r\n\r\n')
    z.add(b'com/example/Plain.class', b'\xca\xfe\xba\xbe')
    z.add(b'BOOT-INF/classes/com/example/Boot.class', b'\xca\xfe\xba\xbe')
    z.add(b'WEB-INF/classes/com/example/Web.class', b'\xca\xfe\xba\xbe')
    z.add(b'META-INF/versions/11/com/example/Eleven.class', b'\xca\xfe\xba\xbe')
    return z.end()


def certificate(common, organization):
    return Certificate([('C', 'CH'), ('O', organization), ('CN', common)], Key(common), serial=0x1234).der


def item(*parts):
    body = b''.join(parts)
    return struct.pack('<I', len(body)) + body


def signed_apk(damage=False):
    z = Zip()
    z.add(b'classes.dex', b'no real one\n', 0)

    def scheme(*certificates):
        data = item(item(), item(*(item(c) for c in certificates)), item())
        return item(item(data, item(), item()))
    pairs = b''
    for ident, value in ((0x7109871a, scheme(certificate('Example v2', 'Example AG'))),
                         (0xf05368c0, scheme(certificate('Example v3', 'Example AG'), certificate('Old', 'Old AG'))),
                         (0x71777777, b'{"channel":"store"}'), (0x42726577, b'\0' * 64)):
        if damage:
            value = value[:-70]
        pairs += struct.pack('<QI', len(value) + 4, ident) + value
    size = struct.pack('<Q', len(pairs) + 24)
    return z.end(before=size + pairs + size + b'APK Sig Block 42')


def zip64():
    z = Zip()
    packed = deflate(TEXT)
    wide = dict(packed=0xffffffff, size=0xffffffff)
    extra = struct.pack('<HHQQ', 1, 16, len(TEXT), len(packed))
    z.add(b'wide', TEXT, extra=extra, local=wide, listed=wide)
    at = len(z.out)
    extra = struct.pack('<HHQQQ', 1, 24, len(TEXT), len(packed), at)
    z.add(b'wide-offset', TEXT, extra=extra, local=wide, listed=dict(wide, at=0xffffffff))
    return z.end(zip64=True)


def small(start=b'', shift=0, **end):
    z = Zip(start)
    z.add(b'one.txt', b'one\n', 0)
    z.add(b'two.txt', TEXT)
    if shift:
        z.entries = [e[:42] + struct.pack('<I', struct.unpack_from('<I', e, 42)[0] - shift) + e[46:]
                     for e in z.entries]
    return z.end(shift=shift, **end)


save('plain.zip', plain())
save('names.zip', names())
save('descriptors.zip', descriptors())
save('methods.zip', methods())
save('sizes.zip', sizes())
save('encrypted.zip', encrypted())
save('misleading.apk', misleading_apk())
save('hidden.zip', hidden())
save('disagreeing.zip', disagreeing())
save('overlapping.zip', overlapping())
save('repeated.zip', repeated())
save('classes.jar', jar())
save('signed.apk', signed_apk())
save('signed-damaged.apk', signed_apk(True))
save('zip64.zip', zip64())
stub = b'#!/bin/sh\nexec unzip "$0"\n'
save('after-script.sh', small(stub))
save('after-script-shifted.sh', small(stub, len(stub)))
head = b'Cr24' + struct.pack('<II', 3, 16) + b'header of a CRX3'
save('extension.crx', small(head, len(head)))
save('empty.zip', Zip().end())
save('two-in-a-row.zip', small() + small(comment=b'second'))
save('comment-with-end.zip', small(comment=b'PK\5\6' + b'\0' * 18 + b' in a comment'))
save('count-too-high.zip', small(count=7))
save('cut.zip', small()[:-30])
save('cut-in-data.zip', plain()[:300])
save('head-only.zip', plain()[:20])
save('appended.zip', small() + b'#' * 70000)
save('spanned.z01', b'PK\7\x08' + small()[:100])
save('magics-only.bin', b'PK\3\4PK\1\2PK\5\6PK\7\x08' + b' constants of a program that writes zips' * 2 + b'PK\3\4')
PYTHON
