"""Connections that never become ones: other protocols, older versions, noise, handshakes that are wrong or stop half-way."""

import random
import time
from contextlib import ExitStack

import pytest
from hostile import DEADLINE, QUESTION, statistics, unharmed

from support import zmtp
from support.daemon import Daemon
from support.zmtp import LONG, MORE, Peer, command, frame, greeting, greeting_v1, greeting_v2, metadata, ready

HANDSHAKE_DEADLINE = 5.0  # seconds, of the daemon's
PEERS = 20  # of each kind, at once

TLS_CLIENT_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(32) + bytes.fromhex("00004c130213031301") + bytes(150)
NUMBERS = random.Random(1)

STRANGERS = {
    "http": b"GET /target.txt HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
    "http that looks long": b"POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 100000,
    "tls": TLS_CLIENT_HELLO,
    "ssh": b"SSH-2.0-OpenSSH_9.2p1\r\n",
    "redis": b"*1\r\n$4\r\nPING\r\n",
    "zmtp 1.0": greeting_v1() + zmtp.frame_v1(b"", MORE) + zmtp.frame_v1(b"{}"),
    "zmtp 2.0": greeting_v2() + QUESTION,
    "zmtp 2.0 with an identity": greeting_v2(identity=b"me") + QUESTION,
    "zeros": bytes(1000),
    "0xff without end": b"\xff" * 1000,
    "noise": NUMBERS.randbytes(4096),
    "noise that begins as a greeting": greeting()[:10] + NUMBERS.randbytes(4096),
    "a version to come": greeting(major=9, minor=9)[:32] + NUMBERS.randbytes(4096),
    "plain": greeting(mechanism=b"PLAIN"),
    "curve": greeting(mechanism=b"CURVE"),
    "no such mechanism": greeting(mechanism=b"\xffNOPE\n%s%n"),
}


@pytest.mark.parametrize("said", STRANGERS.values(), ids=STRANGERS.keys())
def test_who_speaks_something_else_is_cut(daemon: Daemon, said: bytes) -> None:
    with unharmed(daemon), ExitStack() as stack:
        peers = [stack.enter_context(zmtp.dial(daemon.endpoint)) for _ in range(PEERS)]
        for peer in peers:
            say(peer, said)
        assert all(peer.is_cut(DEADLINE) for peer in peers)


def say(peer: Peer, said: bytes) -> None:
    """To somebody who may cut the connection at any byte of it."""
    try:
        peer.send(said)
    except ConnectionError:
        pass


HANDSHAKES = {
    "an unknown type": ready(b"TELEPHONE"),
    "a type that cannot ask": ready(b"PUB"),
    "a name longer than the command": command(b"READY", b"\xffName"),
    "a value longer than the command": command(b"READY", b"\x04Name\xff\xff\xff\xffvalue"),
    "a value of no length": command(b"READY", b"\x04Name\0"),
    "no name of a command": frame(b"", zmtp.COMMAND),
    "a name of a command longer than it": frame(b"\xffREADY", zmtp.COMMAND),
    "another command": command(b"INITIATE", bytes(100)),
    "error": command(b"ERROR", b"\xffno"),
    "a message": QUESTION,
    "a long length without end": frame(b"\x05READY", zmtp.COMMAND | LONG, length=2**64 - 1),
    "properties without end": frame(b"\x05READY" + metadata(b"X", bytes(60000)) * 2, zmtp.COMMAND),
}


@pytest.mark.parametrize("said", HANDSHAKES.values(), ids=HANDSHAKES.keys())
def test_a_wrong_handshake_is_cut(daemon: Daemon, said: bytes) -> None:
    with unharmed(daemon), ExitStack() as stack:
        peers = [stack.enter_context(zmtp.dial(daemon.endpoint)) for _ in range(PEERS)]
        for peer in peers:
            peer.greet()
            say(peer, said)
        assert all(peer.is_cut(DEADLINE) for peer in peers)


# libzmq takes these for good.
ODDITIES = {
    "no type": command(b"READY"),
    "an empty name": command(b"READY", metadata(b"", b"")),
    "a value that is missing": command(b"READY", b"\x04Name\xff\xff\xff\xff"),
    "a command that is no last frame": frame(ready()[2:], zmtp.COMMAND | MORE),
    "thousands of properties": command(b"READY", metadata(b"X", b"y") * 5000),
    "an identity of 60,000 bytes": ready(identity=b"i" * 60000),
    "an identity of zeros": ready(identity=bytes(255)),
}


@pytest.mark.parametrize("said", ODDITIES.values(), ids=ODDITIES.keys())
def test_an_odd_handshake_hurts_nobody(daemon: Daemon, said: bytes) -> None:
    with unharmed(daemon):
        for _ in range(PEERS):
            with zmtp.dial(daemon.endpoint) as peer:
                peer.greet()
                peer.shake_hands(said)
                peer.send(QUESTION)
        assert statistics(daemon)["connections"] >= 1


def test_a_handshake_that_stops_anywhere_is_cut_at_the_deadline(daemon: Daemon) -> None:
    with unharmed(daemon), ExitStack() as stack:
        begin = time.monotonic()
        peers = [stack.enter_context(zmtp.dial(daemon.endpoint)) for _ in range(zmtp.GREETING_BYTES)]
        for said, peer in enumerate(peers):
            peer.send(greeting()[:said])
        for said in range(0, len(ready()), 5):
            peers.append(stack.enter_context(zmtp.dial(daemon.endpoint)))
            peers[-1].greet()
            peers[-1].send(ready()[:said])
        assert not any(peer.is_cut(0) for peer in peers)
        assert all(peer.is_cut(DEADLINE) for peer in peers)
        assert HANDSHAKE_DEADLINE - 1 < time.monotonic() - begin < HANDSHAKE_DEADLINE * 4


def test_a_handshake_that_drips_is_one_all_the_same(daemon: Daemon) -> None:
    with unharmed(daemon), zmtp.dial(daemon.endpoint) as peer:
        peer.drip(greeting())
        peer.receive(zmtp.GREETING_BYTES)
        peer.drip(ready())
        peer.receive_frame()
        peer.drip(QUESTION)
        assert peer.receive_message()[1].startswith(b'{"content":"hello\\n"')


def test_thousands_that_come_and_go_leave_nothing_behind(daemon: Daemon) -> None:
    stages = [b"", greeting()[:1], greeting()[:12], greeting(), b"\xff" * 9, STRANGERS["http"]]
    with unharmed(daemon):
        for number in range(3000):
            peer = zmtp.dial(daemon.endpoint)
            say(peer, stages[number % len(stages)])
            if number % 2:
                peer.reset()
            else:
                peer.close()
    assert statistics(daemon)["connections"] == 1  # that which asks
