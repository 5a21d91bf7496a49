"""A root in which everything leads out, and beside it what must never be served: the canary."""

import hashlib
import os
import secrets
import socket
from pathlib import Path

CANARY_MTIME = 1234567890123  # ms; that of no other file
CHAIN = 60  # links in a row: more than the kernel follows

LINKS = {
    "absolute": "/",
    "out": "../outside",
    "dir/out": "../../outside",
    "canary-relative": "../outside/canary.txt",
    "up": "..",
    "up-and-up": "../..",
    "up-and-back": "../root",
    "dot": ".",
    "process-root": "/proc/self/root",
    "process-cwd": "/proc/self/cwd",
    "process-fd": "/proc/self/fd",
    "descriptors": "/dev/fd",
    "terminal": "/dev/tty",
    "null-device": "/dev/null",
    "loop": "loop",
    "ping": "pong",
    "pong": "ping",
    "itself-up": "itself-up/..",
    "grow": "grow/grow",
    "dangling": "missing/file",
    "to-swap": "swap-directory",
    "mover/a/b/c/d/up4": "../../../..",
    "mover/a/b/c/d/up5": "../../../../..",
    "mover-out/a/b/c/d/up4": "../../../..",
    "mover-out/a/b/c/d/up5": "../../../../..",
}


class HostileTree:
    """`host`/base/root is to be served. Nothing that `forbidden` holds may be in a reply."""

    def __init__(self, host: Path) -> None:
        self.host, self.base = host, host / "base"
        self.root = self.base / "root"
        self.canary = secrets.token_hex(16).encode()
        content = self.canary * 256
        self.forbidden = [
            self.canary,
            hashlib.sha256(content).hexdigest().encode(),
            b":%d" % CANARY_MTIME,
        ]
        self._make_inside()
        self._make_links()
        self._make_outside(content)

    @property
    def exchanges(self) -> list[tuple[Path, Path]]:
        """Pairs of names that change places, again and again, while requests run."""
        inside = ["swap-directory", "swap-absolute", "swap-file", "swap-target", "swap-up"]
        pairs = [(self.root / name, self.root / f"{name}.other") for name in inside]
        pairs.append((self.root / "mover", self.base / "outside" / "mover-out"))
        pairs.append((self.base, self.host / "impostor"))
        return pairs

    def _make_inside(self) -> None:
        for name in ["dir/a/b/c", "mover/a/b/c/d", "new\nline", "...", ".. ", "%2e%2e", "..\\outside"]:
            (self.root / name).mkdir(parents=True)
            (self.root / name / "plain.txt").write_text("inside\n")
        for name in ["swap-directory", "swap-absolute", "swap-target", "swap-up"]:
            (self.root / name).mkdir()
            (self.root / name / "canary.txt").write_text("inside\n")
        for name in ["plain.txt", "canary.txt", "swap-file", os.fsdecode(b"\xff\xfe")]:
            (self.root / name).write_text("inside\n")
        os.mkfifo(self.root / "fifo")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.root / "socket"))

    def _make_links(self) -> None:
        outside = self.base / "outside"
        links = {
            **{name: target for name, target in LINKS.items() if not name.startswith("mover-out/")},
            "absolute-inside": str(self.root / "plain.txt"),
            "canary-absolute": str(outside / "canary.txt"),
            "swap-directory.other": "../outside",
            "swap-absolute.other": str(outside),
            "swap-file.other": "../outside/canary.txt",
            "swap-target.other": "out",
            "swap-up.other": "..",
        }
        for first, last in [("chain", "loop"), ("chain-out", "../outside"), ("chain-in", "dir")]:
            links.update({f"{first}-{number}": f"{first}-{number - 1}" for number in range(1, CHAIN + 1)})
            links[f"{first}-0"] = last
        for name, target in links.items():
            os.symlink(target, self.root / name)

    def _make_outside(self, content: bytes) -> None:
        """The impostor is a directory that takes the place of the root's parent."""
        outside = self.base / "outside"
        (outside / "mover-out/a/b/c/d").mkdir(parents=True)
        for name in ("up4", "up5"):
            os.symlink(LINKS[f"mover-out/a/b/c/d/{name}"], outside / "mover-out/a/b/c/d" / name)
        impostor = self.host / "impostor"
        names = ["canary.txt", os.fsdecode(self.canary), "plain.txt"]
        for directory in [self.host, self.base, outside, self.base / "root-beside", impostor, impostor / "root"]:
            directory.mkdir(exist_ok=True)
            for name in names:
                (directory / name).write_bytes(content)
                os.utime(directory / name, ns=(0, CANARY_MTIME * 1_000_000))
