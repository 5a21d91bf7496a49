"""The servers that are measured, as context managers. All listen on TCP, on 127.0.0.1."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parts import Bench, BenchError, CannotRun
from support.daemon import REPOSITORY, SYSTEMD_VARIABLES, as_yaml, wait_until

NODE_MODULES = REPOSITORY / "tests" / "interop" / "clients" / "node_modules"
DEADLINE = 60.0  # seconds, to start and to stop

NGINX_CONFIGURATION = """\
daemon off;
master_process on;
worker_processes 1;
user {user};
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    sendfile on;
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A server that runs. `pid` is of the process that does the work."""

    pid: int
    port: int

    @property
    def endpoint(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def require(*programs: str) -> None:
    """Raises CannotRun, naming the first that is not there."""
    for program in programs:
        if find(program) is None:
            raise CannotRun(f"no {program}")


def find(program: str) -> str | None:
    """Where a program is: Debian has nginx in a directory that only root looks into."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin")


@contextmanager
def filer(
    bench: Bench, config: Mapping[str, Any], *, log_requests: bool = False, curve: bool = False
) -> Iterator[Server]:
    """The daemon with these settings, for CURVE where they have keys for it. Requests are not logged, or all of them are, to /dev/null."""
    port = free_port()
    file = bench.scratch / f"zmq-filerd-{port}.yaml"
    log = {"requests": "all" if log_requests else "none"}
    bind = {"address": f"tcp://127.0.0.1:{port}", "curve": curve}
    file.write_text(as_yaml({"bind": bind, "log": log, **config}), "utf-8")
    command = [str(bench.build / "daemon" / "zmq-filerd"), "--config", str(file)]
    with running(bench, command, port, logged=not log_requests) as process:
        yield Server(process.pid, port)
        process.terminate()
        if status := process.wait(DEADLINE):
            raise BenchError(f"zmq-filerd ended with status {status}")


@contextmanager
def echo(bench: Bench, kind: str, reply_bytes: int) -> Iterator[Server]:
    """A bare libzmq socket, `router` or `rep`, whose replies have so many bytes."""
    port = free_port()
    command = [str(bench.build / "tests" / "bench" / "bench-echo"), f"tcp://127.0.0.1:{port}", kind, str(reply_bytes)]
    with running(bench, command, port) as process:
        yield Server(process.pid, port)


@contextmanager
def node_responder(bench: Bench, root: Path) -> Iterator[Server]:
    port = free_port()
    command = ["node", str(Path(__file__).with_name("rep_responder.js")), f"tcp://127.0.0.1:{port}", str(root)]
    with running(bench, command, port, {"NODE_PATH": str(NODE_MODULES)}) as process:
        yield Server(process.pid, port)


@contextmanager
def nginx(bench: Bench, root: Path) -> Iterator[Server]:
    """nginx with one worker, as the user who measures. It opens each file anew, as the daemon does: no open_file_cache. And no
    tcp_nopush, which makes some replies of 64 KiB 40 ms late on the loopback interface."""
    port = free_port()
    prefix = bench.scratch / f"nginx-{port}"
    prefix.mkdir()
    user = pwd.getpwuid(os.geteuid()).pw_name
    (prefix / "nginx.conf").write_text(NGINX_CONFIGURATION.format(user=user, port=port, root=root), "utf-8")
    command = [str(find("nginx")), "-e", "stderr", "-p", str(prefix), "-c", "nginx.conf"]
    with running(bench, command, port) as process:
        yield Server(only_child(process.pid), port)


@contextmanager
def running(
    bench: Bench, command: Sequence[str], port: int, environment: Mapping[str, str] = {}, *, logged: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens on `port`, until the end of the context. What it prints is shown if it dies by itself."""
    log = bench.scratch / f"log-{port}" if logged else Path(os.devnull)
    clean = {name: value for name, value in os.environ.items() if name not in SYSTEMD_VARIABLES}
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, env={**clean, **environment}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )

    def listens() -> bool:
        if process.poll() is not None:
            raise died(process, log)
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(listens, DEADLINE, f"{command[0]} listening")
        yield process
        if process.returncode is None and process.poll() is not None:
            raise died(process, log)
    finally:
        end(process)


def died(process: subprocess.Popen[bytes], log: Path) -> BenchError:
    output = log.read_text("utf-8", "replace") if log.is_file() else ""
    return BenchError(f"{process.args!r} died by itself, status {process.returncode}\n{output}")


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def only_child(pid: int) -> int:
    def child() -> list[str]:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    (found,) = wait_until(child, DEADLINE, "a worker")
    return int(found)
