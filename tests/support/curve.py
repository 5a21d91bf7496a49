"""CURVE keys of tests: made by the real zmq-filer, authorized by the real zmq-filerd."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from support.daemon import REPOSITORY, as_yaml, daemon_binary

DEADLINE = 60  # seconds


def client_binary() -> Path:
    return REPOSITORY / os.environ.get("FILER_BUILD", "build") / "cli" / "zmq-filer"


class Keys:
    """A directory with the keys of a daemon and of its clients."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.authorized = directory / "authorized_keys.d"
        self.authorized.mkdir()
        self.public: dict[str, str] = {}
        self.make("server")

    def file(self, name: str) -> Path:
        return self.directory / f"{name}.key"

    def make(self, name: str) -> str:
        """Makes the key pair `name` and returns its public key."""
        command = [client_binary(), "--json", "-q", "keygen", "-o", self.file(name)]
        made = subprocess.run(command, capture_output=True, check=True, timeout=DEADLINE)
        self.public[name] = json.loads(made.stdout)["public_key"]
        return self.public[name]

    def config(self, root: Path, address: str, **more: Any) -> dict[str, Any]:
        """A configuration that listens on `address` for CURVE; `more` takes the place of its members."""
        return {
            "bind": [{"address": address, "curve": True}],
            "root": str(root),
            "security": {
                "curve": {"server_key": str(self.file("server")), "authorized_keys": str(self.authorized)}
            },
        } | more

    def authorize(self, name: str, config: dict[str, Any], *options: str) -> None:
        """Lets the key `name` in, as an administrator does."""
        file = self.directory / "zmq-filerd.yaml"
        file.write_text(as_yaml(config), "utf-8")
        command = [daemon_binary(), "--config", file, "authorize", name, self.public[name], *options]
        subprocess.run(command, capture_output=True, check=True, timeout=DEADLINE)

    def withdraw(self, name: str) -> None:
        (self.authorized / f"{name}.yaml").unlink()

    def options(self, name: str, server: str = "server") -> list[str]:
        """With which the client connects under the key `name`, and takes the daemon for `server`."""
        return ["--key", str(self.file(name)), "--server-key", self.public[server]]
