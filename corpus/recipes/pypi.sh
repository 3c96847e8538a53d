#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes corpus/pypi: metadata, manifests and lock files of made-up Python distributions.
set -eu
cd "$(dirname "$0")/../pypi"

cat >wheel__METADATA <<'E'
Metadata-Version: 2.1
Name: Example_Lab.OpenTip
Version: 1.2
Summary: an imitation
Author: Kaspersky Lab
Author-email: Kaspersky Lab <tip@example.com>, Other <other@example.org>
Classifier: Programming Language :: Python :: 3
Requires-Dist: aiohttp[speedups] (>=3.8) ; python_version >= "3.8"
Requires-Dist: Example.Core @ https://example.com/core.whl
Description: first
        Name: not the name

Name: nor this
E
printf 'Metadata-Version: 1.0\r\nName: egg\r\nVersion: 0.1\r\nAuthor: UNKNOWN\r\n' >egg__PKG-INFO
cat >plain__setup.cfg <<'E'
[metadata]
name = opentip
version = 1.2
author = Kaspersky Lab
author_email = tip@example.com
classifiers =
    name = not the name

[options]
packages = find:
install_requires =
    requests >= 2.0
    # a comment
    example-core; python_version > "3"

[options.extras_require]
fast = uvloop
slow =
    Some_Thing[extra]==1

[options.entry_points]
console_scripts =
    opentip = opentip.__main__:main
E
cat >plain__setup.py <<'E'
# setup(name="not this")
from setuptools import setup, find_packages
text = """ setup(name='nor this') """
setup(
    name='Example_Lab', version="1.0",
    author=u"Kaspersky Lab", author_email="tip@example.com",
    description='it\'s, name="no"',
    packages=find_packages(where="name"),
    install_requires=["requests>=2", 'example.core', "git+https://example.com/x"],
    extras_require={"name": ["uvloop"]},
)
name = "after"
E
printf 'setup(name="one", author="cut short)\n' >damaged__setup.py
cat >pep621__pyproject.toml <<'E'
[build-system]
requires = ["setuptools>=61", "wheel"]

[project] # the table
name = "Example.Lab"
version = "1.0"
description = """
name = "no"
"""
authors = [
  {name = "AO Kaspersky Lab", email = "tip@example.com"}, # first
  {email = 'second@example.com'},
]
dependencies = [
  "requests >= 2.0",
  "example-core[x] @ https://example.com/core.whl",
]

[project.optional-dependencies]
fast = ["uvloop ; sys_platform != 'win32'"]

[tool.other]
name = "not the name"
E
cat >poetry__pyproject.toml <<'E'
[tool.poetry]
name = "example-lab"
authors = ["Kaspersky Lab <tip@example.com>"]

[tool.poetry.dependencies]
python = "^3.8"
requests = "^2.0"
"Example.Core" = {version = "^1", optional = true}

[tool.poetry.group.dev.dependencies]
pytest = "*"
E
printf '[project]\nname = "one"\ndependencies = ["two", \n' >damaged__pyproject.toml
cat >plain__requirements.txt <<'E'
# comment
-r base.txt
--index-url https://example.com/simple
requests==2.31.0 \
    --hash=sha256:00
Example_Core >= 1  # why
-e git+https://example.com/opentip.git#egg=opentip
bare
bare prose gives nothing
E
cat >plain__Pipfile.lock <<'E'
{"_meta": {"hash": {"sha256": "00"}, "sources": [{"name": "pypi"}]},
 "default": {"requests": {"version": "==2.31.0"}, "Example_Core": {"hashes": []}},
 "develop": {"pytest": {}}}
E
cat >plain__Pipfile <<'E'
[[source]]
name = "pypi"
[packages]
requests = "*"
[dev-packages]
pytest = {version = "*"}
E
cat >plain__poetry.lock <<'E'
[[package]]
name = "requests"
version = "2.31.0"
files = [
    {file = "requests.whl", hash = "sha256:00"},
]

[package.dependencies]
idna = ">=2.5"

[[package]]
name = "example-core"

[metadata]
name = "no"
E
cat >plain__uv.lock <<'E'
version = 1
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [
    { name = "requests" },
]
[[package]]
name = "requests"
E
