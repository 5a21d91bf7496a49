"""The RPM recipe, as far as Debian's rpm can tell: it builds, and holds what meson installs."""

import re
import shutil
import subprocess
from pathlib import Path

import packages
import pytest

from support.daemon import REPOSITORY

SPEC = REPOSITORY / "packaging" / "rpm" / "zmq-filer.spec"
MACROS = Path(__file__).with_name("fedora.macros")
RPMLINT = Path(__file__).with_name("fedora.rpmlint.toml")

pytestmark = pytest.mark.skipif(shutil.which("rpmbuild") is None, reason="no rpmbuild here")


@pytest.fixture(scope="module")
def rpms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The packages that it builds, by name."""
    top = tmp_path_factory.mktemp("rpm")
    (top / "SOURCES").mkdir()
    packages.make_source(top / "SOURCES")
    # No debug information: neither is its package looked at.
    defines = [f"--define=_topdir {top}", "--define=debug_package %{nil}", f"--load={MACROS}"]
    done = subprocess.run(["rpmbuild", "-bb", "--nodeps", *defines, SPEC], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return {path.name.rsplit("-", 2)[0]: path for path in top.glob("RPMS/*/*.rpm")}


def query(*arguments: str | Path) -> list[str]:
    return subprocess.run(["rpm", "-qp", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize("name", packages.FILES)
def test_a_package_holds_what_meson_installs(rpms: dict[str, Path], name: str) -> None:
    ours = [path.removesuffix(".gz") for path in query("--list", rpms[name])]
    beside = ("/usr/share/doc/", "/usr/share/licenses/", "/usr/lib/.build-id")
    files = [path for path in ours if not path.startswith(beside) and path not in ("/etc/zmq-filer", "/usr/share/zmq-filer")]
    assert sorted(files) == packages.paths(name, "/usr")


@pytest.mark.parametrize("name", packages.FILES)
def test_what_an_administrator_edits_is_configuration(rpms: dict[str, Path], name: str) -> None:
    assert query("--configfiles", rpms[name]) == [path for path in packages.paths(name, "/usr") if path.startswith("/etc")]


def test_rpmlint_finds_no_error(rpms: dict[str, Path]) -> None:
    """But for what whoever publishes a package adds to it."""
    found = subprocess.run(["rpmlint", "--config", RPMLINT, SPEC, *rpms.values()], capture_output=True, text=True).stdout
    assert set(re.findall(r": E: (\S+)", found)) <= {"no-signature", "no-packager-tag", "no-group-tag"}, found
