"""What the kernel says of a process: files of /proc, where a thread or a descriptor may end between two looks."""

import ctypes
import os
import re
import time
from contextlib import suppress
from pathlib import Path

STOPPED_BY_SIGNAL, STOPPED_BY_TRACER, DEAD = "T", "t", "ZX"  # the states of a thread, as proc(5) has them

libc = ctypes.CDLL(None)


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have used until now, in the kernel and out of it, those that ended among them."""
    clock = ctypes.c_int()
    if error := libc.clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise OSError(error, os.strerror(error))
    return time.clock_gettime(clock.value)


def memory_mib(pid: int, field: str = "VmRSS") -> float:
    """VmRSS: what is resident now; VmHWM: the most that ever was."""
    found = re.search(rf"^{field}:\s*(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def descriptors(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def open_files(pid: int) -> set[str]:
    """The targets of the descriptors that a process holds, as the kernel names them."""
    targets = set()
    with suppress(FileNotFoundError):  # the process has ended
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            with suppress(FileNotFoundError):  # closed since
                targets.add(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
    return targets


def threads_of(pid: int) -> list[int]:
    """None once the process has ended."""
    try:
        return sorted(int(thread) for thread in os.listdir(f"/proc/{pid}/task"))
    except FileNotFoundError:
        return []


def name_of(thread: int) -> str:
    """Empty once the thread has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{thread}/comm").read_text().removesuffix("\n")
    return ""


def state_of(thread: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{thread}/stat").read_text().rpartition(")")[2].split()[0]
    return "X"
