"""python3 watch.py ENDPOINT PATH: prints a file, then what is appended to it, like tail -F."""

import json
import sys
import time

import zmq

WAIT_MS, LATE_MS = 10_000, 5000  # how long the daemon may hold a reply, and be late with one
PAUSE = 0.5  # seconds, before what is busy or missing is asked for again


class Follower:
    """What has been printed, of which file: another one may take its name, or it may be cut short."""

    def __init__(self, path):
        self.path = path
        self.begin()

    def begin(self):
        self.offset, self.id, self.etag = 0, None, None

    def request(self):
        get = {"op": "get", "path": self.path, "offset": self.offset}
        return get | {"if_none_match": self.etag, "wait_ms": WAIT_MS} if self.etag else get

    def take(self, header, data):
        code = header.get("error", {}).get("code")
        if code == "range":  # it is shorter than what was printed
            self.begin()
        elif code in ("busy", "changed", "not_found", "timeout"):
            self.etag = None
            time.sleep(PAUSE)
        elif code:
            sys.exit(json.dumps(header["error"]))
        elif "not_modified" in header:
            pass
        elif self.id and self.id != header["id"]:
            self.begin()
        else:
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            self.id, self.offset = header["id"], self.offset + len(data)
            self.etag = header["etag"] if header["eof"] else None  # what comes next is there already


with zmq.Context() as context, context.socket(zmq.REQ) as socket:
    socket.LINGER, socket.REQ_RELAXED, socket.REQ_CORRELATE = 0, 1, 1
    socket.connect(sys.argv[1])
    follower = Follower(sys.argv[2])
    while True:
        socket.send_json(follower.request())
        if socket.poll(WAIT_MS + LATE_MS):
            header, *data = socket.recv_multipart()
            follower.take(json.loads(header), b"".join(data))
        else:
            print("no answer in time, asking again", file=sys.stderr)
