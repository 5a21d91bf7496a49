import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import zmq

from support.daemon import Daemon
from support.relay import Relay

DEADLINE = 60.0  # seconds: what works never waits for them to pass


@contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """The endpoint of a TCP server that calls `serve` for every connection, in a thread of its own."""
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=run, args=(connection,)))
                threads[-1].start()

        def run(connection: socket.socket) -> None:
            with connection:
                connection.settimeout(DEADLINE)
                serve(connection)

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for thread in (acceptor, *threads):
                thread.join()


def connect(endpoint: str) -> socket.socket:
    host, port = endpoint.removeprefix("tcp://").split(":")
    return socket.create_connection((host, int(port)), DEADLINE)


def echo(connection: socket.socket) -> None:
    with suppress(ConnectionError):
        while data := connection.recv(1 << 16):
            connection.sendall(data)


def answer_at_the_end(connection: socket.socket) -> None:
    """Reads all there is, and only then sends it back."""
    connection.sendall(read_all(connection))


def read_all(connection: socket.socket) -> bytes:
    received = bytearray()
    while data := connection.recv(1 << 20):
        received += data
    return bytes(received)


def exchange(endpoint: str, data: bytes) -> bytes:
    """What comes back, to the end, for `data` and its end."""
    with connect(endpoint) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        return read_all(client)


def test_both_directions_take_the_delay() -> None:
    with listener(echo) as endpoint, Relay(endpoint, delay=0.05) as relay, connect(relay.endpoint) as client:
        for _ in range(3):
            begin = time.monotonic()
            client.sendall(b"x")
            assert client.recv(1) == b"x"
            assert time.monotonic() - begin >= 0.1


def test_every_byte_comes_in_its_order() -> None:
    numbers = random.Random(1)
    pieces = [numbers.randbytes(numbers.choice([1, 7, 1000, 70000])) for _ in range(300)]
    with listener(echo) as endpoint, Relay(endpoint, delay=0.005) as relay, connect(relay.endpoint) as client:
        received = bytearray()
        reader = threading.Thread(target=lambda: received.extend(read_all(client)))
        reader.start()
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        reader.join()
    assert bytes(received) == b"".join(pieces)


def test_the_delay_does_not_limit_what_is_under_way() -> None:
    """One chunk of 64 KiB after the other would take a minute."""
    data = random.Random(2).randbytes(16 << 20)
    with listener(answer_at_the_end) as endpoint, Relay(endpoint, delay=0.1) as relay:
        begin = time.monotonic()
        assert exchange(relay.endpoint, data) == data
        assert time.monotonic() - begin < 25


def test_the_rate_bounds_the_bytes_a_second() -> None:
    with listener(answer_at_the_end) as endpoint, Relay(endpoint, delay=0, rate=1_000_000) as relay:
        begin = time.monotonic()
        assert exchange(relay.endpoint, bytes(200_000)) == bytes(200_000)
        assert time.monotonic() - begin >= 0.4


def test_a_rated_line_holds_no_more_than_a_little() -> None:
    """Whoever sends into it is stopped, as by a slow network, and not by memory."""
    read_nothing = threading.Event()
    with listener(lambda _: read_nothing.wait(DEADLINE) or None) as endpoint:
        with Relay(endpoint, rate=100_000) as relay, connect(relay.endpoint) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
            client.settimeout(1)
            with pytest.raises(TimeoutError):
                client.sendall(bytes(64 << 20))
        read_nothing.set()


def test_a_client_that_has_sent_all_still_gets_its_answer() -> None:
    with listener(answer_at_the_end) as endpoint, Relay(endpoint) as relay:
        assert exchange(relay.endpoint, b"half closed") == b"half closed"


def test_a_connection_that_the_server_ends_ends_for_the_client() -> None:
    with listener(lambda connection: connection.sendall(b"bye")) as endpoint, Relay(endpoint) as relay:
        with connect(relay.endpoint) as client:
            assert read_all(client) == b"bye"


def test_a_connection_that_the_client_breaks_ends_for_the_server() -> None:
    ended = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_until_broken(connection)
        ended.set()

    with listener(serve) as endpoint, Relay(endpoint) as relay:
        with connect(relay.endpoint) as client:
            client.sendall(b"x")
        assert ended.wait(DEADLINE)


def test_a_connection_to_nobody_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Relay(f"tcp://127.0.0.1:{port}") as relay, connect(relay.endpoint) as client:
        with suppress(ConnectionError):
            assert read_all(client) == b""


def test_connections_do_not_wait_for_each_other() -> None:
    """One that nobody reads, and a hundred at once beside it."""
    with listener(echo) as endpoint, Relay(endpoint) as relay, connect(relay.endpoint) as stalled:
        stalled.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:
                stalled.send(bytes(1 << 20))
        clients = [connect(relay.endpoint) for _ in range(100)]
        for number, client in enumerate(clients):
            client.sendall(b"%3d" % number)
        for number, client in enumerate(clients):
            assert client.recv(3, socket.MSG_WAITALL) == b"%3d" % number
            client.close()


def test_it_ends_with_connections_open() -> None:
    """However far it has come with them: accepted or not, connected or not, with bytes on their way."""
    with listener(read_until_broken) as endpoint:
        for _ in range(100):
            with Relay(endpoint, delay=10) as relay:
                client = connect(relay.endpoint)
                client.sendall(b"on its way for ten seconds")
            read_until_broken(client)
            client.close()


def read_until_broken(connection: socket.socket) -> None:
    with suppress(ConnectionError):
        read_all(connection)


def test_the_daemon_is_to_be_had_through_it() -> None:
    with Daemon() as daemon, Relay(daemon.endpoint, delay=0.02) as relay:
        daemon.write("target.txt", b"hello")
        with zmq.Context() as context, context.socket(zmq.REQ) as peer:
            peer.LINGER = 0
            peer.RCVTIMEO = int(DEADLINE * 1000)
            peer.connect(relay.endpoint)
            begin = time.monotonic()
            peer.send_json({"path": "target.txt"})
            assert peer.recv_json()["content"] == "hello"
            assert time.monotonic() - begin >= 0.04
