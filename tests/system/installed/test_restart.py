"""What clients notice of a daemon that is restarted or crashes: nothing but a pause."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from service import CANNOT_RUN, CONFIG, ROOT, UNIT, configured, show

from support.daemon import wait_until
from support.machine import Machine

CLIENTS = 50
ROUNDS = 10

# clients.py ENDPOINT CLIENTS: so many clients, each one run of the command after the other, and one that only
# connects, until its standard input ends. Prints how many ran, and of those that failed, what they said.
CLIENTS_PROGRAM = """
import json, socket, subprocess, sys, threading
endpoint, clients = sys.argv[1], int(sys.argv[2])
command = ["zmq-filer", "-e", endpoint, "get", "target.txt", "-o", "-"]
over, lock, told = threading.Event(), threading.Lock(), {"runs": 0, "connections": 0, "failures": []}

def run():
    while not over.is_set():
        done = subprocess.run(command, capture_output=True, text=True)
        with lock:
            told["runs"] += 1
            if done.returncode != 0 or done.stdout != "hello\\n":
                told["failures"].append([done.returncode, done.stdout, done.stderr])

def connect():
    family, address = socket.AF_INET, ("127.0.0.1", 60401)
    if endpoint.startswith("ipc"):
        family, address = socket.AF_UNIX, endpoint.removeprefix("ipc://")
    while not over.wait(0.002):
        with socket.socket(family) as plain:
            try:
                plain.connect(address)
                told["connections"] += 1
            except OSError as error:
                told["failures"].append([0, "", repr(error)])

threads = [threading.Thread(target=run) for _ in range(clients)] + [threading.Thread(target=connect)]
for thread in threads: thread.start()
sys.stdin.read()
over.set()
for thread in threads: thread.join()
print(json.dumps(told))
"""

IPC = "ipc:///run/zmq-filer/zmq-filerd.sock"
# Below the range that the kernel takes ports for outgoing connections from: one of those, or what is left of it for a
# minute after its end (TIME_WAIT), keeps everybody else from listening there.
ELSEWHERE = "tcp://127.0.0.1:20401"
ENDPOINTS = {"tcp": "tcp://127.0.0.1:60401", "ipc": IPC}


@contextmanager
def clients(machine: Machine, endpoint: str, number: int = CLIENTS) -> Iterator[dict[str, object]]:
    """Clients that loop while the context lasts; afterwards, what they told."""
    told: dict[str, object] = {}
    arguments = ("python3", "-c", CLIENTS_PROGRAM, endpoint, str(number))
    with machine.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield told
        finally:
            output, _ = process.communicate(b"", timeout=120)
    told.update(json.loads(output))


def await_next_process(machine: Machine, before: str) -> None:
    def is_up() -> bool:
        return show(machine, "ActiveState") == "active" and show(machine, "MainPID") not in ("0", before)

    wait_until(is_up, 20, "another process of the service")


def restart(machine: Machine) -> None:
    machine.run("systemctl", "restart", UNIT)


def crash(machine: Machine) -> None:
    before = show(machine, "MainPID")
    machine.run("systemctl", "kill", "--signal=ABRT", UNIT)
    await_next_process(machine, before)


@pytest.mark.parametrize("end", [restart, crash])
@pytest.mark.parametrize("kind", ENDPOINTS)
def test_no_client_notices(installed: Machine, kind: str, end: object) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    with configured(installed, f"bind: [{', '.join(ENDPOINTS.values())}]\n"):
        served = count()
        with clients(installed, ENDPOINTS[kind]) as told:
            for _ in range(ROUNDS):
                end(installed)  # type: ignore[operator]
                next(served)
        print(f"{kind}, {end.__name__}: {told['runs']} runs, {told['connections']} connections")  # type: ignore[attr-defined]
        assert told["failures"] == []
        assert int(str(told["runs"])) > CLIENTS


def test_a_changed_address_is_listened_on_and_the_old_one_is_not(installed: Machine) -> None:
    with configured(installed, f"bind: {ELSEWHERE}\n"):
        installed.run("zmq-filer", "-e", ELSEWHERE, "ping", "-c", "1")
        assert installed.run("zmq-filer", "ping", "-c", "1", check=False).returncode == 5
        restart(installed)
        installed.run("zmq-filer", "-e", ELSEWHERE, "ping", "-c", "1")


def test_an_address_with_the_port_of_the_one_before_is_listened_on_at_the_second_try(installed: Machine) -> None:
    with configured(installed, f"bind: {ELSEWHERE}\n"):
        installed.write(CONFIG, f"bind: {ELSEWHERE.replace('127.0.0.1', '*')}\nsecurity: {{allow_plaintext: true}}\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        wait_until(lambda: show(installed, "SubState") == "running", 20, "the second try")
        assert "0.0.0.0:20401" in installed.run("ss", "-ltn").stdout
        installed.run("zmq-filer", "-e", ELSEWHERE, "ping", "-c", "1")


def test_a_port_that_another_has_is_named_and_listened_on_once_it_is_free(installed: Machine) -> None:
    installed.run("systemctl", "stop", UNIT)
    cursor = installed.journal_cursor()
    program = "import socket; s = socket.create_server(('127.0.0.1', 60401)); print('up', flush=True); input()"
    with installed.start("python3", "-c", program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == b"up\n"
        assert installed.run("systemctl", "start", UNIT, check=False).returncode != 0
        messages = [entry["MESSAGE"] for entry in installed.journal(UNIT, cursor, MESSAGE_ID=CANNOT_RUN)]
        assert "cannot listen on 'tcp://127.0.0.1:60401'" in messages[0]
        assert "something has that port" in messages[0]
        other.communicate(b"\n", timeout=60)
    wait_until(lambda: show(installed, "SubState") == "running", 20, "a start once the port is free")
    installed.run("zmq-filer", "ping", "-c", "1")


def test_nothing_listens_any_more_once_the_service_is_stopped(installed: Machine) -> None:
    installed.run("systemctl", "stop", UNIT)
    try:
        assert ":60401" not in installed.run("ss", "-ltn").stdout
    finally:
        installed.run("systemctl", "start", UNIT)
