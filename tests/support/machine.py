"""A throw-away Debian, booted with its own systemd and journald, for tests of the installed product.

    with Machine(cache, packages=["libzmq5"]) as machine:
        machine.run("systemctl", "start", "example.service")
        entries = machine.journal("example.service")

The machine is a systemd-nspawn container on a copy of a root that is built once. It has the host's Debian release
and a network of its own with nothing but a loopback in it. Nothing of it outlives the context.
"""

import io
import json
import os
import secrets
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from support.daemon import wait_until
from support.debian_root import build_root, host_sources, locked
from support.nspawn import Container, own_groups, remove_group

TOOLS = ("apt-get", "chroot", "cp", "debootstrap", "mount", "nsenter", "setpriv", "systemd-nspawn", "unshare")
BASE_PACKAGES = "systemd systemd-sysv dbus libpam-systemd procps iproute2 python3 python3-zmq".split()
BOOT_DEADLINE = 60.0  # seconds

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


class MachineError(AssertionError):
    """The machine did not boot, or a command in it failed; the message has all there is to know."""


def why_not() -> str | None:
    """Why this host cannot run a Machine, or None when it can."""
    if os.geteuid() != 0:
        return "only root can boot a machine"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"not installed: {' '.join(missing)}"
    if not host_sources():
        return "apt has no package lists of this host's Debian release: run apt-get update"
    if not all(os.access(group, os.W_OK) for group in own_groups()):
        return "control groups are read-only"
    return None


