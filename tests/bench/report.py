"""What was measured: a table for people, a file for programs."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import servers
import zmq
from parts import Bench, Column, Part, Row
from support.daemon import REPOSITORY

GAP = "  "


def table(part: Part, rows: list[Row]) -> str:
    """The rows below their part's title, a line each."""
    lines = [[column.title for column in part.columns]]
    lines += [[cell(row, column) for column in part.columns] for row in rows]
    widths = [max(map(len, texts)) for texts in zip(*lines)]
    numeric = [not isinstance(value(rows[0], column), str) for column in part.columns]
    return "\n".join([part.title, *(aligned(line, widths, numeric) for line in lines)])


def aligned(line: list[str], widths: list[int], numeric: list[bool]) -> str:
    cells = [text.rjust(width) if right else text.ljust(width) for text, width, right in zip(line, widths, numeric)]
    return GAP.join(cells).rstrip()


def cell(row: Row, column: Column) -> str:
    found = value(row, column)
    if found is None:
        return ""
    return found if isinstance(found, str) else f"{found:,.{column.places}f}"


def value(row: Row, column: Column) -> Any:
    if column.key == "ratio":
        return row.ratio
    return row.labels.get(column.key, row.medians.get(column.key))


def as_json(row: Row) -> dict[str, Any]:
    return {"labels": row.labels, "medians": row.medians, "ratio": row.ratio, "rounds": row.rounds}


def write(path: Path, results: dict[str, Any]) -> None:
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def machine() -> dict[str, Any]:
    """What the numbers depend on, and nothing that tells which machine it was."""
    processor = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "kernel": platform.release(),
        "cores": os.cpu_count(),
        "processor": processor[1] if processor else platform.machine(),
        "memory_mib": int(memory[1]) // 1024 if memory else None,
    }


def versions(bench: Bench) -> dict[str, str | None]:
    """Of everything that was measured; None for what is not there."""
    return {
        "revision": first_line(["git", "-C", str(REPOSITORY), "describe", "--always", "--dirty"], subprocess.DEVNULL),
        "zmq-filerd": first_line([str(bench.build / "daemon" / "zmq-filerd"), "--version"]),
        "libzmq": zmq.zmq_version(),
        "nginx": first_line([str(servers.find("nginx")), "-v"]),
        "wrk": first_line(["wrk", "-v"]),
        "node": first_line(["node", "--version"]),
        "curl": first_line(["curl", "--version"]),
    }


def first_line(command: list[str], stderr: int = subprocess.STDOUT) -> str | None:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.partition("\n")[0] or None
