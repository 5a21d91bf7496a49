"""One thread of a process, stopped as by a debugger: all others go on, which no signal could do."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

from support.process import name_of, threads_of

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WALL = 0x40000000  # <linux/wait.h>: threads too

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
libc.ptrace.restype = ctypes.c_long


def threads_named(process: int, name: str) -> list[int]:
    return [thread for thread in threads_of(process) if name_of(thread) == name]


@contextmanager
def halted(thread: int) -> Iterator[None]:
    """The thread takes no step in the block. Only the thread that entered the block can leave it."""
    trace(PTRACE_SEIZE, thread)
    try:
        trace(PTRACE_INTERRUPT, thread)
        os.waitpid(thread, WALL)
        yield
    finally:
        trace(PTRACE_DETACH, thread)


def trace(request: int, thread: int) -> None:
    if libc.ptrace(request, thread, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")
