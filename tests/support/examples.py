"""The examples of docs/protocol.md."""

import re
from dataclasses import dataclass, field

from support.daemon import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "protocol.md").read_text()
FILES = {"target.txt": b"hello\n", "empty": b"", "bytes": b"\xff\x00", "logs/app.log": b"started\n"}  # that they are about


@dataclass
class Message:
    """The frames before the delimiter, and those after it."""

    envelope: list[str]
    frames: list[str]


@dataclass
class Example:
    """Messages that are under way together, and their replies."""

    requests: list[Message] = field(default_factory=list)
    replies: list[Message] = field(default_factory=list)


def as_message(text: str) -> Message:
    """A line of an example: `"7" "" {…}` with an envelope, `{…}` without."""
    envelope = re.match(r'(("[^"]*" )*)"" ', text)
    if envelope is None:
        return Message([], [text])
    return Message(re.findall(r'"([^"]*)"', envelope[1]), [text[envelope.end() :]])


def examples() -> list[Example]:
    found: list[Example] = []
    for block in re.findall(r"^```example\n(.*?)^```$", DOCUMENT, re.M | re.S):
        found.append(Example())
        for line in block.splitlines():
            kind, text = line[0], line[2:]
            if kind == ">" and found[-1].replies:
                found.append(Example())
            if kind == ">":
                found[-1].requests.append(as_message(text))
            elif text.startswith(("{", '"')):
                found[-1].replies.append(as_message(text))
            else:
                found[-1].replies[-1].frames.append(text)
    return found


def requests() -> list[bytes]:
    """Every request of theirs, each once."""
    all_of_them = (frame for example in examples() for request in example.requests for frame in request.frames)
    return [request.encode() for request in dict.fromkeys(all_of_them)]
