"""More connections than there may be, or than the host has descriptors for; and those of peers that do not read."""

import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hostile import CONTENT, DEADLINE, QUESTION, statistics, unharmed, without_sanitizers

from support import zmtp
from support.daemon import FREE_PORT, Daemon, wait_until
from support.process import cpu_seconds, descriptors
from support.zmtp import message

PEERS = 50  # limits.peers
DESCRIPTORS = 128


@contextmanager
def serving(tmp_path: Path, limits: dict[str, object], **options: object) -> Iterator[Daemon]:
    (tmp_path / "root").mkdir()
    config = {"bind": FREE_PORT, "root": str(tmp_path / "root"), "limits": limits}
    with Daemon(root=tmp_path / "root", config=config, **options) as daemon:
        daemon.write("target.txt", CONTENT)
        yield daemon


def test_connections_past_the_limit_are_cut_and_those_before_are_served(tmp_path: Path) -> None:
    with serving(tmp_path, {"peers": PEERS}) as daemon, unharmed(daemon), ExitStack() as stack:
        peers = [stack.enter_context(zmtp.connect(daemon.endpoint)) for _ in range(PEERS - 1)]  # and the honest one
        for _ in range(3 * PEERS):
            with zmtp.dial(daemon.endpoint) as one_too_many:
                assert one_too_many.is_cut()
        for peer in peers:
            peer.send(QUESTION)
            assert peer.receive_message()[1].startswith(b'{"content"')
        wait_until(lambda: "of 50 that may be (limits.peers)" in daemon.log(), DEADLINE, "the alarm")
        wait_until(lambda: "connections were turned away" in daemon.log(), DEADLINE, "what was done")
        for peer in peers:
            peer.close()
        await_room(daemon)
        assert statistics(daemon)["connections_turned_away"] >= 3 * PEERS


def await_room(daemon: Daemon) -> None:
    """Until somebody new is served."""

    def is_served() -> bool:
        with zmtp.dial(daemon.endpoint) as peer:
            try:
                peer.greet()
                peer.shake_hands()
                peer.send(QUESTION)
                return peer.receive_message()[1].startswith(b'{"content"')
            except (EOFError, ConnectionError):
                return False

    wait_until(is_served, DEADLINE, "room for one more")


@without_sanitizers
def test_who_finds_no_descriptor_left_is_turned_away_and_those_before_are_served(tmp_path: Path) -> None:
    few = ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"]
    with serving(tmp_path, {"peers": 10000}, prefix=few) as daemon, unharmed(daemon), ExitStack() as stack:
        crowd(stack, daemon, 3 * DESCRIPTORS)
        wait_until(lambda: "connections were turned away" in daemon.log(), DEADLINE, "what was done")
        assert descriptors(daemon.pid) <= DESCRIPTORS
        rests(daemon)
        assert "not for the 10000 of limits.peers" in daemon.log()
        stack.close()
        await_room(daemon)


def crowd(stack: ExitStack, daemon: Daemon, count: int) -> None:
    """So many connect at once and stay, those apart that are turned away."""
    for peer in [stack.enter_context(zmtp.dial(daemon.endpoint)) for _ in range(count)]:
        try:
            peer.greet()
            peer.shake_hands()
        except (EOFError, ConnectionError):
            pass


def rests(daemon: Daemon) -> None:
    """But for an honest client it has nothing to do: it does not try to accept for ever."""
    used = cpu_seconds(daemon.pid)
    time.sleep(2)  # what is measured
    assert cpu_seconds(daemon.pid) - used < 0.7


@without_sanitizers
def test_without_any_descriptor_left_it_answers_and_does_not_spin(tmp_path: Path) -> None:
    """As when others of the host have taken them: nothing was kept for files then."""
    with serving(tmp_path, {}) as daemon, zmtp.connect(daemon.endpoint) as peer, ExitStack() as stack:
        few = descriptors(daemon.pid) + 20
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (few, few))
        crowd(stack, daemon, 100)
        wait_until(lambda: "connections were turned away" in daemon.log(), DEADLINE, "what was done")
        peer.send(message(b"", b'{"op":"hello"}'))
        assert b'"server"' in peer.receive_message()[1]
        peer.send(QUESTION)
        assert b'"code":"busy"' in peer.receive_message()[1]
        rests(daemon)
        stack.close()
        await_room(daemon)
