"""zmq-filer against the real daemon, and against things that are none."""

import json
import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
import zmq
from impostor import Impostor

from support.daemon import Daemon, is_instrumented, wait_until
from support.process import open_files

EVERY_BYTE = bytes(range(256)) * 3
NOBODY = "tcp://127.0.0.1:1"


def test_get_writes_the_file_under_its_own_name_here(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("results/run.bin", EVERY_BYTE)
    result = client.run(daemon.endpoint, "get", "results/run.bin", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["run.bin"]
    assert (tmp_path / "run.bin").read_bytes() == EVERY_BYTE


def test_get_writes_to_the_file_or_directory_that_is_named(daemon: Daemon, tmp_path: Path) -> None:
    client.run(daemon.endpoint, "get", "target.txt", "-o", str(tmp_path / "copy"), check=True)
    client.run(daemon.endpoint, "get", "target.txt", "-o", str(tmp_path), check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"copy": b"hello\n", "target.txt": b"hello\n"}


def test_get_writes_the_bytes_as_they_are_to_standard_output(daemon: Daemon) -> None:
    daemon.write("every", EVERY_BYTE)
    assert client.run(daemon.endpoint, "get", "every", "-o", "-").stdout == EVERY_BYTE


def test_get_takes_the_hosts_own_path(daemon: Daemon) -> None:
    assert client.run(daemon.endpoint, "get", str(daemon.root / "target.txt"), "-o", "-").stdout == b"hello\n"


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_get_gives_a_new_file_the_mode_and_time_that_it_has_there(daemon: Daemon, tmp_path: Path, umask: int) -> None:
    source, target = daemon.root / "target.txt", tmp_path / "target.txt"
    source.chmod(0o754)
    os.utime(source, ns=(0, 1234567890123000000))
    client.run(daemon.endpoint, "get", "target.txt", cwd=tmp_path, check=True, umask=umask)
    assert target.read_bytes() == b"hello\n"
    assert (stat.S_IMODE(target.stat().st_mode), target.stat().st_mtime_ns) == (0o754, 1234567890123000000)


def test_get_gives_the_file_it_replaces_the_mode_that_it_has_there(daemon: Daemon, tmp_path: Path) -> None:
    (daemon.root / "target.txt").chmod(0o640)
    target = tmp_path / "target.txt"
    target.write_bytes(b"something longer that was here before\n")
    target.chmod(0o600)
    client.run(daemon.endpoint, "get", "target.txt", cwd=tmp_path, check=True)
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"hello\n", 0o640)


def test_get_replaces_the_file_that_a_link_leads_to(daemon: Daemon, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    client.run(daemon.endpoint, "get", "target.txt", "-o", str(tmp_path / "link"), check=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"hello\n"


def test_get_writes_to_a_fifo_and_leaves_it_one(daemon: Daemon, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    client.run(daemon.endpoint, "get", "target.txt", "-o", str(fifo), check=True)
    assert reader.communicate(timeout=30)[0] == b"hello\n"
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_get_writes_to_a_device_and_leaves_it_one(daemon: Daemon) -> None:
    client.run(daemon.endpoint, "get", "target.txt", "-o", "/dev/null", check=True)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_get_takes_the_longest_names_there_are(daemon: Daemon, tmp_path: Path) -> None:
    name = "n" * 255
    daemon.write(name, b"long\n")
    client.run(daemon.endpoint, "get", name, cwd=tmp_path, check=True)
    assert (tmp_path / name).read_bytes() == b"long\n"


def test_options_are_understood_behind_the_command_too(daemon: Daemon) -> None:
    command = [client.binary(), "get", "target.txt", "-o", "-", "-e", daemon.endpoint, "--timeout", "20"]
    assert subprocess.run(command, env=client.ENVIRONMENT, capture_output=True, timeout=60).stdout == b"hello\n"


def test_it_works_without_standard_streams(daemon: Daemon, tmp_path: Path) -> None:
    script = f'"{client.binary()}" -e {daemon.endpoint} get target.txt -o out <&- >&- 2>&-'
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env=client.ENVIRONMENT, timeout=60, check=True)
    assert (tmp_path / "out").read_bytes() == b"hello\n"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("missing.txt", 3, b"not_found"),
        ("../../etc/passwd", 4, b"outside_root"),
        ("/etc/passwd", 4, b"outside_root"),
        (".", 1, b"not_a_file"),
        ("target.txt/x", 1, b"not_a_directory"),
    ],
)
def test_a_failed_get_says_why_and_leaves_everything_as_it_was(
    daemon: Daemon, tmp_path: Path, path: str, status: int, code: bytes
) -> None:
    target = tmp_path / "kept"
    target.write_bytes(b"mine")
    result = client.run(daemon.endpoint, "get", path, "-o", str(target))
    assert result.returncode == status
    assert result.stdout == b""
    assert code in result.stderr and daemon.endpoint.encode() in result.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]
    assert target.read_bytes() == b"mine"


