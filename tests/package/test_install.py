"""meson install, with no packaging: all that an administrator needs, and nothing else."""

import os
import re
import subprocess
from pathlib import Path

import packages

from support.daemon import REPOSITORY

BUILD = REPOSITORY / os.environ.get("FILER_BUILD", "build")


def test_it_installs_what_the_packages_hold_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(["meson", "install", "-C", BUILD, "--destdir", tmp_path], check=True, capture_output=True)
    installed = sorted(f"/{path.relative_to(tmp_path)}" for path in tmp_path.rglob("*") if not path.is_dir())
    assert installed == sorted(path for package in packages.FILES for path in packages.paths(package, "/usr/local"))
    unit = (tmp_path / "usr/local/lib/systemd/system/zmq-filerd.service").read_text()
    assert "\nExecStart=/usr/local/sbin/zmq-filerd\n" in unit


def test_the_units_of_the_service_and_of_its_instances_differ_in_names_only(tmp_path: Path) -> None:
    service, instance = ((BUILD / "systemd" / f"zmq-filerd{kind}.service").read_text() for kind in ("", "@"))
    assert not re.search(r"@\w+@", service + instance)
    changed = [(a, b) for a, b in zip(service.splitlines(), instance.splitlines(), strict=True) if a != b]
    names = [line.split("=")[0] for line, _ in changed if not line.startswith("#")]
    assert names == ["Description", "ExecStartPre", "ExecStart", "RuntimeDirectory"]
