/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unopened: file systems, disk images, firmware, archives and databases that are known by their
 * first bytes and that nothing here takes apart yet. The byte search sees their plain bytes, but
 * not what they hold: names, packages and programs in them would go unseen, so each is a gap. A
 * format that gets a reader leaves this list.
 */
#include "base/cursor.h"

#include "core/reader.h"

extern const struct reader reader_unopened;

enum { SECTOR = 512, TABLE_LEAST = 1 << 20 }; /* a boot sector alone is no disk */

#define AT(at, literal)                                                                            \
	{                                                                                          \
		at,                                                                                \
		{                                                                                  \
			(const uint8_t *)(literal), sizeof(literal) - 1                            \
		}                                                                                  \
	}

struct sign {
	uint64_t at;
	struct bytes magic;
};

/* Both signs must be there; an empty one always is. */
static const struct {
	const char *reason;
	struct sign first, second;
} formats[] = {
	{"squashfs file system: no reader yet", AT(0, "hsqs"), AT(0, "")},
	{"squashfs file system: no reader yet", AT(0, "sqsh"), AT(0, "")},
	{"squashfs file system: no reader yet", AT(0, "shsq"), AT(0, "")},
	{"cramfs file system: no reader yet", AT(0, "\x45\x3d\xcd\x28"), AT(0, "")},
	{"cramfs file system: no reader yet", AT(0, "\x28\xcd\x3d\x45"), AT(0, "")},
	{"romfs file system: no reader yet", AT(0, "-rom1fs-"), AT(0, "")},
	{"EROFS file system: no reader yet", AT(1024, "\xe2\xe1\xf5\xe0"), AT(0, "")},
	{"F2FS file system: no reader yet", AT(1024, "\x10\x20\xf5\xf2"), AT(0, "")},
	{"JFFS2 file system: no reader yet", AT(0, "\x85\x19"), AT(3, "\x20")},
	{"JFFS2 file system: no reader yet", AT(0, "\x85\x19"), AT(3, "\xe0")},
	{"JFFS2 file system: no reader yet", AT(0, "\x19\x85\x20"), AT(0, "")},
	{"JFFS2 file system: no reader yet", AT(0, "\x19\x85\xe0"), AT(0, "")},
	{"UBI image: no reader yet", AT(0, "UBI#\1"), AT(0, "")},
	{"UBIFS file system: no reader yet", AT(0, "\x31\x18\x10\x06"), AT(0, "")},
	{"Btrfs file system: no reader yet", AT(65600, "_BHRfS_M"), AT(0, "")},
	{"XFS file system: no reader yet", AT(0, "XFSB\0\0"), AT(0, "")},
	{"ReiserFS file system: no reader yet", AT(65588, "ReIsEr"), AT(0, "")},
	{"JFS file system: no reader yet", AT(32768, "JFS1"), AT(0, "")},
	{"NTFS file system: no reader yet", AT(3, "NTFS    "), AT(510, "\x55\xaa")},
	{"exFAT file system: no reader yet", AT(3, "EXFAT   "), AT(510, "\x55\xaa")},
	{"ReFS file system: no reader yet", AT(3, "ReFS\0\0\0\0"), AT(0, "")},
	{"FAT file system: no reader yet", AT(54, "FAT1"), AT(510, "\x55\xaa")},
	{"FAT file system: no reader yet", AT(82, "FAT32   "), AT(510, "\x55\xaa")},
	{"HFS+ file system: no reader yet", AT(1024, "H+\0\4"), AT(0, "")},
	{"HFS+ file system: no reader yet", AT(1024, "HX\0\5"), AT(0, "")},
	{"APFS file system: no reader yet", AT(32, "NXSB"), AT(0, "")},
	{"UFS file system: no reader yet", AT(9564, "\x54\x19\x01\x00"), AT(0, "")},
	{"UFS file system: no reader yet", AT(66908, "\x19\x01\x54\x19"), AT(0, "")},
	{"UDF file system: no reader yet", AT(32769, "BEA01"), AT(0, "")},
	{"ZFS pool: no reader yet", AT(16384, "\1"), AT(16408, "version")},
	{"bcachefs or bcache: no reader yet", AT(4120, "\xc6\x85\x73\xf6"), AT(0, "")},
	{"Linux RAID member: no reader yet", AT(4096, "\xfc\x4e\x2b\xa9"), AT(0, "")},
	{"Android's logical partitions: no reader yet", AT(4096, "gDla"), AT(0, "")},
	{"LVM volume: no reader yet", AT(512, "LABELONE"), AT(0, "")},
	{"LUKS volume: encrypted", AT(0, "LUKS\xba\xbe"), AT(0, "")},
	{"BitLocker volume: encrypted", AT(3, "-FVE-FS-"), AT(0, "")},
	{"qcow disk image: no reader yet", AT(0, "QFI\xfb"), AT(0, "")},
	{"VMDK disk image: no reader yet", AT(0, "KDMV"), AT(7, "\0")},
	{"VMDK disk image: no reader yet", AT(0, "COWD"), AT(0, "")},
	{"VHD disk image: no reader yet", AT(0, "conectix"), AT(0, "")},
	{"VHDX disk image: no reader yet", AT(0, "vhdxfile"), AT(0, "")},
	{"VDI disk image: no reader yet", AT(64, "\x7f\x10\xda\xbe"), AT(0, "")},
	{"EWF disk image: no reader yet", AT(0, "EVF\x09\x0d\x0a\xff\0"), AT(0, "")},
	{"Parallels disk image: no reader yet", AT(0, "WithoutFreeSpace"), AT(0, "")},
	{"Parallels disk image: no reader yet", AT(0, "WithouFreSpacExt"), AT(0, "")},
	{"QED disk image: no reader yet", AT(0, "QED\0"), AT(0, "")},
	{"Apple disk image: encrypted", AT(0, "encrcdsa"), AT(0, "")},
	{"Apple sparse image: no reader yet", AT(0, "sprs"), AT(4, "\0\0\0\3")},
	{"Partclone image: no reader yet", AT(0, "partclone-image"), AT(0, "")},
	{"Proxmox backup: no reader yet", AT(0, "VMA\0"), AT(0, "")},
	{"container image of Singularity: no reader yet", AT(32, "SIF_MAGIC"), AT(0, "")},
	{"WIM image: no reader yet", AT(0, "MSWIM\0\0\0"), AT(0, "")},
	{"WIM image: no reader yet", AT(0, "WLPWM\0\0\0"), AT(0, "")},
	{"Android sparse image: no reader yet", AT(0, "\x3a\xff\x26\xed"), AT(0, "")},
	{"Android boot image: no reader yet", AT(0, "ANDROID!"), AT(0, "")},
	{"Android boot image: no reader yet", AT(0, "VNDRBOOT"), AT(0, "")},
	{"Android update payload: no reader yet", AT(0, "CrAU\0\0\0\0"), AT(0, "")},
	{"UEFI firmware volume: no reader yet", AT(40, "_FVH"), AT(0, "")},
	{"flash image of a mainboard: no reader yet", AT(16, "\x5a\xa5\xf0\x0f"), AT(0, "")},
	{"U-Boot image: no reader yet", AT(0, "\x27\x05\x19\x56"), AT(0, "")},
	{"Nix archive: no reader yet", AT(0, "\r\0\0\0\0\0\0\0nix-archive-1"), AT(0, "")},
	{"Btrfs send stream: no reader yet", AT(0, "btrfs-stream\0"), AT(0, "")},
	{"ZFS send stream: no reader yet", AT(8, "\xac\xcb\xba\xf5\2\0\0\0"), AT(0, "")},
	{"dump of a file system: no reader yet", AT(24, "\x6c\xea\0\0"), AT(0, "\1\0\0\0")},
	{"dump of a file system: no reader yet", AT(24, "\0\0\xea\x6c"), AT(0, "\0\0\0\1")},
	{"dump of a file system: no reader yet", AT(0, "xFSdump0"), AT(0, "")},
	{"Solaris package: no reader yet", AT(0, "# PaCkAgE DaTaStReAm"), AT(0, "")},
	{"Symbian package: no reader yet", AT(0, "\x7a\x1a\x20\x10"), AT(0, "")},
	{"Symbian package: no reader yet", AT(8, "\x19\x04\0\x10"), AT(0, "")},
	{"packed classes of Java: no reader yet", AT(0, "\xca\xfe\xd0\x0d"), AT(0, "")},
	{"Apple Archive: no reader yet", AT(0, "AA01"), AT(6, "TYP1")},
	{"Apple Archive: no reader yet", AT(0, "YAA1"), AT(6, "TYP1")},
	{"InstallShield archive: no reader yet", AT(0, "\x13\x5d\x65\x8c"), AT(0, "")},
	{"InstallShield cabinet: no reader yet", AT(0, "ISc("), AT(0, "")},
	{"ARJ archive: no reader yet", AT(0, "\x60\xea"), AT(10, "\2")},
	{"ACE archive: no reader yet", AT(7, "**ACE**"), AT(0, "")},
	{"ZOO archive: no reader yet", AT(0, "ZOO "), AT(20, "\xdc\xa7\xc4\xfd")},
	{"BinHex: no reader yet", AT(0, "(This file must be converted with BinHex"), AT(0, "")},
	{"StuffIt archive: no reader yet", AT(0, "SIT!"), AT(10, "rLau")},
	{"StuffIt archive: no reader yet", AT(0, "StuffIt (c)1997"), AT(0, "")},
	{"ALZ archive: no reader yet", AT(0, "ALZ\1"), AT(0, "")},
	{"EGG archive: no reader yet", AT(0, "EGGA\0\1"), AT(0, "")},
	{"packed by COMPRESS.EXE: no reader yet", AT(0, "SZDD\x88\xf0\x27\x33"), AT(0, "")},
	{"packed by COMPRESS.EXE: no reader yet", AT(0, "KWAJ\x88\xf0\x27\xd1"), AT(0, "")},
	{"lzop stream: no reader yet", AT(0, "\x89LZO\0\r\n\x1a\n"), AT(0, "")},
	{"Snappy stream: no reader yet", AT(0, "\xff\6\0\0sNaPpY"), AT(0, "")},
	{"lrzip stream: no reader yet", AT(0, "LRZI"), AT(0, "")},
	{"LZFSE stream: no reader yet", AT(0, "bvx2"), AT(0, "")},
	{"LZFSE stream: no reader yet", AT(0, "bvxn"), AT(0, "")},
	{"LZFSE stream: no reader yet", AT(0, "bvx-"), AT(0, "")},
	{"pbzx stream: no reader yet", AT(0, "pbzx\0"), AT(0, "")},
	{"compiled HTML help: no reader yet", AT(0, "ITSF\3\0\0\0"), AT(0, "")},
	{"HTML help 2: no reader yet", AT(0, "ITOLITLS"), AT(0, "")},
	{"Electron archive: no reader yet", AT(0, "\4\0\0\0"), AT(16, "{\"files\":")},
	{"Outlook mailbox: no reader yet", AT(0, "!BDN"), AT(8, "SM")},
	{"mail of Outlook (TNEF): no reader yet", AT(0, "\x78\x9f\x3e\x22"), AT(0, "")},
	{"mailbox of Outlook Express: no reader yet", AT(0, "\xcf\xad\x12\xfe"), AT(0, "")},
	{"database of Notes: no reader yet", AT(0, "\x1a\0\0\4\0\0"), AT(0, "")},
	{"OneNote notebook: no reader yet", AT(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d"), AT(0, "")},
	{"Access database: no reader yet", AT(4, "Standard Jet DB\0"), AT(0, "")},
	{"Access database: no reader yet", AT(4, "Standard ACE DB\0"), AT(0, "")},
	{"Windows registry hive: no reader yet", AT(0, "regf"), AT(0, "")},
	{"Windows event log: no reader yet", AT(0, "ElfFile\0"), AT(0, "")},
	{"ESE database: no reader yet", AT(4, "\xef\xcd\xab\x89"), AT(0, "")},
	{"network capture: no reader yet", AT(0, "\xd4\xc3\xb2\xa1\2\0"), AT(0, "")},
	{"network capture: no reader yet", AT(0, "\xa1\xb2\xc3\xd4\0\2"), AT(0, "")},
	{"network capture: no reader yet", AT(0, "\x4d\x3c\xb2\xa1\2\0"), AT(0, "")},
	{"network capture: no reader yet", AT(0, "\x0a\x0d\x0d\x0a"), AT(8, "\x4d\x3c\x2b\x1a")},
	{"network capture: no reader yet", AT(0, "\x0a\x0d\x0d\x0a"), AT(8, "\x1a\x2b\x3c\x4d")},
};

static bool has_sign(struct bytes head, const struct sign *sign)
{
	if (sign->magic.len == 0)
		return true;
	return sign->at < head.len && head.ptr[sign->at] == sign->magic.ptr[0] &&
	       bytes_start_with(bytes_from(head, (size_t)sign->at), sign->magic);
}

/* ext2 to ext4: two bytes are little, so the block size, the state and the revision must fit. */
static bool is_ext(struct bytes head)
{
	struct cursor c = cursor_over(bytes_from(head, 1024));
	uint32_t inodes = cursor_u32le(&c), blocks = cursor_u32le(&c);
	cursor_skip(&c, 16);
	uint32_t block_size = cursor_u32le(&c); /* 1024 << it */
	cursor_seek(&c, 56);
	uint16_t magic = cursor_u16le(&c), state = cursor_u16le(&c);
	cursor_seek(&c, 76);
	uint32_t revision = cursor_u32le(&c);
	return cursor_ok(&c) && magic == 0xef53 && inodes > 0 && blocks > 0 && block_size <= 6 &&
	       state <= 7 && revision <= 1;
}

/* A partition table of the PC: four entries, each active or not, one of them in use. */
static bool has_partitions(struct bytes head, uint64_t size)
{
	enum { TABLE = 446, ENTRY = 16 };
	if (!bytes_equal(bytes_slice(head, 510, 2), BYTES("\x55\xaa")))
		return false;
	bool used = false;
	for (size_t i = 0; i < 4; i++) {
		struct cursor c = cursor_over(bytes_slice(head, TABLE + i * ENTRY, ENTRY));
		uint8_t state = cursor_u8(&c);
		cursor_skip(&c, 3);
		uint8_t type = cursor_u8(&c);
		cursor_skip(&c, 3);
		uint64_t start = cursor_u32le(&c), count = cursor_u32le(&c);
		if (state != 0 && state != 0x80)
			return false;
		used |= type != 0 && count > 0 && start > 0 && start < size / SECTOR;
	}
	return used;
}

/* Hybrid optical discs have partition tables, too, and a reader. */
static bool is_disk(struct bytes head, uint64_t size)
{
	if (size < TABLE_LEAST || bytes_start_with(bytes_from(head, 32769), BYTES("CD001")))
		return false;
	bool apple = bytes_start_with(head, BYTES("ER")) &&
	             bytes_start_with(bytes_from(head, SECTOR), BYTES("PM\0\0"));
	return apple || bytes_start_with(bytes_from(head, SECTOR), BYTES("EFI PART")) ||
	       bytes_start_with(bytes_from(head, 4096), BYTES("EFI PART")) ||
	       has_partitions(head, size);
}

static const char *reason_for(const struct sight *sight)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (has_sign(sight->head, &formats[i].first) &&
		    has_sign(sight->head, &formats[i].second))
			return formats[i].reason;
	if (is_ext(sight->head))
		return "ext file system: no reader yet";
	return is_disk(sight->head, sight->size) ? "partitioned disk: no reader yet" : NULL;
}

static bool recognise_unopened(const struct sight *sight)
{
	return reason_for(sight) != NULL;
}

static enum read_result read_unopened(struct visit *visit, struct bytes body)
{
	const struct sight as_sight = {.head = body, .size = body.len};
	const char *reason = reason_for(&as_sight);
	if (!reason)
		return READ_NOT_MINE;
	visit_gap(visit, (struct span){0, 0}, CLASS_UNREAD, reason);
	return READ_PARTLY;
}

const struct reader reader_unopened = {
	.name = "unopened",
	.recognise = recognise_unopened,
	.read = read_unopened,
	.understood = CLASS_SEARCHED,
};
