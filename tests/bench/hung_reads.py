"""A file system that does not answer: what reads that hang cost those who ask for other files."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import servers
import zmq
from measure import load
from parts import Bench, BenchError, CannotRun, Column, Numbers, Part, Row
from servers import Server
from support.daemon import wait_until

HUNG_READS = 32  # more than the pool has threads
DEADLINE_MS = 3_600_000  # the daemon gives up nothing while it is measured
PATIENCE_MS = 60_000
HOT = {"op": "get", "path": "hot.txt"}


class Mount:
    """A directory, which appears below the root as `mount`, by a process that can be stopped."""

    def __init__(self, bench: Bench) -> None:
        self.root, self.source = bench.scratch / "hung", bench.scratch / "hung-source"
        self._point = self.root / "mount"
        self._point.mkdir(parents=True)
        self.source.mkdir()
        self._process = subprocess.Popen(["bindfs", "-f", str(self.source), str(self._point)])
        try:
            wait_until(lambda: os.path.ismount(self._point), 20, "the mount")
        except BaseException:
            self.end()
            raise

    def stop(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        self.go_on()
        subprocess.run(["umount", "--lazy", str(self._point)], check=False, stderr=subprocess.DEVNULL)
        self._process.kill()
        self._process.wait()


def run(bench: Bench) -> list[Row]:
    servers.require("bindfs")
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.W_OK):
        raise CannotRun("it mounts: that takes root and /dev/fuse")
    mount = Mount(bench)
    try:
        (mount.root / "hot.txt").write_bytes(bytes(1024))
        config = {"root": str(mount.root), "limits": {"deadline_ms": DEADLINE_MS}}
        with servers.filer(bench, config) as daemon:
            rounds = [visit(bench, daemon, mount, number) for number in range(bench.settings.rounds)]
    finally:
        mount.end()
    before = Row({"hung": 0}, [numbers for numbers, _ in rounds])
    during = Row({"hung": HUNG_READS}, [numbers for _, numbers in rounds])
    for row in (before, during):
        row.compare(before, "p99_us")
    return [before, during]


def visit(bench: Bench, daemon: Server, mount: Mount, number: int) -> tuple[Numbers, Numbers]:
    """Without reads that hang, and with them."""
    cold = f"cold-{number}.txt"  # a new one each time: what is cached does not hang
    (mount.source / cold).write_bytes(bytes(1024))
    before = load(bench, daemon, HOT, in_flight=1)
    with hung_reads(daemon, mount, f"mount/{cold}"):
        return before, load(bench, daemon, HOT, in_flight=1)


@contextmanager
def hung_reads(daemon: Server, mount: Mount, path: str) -> Iterator[None]:
    """Reads that the daemon has begun, or keeps for its pool; answered only after the context."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as peer:
        peer.set(zmq.LINGER, 0)
        peer.set(zmq.RCVTIMEO, PATIENCE_MS)
        peer.connect(daemon.endpoint)
        mount.stop()
        try:
            for _ in range(HUNG_READS):
                ask(peer, {"op": "get", "path": path})
            ask(peer, HOT)
            peer.recv_multipart()  # of the hot file, asked for after the others: the daemon has them all
            yield
            if peer.poll(0):
                raise BenchError("a read that should hang was answered")
        finally:
            mount.go_on()
        for _ in range(HUNG_READS):
            peer.recv_multipart()


def ask(peer: "zmq.Socket[bytes]", request: dict[str, str]) -> None:
    peer.send_multipart([b"", json.dumps(request).encode()])


PART = Part(
    "hung-reads",
    "Hung reads: a file system below the root does not answer; another peer reads 1 KiB of a file elsewhere",
    (
        Column("hung reads", "hung"),
        Column("requests/s", "requests_per_second"),
        Column("p50 us", "p50_us"),
        Column("p99 us", "p99_us"),
        Column("CPU us/request", "cpu_us_per_request", 1),
        Column("p99, of without", "ratio", 2),
    ),
    run,
)
