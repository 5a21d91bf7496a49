"""What the daemon does to the file system, as the kernel sees it, and what becomes of it without Landlock."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zmq

from support.daemon import REPOSITORY, Daemon, is_instrumented, wait_until
from support.traversal.hostile_paths import seeds
from support.traversal.hostile_tree import HostileTree

STRACE = ["strace", "-f", "-DDD", "-q"]  # the tracer is nobody's parent, and in no process group of ours

# A call of a thread: "123 openat2(4, "file", {flags=O_RDONLY|…}, 24) = 5"; the rest of one that another one interrupted.
CALL = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed>)", re.MULTILINE)

# What names a file and only looks.
LOOKING = {"openat2", "openat", "open", "readlink", "readlinkat", "statx", "newfstatat", "inotify_add_watch", "getcwd", "statfs"}
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE")

# What makes, changes or removes files, in C and in C++.
CHANGING = re.compile(
    r"(?<!\w)::(?:creat|(?:f?truncate|posix_fallocate|fallocate)(?:64)?|f?chown|f?chmod(?:at)?|rename(?:at2?)?|remove|rmdir|unlink(?:at)?"
    r"|(?:sym)?link(?:at)?|mk(?:dir|fifo|nod|[ao]?s?temp)(?:at)?|f?[sr]e[tm]\w*xattr|utimensat|futimens)\("
    r"|\b(?:fopen|freopen|ofstream|fstream|filesystem::(?:create|remove|rename|copy|resize|permissions|last_write)\w*)\b"
)
# The one file that is opened to write; the sockets, those of ipc, and the one that is asked to reload; and what `authorize` and
# `zmq-filer keygen` make, which an administrator calls, and which serve nothing.
WRITERS = {
    "base/key_file.cpp": {"O_CREAT", "O_WRONLY"},
    "base/standard_descriptors.cpp": {"O_RDWR"},
    "daemon/transport/listener.cpp": {"::chmod(", "::unlink("},
    "daemon/access/authorize.cpp": {"::fchmod(", "::link(", "::mkostemp(", "::unlink(", "filesystem::create_directories"},
    "daemon/reload/reload_socket.cpp": {"::chmod(", "::unlink("},
}


@pytest.fixture
def strace_works() -> None:
    if shutil.which("strace") is None or subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"]).returncode != 0:
        pytest.skip("strace is not to be had")
    if is_instrumented():
        pytest.skip("a sanitizer looks on already")


def requests() -> Iterator[dict[str, object]]:
    """Every op, about all that a root can hold."""
    for path in ["target.txt", "dir", "link", "fifo", "missing", "large", "."]:
        yield {"path": path}
        for op in ["get", "stat", "list", "digest"]:
            yield {"op": op, "path": path}
            yield {"op": op, "path": path, "root": "strict"}
        yield {"op": "stat", "path": path, "if_none_match": "x", "wait_ms": 1}
    yield {"op": "hello"}
    yield {"op": "stats"}


def ask(context: zmq.Context, endpoint: str, request: bytes) -> dict[str, object]:
    with context.socket(zmq.REQ) as socket:
        socket.RCVTIMEO = 60000
        socket.connect(endpoint)
        socket.send(request)
        return json.loads(socket.recv_multipart()[0])


def test_no_source_of_the_daemon_writes_files_but_those_that_are_known() -> None:
    found = {}
    for part in ["base", "daemon", "protocol"]:
        for source in sorted((REPOSITORY / part).rglob("*.[ch]pp")):
            text = re.sub(r"//.*", "", source.read_text())
            writers = {*WRITING.findall(text), *CHANGING.findall(text)}
            if writers:
                found[str(source.relative_to(REPOSITORY))] = writers
    assert found == WRITERS


@pytest.mark.usefixtures("strace_works")
def test_nothing_but_looking_is_done_to_any_file_while_requests_are_answered(context: zmq.Context, tmp_path: Path) -> None:
    tree = HostileTree(tmp_path.resolve() / "host")
    (tree.root / "target.txt").write_text("hello")
    (tree.root / "large").write_bytes(b"x" * (3 << 20))
    trace = tmp_path / "trace"
    strict = {"path": str(tree.root), "follow_symlinks": False, "hidden_files": False}
    config = {"bind": "tcp://127.0.0.1:*", "roots": {"default": str(tree.root), "strict": strict}}
    prefix = [*STRACE, "-o", str(trace), "-e", "trace=%file,ftruncate,fallocate,fchmod,fchown,fsetxattr"]
    with Daemon(root=tree.root, config=config, prefix=prefix) as daemon:
        started = len(trace.read_text())
        etag = ask(context, daemon.endpoint, b'{"op":"stat","path":"target.txt"}')["etag"]
        watch = {"op": "get", "path": "target.txt", "if_none_match": etag, "wait_ms": 300}
        for request in [*requests(), watch]:
            ask(context, daemon.endpoint, json.dumps(request).encode())
        for path in seeds(tree):
            for op in ["get", "stat", "list"]:
                request = {"op": op, "path_base64": base64.b64encode(path).decode()}
                ask(context, daemon.endpoint, json.dumps(request).encode())
    calls = wait_until(lambda: whole(trace), 30, "the end of the trace")
    assert set(CALL.findall(calls[started:])) - {"exited"} <= LOOKING
    assert "openat2" in calls[started:] and "canary.txt" in calls[started:]
    assert not WRITING.search(calls[started:])
    # At the start the linker and libraries open files of their own; none below the root, and none to write but what is thrown away.
    below = [line for line in calls[:started].splitlines() if str(tree.root) in line]
    assert below and all(re.search(r"O_PATH|execve|readlink|landlock", line) for line in below)
    assert not WRITING.search(calls[:started].replace('"/dev/null", O_RDWR', ""))


def whole(trace: Path) -> str | None:
    """The trace, once its process has ended."""
    text = trace.read_text()
    return text if re.search(r"\+\+\+ exited with 0 \+\+\+\n\Z", text) else None


@pytest.mark.usefixtures("strace_works")
def test_without_landlock_it_warns_and_serves(context: zmq.Context) -> None:
    inject = ["-o", "/dev/null", "-e", "trace=landlock_create_ruleset"]
    for error, told in [("ENOSYS", "this kernel has no Landlock"), ("EOPNOTSUPP", "Landlock is disabled in this kernel")]:
        prefix = [*STRACE, *inject, "-e", f"inject=landlock_create_ruleset:error={error}"]
        with Daemon(prefix=prefix) as daemon:
            daemon.write("target.txt", b"hello")
            assert ask(context, daemon.endpoint, b'{"path":"target.txt"}')["content"] == "hello"
            assert f"warning not confined by Landlock: {told}" in daemon.log()


def test_times_in_the_log_are_those_of_the_host() -> None:
    """They take files that the daemon may not read any more when it writes them."""
    zone = "Asia/Tokyo"
    if not Path("/usr/share/zoneinfo", zone).exists():
        pytest.skip("no time zones here")
    with Daemon(prefix=["env", f"TZ={zone}"]) as daemon:
        told = datetime.strptime(daemon.log()[:19], "%Y-%m-%d %H:%M:%S")
    now = datetime.now(ZoneInfo(zone)).replace(tzinfo=None)
    assert abs((now - told).total_seconds()) < 600
