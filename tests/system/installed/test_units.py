"""The units: how far each confines the service, and that it serves all the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from service import CONFIG, ROOT, UNIT, show

from support.daemon import wait_until
from support.machine import Machine

SOCKET = "zmq-filerd.socket"
DROP_IN = f"/etc/systemd/system/{UNIT}.d"
IPC = "ipc:///run/zmq-filerd.sock"

# In tenths, as systemd-analyze counts. What is left as shipped: the network of the host (which clients come from),
# openat2 (which RestrictSUIDSGID= would take away) and what ProtectClock= itself adds.
AS_SHIPPED = 8
LOCKED_DOWN = 4


def exposure(machine: Machine, unit: str, threshold: int) -> str:
    """What systemd-analyze says in its last line; fails where the exposure is above."""
    report = machine.run("systemd-analyze", "security", f"--threshold={threshold}", unit, check=False)
    assert report.returncode == 0, report.stdout
    return report.stdout.strip().splitlines()[-1]


@contextmanager
def locked_down(machine: Machine) -> Iterator[None]:
    """The service as zmq-filerd(8) says how to confine it to its host."""
    machine.shell(f"mkdir -p {DROP_IN} && ln -s /usr/share/zmq-filer/lockdown.conf {DROP_IN}/")
    machine.shell(f"systemctl daemon-reload && systemctl stop {UNIT} && systemctl enable --now {SOCKET}")
    try:
        yield
    finally:
        machine.run("systemctl", "disable", "--now", SOCKET)
        machine.run("rm", "-r", DROP_IN)
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", UNIT)


@pytest.fixture
def target(installed: Machine) -> str:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    return "target.txt"


def test_exposure_is_low_as_shipped_and_it_serves(installed: Machine, target: str) -> None:
    print(exposure(installed, UNIT, AS_SHIPPED))
    assert installed.run("zmq-filer", "cat", target).stdout == "hello\n"


def test_the_service_can_make_no_socket_of_a_network_not_even_by_io_uring(installed: Machine) -> None:
    assert show(installed, "RestrictAddressFamilies") == "AF_UNIX"
    allowed = show(installed, "SystemCallFilter").split()
    assert "openat2" in allowed
    assert not [call for call in allowed if call.startswith("io_")]


def test_exposure_is_least_when_locked_down_and_it_serves(installed: Machine, target: str) -> None:
    with locked_down(installed):
        assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"
        print(exposure(installed, UNIT, LOCKED_DOWN))
        assert show(installed, "PrivateNetwork") == "yes"
        assert "60401" not in installed.run("ss", "-ltn").stdout


def test_a_connection_to_the_socket_starts_the_service(installed: Machine, target: str) -> None:
    with locked_down(installed):
        assert show(installed, "ActiveState") == "inactive"
        assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"
        assert show(installed, "ActiveState") == "active"


def test_a_socket_unit_alone_takes_the_place_of_the_configured_addresses(installed: Machine, target: str) -> None:
    installed.run("systemctl", "stop", UNIT)
    installed.run("systemctl", "enable", "--now", SOCKET)
    try:
        assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"
        assert "60401" not in installed.run("ss", "-ltn").stdout
    finally:
        installed.run("systemctl", "disable", "--now", SOCKET)
        installed.run("systemctl", "restart", UNIT)


def test_a_locked_down_service_reloads_and_tells_the_verdict(installed: Machine, target: str) -> None:
    packaged = installed.read(CONFIG)
    with locked_down(installed):
        installed.run("systemctl", "start", UNIT)
        try:
            installed.write(CONFIG, "limits: {content_bytes: 1KiB}\n")
            installed.write(f"{ROOT}/large.txt", "x" * 2000)
            assert installed.run("zmq-filer", "-e", IPC, "request", '{"path":"large.txt"}', check=False).returncode == 0
            installed.run("systemctl", "reload", UNIT)
            assert installed.run("zmq-filer", "-e", IPC, "request", '{"path":"large.txt"}', check=False).returncode != 0
            installed.write(CONFIG, "limits: plenty\n")
            assert installed.run("systemctl", "reload", UNIT, check=False).returncode != 0
            assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"
        finally:
            installed.write(CONFIG, packaged)
            installed.run("rm", "-f", f"{ROOT}/large.txt")


def test_the_socket_outlives_the_service(installed: Machine, target: str) -> None:
    with locked_down(installed):
        installed.run("systemctl", "start", UNIT)
        installed.run("systemctl", "restart", UNIT)
        assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"
        installed.run("systemctl", "stop", UNIT)
        assert installed.run("zmq-filer", "-e", IPC, "cat", target).stdout == "hello\n"


def test_the_socket_is_for_the_group(installed: Machine, target: str) -> None:
    installed.shell("id member >/dev/null 2>&1 || useradd member --groups zmq-filer")
    installed.shell("id stranger >/dev/null 2>&1 || useradd stranger")
    with locked_down(installed):
        assert installed.run("zmq-filer", "-e", IPC, "cat", target, user="member").stdout == "hello\n"
        assert installed.run("zmq-filer", "-e", IPC, "cat", target, user="stranger", check=False).returncode == 5


def test_an_instance_serves_beside_the_service_from_a_configuration_of_its_own(installed: Machine, target: str) -> None:
    instance = "zmq-filerd@robot.service"
    endpoint = "ipc:///run/zmq-filer-robot/zmq-filerd.sock"
    installed.write("/srv/robot/map.txt", "north\n")
    installed.write("/etc/zmq-filer/robot.yaml", f"bind: [tcp://127.0.0.1:60403, {endpoint}]\nroot: /srv/robot\n")
    try:
        installed.run("systemctl", "start", instance)
        print(exposure(installed, instance, AS_SHIPPED))
        for bound in ("tcp://127.0.0.1:60403", endpoint):
            assert installed.run("zmq-filer", "-e", bound, "cat", "map.txt").stdout == "north\n"
        assert installed.run("zmq-filer", "cat", target).stdout == "hello\n"
        installed.run("systemctl", "restart", UNIT)
        assert installed.run("zmq-filer", "-e", endpoint, "cat", "map.txt").stdout == "north\n"
        wait_until(lambda: installed.journal(instance, FILER_PATH="map.txt"), 30, "the requests in the journal")
    finally:
        installed.run("systemctl", "stop", instance)
        installed.run("rm", "-r", "/etc/zmq-filer/robot.yaml", "/srv/robot")


def test_an_instance_reloads_its_own_configuration_and_no_other(installed: Machine, target: str) -> None:
    instance, robot = "zmq-filerd@robot.service", "/etc/zmq-filer/robot.yaml"
    cat = ("zmq-filer", "-e", "tcp://127.0.0.1:60403", "cat")
    installed.write("/srv/robot/map.txt", "north\n")
    installed.write(robot, "bind: tcp://127.0.0.1:60403\nroots: {default: {path: /srv/robot}}\n")
    installed.run("ln", "-sfn", "map.txt", "/srv/robot/link.txt")
    try:
        installed.run("systemctl", "start", instance)
        assert installed.run(*cat, "link.txt").stdout == "north\n"
        installed.write(robot, "bind: tcp://127.0.0.1:60403\nroots: {default: {path: /srv/robot, follow_symlinks: false}}\n")
        installed.run("systemctl", "reload", UNIT)
        assert installed.run(*cat, "link.txt").stdout == "north\n"
        installed.run("systemctl", "reload", instance)
        assert installed.run(*cat, "link.txt", check=False).returncode == 4
        installed.write(robot, "bind: nowhere\n")
        assert installed.run("systemctl", "reload", instance, check=False).returncode != 0
        installed.run("systemctl", "reload", UNIT)
        assert installed.run(*cat, "map.txt").stdout == "north\n"
    finally:
        installed.run("systemctl", "stop", instance)
        installed.run("rm", "-r", robot, "/srv/robot")


def test_an_instance_without_a_configuration_fails_and_says_which_file_it_wants(installed: Machine) -> None:
    instance = "zmq-filerd@nobody.service"
    cursor = installed.journal_cursor()
    assert installed.run("systemctl", "start", instance, check=False).returncode != 0
    installed.run("systemctl", "reset-failed", instance)
    messages = [entry["MESSAGE"] for entry in installed.journal(instance, cursor)]
    assert any("/etc/zmq-filer/nobody.yaml" in message for message in messages)


@pytest.mark.parametrize("unit", [UNIT, "zmq-filerd@robot.service", SOCKET])
def test_systemd_has_nothing_to_say_about_the_unit(installed: Machine, unit: str) -> None:
    verdict = installed.run("systemd-analyze", "verify", "--man=no", unit)
    assert verdict.stderr == ""


def test_the_preset_is_what_the_package_does(installed: Machine) -> None:
    enabled = [installed.run("systemctl", "is-enabled", unit, check=False).stdout.strip() for unit in (UNIT, SOCKET)]
    assert enabled == ["enabled", "disabled"]
    installed.run("systemctl", "preset", UNIT, SOCKET)
    preset = [installed.run("systemctl", "is-enabled", unit, check=False).stdout.strip() for unit in (UNIT, SOCKET)]
    assert preset == enabled
