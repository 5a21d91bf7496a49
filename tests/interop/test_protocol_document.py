"""The examples of docs/protocol.md, replayed: what the document shows is what the daemon says, byte for byte.

Only what cannot be the same everywhere is put in place of what came: timestamp, pid and etag.
"""

import os
import re
from collections.abc import Iterator

import pytest
import zmq

from support.daemon import REPOSITORY, Daemon

FILES = {"target.txt": b"hello\n", "empty": b"", "bytes": b"\xff\x00", "logs/app.log": b"started\n"}
MTIME = 1600000000


def examples() -> list[tuple[str, list[str]]]:
    """(request, frames of its reply) as the document shows them."""
    text = (REPOSITORY / "docs" / "protocol.md").read_text()
    lines = "\n".join(re.findall(r"^```example\n(.*?)^```$", text, re.M | re.S)).splitlines()
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("> "):
            found.append((line[2:], []))
        elif line.startswith("< "):
            found[-1][1].append(line[2:])
    return found


@pytest.fixture(scope="module")
def served() -> Iterator[Daemon]:
    with Daemon() as daemon:
        for name, content in FILES.items():
            path = daemon.write(name, content)
            path.chmod(0o644)
            os.utime(path, (MTIME, MTIME))
        yield daemon


def ask(daemon: Daemon, request: str) -> list[bytes]:
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.LINGER = 0
        socket.RCVTIMEO = 30000
        socket.connect(daemon.endpoint)
        socket.send(request.encode())
        return socket.recv_multipart()


def etag_of(daemon: Daemon, request: str) -> str:
    """The etag that the file of a request has now."""
    path = re.search(r'"path":"([^"]*)"', request)
    assert path is not None
    header, *_ = ask(daemon, f'{{"op":"stat","path":"{path[1]}"}}')
    return re.search(r'"etag":"([^"]*)"', header.decode())[1]


def as_shown(frame: bytes) -> str:
    text = frame.decode()
    text = re.sub(r'"timestamp":\d+,"pid":\d+}$', '"timestamp":1700000000000,"pid":4711}', text)
    return re.sub(r'"etag":"[^"]*"', '"etag":"ETAG"', text).replace("\n", "\\n")


def test_there_are_examples_of_every_op() -> None:
    requests = " ".join(request for request, _ in examples())
    assert all(f'"op":"{op}"' in requests for op in ("hello", "get", "stat", "list"))


@pytest.mark.parametrize(("request_text", "reply"), examples())
def test_the_example_is_what_the_daemon_says(served: Daemon, request_text: str, reply: list[str]) -> None:
    request = request_text
    if "ETAG" in request:
        request = request.replace("ETAG", etag_of(served, request))
    assert [as_shown(frame) for frame in ask(served, request)] == reply


def test_the_counters_are_those_of_the_document(served: Daemon) -> None:
    (reply,) = ask(served, '{"op":"stats"}')
    document = (REPOSITORY / "docs" / "protocol.md").read_text()
    names = re.findall(r'"(\w+)":\d+', reply.decode())
    assert names[0] == "uptime_ms"
    assert all(f"`{name}`" in document for name in names)
