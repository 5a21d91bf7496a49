"""What arrives with get and cat is what is there."""

import hashlib
import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
from download import MIB, Download, names, noise, report

from support.daemon import Daemon, is_instrumented
from support.relay import Relay

LARGE = noise(20 * MIB)
SLOW = 8 * MIB  # bytes a second

# The first one says that it has 4,096 bytes, the others, of which a host has one, that they have none.
UNSIZED = [
    (root, name)
    for root, name in [
        ("/sys/kernel/mm", "transparent_hugepage/enabled"),
        ("/sys/fs/cgroup", "cgroup.controllers"),
        ("/sys/fs/cgroup/cpu", "notify_on_release"),
    ]
    if Path(root, name).exists()
]


def test_a_large_file_arrives_whole_and_in_silence(daemon: Daemon, tmp_path: Path) -> None:
    source = daemon.write("large", LARGE)
    source.chmod(0o751)
    os.utime(source, ns=(0, 987654321987000000))
    result = client.run(daemon.endpoint, "get", "large", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert names(tmp_path) == ["large"]
    target = tmp_path / "large"
    assert target.read_bytes() == LARGE
    assert (stat.S_IMODE(target.stat().st_mode), target.stat().st_mtime_ns) == (0o751, 987654321987000000)


def test_json_tells_in_one_object_what_arrived(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("large", LARGE)
    told = report(client.run(daemon.endpoint, "--json", "get", "large", "-o", str(tmp_path), check=True).stdout)
    assert told.pop("seconds") >= 0
    assert told.pop("etag")
    assert told == {
        "path": "large",
        "output": str(tmp_path / "large"),
        "size": len(LARGE),
        "sha256": hashlib.sha256(LARGE).hexdigest(),
        "resumed_at": 0,
        "endpoint": daemon.endpoint,
    }


def test_a_large_file_goes_to_standard_output(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("large", LARGE)
    result = client.run(daemon.endpoint, "get", "large", "-o", "-", cwd=tmp_path)
    assert (result.returncode, result.stdout == LARGE, result.stderr) == (0, True, b"")
    assert names(tmp_path) == []


@pytest.mark.parametrize("size", [0, 1, 128 << 10, (128 << 10) + 1, 4 * MIB])
def test_files_of_any_size_arrive(daemon: Daemon, tmp_path: Path, size: int) -> None:
    daemon.write("data", LARGE[:size])
    client.run(daemon.endpoint, "get", "data", cwd=tmp_path, check=True)
    assert (tmp_path / "data").read_bytes() == LARGE[:size]


def test_cat_prints_one_file_after_the_other(daemon: Daemon) -> None:
    daemon.write("large", LARGE)
    result = client.run(daemon.endpoint, "cat", "target.txt", "large", "target.txt")
    assert (result.returncode, result.stdout == b"hello\n" + LARGE + b"hello\n", result.stderr) == (0, True, b"")


def test_cat_goes_on_behind_a_file_that_is_missing(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "cat", "target.txt", "missing", "target.txt")
    assert (result.returncode, result.stdout) == (3, b"hello\nhello\n")
    assert b"missing" in result.stderr


def test_cat_ends_quietly_where_nobody_reads_on(daemon: Daemon) -> None:
    daemon.write("large", LARGE)
    for prelude in ["", "trap '' PIPE; "]:  # whether SIGPIPE ends it or not
        script = f"{prelude}'{client.binary()}' -e {daemon.endpoint} cat large | head -c 100"
        result = subprocess.run(["sh", "-c", script], env=client.ENVIRONMENT, capture_output=True, timeout=client.DEADLINE)
        assert (result.stdout, result.stderr) == (LARGE[:100], b"")


@pytest.mark.parametrize(("root", "name"), UNSIZED)
def test_files_arrive_that_do_not_say_their_size_or_claim_more(tmp_path: Path, root: str, name: str) -> None:
    content = Path(root, name).read_bytes()
    with Daemon(root=Path(root)) as daemon:
        client.run(daemon.endpoint, "get", name, cwd=tmp_path, check=True)
    assert (tmp_path / Path(name).name).read_bytes() == content


def test_memory_does_not_grow_with_the_file(daemon: Daemon, tmp_path: Path) -> None:
    with open(daemon.root / "huge", "wb") as huge:
        huge.truncate(400 * MIB)
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = ["/usr/bin/python3", "-c", script, client.binary(), "-e", daemon.endpoint, "get", "huge", "-o", "/dev/null"]
    peak = int(subprocess.run(command, env=client.ENVIRONMENT, capture_output=True, timeout=120, check=True).stdout)
    assert peak < 64 << 10 or is_instrumented()  # KiB


@pytest.fixture
def other_daemon() -> Iterator[Daemon]:
    with Daemon() as running:
        yield running


def test_another_endpoint_completes_what_one_began(daemon: Daemon, other_daemon: Daemon, tmp_path: Path) -> None:
    content = noise(12 * MIB)
    daemon.write("data", content)
    other_daemon.write("data", content)
    with Relay(daemon.endpoint, 0, SLOW) as first, Relay(other_daemon.endpoint, 0, SLOW) as second:
        with Download(tmp_path, first.endpoint, second.endpoint) as download:
            download.await_bytes(5 * MIB)
            daemon.stop(signal.SIGKILL)
            assert download.end() == 0, download.errors
    assert report(download.output)["endpoint"] == second.endpoint
    assert names(download.target) == ["data"]
    assert (download.target / "data").read_bytes() == content


def test_another_endpoint_with_other_content_completes_nothing(
    daemon: Daemon, other_daemon: Daemon, tmp_path: Path
) -> None:
    daemon.write("data", noise(12 * MIB, seed=1))
    other_daemon.write("data", noise(12 * MIB, seed=2))
    with Relay(daemon.endpoint, 0, SLOW) as first, Relay(other_daemon.endpoint, 0, SLOW) as second:
        with Download(tmp_path, first.endpoint, second.endpoint) as download:
            download.await_bytes(5 * MIB)
            daemon.stop(signal.SIGKILL)
            assert download.end() == 6, download.errors
    told = download.errors.splitlines()[-2:]
    assert any(first.endpoint.encode() in line and second.endpoint.encode() in line for line in told)
    assert names(download.target) == []
