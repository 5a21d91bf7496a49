"""What the tests of the installed service share: its names, its configuration, and a client to load it with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.daemon import REPOSITORY
from support.machine import Machine

# What the packages and their tests depend on, in the machine before them: it has no network to get it from.
DEPENDENCIES = (
    "libzmq5 libjemalloc2 libyaml-cpp0.7 libsimdjson14 libfmt9 libsystemd0 libsodium23 libssl3 libstdc++6 autopkgtest"
).split()

UNIT = "zmq-filerd.service"
CONFIG = "/etc/zmq-filer/zmq-filerd.yaml"
ROOT = "/srv/zmq-filer"

# MESSAGE_IDs, as daemon/log/log_entry.hpp fixes them.
REQUEST_SERVED = "771eeff5da5c47e897ed6e489dac971b"
REQUEST_FAILED = "94757f82d98943fda8ef9795f79ee1fe"
REQUEST_REFUSED = "87b078e51a66440aaa688182786cf50a"
MESSAGES_DROPPED = "dcdf5d3adec44d64a1880187065f5512"
STARTED = "9dc3ca050e064d369455771340292a0a"
STOPPED = "341355f8f0094b8b84d733d682607e50"
ENTRIES_DROPPED = "4488e372587648f296313e1b7f8025a4"
ENTRIES_LEFT_OUT = "4a35c76ae91f49ffa6ec601c2a686ad5"
RELOADED = "7f3c55c6f1f54f5a8f4f0a5c3fd0b4c1"
RELOAD_REFUSED = "1e1d0c25b6ab4bb0b4cf0d4d5b0a2c77"
NOT_OPENED = "23bfdf227dbe4714813152269713d252"
CANNOT_RUN = "7bbdcdb0fd714253b3da9b0c1ae2f39b"

# load.py REQUEST COUNT: sends so many, 64 at a time, and prints how many replies came.
LOAD = """
import sys, zmq
request, count = sys.argv[1].encode(), int(sys.argv[2])
dealer = zmq.Context().socket(zmq.DEALER)
dealer.LINGER = 0
dealer.RCVTIMEO = 10000
dealer.connect("tcp://127.0.0.1:60401")
sent = answered = 0
while answered < count:
    while sent < count and sent - answered < 64:
        dealer.send_multipart([b"", request])
        sent += 1
    dealer.recv_multipart()
    answered += 1
print(answered)
"""


def make_machine() -> Machine:
    """A machine to be booted, with a root that is cached below FILER_CACHE, `build/system` by default."""
    return Machine(REPOSITORY / os.environ.get("FILER_CACHE", "build/system"), DEPENDENCIES)


def install(machine: Machine, debs: list[Path]) -> None:
    """Installs the packages as an administrator does, and removes their files."""
    files = [f"/tmp/{deb.name}" for deb in debs]
    for deb, file in zip(debs, files):
        machine.copy_in(deb, file)
    machine.run("apt-get", "install", "--yes", *files, env={"DEBIAN_FRONTEND": "noninteractive"})
    machine.run("rm", *files)


@contextmanager
def configured(machine: Machine, text: str) -> Iterator[None]:
    """The service runs with this configuration; with the packaged one again afterwards."""
    packaged = machine.read(CONFIG)
    try:
        machine.write(CONFIG, text)
        machine.run("systemctl", "restart", UNIT)
        yield
    finally:
        machine.write(CONFIG, packaged)
        machine.run("systemctl", "reset-failed", UNIT, check=False)
        machine.run("systemctl", "restart", UNIT)


def show(machine: Machine, name: str) -> str:
    """A property of the service, as systemd tells it."""
    return machine.run("systemctl", "show", UNIT, f"--property={name}", "--value").stdout.strip()
