import os
from pathlib import Path

from support.tree import AWKWARD, LEAST_BYTES, MOST_BYTES, make_tree

FILES = 500


def contents_below(directory: Path) -> dict[bytes, bytes]:
    contents = {}
    for parent, _, names in os.walk(os.fsencode(directory)):
        for name in names:
            path = os.path.join(parent, name)
            contents[os.path.relpath(path, os.fsencode(directory))] = Path(os.fsdecode(path)).read_bytes()
    return contents


def test_it_makes_the_files_that_it_says(tmp_path: Path) -> None:
    told = make_tree(tmp_path, FILES)
    assert len(told) == FILES
    assert contents_below(tmp_path) == told
    assert all(LEAST_BYTES <= len(content) <= MOST_BYTES for content in told.values())


def test_it_makes_the_same_tree_for_the_same_seed(tmp_path: Path) -> None:
    trees = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        (tmp_path / name).mkdir()
        trees.append(make_tree(tmp_path / name, FILES, seed))
    assert trees[0] == trees[1]
    assert trees[0] != trees[2]


def test_it_has_every_awkward_name_and_directories_in_directories(tmp_path: Path) -> None:
    names = list(make_tree(tmp_path, FILES))
    for awkward in AWKWARD:
        assert any(os.path.basename(name).startswith(awkward) for name in names), awkward
    assert max(name.count(b"/") for name in names) >= 3


def test_a_tree_of_one_file_is_one(tmp_path: Path) -> None:
    told = make_tree(tmp_path, 1)
    assert contents_below(tmp_path) == told
    assert len(told) == 1
