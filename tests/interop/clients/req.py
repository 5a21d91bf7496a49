"""req.py ENDPOINT: sends the messages on standard input one after the other. Input and output are those of exchange.js."""

import base64
import json
import sys

import zmq

DEADLINE = 30000  # milliseconds, for the client to give up on its own


def content(reply: dict) -> bytes | None:
    """The file as this client understands it, or None where the reply has none."""
    if "content" not in reply:
        return None
    if reply.get("encoding") == "base64":
        return base64.b64decode(reply["content"], validate=True)
    return reply["content"].encode()


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def print_reply(frames: list[bytes]) -> None:
    data = content(json.loads(frames[0]))
    line = {"frames": [encode(frame) for frame in frames], "content": None if data is None else encode(data)}
    print(json.dumps(line), flush=True)


def run(endpoint: str) -> None:
    with zmq.Context() as context, context.socket(zmq.REQ) as requester:
        requester.set(zmq.RCVTIMEO, DEADLINE)
        requester.set(zmq.SNDTIMEO, DEADLINE)
        requester.set(zmq.LINGER, 0)
        requester.connect(endpoint)
        for frames in json.load(sys.stdin):
            requester.send_multipart([base64.b64decode(frame) for frame in frames])
            print_reply(requester.recv_multipart())


run(sys.argv[1])
