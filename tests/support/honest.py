"""A client that asks for the same file again and again, in a process of its own: what others do to the daemon shows in its latencies.

    with Honest(daemon.endpoint, "target.txt", "hello\\n") as honest:
        ...                                   # attacks
    print(honest.report())                    # every request was answered, and rightly

It asks `a_second` times a second, one request at a time, over one connection that it opened at the start. A wrong reply, or
none in time, fails report().
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import zmq

DEADLINE = 30.0  # seconds
END_DEADLINE = 5.0  # for a daemon that may have ended
NO_ANSWER = "no answer in time"
IDENTITY = b"honest"  # its routing id
FIRST = b"served\n"  # printed once the first request was answered


@dataclass(frozen=True)
class Report:
    """Times in milliseconds."""

    answered: int
    p50: float
    p99: float
    worst: float
    failure: str  # empty: none

    def __str__(self) -> str:
        return f"{self.answered} requests, p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms, worst {self.worst:.1f} ms"


class Honest:
    def __init__(
        self, endpoint: str, path: str, content: str, a_second: int = 200, until_it_ends: bool = False
    ) -> None:
        """`until_it_ends`: the test makes the daemon end; the request that nobody answers any more is no failure."""
        self._arguments = [endpoint, path, content, str(a_second), str(END_DEADLINE if until_it_ends else DEADLINE)]
        self._until_it_ends = until_it_ends

    def __enter__(self) -> Self:
        """Returns when the first request was answered."""
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._arguments],
            bufsize=0,  # communicate() reads on where readline() ended
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        assert self._process.stdout is not None
        if (line := self._process.stdout.readline()) != FIRST:
            self.end()
            raise AssertionError(f"the first honest request failed: {line!r}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        if self._process.returncode is not None:
            return
        output, _ = self._process.communicate()  # the end of its input is its sign to end
        self._told = output

    def report(self) -> Report:
        """Of all requests. Ends the client; AssertionError where a request was not answered, or not rightly."""
        self.end()
        report = Report(**json.loads(self._told))
        assert not report.failure or (self._until_it_ends and report.failure == NO_ANSWER), (report, report.failure)
        return report


def main() -> None:
    endpoint, path, content, a_second, deadline = sys.argv[1:]
    latencies: list[float] = []
    failure = ""
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.LINGER = 0
        client.ROUTING_ID = IDENTITY
        client.RCVTIMEO = int(float(deadline) * 1000)
        client.connect(endpoint)
        poller = zmq.Poller()
        poller.register(sys.stdin, zmq.POLLIN)
        while not failure and not poller.poll(1000 / int(a_second)):
            begin = time.perf_counter()
            try:
                client.send_json({"path": path})
                reply = client.recv_json()
            except zmq.Again:
                failure = NO_ANSWER
                break
            latencies.append((time.perf_counter() - begin) * 1000)
            if reply.get("content") != content:
                failure = f"request {len(latencies)}: {str(reply)[:300]}"
            if len(latencies) == 1 and not failure:
                print(FIRST.decode(), end="", flush=True)
    if not latencies:
        sys.exit(failure)
    latencies.sort()
    at = [latencies[min(int(len(latencies) * share), len(latencies) - 1)] for share in (0.5, 0.99, 1)]
    print(json.dumps(asdict(Report(len(latencies), *at, failure))))


if __name__ == "__main__":
    main()
