"""CURVE between two hosts: who is refused, who is served, and that nobody on the way can read it.

FILER_DOWNLOAD_BYTES: how much is downloaded, 64 MiB by default.
"""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import network
import pytest
from network import SERVER, Network
from support.curve import Keys, client_binary
from support.daemon import as_yaml, daemon_binary, wait_until

ENDPOINT = f"tcp://{SERVER}:60402"
DEADLINE = 600  # seconds
DOWNLOAD_BYTES = int(os.environ.get("FILER_DOWNLOAD_BYTES", 64 << 20))
MEBIBYTE = 1 << 20

if why := network.obstacle():
    pytest.skip(why, allow_module_level=True)


@pytest.fixture(scope="module")
def hosts() -> Iterator[Network]:
    with Network() as made:
        yield made


class Server:
    """A daemon on the host `server`, with keys of its own."""

    def __init__(self, hosts: Network, directory: Path) -> None:
        self.hosts = hosts
        self.directory = directory
        self.root = directory / "root"
        self.root.mkdir()
        (self.root / "target.txt").write_bytes(b"hello\n")
        self.secret = directory / "secret"
        self.secret.mkdir()
        (self.secret / "target.txt").write_bytes(b"secret\n")
        self.keys = Keys(directory)
        self.config = self.keys.config(self.root, f"tcp://{SERVER}:60402")
        del self.config["root"]
        self.config["roots"] = {"default": str(self.root), "secret": str(self.secret)}
        self.stderr = directory / "stderr"

    def log(self) -> str:
        return self.stderr.read_text("utf-8", "replace")

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        file = self.directory / "config.yaml"
        file.write_text(as_yaml(self.config), "utf-8")
        command = self.hosts.on("server", [daemon_binary(), "--config", file])
        with open(self.stderr, "wb") as stderr, subprocess.Popen(command, stderr=stderr) as process:
            try:
                wait_until(lambda: "listening on" in self.log() or process.poll() is not None, 60, "the daemon")
                assert process.poll() is None, self.log()
                yield process
            finally:
                process.terminate()
        assert process.returncode == 0, self.log()

    def command(self, name: str, *arguments: object) -> list[str]:
        """Which asks it from the host `laptop`, with the key of that name."""
        return self.hosts.on("laptop", [client_binary(), "-e", ENDPOINT, *self.keys.options(name), *arguments])

    def ask(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = self.command(name, *arguments)
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, cwd=self.directory)

    @contextmanager
    def asking(self, name: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            self.command(name, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def await_waiting(self, count: int) -> None:
        """Until so many requests are held."""
        wait_until(lambda: json.loads(self.ask("laptop", "stats", "--json").stdout)["waiting"] == count, 60, "the held request")

    def await_log(self, part: str) -> None:
        wait_until(lambda: part in self.log(), 30, f"{part!r} in the log")


@pytest.fixture
def server(hosts: Network, tmp_path: Path) -> Server:
    server = Server(hosts, tmp_path)
    for name in ("laptop", "robot", "stranger"):
        server.keys.make(name)
    server.keys.authorize("laptop", server.config)
    server.keys.authorize("robot", server.config, "--roots", "default")
    return server


def test_an_unknown_key_is_refused_and_named(server: Server) -> None:
    with server.running():
        ended = server.ask("stranger", "cat", "target.txt")
        assert ended.returncode == 4, ended
        assert "the daemon does not know this key" in ended.stderr
        server.await_log(f"192.0.2.2: a connection was refused: its key {server.keys.public['stranger']} is not authorized")


def test_a_withdrawn_key_is_refused_and_named(server: Server) -> None:
    with server.running() as daemon:
        assert server.ask("laptop", "cat", "target.txt").stdout == "hello\n"
        with server.asking("laptop", "watch", "target.txt") as connected:
            server.await_waiting(1)
            server.keys.withdraw("laptop")
            daemon.send_signal(signal.SIGHUP)
            assert connected.wait(DEADLINE) == 4, "at once: nothing was changed for it to wait for"
            assert connected.stderr and "your key is not authorized any more" in connected.stderr.read()
        ended = server.ask("laptop", "cat", "target.txt")
        assert ended.returncode == 4, ended
        server.await_log(f"its key {server.keys.public['laptop']} is not authorized")
        assert server.ask("robot", "cat", "target.txt").stdout == "hello\n"


def test_a_key_for_another_root_is_refused_and_named(server: Server) -> None:
    with server.running():
        assert server.ask("laptop", "cat", server.secret / "target.txt").stdout == "secret\n"
        ended = server.ask("robot", "cat", server.secret / "target.txt")
        assert ended.returncode == 4, ended
        server.await_log(f"192.0.2.2 (key robot): get '{server.secret}/target.txt': outside_root")


def test_a_good_key_downloads_a_large_file_verified(server: Server) -> None:
    block = os.urandom(MEBIBYTE)
    expected = hashlib.sha256()
    with open(server.root / "large", "wb") as file:
        for number in range(DOWNLOAD_BYTES // MEBIBYTE):
            piece = number.to_bytes(8, "big") + block[8:]
            file.write(piece)
            expected.update(piece)
    with server.running():
        start = time.monotonic()
        ended = server.ask("laptop", "get", "large", "-o", server.directory / "copy")
        seconds = time.monotonic() - start
        assert ended.returncode == 0, ended
    received = hashlib.sha256()
    with open(server.directory / "copy", "rb") as file:
        while piece := file.read(MEBIBYTE):
            received.update(piece)
    assert received.digest() == expected.digest()
    print(f"{DOWNLOAD_BYTES >> 20} MiB by CURVE, verified, in {seconds:.2f} s: {DOWNLOAD_BYTES / seconds / 1e6:.0f} MB/s")
