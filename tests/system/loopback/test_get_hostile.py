"""Whatever a daemon says, get ends, writes nothing outside its target, and drives no terminal."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import client
import pytest
import zmq
from download import names
from impostor import Impostor, reply

CONTENT = bytes(range(256)) * 2048  # more than the first request asks for

Request = dict[str, Any]
Header = dict[str, Any]


@pytest.fixture
def impostor(context: zmq.Context) -> Iterator[Impostor]:
    with Impostor(context) as running:
        yield running


def header_of(request: Request) -> Header:
    """What an honest daemon says of the bytes that it is asked for."""
    offset = request.get("offset", 0)
    part = CONTENT[offset : offset + request.get("length", len(CONTENT))]
    header = {"etag": "e", "size": len(CONTENT), "offset": offset, "length": len(part)}
    header |= {"eof": offset + len(part) == len(CONTENT), "mtime": 0, "mode": 0o644, "id": "1"}
    return header | {"digest": hashlib.sha256(part).hexdigest()}


def serve(request: Request) -> list[bytes]:
    """An honest daemon with one file."""
    header = header_of(request)
    if request["op"] == "get":
        return reply(header, CONTENT[header["offset"] : header["offset"] + header["length"]])
    return reply({**header, "type": "file"})


def lying_about(**lies: Any) -> Callable[[Request], list[bytes]]:
    """In answers to get; None: the member is left out."""

    def answer(request: Request) -> list[bytes]:
        if request["op"] != "get":
            return serve(request)
        _, _, data = serve(request)
        header = {name: value for name, value in {**header_of(request), **lies}.items() if value is not None}
        return reply(header, data)

    return answer


def more_bytes(request: Request) -> list[bytes]:
    frames = serve(request)
    return [*frames[:2], frames[2] + b"more"] if request["op"] == "get" else frames


def more_bytes_and_says_so(request: Request) -> list[bytes]:
    header = header_of(request)
    return reply({**header, "length": header["length"] + 4}, CONTENT[: header["length"] + 4])


def other_bytes(request: Request) -> list[bytes]:
    return reply(header_of(request), bytes(header_of(request)["length"]))


def no_data(request: Request) -> list[bytes]:
    return serve(request)[:2]


def other_digest(request: Request) -> list[bytes]:
    return reply({**header_of(request), "digest": "0" * 64}) if request["op"] == "digest" else serve(request)


def no_progress(request: Request) -> list[bytes]:
    return reply({**header_of(request), "length": 0, "eof": False}, b"")


def an_end_too_early(request: Request) -> list[bytes]:
    """Of the whole; a first chunk that is all there is, with its digest, cannot be told from a small file."""
    return lying_about(eof=True)(request) if request.get("offset", 0) > 0 else serve(request)


LIES = {
    "another offset": lying_about(offset=1),
    "a shorter length": lying_about(length=1),
    "a huge length": lying_about(length=2**64 - 1),
    "a negative length": lying_about(length=-1),
    "another etag each time": lambda request: reply({**header_of(request), "etag": os.urandom(4).hex()}, CONTENT[:1]),
    "more bytes": more_bytes,
    "more bytes, and says so": more_bytes_and_says_so,
    "other bytes": other_bytes,
    "no data frame": no_data,
    "another digest": other_digest,
    "no progress": no_progress,
    "an end too early": an_end_too_early,
    "no eof": lying_about(eof=None),
    "no etag": lying_about(etag=None),
    "an etag of another type": lying_about(etag=1),
    "a mode of another type": lying_about(mode="rwx"),
    "an array": lambda request: [b"", b"[]"],
    "no JSON": lambda request: [b"", b"\x1b[2J\xff{"],
    "nothing": lambda request: [b"", b""],
    "an escape code": lambda request: reply({"error": {"code": "\x1b[2J", "message": "\x9b31m\x1b]0;x\x07"}}),
}


def test_the_honest_part_of_the_impostor_is_taken(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = serve
    result = client.run(impostor.endpoint, "get", "data", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, b"")
    assert (tmp_path / "data").read_bytes() == CONTENT


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_a_file_ends_the_download_of_it(impostor: Impostor, tmp_path: Path, lie: str) -> None:
    impostor.answer = LIES[lie]
    result = client.run(impostor.endpoint, "--timeout", "5", "get", "data", cwd=tmp_path)
    assert result.returncode in (1, 6)
    assert names(tmp_path) == []
    assert is_plain(result.stderr)


@pytest.mark.parametrize("size", [0, 1, 2**64 - 1])
def test_a_wrong_size_does_no_harm_for_the_end_and_the_digest_decide(
    impostor: Impostor, tmp_path: Path, size: int
) -> None:
    impostor.answer = lying_about(size=size)
    result = client.run(impostor.endpoint, "--timeout", "5", "get", "data", cwd=tmp_path)
    assert result.returncode in (0, 6)
    assert [path.read_bytes() == CONTENT for path in tmp_path.iterdir()] == [True] * (result.returncode == 0)


def test_no_set_user_id_bits_are_taken(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = lying_about(mode=0o6755)
    client.run(impostor.endpoint, "get", "data", cwd=tmp_path, check=True)
    assert (tmp_path / "data").stat().st_mode & 0o7777 == 0o755


def test_answers_that_come_again_change_nothing(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = serve
    impostor.times = 3
    client.run(impostor.endpoint, "get", "data", cwd=tmp_path, check=True)
    assert (tmp_path / "data").read_bytes() == CONTENT


def silence(request: Request) -> None:
    return None


def silence_in_the_middle(request: Request) -> list[bytes] | None:
    return serve(request) if request.get("offset", 0) == 0 else None


def signs_of_life(request: Request) -> list[bytes] | None:
    return reply({}) if request["op"] == "hello" else None


@pytest.mark.parametrize("answer", [silence, silence_in_the_middle, signs_of_life])
def test_a_daemon_that_does_not_answer_is_given_up(
    impostor: Impostor, tmp_path: Path, answer: Callable[[Request], list[bytes] | None]
) -> None:
    impostor.answer = answer
    assert client.run(impostor.endpoint, "--timeout", "1", "get", "data", cwd=tmp_path).returncode == 5
    assert "data" not in names(tmp_path)


def test_a_daemon_that_is_always_busy_is_given_up(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = lambda request: reply({"error": {"code": "busy", "message": "later"}})
    assert client.run(impostor.endpoint, "--timeout", "1", "get", "data", cwd=tmp_path).returncode == 1
    assert names(tmp_path) == []


def entry(name: str, kind: str = "file", size: int = len(CONTENT)) -> dict[str, Any]:
    return {"name": name, "type": kind, "size": size, "mtime": 0}


def listing(*entries: dict[str, Any], **more: str) -> Callable[[Request], list[bytes]]:
    """A directory, "tree", with these entries; all files are the one."""

    def answer(request: Request) -> list[bytes]:
        if request["op"] == "list":
            return reply({"entries": entries, "etag": "e", **more})
        if request["op"] == "stat" and request["path"] == "tree":
            return reply({**header_of(request), "type": "directory"})
        return serve(request)

    return answer


@pytest.mark.parametrize("kind", ["file", "directory"])
@pytest.mark.parametrize("name", ["..", ".", "../x", "a/b", "/x", "", "x\x00", "x\x00/../y", "../\x1b[2J"])
def test_a_name_that_no_file_can_have_is_told_and_the_rest_arrives(
    impostor: Impostor, tmp_path: Path, name: str, kind: str
) -> None:
    impostor.answer = listing(entry(name, kind), entry("good"))
    result = client.run(impostor.endpoint, "--timeout", "5", "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 1
    assert is_plain(result.stderr) and b"a name that no file can have" in result.stderr
    assert names(tmp_path) == ["tree"]
    assert names(tmp_path / "tree") == ["good"]


@pytest.mark.parametrize(
    "answer",
    [
        listing(next="again"),
        listing({"name": "x"}),
        listing({"name": 1, "type": "file", "size": 1, "mtime": 0}),
        listing({"name_base64": "!", "type": "file", "size": 1, "mtime": 0}),
        listing(entry("x", size=-1)),
        listing(entry("tree", "directory")),  # and so on, for ever
    ],
    ids=["endless pages", "few members", "no name", "no base64", "no size", "endless directories"],
)
def test_a_listing_that_is_none_ends_the_download(
    impostor: Impostor, tmp_path: Path, answer: Callable[[Request], list[bytes]]
) -> None:
    impostor.answer = answer
    result = client.run(impostor.endpoint, "--timeout", "5", "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 1
    assert is_plain(result.stderr)
    assert names(tmp_path) == ["tree"]


def test_a_name_that_is_listed_twice_is_written_by_one_at_a_time(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = listing(*[entry("twice")] * 50)
    client.run(impostor.endpoint, "--timeout", "5", "get", "-r", "tree", cwd=tmp_path)
    assert names(tmp_path / "tree") == ["twice"]
    assert (tmp_path / "tree/twice").read_bytes() == CONTENT


def test_names_of_partial_files_are_left_out(impostor: Impostor, tmp_path: Path) -> None:
    impostor.answer = listing(entry(".zmq-filer.0123456789abcdef.part"), entry("good"))
    result = client.run(impostor.endpoint, "--timeout", "5", "get", "-r", "tree", cwd=tmp_path, check=True)
    assert b"left out" in result.stderr
    assert names(tmp_path / "tree") == ["good"]


def test_a_file_that_is_gone_again_is_told_and_the_rest_arrives(impostor: Impostor, tmp_path: Path) -> None:
    tree = listing(entry("gone"), entry("good"))
    gone = reply({"error": {"code": "not_found", "message": "there is no 'tree/gone'"}})
    impostor.answer = lambda request: gone if request["path"] == "tree/gone" else tree(request)
    result = client.run(impostor.endpoint, "get", "-r", "tree", cwd=tmp_path)
    assert result.returncode == 3
    assert b"tree/gone" in result.stderr
    assert names(tmp_path / "tree") == ["good"]


def test_names_cannot_drive_the_terminal(impostor: Impostor, tmp_path: Path) -> None:
    """The terminal is one, so that there is progress to be told; only the client's own codes may be in it."""
    impostor.answer = listing(entry("\x1b[31mred"), entry("\x1b[31mlink", "symlink"), entry("\x1b[31m/", "file"))
    master, terminal = os.openpty()
    with open(master, "rb", buffering=0) as shown:
        process = client.start(impostor.endpoint, "get", "-r", "tree", cwd=tmp_path, stdout=terminal, stderr=terminal)
        os.close(terminal)
        assert process.wait(client.DEADLINE) == 1
        text = shown.read(1 << 16)
    assert b"\x1b[31m" not in text
    assert b"\\x1b[31mlink" in text


def is_plain(text: bytes) -> bool:
    return text != b"" and text.decode().replace("\n", "").isprintable()
