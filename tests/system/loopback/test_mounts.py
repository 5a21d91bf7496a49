"""File systems that are mounted below a root, in a mount namespace of the daemon's own."""

import json
import subprocess
from pathlib import Path

import pytest
import zmq

from support.daemon import Daemon

# Mounts what follows, and becomes the daemon.
UNSHARE = ["unshare", "--mount", "--propagation", "private", "sh", "-ec"]
MOUNT = (
    'cd "$1"; shift; mount -t tmpfs none memory; echo hello >memory/target.txt; ln -s ../outside memory/out; '
    'mount --bind outside bound; mount -t proc none processes; exec "$@"'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    if subprocess.run([*UNSHARE, "mount -t tmpfs none /mnt"], capture_output=True).returncode != 0:
        pytest.skip("takes the right to mount")
    root = tmp_path / "root"
    for name in ["memory", "bound", "processes"]:
        (root / name).mkdir(parents=True)
    (root / "outside").mkdir()
    (root / "outside" / "target.txt").write_text("bound\n")
    return root


def test_what_is_mounted_below_a_root_is_served_but_procfs(context: zmq.Context, root: Path) -> None:
    with Daemon(root=root, prefix=[*UNSHARE, MOUNT, "sh", str(root)]) as daemon, context.socket(zmq.REQ) as socket:
        socket.RCVTIMEO = 60000
        socket.connect(daemon.endpoint)

        def answer(path: str, op: str | None = None) -> object:
            socket.send(json.dumps({"op": op, "path": path} if op else {"path": path}).encode())
            reply = json.loads(socket.recv_multipart()[0])
            return reply["error"]["code"] if "error" in reply else reply.get("content", "ok")

        for _ in range(2):  # first from the file system, then perhaps from a cache
            assert answer("memory/target.txt") == "hello\n"
            assert answer("bound/target.txt") == "bound\n"
            assert answer("memory/out/target.txt") == "bound\n"
            assert answer("memory/../../root/outside/target.txt") == "outside_root"
            for path in ["processes/self/environ", "processes/version", "processes/1/status"]:
                assert answer(path) == "access_denied"
            for op in ["get", "stat", "list", "digest"]:
                assert answer("processes", op) == "access_denied"
