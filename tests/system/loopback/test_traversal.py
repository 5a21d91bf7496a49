"""Nothing outside the root is ever told: hostile paths, in every kind of request, while directories and links change places.

100,000 requests, or as many as FILER_TRAVERSAL_REQUESTS says; fewer under sanitizers, which take their time.
"""

import base64
import binascii
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from support.daemon import REPOSITORY, Daemon, is_instrumented
from support.traversal.hostile_paths import mixtures, seeds
from support.traversal.hostile_tree import HostileTree

USUAL = 20000 if is_instrumented() else 100000
REQUESTS = int(os.environ.get("FILER_TRAVERSAL_REQUESTS", USUAL))
IN_FLIGHT = 64
EXCHANGER = REPOSITORY / "tests" / "support" / "traversal" / "exchanger.py"

OPTIONS: dict[str | None, list[dict[str, object]]] = {
    None: [{}],
    "get": [{}, {"encoding": "utf8"}, {"encoding": "base64", "length": 4096}, {"digest": True, "offset": 1}],
    "stat": [{}, {"if_none_match": "x", "wait_ms": 1}],
    "list": [{}, {"limit": 3}],
    "digest": [{}, {"chunk": 1024}],
}

# What a path may lead to; not internal, io_error or timeout.
CODES = set(
    "ok bad_request outside_root not_found access_denied not_a_file not_a_directory name_too_long too_many_links "
    "not_utf8 range changed busy unknown_root".split()
)


class Exchanges:
    """Pairs of names change places for as long as this is entered."""

    def __init__(self, tree: HostileTree) -> None:
        self._names = [str(name) for pair in tree.exchanges for name in pair]
        self.count = 0

    def __enter__(self) -> "Exchanges":
        command = [sys.executable, str(EXCHANGER), *self._names]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        output, _ = self._process.communicate(timeout=30)
        assert self._process.returncode == 0
        self.count = int(output)


@pytest.fixture
def tree(tmp_path: Path) -> HostileTree:
    return HostileTree(tmp_path.resolve() / "host")


@pytest.fixture
def served(tree: HostileTree) -> Iterator[Daemon]:
    strict = {"path": str(tree.root), "follow_symlinks": False, "hidden_files": False}
    config = {"bind": "tcp://127.0.0.1:*", "roots": {"default": str(tree.root), "strict": strict}}
    with Daemon(root=tree.root, config=config) as daemon:
        yield daemon


def hostile_requests(tree: HostileTree, numbers: random.Random) -> Iterator[bytes]:
    """Every seed in every kind of request, then mixtures without an end."""
    for path in seeds(tree):
        for op, options in OPTIONS.items():
            for members in options:
                yield encode(path, op, members, numbers)
    for path in mixtures(tree, numbers):
        op = numbers.choice(list(OPTIONS))
        members = dict(numbers.choice(OPTIONS[op]))
        if op and numbers.random() < 0.2:
            members["root"] = "strict"
        yield encode(path, op, members, numbers)


