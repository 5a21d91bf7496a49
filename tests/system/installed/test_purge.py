"""Removing the packages, in machines of their own."""

from pathlib import Path

from service import UNIT, install, make_machine

from support.daemon import wait_until
from support.machine import Machine


def files_of_the_packages(machine: Machine) -> list[str]:
    found = machine.run("sh", "-c", "find / -xdev -name '*zmq-filer*' -not -path '/proc/*' -not -path '/var/log/*'").stdout
    return found.splitlines()


def test_purge_leaves_nothing_but_the_users_files(debs: list[Path]) -> None:
    with make_machine() as machine:
        install(machine, debs)
        machine.write("/srv/zmq-filer/keep.txt", "mine\n")
        machine.run("systemctl", "enable", "zmq-filerd.socket")
        machine.run("apt-get", "purge", "--yes", "zmq-filer", "zmq-filerd")
        assert machine.read("/srv/zmq-filer/keep.txt") == "mine\n"
        assert [path for path in files_of_the_packages(machine) if path != "/srv/zmq-filer"] == []
        assert machine.run("systemctl", "is-active", UNIT, check=False).returncode != 0


def test_nothing_of_the_service_runs_once_it_is_removed_and_what_was_edited_stays(debs: list[Path]) -> None:
    with make_machine() as machine:
        install(machine, debs)
        machine.write("/etc/zmq-filer/robot.yaml", "bind: tcp://127.0.0.1:60403\n")
        machine.run("systemctl", "start", "zmq-filerd@robot.service")
        machine.run("systemctl", "stop", UNIT)
        machine.run("systemctl", "start", "zmq-filerd.socket")
        machine.run("apt-get", "remove", "--yes", "zmq-filerd")
        assert machine.run("pgrep", "-x", "zmq-filerd", check=False).stdout == ""
        assert machine.run("ss", "-xlH", "src", "/run/zmq-filerd.sock").stdout == ""
        assert machine.read("/etc/zmq-filer/robot.yaml") == "bind: tcp://127.0.0.1:60403\n"


def test_an_upgrade_restarts_the_service_and_its_instances(debs: list[Path]) -> None:
    with make_machine() as machine:
        install(machine, debs)
        machine.write("/etc/zmq-filer/robot.yaml", "bind: tcp://127.0.0.1:60403\n")
        machine.run("systemctl", "start", "zmq-filerd@robot.service")

        def pids() -> list[str]:
            units = (UNIT, "zmq-filerd@robot.service")
            return [machine.run("systemctl", "show", unit, "-P", "MainPID").stdout.strip() for unit in units]

        before = pids()
        for deb in debs:
            machine.copy_in(deb, f"/tmp/{deb.name}")
        machine.run("dpkg", "--install", *[f"/tmp/{deb.name}" for deb in debs])
        after = wait_until(lambda: "0" not in pids() and pids(), 20, "both services")
        assert not set(before) & set(after)


def test_the_client_needs_no_service(debs: list[Path]) -> None:
    client, _ = debs
    with make_machine() as machine:
        install(machine, [client])
        assert machine.run("zmq-filer", "--version").stdout.startswith("zmq-filer ")
        machine.run("apt-get", "purge", "--yes", "zmq-filer")
        assert files_of_the_packages(machine) == []
