"""Who may have what, of local clients: by the user that the kernel names (SO_PEERCRED)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from service import CANNOT_RUN, CONFIG, REQUEST_REFUSED, ROOT, UNIT, configured, show

from support.daemon import wait_until
from support.machine import Machine

IPC = "ipc:///run/zmq-filer/zmq-filerd.sock"
DROP_IN = f"/etc/systemd/system/{UNIT}.d/users.conf"


@contextmanager
def users_are_visible(machine: Machine) -> Iterator[None]:
    machine.write(DROP_IN, "[Service]\nPrivateUsers=no\n")
    machine.run("systemctl", "daemon-reload")
    try:
        yield
    finally:
        machine.run("rm", DROP_IN)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", UNIT)


@pytest.fixture
def members(installed: Machine) -> list[str]:
    """Two users who may both connect."""
    for name in ("alice", "bob"):
        installed.shell(f"id {name} >/dev/null 2>&1 || useradd {name} --groups zmq-filer")
    return ["alice", "bob"]


def config_for(user: str) -> str:
    return f"bind: {IPC}\nroots: {{default: {{path: {ROOT}, allow: {{users: [{user}]}}}}}}\n"


def test_a_root_is_for_the_users_that_it_names(installed: Machine, members: list[str]) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    alice, bob = members
    with users_are_visible(installed), configured(installed, config_for(alice)):
        assert installed.run("zmq-filer", "-e", IPC, "cat", "target.txt", user=alice).stdout == "hello\n"
        cursor = installed.journal_cursor()
        assert installed.run("zmq-filer", "-e", IPC, "cat", "target.txt", user=bob, check=False).returncode == 4
        uid = installed.run("id", "-u", bob).stdout.strip()
        wait_until(lambda: installed.journal(UNIT, cursor, MESSAGE_ID=REQUEST_REFUSED, FILER_USER=uid), 30, "the entry")


def test_a_user_whom_the_service_does_not_see_is_refused_in_its_configuration(installed: Machine, members: list[str]) -> None:
    cursor = installed.journal_cursor()
    packaged = installed.read(CONFIG)
    try:
        installed.write(CONFIG, config_for(members[0]))
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        assert show(installed, "ExecMainStatus") == "78"
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert f"{CONFIG}:2:" in entry["MESSAGE"] and "PrivateUsers=no" in entry["MESSAGE"]
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT, check=False)
        installed.run("systemctl", "restart", UNIT)
