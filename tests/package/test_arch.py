"""The Arch recipe, as far as Debian's makepkg can tell: it builds, and holds what meson installs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import packages
import pytest

from support.daemon import REPOSITORY

RECIPE = REPOSITORY / "packaging" / "arch" / "PKGBUILD"
DOCUMENTS = "usr/share/doc/zmq-filerd/"
ARCH_MESON = Path(__file__).with_name("arch-meson")

needs_makepkg = pytest.mark.skipif(shutil.which("makepkg") is None, reason="no makepkg here")
needs_shellcheck = pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck here")


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """A directory with the packages that it builds."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        packages.make_source(directory)
        shutil.copy(RECIPE, directory)
        shutil.copy(ARCH_MESON, directory)
        as_user: list[str] = []
        if os.geteuid() == 0:  # makepkg refuses to run as root
            for path in (directory, *directory.iterdir()):
                shutil.chown(path, "nobody")
            as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        environment = {
            "PATH": f"{directory}:{os.environ['PATH']}",
            "HOME": name,
            "PACMAN": "true",  # makepkg dies where it finds no pacman, even if it has nothing to ask of it
            "CCACHE_DISABLE": "1",
        }
        command = [*as_user, "makepkg", "--nodeps", "--nocheck", "--noconfirm"]
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        yield directory


def read(package: Path, *arguments: str) -> list[str]:
    command = ["tar", "-xOf" if arguments else "-tf", package, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


@needs_makepkg
@pytest.mark.parametrize("name", packages.FILES)
def test_a_package_holds_what_meson_installs(built: Path, name: str) -> None:
    (package,) = built.glob(f"{name}-{packages.VERSION}-*.pkg.tar.gz")
    files = [path for path in read(package) if not path.startswith(".") and not path.endswith("/")]
    files = [f"/{path}".removesuffix(".gz") for path in files if not path.startswith(DOCUMENTS)]
    assert sorted(files) == sorted(path.replace("/sbin/", "/bin/") for path in packages.paths(name, "/usr"))


@needs_makepkg
def test_the_documents_come_with_the_daemon(built: Path) -> None:
    (package,) = built.glob(f"zmq-filerd-{packages.VERSION}-*.pkg.tar.gz")
    found = {Path(path).name.removesuffix(".gz") for path in read(package) if path.startswith(DOCUMENTS) and not path.endswith("/")}
    assert found == {path.name for path in (REPOSITORY / "docs").glob("*.md")}


@needs_makepkg
@pytest.mark.parametrize("name", packages.FILES)
def test_what_an_administrator_edits_is_kept(built: Path, name: str) -> None:
    (package,) = built.glob(f"{name}-{packages.VERSION}-*.pkg.tar.gz")
    kept = [line.removeprefix("backup = ") for line in read(package, ".PKGINFO") if line.startswith("backup = ")]
    assert [f"/{path}" for path in kept] == [path for path in packages.paths(name, "/usr") if path.startswith("/etc")]


@needs_shellcheck
def test_bash_and_shellcheck_have_nothing_to_say() -> None:
    # Its variables are makepkg's to use, and makepkg's are its.
    for checker in (["bash", "-n"], ["shellcheck", "--shell=bash", "--exclude=SC2034,SC2154"]):
        done = subprocess.run([*checker, RECIPE], capture_output=True, text=True)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
