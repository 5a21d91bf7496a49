"""Peers that ask for much and read nothing: what they cost the daemon, and those who read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import servers
import zmq
from measure import load, settled
from parts import Bench, Column, Numbers, Part, Row
from servers import Server

from support.process import cpu_seconds, descriptors, memory_mib

REQUESTS_OF_A_PEER = 64
HOT = {"op": "get", "path": "hot.txt"}
CHUNK = 1 << 20


def run(bench: Bench) -> list[Row]:
    root = bench.scratch / "deaf"
    root.mkdir()
    (root / "hot.txt").write_bytes(bytes(1024))
    (root / "large.bin").write_bytes(bytes(REQUESTS_OF_A_PEER * CHUNK))
    rounds = [visit(bench, root) for _ in range(bench.settings.rounds)]
    rows = [Row({"when": when}, [each[when] for each in rounds]) for when in rounds[0]]
    for row in rows:
        row.compare(rows[0], "p99_us")
    return rows


def visit(bench: Bench, root: Path) -> dict[str, Numbers]:
    """A daemon of its own, before there are deaf peers, with them, and when they have left."""
    count = bench.settings.deaf_peers
    with servers.filer(bench, {"root": str(root)}) as daemon:
        told = {"before": honest(bench, daemon)}
        with deaf_peers(daemon, count):
            told[f"with {count} deaf peers"] = honest(bench, daemon)
        settled(lambda: descriptors(daemon.pid))
        told["after they left"] = honest(bench, daemon)
    return told


def honest(bench: Bench, daemon: Server) -> Numbers:
    numbers = load(bench, daemon, HOT, in_flight=1)
    return {**numbers, "rss_mib": memory_mib(daemon.pid), "peak_mib": memory_mib(daemon.pid, "VmHWM")}


@contextmanager
def deaf_peers(daemon: Server, count: int) -> Iterator[None]:
    """So many peers whose requests the daemon has dealt with, as it rests again, and whose replies nobody reads."""
    context = zmq.Context()
    try:
        peers = [context.socket(zmq.DEALER) for _ in range(count)]
        for peer in peers:
            peer.set(zmq.RCVHWM, 1)
            peer.set(zmq.RCVBUF, 4096)
            peer.connect(daemon.endpoint)
        for number in range(REQUESTS_OF_A_PEER):
            for place, peer in enumerate(peers):
                peer.send_multipart([b"", chunk_request((number + place) % REQUESTS_OF_A_PEER)])
        settled(lambda: round(cpu_seconds(daemon.pid), 2))
        yield
    finally:
        context.destroy(linger=0)


def chunk_request(number: int) -> bytes:
    """For another chunk than the request before: those that ask the same share what is read."""
    return json.dumps({"op": "get", "path": "large.bin", "offset": number * CHUNK}).encode()


PART = Part(
    "deaf-peers",
    "Deaf peers: each asks 64 times for 1 MiB and reads nothing; one other reads 1 KiB, again and again",
    (
        Column("", "when"),
        Column("requests/s", "requests_per_second"),
        Column("p50 us", "p50_us"),
        Column("p99 us", "p99_us"),
        Column("RSS MiB", "rss_mib", 1),
        Column("peak RSS MiB", "peak_mib", 1),
        Column("p99, of before", "ratio", 2),
    ),
    run,
)
