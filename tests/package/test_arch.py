"""The Arch recipe, as far as Debian's makepkg can tell: it builds, and holds what meson installs."""

import os
import shutil
import subprocess
from pathlib import Path

import packages
import pytest

from support.daemon import REPOSITORY

RECIPE = REPOSITORY / "packaging" / "arch" / "PKGBUILD"

pytestmark = pytest.mark.skipif(shutil.which("makepkg") is None, reason="no makepkg here")

# makepkg refuses to run as root. What is compiled is not looked at: it need not be optimized.
SETTINGS = """
source /etc/makepkg.conf
CXXFLAGS= CFLAGS= LDFLAGS=
PKGEXT=.pkg.tar
OPTIONS=(!debug !strip)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the packages that it builds."""
    directory = tmp_path_factory.mktemp("arch")
    packages.make_source(directory)
    shutil.copy(RECIPE, directory)
    (directory / "makepkg.conf").write_text(SETTINGS)
    as_user: list[str] = []
    if os.geteuid() == 0:
        for path in (directory, *directory.iterdir()):
            shutil.chown(path, "nobody")
        for parent in [directory, *directory.parents[:2]]:
            parent.chmod(parent.stat().st_mode | 0o055)
        as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    command = [*as_user, "makepkg", "--config", directory / "makepkg.conf", "--nodeps", "--nocheck", "--noconfirm"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "CCACHE_DISABLE": "1"}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return directory


@pytest.mark.parametrize("name", packages.FILES)
def test_a_package_holds_what_meson_installs(built: Path, name: str) -> None:
    (package,) = built.glob(f"{name}-{packages.VERSION}-*.pkg.tar")
    listed = subprocess.run(["tar", "-tf", package], check=True, capture_output=True, text=True).stdout.splitlines()
    files = [f"/{path}" for path in listed if not path.startswith(".") and not path.endswith("/")]
    files = [path.removesuffix(".gz") for path in files if "/licenses/" not in path]
    assert sorted(files) == sorted(path.replace("/sbin/", "/bin/") for path in packages.paths(name, "/usr"))


def test_bash_and_shellcheck_have_nothing_to_say() -> None:
    # Its variables are makepkg's to use, and makepkg's are its.
    checked = ["shellcheck", "--shell=bash", "--exclude=SC2034,SC2154", RECIPE]
    subprocess.run(["bash", "-n", RECIPE], check=True)
    if shutil.which("shellcheck"):
        assert subprocess.run(checked, capture_output=True, text=True).stdout == ""
