"""What a hostile peer does with a connection. Each attack opens one, does its worst and leaves it open: whoever gets it
closes it, sooner or later."""

from random import Random

from support import zmtp
from support.honest import IDENTITY
from support.zmtp import LONG, MORE, Peer, command, frame, greeting, greeting_v1, greeting_v2, message, ready

REQUEST = b'{"path":"target.txt"}'


def speak_http(endpoint: str, _: Random) -> Peer:
    return said(zmtp.dial(endpoint), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def speak_tls(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.dial(endpoint), b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + numbers.randbytes(500))


def speak_zmtp_1(endpoint: str, _: Random) -> Peer:
    return said(zmtp.dial(endpoint), greeting_v1() + zmtp.frame_v1(REQUEST))


def speak_zmtp_2(endpoint: str, _: Random) -> Peer:
    return said(zmtp.dial(endpoint), greeting_v2() + message(b"", REQUEST))


def make_noise(endpoint: str, numbers: Random) -> Peer:
    begin = greeting()[: numbers.choice([0, 1, 10, 12, 64])]
    return said(zmtp.dial(endpoint), begin + numbers.randbytes(numbers.randint(1, 5000)))


def stop_in_greeting(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.dial(endpoint), greeting()[: numbers.randrange(zmtp.GREETING_BYTES)])


def stop_in_handshake(endpoint: str, numbers: Random) -> Peer:
    return after_greeting(endpoint, ready()[: numbers.randrange(len(ready()))])


def shake_hands_wrongly(endpoint: str, numbers: Random) -> Peer:
    wrong = bytearray(ready(identity=numbers.randbytes(numbers.choice([0, 5, 255]))))
    wrong[numbers.randrange(len(wrong))] = numbers.randrange(256)
    return after_greeting(endpoint, bytes(wrong))


def vanish_in_mid_message(endpoint: str, numbers: Random) -> Peer:
    whole = message(b"e" * 40, b"", REQUEST.ljust(400))
    return said(zmtp.connect(endpoint), whole[: numbers.randrange(len(whole))])


def drip(endpoint: str, _: Random) -> Peer:
    peer = zmtp.connect(endpoint)
    peer.drip(message(b"", REQUEST))
    return peer


def lie_about_length(endpoint: str, numbers: Random) -> Peer:
    length = numbers.choice([65537, 1 << 31, 1 << 32, (1 << 63) - 1, (1 << 64) - 1])
    return said(zmtp.connect(endpoint), frame(b"", MORE) + frame(numbers.randbytes(100), LONG, length))


def send_many_frames(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.connect(endpoint), frame(b"e", MORE) * numbers.randint(17, 5000) + frame())


def send_large_frames(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.connect(endpoint), frame(bytes(60000), MORE) * numbers.randint(1, 5) + frame())


def never_end_a_message(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.connect(endpoint), frame(bytes(1000), MORE) * numbers.randint(1, 1000))


def send_commands(endpoint: str, numbers: Random) -> Peer:
    name = numbers.choice([b"PING", b"PONG", b"SUBSCRIBE", b"ERROR", b"READY", b"\xff"])
    return said(zmtp.connect(endpoint), command(name, numbers.randbytes(numbers.randint(0, 300))) * 20)


def break_frames(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.connect(endpoint), numbers.randbytes(numbers.randint(1, 3000)))


def read_nothing(endpoint: str, _: Random) -> Peer:
    return said(zmtp.connect(endpoint, receive_buffer=4096), message(b"", b'{"op":"list","path":"."}') * 200)


def take_an_identity_in_use(endpoint: str, _: Random) -> Peer:
    return said(zmtp.connect(endpoint, identity=IDENTITY), message(b"", REQUEST) * 5)


def take_a_long_identity(endpoint: str, numbers: Random) -> Peer:
    return said(zmtp.connect(endpoint, identity=numbers.randbytes(numbers.choice([8, 255, 5000, 60000]))), message(b"", REQUEST))


# Each of these makes libzmq 4.3.4 lose a little memory for ever.
LEAKING = [take_an_identity_in_use]

ATTACKS = [
    *(speak_http, speak_tls, speak_zmtp_1, speak_zmtp_2, make_noise, stop_in_greeting, stop_in_handshake),
    *(shake_hands_wrongly, vanish_in_mid_message, drip, lie_about_length, send_many_frames, send_large_frames),
    *(never_end_a_message, send_commands, break_frames, read_nothing, take_a_long_identity),
]


def said(peer: Peer, data: bytes) -> Peer:
    """Says it to somebody who may cut the connection at any byte of it."""
    try:
        peer.send(data)
    except ConnectionError:
        pass
    return peer


def after_greeting(endpoint: str, data: bytes) -> Peer:
    peer = zmtp.dial(endpoint)
    peer.greet()
    return said(peer, data)
