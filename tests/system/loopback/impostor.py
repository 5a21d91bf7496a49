"""What answers like a daemon and is none: a ROUTER that says whatever a test wants it to say."""

import json
import threading
from collections.abc import Callable
from typing import Any, Self

import zmq


class Impostor:
    """Answers every request, from entry to exit of the context, with the frames that `answer` returns for it, behind the
    frames that came before the delimiter; None: not at all. It says each `times` times."""

    answer: Callable[[dict[str, Any]], list[bytes] | None]
    times = 1

    def __init__(self, context: zmq.Context) -> None:
        self._router = context.socket(zmq.ROUTER)
        self.endpoint = f"tcp://127.0.0.1:{self._router.bind_to_random_port('tcp://127.0.0.1')}"
        self.answer = lambda request: [b""]
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._stop.is_set():
            if self._router.poll(20):
                *envelope, _, request = self._router.recv_multipart()
                if (frames := self.answer(json.loads(request))) is not None:
                    for _ in range(self.times):
                        self._router.send_multipart([*envelope, *frames])


def reply(header: dict[str, Any], *data: bytes) -> list[bytes]:
    """The frames of a reply, from the delimiter on."""
    return [b"", json.dumps({**header, "timestamp": 1, "pid": 2}).encode(), *data]
