"""The version stands in meson.build; what must repeat it says the same."""

import os
import re
import subprocess

import packages
import pytest

from support.daemon import REPOSITORY

REPEATED = {
    "NEWS.md": r"^## (\S+)$",
    "packaging/arch/PKGBUILD": r"^pkgver=(\S+)$",
    "packaging/debian/changelog": r"^zmq-filer \((\S+)\)",
    "packaging/rpm/zmq-filer.spec": r"^Version: +(\S+)$",
}


@pytest.mark.parametrize("file", REPEATED)
def test_a_file_that_repeats_the_version_says_the_same(file: str) -> None:
    latest = re.search(REPEATED[file], (REPOSITORY / file).read_text(), re.M)
    assert latest and latest[1] == packages.VERSION


@pytest.mark.parametrize("program", ["cli/zmq-filer", "daemon/zmq-filerd"])
def test_a_program_tells_the_version(program: str) -> None:
    binary = REPOSITORY / os.environ.get("FILER_BUILD", "build") / program
    printed = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout
    assert printed == f"{binary.name} {packages.VERSION}\n"
