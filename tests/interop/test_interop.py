"""The classic request, from every client: what goes over the wire is one thing, what a language makes of it another."""

import pytest
from classic import expect_base64, expect_content, expect_error, request_for
from peers import COMMANDS, encode, exchange

from support.daemon import Daemon

HELLO = "hello, world\n"

MALFORMED = {
    "truncated": [b'{"path":"target.txt"'],
    "trailing": [b'{"path":"target.txt"}}'],
    "no-json": [b"target.txt"],
    "no-object": [b'["target.txt"]'],
    "no-utf8": [b'{"path":"target.txt\xff"}'],
    "empty": [b""],
    "three-frames": [request_for("target.txt"), b"", request_for("target.txt")],
}

TEXTS = {
    "controls": "".join(map(chr, range(0x20))) + "\x7f",
    "quotes": "\"quoted\" 'single' \\back\\slash\\ \\\" \\u0041 \\n </script> \\",
    "separators": "line\u2028paragraph\u2029next\u0085no-break\u00a0\r\n\r\n",
    "astral": "𝄞 clef, 👩‍🚀 sequence, \U00010000 first, \U0010ffff last",
    "edges": "\u0080 \u07ff \u0800 \ud7ff \ue000 \ufffd \ufffe \uffff",
    "byte-order-mark": "\ufeffmarked",
    "empty": "",
}

NOT_UTF8 = {
    "every-byte": bytes(range(256)),
    "latin-1": "naïve café".encode("latin-1"),
    "truncated": "€".encode()[:2],
    "overlong": b"\xc0\xaf",
    "surrogate": b"\xed\xa0\x80\xed\xb0\x80",
    "past-the-last": b"\xf4\x90\x80\x80",
    "at-the-end": b"plain until the last byte\x80",
}


@pytest.fixture(params=COMMANDS)
def client(request: pytest.FixtureRequest) -> str:
    return request.param


def test_one_request(client: str, daemon: Daemon) -> None:
    [answer] = exchange(client, daemon.endpoint, [[request_for("target.txt")]])
    timestamp = answer.members["timestamp"]
    assert answer.text == f'{{"content":"hello, world\\n","timestamp":{timestamp},"pid":{daemon.pid}}}'
    assert answer.content == HELLO.encode()
    expect_content(answer, HELLO, daemon)


def test_five_in_a_row(client: str, daemon: Daemon) -> None:
    answers = exchange(client, daemon.endpoint, [[request_for("target.txt")]] * 5)
    for answer in answers:
        expect_content(answer, HELLO, daemon)
    timestamps = [answer.members["timestamp"] for answer in answers]
    assert timestamps == sorted(timestamps)


def test_missing_file(client: str, daemon: Daemon) -> None:
    missing, good = exchange(client, daemon.endpoint, [[request_for("missing.txt")], [request_for("target.txt")]])
    expect_error(missing, "not_found", daemon)
    assert missing.content is None
    expect_content(good, HELLO, daemon)


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_request(client: str, daemon: Daemon, message: list[bytes]) -> None:
    """Answered, and without consequence: neither for the same socket nor for the next client."""
    bad, good = exchange(client, daemon.endpoint, [message, [request_for("target.txt")]])
    expect_error(bad, "bad_request", daemon)
    assert bad.content is None
    expect_content(good, HELLO, daemon)
    [other] = exchange(client, daemon.endpoint, [[request_for("target.txt")]])
    expect_content(other, HELLO, daemon)


def test_text_arrives_as_it_is(client: str, daemon: Daemon) -> None:
    for name, text in TEXTS.items():
        daemon.write(f"texts/{name}", text.encode())
    answers = exchange(client, daemon.endpoint, [[request_for(f"texts/{name}")] for name in TEXTS])
    for text, answer in zip(TEXTS.values(), answers, strict=True):
        expect_content(answer, text, daemon)
        assert answer.content == text.encode()


def test_bytes_arrive_as_they_are(client: str, daemon: Daemon) -> None:
    for name, data in NOT_UTF8.items():
        daemon.write(f"bytes/{name}", data)
    answers = exchange(client, daemon.endpoint, [[request_for(f"bytes/{name}")] for name in NOT_UTF8])
    for data, answer in zip(NOT_UTF8.values(), answers, strict=True):
        expect_base64(answer, encode(data), daemon)
        assert answer.content == data


def test_name_beyond_ascii(client: str, daemon: Daemon) -> None:
    name = 'größe "𝄞" \\.txt'
    daemon.write(name, b"found")
    [answer] = exchange(client, daemon.endpoint, [[request_for(name)]])
    expect_content(answer, "found", daemon)
