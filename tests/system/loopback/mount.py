"""A file system that stops answering when it is told to: a bindfs mount below the root, whose process is stopped."""

import os
import signal
import subprocess
from pathlib import Path

from support.daemon import wait_until
from support.process import DEAD, STOPPED_BY_SIGNAL, state_of, threads_of


class Mount:
    """A directory beside the root, which appears below it as `mount`."""

    def __init__(self, scratch: Path) -> None:
        self.root, self.source = scratch / "root", scratch / "source"
        self.point = self.root / "mount"
        self.point.mkdir(parents=True)
        self.source.mkdir()
        (self.root / "hot.txt").write_text("hot")
        (self.source / "cold.txt").write_text("cold")
        self.process = subprocess.Popen(["bindfs", "-f", str(self.source), str(self.point)])
        wait_until(lambda: os.path.ismount(self.point), 20, "the mount")

    def hang(self) -> None:
        """Once this returns, nothing answers. A request that it had begun could not be given up, even by SIGKILL."""
        self.process.send_signal(signal.SIGSTOP)
        wait_until(self._is_stopped, 20, "all threads of the file system stopped")

    def _is_stopped(self) -> bool:
        return all(state_of(thread) in STOPPED_BY_SIGNAL + DEAD for thread in threads_of(self.process.pid))

    def end(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        subprocess.run(["umount", "--lazy", str(self.point)], check=False, stderr=subprocess.DEVNULL)
        self.process.kill()
        self.process.wait()
