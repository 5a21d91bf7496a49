"""Tests of the installed packages, in a machine with systemd and journald and without a network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from service import install, make_machine

from support.daemon import REPOSITORY
from support.machine import Machine, why_not

@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """A booted machine, the same for all tests that do not need one of their own."""
    if reason := why_not():
        pytest.skip(reason)
    with make_machine() as machine:
        assert not machine.failed_units
        yield machine


@pytest.fixture(scope="session")
def debs() -> list[Path]:
    """The packages to test, client and daemon: those in the directory FILER_PACKAGES."""
    if not os.environ.get("FILER_PACKAGES"):
        pytest.fail("FILER_PACKAGES is not set: where the packages to test are, which ./dev package builds", pytrace=False)
    built = REPOSITORY / os.environ["FILER_PACKAGES"]
    (client,), (daemon,) = built.glob("zmq-filer_*.deb"), built.glob("zmq-filerd_*.deb")
    return [client.resolve(), daemon.resolve()]


@pytest.fixture(scope="session")
def installed(machine: Machine, debs: list[Path]) -> Machine:
    """The machine with the packages installed."""
    install(machine, debs)
    return machine
