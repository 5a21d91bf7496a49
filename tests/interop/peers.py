"""The client programs of clients/, run as processes of their own."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from classic import Reply

CLIENTS = Path(__file__).resolve().parent / "clients"
DEADLINE = 60  # seconds; every client gives up on its own before

# One generic client a language and API: exchange.js says what goes in and comes out.
COMMANDS = {
    "node": ["node", "request.js"],
    "node-v5": ["node", "--require", "./patience.js", "request_v5.js"],
    "python": [sys.executable, "req.py"],
}


@dataclass(frozen=True)
class Answer(Reply):
    """A reply together with the file's bytes as the client understood them (None: no content)."""

    content: bytes | None


def exchange(client: str, endpoint: str, messages: list[list[bytes]]) -> list[Answer]:
    """Has `client` send `messages` over one REQ socket, and returns its replies, as many as messages."""
    done = subprocess.run(
        [*COMMANDS[client], endpoint],
        cwd=CLIENTS,
        input=json.dumps([[encode(frame) for frame in frames] for frames in messages]).encode(),
        capture_output=True,
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    answers = [answer(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(messages), answers
    return answers


def answer(line: bytes) -> Answer:
    report = json.loads(line)
    content = None if report["content"] is None else decode(report["content"])
    return Answer([decode(frame) for frame in report["frames"]], content)


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
