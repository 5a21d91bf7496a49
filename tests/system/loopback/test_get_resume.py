"""A download that was cut short is taken up where it ended, as far as what came is still right."""

import os
import random
import signal
from pathlib import Path

import client
import pytest
from download import MIB, Download, names, noise, partial_bytes, report

from support.daemon import Daemon
from support.relay import Relay

CONTENT = noise(16 * MIB)
CHUNK = 4 * MIB  # what is compared with one digest
SLOW = 12 * MIB  # bytes a second


@pytest.fixture
def source(daemon: Daemon) -> Path:
    return daemon.write("data", CONTENT)


def cut_short(daemon: Daemon, scratch: Path) -> Path:
    """Kills a download when more than two chunks have come, and returns its directory."""
    with Relay(daemon.endpoint, 0, SLOW) as relay, Download(scratch, relay.endpoint) as download:
        download.await_bytes(2 * CHUNK + MIB)
        download.process.kill()
        assert download.end() == -signal.SIGKILL
    assert not (download.target / "data").exists()
    return download.target


def resume(daemon: Daemon, scratch: Path) -> int:
    """Runs the command again, to its end, and returns where it went on."""
    with Download(scratch, daemon.endpoint) as download:
        assert (download.end(), download.errors) == (0, b"")
        return report(download.output)["resumed_at"]


def test_a_killed_download_is_resumed(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    target = cut_short(daemon, tmp_path)
    came = partial_bytes(target)
    assert resume(daemon, tmp_path) == came
    assert names(target) == ["data"]
    assert (target / "data").read_bytes() == CONTENT


@pytest.mark.parametrize("least", random.Random(1).sample(range(len(CONTENT) * 3 // 4), 3))
def test_it_may_be_killed_at_any_moment(daemon: Daemon, source: Path, tmp_path: Path, least: int) -> None:
    with Relay(daemon.endpoint, 0, SLOW) as relay, Download(tmp_path, relay.endpoint) as download:
        download.await_bytes(least)
        download.process.kill()
        download.end()
    resume(daemon, tmp_path)
    assert names(download.target) == ["data"]
    assert (download.target / "data").read_bytes() == CONTENT


def test_what_is_left_of_a_file_that_is_gone_goes_too(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    target = cut_short(daemon, tmp_path)
    source.unlink()
    with Download(tmp_path, daemon.endpoint) as download:
        assert download.end() == 3
    assert names(target) == []


def test_an_interrupted_download_says_how_to_resume_it(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    with Relay(daemon.endpoint, 0, SLOW) as relay, Download(tmp_path, relay.endpoint) as download:
        download.await_bytes(CHUNK)
        assert download.interrupt() == 130
    assert b"interrupted" in download.errors and b"run the same command again to resume" in download.errors
    assert not (download.target / "data").exists()
    assert resume(daemon, tmp_path) >= CHUNK
    assert (download.target / "data").read_bytes() == CONTENT


def test_a_file_that_has_changed_is_not_resumed(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    target = cut_short(daemon, tmp_path)
    changed = noise(16 * MIB, seed=2)
    source.write_bytes(changed)
    assert resume(daemon, tmp_path) == 0
    assert names(target) == ["data"]
    assert (target / "data").read_bytes() == changed


def test_what_is_damaged_here_is_fetched_again(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    target = cut_short(daemon, tmp_path)
    (partial,) = target.glob(".zmq-filer.*.part")
    with open(partial, "r+b") as file:
        file.seek(CHUNK + 12345)
        file.write(b"damaged")
    assert resume(daemon, tmp_path) == CHUNK
    assert names(target) == ["data"]
    assert (target / "data").read_bytes() == CONTENT


def test_a_longer_partial_than_the_file_is_not_resumed(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    target = cut_short(daemon, tmp_path)
    (partial,) = target.glob(".zmq-filer.*.part")
    os.truncate(partial, len(CONTENT) + 1)
    assert resume(daemon, tmp_path) == 0
    assert (target / "data").read_bytes() == CONTENT


@pytest.mark.parametrize("record", [b"", b"{", b"[]", b'{"path":1,"etag":2,"size":3}', b"\x00" * 100000], ids=range(5))
def test_a_partial_without_a_record_that_is_one_is_not_resumed(
    daemon: Daemon, tmp_path: Path, record: bytes
) -> None:
    daemon.write("data", CONTENT)
    target = cut_short(daemon, tmp_path)
    (path,) = target.glob(".zmq-filer.*.json")
    path.write_bytes(record)
    assert resume(daemon, tmp_path) == 0
    assert names(target) == ["data"]
    assert (target / "data").read_bytes() == CONTENT


def test_a_second_process_is_told_of_the_first(daemon: Daemon, source: Path, tmp_path: Path) -> None:
    with Relay(daemon.endpoint, 0, SLOW) as relay, Download(tmp_path, relay.endpoint) as download:
        download.await_bytes(MIB)
        second = client.run(daemon.endpoint, "get", "data", "-o", str(download.target))
        assert second.returncode == 1
        assert f"is being downloaded by process {download.process.pid}".encode() in second.stderr
        assert download.end() == 0, download.errors
    assert names(download.target) == ["data"]
    assert (download.target / "data").read_bytes() == CONTENT
