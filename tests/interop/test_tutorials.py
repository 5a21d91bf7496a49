"""Tutorial programs as people have them: the default address is all they know, and nothing in them is for a test."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peers
import pytest

from support.daemon import DEFAULT_ENDPOINT, Daemon, wait_until

DEADLINE = 60.0  # seconds

REPLIES = {"tutorial.js": 1, "tutorial_five.js": 5, "tutorial_v5.js": 1, "tutorial_v5_five.js": 5}
PRELOADED = {"tutorial_v5_five.js": ["--require", "./patience.js"]}  # patience.js says why
RECEIVED = re.compile(r"Received response: \{\s*(.*?)\s*\}", re.DOTALL)


@pytest.fixture
def default_daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon that was told its root and no address."""
    require_default_endpoint()
    root = tmp_path / "root"
    with Daemon(root=root, config={"root": str(root)}) as daemon:
        assert daemon.endpoint == DEFAULT_ENDPOINT
        daemon.write("target.txt", b"hello, world\n")
        yield daemon
        print(daemon.log())  # shown by pytest if the test failed


def require_default_endpoint() -> None:
    """Without IPv6, libzmq connects to the first IPv4 address of localhost: the programs' address is the daemon's only if
    that is 127.0.0.1, and the daemon can have it only if nobody else does."""
    host, _, port = DEFAULT_ENDPOINT.removeprefix("tcp://").partition(":")
    resolved = socket.getaddrinfo("localhost", port, socket.AF_INET, socket.SOCK_STREAM)[0][4][0]
    if resolved != host:
        pytest.fail(f"localhost is {resolved} here: the tutorial programs would not reach {DEFAULT_ENDPOINT}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            pytest.fail(f"{DEFAULT_ENDPOINT} is taken, and the tutorial programs know no other address: {error}")


@contextmanager
def running(program: str, filename: str, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A tutorial program, writing to `output`. Those with a message listener run until they are ended, here."""
    with open(output, "wb") as sink:
        command = ["node", *PRELOADED.get(program, []), program, filename]
        process = subprocess.Popen(command, cwd=peers.CLIENTS, stdout=sink, stderr=sink)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        print(output.read_text())  # likewise


def responses(program: str, filename: str, output: Path) -> list[str]:
    """What a tutorial program prints of its responses, once they are as many as it has requests."""

    def received() -> list[str]:
        ended = process.poll() is not None  # asked before the output is read: that of an ended program is whole
        found = RECEIVED.findall(output.read_text())
        assert len(found) >= REPLIES[program] or not ended, output.read_text()
        return found if len(found) >= REPLIES[program] else []

    with running(program, filename, output) as process:
        return wait_until(received, DEADLINE, f"{REPLIES[program]} responses of {program}")


@pytest.mark.parametrize("program", REPLIES)
def test_tutorial_program(program: str, default_daemon: Daemon, tmp_path: Path) -> None:
    found = responses(program, "target.txt", tmp_path / "output")
    assert len(found) == REPLIES[program]
    for response in found:
        shown = rf"content: 'hello, world\\n',\s+timestamp: \d+,\s+pid: {default_daemon.pid}"
        assert re.fullmatch(shown, response), response


@pytest.mark.parametrize("program", ["tutorial.js", "tutorial_five.js"])
def test_tutorial_program_of_the_current_api_ends(program: str, default_daemon: Daemon, tmp_path: Path) -> None:
    with running(program, "target.txt", tmp_path / "output") as process:
        assert process.wait(DEADLINE) == 0


@pytest.mark.parametrize("program", REPLIES)
def test_tutorial_program_survives_a_missing_file(program: str, default_daemon: Daemon, tmp_path: Path) -> None:
    for response in responses(program, "missing.txt", tmp_path / "output"):
        assert "code: 'not_found'" in response
