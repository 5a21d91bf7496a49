"""What the daemon tells a service manager (sd_notify(3)), played by the test."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import zmq
from mount import Mount

from support.daemon import daemon_binary
from support.halted_thread import halted, threads_named

REQUEST = b'{"path":"target.txt"}'
DEADLINE = 60.0


class ServiceManager:
    """The other end of NOTIFY_SOCKET, and a daemon that knows it."""

    def __init__(self, scratch: Path) -> None:
        self.endpoint = f"ipc://{scratch}/socket"
        self._path = scratch / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._socket.settimeout(DEADLINE)

    @contextmanager
    def start(self, *arguments: str, stderr: int | None = None, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
        # What the daemon says to the watchdog it says only if it is the process that is watched.
        program = ["sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", str(daemon_binary()), "--bind", self.endpoint, *arguments]
        environment = {**os.environ, "NOTIFY_SOCKET": str(self._path), **variables}
        process = subprocess.Popen(program, env=environment, stderr=stderr)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()
            self._socket.close()

    def set_patience(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def hear(self) -> list[str]:
        """The lines of the next message."""
        return self._socket.recv(4096).decode().splitlines()

    def hear_until(self, beginning: str) -> list[list[str]]:
        """The messages up to the first with a line that begins so."""
        messages = [self.hear()]
        while not any(line.startswith(beginning) for line in messages[-1]):
            messages.append(self.hear())
        return messages

    def hear_until_silence_about(self, beginning: str, seconds: float) -> None:
        """Until no such line has come for so long."""
        deadline = time.monotonic() + DEADLINE
        last = time.monotonic()
        while time.monotonic() < last + seconds:
            assert time.monotonic() < deadline, f"{beginning} comes again and again"
            self.set_patience(max(last + seconds - time.monotonic(), 0.001))
            with suppress(TimeoutError):
                if any(line.startswith(beginning) for line in self.hear()):
                    last = time.monotonic()
        self.set_patience(DEADLINE)


@pytest.fixture
def manager(tmp_path: Path) -> ServiceManager:
    return ServiceManager(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/target.txt").write_bytes(b"hello\n")
    return tmp_path / "files"


def ask(context: zmq.Context, endpoint: str, count: int = 1) -> Sequence[bytes]:
    """The headers of the replies to so many requests."""
    with context.socket(zmq.DEALER) as dealer:
        dealer.LINGER = 0
        dealer.RCVTIMEO = 30000
        dealer.SNDHWM = dealer.RCVHWM = 0
        dealer.connect(endpoint)
        for _ in range(count):
            dealer.send_multipart([b"", REQUEST])
        return [dealer.recv_multipart()[1] for _ in range(count)]


def test_it_hears_ready_when_requests_are_answered_and_stopping(
    manager: ServiceManager, root: Path, context: zmq.Context
) -> None:
    with manager.start("--root", str(root)) as daemon:
        ready = manager.hear_until("READY=1")[-1]
        assert ready == ["READY=1", f"STATUS=serving '{root}' as default; listening on {manager.endpoint}"]
        assert ask(context, manager.endpoint)[0].startswith(b'{"content":"hello')
        daemon.send_signal(signal.SIGTERM)
        manager.hear_until("STOPPING=1")
        assert manager.hear()[0].startswith("EXTEND_TIMEOUT_USEC=")
        assert daemon.wait(30) == 0


def test_it_hears_what_the_daemon_does_and_nothing_twice(
    manager: ServiceManager, root: Path, context: zmq.Context
) -> None:
    with manager.start("--root", str(root)):
        manager.hear_until("READY=1")
        ask(context, manager.endpoint, 5000)
        busy = manager.hear_until("STATUS=")[-1][0]
        assert " requests/s" in busy and " 0 requests/s" not in busy, busy
        assert busy.endswith(f"; serving '{root}' as default; listening on {manager.endpoint}")
        assert manager.hear_until("STATUS=")[-1][0].startswith("STATUS=0 peers, 0 requests/s, 0 B/s, 0 errors/s; ")
        manager.set_patience(6)  # longer than the daemon waits between two looks
        with pytest.raises(TimeoutError):
            manager.hear_until("STATUS=")


def test_what_the_daemon_does_does_not_hide_that_its_configuration_is_refused(
    manager: ServiceManager, root: Path, context: zmq.Context, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("")
    with manager.start("--config", str(config), "--root", str(root)) as daemon:
        manager.hear_until("READY=1")
        config.write_text("log: {level: loud}\n")
        daemon.send_signal(signal.SIGHUP)
        manager.hear_until("READY=1")
        ask(context, manager.endpoint, 100)
        status = manager.hear_until("STATUS=")[-1][0]
        assert " requests/s" in status and "the configuration file is not in force: " in status


def test_a_root_that_is_slow_to_open_gets_more_time(mount: Mount, manager: ServiceManager) -> None:
    (mount.source / "directory").mkdir()
    mount.hang()
    with manager.start("--root", str(mount.point / "directory")) as daemon:
        assert manager.hear() == ["EXTEND_TIMEOUT_USEC=300000000"]
        assert daemon.poll() is None
        mount.process.send_signal(signal.SIGCONT)
        manager.hear_until("READY=1")


@pytest.mark.parametrize("name, number", [("shard", 0), ("shard", 1), ("log", 0)])
def test_a_thread_that_hangs_alone_is_no_longer_covered_by_the_others(
    manager: ServiceManager, root: Path, tmp_path: Path, name: str, number: int
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("shards: 2\n")
    with manager.start("--config", str(config), "--root", str(root), WATCHDOG_USEC="600000") as daemon:
        manager.hear_until("WATCHDOG=1")
        manager.hear_until("WATCHDOG=1")  # all threads have begun, and have names
        thread = threads_named(daemon.pid, name)[number]
        with halted(thread):
            manager.hear_until_silence_about("WATCHDOG=1", 2.0)  # within which the watchdog bites
        manager.hear_until("WATCHDOG=1")


def test_a_log_that_nobody_reads_is_no_reason_for_the_watchdog_to_bite(
    manager: ServiceManager, root: Path, context: zmq.Context
) -> None:
    """The thread that writes it waits for another process; a restart would change nothing."""
    with manager.start("--root", str(root), stderr=subprocess.PIPE, WATCHDOG_USEC="600000"):
        manager.hear_until("READY=1")
        assert len(ask(context, manager.endpoint, 20000)) == 20000  # their entries do not fit into the pipe
        manager.set_patience(0.6)  # within which the watchdog would bite
        for _ in range(10):
            manager.hear_until("WATCHDOG=1")


def open_sockets(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What runs before the service, where there is no service manager."""
    environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    return subprocess.run([daemon_binary(), "--open-sockets", *arguments], env=environment, capture_output=True, text=True)


def test_what_opens_sockets_leaves_a_wrong_configuration_to_the_daemon(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("bind: nowhere\n")
    done = open_sockets("--config", str(tmp_path / "wrong.yaml"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_opens_sockets_says_whom_it_is_for(root: Path) -> None:
    done = open_sockets("--bind", "tcp://127.20.4.2:20402", "--root", str(root))
    assert done.returncode == 70
    assert "no service manager" in done.stderr and "ExecStartPre=" in done.stderr
