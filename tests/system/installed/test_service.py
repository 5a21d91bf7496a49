"""The service as an administrator meets it: installed, started, configured, asked, stopped."""

import hashlib
import json
import shlex
import subprocess
import time

from service import CANNOT_RUN, CONFIG, ROOT, UNIT, configured, show
from support.daemon import wait_until
from support.machine import Machine


def test_it_runs_as_its_own_user_once_the_package_is_installed(installed: Machine) -> None:
    assert show(installed, "ActiveState") == "active"
    pid = show(installed, "MainPID")
    assert installed.run("stat", "-c", "%U", f"/proc/{pid}").stdout.strip() == "zmq-filer"
    assert installed.run("stat", "-c", "%U %a", ROOT).stdout.strip() == "root 755"


def test_the_client_gets_a_file(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    assert installed.run("zmq-filer", "get", "target.txt", "-o", "-").stdout == "hello\n"
    installed.run("zmq-filer", "get", "target.txt", "-o", "/tmp/copy.txt")
    assert installed.read("/tmp/copy.txt") == "hello\n"


def test_a_classic_reply_has_just_its_members_in_order(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    reply = json.loads(installed.run("zmq-filer", "request", '{"path":"target.txt"}').stdout)
    assert list(reply) == ["content", "timestamp", "pid"]
    assert reply["content"] == "hello\n"
    assert str(reply["pid"]) == show(installed, "MainPID")


def test_start_returns_only_when_connections_are_taken_and_requests_answered(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    connect = "import socket; socket.create_connection(('127.0.0.1', 60401))"
    for _ in range(10):
        installed.run("systemctl", "stop", UNIT)
        installed.run("systemctl", "reset-failed", UNIT, check=False)
        installed.shell(f'systemctl start {UNIT}; python3 -c "{connect}"; zmq-filer get target.txt -o -')


def test_an_edited_configuration_is_in_force_after_a_restart(installed: Machine) -> None:
    installed.write("/srv/other/report.csv", "1;2\n")
    with configured(installed, "root: /srv/other\nlog: {requests: errors}\n"):
        assert installed.run("zmq-filer", "get", "report.csv", "-o", "-").stdout == "1;2\n"
        assert installed.run("zmq-filer", "get", "target.txt", check=False).returncode == 3


def test_a_file_in_a_home_directory_can_be_served_once_the_unit_shows_it(installed: Machine) -> None:
    installed.write("/home/robot/map.txt", "north\n")
    drop_in = f"/run/systemd/system/{UNIT}.d/home.conf"
    installed.write(drop_in, "[Service]\nProtectHome=read-only\n")
    installed.run("systemctl", "daemon-reload")
    try:
        with configured(installed, "root: /home/robot\n"):
            assert installed.run("zmq-filer", "get", "map.txt", "-o", "-").stdout == "north\n"
    finally:
        installed.run("rm", drop_in)
        installed.run("systemctl", "daemon-reload")


def test_a_root_in_a_home_directory_fails_the_start_and_says_what_shows_it(installed: Machine) -> None:
    installed.run("install", "-d", "-m", "755", "/home/robot")
    cursor = installed.journal_cursor()
    packaged = installed.read(CONFIG)
    try:
        installed.write(CONFIG, "root: /home/robot\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert "/home/robot" in entry["MESSAGE"] and "ProtectHome=read-only" in entry["MESSAGE"]
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT, check=False)
        installed.run("systemctl", "restart", UNIT)


def test_a_wrong_configuration_fails_the_start_with_its_place_and_without_a_restart_loop(installed: Machine) -> None:
    packaged = installed.read(CONFIG)
    cursor = installed.journal_cursor()
    try:
        installed.write(CONFIG, "bind: tcp://127.0.0.1:60401\nroots:\n  default: srv\nlog: {level: loud}\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        assert show(installed, "ActiveState") == "failed"
        assert show(installed, "ExecMainStatus") == "78"
        assert show(installed, "NRestarts") == "0"
        entries = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert [entry["MESSAGE"] for entry in entries] == [
            f"{CONFIG}:4:14: level: expected one of error, warning, notice, info, debug, found 'loud'",
            f"{CONFIG}:3:12: root 'default': 'srv' is not an absolute path",
        ]
        assert {entry["PRIORITY"] for entry in entries} == {"3"}
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT)
        installed.run("systemctl", "start", UNIT)


def test_a_missing_root_fails_the_start_and_says_which(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    packaged = installed.read(CONFIG)
    try:
        installed.write(CONFIG, "root: /srv/nowhere\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        assert show(installed, "NRestarts") == "0"
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert entry["MESSAGE"] == f"{CONFIG}:1:7: root 'default': '/srv/nowhere': No such file or directory"
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT)
        installed.run("systemctl", "start", UNIT)


def test_without_openat2_the_start_fails_and_says_what_takes_it_away(installed: Machine) -> None:
    drop_in = f"/run/systemd/system/{UNIT}.d/test.conf"
    cursor = installed.journal_cursor()
    try:
        installed.write(drop_in, "[Service]\nRestrictSUIDSGID=yes\n")
        installed.run("systemctl", "daemon-reload")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        assert show(installed, "ExecMainStatus") == "78"
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert "openat2" in entry["MESSAGE"] and "RestrictSUIDSGID=" in entry["MESSAGE"]
    finally:
        installed.run("rm", "-f", drop_in)
        installed.run("systemctl", "daemon-reload")
        installed.run("systemctl", "reset-failed", UNIT, check=False)
        installed.run("systemctl", "start", UNIT)


def test_a_root_that_the_service_may_not_enter_fails_the_start(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    packaged = installed.read(CONFIG)
    try:
        installed.run("install", "-d", "-m", "700", "/srv/secret")
        installed.write(CONFIG, "root: /srv/secret\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        (entry,) = installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)
        assert entry["MESSAGE"].startswith(f"{CONFIG}:1:7: root 'default': '/srv/secret': this user may not enter it")
        check = installed.run("runuser", "-u", "zmq-filer", "--", "zmq-filerd", "--check-config", check=False)
        assert check.returncode == 78
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT, check=False)
        installed.run("systemctl", "start", UNIT)


def test_a_taken_port_is_waited_for(installed: Machine) -> None:
    installed.run("systemctl", "stop", UNIT)
    occupy = "import socket; s = socket.create_server(('127.0.0.1', 60401)); input()"
    with installed.start("python3", "-c", occupy, stdin=subprocess.PIPE) as occupant:
        wait_until(lambda: "60401" in installed.run("ss", "-ltn").stdout, 20, "a listener in its place")
        installed.run("systemctl", "start", "--no-block", UNIT)
        wait_until(lambda: int(show(installed, "NRestarts")) >= 7, 60, "more restarts than systemd allows by default")
        occupant.communicate(b"\n")
    wait_until(lambda: show(installed, "ActiveState") == "active", 20, "the service")


def test_a_crash_is_followed_by_a_restart(installed: Machine) -> None:
    before = show(installed, "MainPID")
    installed.run("systemctl", "kill", "--signal=ABRT", UNIT)
    wait_until(
        lambda: show(installed, "ActiveState") == "active" and show(installed, "MainPID") not in ("0", before),
        20,
        "another process of the service",
    )
    assert installed.run("zmq-filer", "ping", "-c", "1").returncode == 0


def test_the_socket_file_is_for_the_group(installed: Machine) -> None:
    endpoint = "ipc:///run/zmq-filer/zmq-filerd.sock"
    installed.shell("id member >/dev/null 2>&1 || useradd member --groups zmq-filer")
    installed.shell("id stranger >/dev/null 2>&1 || useradd stranger")
    with configured(installed, f"bind: {endpoint}\n"):
        installed.run("zmq-filer", "-e", endpoint, "ping", "-c", "1", user="member")
        assert installed.run("zmq-filer", "-e", endpoint, "ping", user="stranger", check=False).returncode == 5


def test_a_file_is_served_by_virtue_of_a_group_that_the_administrator_gave(installed: Machine) -> None:
    installed.shell("groupadd readers && usermod --append --groups readers zmq-filer")
    installed.write(f"{ROOT}/readers.txt", "for readers\n", mode=0o640)
    installed.run("chgrp", "readers", f"{ROOT}/readers.txt")
    installed.write(f"{ROOT}/private.txt", "for root\n", mode=0o600)
    installed.run("systemctl", "restart", UNIT)
    assert installed.run("zmq-filer", "get", "readers.txt", "-o", "-").stdout == "for readers\n"
    assert installed.run("zmq-filer", "get", "private.txt", check=False).returncode == 4


def test_it_hashes_and_tells_changes_in_its_confinement(installed: Machine) -> None:
    """What the kernel must allow for that, the unit does: statx, inotify, threads."""
    installed.write(f"{ROOT}/watched.txt", "hello")
    digest = installed.run("zmq-filer", "request", '{"op":"digest","path":"watched.txt"}').stdout
    assert json.loads(digest)["digest"] == hashlib.sha256(b"hello").hexdigest()
    status = json.loads(installed.run("zmq-filer", "request", '{"op":"stat","path":"watched.txt"}').stdout)
    watch = {"op": "stat", "path": "watched.txt", "if_none_match": status["etag"], "wait_ms": 20000}
    told = f"zmq-filer --timeout 30 request {shlex.quote(json.dumps(watch))} & sleep 0.2; "
    before = time.monotonic()
    reply = installed.shell(told + f"printf ' and more' >>{ROOT}/watched.txt; wait").stdout
    assert json.loads(reply)["size"] == len("hello and more")
    assert time.monotonic() - before < 15, "the time was up; no event came"


def test_memory_and_descriptors_are_bounded(installed: Machine) -> None:
    assert show(installed, "MemoryMax") == str(512 << 20)
    assert show(installed, "LimitNOFILE") == "65536"


def test_stop_is_clean_and_the_client_then_says_that_nobody_listens(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    installed.run("systemctl", "stop", UNIT)
    try:
        assert show(installed, "Result") == "success"
        assert show(installed, "ExecMainStatus") == "0"
        assert "stopped" in [entry["MESSAGE"] for entry in installed.journal(UNIT, cursor)]
        result = installed.run("zmq-filer", "get", "target.txt", check=False)
        assert result.returncode == 5
        assert "systemctl status zmq-filerd" in result.stderr
    finally:
        installed.run("systemctl", "start", UNIT)
