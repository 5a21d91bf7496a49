"""A booted systemd-nspawn container, for hosts with and without a systemd of their own."""

import os
import re
import signal
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from support.daemon import wait_until
from support.debian_root import ISOLATED

BOOT_DEADLINE = 60.0  # seconds
STOP_DEADLINE = 10.0

# The container owes nothing to the host's settings, resolver, time zone or journal.
COMMAND = """systemd-nspawn --quiet --boot --console=pipe --register=no --keep-unit --private-network
    --settings=no --resolv-conf=off --timezone=off --link-journal=no""".split()

# sh -c this OPTIONS DIRECTORY COMMAND...
WITH_OVERLAY = 'mount -t overlay -o "$0" overlay "$1" && shift && exec "$@"'


class ContainerError(AssertionError):
    """The container did not start, or ended by itself; the message has its console."""


class Container:
    """Runs the systemd of the root `base` from entry to exit of the context, with a loopback as its network.

    On entry it has only just begun to boot. It runs on a copy in `directory`, an empty one of a name that no other
    container on the host has, where everything is on the file system of `directory` save /usr, an overlay.
    """

    leader: int  # the process, as the host counts, that is PID 1 inside

    def __init__(self, base: Path, directory: Path) -> None:
        self._base = base
        self._directory = directory
        self._console = directory / "console"

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            copy_root(self._base, self._directory)
            self._groups = make_groups(self._directory.name, undo)
            self._process = self._start()
            undo.callback(self._stop)
            try:
                self.leader = wait_until(self._find_leader, BOOT_DEADLINE, "systemd as PID 1")
            except TimeoutError as late:
                raise ContainerError(f"{late}; the console:\n{self.console()}") from None
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def console(self) -> str:
        """What the container has written to its console so far."""
        return self._console.read_text("utf-8", "backslashreplace")

    def require_alive(self) -> None:
        """Raises ContainerError if the container has ended."""
        if self._process.poll() is not None:
            raise ContainerError(f"systemd-nspawn ended; the console:\n{self.console()}")

    def _start(self) -> subprocess.Popen[bytes]:
        overlay = f"lowerdir={self._base}/usr,upperdir={self._directory}/upper,workdir={self._directory}/work"
        root = self._directory / "root"
        container = [*COMMAND, f"--machine={self._directory.name}", f"--directory={root}"]
        with open(self._console, "wb") as console:
            return subprocess.Popen(
                [*ISOLATED, "sh", "-c", WITH_OVERLAY, overlay, root / "usr", *container],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # an interrupt from the terminal is for the tests alone
                preexec_fn=self._join_groups,
            )

    def _join_groups(self) -> None:
        for group in self._groups:
            (group / "cgroup.procs").write_text("0")

    def _find_leader(self) -> int | None:
        """The descendant of ours that is PID 1 of a PID namespace and executes systemd."""
        self.require_alive()
        pids = [self._process.pid]
        for pid in pids:
            with suppress(OSError):  # ended since
                status = Path(f"/proc/{pid}/status").read_text()
                if re.search(r"^Name:\tsystemd$", status, re.M) and re.search(r"^NSpid:.*\t1$", status, re.M):
                    return pid
                pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return None

    def _stop(self) -> None:
        """Kills PID 1 and so all that runs inside, whatever its state. systemd-nspawn then tidies up and ends."""
        with suppress(ContainerError, OSError, subprocess.TimeoutExpired):
            if leader := self._find_leader():
                os.kill(leader, signal.SIGKILL)
                self._process.wait(STOP_DEADLINE)
        self._process.kill()
        self._process.wait()


def copy_root(base: Path, directory: Path) -> None:
    """Copies all but /usr, nine tenths of it, for which it makes room for an overlay."""
    for name in ("upper", "work", "root", "root/usr"):
        (directory / name).mkdir()
    rest = [path for path in base.iterdir() if path.name != "usr"]
    subprocess.run(["cp", "--reflink=auto", "-a", *rest, directory / "root"], check=True)


def make_groups(name: str, undo: ExitStack) -> list[Path]:
    """Makes a control group in each of own_groups(), to be removed by `undo`.

    systemd-nspawn puts its container in the groups that it is in itself: two containers must not share them.
    """
    groups = [parent / name for parent in own_groups()]
    for group in groups:
        group.mkdir()
        undo.callback(remove_group, group)
    return groups


def own_groups() -> list[Path]:
    """This process's control group in each hierarchy that a systemd in a container needs."""
    mounts = {}
    for mount in Path("/proc/self/mounts").read_text().splitlines():
        _, directory, kind, options, *_ = mount.split()
        if kind == "cgroup2":
            mounts[""] = directory
        elif kind == "cgroup" and "name=systemd" in options.split(","):
            mounts["name=systemd"] = directory
    groups = [line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines()]
    return [Path(mounts[hierarchy] + path) for hierarchy, path in groups if hierarchy in mounts]


def remove_group(group: Path) -> None:
    """Removes a control group with those in it; raises TimeoutError when their processes do not end."""
    for directory, _, _ in os.walk(group, topdown=False):
        processes = Path(directory, "cgroup.procs")
        wait_until(lambda: not processes.read_text(), STOP_DEADLINE, f"no process in {directory}")
        os.rmdir(directory)
