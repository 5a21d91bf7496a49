"""What the parts of the benchmark have in common: what they are told, and what they give back."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

Name = TypeVar("Name")
Numbers = dict[str, float]  # what one visit of one server told, or the medians of several


class BenchError(Exception):
    """Something did not run as it should, so that there is no result."""


class CannotRun(Exception):
    """This machine lacks something that a part of the benchmark takes."""


@dataclass(frozen=True)
class Settings:
    """How much of everything. Times are in seconds."""

    rounds: int = 5
    seconds: float = 2.0  # of one measurement
    warm_up: float = 0.3  # before it
    download_bytes: int = 1 << 30
    deaf_peers: int = 100
    connections: int = 10_000
    files: int = 1_000_000
    roots: int = 100
    long_requests: int = 10_000_000
    long_seconds: float = 5.0  # of one sample of the long run, at most


QUICK = Settings(
    rounds=1,
    seconds=0.2,
    warm_up=0.05,
    download_bytes=8 << 20,
    deaf_peers=10,
    connections=100,
    files=1000,
    long_requests=10_000,
    long_seconds=0.2,
)


@dataclass(frozen=True)
class Bench:
    """One run of the benchmark. `scratch` is a directory of its own, on a disk, that goes away afterwards."""

    settings: Settings
    build: Path
    scratch: Path


@dataclass
class Row:
    """What was measured of one thing: `labels` say of which. `ratio` is to another row of the same part."""

    labels: dict[str, Any]
    rounds: list[Numbers]
    ratio: float | None = None
    medians: Numbers = field(init=False)

    def __post_init__(self) -> None:
        self.medians = {key: statistics.median(each[key] for each in self.rounds) for key in self.rounds[0]}

    def compare(self, other: "Row", key: str) -> None:
        self.ratio = self.medians[key] / other.medians[key]


@dataclass(frozen=True)
class Column:
    """`key` is of a label, of a median, or is `ratio`; `places` are the digits behind the point of a number."""

    title: str
    key: str
    places: int = 0


@dataclass(frozen=True)
class Part:
    """A part of the benchmark. `run` raises CannotRun before it measures anything, or BenchError."""

    name: str
    title: str
    columns: Sequence[Column]
    run: Callable[[Bench], list[Row]]


def alternate(rounds: int, visits: Mapping[Name, Callable[[], Numbers]]) -> dict[Name, list[Numbers]]:
    """What each visit told, round by round: every round makes all visits in turn, so that the machine's moods meet all."""
    results: dict[Name, list[Numbers]] = {name: [] for name in visits}
    for _ in range(rounds):
        for name, visit in visits.items():
            results[name].append(visit())
    return results
