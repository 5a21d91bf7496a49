"""get -r brings a tree as it is there, and nothing anywhere else."""

import os
import stat
from pathlib import Path

import client
from download import names

from support.daemon import Daemon
from support.relay import Relay
from support.tree import make_tree

MODES = [0o644, 0o600, 0o755, 0o440]


def files_below(directory: Path) -> dict[bytes, tuple[bytes, int]]:
    """Content and mode of each file by its name relative to the directory."""
    found = {}
    for parent, _, files in os.walk(os.fsencode(directory)):
        for name in files:
            path = os.path.join(parent, name)
            content = Path(os.fsdecode(path)).read_bytes()
            found[os.path.relpath(path, os.fsencode(directory))] = (content, stat.S_IMODE(os.lstat(path).st_mode))
    return found


def test_a_tree_arrives_as_it_is_there(daemon: Daemon, tmp_path: Path) -> None:
    (daemon.root / "tree").mkdir()
    made = make_tree(daemon.root / "tree", 300)
    for number, name in enumerate(made):
        os.chmod(os.path.join(os.fsencode(daemon.root / "tree"), name), MODES[number % len(MODES)])
    with Relay(daemon.endpoint, 0.02) as relay:
        result = client.run(relay.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert names(tmp_path) == ["tree"]
    there = files_below(daemon.root / "tree")
    assert {name: content for name, (content, _) in there.items()} == made
    assert files_below(tmp_path / "tree") == there


def test_a_tree_is_replaced_by_a_newer_one(daemon: Daemon, tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        daemon.write("tree/a/b", content)
        client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path, check=True)
        assert (tmp_path / "tree/a/b").read_bytes() == content


def test_a_directory_of_more_than_a_page_arrives(daemon: Daemon, tmp_path: Path) -> None:
    for number in range(1100):
        daemon.write(f"tree/{number}", b"%d" % number)
    client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path, check=True)
    arrived = {path.name: path.read_bytes() for path in (tmp_path / "tree").iterdir()}
    assert arrived == {str(number): b"%d" % number for number in range(1100)}


def test_large_files_arrive_among_small_ones(daemon: Daemon, tmp_path: Path) -> None:
    sizes = [0, 100, 5000, 200_000, 1 << 20, 5_000_000] * 5
    for number, size in enumerate(sizes):
        daemon.write(f"tree/{number % 3}/{number}", os.urandom(size))
    client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path, check=True)
    assert files_below(tmp_path / "tree") == files_below(daemon.root / "tree")


def test_a_tree_goes_where_it_is_told(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("tree/x", b"x")
    (tmp_path / "there").mkdir()
    places = [(["tree", "-o", "there"], "there/tree"), (["tree/", "-o", "new"], "new"), ([".", "-o", "all"], "all/tree")]
    for arguments, place in places:
        client.run(daemon.endpoint, "get", "-r", *arguments, cwd=tmp_path, check=True)
        assert names(tmp_path / place) == ["x"]


def test_an_empty_directory_arrives(daemon: Daemon, tmp_path: Path) -> None:
    (daemon.root / "tree/empty").mkdir(parents=True)
    client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path, check=True)
    assert names(tmp_path / "tree") == ["empty"]


def test_what_is_no_file_is_left_out_and_named(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("tree/file", b"content")
    (daemon.root / "tree/link").symlink_to("file")
    os.mkfifo(daemon.root / "tree/fifo")
    result = client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 0
    told = sorted(result.stderr.splitlines())
    assert len(told) == 2
    assert b"tree/fifo" in told[0] and b"neither a file nor a directory" in told[0]
    assert b"tree/link" in told[1] and b"symbolic link" in told[1]
    assert names(tmp_path / "tree") == ["file"]


def test_links_that_lie_here_are_not_followed(daemon: Daemon, tmp_path: Path) -> None:
    daemon.write("tree/directory/deep/file", b"new")
    daemon.write("tree/file", b"new")
    daemon.write("tree/other", b"new")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"mine")
    target = tmp_path / "tree"
    target.mkdir()
    (target / "directory").symlink_to(outside)
    (target / "file").symlink_to(outside / "file")
    result = client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 1
    assert b"tree/directory" in result.stderr
    assert names(outside) == ["file"]
    assert (outside / "file").read_bytes() == b"mine"
    assert names(target) == ["directory", "file", "other"]
    assert (target / "other").read_bytes() == b"new"
    assert not (target / "file").is_symlink() and (target / "file").read_bytes() == b"new"


def test_what_cannot_be_written_is_told_and_the_rest_arrives(daemon: Daemon, tmp_path: Path) -> None:
    for name in ("a", "b", "directory/c"):
        daemon.write(f"tree/{name}", name.encode())
    (tmp_path / "tree/a").mkdir(parents=True)
    result = client.run(daemon.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 1
    assert b"tree/a" in result.stderr and b"Is a directory" in result.stderr
    assert names(tmp_path / "tree") == ["a", "b", "directory"]
    assert (tmp_path / "tree/b").read_bytes() == b"b"
    assert (tmp_path / "tree/directory/c").read_bytes() == b"directory/c"


def test_json_tells_of_each_file(daemon: Daemon, tmp_path: Path) -> None:
    for number in range(3):
        daemon.write(f"tree/{number}", b"x")
    result = client.run(daemon.endpoint, "--json", "get", "-r", "tree", cwd=tmp_path, check=True)
    assert result.stdout.count(b"\n") == 3
    assert all(f'"path":"tree/{number}"'.encode() in result.stdout for number in range(3))


def test_a_tree_that_is_missing_exits_3_and_makes_nothing(daemon: Daemon, tmp_path: Path) -> None:
    assert client.run(daemon.endpoint, "get", "-r", "missing", cwd=tmp_path).returncode == 3
    assert names(tmp_path) == []


def test_a_tree_cannot_go_to_standard_output(daemon: Daemon, tmp_path: Path) -> None:
    assert client.run(daemon.endpoint, "get", "-r", ".", "-o", "-", cwd=tmp_path).returncode == 2
