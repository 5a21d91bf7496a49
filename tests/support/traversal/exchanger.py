"""Exchanges names on the command line, two and two, without a pause, until its standard input ends; then all are as they were.

    exchanger.py A B [C D]...

The others' paths may lead through the last two: those change places there and back. It prints how many exchanges there were.
"""

import ctypes
import os
import select
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2

libc = ctypes.CDLL(None, use_errno=True)


def exchange(one: bytes, other: bytes) -> None:
    if libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), "renameat2", one)


def main() -> None:
    names = list(map(os.fsencode, sys.argv[1:]))
    pairs = list(zip(names[::2], names[1::2], strict=True))
    *inner, outer = pairs
    rounds = 0
    while rounds % 2 or not select.select([sys.stdin], [], [], 0)[0]:
        for one, other in [*inner, outer, outer]:
            exchange(one, other)
        rounds += 1
    print(rounds * (len(inner) + 2))


if __name__ == "__main__":
    main()
