"""Somebody writes to a file while it is downloaded: what arrives was there at one moment, whole, or nothing does."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from download import MIB, Download, names

from support.daemon import Daemon
from support.relay import Relay

SIZE = 4 * MIB
SLOW = 8 * MIB  # bytes a second
PAUSE = 0.03  # of the writer, s


def append(path: Path, number: int) -> None:
    with open(path, "ab") as file:
        file.write(b"appended")


def truncate(path: Path, number: int) -> None:
    os.truncate(path, SIZE - SIZE // 8 * min(number, 4))


def rewrite(path: Path, number: int) -> None:
    with open(path, "r+b", buffering=0) as file:
        file.write(bytes([number % 256]) * SIZE)


def replace(path: Path, number: int) -> None:
    fresh = path.with_name("fresh")
    fresh.write_bytes(bytes([number % 256]) * SIZE)
    fresh.replace(path)


def is_appended(content: bytes) -> bool:
    return content == b"\x00" * SIZE + b"appended" * ((len(content) - SIZE) // 8)


def is_truncated(content: bytes) -> bool:
    return content == b"\x00" * len(content) and SIZE // 2 <= len(content) <= SIZE


def is_of_one_write(content: bytes) -> bool:
    return content == content[:1] * SIZE


def download_while(change: Callable[[Path, int], None], path: Path, endpoint: str, scratch: Path, times: int) -> Download:
    """Changes the file so often, or until the download is over if that is sooner, once the download is under way."""
    with Relay(endpoint, 0, SLOW) as relay, Download(scratch, relay.endpoint) as download:
        download.await_bytes(MIB // 2)
        for number in range(1, times + 1):
            if download.is_over():
                break
            change(path, number)
            time.sleep(PAUSE)
        download.end()
    return download


WRITERS = [(append, is_appended), (truncate, is_truncated), (rewrite, is_of_one_write), (replace, is_of_one_write)]


@pytest.mark.parametrize(("change", "is_right"), WRITERS)
def test_a_file_that_goes_on_changing_is_never_torn(
    daemon: Daemon, tmp_path: Path, change: Callable[[Path, int], None], is_right: Callable[[bytes], bool]
) -> None:
    source = daemon.write("data", b"\x00" * SIZE)
    download = download_while(change, source, daemon.endpoint, tmp_path, 1000)
    check(download, is_right)


@pytest.mark.parametrize(("change", "is_right"), WRITERS)
def test_a_file_that_changes_once_is_downloaded_as_it_is_then(
    daemon: Daemon, tmp_path: Path, change: Callable[[Path, int], None], is_right: Callable[[bytes], bool]
) -> None:
    source = daemon.write("data", b"\x00" * SIZE)
    download = download_while(change, source, daemon.endpoint, tmp_path, 1)
    assert download.process.returncode == 0, download.errors
    assert (download.target / "data").read_bytes() == source.read_bytes()
    check(download, is_right)


def test_a_file_that_is_deleted_leaves_nothing_here(daemon: Daemon, tmp_path: Path) -> None:
    source = daemon.write("data", b"\x00" * SIZE)
    download = download_while(lambda path, number: path.unlink(), source, daemon.endpoint, tmp_path, 1)
    assert download.process.returncode in (3, 6), download.errors
    assert names(download.target) == []


def check(download: Download, is_right: Callable[[bytes], bool]) -> None:
    if download.process.returncode == 0:
        assert names(download.target) == ["data"]
        assert is_right((download.target / "data").read_bytes())
    else:
        assert download.process.returncode == 6, download.errors
        assert b"changed" in download.errors or b"SHA-256" in download.errors
        assert names(download.target) == []
