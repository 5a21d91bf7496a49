"""Millions of requests: whether the daemon's memory grows with them."""

import servers
from measure import load
from parts import Bench, Column, Numbers, Part, Row

from support.process import memory_mib

IN_FLIGHT = 64
SAMPLES = 10
REQUEST = {"op": "get", "path": "hot.txt"}


def run(bench: Bench) -> list[Row]:
    root = bench.scratch / "long"
    root.mkdir()
    (root / "hot.txt").write_bytes(bytes(1024))
    settings = bench.settings
    with servers.filer(bench, {"root": str(root)}) as daemon:
        requests = 0.0
        rows = []
        for sample in range(SAMPLES + 1):
            numbers: Numbers = {}
            while not numbers or requests < settings.long_requests * sample / SAMPLES:
                numbers = load(bench, daemon, REQUEST, IN_FLIGHT, settings.long_seconds)
                requests += numbers["sent"]
            numbers["rss_mib"] = memory_mib(daemon.pid)
            rows.append(Row({"requests": int(requests)}, [numbers]))
    for row in rows:
        row.compare(rows[0], "rss_mib")
    return rows


PART = Part(
    "long",
    "Long run: 1 KiB, 64 in flight, one connection after another",
    (
        Column("requests so far", "requests"),
        Column("requests/s", "requests_per_second"),
        Column("p99 us", "p99_us"),
        Column("RSS MiB", "rss_mib", 1),
        Column("of the first", "ratio", 2),
    ),
    run,
)
