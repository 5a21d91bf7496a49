"""Requests that are cut short, malformed or naughty: each gets exactly one reply, of a type that the protocol knows."""

import json
import os
import re
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import zmq
from hostile import DEADLINE

from support import examples
from support.daemon import Daemon

IN_FLIGHT = 64
MARKER = b"the end"
CODES = set(re.findall(r"^\| `(\w+)` \| [^|]+ \| (?:no|yes|later|report it) \|$", examples.DOCUMENT, re.M))


@pytest.fixture(scope="module")
def served() -> Iterator[Daemon]:
    with Daemon() as daemon:
        for name, content in examples.FILES.items():
            daemon.write(name, content)
        yield daemon


def codes_of(daemon: Daemon, requests: Iterable[bytes]) -> list[str]:
    """The codes of the replies to the requests, in their order: `ok` where there is no error."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:
        dealer.LINGER = 0
        dealer.RCVTIMEO = int(DEADLINE * 1000)
        dealer.connect(daemon.endpoint)
        replies: dict[bytes, bytes] = {}
        names = []
        for number, request in enumerate(requests):
            names.append(struct.pack(">I", number))
            dealer.send_multipart([names[-1], b"", request])
            if len(names) - len(replies) >= IN_FLIGHT:
                take(dealer, replies)
        while len(replies) < len(names):
            take(dealer, replies)
        dealer.send_multipart([MARKER, b"", b'{"op":"hello"}'])
        take(dealer, replies)
        assert replies.pop(MARKER), "another reply than that to the last request"
    return [code_of(replies[name]) for name in names]


def take(dealer: zmq.Socket, replies: dict[bytes, bytes]) -> None:
    name, delimiter, header, *_ = dealer.recv_multipart()
    assert delimiter == b"" and name not in replies, header
    replies[name] = header


def code_of(header: bytes) -> str:
    reply = json.loads(header)
    assert list(reply)[-2:] == ["timestamp", "pid"]
    if "error" not in reply:
        return "ok"
    assert list(reply)[0] == "error" and len(reply) == 3 and reply["error"]["message"]
    assert reply["error"]["code"] in CODES
    return str(reply["error"]["code"])


def corpus(name: str) -> Path:
    if "FILER_CORPORA" not in os.environ:
        pytest.skip("FILER_CORPORA names no folder of hostile inputs")
    return Path(os.environ["FILER_CORPORA"]) / name


def json_texts() -> dict[str, bytes]:
    """JSONTestSuite, by its files' names; two are left out that are longer than a request may be."""
    texts = {file.name: file.read_bytes() for file in sorted(corpus("json/test_parsing").glob("*.json"))}
    return {name: text for name, text in texts.items() if len(text) < 60000}


def test_the_codes_are_those_of_the_document() -> None:
    assert {"bad_request", "not_found", "internal", "busy"} <= CODES


def test_every_truncation_of_every_request_is_refused(served: Daemon) -> None:
    """The requests are those of the document, the classic one among them."""
    requests = examples.requests()
    assert any(b'"op"' not in request for request in requests)
    valid = [request for request, code in zip(requests, codes_of(served, requests)) if code != "bad_request"]
    assert {op for op in ("hello", "get", "stat", "list", "digest") if b'"op":"%s"' % op.encode() in b"".join(valid)} == {
        *("hello", "get", "stat", "list", "digest")
    }
    truncations = [request[:size] for request in valid for size in range(len(request))]
    assert set(codes_of(served, truncations)) == {"bad_request"}


def test_json_that_is_none_is_refused_and_all_other_is_answered(served: Daemon) -> None:
    texts = json_texts()
    assert len(texts) > 300
    codes = dict(zip(texts, codes_of(served, texts.values())))
    assert {code for name, code in codes.items() if name.startswith("n_")} == {"bad_request"}
    assert "internal" not in codes.values()


def test_the_same_json_as_a_value_is_answered(served: Daemon) -> None:
    begins = [b'{"path":', b'{"op":"get","path":"target.txt","offset":', b'{"op":"list","path":"logs","after":']
    requests = [begin + value + b"}" for value in json_texts().values() for begin in begins]
    assert "internal" not in codes_of(served, requests)


def test_naughty_strings_as_paths_lead_nowhere(served: Daemon) -> None:
    naughty = json.loads(corpus("naughty-strings.json").read_text())
    requests = []
    for text in naughty:
        requests.append({"path": text})
        requests += [{"op": op, "path": text} for op in ("get", "stat", "list", "digest")]
        requests += [{"op": "get", "path": "target.txt", "root": text}, {"op": text, "path": "target.txt"}]
    codes = codes_of(served, [json.dumps(request).encode() for request in requests])
    assert "internal" not in codes and "io_error" not in codes
    named = [code for request, code in zip(requests, codes) if request.get("path") not in ("target.txt", ".", "/")]
    assert "ok" not in named
