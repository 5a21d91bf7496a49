"""Peers that are connected and send what no client would: pieces of messages, lies about lengths, too much of everything."""

from contextlib import ExitStack

import pytest
from hostile import CONTENT, DEADLINE, QUESTION, REQUEST, ask, await_statistics, statistics, unharmed

from support import zmtp
from support.daemon import Daemon, wait_until
from support.process import memory_mib
from support.zmtp import COMMAND, LONG, MORE, Peer, command, frame, message

PEERS = 50
REQUEST_BYTES = 64 << 10  # limits.request_bytes
SERVED = b'{"content":"hello\\n"'


def code_of(reply: list[bytes]) -> str:
    """Of a reply, the delimiter included."""
    delimiter, header = reply[0], reply[1]
    assert delimiter == b""
    return header.decode().split('"code":"')[1].split('"')[0] if header.startswith(b'{"error"') else "ok"


def is_served(peer: Peer) -> bool:
    peer.send(QUESTION)
    return peer.receive_message()[1].startswith(SERVED)


PIECES = {
    "a first frame": frame(b"", MORE),
    "half a header": frame(b"", MORE) + b"\x02\0\0",
    "half a body": frame(b"", MORE) + frame(REQUEST, length=len(REQUEST) + 1),
    "half a large body": frame(b"", MORE) + frame(bytes(30000), length=60000),
    "an envelope of many frames": frame(b"e", MORE) * 5000,
    "a whole one and half of the next": QUESTION + frame(b"", MORE),
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_who_vanishes_in_mid_message_leaves_nothing_behind(daemon: Daemon, piece: bytes) -> None:
    with unharmed(daemon), ExitStack() as stack:
        peers = [stack.enter_context(zmtp.connect(daemon.endpoint)) for _ in range(PEERS)]
        for number, peer in enumerate(peers):
            peer.send(piece)
            if number % 2:
                peer.reset()
            else:
                peer.close()
        await_statistics(daemon, lambda told: told["connections"] <= 2, "all of them gone")
    assert statistics(daemon)["dropped_messages"] == 0


def test_a_request_that_drips_is_answered(daemon: Daemon) -> None:
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        peer.drip(QUESTION)
        assert peer.receive_message()[1].startswith(SERVED)


@pytest.mark.parametrize("length", [REQUEST_BYTES + 1, 1 << 31, 1 << 32, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
def test_a_frame_that_says_it_is_too_long_is_cut_before_it_comes(daemon: Daemon, length: int) -> None:
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        peer.send(frame(b"", MORE) + frame(b"", LONG, length=length))
        assert peer.is_cut(DEADLINE)


def test_the_longest_request_is_answered(daemon: Daemon) -> None:
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        peer.send(message(b"", REQUEST.ljust(REQUEST_BYTES)))
        assert peer.receive_message()[1].startswith(SERVED)


UNANSWERABLE = {
    "no delimiter": message(REQUEST),
    "no delimiter, many frames": message(*[b"x"] * 5000),
    "an envelope of a frame too many": message(*[b"e"] * 16, b"", REQUEST),
    "an envelope of thousands of frames": message(*[b"e"] * 5000, b"", REQUEST),
    "an envelope of too many bytes": message(b"e" * 5000, b"", REQUEST),
    "frames as large as may be": message(*[b"e" * REQUEST_BYTES] * 20, b"", REQUEST),
}


@pytest.mark.parametrize("unanswerable", UNANSWERABLE.values(), ids=UNANSWERABLE.keys())
def test_what_cannot_be_answered_is_dropped_and_counted(daemon: Daemon, unanswerable: bytes) -> None:
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        for _ in range(PEERS):
            peer.send(unanswerable)
        assert is_served(peer)
    assert statistics(daemon)["dropped_messages"] == PEERS


REFUSED = {
    "no request": message(b""),
    "two requests": message(b"", REQUEST, REQUEST),
    "thousands of frames": message(b"", *[b"x"] * 5000),
    "large frames": message(b"", *[b"x" * REQUEST_BYTES] * 20),
    "nothing but delimiters": message(*[b""] * 5000),
    "deep arrays": message(b"", b"[" * 60000),
    "deep objects": message(b"", b'{"path":' * 6000 + b"1" + b"}" * 6000),
    "duplicate members": message(b"", b'{"path":"target.txt","path":"target.txt"}'),
    "members without number": message(b"", b"{" + b",".join(b'"m%d":0' % number for number in range(5000)) + b"}"),
    "a NUL in the path": message(b"", b'{"path":"target.txt\\u0000.png"}'),
    "a bare NUL": message(b"", b'{"path":"target.txt\0"}'),
    "a number without end": message(b"", b'{"op":"get","path":"target.txt","offset":' + b"9" * 60000 + b"}"),
    "a lone surrogate": message(b"", b'{"path":"\\ud800"}'),
    "a path that is not UTF-8": message(b"", b'{"path":"\xff\xfe"}'),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_request_is_refused_each_time(daemon: Daemon, refused: bytes) -> None:
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        for _ in range(PEERS):
            peer.send(refused)
        assert {code_of(peer.receive_message()) for _ in range(PEERS)} == {"bad_request"}
        assert is_served(peer)


COMMANDS = {
    "pings": command(b"PING", b"\0\x0acontext"),
    "pongs": command(b"PONG", b"context"),
    "pings with too long a context": command(b"PING", b"\0\x0a" + bytes(1000)),
    "unknown ones": command(b"DANCE", bytes(200)),
    "subscriptions": command(b"SUBSCRIBE", b"topic"),
    "another handshake": zmtp.ready(),
    "large ones": command(b"X", bytes(60000)),
    "commands in a message": frame(b"", MORE) + command(b"PING", b"\0\x0acontext"),
    "commands with more to come": frame(b"\x04PING\0\x0a", COMMAND | MORE),
    "flags that are reserved": frame(b"x", 0xF8),
}


@pytest.mark.parametrize("said", COMMANDS.values(), ids=COMMANDS.keys())
def test_commands_without_number_hurt_nobody(daemon: Daemon, said: bytes) -> None:
    """The connection is cut or not, as libzmq likes."""
    with unharmed(daemon), ExitStack() as stack:
        for _ in range(PEERS):
            peer = stack.enter_context(zmtp.connect(daemon.endpoint))
            try:
                peer.send(said * 200)
            except ConnectionError:
                pass


def test_a_message_without_end_costs_memory_until_its_peer_leaves(daemon: Daemon) -> None:
    """libzmq keeps every frame of it. Past limits.memory_bytes the daemon would begin anew."""
    before = memory_mib(daemon.pid)
    with unharmed(daemon), zmtp.connect(daemon.endpoint) as peer:
        for _ in range(1000):
            peer.send(frame(bytes(REQUEST_BYTES), MORE))
        wait_until(lambda: memory_mib(daemon.pid) > before + 50, DEADLINE, "frames that are kept")


def test_an_identity_in_use_gets_nothing_and_takes_nothing_away(daemon: Daemon) -> None:
    with zmtp.connect(daemon.endpoint, identity=b"robot") as robot, unharmed(daemon), ExitStack() as stack:
        assert is_served(robot)
        thieves = [stack.enter_context(zmtp.connect(daemon.endpoint, identity=b"robot")) for _ in range(PEERS)]
        for thief in thieves:
            thief.send(QUESTION * 10)
        for number in range(200):
            robot.send(message(b"%d" % number, b"", REQUEST))
            assert robot.receive_message()[0] == b"%d" % number
        for thief in thieves:
            assert not heard(thief)
        assert ask(daemon.endpoint, REQUEST)["content"] == CONTENT.decode()


def heard(peer: Peer) -> bytes:
    """What has come for it until now."""
    peer.socket.setblocking(False)
    try:
        return peer.socket.recv(1)
    except BlockingIOError:
        return b""
