"""The programs of docs/examples, run as they are against the real daemon, and docs/clients.md, which shows them."""

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
from peers import CLIENTS, DEADLINE

from support.daemon import REPOSITORY, Daemon, wait_until
from support.relay import Relay

EXAMPLES = REPOSITORY / "docs" / "examples"
PROGRAMS = {"node": ["node"], "python": [sys.executable]}
SUFFIXES = {"node": ".js", "python": ".py"}
ENVIRONMENT = {**os.environ, "NODE_PATH": str(CLIENTS / "node_modules")}
LARGE = random.Random(1).randbytes((20 << 20) + 12345)


@pytest.fixture(params=PROGRAMS)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def command(language: str, example: str, *arguments: str | Path) -> list[str]:
    return [*PROGRAMS[language], str(EXAMPLES / (example + SUFFIXES[language])), *map(str, arguments)]


def start(language: str, example: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(language, example, *arguments), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def download(language: str, endpoint: str, path: str, target: Path) -> subprocess.CompletedProcess[str]:
    arguments = command(language, "download", endpoint, path, target)
    return subprocess.run(arguments, env=ENVIRONMENT, capture_output=True, text=True, timeout=DEADLINE)


@contextmanager
def stats_of(daemon: Daemon) -> Iterator[Callable[[], dict[str, int]]]:
    """What asks for the daemon's counters, over a connection that is there already."""
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.LINGER = 0
        socket.RCVTIMEO = 30000
        socket.connect(daemon.endpoint)

        def ask() -> dict[str, int]:
            socket.send_json({"op": "stats"})
            return socket.recv_json()

        ask()
        yield ask


def counter(daemon: Daemon, name: str) -> int:
    with stats_of(daemon) as stats:
        return stats()[name]


@pytest.mark.parametrize(
    "content", [b"", b"x", bytes(1 << 20), LARGE], ids=["empty", "one-byte", "one-range", "20-MiB"]
)
def test_a_download_is_the_file(language: str, content: bytes, daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("a b/it's.bin", content)
    done = download(language, daemon.endpoint, "a b/it's.bin", tmp_path / "target")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "target").read_bytes() == content
    assert os.listdir(tmp_path) == ["target"]


def test_a_download_of_a_file_that_changes_is_the_new_one(language: str, daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("changing.bin", LARGE)
    with Relay(daemon.endpoint, rate=10 << 20) as relay:
        client = start(language, "download", relay.endpoint, "changing.bin", tmp_path / "target")
        part = tmp_path / "target.part"
        wait_until(lambda: part.exists() and part.stat().st_size > 2 << 20, DEADLINE, "a part of the file")
        daemon.write("next.bin", LARGE[::-1]).rename(daemon.root / "changing.bin")
        _, errors = client.communicate(timeout=DEADLINE)
    assert client.returncode == 0, errors.decode()
    assert (tmp_path / "target").read_bytes() == LARGE[::-1]
    assert counter(daemon, "changed") > 0


def test_a_download_asks_for_the_rest_where_a_reply_holds_less(language: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    config = {"bind": "tcp://127.0.0.1:*", "root": str(root), "limits": {"chunk_bytes": 100_000}}
    with Daemon(root=root, config=config) as daemon:
        daemon.write("file.bin", LARGE)
        done = download(language, daemon.endpoint, "file.bin", tmp_path / "target")
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "target").read_bytes() == LARGE


def test_a_download_goes_on_with_a_daemon_that_was_busy(language: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    limits = {"chunk_bytes": "16MiB", "bytes_in_flight": "4MiB"}
    with Daemon(root=root, config={"bind": "tcp://127.0.0.1:*", "root": str(root), "limits": limits}) as daemon:
        daemon.write("file.bin", LARGE)
        with too_much_in_flight(daemon):
            client = start(language, "download", daemon.endpoint, "file.bin", tmp_path / "target")
            wait_until(lambda: daemon.log().count(": busy:") >= 3, DEADLINE, "three answers that it is busy")
        _, errors = client.communicate(timeout=DEADLINE)
        assert client.returncode == 0, errors.decode()
        assert (tmp_path / "target").read_bytes() == LARGE


@contextmanager
def too_much_in_flight(daemon: Daemon) -> Iterator[None]:
    """The daemon has a reply of 16 MiB on its way to a peer that reads it in the end."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
        peer.LINGER = 0
        peer.RCVTIMEO = 30000
        peer.RCVHWM = 1
        peer.RCVBUF = 4096
        peer.connect(daemon.endpoint)
        # The first of them fills what the connection itself holds.
        for _ in range(2):
            peer.send_multipart([b"", json.dumps({"op": "get", "path": "file.bin"}).encode()])
        wait_until(lambda: len(re.findall("get 'file.bin'", daemon.log())) == 2, DEADLINE, "two replies")
        yield
        for _ in range(2):
            peer.recv_multipart()


def test_a_download_that_is_refused_says_why(language: str, daemon: Daemon, tmp_path: Path) -> None:
    done = download(language, daemon.endpoint, "missing", tmp_path / "target")
    assert done.returncode == 1
    assert "not_found" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "target").exists()


def test_a_download_from_nobody_ends(language: str, tmp_path: Path) -> None:
    done = download(language, "ipc://" + str(tmp_path / "nobody.sock"), "target.txt", tmp_path / "target")
    assert done.returncode == 1
    assert done.stderr
    assert not (tmp_path / "target").exists()


class Watcher:
    """A running watch example, and what it has printed so far."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._printed = b""
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)

    def expect(self, text: bytes) -> None:
        """It prints this, and nothing before it."""
        wait_until(lambda: self._read() == text, DEADLINE, f"{text[:40]!r} and nothing else")
        self._printed = b""

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        self._printed += self._process.stdout.read() or b""
        return self._printed


@contextmanager
def watching(language: str, endpoint: str, path: str) -> Iterator[Watcher]:
    with start(language, "watch", endpoint, path) as process:
        try:
            yield Watcher(process)
            assert process.poll() is None
        finally:
            process.kill()


def append(path: Path, text: bytes) -> None:
    with open(path, "ab") as file:
        file.write(text)


def test_a_watch_prints_what_is_appended(language: str, daemon: Daemon) -> None:
    log = daemon.write("app.log", b"first\n")
    with watching(language, daemon.endpoint, "app.log") as watcher:
        watcher.expect(b"first\n")
        for line in (b"second\n", b"\xff\x00\n", b"x" * 3_000_000):
            append(log, line)
            watcher.expect(line)


def test_a_watch_follows_a_file_that_is_rotated_or_cut_short(language: str, daemon: Daemon) -> None:
    log = daemon.write("app.log", b"first\n")
    with watching(language, daemon.endpoint, "app.log") as watcher:
        watcher.expect(b"first\n")
        log.rename(daemon.root / "app.log.1")
        daemon.write("next.log", b"of another file\n").rename(log)
        watcher.expect(b"of another file\n")
        os.truncate(log, 0)
        append(log, b"anew\n")
        watcher.expect(b"anew\n")


def test_a_watch_waits_for_a_file_that_is_not_there_yet(language: str, daemon: Daemon) -> None:
    before = counter(daemon, "not_found")
    with watching(language, daemon.endpoint, "later.log") as watcher:
        wait_until(lambda: counter(daemon, "not_found") > before, DEADLINE, "a request for it")
        (daemon.root / "later.log").write_bytes(b"here\n")
        watcher.expect(b"here\n")
    (daemon.root / "later.log").unlink()


def test_a_watch_goes_on_with_a_daemon_that_came_back(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"first\n")
    endpoint = "ipc://" + str(tmp_path / "x.sock")
    with watching("node", endpoint, "app.log") as node, watching("python", endpoint, "app.log") as python:
        with Daemon(bind=endpoint, root=tmp_path, may_hold_files=True):
            node.expect(b"first\n")
            python.expect(b"first\n")
        with Daemon(bind=endpoint, root=tmp_path, may_hold_files=True):
            append(log, b"second\n")
            node.expect(b"second\n")
            python.expect(b"second\n")


def test_the_document_shows_the_programs_as_they_are() -> None:
    document = (REPOSITORY / "docs" / "clients.md").read_text()
    shown = re.findall(r"^```(?:python|js)\n(.*?)^```$", document, re.M | re.S)
    files = sorted(path.read_text() for path in EXAMPLES.iterdir())
    assert sorted(shown) == files


def test_the_programs_are_short() -> None:
    for path in EXAMPLES.iterdir():
        assert len(path.read_text().splitlines()) < 60, path