def test_a_file_that_cannot_be_written_is_an_error(daemon: Daemon, tmp_path: Path) -> None:
    result = client.run(daemon.endpoint, "get", "target.txt", "-o", str(tmp_path / "no" / "such" / "place"))
    assert result.returncode == 1
    assert b"No such file or directory" in result.stderr


def test_standard_output_that_is_full_is_an_error(daemon: Daemon) -> None:
    with open("/dev/full", "wb") as full:
        result = client.run(daemon.endpoint, "get", "target.txt", "-o", "-", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert b"No space left on device" in result.stderr


def test_request_sends_what_it_is_given_and_prints_what_it_gets(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "request", '{"path":"target.txt"}', "-n", "5")
    assert result.returncode == 0
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert [list(reply) for reply in replies] == [["content", "timestamp", "pid"]] * 5


def test_request_reads_standard_input(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "request", "-", input=b'{"path":"target.txt"}')
    assert json.loads(result.stdout)["content"] == "hello\n"


@pytest.mark.parametrize(
    ("request_text", "status"),
    [('{"path":"missing.txt"}', 3), ('{"path":"../x"}', 4), ("{", 1), ("", 1), ('{"op":"no such op"}', 1)],
)
def test_request_prints_an_error_as_it_came_and_exits_by_its_code(
    daemon: Daemon, request_text: str, status: int
) -> None:
    result = client.run(daemon.endpoint, "request", request_text)
    assert result.returncode == status
    assert "error" in json.loads(result.stdout)


def test_ping_prints_each_round_trip_and_a_summary(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "ping", "-c", "3")
    lines = result.stdout.decode().splitlines()
    assert result.returncode == 0
    assert all(line.startswith(f"{daemon.endpoint}: pid {daemon.pid}, ") for line in lines[:3])
    assert lines[3].startswith("3 round trips: min ")


@pytest.mark.parametrize("endpoint", [NOBODY, "ipc:///nonexistent/socket"])
def test_a_refused_connection_is_told_within_half_a_second(endpoint: str) -> None:
    elapsed = []
    for _ in range(5):  # the machine may be busy
        start = time.monotonic()
        result = client.run(endpoint, "request", '{"path":"x"}')
        elapsed.append(time.monotonic() - start)
        assert result.returncode == 5
        assert b"nobody listens there" in result.stderr and b"systemctl status zmq-filerd" in result.stderr
        assert result.stdout == b""
    assert min(elapsed) < 0.5 or is_instrumented()


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ("tcp://127.0.0.1:1", b"nobody listens there"),
        ("ipc:///nonexistent/socket", b"there is no such socket"),
        ("tcp://no-such-host.invalid:60401", b"the host 'no-such-host.invalid' is not known"),
        ("ipc:///", b"cannot connect"),
    ],
)
def test_the_reason_why_there_is_no_connection_is_told(endpoint: str, reason: bytes) -> None:
    result = client.run(endpoint, "ping")
    assert result.returncode == 5
    assert reason in result.stderr


def test_a_busy_daemon_is_asked_again(tmp_path: Path) -> None:
    limits = {"peer_bytes_in_flight": "128KiB", "chunk_bytes": "64KiB"}  # get asks for more at once
    config = {"bind": "tcp://127.0.0.1:*", "root": str(tmp_path), "limits": limits}
    with Daemon(root=tmp_path, config=config) as daemon:
        content = daemon.write("large", EVERY_BYTE * 10000).read_bytes()
        clients = [client.start(daemon.endpoint, "--timeout", "30", "get", "large", "-o", f"{tmp_path}/copy{n}") for n in range(16)]
        assert [process.wait(60) for process in clients] == [0] * 16
        assert all((tmp_path / f"copy{n}").read_bytes() == content for n in range(16))
        wait_until(lambda: "busy: too many bytes in flight to you" in daemon.log(), 30, "the log entry")


