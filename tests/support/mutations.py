"""Requests with something wrong with them."""

from random import Random

MOST_BYTES = 60000  # less than limits.request_bytes: a longer frame ends its connection

WORDS = [
    *(b'"path"', b'"op"', b'"root"', b'"offset"', b'"length"', b'"encoding"', b'"if_match"', b'"limit"', b'"digest"'),
    *(b'"get"', b'"stat"', b'"list"', b'"hello"', b'"stats"', b'"default"', b'"target.txt"', b'"logs"', b'"."', b'"/"', b'".."'),
    *(b"null", b"true", b"-1", b"0", b"1e999", b"18446744073709551615", b"18446744073709551616", b"-0.0", b"[]", b"{}", b'""'),
    *(b"\0", b"\\u0000", b"\\ud800", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[2J", b"\\", b"\n"),
    *(b"../", b"/etc/passwd", b"/proc/self/mem", b"%2e%2e%2f", b"%s%n", b"A" * 300, b"[" * 2000, b'{"a":' * 500),
]


def mutated(seeds: list[bytes], numbers: Random) -> bytes:
    """One of the requests, changed in one to four places."""
    text = bytearray(numbers.choice(seeds))
    for _ in range(numbers.choice([1, 1, 1, 2, 4])):
        numbers.choice(MUTATIONS)(text, seeds, numbers)
    return bytes(text[:MOST_BYTES])


def flip_bit(text: bytearray, _: list[bytes], numbers: Random) -> None:
    if text:
        text[numbers.randrange(len(text))] ^= 1 << numbers.randrange(8)


def set_byte(text: bytearray, _: list[bytes], numbers: Random) -> None:
    if text:
        text[numbers.randrange(len(text))] = numbers.randrange(256)


def remove(text: bytearray, _: list[bytes], numbers: Random) -> None:
    begin = numbers.randint(0, len(text))
    del text[begin : begin + numbers.randint(1, 8)]


def cut(text: bytearray, _: list[bytes], numbers: Random) -> None:
    del text[numbers.randint(0, len(text)) :]


def repeat(text: bytearray, _: list[bytes], numbers: Random) -> None:
    begin = numbers.randint(0, len(text))
    text[begin:begin] = text[begin : begin + numbers.randint(1, 40)] * numbers.choice([1, 1, 2, 50])


def insert_word(text: bytearray, _: list[bytes], numbers: Random) -> None:
    at = numbers.randint(0, len(text))
    text[at:at] = numbers.choice(WORDS)


def put_word(text: bytearray, _: list[bytes], numbers: Random) -> None:
    at = numbers.randint(0, len(text))
    word = numbers.choice(WORDS)
    text[at : at + len(word)] = word


def splice(text: bytearray, seeds: list[bytes], numbers: Random) -> None:
    """The beginning of one request, and the end of another."""
    other = numbers.choice(seeds)
    text[numbers.randint(0, len(text)) :] = other[numbers.randint(0, len(other)) :]


MUTATIONS = [flip_bit, set_byte, remove, cut, repeat, insert_word, put_word, splice]
