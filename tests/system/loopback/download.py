"""A download that takes a while, so that a test can do something in the middle of it."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import client
from running import Running
from support.daemon import wait_until

MIB = 1 << 20


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def partial_bytes(directory: Path) -> int:
    """How much of a file has come so far; 0 where none is on its way."""
    return sum(path.stat().st_size for path in directory.glob(".zmq-filer.*.part"))


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def report(output: bytes) -> dict[str, Any]:
    """The one object that --json printed."""
    (line,) = output.splitlines()
    return json.loads(line)


class Download(Running):
    """`get` of the file `data` into an empty directory of its own, `target`, below the scratch directory."""

    def __init__(self, scratch: Path, *endpoints: str, options: Sequence[str] = ()) -> None:
        self.target = scratch / "target"
        self.target.mkdir(exist_ok=True)
        first, *others = endpoints
        arguments = [argument for endpoint in others for argument in ("-e", endpoint)]
        super().__init__(scratch, first, *arguments, *options, "--json", "get", "data", "-o", str(self.target))

    def await_bytes(self, least: int) -> None:
        wait_until(lambda: self.is_over() or partial_bytes(self.target) >= least, client.DEADLINE, f"{least} bytes here")
        assert not self.is_over(), self.errors

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> int:
        return self.process.wait(client.DEADLINE)
