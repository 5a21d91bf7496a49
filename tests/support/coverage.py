"""coverage.py BUILD_DIRECTORY: how much of the code that meets hostile bytes and files the tests went through.

Prints the lines and branches of each file of FOLDERS, and leaves the same, line by line, in BUILD_DIRECTORY/coverage.
Fails where a folder has no more than ENOUGH of either.

The branches are those of the source, as clang counts them: each way that a condition of an `if`, of a loop or of an
operator (&&, ||, ?:) can go, and each case of a switch. What the compiler adds, such as the ways of exceptions, is none.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDERS = ("protocol", "daemon/handler", "daemon/files")
PROGRAMS = ("tests/unit/library-tests", "tests/unit/daemon-tests", "tests/unit/cli-tests", "daemon/zmq-filerd", "cli/zmq-filer")
ENOUGH = 95.0  # per cent
KINDS = ("lines", "branches")

Counts = dict[str, tuple[int, int]]  # of each of KINDS: covered, and in all


def measure(build: Path) -> dict[str, Counts]:
    """The counts of each file of the programs; its page as well."""
    output, profile = build / "coverage", build / "coverage" / "profile"
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir()
    subprocess.run(["llvm-profdata", "merge", "-o", profile, *(build / "counters").glob("*.profraw")], check=True)
    programs = [part for program in PROGRAMS for part in ("-object", build / program)]
    what = [*programs, "-instr-profile", profile, "-ignore-filename-regex", "/tests/"]
    pages = ["-format", "html", "-show-branches", "count", "-show-instantiations=false", "-output-dir", output]
    subprocess.run(["llvm-cov", "show", *pages, *what], check=True)
    summary = subprocess.run(["llvm-cov", "export", "-summary-only", *what], check=True, capture_output=True)
    return dict(sorted(map(counts_of, json.loads(summary.stdout)["data"][0]["files"])))


def counts_of(file: dict[str, Any]) -> tuple[str, Counts]:
    name = str(Path(file["filename"]).resolve().relative_to(Path.cwd().resolve()))
    return name, {kind: (file["summary"][kind]["covered"], file["summary"][kind]["count"]) for kind in KINDS}


def total(files: list[Counts]) -> Counts:
    return {kind: (sum(file[kind][0] for file in files), sum(file[kind][1] for file in files)) for kind in KINDS}


def share(covered: int, count: int) -> float:
    return 100 * covered / count if count else 100.0


def row(name: str, counts: Counts) -> str:
    columns = [f"{share(*counts[kind]):5.1f} % {'{}/{}'.format(*counts[kind]):>11}" for kind in KINDS]
    return "  ".join([f"{name:<40}", *columns])


def main() -> None:
    build = Path(sys.argv[1])
    files = measure(build)
    table = ["  ".join([f"{'':<40}", *(f"{kind:>19}" for kind in KINDS)])]
    too_few = []
    for folder in FOLDERS:
        inside = {Path(name).name: counts for name, counts in files.items() if Path(name).parent == Path(folder)}
        of_folder = total(list(inside.values()))
        table += [row(f"  {name}", counts) for name, counts in inside.items()]
        table.append(row(folder, of_folder))
        too_few += [f"{folder}: {kind}" for kind in KINDS if share(*of_folder[kind]) <= ENOUGH]
    text = "\n".join(table)
    (build / "coverage" / "summary.txt").write_text(text + "\n")
    print(text)
    if too_few:
        sys.exit(f"coverage: not over {ENOUGH:g} %: {', '.join(too_few)}")


if __name__ == "__main__":
    main()
