"""What CURVE costs: the same files, encrypted and not."""

from contextlib import ExitStack
from functools import partial

import servers
from measure import load
from parts import Bench, Column, Part, Row, alternate
from support.curve import Keys
from throughput import IN_FLIGHT, ROOM, SIZES, text

PLAIN = "NULL"
CURVE = "CURVE"


def run(bench: Bench) -> list[Row]:
    directory = bench.scratch / "curve"
    root = directory / "root"
    root.mkdir(parents=True)
    for size in SIZES:
        (root / f"{size}.txt").write_bytes(text(size))
    keys = Keys(directory)
    keys.make("client")
    config = keys.config(root, "tcp://127.0.0.1:*", limits=ROOM)
    keys.authorize("client", config)
    del config["bind"]
    client_keys = [keys.public["server"], str(keys.file("client"))]
    with ExitStack() as stack:
        plain = stack.enter_context(servers.filer(bench, config))
        curve = stack.enter_context(servers.filer(bench, config, curve=True))
        rows = []
        for size in SIZES:
            for in_flight in IN_FLIGHT:
                get = {"op": "get", "path": f"{size}.txt"}
                visits = {
                    PLAIN: partial(load, bench, plain, get, in_flight),
                    CURVE: partial(load, bench, curve, get, in_flight, keys=client_keys),
                }
                results = alternate(bench.settings.rounds, visits)
                compared = {
                    name: Row({"size": size, "in_flight": in_flight, "mechanism": name}, rounds)
                    for name, rounds in results.items()
                }
                for row in compared.values():
                    row.compare(compared[PLAIN], "requests_per_second")
                rows += compared.values()
    return rows


PART = Part(
    "curve",
    "CURVE: one file again and again by get, on one connection",
    (
        Column("bytes", "size"),
        Column("in flight", "in_flight"),
        Column("mechanism", "mechanism"),
        Column("requests/s", "requests_per_second"),
        Column("p50 us", "p50_us"),
        Column("p99 us", "p99_us"),
        Column("CPU us/request", "cpu_us_per_request", 1),
        Column("of NULL", "ratio", 2),
    ),
    run,
)
