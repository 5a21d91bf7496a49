"""coverage.py BUILD_DIRECTORY: how much of the code that meets hostile bytes and files the tests went through.

Prints the lines and branches of each file of FOLDERS, and leaves the same, line by line, in BUILD_DIRECTORY/coverage.
Branches that only exceptions take are not counted: the compiler makes one of nearly every call. Nor are the operators
that the compiler writes by itself (= default).
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDERS = ("protocol", "daemon/handler", "daemon/files")


def share(covered: int, total: int) -> str:
    return f"{100 * covered / total:5.1f} % {f'{covered}/{total}':>11}" if total else f"{'-':>19}"


def measure(build: Path) -> list[dict[str, Any]]:
    """gcovr's summary of each file; its pages as well."""
    output = build / "coverage"
    output.mkdir(exist_ok=True)
    filters = [part for folder in FOLDERS for part in ("--filter", f"{folder}/")]
    formats = ["--json-summary", output / "summary.json", "--html-details", output / "index.html"]
    command = ["gcovr", "--root", ".", "--exclude-throw-branches", "--exclude-unreachable-branches"]
    command += ["--exclude-lines-by-pattern", ".* = default;.*"]
    subprocess.run([*command, *filters, *formats, build], check=True)
    return json.loads((output / "summary.json").read_text())["files"]


def row(name: str, files: list[dict[str, Any]]) -> str:
    counts = {key: sum(file[key] for file in files) for key in files[0] if key.endswith(("_covered", "_total"))}
    lines = share(counts["line_covered"], counts["line_total"])
    branches = share(counts["branch_covered"], counts["branch_total"])
    return f"{name:<40} {lines}  {branches}"


def main() -> None:
    build = Path(sys.argv[1])
    files = measure(build)
    table = [f"{'':<40} {'lines':>19}  {'branches':>19}"]
    for folder in FOLDERS:
        inside = [file for file in files if file["filename"].startswith(f"{folder}/")]
        table += [row(f"  {Path(file['filename']).name}", [file]) for file in inside]
        table.append(row(folder, inside))
    text = "\n".join(table)
    (build / "coverage" / "summary.txt").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
