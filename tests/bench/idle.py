"""Connections that do nothing: what they cost the daemon, and libzmq alone, and what is kept of them when they have left."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import servers
from measure import settled
from parts import Bench, BenchError, CannotRun, Column, Numbers, Part, Row
from servers import Server

from support.process import descriptors, memory_mib

AT_A_TIME = 50  # connections under way: fewer than libzmq lets wait for it to accept them
SPARE_DESCRIPTORS = 500
REPLY_BYTES = 1024

# A DEALER of ZMTP 3.0, without a library, so that ten thousand of them are no more than their sockets.
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x05READY" + b"\x0bSocket-Type" + b"\0\0\0\x06DEALER"
REQUEST = b'{"op":"get","path":"hot.txt"}'
MORE, LONG, COMMAND = 1, 2, 4  # bits of a frame's first byte
READY_AND_REQUEST = bytes([COMMAND, len(READY)]) + READY + bytes([MORE, 0]) + bytes([0, len(REQUEST)]) + REQUEST


def run(bench: Bench) -> list[Row]:
    root = bench.scratch / "idle"
    root.mkdir()
    (root / "hot.txt").write_bytes(bytes(REPLY_BYTES))
    with more_descriptors(bench.settings.connections + SPARE_DESCRIPTORS):
        with servers.filer(bench, {"root": str(root)}) as daemon:
            rows = rows_of("zmq-filerd", daemon, bench.settings.connections)
        with servers.echo(bench, "router", REPLY_BYTES) as echo:
            rows += rows_of("bare ROUTER echo", echo, bench.settings.connections)
    return rows


def rows_of(name: str, server: Server, count: int) -> list[Row]:
    stay(server, 1)  # whatever the first one makes it set up
    before = settled(lambda: usage(server))
    stages = {"idle": before}
    for wave in ("", ", again"):  # what is kept for the next ones is no loss
        during, after = stay(server, count)
        during["kib_per_connection"] = (during["rss_mib"] - before["rss_mib"]) * 1024 / count
        stages |= {f"{count:,} connections{wave}": during, f"after they left{wave}": after}
    return [Row({"server": name, "stage": stage}, [numbers]) for stage, numbers in stages.items()]


def stay(server: Server, count: int) -> tuple[Numbers, Numbers]:
    """What the server uses while so many connections do nothing, and after they left."""
    with ExitStack() as stack:
        for connection in connect(server, count):
            stack.enter_context(connection)
        during = settled(lambda: usage(server))
    return during, settled(lambda: usage(server))


def usage(server: Server) -> Numbers:
    return {"rss_mib": memory_mib(server.pid), "descriptors": descriptors(server.pid)}


@contextmanager
def more_descriptors(count: int) -> Iterator[None]:
    """Lets this process, and those that it starts, have so many descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, soft), max(count, hard)))
    except ValueError as error:
        raise CannotRun(f"it takes {count} descriptors, and this user may have {hard}") from error
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(server: Server, count: int) -> list[socket.socket]:
    """So many connections, each of which has had the reply to one request."""
    connections: list[socket.socket] = []
    while len(connections) < count:
        batch = [
            socket.create_connection(("127.0.0.1", server.port), timeout=60)
            for _ in range(min(AT_A_TIME, count - len(connections)))
        ]
        for connection in batch:
            connection.sendall(GREETING)
        for connection in batch:
            receive(connection, len(GREETING))  # libzmq cuts off who says more before its own greeting
            connection.sendall(READY_AND_REQUEST)
        for connection in batch:
            receive_reply(connection)
        connections += batch
    return connections


def receive_reply(connection: socket.socket) -> None:
    """Reads the peer's READY, and a whole message that holds no error."""
    message = b""
    flags = COMMAND
    while flags & (COMMAND | MORE):
        (flags,) = receive(connection, 1)
        size = int.from_bytes(receive(connection, 8 if flags & LONG else 1), "big")
        message += receive(connection, size)
    if b'"error"' in message:
        raise BenchError(f"an idle connection got {message!r}")


def receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            raise BenchError("an idle connection was closed")
        data += more
    return data


PART = Part(
    "idle",
    "Idle connections: each has asked for 1 KiB once",
    (
        Column("server", "server"),
        Column("", "stage"),
        Column("RSS MiB", "rss_mib", 1),
        Column("KiB/connection", "kib_per_connection", 1),
        Column("descriptors", "descriptors"),
    ),
    run,
)
