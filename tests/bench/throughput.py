"""Small, middling and large files: the daemon beside what libzmq can do at all, a web server, and a tutorial's responder."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import servers
from measure import load, load_http
from parts import Bench, CannotRun, Column, Numbers, Part, Row, alternate

SIZES = (1024, 64 << 10, 1 << 20)
IN_FLIGHT = (1, 64)
OTHER_FILES = 100  # as many as the numbers that the load puts for a #
ROOM = {"peer_bytes_in_flight": "256MiB", "bytes_in_flight": "512MiB"}  # for 64 replies of 1 MiB to one peer
LIMIT = "bare ROUTER echo"  # what the others are compared with


def run(bench: Bench) -> list[Row]:
    servers.require("nginx", "wrk", "node")
    if not (servers.NODE_MODULES / "zeromq").is_dir():
        raise CannotRun("no zeromq for node (npm ci in tests/interop/clients)")
    root = bench.scratch / "throughput"
    root.mkdir()
    for size in SIZES:
        (root / f"{size}.txt").write_bytes(text(size))
    for number in range(OTHER_FILES):
        (root / f"other-{number}.txt").write_bytes(text(SIZES[0]))
    with ExitStack() as stack:
        standing = Standing(bench, root, stack)
        rows = [row for size in SIZES for in_flight in IN_FLIGHT for row in compare(standing, size, in_flight)]
    return rows


def text(size: int) -> bytes:
    line = b"Sixty-four bytes of text, as logs have it, and no quotes in it.\n"
    return (line * (size // len(line) + 1))[:size]


class Standing:
    """The servers that are there for all sizes."""

    def __init__(self, bench: Bench, root: Path, stack: ExitStack) -> None:
        self.bench = bench
        config = {"root": str(root), "limits": ROOM}
        self.daemon = stack.enter_context(servers.filer(bench, config))
        self.logging_daemon = stack.enter_context(servers.filer(bench, config, log_requests=True))
        self.nginx = stack.enter_context(servers.nginx(bench, root))
        self.node = stack.enter_context(servers.node_responder(bench, root))


def compare(standing: Standing, size: int, in_flight: int) -> list[Row]:
    bench = standing.bench
    classic = {"path": f"{size}.txt"}
    reply_bytes = int(load(bench, standing.daemon, classic, 1, bench.settings.warm_up)["reply_bytes"])
    with servers.echo(bench, "router", reply_bytes) as router, servers.echo(bench, "rep", reply_bytes) as rep:
        visits: dict[str, Callable[[], Numbers]] = {
            **visits_of_daemon(standing, size, in_flight),
            LIMIT: partial(load, bench, router, classic, in_flight),
            "bare REP echo": partial(load, bench, rep, classic, in_flight),
            "nginx": partial(load_http, bench, standing.nginx, f"{size}.txt", in_flight),
            "Node REP": partial(load, bench, standing.node, classic, in_flight),
        }
        results = alternate(bench.settings.rounds, visits)
    return rows_of(results, {"size": size, "in_flight": in_flight})


def visits_of_daemon(standing: Standing, size: int, in_flight: int) -> dict[str, Callable[[], Numbers]]:
    bench = standing.bench
    get = {"op": "get", "path": f"{size}.txt"}
    visits: dict[str, Callable[[], Numbers]] = {
        "zmq-filerd, classic": partial(load, bench, standing.daemon, {"path": f"{size}.txt"}, in_flight),
        "zmq-filerd, get": partial(load, bench, standing.daemon, get, in_flight),
    }
    if size == SIZES[0]:
        other = {"op": "get", "path": "other-#.txt"}
        visits["zmq-filerd, get, 100 files"] = partial(load, bench, standing.daemon, other, in_flight)
        visits["zmq-filerd, get, logging"] = partial(load, bench, standing.logging_daemon, get, in_flight)
    return visits


def rows_of(results: Mapping[str, list[Numbers]], labels: Mapping[str, Any]) -> list[Row]:
    rows = {server: Row({**labels, "server": server}, rounds) for server, rounds in results.items()}
    for row in rows.values():
        row.compare(rows[LIMIT], "requests_per_second")
    return list(rows.values())


PART = Part(
    "throughput",
    "Throughput and latency: one file again and again, on one connection (nginx: one for each in flight)",
    (
        Column("bytes", "size"),
        Column("in flight", "in_flight"),
        Column("server", "server"),
        Column("requests/s", "requests_per_second"),
        Column("p50 us", "p50_us"),
        Column("p99 us", "p99_us"),
        Column("CPU us/request", "cpu_us_per_request", 1),
        Column("of ROUTER echo", "ratio", 2),
    ),
    run,
)
