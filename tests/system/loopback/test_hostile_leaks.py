"""What makes libzmq 4.3.4 take memory and never give it back: the daemon notices, says so and ends in good order, for its
service manager to start it anew."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hostile import CONTENT, DEADLINE, SANITIZED

from support import zmtp
from support.daemon import FREE_PORT, Daemon
from support.honest import IDENTITY, Honest
from support.zmtp import MORE, frame, message

BEGIN_ANEW = 75  # EX_TEMPFAIL
LARGE = bytes(60000)
PAUSE = 0.02  # seconds, so that a peer is as fast as a fast network, and not as memory

pytestmark = pytest.mark.skipif(SANITIZED, reason="the memory of sanitizers is not the daemon's")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    (tmp_path / "root").mkdir()
    config = {"bind": FREE_PORT, "root": str(tmp_path / "root"), "limits": {"memory_bytes": "64MiB"}}
    with Daemon(root=tmp_path / "root", config=config) as running:
        running.write("target.txt", CONTENT)
        yield running


def waste_by_duplicate_identities(daemon: Daemon) -> None:
    """What a peer sends under a routing id in use is kept for ever, though it leaves."""
    while not daemon.has_ended:
        with zmtp.connect(daemon.endpoint, identity=IDENTITY) as peer:
            peer.send(message(b"", LARGE) * 20)
        time.sleep(PAUSE)


def waste_by_a_message_without_end(daemon: Daemon) -> None:
    with zmtp.connect(daemon.endpoint) as peer:
        while not daemon.has_ended:
            peer.send(frame(LARGE, MORE) * 30)
            time.sleep(PAUSE)


@pytest.mark.parametrize("waste", [waste_by_duplicate_identities, waste_by_a_message_without_end])
def test_a_leak_inside_libzmq_is_a_clean_and_logged_end(daemon: Daemon, waste: Callable[[Daemon], None]) -> None:
    with Honest(daemon.endpoint, "target.txt", CONTENT.decode(), until_it_ends=True) as honest:
        with suppress(ConnectionError, EOFError):
            waste(daemon)
        assert daemon.await_end(DEADLINE) == BEGIN_ANEW
        honest.report()
    assert "more than limits.memory_bytes (64 MiB)" in daemon.log()
    assert "it ends, to be started anew" in daemon.log()
    assert daemon.log().rstrip().endswith("stopped")


def test_memory_that_a_peer_gives_back_is_no_reason_to_end(daemon: Daemon) -> None:
    """More than half of what there may be, again and again."""
    with Honest(daemon.endpoint, "target.txt", CONTENT.decode()) as honest:
        for _ in range(10):
            with zmtp.connect(daemon.endpoint) as peer:
                peer.send(frame(LARGE, MORE) * 600)
        daemon.require_alive()
        honest.report()
