"""A file system that does not answer: a bindfs mount below the root, whose process is stopped."""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from mount import Mount

from support.daemon import Daemon, wait_until

DEADLINE_MS = 1500
HUNG_REQUESTS = 32  # more than the pool has threads


@pytest.fixture
def served(mount: Mount) -> Iterator[Daemon]:
    config = {"bind": "tcp://127.0.0.1:*", "root": str(mount.root), "limits": {"deadline_ms": DEADLINE_MS}}
    with Daemon(root=mount.root, config=config, may_hold_files=True) as daemon:
        yield daemon


def dealer_to(context: zmq.Context, daemon: Daemon) -> zmq.Socket:
    dealer = context.socket(zmq.DEALER)
    dealer.RCVTIMEO = 30000
    dealer.connect(daemon.endpoint)
    return dealer


def send(dealer: zmq.Socket, **request: object) -> None:
    dealer.send_multipart([b"", json.dumps(request).encode()])


def receive(dealer: zmq.Socket) -> dict[str, object]:
    return json.loads(dealer.recv_multipart()[1])


def ask(dealer: zmq.Socket, **request: object) -> dict[str, object]:
    send(dealer, **request)
    return receive(dealer)


def code_of(reply: dict[str, object]) -> object:
    error = reply.get("error")
    return error["code"] if isinstance(error, dict) else "ok"


def test_requests_that_hang_time_out_and_others_are_served_meanwhile(mount: Mount, served: Daemon, context: zmq.Context) -> None:
    hung, other = dealer_to(context, served), dealer_to(context, served)
    assert code_of(ask(other, op="get", path="hot.txt")) == "ok"
    mount.hang()
    for _ in range(HUNG_REQUESTS):
        send(hung, op="get", path="mount/cold.txt")
    served_meanwhile = 0
    while not hung.poll(0):
        assert code_of(ask(other, op="get", path="hot.txt")) == "ok"
        served_meanwhile += 1
    assert served_meanwhile > 10
    assert Counter(code_of(receive(hung)) for _ in range(HUNG_REQUESTS)) == {"timeout": HUNG_REQUESTS}


def test_what_hung_is_served_again_once_it_answers(mount: Mount, served: Daemon, context: zmq.Context) -> None:
    dealer = dealer_to(context, served)
    mount.hang()
    assert code_of(ask(dealer, op="get", path="mount/cold.txt")) == "timeout"
    mount.process.send_signal(signal.SIGCONT)
    wait_until(lambda: code_of(ask(dealer, op="get", path="mount/cold.txt")) == "ok" or None, 30, "the file again")


def test_the_daemon_ends_while_a_file_system_hangs_and_answers_before(mount: Mount, served: Daemon, context: zmq.Context) -> None:
    dealer = dealer_to(context, served)
    assert code_of(ask(dealer, op="get", path="hot.txt")) == "ok"
    mount.hang()
    send(dealer, op="get", path="mount/cold.txt")
    assert served.stop() == 0
    assert code_of(receive(dealer)) in ("busy", "timeout")
    assert "a file system does not answer" in served.log()


def test_a_reload_does_not_wait_for_a_new_root_that_does_not_answer(mount: Mount, tmp_path: Path, context: zmq.Context) -> None:
    file = tmp_path / "zmq-filerd.yaml"
    file.write_text(f"bind: tcp://127.0.0.1:*\nroot: {mount.root}\n")
    (mount.source / "cold").mkdir()
    with Daemon(root=mount.root, config=file, may_hold_files=True) as daemon:
        mount.hang()
        file.write_text(f"bind: tcp://127.0.0.1:*\nroots: {{default: {mount.root}, new: {mount.point}/cold}}\n")
        os.kill(daemon.pid, signal.SIGHUP)
        wait_until(lambda: "does not answer; a restart may fail" in daemon.log(), 20, "the verdict")
        assert "configuration reloaded" in daemon.log()
        assert code_of(ask(dealer_to(context, daemon), op="get", path="hot.txt")) == "ok"
        mount.process.send_signal(signal.SIGCONT)


def test_a_change_is_seen_where_the_file_system_tells_none(mount: Mount, served: Daemon, context: zmq.Context) -> None:
    dealer = dealer_to(context, served)
    status = ask(dealer, op="stat", path="mount/cold.txt")
    send(dealer, op="stat", path="mount/cold.txt", if_none_match=status["etag"], wait_ms=30000)
    (mount.source / "cold.txt").write_text("cold, and more")
    assert receive(dealer)["size"] == len("cold, and more")
