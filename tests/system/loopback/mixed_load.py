#!/usr/bin/python3
"""mixed_load.py SECONDS: everything at once, on one daemon, for that long.

Clients of every kind ask, download and watch, files change under them, peers do not read, come and go, and send what is
no request. Fails on a reply that is missing or wrong, on a client that fails, on a daemon that ends or leaves anything
behind, and on a sanitizer's report of either program: FILER_BUILD names a build with one.
"""

import hashlib
import itertools
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import client
import zmq

from support.daemon import SANITIZER, Daemon

PATIENCE = 60_000  # ms: of whatever waits for a reply
STEADY = random.Random(1).randbytes(3 << 20)
LINE = b"%08d " + b"x" * 90 + b"\n"
# What may rightly come of a good request while files change and others take all the room.
RIGHTLY = {"ok", "busy", "changed", "not_found", "range"}


class Load:
    """The daemon and what is known of its files. Each method named in ROUNDS does something once."""

    def __init__(self, daemon: Daemon, scratch: Path) -> None:
        self.daemon = daemon
        self.scratch = scratch
        self.context = zmq.Context()
        daemon.write("steady.bin", STEADY)
        daemon.write("target.txt", b"hello\n")
        for number in range(50):
            daemon.write(f"tree/{number % 5}/{number}.txt", b"%d" % number)
        self.replace(0)

    def replace(self, number: int) -> None:
        fresh = self.daemon.write(f".replaced.{threading.get_ident()}", LINE % number * 100)
        os.replace(fresh, self.daemon.root / "replaced.txt")

    def peer(self, kind: int = zmq.DEALER) -> zmq.Socket:
        peer = self.context.socket(kind)
        peer.setsockopt(zmq.LINGER, 0)
        peer.setsockopt(zmq.RCVTIMEO, PATIENCE)
        peer.connect(self.daemon.endpoint)
        return peer

    def change_files(self) -> None:
        number = random.randrange(10**8)
        self.replace(number)
        with open(self.daemon.root / "log", "ab") as log:
            log.write(LINE % number)
        if os.path.getsize(self.daemon.root / "log") > 1 << 20:
            os.truncate(self.daemon.root / "log", 0)
        self.daemon.write("rewritten.txt", LINE % number * random.randrange(100))
        passing = self.daemon.write(f"tree/passing/{number % 10}", b"")
        if number % 3 == 0:
            passing.unlink()
        time.sleep(0.002)

    def ask_classically(self) -> None:
        with self.peer(zmq.REQ) as peer:
            for _ in range(20):
                peer.send(b'{"path":"target.txt"}')
                reply = json.loads(peer.recv())
                check(code_of(reply) == "busy" or reply["content"] == "hello\n", reply)
                peer.send(b'{"path":"replaced.txt"}')
                reply = json.loads(peer.recv())
                if code_of(reply) == "ok":
                    check(len(set(reply["content"].splitlines())) == 1, "a torn file")
                else:
                    check(code_of(reply) in RIGHTLY, reply)

    def ask_for_everything(self) -> None:
        """Pipelined: a reply to each, whatever their order."""
        requests = {b"%d" % number: random.choice(OPS)() for number in range(64)}
        with self.peer() as peer:
            for ticket, request in requests.items():
                peer.send_multipart([ticket, b"", json.dumps(request).encode()])
            while requests:
                ticket, delimiter, header, *data = peer.recv_multipart()
                request, reply = requests.pop(ticket), json.loads(header)
                check(delimiter == b"" and code_of(reply) in RIGHTLY, (request, reply))
                if data and request["path"] == "steady.bin":
                    start = reply["offset"]
                    check(data[0] == STEADY[start : start + reply["length"]], (request, reply))

    def watch(self) -> None:
        etag = "none"
        with self.peer() as peer:
            for _ in range(10):
                request = {"op": "stat", "path": "replaced.txt", "if_none_match": etag, "wait_ms": 500}
                peer.send_multipart([b"", json.dumps(request).encode()])
                reply = json.loads(peer.recv_multipart()[1])
                check(code_of(reply) in RIGHTLY, reply)
                check(code_of(reply) != "ok" or "not_modified" in reply or reply["etag"] != etag, reply)
                etag = reply.get("etag", etag)

    def download(self) -> None:
        with tempfile.TemporaryDirectory(dir=self.scratch) as directory:
            self.run_client("get", "steady.bin", cwd=directory)
            check((Path(directory) / "steady.bin").read_bytes() == STEADY, "another file than there is")
            self.run_client("get", "-r", "tree", cwd=directory, allowed={0, 3})
            check((Path(directory) / "tree/0/0.txt").read_bytes() == b"0", "another tree than there is")

    def use_commands(self) -> None:
        digest = self.run_client("sum", "steady.bin")
        check(digest.split()[0].decode() == hashlib.sha256(STEADY).hexdigest(), digest)
        self.run_client("tail", "-n", "5", "replaced.txt", allowed={0, 6})
        self.run_client("cat", "rewritten.txt", allowed={0, 3, 6})
        self.run_client("ls", "-lR", allowed={0, 3})
        self.run_client("watch", "-n", "1", "replaced.txt")
        self.run_client("stats")

    def run_client(self, *arguments: str, allowed: set[int] = frozenset({0}), **options: Any) -> bytes:
        done = client.run(
            self.daemon.endpoint, "--timeout", "60", *arguments, timeout=4 * client.DEADLINE, **options
        )
        error = done.stderr.decode(errors="replace")
        check(done.returncode in allowed and not SANITIZER.search(error), (arguments, done.returncode, error))
        return done.stdout

    def be_deaf(self) -> None:
        """Asks for more than may be in flight to it, reads none of it, and is gone some time later."""
        with self.context.socket(zmq.DEALER) as peer:
            peer.setsockopt(zmq.LINGER, 0)
            peer.setsockopt(zmq.RCVHWM, 1)
            peer.setsockopt(zmq.RCVBUF, 4096)
            peer.connect(self.daemon.endpoint)
            for number in range(100):
                request = {"op": "get", "path": "steady.bin", "offset": number * 1000, "length": 1 << 20}
                peer.send_multipart([b"", json.dumps(request).encode()])
            time.sleep(random.random() * 3)

    def come_and_go(self) -> None:
        for number in range(20):
            with self.peer() as peer:
                peer.send_multipart([b"", b'{"path":"target.txt"}'])
                if number % 2:
                    peer.recv_multipart()

    def send_noise(self) -> None:
        """What does not even begin as ZeroMQ does."""
        host, port = self.daemon.endpoint.removeprefix("tcp://").split(":")
        for beginning in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"", random.randbytes(500), b"\xff"):
            with suppress(OSError), socket.create_connection((host, int(port)), 10) as connection:
                connection.sendall(beginning + random.randbytes(random.randrange(100)))
                connection.recv(1)  # the daemon has taken it on

    def send_no_requests(self) -> None:
        """What is answered with an error, or dropped; the good one behind it is answered."""
        with self.peer() as peer:
            for _ in range(100):
                good = bytearray(json.dumps(random.choice(OPS)()).encode())
                for _ in range(random.randrange(1, 4)):
                    good[random.randrange(len(good))] = random.randrange(256)
                frames = [random.randbytes(random.randrange(1, 20)) for _ in range(random.randrange(20))]
                peer.send_multipart(random.choice([[b"x", b"", bytes(good)], frames or [b"x"], [b"y", b"", *frames]]))
                peer.send_multipart([b"good", b"", b'{"op":"hello"}'])
                while True:
                    *envelope, header = peer.recv_multipart()
                    if envelope[:1] == [b"good"]:
                        check(code_of(json.loads(header)) in {"ok", "busy"}, header)
                        break


