"""python3 download.py ENDPOINT PATH FILE: a file of any size, several ranges at a time, verified."""
import hashlib
import json
import os
import sys
import time
from collections import deque
import zmq

RANGE_BYTES, RANGES_UNDER_WAY, SILENCE_MS, TRIES = 1 << 20, 8, 5000, 100


def ask(socket, requests, silence_ms=SILENCE_MS):
    """Yields (request, header, data) for each reply, as they come; ends early if the file has changed."""
    waiting, under_way, tries = deque(requests), {}, TRIES
    while waiting or under_way:
        while waiting and len(under_way) < RANGES_UNDER_WAY:
            request = waiting.popleft()
            tag = b"%d" % request.get("offset", 0)  # comes back with the reply
            socket.send_multipart([tag, b"", json.dumps(request).encode()])
            under_way[tag] = request
        socket.poll(silence_ms) or sys.exit("no answer in time")
        tag, _, text, *data = socket.recv_multipart()
        request, header = under_way.pop(tag), json.loads(text)
        code = header.get("error", {}).get("code")
        tries = tries - 1 if code == "busy" else TRIES
        if code == "busy" and tries:
            waiting.append(request)
            time.sleep(0.1)
        elif code == "changed":
            waiting.clear()
        elif code:
            sys.exit(json.dumps(header["error"]))
        else:
            yield request, header, b"".join(data)
            left = request.get("length", 0) - header.get("length", 0)
            if left > 0 and not header["eof"]:  # a reply may hold less than was asked for
                waiting.append(request | {"offset": request["offset"] + header["length"], "length": left})


def download(socket, path, file):
    """Returns whether the file has become the daemon's."""
    [(_, status, _)] = ask(socket, [{"op": "stat", "path": path}])
    get = {"op": "get", "path": path, "length": RANGE_BYTES, "if_match": status["etag"]}
    gets = (get | {"offset": offset} for offset in range(0, max(status["size"], 1), RANGE_BYTES))
    for request, _, data in ask(socket, gets):
        os.pwrite(file.fileno(), data, request["offset"])
    digests = ask(socket, [{"op": "digest", "path": path}], SILENCE_MS + status["size"] // 10_000)  # 10 MB/s
    return [header["digest"] for _, header, _ in digests] == [hashlib.file_digest(file, "sha256").hexdigest()]


endpoint, path, target = sys.argv[1:]
for _ in range(TRIES):
    with zmq.Context() as context, context.socket(zmq.DEALER) as socket, open(f"{target}.part", "w+b") as file:
        socket.LINGER = 0
        socket.connect(endpoint)
        if download(socket, path, file):
            sys.exit(os.replace(file.name, target))
sys.exit("it keeps changing")
