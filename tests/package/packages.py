"""What the packages of all distributions hold, and the source that they are made of."""

import os
import re
import subprocess
from pathlib import Path

from support.daemon import REPOSITORY

VERSION = re.search(r"^  version: '(.*)',$", (REPOSITORY / "meson.build").read_text(), re.M)[1]  # type: ignore[index]

# By package, what meson installs: below the prefix, and where a path begins with /, below the root.
FILES = {
    "zmq-filer": [
        "/etc/zmq-filer/zmq-filer.yaml",
        "bin/zmq-filer",
        "share/bash-completion/completions/zmq-filer",
        "share/fish/vendor_completions.d/zmq-filer.fish",
        "share/man/man1/zmq-filer.1",
        "share/zsh/site-functions/_zmq-filer",
    ],
    "zmq-filerd": [
        "/etc/zmq-filer/zmq-filerd.yaml",
        "lib/systemd/catalog/zmq-filerd.catalog",
        "lib/systemd/system-preset/90-zmq-filer.preset",
        "lib/systemd/system/zmq-filerd.service",
        "lib/systemd/system/zmq-filerd.socket",
        "lib/systemd/system/zmq-filerd@.service",
        "lib/sysusers.d/zmq-filer.conf",
        "lib/tmpfiles.d/zmq-filer.conf",
        "sbin/zmq-filerd",
        "share/man/man5/zmq-filerd.yaml.5",
        "share/man/man8/zmq-filerd.8",
        "share/zmq-filer/lockdown.conf",
    ],
}


def paths(package: str, prefix: str) -> list[str]:
    """Where the files of a package are, installed below the prefix."""
    return sorted(path if path.startswith("/") else f"{prefix}/{path}" for path in FILES[package])


def make_source(directory: Path) -> Path:
    """An archive of the work tree as it is, as a release would have it."""
    archive = directory / f"zmq-filer-{VERSION}.tar.gz"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=REPOSITORY, check=True, capture_output=True).stdout.split(b"\0")
    existing = b"\0".join(name for name in names if name and os.path.lexists(REPOSITORY / os.fsdecode(name)))
    prefixed = f"--transform=s,^,zmq-filer-{VERSION}/,"
    command = ["tar", "-cz", "--null", "-T", "-", prefixed, "-f", archive]
    subprocess.run(command, cwd=REPOSITORY, input=existing, check=True)
    return archive
