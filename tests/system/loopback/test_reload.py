"""The configuration is loaded again while the daemon serves: by SIGHUP, and by --reload, which tells the verdict."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from support.daemon import Daemon, daemon_binary, wait_until


def configuration(root: Path, more: str = "") -> str:
    return f"bind: tcp://127.0.0.1:*\nroot: {root}\n{more}"


class Reloadable:
    """A daemon with a runtime directory, and its file."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "root"
        self.file = directory / "zmq-filerd.yaml"
        self.run = directory / "run"
        self.root.mkdir()
        self.run.mkdir()
        (self.root / "target.txt").write_bytes(b"hello\n")
        self.configure()

    def configure(self, more: str = "") -> None:
        self.file.write_text(configuration(self.root, more))

    def environment(self) -> dict[str, str]:
        return {**os.environ, "RUNTIME_DIRECTORY": str(self.run)}

    def reload(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [daemon_binary(), "--reload"], env=self.environment(), capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def files(tmp_path: Path) -> Reloadable:
    return Reloadable(tmp_path)


@pytest.fixture
def daemon(files: Reloadable, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(files.run))
    with Daemon(root=files.root, config=files.file) as daemon:
        yield daemon


def ask(daemon: Daemon, **request: object) -> dict[str, object]:
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.LINGER, client.RCVTIMEO = 0, 30000
        client.connect(daemon.endpoint)
        client.send_json(request)
        return json.loads(client.recv_multipart()[0])


def code(daemon: Daemon) -> str:
    return ask(daemon, path="target.txt").get("error", {"code": "ok"})["code"]  # type: ignore[attr-defined]


def test_a_good_file_is_in_force_when_the_verdict_is_told(files: Reloadable, daemon: Daemon) -> None:
    (files.root / "target.txt").write_bytes(b"x" * 2000)
    for size, expected in (("1KiB", "too_large"), ("2KiB", "ok")) * 10:
        files.configure(f"limits: {{content_bytes: {size}}}\n")
        told = files.reload()
        assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
        assert code(daemon) == expected


def test_a_bad_file_changes_nothing_and_is_told_with_its_place(files: Reloadable, daemon: Daemon) -> None:
    files.configure("limits: {content_bytes: 1KiB, peers: many}\n")
    told = files.reload()
    assert told.returncode == 78
    assert told.stderr.startswith(f"zmq-filerd: {files.file}:3:38: peers: expected a whole number"), told.stderr
    assert ask(daemon, op="hello")["limits"]["content_bytes"] == 16 << 20  # type: ignore[index]


def test_a_file_that_is_gone_changes_nothing(files: Reloadable, daemon: Daemon) -> None:
    files.file.unlink()
    told = files.reload()
    assert (told.returncode, told.stderr) == (78, f"zmq-filerd: there is no configuration file '{files.file}'\n")
    assert code(daemon) == "ok"


def test_what_needs_a_restart_is_told(files: Reloadable, daemon: Daemon) -> None:
    files.configure("shards: 3\n")
    told = files.reload()
    assert (told.returncode, told.stdout) == (0, "zmq-filerd: not in force yet: shards: 0 becomes 3 with a restart\n")


def test_sighup_does_the_same(files: Reloadable, daemon: Daemon) -> None:
    files.configure("limits: {wait_ms: 7}\n")
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: ask(daemon, op="hello")["limits"]["wait_ms"] == 7, 30, "the new limit")  # type: ignore[index]
    wait_until(lambda: "configuration reloaded" in daemon.log(), 30, "the log entry")


def test_the_log_changes_with_it(files: Reloadable, daemon: Daemon) -> None:
    files.configure("log: {requests: none}\n")
    assert files.reload().returncode == 0
    assert code(daemon) == "ok"
    files.configure("log: {requests: all}\n")
    assert files.reload().returncode == 0
    assert ask(daemon, op="hello")["server"] == "zmq-filerd"
    wait_until(lambda: ": hello: " in daemon.log(), 30, "the entry of the last request")
    assert "classic" not in daemon.log()


def test_held_replies_live_through_it(files: Reloadable, daemon: Daemon) -> None:
    etag = ask(daemon, op="stat", path="target.txt")["etag"]
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.LINGER, client.RCVTIMEO = 0, 30000
        client.connect(daemon.endpoint)
        client.send_json({"op": "stat", "path": "target.txt", "if_none_match": etag, "wait_ms": 60000})
        wait_until(lambda: ask(daemon, op="stats")["waiting"] == 1, 30, "the held request")
        assert files.reload().returncode == 0
        (files.root / "next").write_bytes(b"changed\n")
        (files.root / "next").rename(files.root / "target.txt")
        assert client.recv_json()["size"] == 8


def test_nobody_answers_where_no_daemon_runs(files: Reloadable) -> None:
    told = files.reload()
    assert told.returncode == 70
    assert told.stderr.startswith(f"zmq-filerd: no running service at '{files.run}/reload'")
