"""Keys are authorized and withdrawn while the confined daemon serves: by SIGHUP, and by --reload, which tells the verdict."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
import zmq
import zmq.auth
from support.curve import Keys
from support.daemon import FREE_PORT, Daemon, as_yaml, daemon_binary, wait_until

ANSWER = 30000  # milliseconds


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def config(keys: Keys, tmp_path: Path) -> dict[str, object]:
    """What zmq-filerd.yaml says."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "target.txt").write_bytes(b"hello\n")
    config = keys.config(root, FREE_PORT)
    for name in ("laptop", "robot", "stranger"):
        keys.make(name)
    keys.authorize("laptop", config)
    keys.authorize("robot", config)
    return config


@pytest.fixture
def daemon(config: dict[str, object], tmp_path: Path) -> Iterator[Daemon]:
    (tmp_path / "run").mkdir()
    environment = {"RUNTIME_DIRECTORY": str(tmp_path / "run")}
    with Daemon(root=tmp_path / "root", config=tmp_path / "zmq-filerd.yaml", environment=environment) as running:
        yield running


def reload(tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"RUNTIME_DIRECTORY": str(tmp_path / "run")}
    return subprocess.run(
        [daemon_binary(), "--reload"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def connect(context: zmq.Context, daemon: Daemon, keys: Keys, name: str, identity: bytes = b"") -> zmq.Socket:
    dealer = context.socket(zmq.DEALER)
    if identity:
        dealer.ROUTING_ID = identity
    dealer.RCVTIMEO = ANSWER
    dealer.curve_publickey, dealer.curve_secretkey = zmq.auth.load_certificate(keys.file(name))
    dealer.curve_serverkey = keys.public["server"].encode()
    dealer.connect(daemon.endpoint)
    return dealer


def ask(dealer: zmq.Socket, **request: object) -> dict[str, object]:
    dealer.send_multipart([b"", json.dumps(request).encode()])
    return json.loads(dealer.recv_multipart()[1])


def cat(daemon: Daemon, keys: Keys, name: str) -> "subprocess.CompletedProcess[bytes]":
    return client.run(daemon.endpoint, *keys.options(name), "cat", "target.txt")


def test_a_withdrawn_key_is_refused_on_living_connections_and_new_ones(
    daemon: Daemon, keys: Keys, context: zmq.Context, tmp_path: Path
) -> None:
    connected = connect(context, daemon, keys, "laptop")
    assert "etag" in ask(connected, op="stat", path="target.txt")
    keys.withdraw("laptop")
    assert "etag" in ask(connected, op="stat", path="target.txt"), "nothing changes before the reload"
    assert reload(tmp_path).returncode == 0
    assert ask(connected, op="stat", path="target.txt")["error"]["code"] == "access_denied"
    assert cat(daemon, keys, "laptop").returncode == 4
    wait_until(lambda: f"its key {keys.public['laptop']} is not authorized" in daemon.log(), 30, "the log entry")
    assert cat(daemon, keys, "robot").stdout == b"hello\n"


def test_what_a_withdrawn_key_waits_for_is_refused_at_once(
    daemon: Daemon, keys: Keys, context: zmq.Context, tmp_path: Path
) -> None:
    waiting, other = (connect(context, daemon, keys, name) for name in ("laptop", "robot"))
    etag = ask(waiting, op="stat", path="target.txt")["etag"]
    held = json.dumps({"op": "stat", "path": "target.txt", "if_none_match": etag, "wait_ms": 600000}).encode()
    for dealer in (waiting, other):
        dealer.send_multipart([b"", held])
    asking = connect(context, daemon, keys, "robot")
    wait_until(lambda: ask(asking, op="stats")["waiting"] == 2, 30, "two held requests")
    keys.withdraw("laptop")
    assert reload(tmp_path).returncode == 0
    assert json.loads(waiting.recv_multipart()[1])["error"]["code"] == "access_denied"
    assert ask(asking, op="stats")["waiting"] == 1, "the other one goes on waiting"
    (tmp_path / "next").write_bytes(b"changed\n")
    (tmp_path / "next").rename(daemon.root / "target.txt")
    assert json.loads(other.recv_multipart()[1])["etag"] != etag


def test_a_new_key_is_let_in_by_a_signal(daemon: Daemon, keys: Keys, config: dict[str, object]) -> None:
    assert cat(daemon, keys, "stranger").returncode == 4
    keys.authorize("stranger", config)
    os.kill(daemon.pid, signal.SIGHUP)
    wait_until(lambda: "configuration reloaded" in daemon.log(), 30, "the reload")
    assert cat(daemon, keys, "stranger").stdout == b"hello\n"


def test_the_last_key_can_be_withdrawn_and_the_journal_tells_what_a_restart_would_do(
    daemon: Daemon, keys: Keys, tmp_path: Path
) -> None:
    keys.withdraw("laptop")
    assert reload(tmp_path).returncode == 0
    keys.withdraw("robot")
    assert "no key is authorized any more" not in daemon.log()
    assert reload(tmp_path).returncode == 0
    wait_until(lambda: "no key is authorized any more" in daemon.log(), 30, "the warning")
    assert cat(daemon, keys, "robot").returncode == 4


def test_the_last_key_can_be_withdrawn_together_with_curve(
    daemon: Daemon, keys: Keys, config: dict[str, object], tmp_path: Path
) -> None:
    """As docs/curve.md says how to go back."""
    keys.withdraw("laptop")
    keys.withdraw("robot")
    (tmp_path / "zmq-filerd.yaml").write_text(as_yaml({**config, "bind": FREE_PORT}))
    assert reload(tmp_path).returncode == 0
    wait_until(lambda: "no key is authorized any more" in daemon.log(), 30, "the warning")
    assert "the next start will fail" not in daemon.log()


def test_a_broken_key_file_is_the_verdict_and_changes_nothing(daemon: Daemon, keys: Keys, tmp_path: Path) -> None:
    keys.withdraw("laptop")
    broken = keys.authorized / "broken.yaml"
    broken.write_text("roots: [default]\nkey: 'too short'\n")
    verdict = reload(tmp_path)
    assert verdict.returncode != 0
    assert f"{broken}:2:6: key: expected" in verdict.stderr
    wait_until(lambda: f"configuration not reloaded: {broken}:2:6" in daemon.log(), 30, "the log entry")
    assert cat(daemon, keys, "laptop").stdout == b"hello\n", "all of it, or nothing"
    broken.unlink()
    assert reload(tmp_path).returncode == 0
    assert cat(daemon, keys, "laptop").returncode == 4


def test_a_reply_is_for_the_connection_that_asked_only(keys: Keys, config: dict[str, object], context: zmq.Context, tmp_path: Path) -> None:
    """And for nobody who claims its routing id after it, without a key."""
    (tmp_path / "root" / "large").write_bytes(b"secret " * (24 << 20))
    plain = f"ipc://{tmp_path}/plain.sock"
    config["bind"] = [{"address": FREE_PORT, "curve": True}, plain]
    config["shards"] = 1
    config["roots"] = {"default": {"path": config.pop("root"), "allow": {"keys": ["laptop"]}}}
    with Daemon(root=tmp_path / "root", config=config) as daemon:
        asking = connect(context, daemon, keys, "robot")
        for number in range(5):
            name = b"victim-%d" % number
            before = answered(asking)
            owner = connect(context, daemon, keys, "laptop", name)
            assert "server" in ask(owner, op="hello")
            owner.send_multipart([b"", b'{"op":"digest","path":"large"}'])
            wait_until(lambda: ask(asking, op="stats")["pool_working"] == 1 or answered(asking) > before, 30, "the slow request")
            owner.close(linger=0)
            with claim(context, plain, name) as claimant:
                wait_until(lambda: answered(asking) > before, 30, "the end of the slow request")
                assert "server" in ask(claimant, op="hello"), "all that it gets are replies to its own requests"


def claim(context: zmq.Context, endpoint: str, name: bytes) -> zmq.Socket:
    """A peer that has a routing id after its owner: once the daemon has seen that he is gone, which it is asked until then."""
    while True:
        dealer = context.socket(zmq.DEALER)
        dealer.LINGER, dealer.RCVTIMEO, dealer.ROUTING_ID = 0, 200, name
        dealer.connect(endpoint)
        try:
            assert "server" in ask(dealer, op="hello")
            dealer.RCVTIMEO = ANSWER
            return dealer
        except zmq.Again:
            dealer.close()


def answered(asking: zmq.Socket) -> int:
    """Digests that were answered."""
    return ask(asking, op="stats")["requests_digest"]