class Machine:
    """Booted from entry to exit of the context. `cache` is a directory for roots, one for each set of `packages`.

    The first machine of a set takes a minute and the network, another one a second. Several run side by side.
    """

    failed_units: list[str]  # at the end of the boot; a sound machine has none

    def __init__(self, cache: Path, packages: Iterable[str] = ()) -> None:
        self._cache = cache.resolve()
        self._packages = sorted({*BASE_PACKAGES, *packages})

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            with locked(self._cache):
                remove_left_behind(self._cache)
                base = build_root(self._cache, self._packages)
            self._container = undo.enter_context(Container(base, self._make_directory(undo)))
            self._await_boot()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def start(
        self, *argv: str, user: str | None = None, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Starts `argv` inside as root or `user`, in /; the options are those of Popen.

        It sees `env` on top of a minimal environment, nothing of the host's, and belongs to no unit of the machine.
        The result is a process of the host that waits for it and ends with its status; killing it kills `argv`.
        """
        enter = ["nsenter", "-t", str(self._container.leader), "-a", "setpriv", "--pdeathsig", "KILL"]
        home = "/root"
        if user is not None:
            *_, group, _, home, _ = self.run("getent", "passwd", user).stdout.split(":")
            enter += ["--reuid", user, "--regid", group, "--init-groups"]
        environment = {**ENVIRONMENT, "HOME": home, **(env or {})}
        return subprocess.Popen([*enter, "--", *argv], env=environment, **options)

    def run(
        self,
        *argv: str,
        input: str | bytes = "",
        check: bool = True,
        timeout: float = 60,
        user: str | None = None,
        env: Mapping[str, str] | None = None,
        text: bool = True,
    ) -> subprocess.CompletedProcess[Any]:
        """Runs `argv` inside as start() does. The output is str, undecodable bytes escaped, or bytes if not `text`.

        Raises MachineError after `timeout` seconds, having killed it, and if `check` when its status is not 0.
        """
        pipe = subprocess.PIPE
        data = input.encode() if isinstance(input, str) else input
        with self.start(*argv, user=user, env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
            try:
                stdout, stderr = process.communicate(data, timeout)
            except subprocess.TimeoutExpired as late:
                process.kill()
                raise failure(argv, f"still ran after {timeout:g} s", late.stdout, late.stderr) from None
            except BaseException:
                process.kill()
                raise
        if check and process.returncode != 0:
            raise failure(argv, f"exit status {process.returncode}", stdout, stderr)
        output = (decode(stdout), decode(stderr)) if text else (stdout, stderr)
        return subprocess.CompletedProcess(argv, process.returncode, *output)

    def shell(self, script: str, **options: Any) -> subprocess.CompletedProcess[Any]:
        """Runs a script with `sh -e`; the options are those of run()."""
        return self.run("sh", "-ec", script, **options)

    def copy_in(self, host_path: Path, guest_path: str) -> None:
        """Copies a file, or a directory with all that is in it, to exactly `guest_path`. Root owns the copy."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.add(host_path, arcname=guest_path.lstrip("/"), filter=owned_by_root)
        self.run("tar", "-x", "-p", "-C", "/", input=archive.getvalue())

    def write(self, guest_path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Makes or replaces a file, and the directories on the way to it."""
        self.run("install", "-D", "-m", f"{mode:o}", "/dev/stdin", guest_path, input=content)

    def read(self, guest_path: str, text: bool = True) -> Any:
        """The content of a file, as run() returns output."""
        return self.run("cat", "--", guest_path, text=text).stdout

    def journal(
        self, unit: str | None = None, since_cursor: str | None = None, **matches: str
    ) -> list[dict[str, Any]]:
        """All that was logged before the call: the journal's entries, oldest first, each a mapping of its fields.

        Only those of the `unit`, after the cursor, and with FIELD="value", where given. A field is a str, with
        undecodable bytes escaped, or a list of such if the entry has it several times. journald must not be stopped.
        """
        fields = [f"{name}={value}" for name, value in matches.items()]
        entries = self._journalctl("--all", *([f"--unit={unit}"] if unit else []), *fields)
        if since_cursor is None:
            return entries
        # Asked for both at once, journalctl 252 leaves out the first match after the cursor.
        later = self._journalctl(f"--after-cursor={since_cursor}", "--output-fields=PRIORITY")
        cursors = {entry["__CURSOR"] for entry in later}
        return [entry for entry in entries if entry["__CURSOR"] in cursors]

    def journal_cursor(self) -> str:
        """Where the journal ends now, for the `since_cursor` of journal()."""
        return str(self._journalctl("--lines=1")[0]["__CURSOR"])

    def console(self) -> str:
        """What the machine has written to its console so far."""
        return self._container.console()

    def _journalctl(self, *options: str) -> list[dict[str, Any]]:
        self.run("journalctl", "--sync")
        lines = self.run("journalctl", "--quiet", "--output=json", *options).stdout.splitlines()
        return [{name: field(value) for name, value in json.loads(line).items()} for line in lines]

    def _make_directory(self, undo: ExitStack) -> Path:
        directory = self._cache / f"machine-{os.getpid()}-{secrets.token_hex(4)}"
        undo.callback(shutil.rmtree, directory, ignore_errors=True)
        directory.mkdir()
        return directory

    def _await_boot(self) -> None:
        try:
            wait_until(self._has_booted, BOOT_DEADLINE, "a system that is running or degraded")
        except TimeoutError as late:
            raise MachineError(f"{late}; the console:\n{self.console()}") from None
        failed = self.run("systemctl", "list-units", "--failed", "--plain", "--no-legend").stdout
        self.failed_units = [line.split()[0] for line in failed.splitlines()]

    def _has_booted(self) -> bool:
        self._container.require_alive()
        state = self.run("systemctl", "is-system-running", "--wait", check=False, timeout=BOOT_DEADLINE)
        return state.stdout.strip() in ("running", "degraded")


def remove_left_behind(cache: Path) -> None:
    """Removes what is left of machines whose process was killed before it could do so itself."""
    for directory in left_behind(cache):
        shutil.rmtree(directory, ignore_errors=True)
    for parent in own_groups():
        for group in left_behind(parent):
            with suppress(OSError):  # somebody else removes it too
                remove_group(group)


def left_behind(parent: Path) -> list[Path]:
    return [path for path in parent.glob("machine-*") if not Path("/proc", path.name.split("-")[1]).exists()]


def failure(argv: Sequence[str], what: str, stdout: bytes | None, stderr: bytes | None) -> MachineError:
    return MachineError(f"{argv!r}: {what}\n--- stdout:\n{decode(stdout)}\n--- stderr:\n{decode(stderr)}")


def decode(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "backslashreplace")


def field(value: Any) -> Any:
    """A field of a journal entry in JSON: text, an array of bytes, or an array of such."""
    if not isinstance(value, list):
        return value
    if all(isinstance(byte, int) for byte in value):
        return decode(bytes(value))
    return [field(item) for item in value]


def owned_by_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
