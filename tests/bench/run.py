#!/usr/bin/python3
"""The benchmark: see docs/performance.md. Prints tables, and writes BUILD/bench/results.json (FILER_BUILD: build by default)."""

import argparse
import dataclasses
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import curve
import deaf_peers
import download
import hung_reads
import idle
import long_run
import report
import scale
import throughput
from parts import QUICK, Bench, BenchError, CannotRun, Part, Settings
from support.daemon import daemon_binary

PARTS = {
    module.PART.name: module.PART
    for module in (throughput, download, curve, deaf_peers, hung_reads, idle, scale, long_run)
}


def main() -> int:
    arguments = parse()
    build = daemon_binary().parents[1]
    results = build / "bench" / "results.json"
    results.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=results.parent, prefix="scratch-") as scratch:
        bench = Bench(settings_of(arguments), build, Path(scratch))
        told = {
            "machine": report.machine(),
            "versions": report.versions(bench),
            "settings": dataclasses.asdict(bench.settings),
            "parts": {name: run_part(bench, PARTS[name]) for name in names_of(arguments)},
        }
    report.write(results, told)
    print(f"All of it, each round: {results}")
    return 0


def run_part(bench: Bench, part: Part) -> dict[str, Any]:
    """Runs and prints a part, or says why it cannot be run."""
    try:
        rows = part.run(bench)
    except CannotRun as reason:
        print(f"{part.title}\nNOT RUN: {reason}\n", flush=True)
        return {"title": part.title, "not_run": str(reason), "rows": []}
    print(report.table(part, rows), end="\n\n", flush=True)
    return {"title": part.title, "not_run": None, "rows": [report.as_json(row) for row in rows]}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measures the daemon beside other servers.")
    parser.add_argument("--quick", action="store_true", help="little of everything: whether it runs, not how fast")
    parser.add_argument("--long", action="store_true", help="millions of requests as well")
    parser.add_argument("--only", metavar="PART[,PART]", type=part_names, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", metavar="N", type=positive_integer, help="how often each server is visited (5)")
    parser.add_argument("--seconds", metavar="S", type=positive_number, help="how long each time (2)")
    return parser.parse_args()


def part_names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise argparse.ArgumentTypeError(f"no part named {name!r}; there are: {', '.join(PARTS)}")
    return names


def positive_number(text: str) -> float:
    if not 0 < float(text) < 3600:
        raise argparse.ArgumentTypeError("must be more than 0, and less than an hour")
    return float(text)


def positive_integer(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return int(text)


def settings_of(arguments: argparse.Namespace) -> Settings:
    given = {name: getattr(arguments, name) for name in ("rounds", "seconds") if getattr(arguments, name)}
    return dataclasses.replace(QUICK if arguments.quick else Settings(), **given)


def names_of(arguments: argparse.Namespace) -> list[str]:
    names: list[str] = arguments.only or [name for name in PARTS if name != long_run.PART.name]
    if arguments.long and long_run.PART.name not in names:
        names.append(long_run.PART.name)
    return names


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that every server is stopped
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"bench: {error}")
