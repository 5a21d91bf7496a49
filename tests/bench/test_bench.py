"""The benchmark runs, all of it, and tells a number for everything. How large the numbers are is not a test's matter."""

import json
import math
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.daemon import daemon_binary

RUN = Path(__file__).with_name("run.py")
DEADLINE = 300  # seconds

# How many rows each part has.
ROWS = {
    "throughput": 40,
    "download": 3,
    "curve": 12,
    "deaf-peers": 3,
    "hung-reads": 2,
    "idle": 10,
    "scale": 3,
    "long": 11,
}


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """Of a quick run."""
    done = subprocess.run([RUN, "--quick", "--long"], capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
    told: dict[str, Any] = json.loads((daemon_binary().parents[1] / "bench" / "results.json").read_text())
    return told


@pytest.mark.parametrize("part", ROWS)
def test_a_part_runs_and_every_number_is_there(results: dict[str, Any], part: str) -> None:
    told = results["parts"][part]
    assert told["not_run"] is None
    assert len(told["rows"]) == ROWS[part]
    for row in told["rows"]:
        assert len(row["rounds"]) >= 1
        for name, number in row["medians"].items():
            assert math.isfinite(number)
            assert number == 0 if name == "errors" else number > 0, (row["labels"], name)


def test_rows_are_compared_with_one_of_their_own_part(results: dict[str, Any]) -> None:
    for name in ROWS.keys() - {"idle"}:
        ratios = [row["ratio"] for row in results["parts"][name]["rows"]]
        assert 1.0 in ratios
        assert all(ratio > 0 for ratio in ratios)


def test_descriptors_of_connections_that_left_are_closed(results: dict[str, Any]) -> None:
    daemon = [row for row in results["parts"]["idle"]["rows"] if row["labels"]["server"] == "zmq-filerd"]
    descriptors = [row["medians"]["descriptors"] for row in daemon]
    assert descriptors[1] >= descriptors[0] + results["settings"]["connections"]
    assert descriptors[2] == descriptors[4] == descriptors[0]


def test_it_is_told_what_the_numbers_depend_on(results: dict[str, Any]) -> None:
    assert all(results["machine"].values())
    assert all(version for name, version in results["versions"].items() if name != "revision")


def test_an_unknown_part_is_refused() -> None:
    done = subprocess.run([RUN, "--only", "throughputs"], capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 2
    assert "no part named 'throughputs'" in done.stderr


def test_a_part_whose_tools_are_missing_is_named(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [RUN, "--quick", "--only", "hung-reads"], capture_output=True, text=True, timeout=DEADLINE, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "NOT RUN: no bindfs" in done.stdout
