"""What a classic reply promises, checked on the frames as they arrived. Every tier module of this folder judges by it."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from support.daemon import Daemon

CLOCK_TOLERANCE_MS = 60_000
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def request_for(path: str) -> bytes:
    """The body of a classic request, as JSON.stringify writes it."""
    return json.dumps({"path": path}, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Reply:
    """A reply without its envelope."""

    frames: list[bytes]

    @property
    def text(self) -> str:
        """The one frame that a classic reply has."""
        assert len(self.frames) == 1, self.frames
        return self.frames[0].decode("utf-8", "strict")

    @property
    def members(self) -> dict[str, Any]:
        """The members in the order of the text, none of them twice."""
        return json.loads(self.text, object_pairs_hook=once_each)


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(names) == len(set(names)), names
    return dict(pairs)


def expect_content(reply: Reply, content: str, daemon: Daemon) -> None:
    """`reply` serves a file that is the UTF-8 text `content`."""
    assert list(reply.members) == ["content", "timestamp", "pid"]
    assert reply.members["content"] == content
    expect_stamp(reply, daemon)


def expect_base64(reply: Reply, encoded: str, daemon: Daemon) -> None:
    """`reply` serves a file that is not UTF-8, and whose base64 is `encoded`."""
    assert list(reply.members) == ["content", "encoding", "timestamp", "pid"]
    assert (reply.members["encoding"], reply.members["content"]) == ("base64", encoded)
    expect_stamp(reply, daemon)


def expect_error(reply: Reply, code: str, daemon: Daemon) -> None:
    """`reply` refuses the request with `code`, says why, and has no content."""
    assert list(reply.members) == ["error", "timestamp", "pid"]
    error = reply.members["error"]
    assert error["code"] == code, error
    assert isinstance(error["message"], str) and error["message"]
    expect_stamp(reply, daemon)


def expect_stamp(reply: Reply, daemon: Daemon) -> None:
    """`reply` is compact, of this daemon and of this minute."""
    assert not re.search(r"\s", STRING.sub('""', reply.text))
    timestamp, pid = reply.members["timestamp"], reply.members["pid"]
    assert type(timestamp) is int and abs(timestamp - time.time() * 1000) < CLOCK_TOLERANCE_MS
    assert type(pid) is int and pid == daemon.pid
