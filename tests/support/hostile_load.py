#!/usr/bin/python3
"""Mutated messages and hostile connections in number, against a daemon of its own, beside an honest client.

    hostile_load.py [--messages 1000000] [--connections 10000] [--processes 2] [--leaks] [--seed 1]

Each message that can be answered must get one reply, each reply must be one of the protocol's and none the daemon's own fault;
the honest client must get all of its; descriptors and memory must come back. Says what it saw, and exits with 1 where that is not so.
FILER_BUILD: the build directory, as for the tests.
"""

import argparse
import json
import multiprocessing
import os
import struct
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import zmq

from support import examples
from support.attacks import ATTACKS, LEAKING
from support.daemon import FREE_PORT, Daemon, wait_until
from support.honest import Honest, Report
from support.mutations import mutated
from support.process import descriptors, memory_mib
from support.zmtp import Peer

IN_FLIGHT = 128  # messages of a process
OPEN_CONNECTIONS = 100  # of a process, at most
ROUNDS = 4  # memory is looked at after each
DEADLINE = 60.0  # seconds
UNANSWERABLE_SHARE = 0.02
MOST_P99 = 50.0  # milliseconds
NICE = 5  # the daemon and its honest client are measured, not the scheduler


@dataclass
class Tally:
    """What the processes of an onslaught sent, and what came back."""

    messages: int = 0
    unanswerable: int = 0  # of the messages
    replies: Counter[str] = field(default_factory=Counter)  # by the code of the error, or ok
    connections: Counter[str] = field(default_factory=Counter)  # by attack

    def add(self, other: "Tally") -> None:
        self.messages += other.messages
        self.unanswerable += other.unanswerable
        self.replies += other.replies
        self.connections += other.connections


@dataclass
class Outcome:
    tally: Tally
    dropped: int  # that the daemon counted
    honest: Report
    mib: list[float]  # at the start, and after each round
    descriptors: tuple[int, int]  # at the start, and at the end
    seconds: float

    def faults(self) -> list[str]:
        """What should not be; but for latencies, which are the host's as well."""
        tally = self.tally
        found = []
        if tally.replies.total() != tally.messages - tally.unanswerable:
            found.append(f"{tally.replies.total()} replies to {tally.messages - tally.unanswerable} messages")
        if tally.replies["internal"]:
            found.append(f"{tally.replies['internal']} internal errors")
        if self.dropped < tally.unanswerable:
            found.append(f"{self.dropped} dropped messages counted of {tally.unanswerable}")
        if self.descriptors[1] > self.descriptors[0]:
            found.append(f"{self.descriptors[1]} descriptors, {self.descriptors[0]} before")
        return found

    def __str__(self) -> str:
        tally = self.tally
        return "\n".join(
            [
                f"messages     {tally.messages} mutated, {tally.unanswerable} of them unanswerable, in {self.seconds:.0f} s",
                f"replies      {tally.replies.total()}: {dict(tally.replies.most_common())}",
                f"connections  {tally.connections.total()}: {dict(tally.connections.most_common())}",
                f"honest       {self.honest}",
                f"memory MiB   {', '.join(f'{mib:.1f}' for mib in self.mib)} (at the start, after each of {ROUNDS} rounds)",
                f"descriptors  {self.descriptors[0]} at the start, {self.descriptors[1]} at the end",
            ]
        )


def send_mutated(endpoint: str, count: int, seed: int) -> Tally:
    """Sends so many messages, IN_FLIGHT at a time, and takes the reply to each that can have one."""
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    tally = Tally(messages=count)
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.LINGER = 0
        dealer.RCVTIMEO = int(DEADLINE * 1000)
        dealer.connect(endpoint)
        waiting: set[bytes] = set()
        for number, frames in enumerate(messages(count, Random(seed))):
            if b"" in frames:
                waiting.add(frames[0])
            else:
                tally.unanswerable += 1
            dealer.send_multipart(frames)
            while len(waiting) >= IN_FLIGHT or (waiting and number == count - 1):
                answered, code = take_reply(dealer)
                waiting.remove(answered)  # KeyError: nobody asked, or not twice
                tally.replies[code] += 1
    return tally