def some_range() -> dict[str, Any]:
    return {"offset": random.randrange(len(STEADY)), "length": random.randrange(1 << 20)}


OPS: list[Callable[[], dict[str, Any]]] = [
    lambda: {"op": "get", "path": "steady.bin", **some_range()},
    lambda: {"op": "get", "path": "steady.bin", **some_range(), "digest": True},
    lambda: {"op": "get", "path": "rewritten.txt", "encoding": "base64"},
    lambda: {"op": "get", "path": "replaced.txt", "encoding": "utf8"},
    lambda: {"op": "get", "path": "log", "offset": random.randrange(1 << 20)},
    lambda: {"op": "stat", "path": random.choice(["log", "tree", "steady.bin"])},
    lambda: {"op": "list", "path": random.choice([".", "tree", "tree/passing"]), "limit": random.randrange(1, 20)},
    lambda: {"op": "digest", "path": "steady.bin", "chunk": 1 << 20},
    lambda: {"op": "digest", "path": "replaced.txt"},
    lambda: {"op": "stat", "path": "target.txt", "if_none_match": "another"},
    lambda: {"path": "target.txt"},
]

ROUNDS = {
    Load.ask_classically: 2,
    Load.ask_for_everything: 2,
    Load.watch: 2,
    Load.download: 1,
    Load.use_commands: 1,
    Load.be_deaf: 2,
    Load.come_and_go: 1,
    Load.send_noise: 1,
    Load.send_no_requests: 1,
}


class WrongError(AssertionError):
    """Something that must not be so."""


def check(condition: bool, what: object) -> None:
    if not condition:
        raise WrongError(str(what))


def code_of(reply: dict[str, Any]) -> str:
    return reply["error"]["code"] if "error" in reply else "ok"


class Run:
    """Threads that repeat rounds until the time is up, or one of them fails."""

    def __init__(self, load: Load, seconds: float) -> None:
        self._load = load
        self._end = time.monotonic() + seconds
        self.rounds: Counter[str] = Counter()
        self.failures: list[str] = []

    def perform(self) -> None:
        kinds = itertools.chain.from_iterable([what] * count for what, count in ROUNDS.items())
        others = [self._start(what, self._is_over) for what in kinds]
        # Files change for as long as somebody may watch them.
        changer = self._start(Load.change_files, lambda: not any(thread.is_alive() for thread in others))
        for thread in (*others, changer):
            thread.join()

    def tell(self) -> None:
        for name, count in self.rounds.items():
            print(f"{name:>20}: {count} rounds")
        for failure in self.failures:
            print(f"FAILED: {failure}", file=sys.stderr)

    def _is_over(self) -> bool:
        return bool(self.failures) or time.monotonic() > self._end

    def _start(self, what: Callable[[Load], None], is_over: Callable[[], bool]) -> threading.Thread:
        thread = threading.Thread(target=self._repeat, args=(what, is_over))
        thread.start()
        return thread

    def _repeat(self, what: Callable[[Load], None], is_over: Callable[[], bool]) -> None:
        while not is_over():
            try:
                what(self._load)
                self.rounds[what.__name__] += 1
            except Exception as error:
                self.failures.append(f"{what.__name__}: {type(error).__name__}: {error}")
                return


def main() -> int:
    seconds = float(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="mixed-load-") as scratch, Daemon() as daemon:
        load = Load(daemon, Path(scratch))
        load.change_files()
        run = Run(load, seconds)
        run.perform()
        run.tell()
        load.context.destroy(linger=0)
        if run.failures:
            print("--- the end of the daemon's log:", *daemon.log().splitlines()[-200:], sep="\n", file=sys.stderr)
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
