"""get over ways that are long, slow, or end in the middle."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
from download import MIB, Download, names, noise, report

from support.daemon import Daemon, is_instrumented
from support.relay import Relay
from support.tree import make_tree

CONTENT = noise(12 * MIB)
SLOW = 8 * MIB  # bytes a second


@pytest.fixture
def other_daemon() -> Iterator[Daemon]:
    with Daemon() as running:
        running.write("data", CONTENT)
        yield running


def test_a_long_way_is_filled(daemon: Daemon, tmp_path: Path) -> None:
    """One chunk of 1 MiB after the other would take 64 round trips of 200 ms."""
    daemon.write("data", CONTENT[:MIB] * 64)
    with Relay(daemon.endpoint, 0.1) as relay:
        result = client.run(relay.endpoint, "--json", "get", "data", cwd=tmp_path, check=True)
    assert report(result.stdout)["seconds"] < 64 * 0.2 / 2 or is_instrumented()


def test_small_files_do_not_wait_for_one_another(daemon: Daemon, tmp_path: Path) -> None:
    """One request after the other, each would take a round trip of 200 ms."""
    files, delay = 1500, 0.1
    (daemon.root / "tree").mkdir()
    make_tree(daemon.root / "tree", files)
    with Relay(daemon.endpoint, delay) as relay:
        start = time.monotonic()
        client.run(relay.endpoint, "get", "-r", "tree", cwd=tmp_path, check=True)
        elapsed = time.monotonic() - start
    assert elapsed < files * 2 * delay / 20 or is_instrumented()


def test_a_slow_way_is_no_silence(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("data", CONTENT[:400_000])
    with Relay(daemon.endpoint, 0.02, 100_000) as relay:
        client.run(relay.endpoint, "--timeout", "2", "get", "data", cwd=tmp_path, check=True)
    assert (tmp_path / "data").read_bytes() == CONTENT[:400_000]


def test_a_daemon_that_restarts_is_no_end(tmp_path: Path) -> None:
    root = tmp_path / "root"
    with Daemon(root=root) as first:
        first.write("data", CONTENT)
        with Relay(first.endpoint, 0, SLOW) as relay, Download(tmp_path, relay.endpoint) as download:
            download.await_bytes(4 * MIB)
            first.stop(signal.SIGKILL)
            with Daemon(root=root, bind=first.endpoint):
                assert download.end() == 0, download.errors
    assert (download.target / "data").read_bytes() == CONTENT


def test_a_daemon_that_does_not_come_back_leaves_what_came(tmp_path: Path) -> None:
    root = tmp_path / "root"
    with Daemon(root=root) as first:
        first.write("data", CONTENT)
        options = ["--timeout", "1"]
        with Relay(first.endpoint, 0, SLOW) as relay, Download(tmp_path, relay.endpoint, options=options) as download:
            download.await_bytes(5 * MIB)
            first.stop(signal.SIGKILL)
            assert download.end() == 5
    assert b"run the same command again to resume" in b" ".join(download.errors.split())
    with Daemon(root=root) as second, Download(tmp_path, second.endpoint) as again:
        assert again.end() == 0, again.errors
    assert report(again.output)["resumed_at"] >= 5 * MIB
    assert (again.target / "data").read_bytes() == CONTENT


def test_a_daemon_that_hangs_is_given_up_for_the_next(daemon: Daemon, other_daemon: Daemon, tmp_path: Path) -> None:
    os.kill(daemon.pid, signal.SIGSTOP)
    try:
        endpoints = ["--timeout", "1", "-e", other_daemon.endpoint]
        client.run(daemon.endpoint, *endpoints, "get", "data", cwd=tmp_path, check=True)
    finally:
        os.kill(daemon.pid, signal.SIGCONT)
    assert (tmp_path / "data").read_bytes() == CONTENT


def test_another_endpoint_goes_on_though_bytes_went_out(daemon: Daemon, other_daemon: Daemon) -> None:
    daemon.write("data", CONTENT)
    with Relay(daemon.endpoint, 0, SLOW) as relay:
        arguments = ["-e", other_daemon.endpoint, "cat", "data"]
        process = client.start(relay.endpoint, *arguments, stdout=subprocess.PIPE)
        came = process.stdout.read(5 * MIB)
        daemon.stop(signal.SIGKILL)
        came += process.stdout.read()
    assert process.wait(client.DEADLINE) == 0
    assert came == CONTENT


def test_bytes_that_went_out_are_not_completed_with_others(daemon: Daemon, other_daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("data", CONTENT[:100] + b"x" + CONTENT[101:])
    with Relay(daemon.endpoint, 0, SLOW) as relay:
        arguments = ["-e", other_daemon.endpoint, "cat", "data"]
        process = client.start(relay.endpoint, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(5 * MIB)
        daemon.stop(signal.SIGKILL)
        process.communicate(timeout=client.DEADLINE)
    assert process.returncode == 6
    assert names(tmp_path) == []
