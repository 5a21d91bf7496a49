"""The raw peer, against sockets of libzmq: what it says is understood, and it understands what it is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from support import zmtp
from support.zmtp import LONG, MORE, frame, greeting, greeting_v1, greeting_v2, message, ready

DEADLINE_MS = 30000


@pytest.fixture
def router() -> Iterator[zmq.Socket]:
    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.RCVTIMEO = DEADLINE_MS
    socket.bind("tcp://127.0.0.1:*")
    yield socket
    context.destroy(linger=0)


def endpoint(socket: zmq.Socket) -> str:
    return socket.LAST_ENDPOINT.rstrip(b"\0").decode()


def test_a_connected_peer_sends_and_receives(router: zmq.Socket) -> None:
    with zmtp.connect(endpoint(router), identity=b"me") as peer:
        peer.send(message(b"", b"a question"))
        assert router.recv_multipart() == [b"me", b"", b"a question"]
        router.send_multipart([b"me", b"", b"x" * 1000, b"end"])
        assert peer.receive_message() == [b"", b"x" * 1000, b"end"]


def test_it_connects_to_a_socket_file(router: zmq.Socket, tmp_path: Path) -> None:
    router.bind(f"ipc://{tmp_path}/socket")
    with zmtp.connect(f"ipc://{tmp_path}/socket", identity=b"me") as peer:
        peer.send(message(b"hello"))
        assert router.recv_multipart() == [b"me", b"hello"]


@pytest.mark.parametrize("minor", [0, 1])
def test_a_greeting_of_zmtp_3_is_answered_by_one(router: zmq.Socket, minor: int) -> None:
    with zmtp.dial(endpoint(router)) as peer:
        theirs = peer.greet(greeting(minor))
        assert theirs[0] == 0xFF and theirs[9] == 0x7F and theirs[10] == 3
        assert theirs[12:32] == b"NULL".ljust(20, b"\0")
        assert b"\x0bSocket-Type\0\0\0\x06ROUTER" in peer.shake_hands()
        peer.send(message(b"hello"))
        assert router.recv_multipart()[1:] == [b"hello"]


@pytest.mark.parametrize(
    "said", [greeting_v1(b"me") + b"\x06\0hello", greeting_v2(identity=b"me") + message(b"hello")], ids=["1.0", "2.0"]
)
def test_older_versions_are_spoken(router: zmq.Socket, said: bytes) -> None:
    with zmtp.dial(endpoint(router)) as peer:
        peer.send(said)
        assert router.recv_multipart() == [b"me", b"hello"]


def test_properties_of_the_handshake_are_told(router: zmq.Socket) -> None:
    with zmtp.dial(endpoint(router)) as peer:
        peer.greet()
        peer.shake_hands(ready(b"REQ", b"me", X_Colour=b"red"))
        peer.send(message(b"", b"hello"))
        assert router.recv() == b"me"
        assert router.recv(copy=False).get("X-Colour") == "red"


def test_a_frame_says_of_itself_what_it_is_told_to() -> None:
    assert frame(b"ab") == b"\x00\x02ab"
    assert frame(b"ab", MORE) == b"\x01\x02ab"
    assert frame(b"ab", LONG) == b"\x02" + bytes(7) + b"\x02ab"
    assert frame(b"ab", length=200) == b"\x00\xc8ab"
    assert frame(b"ab", length=2**63) == b"\x02\x80" + bytes(7) + b"ab"
    assert frame(bytes(256))[:9] == b"\x02" + bytes(6) + b"\x01\x00"


def test_bytes_that_drip_are_a_message_as_well(router: zmq.Socket) -> None:
    with zmtp.dial(endpoint(router)) as peer:
        peer.drip(greeting())
        peer.receive(zmtp.GREETING_BYTES)
        peer.drip(ready(identity=b"me"))
        peer.receive_frame()
        peer.drip(message(b"", b"hello"))
        assert router.recv_multipart() == [b"me", b"", b"hello"]


def test_it_sees_that_it_is_cut_and_that_it_is_not(router: zmq.Socket) -> None:
    router.MAXMSGSIZE = 100
    router.bind("tcp://127.0.0.1:*")
    with zmtp.connect(endpoint(router)) as peer:
        assert not peer.is_cut(deadline=0.05)
        peer.send(frame(bytes(101)))
        assert peer.is_cut()
