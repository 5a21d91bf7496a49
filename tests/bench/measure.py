"""Measurements: load on a server."""

import json
import math
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from parts import Bench, BenchError, Numbers
from servers import Server

from support.process import cpu_seconds

T = TypeVar("T")

WRK_REPORT = Path(__file__).with_name("wrk_report.lua")
PATIENCE = 60.0  # seconds, more than any measurement takes to start and to end
SETTLED_SECONDS = 0.5


def settled(sample: Callable[[], T]) -> T:
    """The first sample that is the same as that of half a second before."""
    end = time.monotonic() + PATIENCE
    last = sample()
    while time.monotonic() < end:
        time.sleep(SETTLED_SECONDS)
        before, last = last, sample()
        if last == before:
            return last
    raise BenchError(f"not settled within {PATIENCE:g} s")


def load(
    bench: Bench,
    server: Server,
    request: Mapping[str, Any],
    in_flight: int,
    seconds: float | None = None,
    keys: Sequence[str] = (),
) -> Numbers:
    """Measures a ZeroMQ server with so many requests in flight, on one connection. `keys`, for CURVE: the server's public
    key, and the file of the client's."""
    seconds = seconds or bench.settings.seconds
    program = bench.build / "tests" / "bench" / "bench-load"
    text = json.dumps(request, separators=(",", ":"))
    times = [str(bench.settings.warm_up), str(seconds)]
    return measured([str(program), server.endpoint, text, str(in_flight), *times, *keys], server, seconds)


def load_http(bench: Bench, server: Server, path: str, in_flight: int) -> Numbers:
    """Measures a web server, with one connection for each request in flight: HTTP/1.1 has them one at a time."""
    seconds = math.ceil(bench.settings.seconds)  # wrk knows no parts of seconds
    options = ["-t1", f"-c{in_flight}", f"-d{seconds}s", "--latency", "-s", str(WRK_REPORT)]
    return measured(["wrk", *options, f"{server.url}/{path}"], server, seconds)


def measured(command: list[str], server: Server, seconds: float) -> Numbers:
    """What the generator of load tells in its last line, and what the server's process used meanwhile."""
    cpu_before = cpu_seconds(server.pid)
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + PATIENCE)
    cpu = cpu_seconds(server.pid) - cpu_before
    if done.returncode != 0:
        raise BenchError(f"{command}: {done.stderr or done.stdout}")
    told: Numbers = json.loads(done.stdout.splitlines()[-1])
    if told["errors"] or not told["requests"]:
        raise BenchError(f"{command}: {told['errors']:.0f} errors of {told['requests']:.0f} replies")
    return {
        "requests_per_second": told["requests"] / told["seconds"],
        "cpu_us_per_request": cpu * 1e6 / told["sent"],
        **told,
    }
