"""CURVE between the real programs: who is let in, who is not, and what both sides are told of it."""

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import client
import pytest
import zmq
from support.curve import Keys
from support.daemon import FREE_PORT, Daemon, daemon_binary, wait_until

ADDRESS = FREE_PORT


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    (root / "target.txt").write_bytes(b"hello\n")
    return root


@pytest.fixture
def config(keys: Keys, root: Path) -> dict[str, object]:
    """Two keys: `laptop` for everything, `robot` for the root `logs` and two ops."""
    logs = root.parent / "logs"
    logs.mkdir()
    (logs / "app.log").write_bytes(b"line\n")
    config = keys.config(root, ADDRESS)
    del config["root"]
    config["roots"] = {"default": str(root), "logs": str(logs)}
    for name in ("laptop", "robot", "stranger"):
        keys.make(name)
    keys.authorize("laptop", config)
    keys.authorize("robot", config, "--roots", "logs", "--ops", "get,stat")
    return config


@pytest.fixture
def daemon(config: dict[str, object], root: Path) -> Iterator[Daemon]:
    with Daemon(root=root, config=config) as running:
        yield running


def run(daemon: Daemon, keys: Keys, name: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return client.run(daemon.endpoint, *keys.options(name), *arguments)


def test_an_authorized_key_gets_what_it_asks_for(daemon: Daemon, keys: Keys) -> None:
    assert run(daemon, keys, "laptop", "cat", "target.txt").stdout == b"hello\n"
    wait_until(lambda: "127.0.0.1 (key laptop): get 'target.txt'" in daemon.log(), 30, "the log entry")


def test_an_unknown_key_is_refused_and_named(daemon: Daemon, keys: Keys) -> None:
    ended = run(daemon, keys, "stranger", "cat", "target.txt")
    assert ended.returncode == 4, ended
    assert b"refused the connection: the daemon does not know this key" in ended.stderr
    wait_until(lambda: f"its key {keys.public['stranger']} is not authorized" in daemon.log(), 30, "the log entry")


def is_told(daemon: Daemon, *parts: str) -> bool:
    """Whether one entry of its log has all of these."""
    return any(all(part in line for part in parts) for line in daemon.log().splitlines())


def test_a_key_is_refused_other_roots_and_ops_and_named(daemon: Daemon, keys: Keys, root: Path) -> None:
    assert run(daemon, keys, "robot", "cat", f"{root.parent}/logs/app.log").stdout == b"line\n"
    for op, arguments, part in (
        ("stat", ("stat", "target.txt"), "you may not use a root named 'default'; you may use logs"),
        ("list", ("ls", f"{root.parent}/logs"), "your key is not for the op list"),
        ("stat", ("stat", str(root / "target.txt")), "the path lies in none of the roots"),
        ("stats", ("stats",), "your key is not for the op stats"),
    ):
        ended = run(daemon, keys, "robot", *arguments)
        assert ended.returncode == 4, ended
        assert part in ended.stderr.decode()
        wait_until(lambda: is_told(daemon, f"(key robot): {op}", part), 30, part)


def test_hello_tells_a_key_what_it_is_for(daemon: Daemon, keys: Keys) -> None:
    told = run(daemon, keys, "robot", "info").stdout.decode()
    assert "ops       hello, get, stat\nroots     logs\n" in told


def test_a_withdrawn_key_is_refused(config: dict[str, object], keys: Keys, root: Path) -> None:
    keys.withdraw("laptop")
    with Daemon(root=root, config=config) as daemon:
        assert run(daemon, keys, "laptop", "cat", "target.txt").returncode == 4
        wait_until(lambda: keys.public["laptop"] in daemon.log(), 30, "the key in the log")


def test_a_wrong_server_key_is_noticed(daemon: Daemon, keys: Keys) -> None:
    ended = client.run(daemon.endpoint, *keys.options("laptop", server="stranger"), "cat", "target.txt")
    assert ended.returncode == 4, ended
    assert b"it does not have the server key that it is known by" in ended.stderr


def test_whoever_uses_no_keys_is_told_that_they_are_needed(daemon: Daemon) -> None:
    ended = client.run(daemon.endpoint, "cat", "target.txt")
    assert ended.returncode == 4, ended
    assert b"does not agree on keys: only one side uses CURVE" in ended.stderr


def test_whoever_uses_keys_in_vain_is_told_so(keys: Keys) -> None:
    keys.make("laptop")
    with Daemon() as daemon:
        ended = run(daemon, keys, "laptop", "cat", "target.txt")
        assert ended.returncode == 4, ended
        # Whichever side was faster to end the handshake.
        assert b"only one side uses CURVE" in ended.stderr or b"or uses no CURVE there" in ended.stderr


def test_a_remembered_server_needs_no_key_on_the_command_line(daemon: Daemon, keys: Keys, tmp_path: Path) -> None:
    environment = client.ENVIRONMENT | {"XDG_CONFIG_HOME": str(tmp_path)}
    settings = tmp_path / "zmq-filer"
    settings.mkdir()
    keys.file("laptop").rename(settings / "key")
    options = ["--server-key", keys.public["server"], "--remember"]
    assert client.run(daemon.endpoint, *options, "cat", "target.txt", env=environment).stdout == b"hello\n"
    assert client.run(daemon.endpoint, "cat", "target.txt", env=environment).stdout == b"hello\n"
    other = client.run(daemon.endpoint, "--server-key", keys.public["robot"], "ping", env=environment)
    assert other.returncode == 4
    assert f"is known by another server key than the one given ({settings}/known_servers:1)" in other.stderr.decode()


@pytest.mark.parametrize("kept", ["settings", "known servers"])
def test_a_server_with_a_known_key_is_never_spoken_to_in_the_clear(keys: Keys, tmp_path: Path, kept: str) -> None:
    environment = client.ENVIRONMENT | {"XDG_CONFIG_HOME": str(tmp_path)}
    settings = tmp_path / "zmq-filer"
    settings.mkdir()
    keys.make("laptop")
    keys.file("laptop").rename(settings / "key")
    with Daemon() as impostor:  # without CURVE
        port = impostor.endpoint.rpartition(":")[2]
        if kept == "settings":
            text = f'endpoint: {impostor.endpoint}\nserver_key: "{keys.public["server"]}"\n'
            (settings / "zmq-filer.yaml").write_text(text)
        else:
            (settings / "known_servers").write_text(f"{impostor.endpoint} {keys.public['server']}\n")
        for endpoint in (f"tcp://127.0.0.1:{port}", f"tcp://localhost:{port}", f"tcp://127.1:{port}"):
            for options, variables in ((["-e", endpoint], {}), ([], {"ZMQ_FILER_ENDPOINT": endpoint})):
                command = [client.binary(), *options, "ping", "-c", "1"]
                ended = subprocess.run(
                    command, env=environment | variables, capture_output=True, timeout=60, check=False
                )
                assert ended.returncode == 4, ended
                assert b"CURVE" in ended.stderr


def test_what_is_remembered_can_be_read_again(daemon: Daemon, keys: Keys, tmp_path: Path) -> None:
    environment = client.ENVIRONMENT | {"XDG_CONFIG_HOME": str(tmp_path)}
    settings = tmp_path / "zmq-filer"
    settings.mkdir()
    keys.file("laptop").rename(settings / "key")
    (settings / "known_servers").write_text(f"tcp://other:1 {keys.public['robot']}")
    options = ["--server-key", keys.public["server"], "--remember"]
    blank = client.run("ipc:///tmp/a b", *options, "ping", env=environment)
    assert blank.returncode == 2, blank
    assert client.run(daemon.endpoint, *options, "cat", "target.txt", env=environment).stdout == b"hello\n"
    assert client.run(daemon.endpoint, "cat", "target.txt", env=environment).stdout == b"hello\n"


def test_keygen_makes_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    environment = client.ENVIRONMENT | {"XDG_CONFIG_HOME": str(tmp_path)}
    made = subprocess.run([client.binary(), "keygen"], env=environment, capture_output=True, timeout=60, check=True)
    file = tmp_path / "zmq-filer" / "key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert made.stdout.decode().strip() in file.read_text()
    assert f"zmq-filerd authorize NAME '{made.stdout.decode().strip()}'" in made.stderr.decode()
    again = subprocess.run([client.binary(), "keygen"], env=environment, capture_output=True, timeout=60, check=False)
    assert again.returncode == 1
    assert b"is not overwritten" in again.stderr


def test_a_secret_key_that_others_can_read_is_refused(daemon: Daemon, keys: Keys) -> None:
    keys.file("laptop").chmod(0o644)
    ended = run(daemon, keys, "laptop", "ping")
    assert ended.returncode == 2
    assert b"others may read or change this secret key (mode 0644); try 'chmod 600'" in ended.stderr


def test_clients_in_other_languages_use_the_same_key_files(
    daemon: Daemon, keys: Keys, context: zmq.Context
) -> None:
    from zmq.auth import load_certificate

    requester = context.socket(zmq.REQ)
    requester.RCVTIMEO = 30000
    requester.curve_publickey, requester.curve_secretkey = load_certificate(keys.file("laptop"))
    requester.curve_serverkey = keys.public["server"].encode()
    requester.connect(daemon.endpoint)
    requester.send_json({"path": "target.txt"})
    assert requester.recv_json()["content"] == "hello\n"


def test_the_daemon_uses_key_files_of_other_programs(tmp_path: Path, keys: Keys, root: Path) -> None:
    from zmq.auth import create_certificates

    _, secret = create_certificates(tmp_path, "pyzmq")
    Path(secret).chmod(0o600)
    keys.make("laptop")
    config = keys.config(root, ADDRESS)
    config["security"]["curve"]["server_key"] = secret
    keys.authorize("laptop", config)
    with Daemon(root=root, config=config) as daemon:
        public = tmp_path / "pyzmq.key"
        ended = client.run(
            daemon.endpoint, "--key", str(keys.file("laptop")), "--server-key", str(public), "cat", "target.txt"
        )
        assert ended.stdout == b"hello\n", ended


@pytest.mark.parametrize("missing", ["server key", "authorized keys", "curve"])
def test_no_remote_address_is_served_without_keys(keys: Keys, root: Path, tmp_path: Path, missing: str) -> None:
    from support.daemon import as_yaml

    keys.make("laptop")
    config = keys.config(root, "tcp://*:60402")
    if missing != "authorized keys":
        keys.authorize("laptop", config)
    if missing == "server key":
        keys.file("server").unlink()
    if missing == "curve":
        config["bind"] = "tcp://*:60402"
    file = tmp_path / "config.yaml"
    file.write_text(as_yaml(config))
    for arguments in ([], ["--check-config"]):
        ended = subprocess.run(
            [daemon_binary(), "--config", file, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 78, ended
        assert f"{file}:" in ended.stderr
        assert {"server key": "No such file", "authorized keys": "zmq-filerd authorize", "curve": "curve: true"}[
            missing
        ] in ended.stderr
