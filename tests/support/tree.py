"""A tree of small files with the names that people and programs give them, the same one for the same seed.

    tree.py DIRECTORY FILES [SEED]
"""

import os
import random
import sys
from pathlib import Path

LEAST_BYTES, MOST_BYTES = 1 << 10, 8 << 10
MOST_DEPTH = 5
FILES_A_DIRECTORY = 20  # on average

AWKWARD = [
    b"with space",
    b" leading and trailing ",
    b"-rf",
    b"--help",
    b".hidden",
    b"...",
    b"~",
    b"#1#",
    b"it's",
    b'"quoted"',
    b"back\\slash",
    b"100%41",
    b"*?[a-z]",
    b"$HOME `id` ;&|<>",
    b"new\nline",
    b"tab\tand\rreturn",
    b"\x1b[31mred\x07",
    b"\x7f",
    "é composed".encode(),
    "e\u0301 decomposed".encode(),
    "日本語".encode(),
    "🦀".encode(),
    "\u202egnp.exe".encode(),
    "\ufeffmarked".encode(),
    b"latin-1 \xe9",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"n" * 200,
]


def make_tree(directory: Path, files: int, seed: int = 1) -> dict[bytes, bytes]:
    """Makes that many files of 1 to 8 KiB in nested directories below `directory`, and returns their contents by their names
    relative to it."""
    numbers = random.Random(seed)
    directories = make_directories(directory, max(1, files // FILES_A_DIRECTORY), numbers)
    contents = {}
    for number in range(files):
        name = os.path.join(numbers.choice(directories), name_of(number, numbers))
        contents[name] = numbers.randbytes(numbers.randint(LEAST_BYTES, MOST_BYTES))
        with open(os.path.join(os.fsencode(directory), name), "xb") as file:
            file.write(contents[name])
    return contents


def make_directories(directory: Path, count: int, numbers: random.Random) -> list[bytes]:
    """Names relative to `directory`, which is one of them."""
    made = [b""]
    for number in range(count):
        parents = [parent for parent in made if parent.count(b"/") < MOST_DEPTH - 1]
        made.append(os.path.join(numbers.choice(parents), b"directory " + name_of(number, numbers)))
        os.mkdir(os.path.join(os.fsencode(directory), made[-1]))
    return made


def name_of(number: int, numbers: random.Random) -> bytes:
    """One of a kind within a tree; half of them plain."""
    plain = b"%06d.dat" % number
    return plain if numbers.random() < 0.5 else numbers.choice(AWKWARD) + b" " + plain


if __name__ == "__main__":
    destination, how_many, *rest = sys.argv[1:]
    make_tree(Path(destination), int(how_many), *map(int, rest))
