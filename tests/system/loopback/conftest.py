from collections.abc import Iterator

import pytest
import zmq

from support.daemon import Daemon


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    """A daemon with one small file."""
    with Daemon() as running:
        running.write("target.txt", b"hello\n")
        yield running


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    """Sockets of it never keep a test waiting."""
    context = zmq.Context()
    yield context
    context.destroy(linger=0)
