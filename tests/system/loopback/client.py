"""The real zmq-filer, as a person or a script runs it."""

import os
import subprocess
from pathlib import Path

from support.daemon import REPOSITORY

DEADLINE = 60  # seconds, for a client that must end by itself

# Nothing of the machine's settings reaches a client that a test starts, but what sanitizers are told.
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
ENVIRONMENT |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}


def binary() -> Path:
    return REPOSITORY / os.environ.get("FILER_BUILD", "build") / "cli" / "zmq-filer"


def start(endpoint: str, *arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """The client as a running process; the options are those of Popen."""
    command = [str(binary()), "-e", endpoint, *arguments]
    return subprocess.Popen(command, **{"env": ENVIRONMENT, **options})


def run(endpoint: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Runs the client to its end; the options are those of subprocess.run()."""
    command = [str(binary()), "-e", endpoint, *arguments]
    return subprocess.run(command, **{"env": ENVIRONMENT, "capture_output": True, "timeout": DEADLINE, **options})
