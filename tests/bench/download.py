"""One large file, downloaded and verified: the client beside curl and sha256sum."""

import os
import resource
import subprocess
import time
from functools import partial
from pathlib import Path

import servers
from parts import Bench, BenchError, Column, Numbers, Part, Row, alternate
from servers import Server

from support.process import cpu_seconds

BLOCK = 1 << 20
NAME = "large.bin"
COMPARED_WITH = "curl, sha256sum, sync"


def run(bench: Bench) -> list[Row]:
    servers.require("nginx", "curl")
    root = bench.scratch / "download"
    root.mkdir()
    with open(root / NAME, "wb") as file:
        for _ in range(bench.settings.download_bytes // BLOCK):
            file.write(os.urandom(BLOCK))
        os.fsync(file.fileno())
    with servers.filer(bench, {"root": str(root)}) as daemon, servers.nginx(bench, root) as nginx:
        results = alternate(bench.settings.rounds, visits(bench, daemon, nginx))
    rows = {client: Row({"client": client}, rounds) for client, rounds in results.items()}
    for row in rows.values():
        row.compare(rows[COMPARED_WITH], "seconds")
    return list(rows.values())


def visits(bench: Bench, daemon: Server, nginx: Server) -> dict[str, partial[Numbers]]:
    output = bench.scratch / "downloaded.bin"
    get = [str(bench.build / "cli" / "zmq-filer"), "-q", "-e", daemon.endpoint, "get", NAME, "-o", str(output)]
    curl = ["curl", "-s", "-f", "-o", str(output), f"{nginx.url}/{NAME}"]
    verify = ["sha256sum", str(output)]
    sync = ["sync", str(output)]
    return {
        "zmq-filer get": partial(visit, bench, daemon, output, [get]),
        "curl, sha256sum": partial(visit, bench, nginx, output, [curl, verify]),
        COMPARED_WITH: partial(visit, bench, nginx, output, [curl, verify, sync]),
    }


def visit(bench: Bench, server: Server, output: Path, commands: list[list[str]]) -> Numbers:
    """Downloads to a file that is not there, while the disk has nothing else to write."""
    output.unlink(missing_ok=True)
    os.sync()
    server_before, client_before, start = cpu_seconds(server.pid), children_seconds(), time.monotonic()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    if output.stat().st_size != bench.settings.download_bytes:
        raise BenchError(f"{commands[0]} left {output.stat().st_size} bytes")
    return {
        "seconds": seconds,
        "mib_per_second": bench.settings.download_bytes / seconds / (1 << 20),
        "server_cpu_seconds": cpu_seconds(server.pid) - server_before,
        "client_cpu_seconds": children_seconds() - client_before,
    }


def children_seconds() -> float:
    """What the processes used that were started here and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


PART = Part(
    "download",
    "Download: one large file, written to disk and verified by SHA-256",
    (
        Column("client", "client"),
        Column("seconds", "seconds", 2),
        Column("MiB/s", "mib_per_second"),
        Column("server CPU s", "server_cpu_seconds", 2),
        Column("client CPU s", "client_cpu_seconds", 2),
        Column("time, of curl with sync", "ratio", 2),
    ),
    run,
)
