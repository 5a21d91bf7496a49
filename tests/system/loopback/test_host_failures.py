"""What the host may lack, and what it may do: descriptors, memory, a sound disk, a steady clock."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq
from asking import Client
from hostile import SANITIZED, without_sanitizers

import client
from support import injection
from support.daemon import Daemon, wait_until
from support.injection import Injection

CHUNK = 1 << 20
YEAR = 365 * 86400  # seconds
HELD = 1000  # ms
DEADLINE = 60
BEGIN_ANEW = 75  # EX_TEMPFAIL


@contextmanager
def limited(daemon: Daemon, what: int, limit: int) -> Iterator[None]:
    """The running daemon may have no more of it."""
    before = resource.prlimit(daemon.pid, what)
    resource.prlimit(daemon.pid, what, (limit, before[1]))
    try:
        yield
    finally:
        resource.prlimit(daemon.pid, what, before)


def code_of(reply: dict[str, object] | None) -> object:
    assert reply is not None
    error = reply.get("error")
    return error["code"] if isinstance(error, dict) else "ok"


GET = {"op": "get", "path": "target.txt"}


@without_sanitizers
def test_without_descriptors_it_is_busy_and_begins_anew(daemon: Daemon, context: zmq.Context) -> None:
    """For nobody but itself can have them: there is one connection. The service manager then starts it anew."""
    asking = Client(context, daemon)
    assert code_of(asking.ask(GET)) == "ok"
    resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (3, 3))
    number = asking.send(GET)
    assert code_of(asking.ask({"op": "hello"})) == "ok"
    assert code_of(wait_until(lambda: asking.reply(number), DEADLINE, "a reply")) == "busy"
    assert daemon.await_end() == BEGIN_ANEW
    assert "descriptors of 3 that it may have" in daemon.log()


@pytest.mark.skipif(SANITIZED, reason="a sanitizer ends a process without memory")
def test_without_memory_it_is_busy_and_then_serves_again(daemon: Daemon, context: zmq.Context) -> None:
    daemon.write("large", bytes(8 * CHUNK))
    asking = Client(context, daemon)
    assert code_of(asking.ask(GET)) == "ok"
    with limited(daemon, resource.RLIMIT_AS, 0):
        for _ in range(20):
            assert code_of(asking.ask({"path": "large"})) == "busy"
            assert code_of(asking.ask({"op": "hello"})) == "ok"
    assert code_of(asking.ask({"path": "large"})) == "ok"
    assert code_of(Client(context, daemon).ask(GET)) == "ok"


def test_a_file_whose_middle_cannot_be_read_is_an_error_and_never_a_shorter_file() -> None:
    if reason := injection.why_not():
        pytest.skip(reason)
    with Daemon() as daemon:
        content = bytes(range(256)) * (4 * CHUNK // 256)
        daemon.write("large", content)
        target = daemon.root.parent / "large"
        for command in (["get", "large", "-o", str(target)], ["cat", "large"]):
            with Injection(daemon.pid, "preadv2", "EIO", "2+"):
                result = client.run(daemon.endpoint, *command)
            assert result.returncode == 1
            assert b"Input/output error" in result.stderr
            assert not target.exists()
            assert content.startswith(result.stdout) and len(result.stdout) < len(content)
        assert client.run(daemon.endpoint, "get", "large", "-o", str(target)).returncode == 0
        assert target.read_bytes() == content


@pytest.fixture(scope="module")
def shifted_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("clock") / "shifted_clock.so"
    source = Path(__file__).with_name("shifted_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


@pytest.mark.skipif(SANITIZED, reason="a sanitizer must be the first library")
@pytest.mark.parametrize("jump", [-10 * YEAR, 10 * YEAR], ids=["back", "forth"])
def test_a_clock_that_jumps_makes_nothing_late_or_early(shifted_clock: Path, jump: int, tmp_path: Path) -> None:
    """From one moment to the next, while a reply is held."""
    shift = tmp_path / "shift"
    shift.write_bytes(bytes(8))
    told = {"LD_PRELOAD": str(shifted_clock), "SHIFTED_CLOCK": str(shift)}
    with Daemon(environment=told) as daemon, zmq.Context() as context:
        daemon.write("target.txt", b"hello\n")
        asking = Client(context, daemon)
        before = asking.ask({"op": "stat", "path": "target.txt"})
        assert before is not None
        held = {"op": "stat", "path": "target.txt", "if_none_match": before["etag"], "wait_ms": HELD}
        began, number = time.monotonic(), asking.send(held)
        with open(shift, "r+b") as opened:
            opened.write(jump.to_bytes(8, sys.byteorder, signed=True))
        reply = wait_until(lambda: asking.reply(number), DEADLINE, "the reply that was held")
        assert reply["not_modified"] and time.monotonic() - began >= HELD / 1000
        after = asking.ask(GET)
        assert after is not None and code_of(after) == "ok"
        assert abs(after["timestamp"] - before["timestamp"] - jump * 1000) < YEAR * 1000
        assert code_of(asking.ask({"op": "get", "path": "target.txt", "digest": True})) == "ok"
