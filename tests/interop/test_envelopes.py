"""What only a lower-level peer can do: frames before the delimiter, pipelining, brokers, and no delimiter at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
import zmq
from classic import Reply, expect_content, expect_error, request_for
from zmq.utils.monitor import recv_monitor_message

from support.daemon import Daemon

DEADLINE = 30_000  # milliseconds, on whatever a socket waits for
HELLO = "hello, world\n"

UNDELIMITED = {
    "one-frame": [request_for("target.txt")],
    "three-frames": [b"a", b"b", request_for("target.txt")],
}


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    with zmq.Context() as context:
        yield context
        context.destroy(linger=0)


def connect(context: zmq.Context, kind: int, endpoint: str, **options: int) -> zmq.Socket:
    """A socket connected to `endpoint` on which nothing waits for ever, with the socket options `options`."""
    peer = context.socket(kind)
    for name, value in {"RCVTIMEO": DEADLINE, "SNDTIMEO": DEADLINE, "LINGER": 0, **options}.items():
        peer.set(getattr(zmq, name), value)
    peer.connect(endpoint)
    return peer


def ask(peer: zmq.Socket, path: str) -> Reply:
    """A round trip of a REQ peer."""
    peer.send(request_for(path))
    return Reply(peer.recv_multipart())


def ask_below(dealer: zmq.Socket, envelope: list[bytes], body: bytes) -> Reply:
    """A round trip of a DEALER peer: the reply comes back below the same envelope, delimiter included."""
    dealer.send_multipart([*envelope, body])
    frames = dealer.recv_multipart()
    assert frames[: len(envelope)] == envelope
    return Reply(frames[len(envelope) :])


@contextmanager
def broker(endpoint: str) -> Iterator[str]:
    """The address of a ROUTER–DEALER proxy in front of `endpoint`."""
    with zmq.Context() as context:
        frontend, backend = context.socket(zmq.ROUTER), connect(context, zmq.DEALER, endpoint)
        frontend.set(zmq.LINGER, 0)
        frontend.bind("tcp://127.0.0.1:*")
        forwarding = Thread(target=forward, args=(frontend, backend))
        forwarding.start()
        try:
            yield frontend.get_string(zmq.LAST_ENDPOINT)
        finally:
            context.term()  # ends the proxy; returns when it has closed its sockets
            forwarding.join()


def forward(frontend: zmq.Socket, backend: zmq.Socket) -> None:
    with frontend, backend:
        try:
            zmq.proxy(frontend, backend)
        except zmq.ContextTerminated:
            pass


def test_pipelined_requests_keep_their_correlation(context: zmq.Context, daemon: Daemon) -> None:
    contents = {number.to_bytes(4, "big"): f"file {number % 10}\n" * (1 + number % 10 * 1000) for number in range(100)}
    for number in range(10):
        daemon.write(f"pipelined/{number}", contents[number.to_bytes(4, "big")].encode())
    dealer = connect(context, zmq.DEALER, daemon.endpoint)
    for number, correlation in enumerate(contents):
        dealer.send_multipart([correlation, b"", request_for(f"pipelined/{number % 10}")])
    while contents:
        correlation, delimiter, *frames = dealer.recv_multipart()
        assert delimiter == b""
        expect_content(Reply(frames), contents.pop(correlation), daemon)


@pytest.mark.parametrize("hops", [[], [b"\0"], [b"hop 1", b"\0\xff" * 100, b"{}"]], ids=["none", "one", "three"])
def test_envelope_comes_back_unchanged(context: zmq.Context, daemon: Daemon, hops: list[bytes]) -> None:
    dealer = connect(context, zmq.DEALER, daemon.endpoint)
    expect_content(ask_below(dealer, [*hops, b""], request_for("target.txt")), HELLO, daemon)
    expect_error(ask_below(dealer, [*hops, b""], b"{"), "bad_request", daemon)


def test_second_empty_frame_is_no_delimiter(context: zmq.Context, daemon: Daemon) -> None:
    """The envelope ends with the first empty frame; what follows is a request of two frames."""
    dealer = connect(context, zmq.DEALER, daemon.endpoint)
    dealer.send_multipart([b"hop", b"", b"", request_for("target.txt")])
    hop, delimiter, *frames = dealer.recv_multipart()
    assert (hop, delimiter) == (b"hop", b"")
    expect_error(Reply(frames), "bad_request", daemon)


def test_delimiter_alone_is_answered(context: zmq.Context, daemon: Daemon) -> None:
    dealer = connect(context, zmq.DEALER, daemon.endpoint)
    dealer.send_multipart([b"hop", b""])
    hop, delimiter, *frames = dealer.recv_multipart()
    assert (hop, delimiter) == (b"hop", b"")
    expect_error(Reply(frames), "bad_request", daemon)


def test_correlated_req(context: zmq.Context, daemon: Daemon) -> None:
    peer = connect(context, zmq.REQ, daemon.endpoint, REQ_CORRELATE=1)
    for _ in range(5):
        expect_content(ask(peer, "target.txt"), HELLO, daemon)


def test_correlated_relaxed_req_gets_the_reply_to_its_last_request(context: zmq.Context, daemon: Daemon) -> None:
    peer = connect(context, zmq.REQ, daemon.endpoint, REQ_CORRELATE=1, REQ_RELAXED=1)
    daemon.write("abandoned.txt", b"abandoned")
    for _ in range(5):
        peer.send(request_for("abandoned.txt"))
        expect_content(ask(peer, "target.txt"), HELLO, daemon)


def test_req_through_a_broker(context: zmq.Context, daemon: Daemon) -> None:
    """Ten peers with their requests under way at the same time: each gets its own file."""
    contents = [f"brokered {number}" for number in range(10)]
    for number, content in enumerate(contents):
        daemon.write(f"brokered/{number}", content.encode())
    with broker(daemon.endpoint) as address:
        peers = [connect(context, zmq.REQ, address) for _ in contents]
        for number, peer in enumerate(peers):
            peer.send(request_for(f"brokered/{number}"))
        for content, peer in zip(contents, peers, strict=True):
            expect_content(Reply(peer.recv_multipart()), content, daemon)
        expect_error(ask(peers[0], "missing.txt"), "not_found", daemon)


def test_correlated_req_through_two_brokers(context: zmq.Context, daemon: Daemon) -> None:
    with broker(daemon.endpoint) as near, broker(near) as far:
        peer = connect(context, zmq.REQ, far, REQ_CORRELATE=1)
        for _ in range(5):
            expect_content(ask(peer, "target.txt"), HELLO, daemon)


@pytest.mark.parametrize("frames", UNDELIMITED.values(), ids=UNDELIMITED.keys())
def test_no_delimiter_no_reply(context: zmq.Context, frames: list[bytes]) -> None:
    """Nothing has come when the daemon closes the connection, so nothing ever will; before, it served the same peer."""
    with Daemon() as daemon:
        daemon.write("target.txt", HELLO.encode())
        dealer = connect(context, zmq.DEALER, daemon.endpoint)
        dealer.send_multipart(frames)
        expect_content(ask_below(dealer, [b"delimited", b""], request_for("target.txt")), HELLO, daemon)
        events = dealer.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        events.set(zmq.RCVTIMEO, DEADLINE)
        assert daemon.stop() == 0
        assert recv_monitor_message(events)["event"] == zmq.EVENT_DISCONNECTED
        with pytest.raises(zmq.Again):
            dealer.recv_multipart(zmq.NOBLOCK)
