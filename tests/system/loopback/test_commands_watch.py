"""watch: a line for each change of any of several paths."""

import json
import re
from pathlib import Path

import client
import pytest
import zmq
from running import Running

from support.daemon import Daemon, wait_until

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


class Statistics:
    """What the daemon counts, asked for by a client of its own."""

    def __init__(self, context: zmq.Context, endpoint: str) -> None:
        self._socket = context.socket(zmq.REQ)
        self._socket.connect(endpoint)

    def await_count(self, name: str, count: int) -> None:
        wait_until(lambda: self._count(name) >= count, client.DEADLINE, f"{name} at {count}")

    def _count(self, name: str) -> int:
        self._socket.send(b'{"op":"stats"}')
        return json.loads(self._socket.recv())[name]


@pytest.fixture
def statistics(context: zmq.Context, daemon: Daemon) -> Statistics:
    return Statistics(context, daemon.endpoint)


def test_a_change_of_a_file_is_a_line(daemon: Daemon, statistics: Statistics, tmp_path: Path) -> None:
    with Running(tmp_path, daemon.endpoint, "watch", "target.txt") as running:
        statistics.await_count("waiting", 1)
        assert running.output == b""
        daemon.write("next", b"longer than it was\n").rename(daemon.root / "target.txt")
        (line,) = running.await_lines(1)
        assert re.fullmatch(rf"{TIME} changed size=19 target\.txt", line.decode())
        assert running.interrupt() == 130


def test_a_directory_changes_when_entries_come_or_go(daemon: Daemon, statistics: Statistics, tmp_path: Path) -> None:
    with Running(tmp_path, daemon.endpoint, "watch", ".") as running:
        statistics.await_count("waiting", 1)
        daemon.write("new", b"")
        assert b" changed " in running.await_lines(1)[0]
        statistics.await_count("waiting", 1)
        (daemon.root / "new").unlink()
        running.await_lines(2)


def test_a_file_that_goes_and_comes_back_is_deleted_and_created(
    daemon: Daemon, statistics: Statistics, tmp_path: Path
) -> None:
    with Running(tmp_path, daemon.endpoint, "watch", "target.txt") as running:
        statistics.await_count("waiting", 1)
        (daemon.root / "target.txt").unlink()
        assert re.fullmatch(rf"{TIME} deleted target\.txt", running.await_lines(1)[0].decode())
        daemon.write("next", b"again\n").rename(daemon.root / "target.txt")
        assert re.fullmatch(rf"{TIME} created size=6 target\.txt", running.await_lines(2)[1].decode())


def test_a_file_that_is_not_there_yet_is_awaited(daemon: Daemon, statistics: Statistics, tmp_path: Path) -> None:
    with Running(tmp_path, daemon.endpoint, "watch", "-n", "1", "later") as running:
        statistics.await_count("not_found", 2)
        daemon.write("later", b"")
        assert b"created size=0 later" in running.await_lines(1)[0]
        assert running.process.wait(client.DEADLINE) == 0


def test_several_paths_are_watched_at_once(daemon: Daemon, statistics: Statistics, tmp_path: Path) -> None:
    names = [f"file-{number}" for number in range(5)]
    for name in names:
        daemon.write(name, b"")
    with Running(tmp_path, daemon.endpoint, "watch", "-n", "5", "--json", *names) as running:
        statistics.await_count("waiting", 5)
        for name in reversed(names):
            daemon.write(name, b"changed")
        assert running.process.wait(client.DEADLINE) == 0
        changes = [json.loads(line) for line in running.output.splitlines()]
    assert {change["change"] for change in changes} == {"changed"}
    assert {change["path"] for change in changes} <= set(names)


def test_more_paths_than_the_daemon_holds_replies_for_are_watched(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    config = {"bind": "tcp://127.0.0.1:*", "root": str(root), "limits": {"waits_per_peer": 2}}
    with Daemon(root=root, config=config) as daemon, zmq.Context() as context:
        names = [f"file-{number}" for number in range(6)]
        for name in names:
            daemon.write(name, b"")
        with Running(tmp_path, daemon.endpoint, "watch", "--json", *names) as running:
            statistics = Statistics(context, daemon.endpoint)
            statistics.await_count("waiting", 2)
            statistics.await_count("requests", 20)  # the others have been asked for more than once
            for name in names:
                daemon.write("next", b"changed").rename(daemon.root / name)
            changes = [json.loads(line) for line in running.await_lines(6)]
        context.destroy(linger=0)
    assert sorted(change["path"] for change in changes) == names


def test_what_cannot_be_watched_is_told_and_the_rest_is_watched(
    daemon: Daemon, statistics: Statistics, tmp_path: Path
) -> None:
    with Running(tmp_path, daemon.endpoint, "watch", "-n", "1", "../outside", "target.txt") as running:
        running.await_errors(b"outside_root")
        statistics.await_count("waiting", 1)
        daemon.write("target.txt", b"changed")
        assert running.process.wait(client.DEADLINE) == 4
    assert client.run(daemon.endpoint, "watch", "../outside").returncode == 4


def test_verbose_tells_that_it_watches(daemon: Daemon, tmp_path: Path) -> None:
    with Running(tmp_path, daemon.endpoint, "-v", "watch", "target.txt") as running:
        running.await_errors(f"watching 1 path at {daemon.endpoint}".encode())
