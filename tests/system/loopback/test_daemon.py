"""zmq-filerd as a process: how it starts, what it tells, how it stops."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import zmq

from support.daemon import FREE_PORT, REPOSITORY, Daemon, daemon_binary, is_instrumented, wait_until

REQUEST = b'{"path":"target.txt"}'


def dealer_to(context: zmq.Context, endpoint: str, most_unread: int = 0) -> zmq.Socket:
    """Sends anything, and receives with a deadline; takes in at most so many replies (0: any number) before they are read."""
    dealer = context.socket(zmq.DEALER)
    dealer.set_hwm(0)
    dealer.RCVTIMEO = 30000
    if most_unread:
        dealer.RCVHWM = most_unread
        dealer.RCVBUF = 4096
    dealer.connect(endpoint)
    return dealer


def answer(dealer: zmq.Socket) -> dict[str, object]:
    _, reply = dealer.recv_multipart()
    return json.loads(reply)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([daemon_binary(), *arguments], capture_output=True, text=True, timeout=60)


def test_what_was_received_is_answered_before_it_stops(daemon: Daemon, context: zmq.Context) -> None:
    count = 1000
    dealer = dealer_to(context, daemon.endpoint)
    for _ in range(count):
        dealer.send_multipart([b"", REQUEST])
    assert answer(dealer)["content"] == "hello\n"  # the rest is on its way
    assert daemon.stop() == 0
    assert all(answer(dealer)["content"] == "hello\n" for _ in range(count - 1))


def test_sigint_and_sigterm_are_clean_ends() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM):
        with Daemon() as daemon:
            assert daemon.stop(signum) == 0
            assert "stopped" in daemon.log()


def test_every_one_of_many_pipelined_requests_is_answered(daemon: Daemon, context: zmq.Context) -> None:
    count = 20000
    daemon.write("kilobyte.txt", b"x" * 1000)
    dealer = dealer_to(context, daemon.endpoint, most_unread=100)
    for _ in range(count):
        dealer.send_multipart([b"", b'{"path":"kilobyte.txt"}'])
    # Nothing is read until the daemon has seen everything: more is unread than it may keep.
    wait_until(lambda: int(statistics(daemon)["requests"]) >= count, 60, "all requests taken")
    codes = [answer(dealer).get("error", {"code": "ok"})["code"] for _ in range(count)]
    assert set(codes) <= {"ok", "busy"}
    assert codes.count("ok") > count / 2
    assert statistics(daemon)["dropped_messages"] == 0


def statistics(daemon: Daemon) -> dict[str, int]:
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.LINGER = 0
        socket.RCVTIMEO = 30000
        socket.connect(daemon.endpoint)
        socket.send(b'{"op":"stats"}')
        return json.loads(socket.recv())


def test_memory_stays_bounded_beside_peers_that_never_read(daemon: Daemon, context: zmq.Context) -> None:
    limit = 512 << 20  # MemoryMax= of the unit
    daemon.write("large.txt", b"x" * (1 << 20))
    stalling = stalling_dealers(context, daemon, 40)
    for number, dealer in enumerate(stalling):
        request = b'{"path":"large.txt"}' if number % 2 else b"{}"
        for _ in range(300):
            dealer.send_multipart([b"e" * 3800, b"", request], copy=True)
    wait_until(lambda: int(statistics(daemon)["dropped_messages"]) + int(statistics(daemon)["requests"]) >= 12000, 60, "all taken")
    print("resident MiB:", resident_bytes(daemon.pid) >> 20)
    assert resident_bytes(daemon.pid) < limit or is_instrumented()


def test_memory_stays_bounded_while_replies_are_made_of_large_contents(context: zmq.Context, tmp_path: Path) -> None:
    """JSON makes six times as much of control characters; threads of the pool take turns at that."""
    # On a slow machine the last turn comes late: after the deadline, its request would rightly fail (timeout).
    config = {"bind": FREE_PORT, "root": str(tmp_path), "limits": {"deadline_ms": 600_000}}
    with Daemon(root=tmp_path, config=config) as daemon:
        daemon.write("controls", b"\x01" * (16 << 20))
        dealers = stalling_dealers(context, daemon, 24)
        for dealer in dealers:
            dealer.RCVTIMEO = 600_000
            dealer.send_multipart([b"", b'{"path":"controls"}'])
        codes = [answer(dealer).get("error", {"code": "ok"})["code"] for dealer in dealers]
        assert set(codes) <= {"ok", "busy"} and "ok" in codes
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{daemon.pid}/status").read_text())[1]) << 10
        print("peak MiB:", peak >> 20)
        assert peak < 512 << 20 or is_instrumented()  # MemoryMax= of the unit


def stalling_dealers(context: zmq.Context, daemon: Daemon, count: int) -> list[zmq.Socket]:
    """Clients that take hardly anything in before somebody reads."""
    return [dealer_to(context, daemon.endpoint, most_unread=1) for _ in range(count)]


def resident_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_a_small_request_is_served_beside_peers_that_never_read(daemon: Daemon, context: zmq.Context) -> None:
    daemon.write("large.txt", b"x" * (16 << 20))
    stalling = stalling_dealers(context, daemon, 12)
    for dealer in stalling:
        for _ in range(4):
            dealer.send_multipart([b"", b'{"path":"large.txt"}'])
    wait_until(lambda: "busy" in daemon.log(), 60, "a peer that is told to read")
    dealer = dealer_to(context, daemon.endpoint)
    for _ in range(20):
        dealer.send_multipart([b"", REQUEST])
        assert answer(dealer)["content"] == "hello\n"


def test_it_stops_beside_a_peer_that_never_reads(daemon: Daemon, context: zmq.Context) -> None:
    daemon.write("large.txt", b"x" * (1 << 20))
    dealer = dealer_to(context, daemon.endpoint, most_unread=1)
    for _ in range(64):
        dealer.send_multipart([b"", b'{"path":"large.txt"}'])
    wait_until(lambda: daemon.log().count("large.txt") > 8, 30, "requests served")
    assert daemon.stop() == 0


def test_several_addresses_serve_the_same_files(context: zmq.Context, tmp_path: Path) -> None:
    ipc = f"ipc://{tmp_path}/socket"
    with Daemon(extra_args=["--bind", ipc]) as daemon:
        daemon.write("target.txt", b"hello\n")
        for endpoint in (daemon.endpoint, ipc):
            dealer = dealer_to(context, endpoint)
            dealer.send_multipart([b"", REQUEST])
            assert answer(dealer)["content"] == "hello\n"
        wait_until(lambda: f"ipc:{os.getpid()}: classic 'target.txt'" in daemon.log(), 30, "the ipc peer's pid")
    assert not (tmp_path / "socket").exists()


def test_a_log_that_nobody_reads_stalls_no_reply_and_no_stop(context: zmq.Context, tmp_path: Path) -> None:
    count = 20000
    (tmp_path / "target.txt").write_bytes(b"hello\n")
    ipc = f"ipc://{tmp_path}/socket"
    process = subprocess.Popen([daemon_binary(), "--bind", ipc, "--root", tmp_path], stderr=subprocess.PIPE)
    try:
        dealer = dealer_to(context, ipc)
        for _ in range(count):
            dealer.send_multipart([b"", REQUEST])
        assert all(answer(dealer)["content"] == "hello\n" for _ in range(count))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


def test_an_address_in_use_exits_70_and_names_it(daemon: Daemon, tmp_path: Path) -> None:
    result = run("--bind", daemon.endpoint, "--root", str(tmp_path))
    assert result.returncode == 70
    assert result.stderr == f"zmq-filerd: --bind: cannot listen on '{daemon.endpoint}': Address already in use\n"


def test_wrong_usage_exits_64(tmp_path: Path) -> None:
    for arguments in (["--nosuch"], ["stray"], ["--bind"], ["--root", ""]):
        result = run(*arguments)
        assert result.returncode == 64
        assert "--help" in result.stderr


def test_every_mistake_in_the_configuration_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("bind: tcp://0.0.0.0:60401\nlimits: {request_bytes: 1, colour: red}\nroot: srv\n")
    result = run("--check-config", "--config", str(file))
    assert result.returncode == 78
    places = [line.removeprefix(f"zmq-filerd: {file}:").split(": ")[0] for line in result.stderr.splitlines()]
    assert places == ["2:25", "2:28", "1:7", "3:7"]


def test_a_named_file_that_is_missing_exits_78(tmp_path: Path) -> None:
    result = run("--check-config", "--config", str(tmp_path / "missing.yaml"))
    assert (result.returncode, "there is no configuration file" in result.stderr) == (78, True)


def test_a_configuration_that_cannot_be_read_exits_78(tmp_path: Path) -> None:
    result = run("--check-config", "--config", str(tmp_path))
    assert (result.returncode, result.stderr) == (78, f"zmq-filerd: {tmp_path}: Is a directory\n")


def test_a_large_configuration_is_judged_at_once(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text("".join(f"k{number}: 1\n" for number in range(60000)))
    assert run("--check-config", "--config", str(file)).returncode == 78  # within the time that run() allows


def test_a_socket_file_of_another_daemon_is_left_alone(context: zmq.Context, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with Daemon(bind=f"ipc://{path}") as first:
        path.unlink()
        with Daemon(bind=f"ipc://{path}"):
            first.stop()
            assert path.is_socket()
        assert not path.exists()


def test_the_configuration_in_force_is_printed_as_one_that_is_right(tmp_path: Path) -> None:
    printed = run("--print-config", "--root", str(tmp_path), "--bind", "ipc:///run/x", "--config", "/dev/null")
    assert printed.returncode == 0
    file = tmp_path / "printed.yaml"
    file.write_text(printed.stdout)
    assert run("--check-config", "--config", str(file)).returncode == 0
    assert run("--print-config", "--config", str(file)).stdout == printed.stdout


def test_version_and_help_go_to_standard_output() -> None:
    assert run("--version").stdout.startswith("zmq-filerd ")
    assert "--check-config" in run("--help").stdout


def test_the_manual_tells_the_options_and_commands_of_help() -> None:
    helped = re.findall(r"^  ([a-z-][A-Za-z,-]*)  ?(?:[A-Z]+)? ", run("--help").stdout, re.MULTILINE)
    told = {name for names in helped for name in names.split(",")}
    manual = (REPOSITORY / "docs" / "man" / "zmq-filerd.8.scd").read_text()
    options, commands = (re.split(r"^# ", manual.split(f"\n# {title}\n")[1], flags=re.MULTILINE)[0] for title in ("OPTIONS", "COMMANDS"))
    headings = re.findall(r"^\*(?:.*)$", options + commands, re.MULTILINE)
    assert {"--reload", "check-path", "-h"} <= told
    assert set(re.findall(r"\*([a-z-]+)\*", "\n".join(headings))) == told


def test_a_relative_root_is_below_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    printed = subprocess.run(
        [daemon_binary(), "--print-config", "--root", "files", "--config", "/dev/null"],
        capture_output=True, text=True, cwd=tmp_path, check=True,
    )
    assert f'path: "{tmp_path}/files"' in printed.stdout
