"""tail: the ends of files, and files that are followed whatever becomes of them."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
from running import Running

from support.daemon import Daemon

LOG = b"".join(b"line %d\n" % number for number in range(1, 21))


@pytest.fixture
def log(daemon: Daemon) -> Path:
    """A log of twenty lines."""
    return daemon.write("app.log", LOG)


@pytest.fixture
def following(daemon: Daemon, log: Path, tmp_path: Path) -> Iterator[Running]:
    """A client that follows it and has printed its last two lines."""
    with Running(tmp_path, daemon.endpoint, "tail", "-n", "2", "-f", "app.log") as running:
        running.await_output(b"line 19\nline 20\n")
        yield running


def append(path: Path, content: bytes) -> None:
    with open(path, "ab") as file:
        file.write(content)


CONTENTS = {
    "nothing": b"",
    "a newline": b"\n",
    "newlines": b"\n\n\n",
    "a letter": b"a",
    "a line": b"a\n",
    "no final newline": b"a\nb\nc",
    "lines": b"a\nb\nc\n",
    "a huge line": b"x" * 200000,
    "a huge line behind another": b"a\n" + b"x" * 200000 + b"\n",
    "many lines": LOG * 10000,
}


@pytest.mark.parametrize("content", CONTENTS)
def test_the_last_lines_are_those_of_tail(daemon: Daemon, content: str) -> None:
    path = daemon.write("file", CONTENTS[content])
    for count in ("0", "1", "2", "10", "1000"):
        theirs = subprocess.run(["tail", "-n", count, path], capture_output=True, check=True).stdout
        assert client.run(daemon.endpoint, "tail", "-n", count, "file").stdout == theirs, count


def test_the_last_ten_lines_are_printed_where_no_number_is_said(daemon: Daemon, log: Path) -> None:
    assert client.run(daemon.endpoint, "tail", "app.log").stdout == b"".join(LOG.splitlines(keepends=True)[-10:])


def test_lines_are_json_objects_where_that_is_asked_for(daemon: Daemon) -> None:
    daemon.write("file", b"one\n\xff\nthree")
    lines = [json.loads(line) for line in client.run(daemon.endpoint, "tail", "--json", "file").stdout.splitlines()]
    assert lines == [
        {"path": "file", "offset": 0, "line": "one"},
        {"path": "file", "offset": 4, "line_base64": "/w=="},
        {"path": "file", "offset": 6, "line": "three"},
    ]


def test_tail_of_nothing_exits_3(daemon: Daemon) -> None:
    for arguments in (["tail", "missing"], ["tail", "-f", "missing"]):
        assert client.run(daemon.endpoint, *arguments).returncode == 3


def test_what_is_appended_is_printed_at_once(following: Running, log: Path) -> None:
    append(log, b"half a ")
    following.await_output(b"line 19\nline 20\nhalf a ")
    append(log, b"line\n" + b"x" * 3000000 + b"\n")
    following.await_output(b"line 19\nline 20\nhalf a line\n" + b"x" * 3000000 + b"\n")
    assert following.errors == b""


def test_an_interrupt_ends_it_with_130(following: Running) -> None:
    assert following.interrupt() == 130


def test_a_file_that_is_rotated_is_followed_by_its_name(following: Running, log: Path) -> None:
    log.rename(log.with_suffix(".1"))
    append(log, b"new\n")
    following.await_output(b"line 19\nline 20\nnew\n")
    append(log.with_suffix(".1"), b"old\n")
    append(log, b"newer\n")
    following.await_output(b"line 19\nline 20\nnew\nnewer\n")


def test_a_larger_file_that_takes_the_name_is_printed_from_its_start(following: Running, log: Path) -> None:
    (log.parent / "next").write_bytes(LOG * 3)
    os.rename(log.parent / "next", log)
    following.await_output(b"line 19\nline 20\n" + LOG * 3)
    assert following.errors == b"zmq-filer: app.log: another file has taken its name\n"


def test_a_file_that_is_truncated_is_printed_from_its_start(following: Running, log: Path) -> None:
    log.write_bytes(b"anew\n")
    following.await_output(b"line 19\nline 20\nanew\n")
    assert following.errors == b"zmq-filer: app.log: file truncated\n"


def test_a_file_that_is_copied_and_truncated_is_followed_on(following: Running, log: Path) -> None:
    shutil.copy(log, log.with_suffix(".1"))
    os.truncate(log, 0)
    following.await_errors(b"file truncated")
    append(log, b"more\n")
    following.await_output(b"line 19\nline 20\nmore\n")


def test_a_file_that_vanishes_is_awaited(following: Running, log: Path) -> None:
    log.unlink()
    following.await_errors(b"waiting for it")
    log.write_bytes(b"back\n")
    following.await_output(b"line 19\nline 20\nback\n")


def test_a_file_that_comes_back_is_followed_on(following: Running, log: Path) -> None:
    log.rename(log.with_suffix(".away"))
    following.await_errors(b"waiting for it")
    append(log.with_suffix(".away"), b"more\n")
    log.with_suffix(".away").rename(log)
    following.await_output(b"line 19\nline 20\nmore\n")


def test_lines_that_are_followed_are_json_objects_once_they_end(daemon: Daemon, log: Path, tmp_path: Path) -> None:
    with Running(tmp_path, daemon.endpoint, "tail", "-n", "1", "-f", "--json", "app.log") as running:
        running.await_lines(1)
        append(log, b"half a ")
        append(log, b"line\n")
        lines = running.await_lines(2)
    assert json.loads(lines[1]) == {"path": "app.log", "offset": len(LOG), "line": "half a line"}


def test_a_daemon_that_restarts_is_survived(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    log = root / "app.log"
    log.write_bytes(LOG)
    endpoint = f"ipc://{tmp_path}/socket"
    with Daemon(root=root, bind=endpoint) as first:
        running = Running(tmp_path, endpoint, "--timeout", "60", "tail", "-n", "1", "-f", "app.log")
        with running:
            running.await_output(b"line 20\n")
            first.stop(signal.SIGTERM)
            append(log, b"meanwhile\n")
            with Daemon(root=root, bind=endpoint):
                running.await_output(b"line 20\nmeanwhile\n")
                append(log, b"after\n")
                running.await_output(b"line 20\nmeanwhile\nafter\n")
                assert running.interrupt() == 130


def test_a_reader_that_goes_away_ends_it(daemon: Daemon, log: Path) -> None:
    process = client.start(daemon.endpoint, "tail", "-n", "1", "-f", "app.log", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"line 20\n"
    process.stdout.close()
    append(log, b"nobody reads this\n")
    assert process.wait(client.DEADLINE) in (0, 1, -signal.SIGPIPE)
    assert process.stderr.read() == b""
    process.stderr.close()