def messages(count: int, numbers: Random) -> Iterator[list[bytes]]:
    """Each with a number of its own in its envelope; the last one can be answered."""
    seeds = examples.requests()
    for number in range(count):
        body = mutated(seeds, numbers)
        name = struct.pack(">Q", number)
        if numbers.random() >= UNANSWERABLE_SHARE or number == count - 1:
            yield [name, b"", body] if numbers.random() > 0.01 else [name, b"", body, b"one too many"]
        else:
            yield [name] * numbers.choice([1, 2, 100]) + [body or b"?"]


def take_reply(dealer: zmq.Socket) -> tuple[bytes, str]:
    """The number of the message that it belongs to, and the code of its error."""
    name, delimiter, header, *data = dealer.recv_multipart()
    reply = json.loads(header)
    assert delimiter == b"" and len(data) <= 1 and reply["pid"] and reply["timestamp"], reply
    return name, reply["error"]["code"] if "error" in reply else "ok"


def attack(endpoint: str, count: int, seed: int, with_leaks: bool) -> Tally:
    """Opens so many connections, OPEN_CONNECTIONS of them at a time."""
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    numbers = Random(seed)
    tally = Tally()
    attacks = ATTACKS + LEAKING if with_leaks else ATTACKS
    peers: deque[Peer] = deque()
    for _ in range(count):
        chosen = numbers.choice(attacks)
        peers.append(chosen(endpoint, numbers))
        tally.connections[chosen.__name__] += 1
        if len(peers) > OPEN_CONNECTIONS:
            leave(peers.popleft(), numbers)
    for peer in peers:
        leave(peer, numbers)
    return tally


def leave(peer: Peer, numbers: Random) -> None:
    numbers.choice([peer.close, peer.reset])()


def assail(count_messages: int, count_connections: int, processes: int, seed: int, with_leaks: bool = False) -> Outcome:
    """Each of `processes` processes sends its share of the messages, and as many others open connections."""
    begin = time.monotonic()
    pool = ProcessPoolExecutor(2 * processes, multiprocessing.get_context("spawn"))
    with tempfile.TemporaryDirectory() as root, daemon_of(Path(root)) as daemon, pool:
        with Honest(daemon.endpoint, "target.txt", "hello\n") as honest:
            at_start = descriptors(daemon.pid)
            mib = [memory_mib(daemon.pid)]
            tally = Tally()
            for number in range(ROUNDS):
                shares = ROUNDS * processes
                seeds = range(seed + number * processes, seed + (number + 1) * processes)
                futures = [pool.submit(send_mutated, daemon.endpoint, count_messages // shares, each) for each in seeds]
                futures += [
                    pool.submit(attack, daemon.endpoint, count_connections // shares, each, with_leaks) for each in seeds
                ]
                for future in futures:
                    tally.add(future.result())
                daemon.require_alive()
                wait_until(lambda: descriptors(daemon.pid) <= at_start, DEADLINE, "the descriptors of before")
                mib.append(memory_mib(daemon.pid))
            dropped = dropped_messages(daemon)
            return Outcome(
                tally, dropped, honest.report(), mib, (at_start, descriptors(daemon.pid)), time.monotonic() - begin
            )


def daemon_of(root: Path) -> Daemon:
    """One that serves what the examples ask for, and does not tell of each request."""
    for name, content in examples.FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    return Daemon(root=root, config={"bind": FREE_PORT, "root": str(root), "log": {"requests": "none"}})


def dropped_messages(daemon: Daemon) -> int:
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.LINGER = 0
        client.RCVTIMEO = int(DEADLINE * 1000)
        client.connect(daemon.endpoint)
        client.send(b'{"op":"stats"}')
        return int(json.loads(client.recv())["dropped_messages"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--leaks", action="store_true", help="use also what makes libzmq lose memory")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcome = assail(arguments.messages, arguments.connections, arguments.processes, arguments.seed, arguments.leaks)
    print(outcome)
    faults = outcome.faults()
    if outcome.honest.p99 >= MOST_P99:
        faults.append(f"the honest client's p99 is not under {MOST_P99:g} ms")
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
