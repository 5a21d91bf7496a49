"""Removing the package, in a machine of its own."""

from pathlib import Path

from service import install, make_machine
from support.machine import Machine


def files_of_the_package(machine: Machine) -> str:
    return machine.run("sh", "-c", "find / -xdev -name '*zmq-filer*' -not -path '/proc/*' -not -path '/var/log/*'").stdout


def test_purge_leaves_nothing_but_the_users_files(deb: Path) -> None:
    with make_machine() as machine:
        install(machine, deb)
        machine.write("/srv/zmq-filer/keep.txt", "mine\n")
        machine.run("apt-get", "purge", "--yes", "zmq-filer")
        machine.run("rm", f"/tmp/{deb.name}")
        assert machine.read("/srv/zmq-filer/keep.txt") == "mine\n"
        left = [path for path in files_of_the_package(machine).splitlines() if path != "/srv/zmq-filer"]
        assert left == []
        assert machine.run("systemctl", "is-active", "zmq-filerd", check=False).returncode != 0
