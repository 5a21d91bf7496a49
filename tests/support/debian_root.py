"""Directories with an installed Debian: the host's release, from the mirrors that its apt is configured with."""

import fcntl
import hashlib
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

# Runs in the new root, the packages as arguments. It leaves no package lists: apt there installs local files only.
SETUP = """
set -e
export DEBIAN_FRONTEND=noninteractive
mount -t proc proc /proc
apt-get -q update
apt-get -q -y upgrade
apt-get -q -y install --no-install-recommends "$@"
apt-get clean
rm -rf /var/lib/apt/lists/* /etc/resolv.conf
echo machine >/etc/hostname
printf '%s localhost\\n' 127.0.0.1 ::1 >/etc/hosts
: >/etc/machine-id
"""

# Mounts and processes of its own, that are gone when the process that started it is, however that ended.
ISOLATED = "setpriv --pdeathsig KILL -- unshare --mount-proc --pid --fork --kill-child --".split()


class Source(NamedTuple):
    """A part of the Debian archive that apt knows the packages of."""

    uri: str
    codename: str  # bookworm-security, say
    component: str


def release() -> str:
    """The codename of the host's Debian."""
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def host_sources() -> list[Source]:
    """The host's sources of its Debian release, updates and security included; empty before apt-get update."""
    targets = index_targets("$(REPO_URI) $(CODENAME) $(COMPONENT)", "Created-By: Packages", "Origin: Debian")
    sources = {Source(*target.split()) for target in targets}
    return sorted(source for source in sources if source.codename.split("-")[0] == release())


def host_keyring() -> str | None:
    """The file of keys that the host's sources name, if they name one. Without, debootstrap takes Debian's own."""
    for entry in index_targets("$(SOURCESENTRY)", f"Codename: {release()}"):
        file, _, _ = entry.rpartition(":")
        if match := re.search(r"^.*signed-by\s*[:=]\s*(/[^\s,\]]+)", Path(file).read_text(), re.I | re.M):
            return match[1]
    return None


@contextmanager
def locked(cache: Path) -> Iterator[None]:
    """Makes `cache` if need be, for its caller to change, and keeps other processes from doing so meanwhile."""
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_root(cache: Path, packages: Sequence[str]) -> Path:
    """The root with these packages below `cache`: built, in a minute, unless it is there. The cache is `locked`.

    A root gets its name when it is complete. Other packages, other sources or another SETUP make another root.
    """
    sources = host_sources()
    recipe = "\n".join([*map(str, sources), *packages, SETUP])
    root = cache / f"root-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}"
    if not root.exists():
        partial = cache / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        build(partial, sources, packages, cache / "build.log")
        partial.rename(root)
    return root


def build(root: Path, sources: Sequence[Source], packages: Sequence[str], log: Path) -> None:
    keyring = host_keyring()
    mirror = next(source.uri for source in sources if source.codename == release())
    with open(log, "wb") as output:
        options = [f"--keyring={keyring}"] if keyring else []
        isolated(["debootstrap", "--variant=minbase", *options, release(), str(root), mirror], output)
        lines = [f"deb {source.uri} {source.codename} {source.component}\n" for source in sources]
        (root / "etc/apt/sources.list").write_text("".join(lines))
        isolated(["chroot", str(root), "sh", "-c", SETUP, "setup", *packages], output)


def isolated(argv: Sequence[str], log: IO[bytes]) -> None:
    """Runs `argv` ISOLATED; raises RuntimeError with the end of its output, which goes to `log`, if it fails."""
    if status := subprocess.run([*ISOLATED, *argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode:
        tail = Path(log.name).read_text("utf-8", "replace")[-4000:]
        raise RuntimeError(f"{argv[0]}: exit status {status}; {log.name} ends with:\n{tail}")


def index_targets(line: str, *conditions: str) -> list[str]:
    """A line for each package list of apt's that meets the conditions, as apt-get indextargets formats it."""
    command = ["apt-get", "indextargets", "--format", line, *conditions]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
