import shutil
from collections.abc import Iterator

import peers
import pytest

from support.daemon import Daemon


@pytest.fixture(scope="session", autouse=True)
def node_clients() -> None:
    """The tier fails, rather than skips, where its clients are not installed."""
    if shutil.which("node") is None:
        pytest.fail("the interop tier needs node, version 18 or later")
    if not (peers.CLIENTS / "node_modules" / "zeromq").is_dir():
        pytest.fail("run 'npm ci' in tests/interop/clients first")


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """One daemon for the tests of a module: it must outlive whatever they send."""
    with Daemon() as running:
        running.write("target.txt", b"hello, world\n")
        yield running


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails at once, rather than by deadlines, the tests after one that the shared daemon did not survive, and prints what
    it logged during a test, which pytest shows if the test fails."""
    if "daemon" not in request.fixturenames:
        yield
        return
    daemon = request.getfixturevalue("daemon")
    daemon.require_alive()
    before = len(daemon.log())
    yield
    print(daemon.log()[before:])
