"""The examples of docs/protocol.md, replayed: what the document shows is what the daemon says, byte for byte.

Only what cannot be the same everywhere is put in place of what came: timestamp, pid, etag and id.
"""

import os
import re
from collections.abc import Iterator

import pytest
import zmq

from support.daemon import Daemon
from support.examples import DOCUMENT, FILES, Example, Message, examples

MTIME = 1600000000


@pytest.fixture(scope="module")
def served() -> Iterator[Daemon]:
    with Daemon() as daemon:
        for name, content in FILES.items():
            path = daemon.write(name, content)
            path.chmod(0o644)
            os.utime(path, (MTIME, MTIME))
        yield daemon


def exchange(daemon: Daemon, requests: list[Message]) -> list[Message]:
    """Sends all before the first reply is read; the replies, ordered by their envelopes."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket:
        socket.LINGER = 0
        socket.RCVTIMEO = 30000
        socket.connect(daemon.endpoint)
        for request in requests:
            socket.send_multipart([part.encode() for part in (*request.envelope, "", *request.frames)])
        replies = [as_shown(socket.recv_multipart()) for _ in requests]
    return sorted(replies, key=lambda reply: reply.envelope)


def ask(daemon: Daemon, request: str) -> str:
    """The header of the reply to one request."""
    [reply] = exchange(daemon, [Message([], [request])])
    return reply.frames[0]


def as_shown(frames: list[bytes]) -> Message:
    delimiter = frames.index(b"")
    return Message([part.decode() for part in frames[:delimiter]], [shown(part) for part in frames[delimiter + 1 :]])


def shown(frame: bytes) -> str:
    text = frame.decode("utf-8", "backslashreplace")
    text = re.sub(r'"timestamp":\d+,"pid":\d+}$', '"timestamp":1700000000000,"pid":4711}', text)
    return text.replace("\n", "\\n").replace("\0", "\\x00")


def without_names(message: Message) -> Message:
    """Etags and ids as the document shows them."""
    frames = [re.sub(r'"etag":"[^"]*"', '"etag":"ETAG"', frame) for frame in message.frames]
    return Message(message.envelope, [re.sub(r'"id":"[^"]*"', '"id":"ID"', frame) for frame in frames])


def with_etag(daemon: Daemon, request: Message) -> Message:
    """The etag that the file of the request has now, in place of ETAG; of none, a text that no file has."""
    [text] = request.frames
    path = re.search(r'"path":"([^"]*)"', text)
    if "ETAG" not in text or path is None:
        return request
    etag = re.search(r'"etag":"([^"]*)"', ask(daemon, f'{{"op":"stat","path":"{path[1]}"}}'))
    return Message(request.envelope, [text.replace("ETAG", etag[1] if etag else "none")])


def test_there_are_examples_of_what_can_be_asked() -> None:
    requests = " ".join(frame for example in examples() for request in example.requests for frame in request.frames)
    assert all(f'"op":"{op}"' in requests for op in ("hello", "get", "stat", "list", "digest"))
    assert '"wait_ms":' in requests and '"if_match":' in requests
    assert any(len(example.requests) > 1 for example in examples())


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.requests[0].frames[0])
def test_the_example_is_what_the_daemon_says(served: Daemon, example: Example) -> None:
    requests = [with_etag(served, request) for request in example.requests]
    replies = exchange(served, requests)
    assert [without_names(reply) for reply in replies] == example.replies


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    [text] = re.findall(rf"^#+ {title}\n(.*?)(?=^#)", DOCUMENT, re.M | re.S)
    return text


@pytest.mark.parametrize("op", ["get", "stat", "list", "digest"])
def test_the_members_of_an_op_are_those_of_the_document(served: Daemon, op: str) -> None:
    reply = ask(served, f'{{"op":"{op}","path":"target.txt","nonsense":1}}')
    known = re.search(r"this op knows ([a-z0-9_, ]+)", reply)
    assert known is not None
    described = section(op) + section("Paths")
    for member in known[1].split(", ")[1:]:
        assert f"`{member}`" in described, member


@pytest.mark.parametrize("op", ["hello", "get", "stat", "list", "digest"])
def test_the_members_of_a_reply_are_those_of_the_document(served: Daemon, op: str) -> None:
    path = "" if op == "hello" else ',"path":"logs"' if op == "list" else ',"path":"target.txt"'
    header = re.sub(r"\{.*?\}|\[.*?\]", "0", ask(served, f'{{"op":"{op}"{path}}}')[1:-1])
    members = re.findall(r'"(\w+)":', header)
    assert members[-2:] == ["timestamp", "pid"]
    for member in members[:-2]:
        assert f"`{member}`" in section(op), member


def test_the_limits_that_hello_tells_are_those_of_the_document(served: Daemon) -> None:
    limits = re.search(r'"limits":\{(.*?)\}', ask(served, '{"op":"hello"}'))
    assert limits is not None
    told = re.findall(r'"(\w+)":\d+', limits[1])
    assert told == re.findall(r"^\| `(\w+)` \| [^|]+ \| yes \|", section("Limits"), re.M)


def test_the_counters_are_those_of_the_document(served: Daemon) -> None:
    names = re.findall(r'"(\w+)":\d+', ask(served, '{"op":"stats"}'))[:-2]
    named = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", section("stats"), re.M)
    counters = [name.strip("`") for names in named for name in names.split(", ")]
    codes = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", section("Errors"), re.M)
    assert names == counters + codes[codes.index("bad_request") :]
