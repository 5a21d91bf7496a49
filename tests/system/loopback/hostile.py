"""What the tests of hostile peers share: a daemon, an honest client beside them, and what must be as before when they have left."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import zmq

from support import zmtp
from support.daemon import Daemon, is_instrumented, wait_until
from support.honest import Honest
from support.process import descriptors, memory_mib

CONTENT = b"hello\n"
REQUEST = b'{"path":"target.txt"}'
QUESTION = zmtp.message(b"", REQUEST)

DEADLINE = 60.0  # seconds: what works never waits for them to pass
SPARE_MIB = 48  # what allocators keep, and what came of other threads of the same daemon's start
SANITIZED = is_instrumented()  # the memory of sanitizers is not the daemon's
without_sanitizers = pytest.mark.skipif(
    SANITIZED, reason="a sanitizer looks by a pipe whether an object is there, and reports it where it gets none"
)


@contextmanager
def unharmed(daemon: Daemon, most_descriptors_more: int = 0) -> Iterator[Honest]:
    """An honest client is served from entry to exit, and afterwards the daemon has no more descriptors than before, and
    hardly more memory. The daemon has a `target.txt`."""
    before = descriptors(daemon.pid), memory_mib(daemon.pid)
    with Honest(daemon.endpoint, "target.txt", CONTENT.decode()) as honest:
        yield honest
        daemon.require_alive()
        honest.report()
    is_as_before(daemon, before[0] + most_descriptors_more, before[1])


def is_as_before(daemon: Daemon, descriptors_before: int, mib_before: float) -> None:
    what = f"at most {descriptors_before} descriptors again"
    wait_until(lambda: descriptors(daemon.pid) <= descriptors_before, DEADLINE, what)
    what = f"hardly more than {mib_before:.0f} MiB of memory again"
    wait_until(lambda: SANITIZED or memory_mib(daemon.pid) < mib_before + SPARE_MIB, DEADLINE, what)


def ask(endpoint: str, request: bytes, identity: bytes = b"") -> dict[str, object]:
    """The header of the reply to one request, over a connection of its own."""
    with zmq.Context() as context, context.socket(zmq.REQ) as client:
        client.LINGER = 0
        client.RCVTIMEO = int(DEADLINE * 1000)
        if identity:
            client.ROUTING_ID = identity
        client.connect(endpoint)
        client.send(request)
        return json.loads(client.recv_multipart()[0])


def statistics(daemon: Daemon) -> dict[str, int]:
    return ask(daemon.endpoint, b'{"op":"stats"}')  # type: ignore[return-value]


def await_statistics(daemon: Daemon, condition: Callable[[dict[str, int]], bool], what: str) -> None:
    wait_until(lambda: condition(statistics(daemon)), DEADLINE, what)
