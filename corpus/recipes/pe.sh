#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Samples of the pe reader. Some by a real linker and signer (mingw-w64, osslsigncode), some by hand.
# Keys follow from names (certificates.py): none is kept.
set -eu
cd "$(dirname "$0")/../pe"
export PYTHONPATH=../recipes PYTHONDONTWRITEBYTECODE=1 SOURCE_DATE_EPOCH=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/version.rc" <<'RC'
#pragma code_page(65001)
1 VERSIONINFO FILEVERSION 1,2,3,4 PRODUCTVERSION 1,2,3,4
BEGIN
 BLOCK "StringFileInfo" BEGIN
  BLOCK "040904b0" BEGIN
   VALUE "CompanyName", "Sample Antivirus, JSC"
   VALUE "FileDescription", "Sample filter driver"
   VALUE "FileVersion", "1.2.3.4"
   VALUE "InternalName", "samplav"
   VALUE "LegalCopyright", L"\x00a9 2020 Sample Antivirus, JSC"
   VALUE "OriginalFilename", "samplav.sys"
   VALUE "ProductName", "Sample Endpoint Security"
  END
  BLOCK "041904b0" BEGIN
   VALUE "CompanyName", L"\x0410\x041e \x041f\x0440\x0438\x043c\x0435\x0440"
   VALUE "LegalTrademarks", "Sample is a registered trademark"
  END
 END
 BLOCK "VarFileInfo" BEGIN VALUE "Translation", 0x409, 1200, 0x419, 1200 END
END
5 RCDATA BEGIN "embedded settings" END
SCRIPTS HTML BEGIN "<b>page</b>" END
6 FIRMWARE BEGIN "custom type" END
RC
cat >"$work/driver.c" <<'C'
__declspec(dllimport) int __stdcall MessageBeep(unsigned int kind);
__declspec(dllexport) int samplav_scan(void) { return MessageBeep(0); }
__declspec(dllexport) int samplav_version = 7;
int __stdcall start(void *module, unsigned int reason, void *reserved) { return 1; }
C
x86_64-w64-mingw32-windres "$work/version.rc" -O coff -o "$work/version.o"
x86_64-w64-mingw32-gcc -Os -s -nostdlib -shared -fno-ident -fno-asynchronous-unwind-tables -e start \
	-Wl,--no-insert-timestamp,--image-base,0x180000000 -o "$work/samplav.dll" "$work/driver.c" "$work/version.o" -luser32
cp "$work/samplav.dll" unsigned.dll
python3 - "$work" <<'PY'
import sys
from certificates import *
open(sys.argv[1] + "/key.pem", "w").write(VENDOR.key.private_pem())
open(sys.argv[1] + "/certs.pem", "w").write("".join(pem("CERTIFICATE", c.der) for c in (VENDOR, ISSUING, ROOT)))
PY
sign() {
	osslsigncode sign -h "$1" -certs "$work/certs.pem" -key "$work/key.pem" -time 1600000000 \
		-n "Sample Antivirus" -in "$2" -out "$3" >/dev/null
}
rm -f signed.dll signed-sha1.dll "$work/twice.dll"
sign sha256 "$work/samplav.dll" signed.dll
sign sha1 "$work/samplav.dll" signed-sha1.dll

python3 - <<'PY'
from portable import *
from certificates import *

def put(name, data):
    open(name, "wb").write(data)

signed = open("signed.dll", "rb").read()
put("tampered.dll", signed.replace(b"Sample filter", b"Simple filter").replace(
    utf16("Sample filter"), utf16("Simple filter")))
put("cut-signature.dll", signed[:-300])
put("cut-section.dll", signed[:1800])
put("behind-signature.dll", signed + b"what was appended")

STRINGS = {"CompanyName": "Sample Antivirus, JSC", "ProductVersion": "7.0", "LegalTrademarks1": "One",
           "LegalTrademarks2": "Two", "Comments": "no fact"}
plain = with_resources({16: {1: {0x409: version_resource(("040904b0", STRINGS))}}})
put("by-hand.exe", plain)
put("narrow.exe", with_resources({16: {1: {0x409: version_resource(("040904b0", STRINGS))},
                                       2: {0x419: version_resource(("041904b0", {"CompanyName": "Пример"}))}},
                                  "MSI": {"SETUP": {0: b"\xd0\xcf\x11\xe0 a package"}},
                                  3: {1: {0x409: b"an icon"}}, 24: {1: {1033: b"<assembly/>"}}}, wide=False))

