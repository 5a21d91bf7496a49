"""Two hosts on one network, made of network namespaces: `server` at 192.0.2.1, `laptop` at 192.0.2.2."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

SERVER = "192.0.2.1"
LAPTOP = "192.0.2.2"
DEADLINE = 60  # seconds, of a command


def obstacle() -> str | None:
    """Why this machine cannot have it."""
    if os.geteuid() != 0:
        return "network namespaces take root"
    if shutil.which("ip") is None:
        return "no ip (iproute2)"
    name = f"filer-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, timeout=DEADLINE)
    if made.returncode != 0:
        return f"no network namespaces here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True, timeout=DEADLINE)
    return None


class Network:
    def __init__(self) -> None:
        self._names = {host: f"filer-{host}-{os.getpid()}" for host in ("server", "laptop")}

    def __enter__(self) -> Self:
        server, laptop = self._names["server"], self._names["laptop"]
        try:
            for name in (server, laptop):
                ip("netns", "add", name)
            ip("-n", server, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", laptop)
            for name, address in ((server, SERVER), (laptop, LAPTOP)):
                ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
                ip("-n", name, "link", "set", "eth0", "up")
                ip("-n", name, "link", "set", "lo", "up")
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove()

    def on(self, host: str, command: Sequence[object]) -> list[str]:
        """The command, as it runs on that host."""
        return ["ip", "netns", "exec", self._names[host], *map(str, command)]

    def _remove(self) -> None:
        for name in self._names.values():
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, timeout=DEADLINE)


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, timeout=DEADLINE)
