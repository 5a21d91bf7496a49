"""client.py PATH: prints the file, asked for as ten lines of any language can."""

import sys

import zmq

socket = zmq.Context().socket(zmq.REQ)
socket.RCVTIMEO = 10000
socket.connect("tcp://127.0.0.1:60401")
socket.send_json({"path": sys.argv[1]})
print(socket.recv_json()["content"], end="")
