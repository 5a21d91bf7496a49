"""What get tells on a terminal while it works."""

import os
import pty
from pathlib import Path

import client
from download import noise

from support.daemon import Daemon
from support.relay import Relay


def run_on_a_terminal(endpoint: str, *arguments: str, cwd: Path) -> str:
    """What the client prints on a standard error that is a terminal."""
    ours, theirs = pty.openpty()
    environment = {**client.ENVIRONMENT, "TERM": "xterm"}
    process = client.start(endpoint, *arguments, cwd=cwd, stderr=theirs, env=environment)
    os.close(theirs)
    printed = b""
    while chunk := read_some(ours):
        printed += chunk
    os.close(ours)
    assert process.wait(client.DEADLINE) == 0
    return printed.decode()


def read_some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody has it open any more
        return b""


def test_progress_is_drawn_in_one_line_and_ends_with_what_came(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("data", noise(1_500_000))
    with Relay(daemon.endpoint, 0.01, 1_000_000) as relay:
        printed = run_on_a_terminal(relay.endpoint, "get", "data", cwd=tmp_path)
    *drawn, end = printed.strip().split("\r")
    assert printed.count("\n") == 1
    assert 3 <= sum(line.startswith("data ") for line in drawn) <= 40  # ten a second at most
    assert any("%" in line and "/s" in line for line in drawn)
    assert end.removeprefix("\x1b[K").startswith("data: 1.4 MiB in ") and end.endswith(", verified")


def test_a_tree_tells_how_many_files_came(daemon: Daemon, tmp_path: Path) -> None:
    for number in range(20):
        daemon.write(f"tree/{number}", noise(50_000))
    with Relay(daemon.endpoint, 0.01, 1_000_000) as relay:
        printed = run_on_a_terminal(relay.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert "/20 files" in printed
    assert "tree: 20 files, 976.6 KiB in " in printed


def test_quiet_is_quiet_on_a_terminal_too(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("data", noise(300_000))
    with Relay(daemon.endpoint, 0.01, 1_000_000) as relay:
        assert run_on_a_terminal(relay.endpoint, "-q", "get", "data", cwd=tmp_path) == ""