# Signatures by hand: every way to say a time, nested ones, and wrong ones.
base = signer_info(VENDOR, SPC_INDIRECT, contents(indirect_data("sha256", plain)), attributes=[opus("Sample Güard")])
def sign(image, *unsigned, **more):
    return authenticode(image, attributes=[opus("Sample Güard")], unsigned=unsigned, **more)
put("counter-signed.exe", attach(plain, entry(sign(plain, counter_signature(base)))))
put("time-stamped.exe", attach(plain, entry(sign(plain, time_stamp(base)))))
put("stamped-after-expiry.exe", attach(plain, entry(sign(plain, time_stamp(base, "20400101000000Z")))))
put("stamp-of-another.exe", attach(plain, entry(sign(plain, time_stamp(base + bytes(128))))))
SELF = Certificate([("O", "Sample Antivirus, JSC"), ("CN", "Self")], Key("self"), serial=77, hash_name="md5")
nested = authenticode(plain, [SELF], "md5", attributes=[opus("plain", unicode=False)])
put("nested.exe", attach(plain, entry(sign(plain, attribute("1.3.6.1.4.1.311.2.4.1", nested)))))
stolen = authenticode(plain[:-1] + b"!", [SELF])
put("nested-of-another.exe", attach(plain, entry(sign(plain, attribute("1.3.6.1.4.1.311.2.4.1", stolen)))))
put("two-entries.exe", attach(plain, entry(sign(plain)), entry(nested)))
put("spoilt.exe", attach(plain, entry(sign(plain, spoil=True))))
OTHER = Certificate([("C", "XX"), ("O", "Sample Trust"), ("CN", "Sample Code Signing CA")], Key("other"), ROOT, ca=True)
put("wrong-chain.exe", attach(plain, entry(sign(plain, certificates=[ROOT, OTHER, VENDOR]))))
put("no-issuer.exe", attach(plain, entry(sign(plain, certificates=[VENDOR]))))
unknown = sign(plain).replace(oid("2.16.840.1.101.3.4.2.1"), oid("2.16.840.1.101.3.4.2.99"))
put("unknown-digest.exe", attach(plain, entry(unknown)))
put("payload-in-signature.exe", attach(plain, entry(sign(plain), trailer=b"\0\0settings of an installer")))
put("not-a-message.exe", attach(plain, entry(b"\x30\x03abc"), entry(VENDOR.der, kind=1), entry(b"other", kind=9)))
put("without-signer.exe", attach(plain, entry(signed_data([VENDOR], SPC_INDIRECT, indirect_data("sha256", plain)))))

# How far a chain is trusted. Who only signs has no other attributes, so that a stamp can be made of the signature.
def trusted(*chain, stampers=None, when="20210203040506Z"):
    info = signer_info(chain[-1], SPC_INDIRECT, contents(indirect_data("sha256", plain)))
    unsigned = (time_stamp(info, when, stampers),) if stampers else ()
    return attach(plain, entry(authenticode(plain, chain, unsigned=unsigned)))
put("anchored-stamped.exe", trusted(ISSUING, SIGNER, stampers=(ISSUING, STAMPER)))
put("anchored-unstamped.exe", trusted(ROOT, ISSUING, SIGNER))
put("anchored-stamp-of-nobody.exe", trusted(ISSUING, SIGNER, stampers=(OTHER_STAMPER,)))
put("chain-other-purpose.exe", trusted(ISSUING, SERVING_SIGNER))
put("chain-md5.exe", trusted(ISSUING, MD5_SIGNER))
put("chain-no-authority.exe", trusted(ISSUING, SERVER, UNDER_SERVER))
put("chain-outdated.exe", trusted(OLD_ISSUING, UNDER_OLD, stampers=(ISSUING, STAMPER)))
put("chain-false-root.exe", trusted(FALSE_ROOT, UNDER_FALSE))
put("chain-without-issuer.exe", trusted(SIGNER))

# What no part accounts for.
put("overlay.exe", with_resources({16: {1: {0x409: version_resource(("040904b0", STRINGS))}}},
                                  overlay=b"PK\3\4 a payload of an installer"))
put("overlay-signed.exe", attach(pad(plain + b"7z an overlay that is signed", 8),
    entry(sign(pad(plain + b"7z an overlay that is signed", 8)))))
put("loose.exe", portable([(".text", b"\xc3"), (".data", b"x")], stub=b"a long stub " * 400, between=b"hidden" + bytes(506)))
put("no-sections.exe", portable([], overlay=b"all is behind the headers"))

