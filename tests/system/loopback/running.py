"""A zmq-filer that runs until it is told to end, and what it has printed so far."""

import signal
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import client
from support.daemon import wait_until


class Running:
    def __init__(self, scratch: Path, endpoint: str, *arguments: str) -> None:
        self._out, self._err = scratch / "stdout", scratch / "stderr"
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self.process = client.start(endpoint, *arguments, stdout=out, stderr=err)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def output(self) -> bytes:
        return self._out.read_bytes()

    @property
    def errors(self) -> bytes:
        return self._err.read_bytes()

    def await_output(self, expected: bytes) -> None:
        """Waits until exactly this was printed."""
        self._await(lambda: self.output == expected, f"{expected!r} on standard output")

    def await_lines(self, count: int) -> list[bytes]:
        self._await(lambda: self.output.count(b"\n") >= count, f"{count} lines on standard output")
        return self.output.splitlines()

    def await_errors(self, part: bytes) -> None:
        self._await(lambda: part in self.errors, f"{part!r} on standard error")

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(client.DEADLINE)

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        try:
            wait_until(lambda: condition() or self.process.poll() is not None, client.DEADLINE, what)
        finally:
            assert condition(), f"no {what}; it has printed {self.output!r} and told {self.errors!r}"
