"""A slow link on one host: a TCP relay that hands every byte on, in order, a while after it came.

    with Relay(daemon.endpoint, delay=0.02) as relay:
        ...                                   # clients of relay.endpoint: a round trip takes 40 ms more

The delay is that of the line, not of each message: as on a real one, any number of bytes can be under way at once. With `rate`
the line also takes only so many bytes a second in each direction of a connection.
"""

import asyncio
import math
import socket
from threading import Thread
from types import TracebackType
from typing import Self

READ_BYTES = 64 << 10
CHUNKS_UNDER_WAY = 512  # of READ_BYTES at most: what bounds memory, and 1.6 GB/s at 20 ms

# A line with a rate takes small chunks, so that they come evenly, and holds little more than what is under way.
RATED_CHUNK_SECONDS = 0.005
RATED_BUFFER_SECONDS = 0.1


class Relay:
    """Listens on `endpoint` from entry to exit of the context, and connects every client to the endpoint that it was given.

    `delay` is in seconds, each way; `rate` in bytes a second, each way of each connection. At exit, connections end at once.
    """

    endpoint: str

    def __init__(self, endpoint: str, delay: float = 0.02, rate: float | None = None) -> None:
        host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
        self._target = (host.strip("[]"), int(port))
        self._delay = delay
        self._rate = rate

    def __enter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.endpoint = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        self._ended = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._run(listening),))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    async def _run(self, listening: socket.socket) -> None:
        connections: set[asyncio.Task[None]] = set()
        with listening:
            listening.setblocking(False)
            accepting = asyncio.create_task(self._accept(listening, connections))
            await self._ended.wait()
            listening.shutdown(socket.SHUT_RDWR)
            await accepting
        await asyncio.sleep(0)  # only a task that has begun closes its socket when it is cancelled
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # asyncio closes in a step of its own what was aborted

    async def _accept(self, listening: socket.socket, connections: set[asyncio.Task[None]]) -> None:
        """Until `listening` is shut down: an accept that is cancelled could lose a connection."""
        while True:
            try:
                client, _ = await asyncio.get_running_loop().sock_accept(listening)
            except OSError:
                if self._ended.is_set():
                    return
                raise
            connection = asyncio.create_task(self._serve(client))
            connections.add(connection)
            connection.add_done_callback(connections.discard)

    async def _serve(self, client: socket.socket) -> None:
        near, to_near = await asyncio.open_connection(sock=client, limit=READ_BYTES)
        try:
            await self._connect(near, to_near)
        except* OSError:
            pass  # there is nobody to connect to, or one end broke the connection: so does the other
        finally:
            to_near.transport.abort()

    async def _connect(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection(*self._target, limit=READ_BYTES)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(Line(self._delay, self._rate).carry(near, to_far))
                group.create_task(Line(self._delay, self._rate).carry(far, to_near))
            for writer in (to_far, to_near):
                writer.close()
                await writer.wait_closed()
        finally:
            to_far.transport.abort()


class Line:
    """One direction of one connection. asyncio sets TCP_NODELAY on both sockets: nothing waits longer than it has to."""

    def __init__(self, delay: float, rate: float | None) -> None:
        self._delay = delay
        self._rate = rate
        self._free_at = 0.0  # when the line has taken what went into it so far
        self._read_bytes, under_way = READ_BYTES, CHUNKS_UNDER_WAY
        if rate is not None:
            self._read_bytes = max(1, min(READ_BYTES, int(rate * RATED_CHUNK_SECONDS)))
            under_way = math.ceil((delay + RATED_BUFFER_SECONDS) * rate / self._read_bytes)
        self._chunks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(under_way)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the reader's end, which the writer's peer is told as well."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._take(reader))
            group.create_task(self._hand_on(writer))

    async def _take(self, reader: asyncio.StreamReader) -> None:
        chunk = b"begin"
        while chunk:
            chunk = await reader.read(self._read_bytes)
            await self._chunks.put((self._due(len(chunk)), chunk))

    def _due(self, size: int) -> float:
        """When a chunk that goes in now comes out."""
        now = asyncio.get_running_loop().time()
        if self._rate is not None:
            self._free_at = max(self._free_at, now) + size / self._rate
            now = self._free_at
        return now + self._delay

    async def _hand_on(self, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, chunk = await self._chunks.get()
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            if not chunk:
                writer.write_eof()
                return
            writer.write(chunk)
            await writer.drain()
