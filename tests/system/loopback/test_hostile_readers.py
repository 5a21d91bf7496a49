"""Peers that ask and do not read, and peers that ask as fast as they can."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hostile import CONTENT, QUESTION, await_statistics, statistics, unharmed

from support import zmtp
from support.daemon import FREE_PORT, Daemon, wait_until
from support.zmtp import Peer, message

PEERS = 10
BLOCKS = 200  # of requests, that a flood is made of
ONE_AND_THE_ASKING = 2  # the honest one's connection, and that of who asks how many there are


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    (tmp_path / "root").mkdir()
    bind = [FREE_PORT, f"ipc://{tmp_path}/socket"]
    with Daemon(root=tmp_path / "root", config={"bind": bind, "root": str(tmp_path / "root")}) as running:
        running.write("target.txt", CONTENT)
        running.write("large.bin", bytes(1 << 20))
        yield running


def test_who_reads_nothing_for_long_is_cut_over_tcp_and_over_ipc(daemon: Daemon, tmp_path: Path) -> None:
    """After half a minute: of libzmq's and the kernel's over TCP, of the daemon's over a socket file."""
    with unharmed(daemon), ExitStack() as stack:
        for endpoint in [daemon.endpoint, f"ipc://{tmp_path}/socket"] * PEERS:
            peer = stack.enter_context(zmtp.connect(endpoint, receive_buffer=4096))
            peer.send(message(b"", b'{"op":"get","path":"large.bin"}') * 20)
        assert statistics(daemon)["connections"] == 2 * PEERS + ONE_AND_THE_ASKING
        await_statistics(daemon, lambda told: told["connections"] == ONE_AND_THE_ASKING, "all of them cut")
        wait_until(lambda: daemon.log().count("an ipc peer was cut off: it took no reply for 30 s") == PEERS, 30, "the log entry")


def test_who_floods_and_does_not_read_slows_nobody_down(daemon: Daemon) -> None:
    with unharmed(daemon), ExitStack() as stack:
        peers = [stack.enter_context(zmtp.connect(daemon.endpoint, receive_buffer=4096)) for _ in range(4)]
        threads = [threading.Thread(target=flood, args=(peer,)) for peer in peers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sent = len(peers) * BLOCKS * 1000
        await_statistics(
            daemon,
            lambda told: (
                told["requests"] + told["dropped_messages"] >= sent or told["connections"] == ONE_AND_THE_ASKING
            ),
            "all of them taken, or who sent them cut",
        )
        told = statistics(daemon)
        assert told["dropped_messages"] > 0 or told["connections"] == ONE_AND_THE_ASKING


def flood(peer: Peer) -> None:
    """To the end, or until it is cut: on a busy machine it may have read nothing for half a minute by then."""
    with suppress(ConnectionError):
        for _ in range(BLOCKS):
            peer.send(QUESTION * 1000)


def test_who_floods_and_reads_gets_all_its_replies(daemon: Daemon) -> None:
    count = 20000
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        sender = threading.Thread(target=lambda: peer.send(QUESTION * count))
        sender.start()
        replies = [peer.receive_message()[1] for _ in range(count)]
        sender.join()
        assert all(b'"content"' in reply or b'"busy"' in reply for reply in replies)
