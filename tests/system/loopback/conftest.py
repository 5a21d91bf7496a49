import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from mount import Mount

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


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    if shutil.which("bindfs") is None or not os.access("/dev/fuse", os.W_OK) or os.geteuid() != 0:
        pytest.skip("takes root, bindfs and /dev/fuse")
    mounted = Mount(tmp_path)
    try:
        yield mounted
    finally:
        mounted.end()
