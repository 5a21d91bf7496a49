"""Tests of the installed package, in a machine with systemd and journald and without a network."""

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
def deb() -> Path:
    """The package to test: FILER_DEB."""
    if not os.environ.get("FILER_DEB"):
        pytest.fail("FILER_DEB is not set: the path of the package to test, which ./dev package builds", pytrace=False)
    return (REPOSITORY / os.environ["FILER_DEB"]).resolve(strict=True)


@pytest.fixture(scope="session")
def installed(machine: Machine, deb: Path) -> Machine:
    """The machine with the package installed."""
    install(machine, deb)
    return machine
