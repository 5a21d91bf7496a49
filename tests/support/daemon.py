"""The real daemon as a context manager, for every tier that talks to one.

    with Daemon() as daemon:
        daemon.write("target.txt", b"hello")
        ...                                   # clients of daemon.endpoint

Leaving the context is a test of its own: a daemon that died by itself, does not stop cleanly, or leaves anything behind
(a process, an open file below the root, a sanitizer's report) raises DaemonError with its whole log.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from support.process import open_files

T = TypeVar("T")

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_ENDPOINT = "tcp://127.0.0.1:60401"  # where the daemon listens when nobody says otherwise
FREE_PORT = "tcp://127.0.0.1:*"

# Seconds. Generous for sanitizer builds on a busy machine: what works never waits for them to pass.
START_DEADLINE = 60.0
STOP_DEADLINE = 30.0
RELEASE_DEADLINE = 10.0

LISTENING = re.compile(r"listening on ([^\s,]+)")
SANITIZER = re.compile(r"ERROR: AddressSanitizer|WARNING: ThreadSanitizer|LeakSanitizer|runtime error:")

# How systemd speaks to the services it starts. Nothing of it may reach a daemon that a test starts.
SYSTEMD_VARIABLES = frozenset(
    "INVOCATION_ID JOURNAL_STREAM LISTEN_FDNAMES LISTEN_FDS LISTEN_PID NOTIFY_SOCKET WATCHDOG_PID WATCHDOG_USEC".split()
)


class DaemonError(AssertionError):
    """The daemon broke a promise: `what` in a line; the message has its whole stderr as well."""

    def __init__(self, pid: int, what: str, log: str) -> None:
        super().__init__(f"zmq-filerd {pid}: {what}\n--- its stderr:\n{log}")
        self.what = what


def wait_until(condition: Callable[[], T | None], deadline: float, what: str) -> T:
    """Returns the first true value of `condition`, or raises TimeoutError naming `what` after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {deadline:g} s: {what}")
        time.sleep(0.01)
    return value


def daemon_binary() -> Path:
    """The daemon of the build directory FILER_BUILD: `build` by default, relative to the repository."""
    return REPOSITORY / os.environ.get("FILER_BUILD", "build") / "daemon" / "zmq-filerd"


def is_instrumented() -> bool:
    """The build has sanitizers, or counts what is covered: the programs need more time and memory than they promise."""
    return daemon_binary().parents[1].name in {"build-sanitize", "build-threads", "build-coverage"}


