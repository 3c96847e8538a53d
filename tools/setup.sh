#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian 12 packages that debar is built from and tested with.
# Asks for nothing; does nothing when all of them are there.
set -eu

build='gcc libc6-dev make meson ninja-build pkg-config python3
	libvectorscan-dev libarchive-dev libdeflate-dev zlib1g-dev liblzma-dev libzstd-dev
	liblz4-dev libbz2-dev libbrotli-dev libssl-dev libyaml-dev libcyaml-dev libjansson-dev libexpat1-dev
	libutf8proc-dev libsqlite3-dev libseccomp-dev libcap2-bin ca-certificates'
check='g++ clang clang-format clang-tidy libclang-rt-14-dev libcmocka-dev python3-jsonschema git
	binutils binutils-mingw-w64-x86-64 gcc-mingw-w64-x86-64-win32 osslsigncode openssl zip unzip p7zip-full xz-utils
	zstd lz4 bzip2 cpio rpm dpkg-dev genisoimage gcab sqlite3 default-jdk-headless
	shellcheck mandoc strace util-linux'
bench='yara clamav ripgrep time linux-perf'

wanted=$build
case "${1-}" in
'' | --build) ;;
--check) wanted="$build $check" ;;
--bench) wanted="$build $check $bench" ;;
*)
	echo "usage: tools/setup.sh [--build | --check | --bench]" >&2
	exit 2
	;;
esac

missing=
for package in $wanted; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

become=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "setup: run as root, or install:$missing" >&2; exit 2; }
	become=sudo
fi
echo "setup: installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$become apt-get update -qq
# shellcheck disable=SC2086 # a list of names
$become apt-get install -qq -y --no-install-recommends $missing >/dev/null
