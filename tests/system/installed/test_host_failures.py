"""Failures of the host around the service: what it does, and that it serves again when they are over."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from service import CANNOT_RUN, CONFIG, LOAD, NOT_OPENED, ROOT, UNIT, configured, show

from support.daemon import wait_until
from support.machine import Machine

DEADLINE = 30
JOURNALD = "systemd-journald.service"


@contextmanager
def drop_in(machine: Machine, section: str, unit: str = UNIT, check: bool = True) -> Iterator[None]:
    """The unit with these settings added; without them again afterwards. With `check`, it starts by them."""
    file = f"/run/systemd/system/{unit}.d/test.conf"
    try:
        machine.write(file, section)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", unit, check=check)
        yield
    finally:
        machine.run("rm", "-f", file)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "reset-failed", unit, check=False)
        machine.run("systemctl", "restart", unit)


@contextmanager
def broken_start(machine: Machine, break_it: str) -> Iterator[str]:
    """A restart with the configuration broken by this script; yields the journal's cursor before it."""
    packaged, cursor = machine.read(CONFIG), machine.journal_cursor()
    try:
        machine.shell(break_it)
        yield cursor
    finally:
        machine.write(CONFIG, packaged)
        machine.run("systemctl", "reset-failed", UNIT, check=False)
        machine.run("systemctl", "restart", UNIT)


def served(machine: Machine, path: str = "target.txt") -> str:
    return str(machine.run("zmq-filer", "get", path, "-o", "-").stdout)


def status_of(machine: Machine, path: str) -> int:
    return int(machine.run("zmq-filer", "get", path, "-o", "/dev/null", check=False).returncode)


def await_next_process(machine: Machine, before: str) -> None:
    def is_up() -> bool:
        return show(machine, "ActiveState") == "active" and show(machine, "MainPID") not in ("0", before)

    wait_until(is_up, DEADLINE, "another process of the service")


@pytest.fixture(autouse=True)
def target(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")


def test_it_is_never_given_up_however_often_it_crashes(installed: Machine) -> None:
    """systemd's default is to give up after five starts within ten seconds."""
    assert show(installed, "StartLimitIntervalUSec") == "0"
    for _ in range(7):
        before = show(installed, "MainPID")
        installed.run("systemctl", "kill", "--signal=KILL", UNIT)
        await_next_process(installed, before)
    assert served(installed) == "hello\n"


def test_a_stopped_process_is_replaced_and_the_request_that_met_it_is_answered(installed: Machine) -> None:
    with drop_in(installed, "[Service]\nWatchdogSec=2\n"):
        before = show(installed, "MainPID")
        installed.run("systemctl", "kill", "--signal=STOP", UNIT)
        asked = installed.run("zmq-filer", "--timeout", "20", "get", "target.txt", "-o", "-")
        assert asked.stdout == "hello\n"
        await_next_process(installed, before)
        assert show(installed, "NRestarts") != "0"


def test_a_process_whose_threads_all_work_is_not_replaced(installed: Machine) -> None:
    with drop_in(installed, "[Service]\nWatchdogSec=1\n"):
        before = show(installed, "MainPID")
        installed.run("timeout", "2.5", "sh", "-c", "while zmq-filer get target.txt -o /dev/null; do :; done", check=False)
        assert show(installed, "MainPID") == before


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (f"printf 'bind: tcp://127.0.0.1:60401\\nroot: /srv/zmq-fi' >{CONFIG}", f"{CONFIG}:2:7: root 'default': '/srv/zmq-fi'"),
        (f"printf 'bind: [tcp://127.0.0.1:60401, tcp' >{CONFIG}", f"{CONFIG}:1:"),
        (f"printf 'limits:\\n  request_by' >{CONFIG}", f"{CONFIG}:2:3: "),
        (f"chmod 000 {CONFIG}", f"{CONFIG}"),
    ],
    ids=["in_a_value", "in_a_list", "in_a_key", "unreadable"],
)
def test_a_half_written_configuration_fails_the_start_and_says_where(installed: Machine, break_it: str, told: str) -> None:
    with broken_start(installed, break_it) as cursor:
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        assert (show(installed, "ExecMainStatus"), show(installed, "NRestarts")) == ("78", "0")
        entries = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert entries and entries[0]["MESSAGE"].startswith(told)


def test_wrong_options_fail_the_start_and_keep_it_down(installed: Machine) -> None:
    daemon = "/usr/sbin/zmq-filerd"
    section = f"[Service]\nExecStartPre=\nExecStartPre=-+{daemon} --open-sockets --lost\nExecStart=\nExecStart={daemon} --lost\n"
    cursor = installed.journal_cursor()
    with drop_in(installed, section, check=False):
        assert (show(installed, "ActiveState"), show(installed, "NRestarts")) == ("failed", "0")
        assert show(installed, "ExecMainStatus") == "64"
        assert any("--lost" in entry["MESSAGE"] for entry in installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN))


