"""Directories of a million files, and many roots: what they cost a request for one file."""

import os
import shutil
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import servers
from measure import load
from parts import Bench, Column, Part, Row, alternate

IN_FLIGHT = 64
HOT = "hot-#.txt"  # 100 files in turn, for a request that is like another would share what that costs
HOT_FILES = 100
HOT_BYTES = 1024


def run(bench: Bench) -> list[Row]:
    few, many = bench.scratch / "few-files", bench.scratch / "many-files"
    make_root(few)
    make_root(many)
    fill(many, bench.settings.files - HOT_FILES)
    roots = {"default": str(few)} | {
        f"r{number}": str(make_root(bench.scratch / "roots" / str(number))) for number in range(1, bench.settings.roots)
    }
    with ExitStack() as stack:
        visits = {}
        for files, config in ((HOT_FILES, {"default": str(few)}), (bench.settings.files, {"default": str(many)}), (HOT_FILES, roots)):
            daemon = stack.enter_context(servers.filer(bench, {"roots": config}))
            request = {"op": "get", "root": list(config)[-1], "path": HOT}
            visits[files, len(config)] = partial(load, bench, daemon, request, IN_FLIGHT)
        results = alternate(bench.settings.rounds, visits)
    shutil.rmtree(many)
    rows = [Row({"files": files, "roots": count}, rounds) for (files, count), rounds in results.items()]
    for row in rows:
        row.compare(rows[0], "requests_per_second")
    return rows


def make_root(path: Path) -> Path:
    path.mkdir(parents=True)
    for number in range(HOT_FILES):
        (path / HOT.replace("#", str(number))).write_bytes(bytes(HOT_BYTES))
    return path


def fill(directory: Path, files: int) -> None:
    """Makes so many empty files."""
    descriptor = os.open(directory, os.O_DIRECTORY)
    try:
        for number in range(files):
            os.close(os.open(f"{number:08}.txt", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=descriptor))
    finally:
        os.close(descriptor)


PART = Part(
    "scale",
    "Scale: 1 KiB of files among many in their directory, and in the last of many roots, 64 in flight",
    (
        Column("files", "files"),
        Column("roots", "roots"),
        Column("requests/s", "requests_per_second"),
        Column("p50 us", "p50_us"),
        Column("p99 us", "p99_us"),
        Column("CPU us/request", "cpu_us_per_request", 1),
        Column("of few files", "ratio", 2),
    ),
    run,
)
