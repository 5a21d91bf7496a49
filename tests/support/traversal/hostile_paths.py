"""Paths that try to leave a HostileTree: those of seeds.txt, and an endless mixture of their parts."""

import random
from collections.abc import Iterator
from pathlib import Path

from support.traversal.hostile_tree import HostileTree

OUT = b"outside/canary.txt"
PATH_MAX = 4096

DISGUISED_UPS = [b"%2e%2e", b"..%2f", b"\xc0\xae\xc0\xae", b"\xef\xbc\x8e\xef\xbc\x8e", b". .", b"...", b".. ", b"..\\"]
DISGUISED_SEPARATORS = [b"//", b"/./", b"\\", b"%2f", b"\xe2\x88\x95", b"\x00", b"\n", b"///.//"]
NAMES = (
    b"dir a b c d mover mover/a/b/c out up dot swap-directory swap-absolute swap-file swap-target swap-up to-swap "
    b"chain-20 chain-out-20 chain-in-20 loop itself-up process-root absolute outside canary.txt plain.txt root base"
).split()


def seeds(tree: HostileTree) -> list[bytes]:
    text = Path(__file__).with_name("seeds.txt").read_text("ascii")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    decoded = [line.encode().decode("unicode_escape").encode("latin-1") for line in lines]
    return [path.replace(b"@HOST@", bytes(tree.host)).replace(b"@OUT@", OUT) for path in decoded] + long_paths(tree)


def long_paths(tree: HostileTree) -> list[bytes]:
    """At and over what the kernel takes, and deep enough for it to lose count."""
    return [
        b"../" * 1300 + OUT,
        b"dir/../" * 580 + OUT,
        b"./" * 2030 + b"../" + OUT,
        b"/" * 4000 + b"etc/passwd",
        b"a" * 255,
        b"a" * 256,
        b"a" * 5000,
        (b"a" * 250 + b"/") * 16 + b"../" * 20 + OUT,
        b"mover/a/b/../../../" * 200 + b"canary.txt",
        bytes(tree.root) + b"/dir/.." * 500 + b"/../" + OUT,
        b"x" * (PATH_MAX - 1),
        b"dot/" * 45 + b"../" + OUT,
    ]


def mixtures(tree: HostileTree, numbers: random.Random) -> Iterator[bytes]:
    known = seeds(tree)
    while True:
        kind = numbers.random()
        if kind < 0.3:
            yield numbers.choice(known)
        elif kind < 0.4:
            yield mutated(numbers.choice(known), numbers)
        else:
            yield composed(tree, numbers)


def composed(tree: HostileTree, numbers: random.Random) -> bytes:
    """Most lead somewhere: one disguise in them, and the kernel finds nothing."""
    disguises = numbers.random() < 0.3
    path = numbers.choice([b"", b"", b"", b"/", bytes(tree.root) + b"/", bytes(tree.base) + b"/"])
    for _ in range(numbers.randint(1, 9)):
        ups = DISGUISED_UPS if disguises and numbers.random() < 0.5 else [b".."]
        separators = DISGUISED_SEPARATORS if disguises and numbers.random() < 0.5 else [b"/"]
        path += numbers.choice(ups if numbers.random() < 0.4 else NAMES) + numbers.choice(separators)
    return path + numbers.choice([b"", b"canary.txt", OUT, b"plain.txt"])


def mutated(path: bytes, numbers: random.Random) -> bytes:
    at = numbers.randrange(len(path) + 1)
    return path[:at] + numbers.randbytes(numbers.randint(0, 3)) + path[at + numbers.randint(0, 2) :]