def test_an_address_that_the_host_has_lost_is_kept_through_a_crash(installed: Machine) -> None:
    """So that clients find the service there when the host has it again."""
    address = "192.0.2.7/32"  # of no other host (RFC 5737)
    installed.run("ip", "address", "add", address, "dev", "lo")
    with configured(installed, "bind: tcp://192.0.2.7:60401\nsecurity: {allow_plaintext: true}\n"):
        installed.run("ip", "address", "delete", address, "dev", "lo")
        cursor, before = installed.journal_cursor(), show(installed, "MainPID")
        installed.run("systemctl", "kill", "--signal=KILL", UNIT)
        await_next_process(installed, before)
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=NOT_OPENED)
        assert "cannot listen on 'tcp://192.0.2.7:60401'" in entry["MESSAGE"]
        assert not installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)


def test_without_a_configuration_the_defaults_hold(installed: Machine) -> None:
    with broken_start(installed, f"rm {CONFIG}"):
        installed.run("systemctl", "restart", UNIT)
        assert served(installed) == "hello\n"


def test_a_deleted_root_has_nothing_and_a_restart_finds_its_successor(installed: Machine) -> None:
    installed.write("/srv/replaced/old.txt", "old\n")
    with configured(installed, "root: /srv/replaced\n"):
        installed.shell("mv /srv/replaced /srv/moved && mkdir /srv/replaced && echo new >/srv/replaced/new.txt")
        assert served(installed, "old.txt") == "old\n"
        assert status_of(installed, "new.txt") == 3
        installed.run("rm", "-r", "/srv/moved")
        assert status_of(installed, "old.txt") == 3
        installed.run("systemctl", "restart", UNIT)
        assert served(installed, "new.txt") == "new\n"


def test_an_unmounted_root_is_served_as_long_as_it_is_held(installed: Machine) -> None:
    """The unit's own view of the mounts keeps what it holds; lazily unmounted, it stays whole for those who do."""
    installed.shell("mkdir -p /srv/mounted && mount -t tmpfs tmpfs /srv/mounted && echo in >/srv/mounted/in.txt")
    with configured(installed, "root: /srv/mounted\n"):
        installed.run("umount", "--lazy", "/srv/mounted")
        assert served(installed, "in.txt") == "in\n"
        installed.run("systemctl", "restart", UNIT)
        assert status_of(installed, "in.txt") == 3


def test_a_restarted_journald_loses_no_request_and_gets_the_next_entries(installed: Machine) -> None:
    installed.write("/tmp/load.py", LOAD)
    load = ("python3", "/tmp/load.py", '{"path":"target.txt"}', "20000")
    with installed.start(*load, stdout=subprocess.PIPE) as process:
        for _ in range(3):
            installed.run("systemctl", "restart", JOURNALD)
        output, _ = process.communicate(timeout=60)
    assert output.strip() == b"20000"
    cursor = installed.journal_cursor()

    def entries_of_next_requests() -> list[dict[str, str]]:
        served(installed)  # once more, for the load may have used up what log.rate allows in this second
        return installed.journal(UNIT, cursor, FILER_CODE="ok")

    wait_until(entries_of_next_requests, DEADLINE, "an entry of the next requests")


def test_a_full_journal_stalls_no_request(installed: Machine) -> None:
    installed.write("/tmp/load.py", LOAD)
    installed.shell("mkdir -p /var/log/journal && mount -t tmpfs -o size=9m tmpfs /var/log/journal")
    try:
        installed.run("systemctl", "restart", JOURNALD)
        installed.run("journalctl", "--flush")
        installed.shell("dd if=/dev/zero of=/var/log/journal/rest bs=64k 2>/dev/null || true")
        answered = installed.run("python3", "/tmp/load.py", '{"path":"target.txt"}', "20000").stdout
        assert answered.strip() == "20000"
        assert show(installed, "ActiveState") == "active"
    finally:
        installed.run("umount", "--lazy", "/var/log/journal")
        installed.run("systemctl", "restart", JOURNALD)


def test_a_read_only_file_system_is_served_and_survives_a_restart(installed: Machine) -> None:
    """The service's whole view is read-only anyway (ProtectSystem=strict); the host's then is too."""
    try:
        installed.shell("journalctl --relinquish-var && mount -o remount,ro,bind /")
        assert installed.run("touch", "/target", check=False).returncode != 0
        assert served(installed) == "hello\n"
        installed.run("systemctl", "restart", UNIT)
        assert served(installed) == "hello\n"
    finally:
        installed.shell("mount -o remount,rw,bind / && journalctl --flush")


def test_on_a_full_disk_it_starts_and_serves(installed: Machine) -> None:
    """None of its files may grow, which is how a full disk looks to those who write."""
    with drop_in(installed, "[Service]\nLimitFSIZE=0\n"):
        assert served(installed) == "hello\n"
        assert show(installed, "NRestarts") == "0"
