#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/settings: settings files of installers and programs.
set -eu
cd "$(dirname "$0")/../settings"

cat >autoinstall.ini <<'E'
; answers for an unattended installation
[Setup]
EULA=1
KSN = 0
KLOGIN="someone"
# comment = no
a name with blanks=not stated
empty=
Path=/opt/kaspersky/kesl
E
printf 'long=%0300d\nproxy.host=proxy.example.com' 0 >cut.conf
{ printf '\377\376' && printf '[Startup]\r\n0CmdLine=deploy.ps1\r\n0Parameters=/Qn Лаб' | iconv -f UTF-8 -t UTF-16LE; } >wide.ini
printf '%s\n' '<?xml version="1.0"?>' '<Configuration>' ' <KSNSettings><UseKSN>1</UseKSN> <Empty></Empty></KSNSettings>' \
	' <Mode with="an attribute">no</Mode><Left>open</Right><Path> /opt/sample </Path>' '</Configuration>' >engine.xml
# What matters may stand behind many others.
{ for i in $(seq 2100); do echo ';'; echo "a=$((i % 2))"; done && echo KSN=1; } >many.conf