def encode(path: bytes, op: str | None, members: dict[str, object], numbers: random.Random) -> bytes:
    """One of the ways to write a request; paths that are not UTF-8 go in base64 or, which no JSON is, as they are."""
    request = {"op": op, **members} if op else {**members}
    if op and numbers.random() < 0.3:
        return json.dumps({**request, "path_base64": base64.b64encode(path).decode()}).encode()
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return json.dumps({**request, "path": "@"}).encode().replace(b"@", path)
    if numbers.random() < 0.2:
        escaped = "".join(f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H"))
        return json.dumps({**request, "path": "@"}).replace("@", escaped).encode()
    return json.dumps({**request, "path": text}, ensure_ascii=numbers.random() < 0.5).encode()


class Examiner:
    """Sends requests, and looks into each reply for what must not be there."""

    def __init__(self, context: zmq.Context, endpoint: str, tree: HostileTree) -> None:
        self._dealer = context.socket(zmq.DEALER)
        self._dealer.RCVTIMEO = 60000
        self._dealer.set_hwm(0)
        self._dealer.connect(endpoint)
        self._forbidden = tree.forbidden
        self._asked: dict[bytes, bytes] = {}
        self.codes: Counter[str] = Counter()
        self.codes_of: dict[bytes, set[str]] = {}  # by requests
        self.leaks: list[tuple[bytes, list[bytes]]] = []

    def ask(self, number: int, request: bytes) -> None:
        name = b"%d" % number
        self._asked[name] = request
        self._dealer.send_multipart([name, b"", request])
        while len(self._asked) >= IN_FLIGHT or self._dealer.poll(0):
            self._receive()

    def finish(self) -> None:
        """All that was asked is answered, and nothing more comes before the answer to what is asked last."""
        while self._asked:
            self._receive()
        self._dealer.send_multipart([b"last", b"", b'{"op":"hello"}'])
        assert self._dealer.recv_multipart()[0] == b"last"

    def _receive(self) -> None:
        name, delimiter, *frames = self._dealer.recv_multipart()
        request = self._asked.pop(name)  # fails for a second reply
        assert delimiter == b"" and 1 <= len(frames) <= 2
        header = json.loads(frames[0])
        code = header["error"]["code"] if "error" in header else "ok"
        assert isinstance(header["timestamp"], int) and isinstance(header["pid"], int)
        assert code == "ok" or set(header) == {"error", "timestamp", "pid"}
        self.codes[code] += 1
        self.codes_of.setdefault(request, set()).add(code)
        if any(word in text for text in [*frames, *decoded_texts(header)] for word in self._forbidden):
            self.leaks.append((request, frames))


def decoded_texts(value: object) -> Iterator[bytes]:
    """The strings of a reply without JSON's escapes, and without base64 where they are that."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from decoded_texts(item)
    if isinstance(value, str):
        yield value.encode()
        try:
            yield base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return


def statistics(context: zmq.Context, daemon: Daemon) -> dict[str, int]:
    with context.socket(zmq.REQ) as socket:
        socket.RCVTIMEO = 60000
        socket.connect(daemon.endpoint)
        socket.send(b'{"op":"stats"}')
        return json.loads(socket.recv())


def test_no_hostile_path_gets_what_is_outside_while_names_change_places(
    tree: HostileTree, served: Daemon, context: zmq.Context, capsys: pytest.CaptureFixture[str]
) -> None:
    examiner = Examiner(context, served.endpoint, tree)
    exchanges = Exchanges(tree)
    with exchanges:
        stream = hostile_requests(tree, random.Random(1))
        for number in range(REQUESTS):
            examiner.ask(number, next(stream))
        examiner.finish()
    with capsys.disabled():
        print(
            f"\n{REQUESTS} hostile requests during {exchanges.count} exchanges: {sum(examiner.codes.values())} replies, "
            f"{len(examiner.leaks)} with the canary; {dict(examiner.codes.most_common())}"
        )
    assert examiner.leaks == []
    assert sum(examiner.codes.values()) == REQUESTS
    assert set(examiner.codes) <= CODES
    assert not any(word.decode() in served.log() for word in tree.forbidden)
    counted = statistics(context, served)
    assert counted["dropped_messages"] == 0
    assert counted["requests"] - REQUESTS in (1, 2)  # hello, and perhaps these statistics


def test_the_exchanges_change_what_requests_get(tree: HostileTree, served: Daemon, context: zmq.Context) -> None:
    """Otherwise the test above would show nothing."""
    examiner = Examiner(context, served.endpoint, tree)
    racing = [b'{"path":"swap-directory/canary.txt"}', b'{"path":"swap-file"}', b'{"path":"to-swap/canary.txt"}']
    with Exchanges(tree):
        number = 0
        while any(examiner.codes_of.get(request, set()) != {"ok", "outside_root"} for request in racing):
            assert number < 100000
            examiner.ask(number, racing[number % len(racing)])
            number += 1
        examiner.finish()
    assert examiner.leaks == []
