"""System calls that fail, by strace."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from support.daemon import daemon_binary, wait_until
from support.process import DEAD, STOPPED_BY_TRACER, state_of, threads_of

DEADLINE = 60.0  # seconds, on a busy machine
PAUSE = 10000  # microseconds before a call fails: who calls again at once shall not keep the machine busy
LOOKS = 20


def why_not() -> str | None:
    """Why this host cannot inject failures, or None when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    if "sanitize" in str(daemon_binary()):
        return "the leak sanitizer does not work in a process that is traced"
    return None if os.geteuid() == 0 else "only root may trace whatever it wants to"


def command(log: Path, call: str, error: str, when: str = "1+", path: str | None = None) -> list[str]:
    """An strace under which `call` fails with `error`, and is not made. What to trace is to follow.

    `when` says which calls of each thread (strace(1): N, N+, N..M). With `path`, only those on a descriptor of that
    name count, as /proc/PID/fd tells it, or on such a path. The log has a line for each of them.
    """
    arguments = ["strace", "-f", "--quiet=path-resolution,exit", "-o", str(log)]
    arguments += [f"--trace={call}", f"--inject={call}:error={error}:delay_enter={PAUSE}:when={when}"]
    return arguments if path is None else [*arguments, f"--trace-path={path}"]


class Injection:
    """While the context lasts, a call of process `pid` fails; the other arguments are those of command()."""

    def __init__(self, pid: int, call: str, error: str, when: str = "1+", path: str | None = None) -> None:
        self._pid = pid
        self._what = (call, error, when, path)

    def __enter__(self) -> Self:
        self._scratch = tempfile.TemporaryDirectory(prefix="injection-")
        self._log, self._told = Path(self._scratch.name, "calls"), Path(self._scratch.name, "stderr")
        tracing = [*command(self._log, *self._what), "-p", str(self._pid)]
        with open(self._told, "wb") as told:
            self._process = subprocess.Popen(tracing, stdin=subprocess.DEVNULL, stderr=told, start_new_session=True)
        try:
            wait_until(self._is_attached, DEADLINE, "strace at work")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """It lets go of the process, which goes on. For one that dies at that moment, strace may wait for ever."""
        with suppress(TimeoutError):
            wait_until(self._is_quiet, DEADLINE, "no call under way, which would come to a third end")
        self._process.send_signal(signal.SIGTERM)
        wait_until(lambda: self._process.poll() is not None or state_of(self._pid) in DEAD, DEADLINE, "strace to let go")
        self._process.kill()
        self._process.wait()
        self._scratch.cleanup()

    def calls(self) -> list[str]:
        """Those that failed so far, as strace prints them."""
        return [line for line in self._log.read_text("utf-8", "replace").splitlines() if "(INJECTED)" in line]

    def _is_attached(self) -> bool:
        """strace says so when it has all threads."""
        told = self._told.read_text()
        if self._process.poll() is not None and "attached" not in told:
            raise AssertionError(f"strace ended: {told}")
        return "attached" in told

    def _is_quiet(self) -> bool:
        """A thread whose calls fail one after the other is nearly always stopped, for PAUSE."""
        for _ in range(LOOKS):
            if any(state_of(thread) == STOPPED_BY_TRACER for thread in threads_of(self._pid)):
                return False
            time.sleep(PAUSE / LOOKS / 1e6 * 4)
        return True
