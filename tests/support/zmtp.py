"""ZMTP, the protocol below ZeroMQ, on a plain socket: a peer that says what no library would.

    with zmtp.connect(daemon.endpoint) as peer:          # greeting and handshake done, as a DEALER
        peer.send(message(b"", b'{"path":"target.txt"}'))
        _, reply = peer.receive_message()

    with zmtp.dial(daemon.endpoint) as peer:             # nothing said yet
        peer.send(greeting()[:11])

The functions make bytes and send nothing; a Peer sends bytes and understands none but those of greetings and frames. What is
hostile comes from combining them: a frame that lies about its length, a message without end, half a greeting.

ZMTP 3.x: https://rfc.zeromq.org/spec/23/ and /37/; 2.0: /15/; 1.0: /13/.
"""

import socket
import struct
from types import TracebackType
from typing import Self

DEADLINE = 30.0  # seconds: for what must come

GREETING_BYTES = 64  # of ZMTP 3.x

MORE, LONG, COMMAND = 1, 2, 4  # flags of a frame


def greeting(minor: int = 1, mechanism: bytes = b"NULL", major: int = 3) -> bytes:
    """ZMTP 3.x: signature, version, mechanism, as-server, filler."""
    signature = b"\xff" + bytes(8) + b"\x7f"
    return signature + bytes([major, minor]) + mechanism.ljust(20, b"\0") + bytes(32)


def greeting_v1(identity: bytes = b"") -> bytes:
    """ZMTP 1.0 begins with the identity as a frame."""
    return frame_v1(identity)


def greeting_v2(socket_type: int = 5, identity: bytes = b"") -> bytes:
    """ZMTP 2.0: signature, revision 1, type of socket (5: DEALER), and the identity as a frame."""
    return b"\xff" + (len(identity) + 1).to_bytes(8, "big") + b"\x7f\x01" + bytes([socket_type]) + frame(identity)


def frame(body: bytes = b"", flags: int = 0, length: int | None = None) -> bytes:
    """`length`: what it says of itself; more or less than that follows, if it lies. Past 255 it is a long one by itself."""
    said = len(body) if length is None else length
    if said > 255 or flags & LONG:
        return struct.pack(">BQ", flags | LONG, said) + body
    return bytes([flags, said]) + body


def frame_v1(body: bytes = b"", flags: int = 0) -> bytes:
    """ZMTP 1.0 counts the flags as well."""
    return bytes([len(body) + 1, flags]) + body


def message(*frames: bytes) -> bytes:
    """All frames of a message, the last of which ends it."""
    return b"".join(frame(body, MORE) for body in frames[:-1]) + frame(frames[-1])


def command(name: bytes, body: bytes = b"") -> bytes:
    return frame(bytes([len(name)]) + name + body, COMMAND)


def ready(socket_type: bytes = b"DEALER", identity: bytes = b"", **properties: bytes) -> bytes:
    """The command that ends a handshake without security; other properties by their names, `_` for `-`."""
    told = {"Socket-Type": socket_type, "Identity": identity}
    told |= {name.replace("_", "-"): value for name, value in properties.items()}
    return command(b"READY", b"".join(metadata(name.encode(), value) for name, value in told.items()))


def metadata(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


class Peer:
    """One end of a connection. Calls that wait raise TimeoutError after `deadline` seconds, and ConnectionError or EOFError
    when the other end has cut it."""

    def __init__(self, connected: socket.socket, deadline: float = DEADLINE) -> None:
        self.socket = connected
        self.socket.settimeout(deadline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Closes it so that the other end sees an error, and not an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes) -> None:
        """Byte by byte, each in a segment of its own."""
        if self.socket.family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in data:
            self.socket.sendall(bytes([byte]))

    def receive(self, size: int) -> bytes:
        """Exactly so many bytes."""
        received = bytearray()
        while len(received) < size:
            if not (data := self.socket.recv(size - len(received))):
                raise EOFError(f"cut after {bytes(received)!r}")
            received += data
        return bytes(received)

    def receive_frame(self) -> tuple[int, bytes]:
        """Its flags and body."""
        [flags] = self.receive(1)
        length = int.from_bytes(self.receive(8 if flags & LONG else 1), "big")
        return flags & ~LONG, self.receive(length)

    def receive_message(self) -> list[bytes]:
        """The frames of the next message; commands between are passed over."""
        frames = []
        while True:
            flags, body = self.receive_frame()
            if flags & COMMAND:
                continue
            frames.append(body)
            if not flags & MORE:
                return frames

    def greet(self, said: bytes | None = None) -> bytes:
        """Exchanges greetings of ZMTP 3.x, and returns that of the other end."""
        self.send(greeting() if said is None else said)
        return self.receive(GREETING_BYTES)

    def shake_hands(self, said: bytes | None = None) -> bytes:
        """After greetings: exchanges READY, and returns that of the other end. libzmq 4.3.4 cuts a connection whose READY comes
        in one segment with its greeting: the other's greeting is waited for first, by greet()."""
        self.send(ready() if said is None else said)
        flags, body = self.receive_frame()
        if flags != COMMAND or not body.startswith(b"\x05READY"):
            raise ConnectionError(f"not READY: {flags} {body!r}")
        return body

    def is_cut(self, deadline: float = DEADLINE) -> bool:
        """Reads whatever still comes; true once the other end has ended the connection, false if it does not in time."""
        self.socket.settimeout(deadline)
        try:
            while self.socket.recv(1 << 16):
                pass
        except (TimeoutError, BlockingIOError):
            return False
        except ConnectionError:
            pass
        return True


def dial(endpoint: str, deadline: float = DEADLINE, receive_buffer: int = 0) -> Peer:
    """A connection to a tcp:// or ipc:// endpoint, on which nothing has been said. `receive_buffer`: bytes that the kernel
    may hold for this end, 0: as usual."""
    if endpoint.startswith("ipc://"):
        connected, address = socket.socket(socket.AF_UNIX), endpoint.removeprefix("ipc://")
    else:
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        connected, address = socket.socket(), (host, int(port))
    try:
        if receive_buffer:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connected.settimeout(deadline)
        connected.connect(address)
    except BaseException:
        connected.close()
        raise
    return Peer(connected, deadline)


def connect(endpoint: str, socket_type: bytes = b"DEALER", identity: bytes = b"", receive_buffer: int = 0) -> Peer:
    """A connection that is ready for messages."""
    peer = dial(endpoint, receive_buffer=receive_buffer)
    try:
        peer.greet()
        peer.shake_hands(ready(socket_type, identity))
    except BaseException:
        peer.close()
        raise
    return peer
