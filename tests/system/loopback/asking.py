"""A client that tells what becomes of its requests, whatever becomes of the daemon."""

import json
from itertools import count
from typing import Any

import zmq

from support.daemon import Daemon, wait_until

DEADLINE = 60.0  # seconds
RETRY = 500  # ms

Reply = dict[str, Any]


class Client:
    """One DEALER connection."""

    def __init__(self, context: zmq.Context, daemon: Daemon) -> None:
        self._daemon = daemon
        self._dealer = context.socket(zmq.DEALER)
        self._dealer.LINGER = 0
        self._disconnections = self._dealer.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self._dealer.connect(daemon.endpoint)
        self._numbers = count()
        self._replies: dict[str, Reply] = {}

    def send(self, request: Reply) -> str:
        """Returns the number of the request."""
        number = str(next(self._numbers))
        self._dealer.send_multipart([number.encode(), b"", json.dumps(request).encode()])
        return number

    def reply(self, number: str, patience: int = 0) -> Reply | None:
        """To that request, if it has come or comes within `patience` ms."""
        while number not in self._replies and self._dealer.poll(patience):
            answered, _, header, *_ = self._dealer.recv_multipart()
            self._replies[answered.decode()] = json.loads(header)
        return self._replies.get(number)

    def is_cut(self) -> bool:
        """Whether the connection has ended since it was made; libzmq makes another one by itself."""
        return bool(self._disconnections.poll(0))

    def ask(self, request: Reply) -> Reply | None:
        """Asks again and again until there is a reply; None: the daemon has ended."""

        def attempt() -> bool:
            replies.append(self.reply(self.send(request), RETRY))
            return replies[-1] is not None or self._daemon.has_ended

        replies: list[Reply | None] = []
        wait_until(attempt, DEADLINE, "a reply")
        return replies[-1]