# Tables.
def table_image(dll=True):
    at = ALIGN
    names = b"SAMPLE.dll\0alpha\0beta\0NTOSKRNL.exe\0late.dll\0old.dll\0"
    exports = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, at + 400, 1, 2, 2, at + 100, at + 108, at + 116)
    exports = pad(exports, 4).ljust(100, b"\0") + struct.pack("<II", at, at) + struct.pack("<II", at + 411, at + 417) + struct.pack("<HH", 0, 1)
    imports = struct.pack("<IIIII", 0, 0, 0, at + 422, at + 300) + bytes(20)
    delay = struct.pack("<8I", 1, at + 435, 0, at, at, 0, 0, 0) + struct.pack("<8I", 0, 0x400000 + at + 444, 0, 0, 0, 0, 0, 0) + bytes(32)
    codeview = b"RSDS" + bytes(20) + b"D:\\build\\sample\\klsample.pdb\0"
    old = b"NB10" + bytes(12) + b"c:\\old.pdb\0"
    raw = 512
    debug = struct.pack("<IIHHIIII", 0, 0, 0, 0, 2, len(codeview), at + 600, raw + 600)
    debug += struct.pack("<IIHHIIII", 0, 0, 0, 0, 2, len(old), at + 700, raw + 700)
    data = exports.ljust(160, b"\0") + imports.ljust(60, b"\0") + delay
    data = data.ljust(400, b"\0") + names
    data = data.ljust(520, b"\0") + debug
    data = data.ljust(600, b"\0") + codeview
    data = data.ljust(700, b"\0") + old
    return data, {0: (at, 40), 1: (at + 160, 40), 6: (at + 520, 56), 13: (at + 220, 96)}

data, where = table_image()
put("tables.dll", portable([(".rdata", data)], where, wide=False, dll=True))
put("tables-outside.dll", portable([(".rdata", data)], {k: (0x7000000, s) for k, (_, s) in where.items()} | {2: (0x7000000, 99), 4: (0x7000000, 99)}))
put("exports-without-end.dll", portable([(".rdata", data[:24] + b"\xff\xff\xff\x7f" + data[28:])], where, wide=False))
put("imports-without-end.dll", portable(
    [(".rdata", b"x.dll".ljust(20, b"\0") + struct.pack("<5I", 1, 1, 1, ALIGN, 1) * 127)], {1: (ALIGN + 20, 40)}))

# Resources that go in circles, and too deep.
ring = bytearray(resources(ALIGN, {10: {1: {0: b"data"}}}))
for level in range(3):
    struct.pack_into("<I", ring, 24 * level + 20, 1 << 31)
put("circle.exe", portable([(".rsrc", bytes(ring))], {2: (ALIGN, len(ring))}))
wide_ring = bytearray(struct.pack("<IIHHHH", 0, 0, 0, 0, 0, 200) + struct.pack("<II", 10, 1 << 31) * 200)
put("wide-circle.exe", portable([(".rsrc", bytes(wide_ring))], {2: (ALIGN, 99)}))
put("cut-resource.exe", plain[:900])

# Keys of a shim: a certificate, signature lists; the section's name in the string table or cut short.
def signature_list(kind, *datas):
    each = 16 + len(datas[0])
    return kind + struct.pack("<III", 28 + each * len(datas), 0, each) + b"".join(bytes(16) + d for d in datas)

X509_LIST = bytes.fromhex("a159c0a5e494a74a87b5ab155c2bf072")
SHA256_LIST = bytes.fromhex("2616c4c14c509240aca941f936934328")
def vendor_cert(trusted, barred):
    return struct.pack("<IIII", len(trusted), len(barred), 16, 16 + len(trusted)) + trusted + barred
strings = struct.pack("<I", 18) + b".vendor_cert\0x"
put("shim.efi", portable([(".text", b"\xc3"), ("/4", vendor_cert(VENDOR.der, b""))], symbols=strings, align=32))
put("shim-lists.efi", portable([(".vendor_", vendor_cert(
    signature_list(X509_LIST, VENDOR.der) + signature_list(X509_LIST, ROOT.der),
    signature_list(SHA256_LIST, bytes(32), bytes(32)) + signature_list(X509_LIST, ISSUING.der)))], align=32))
put("shim-damaged.efi", portable([(".vendor_", struct.pack("<IIII", 900, 4, 16, 16) + b"\x30\x82")], align=32))
put("kernel.efi", portable([(".osrel", b"ID=sample\n"), (".linux", b"MZ a kernel"), (".initrd", b"070701 files")]))
put("bad-header.exe", plain[:100])
put("cut-header.exe", plain[:300])
put("unknown-magic.exe", plain.replace(b"\x0b\x02", b"\x07\x01", 1))
PY