class Daemon:
    """A zmq-filerd of its own process group, listening from entry to exit of the context.

    Without `config` it runs with --bind `bind` and --root; with `config` (a file of the caller's, text as it is, or a mapping)
    with --config alone, and `bind` has no meaning: the caller's config names the same `root` that it passes here. `extra_args` come last.
    A `root` is the caller's and stays; without one there is an empty one that goes away at exit.
    """

    endpoint: str  # the first address it listens on, port resolved
    root: Path

    def __init__(
        self,
        *,
        root: Path | None = None,
        bind: str = FREE_PORT,
        config: str | Path | Mapping[str, Any] | None = None,
        extra_args: Sequence[str] = (),
        prefix: Sequence[str] = (),
        may_hold_files: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`prefix`: a command that becomes the daemon, such as prlimit with its options. `environment`: what it sees beside
        the test's own. `may_hold_files`: the test leaves requests behind for which the daemon may rightly keep files open."""
        self._given_root = root
        self._bind = bind
        self._config = config
        self._extra_args = list(extra_args)
        self._prefix = list(prefix)
        self._may_hold_files = may_hold_files
        self._environment = dict(environment or {})
        self._stopped = False

    def __enter__(self) -> Self:
        self._scratch = tempfile.TemporaryDirectory(prefix="zmq-filerd-")
        try:
            self._start(Path(self._scratch.name).resolve())
        except BaseException:
            self._scratch.cleanup()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None:
                print(self.log(), file=sys.stderr)
            if problems := self._finish():
                raise self._error("; ".join(problems))
        finally:
            self._kill()
            self._scratch.cleanup()

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        """All that the daemon has written to stderr so far."""
        return self._stderr.read_text("utf-8", "replace")

    def write(self, name: str | bytes, content: bytes) -> Path:
        """Makes or replaces the file `name` below the root, and the directories on the way to it."""
        path = self.root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def stop(self, signum: int = signal.SIGTERM, deadline: float = STOP_DEADLINE) -> int:
        """Sends `signum` and returns the exit status (negative: the signal that killed it) within `deadline` seconds.

        Raises DaemonError when the daemon is dead already or does not end in time. A test that means the daemon to end
        calls this, whatever the signal; once it has ended, further calls return the same status.
        """
        if not self._stopped:
            self.require_alive()
            self._stopped = True
            self._process.send_signal(signum)
            self._await_end(signum, deadline)
        return self._process.returncode

    def await_end(self, deadline: float = STOP_DEADLINE) -> int:
        """Returns the exit status of a daemon that the test has made end by itself, within `deadline` seconds. Raises DaemonError
        when it does not."""
        self._stopped = True
        try:
            return self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self._kill()
            raise self._error(f"still ran after {deadline:g} s") from None

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def require_alive(self) -> None:
        """Raises DaemonError when the daemon has ended and no test asked it to."""
        if not self._stopped and self._process.poll() is not None:
            raise self._error(f"died by itself, exit status {self._process.returncode}")

    def _start(self, scratch: Path) -> None:
        self.root = (self._given_root or scratch / "root").resolve()
        self.root.mkdir(exist_ok=True)
        self._stderr = scratch / "stderr"
        with open(self._stderr, "wb") as stderr:
            self._process = subprocess.Popen(
                self._command(scratch),
                cwd=scratch,
                env={name: value for name, value in os.environ.items() if name not in SYSTEMD_VARIABLES}
                | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        try:
            self.endpoint = wait_until(self._listening, START_DEADLINE, "a log line 'listening on ADDRESS'")
        except TimeoutError as late:
            self._kill()
            raise self._error(str(late)) from None
        except BaseException:
            self._kill()
            raise
        self._held_at_start = self._open_below_root()

    def _command(self, scratch: Path) -> list[str]:
        if isinstance(self._config, Path):
            arguments = ["--config", str(self._config)]
        elif self._config is None:
            arguments = ["--bind", self._bind, "--root", str(self.root)]
        else:
            file = scratch / "zmq-filerd.yaml"
            file.write_text(self._config if isinstance(self._config, str) else as_yaml(self._config), "utf-8")
            arguments = ["--config", str(file)]
        return [*self._prefix, str(daemon_binary()), *arguments, *self._extra_args]

    def _listening(self) -> str | None:
        ended = self._process.poll() is not None  # asked before the log is read: a dead daemon's log is whole
        complete, _, _ = self.log().rpartition("\n")
        if match := LISTENING.search(complete):
            return match[1]
        if ended:
            raise self._error(f"exited with status {self._process.returncode} before it listened")
        return None

    def _await_end(self, signum: int, deadline: float) -> None:
        try:
            self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self._kill()
            raise self._error(f"still ran {deadline:g} s after {signal.Signals(signum).name}") from None

    def _finish(self) -> list[str]:
        """Stops the daemon unless the test did, and returns what it did wrong or left behind."""
        problems = []
        if not self._stopped:
            problems += self._held_files()
            try:
                if status := self.stop():
                    problems.append(f"exit status {status} after SIGTERM")
            except DaemonError as error:
                problems.append(error.what)
        problems += self._left_processes()
        if report := SANITIZER.search(self.log()):
            problems.append(f"sanitizer report ({report[0]})")
        return problems

    def _held_files(self) -> list[str]:
        if self._may_hold_files or self._process.poll() is not None:
            return []
        try:
            wait_until(lambda: self._open_below_root() <= self._held_at_start, RELEASE_DEADLINE, "closed files")
        except TimeoutError:
            return [f"idle, it holds open {sorted(self._open_below_root() - self._held_at_start)}"]
        return []

    def _open_below_root(self) -> set[str]:
        """What the daemon holds open below the root, the root itself apart."""
        return {target for target in open_files(self.pid) if target.startswith(f"{self.root}/")}

    def _left_processes(self) -> list[str]:
        """The daemon led its process group: after its end, nobody may be left in it."""
        try:
            wait_until(lambda: not group_exists(self.pid), RELEASE_DEADLINE, "an empty process group")
        except TimeoutError:
            return ["it left processes behind"]
        return []

    def _kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _error(self, what: str) -> DaemonError:
        return DaemonError(self.pid, what, self.log())


def as_yaml(config: Mapping[str, Any]) -> str:
    """JSON is YAML: the settings of a mapping, as a file that the daemon reads."""
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