def test_a_daemon_that_has_no_room_even_to_refuse_is_asked_again(tmp_path: Path) -> None:
    """It drops messages then: what is in flight to all is bounded."""
    config = {"bind": "tcp://127.0.0.1:*", "root": str(tmp_path), "limits": {"bytes_in_flight": "128KiB"}}
    with Daemon(root=tmp_path, config=config) as daemon:
        content = daemon.write("large", EVERY_BYTE * 4000).read_bytes()
        clients = [client.start(daemon.endpoint, "--timeout", "30", "get", "large", "-o", f"{tmp_path}/copy{n}") for n in range(4)]
        assert [process.wait(90) for process in clients] == [0] * 4
        assert all((tmp_path / f"copy{n}").read_bytes() == content for n in range(4))


@pytest.fixture
def silent_listener() -> Iterator[str]:
    """Accepts connections, by its backlog, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def test_a_listener_that_stays_silent_is_given_up_within_the_deadline(silent_listener: str) -> None:
    start = time.monotonic()
    result = client.run(silent_listener, "--timeout", "0.7", "request", '{"path":"x"}')
    elapsed = time.monotonic() - start
    assert result.returncode == 5
    assert b"did not speak ZeroMQ within 0.7 s" in result.stderr
    assert 0.7 <= elapsed < 5


def test_a_daemon_that_hangs_is_given_up_within_the_deadline(daemon: Daemon) -> None:
    client.run(daemon.endpoint, "ping", "-c", "1", check=True)
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        result = client.run(daemon.endpoint, "--timeout", "0.7", "get", "target.txt")
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    assert result.returncode == 5
    assert b"within 0.7 s" in result.stderr


def test_an_interrupt_ends_the_wait(silent_listener: str) -> None:
    process = client.start(silent_listener, "ping", stderr=subprocess.PIPE)
    # Once it has connected, it waits.
    deadline = time.monotonic() + 30
    while not connections_of(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (130, b"zmq-filer: interrupted\n")


def connections_of(pid: int) -> list[str]:
    return [target for target in open_files(pid) if target.startswith("socket:")]


@pytest.fixture
def impostor(context: zmq.Context) -> Iterator[Impostor]:
    with Impostor(context) as running:
        yield running


@pytest.mark.parametrize(
    "answer",
    [
        [b"", b"HTTP/1.1 400 Bad Request"],
        [b"", b"{}"],
        [b"", b"[]"],
        [b"", b'{"timestamp":1,"pid":2}'],
        [b"", b'{"content":1,"timestamp":1,"pid":2}'],
        [b"", b'{"content":"!","encoding":"base64","timestamp":1,"pid":2}'],
        [b"no delimiter"],
        [b""],
    ],
)
def test_an_answer_that_is_no_reply_is_an_error(impostor: Impostor, answer: list[bytes], tmp_path: Path) -> None:
    impostor.answer = lambda request: answer
    result = client.run(impostor.endpoint, "--timeout", "10", "get", "x", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith(b"zmq-filer: ")
    assert list(tmp_path.iterdir()) == []


def test_what_a_hostile_daemon_says_cannot_drive_the_terminal(impostor: Impostor) -> None:
    message = "\\u001b[2J\\u009b31m\\u202egone"
    error = f'{{"error":{{"code":"x\\u001b","message":"{message}"}},"timestamp":1,"pid":2}}'
    impostor.answer = lambda request: [b"", error.encode()]
    result = client.run(impostor.endpoint, "get", "x")
    assert result.returncode == 1
    text = result.stderr.decode()
    assert "\\x1b[2J\\u{9b}31m\\u{202e}gone" in text
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["get"],
        ["nosuch"],
        ["ping", "-c", "0"],
        ["--timeout", "-1", "ping"],
        ["--timeout", "nan", "ping"],
        ["get", "a", "b"],
        ["get", ".."],
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(arguments: list[str]) -> None:
    result = client.run(NOBODY, *arguments)
    assert result.returncode == 2
    assert result.stdout == b""
    assert result.stderr.startswith(b"zmq-filer: ")


@pytest.mark.parametrize("endpoint", ["localhost:60401", "http://127.0.0.1/", "tcp://", "tcp://127.0.0.1:99999", "ipc://x", "tcp://::1:7", ""])
def test_what_is_no_endpoint_exits_2(endpoint: str) -> None:
    assert client.run(endpoint, "ping").returncode == 2
