"""systemctl reload: it waits for the verdict, loses no request, and changes nothing by a wrong file."""

import json
import subprocess

from service import CONFIG, ROOT, UNIT, configured, show

from support.daemon import wait_until
from support.machine import Machine

ROUNDS = 200

# load.py: one client that asks without a pause until its standard input ends; prints how many replies came, and those
# that were not right.
LOAD = """
import json, sys, threading, zmq
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
dealer = zmq.Context().socket(zmq.DEALER)
dealer.LINGER, dealer.RCVTIMEO = 0, 20000
dealer.connect("tcp://127.0.0.1:60401")
sent = answered = 0
wrong = []
while not over.is_set() or answered < sent:
    while sent - answered < 16 and not over.is_set():
        dealer.send_multipart([b"", b'{"path":"target.txt"}'])
        sent += 1
    if answered == sent:
        break
    reply = json.loads(dealer.recv_multipart()[-1])
    answered += 1
    if reply.get("content") != "hello\\n":
        wrong.append(reply)
print(json.dumps([sent, answered, wrong[:10]]))
"""


def test_two_hundred_reloads_lose_no_request_and_tell_the_wrong_files_apart(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    good = ["log: {requests: none}\n", "log: {requests: errors}\nlimits: {chunk_bytes: 2MiB}\n"]
    wrong = ["limits: {chunk_bytes: plenty}\n", "roots: [\n", "bind: tcp://192.0.2.1:1\n", "unknown: 1\n"]
    with configured(installed, good[0]):
        before = show(installed, "MainPID")
        with installed.start("python3", "-c", LOAD, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as load:
            for number in range(ROUNDS):
                is_good = number % 2 == 0
                files = good if is_good else wrong
                installed.write(CONFIG, files[number // 2 % len(files)])
                status = installed.run("systemctl", "reload", UNIT, check=False).returncode
                assert (status == 0) == is_good, (number, status)
            output, _ = load.communicate(b"", timeout=120)
        print(output.decode())
        sent, answered, failures = json.loads(output)
        assert (answered, failures) == (sent, [])
        assert answered > 1000
        assert show(installed, "MainPID") == before


def test_the_reason_is_in_the_journal_and_in_the_status(installed: Machine) -> None:
    with configured(installed, "log: {level: debug}\n"):
        cursor = installed.journal_cursor()
        installed.write(CONFIG, "\nlimits: {chunk_bytes: plenty}\n")
        assert installed.run("systemctl", "reload", UNIT, check=False).returncode != 0
        reason = f"{CONFIG}:2:23: chunk_bytes: expected a size"
        wait_until(lambda: any(reason in entry["MESSAGE"] for entry in installed.journal(UNIT, cursor)), 30, "the reason in the journal")
        assert reason in installed.run("systemctl", "status", UNIT, check=False).stdout
        assert show(installed, "ActiveState") == "active"
        installed.write(CONFIG, "log: {level: debug}\n")
        installed.run("systemctl", "reload", UNIT)
        assert "not in force" not in show(installed, "StatusText")


def test_root_is_told_on_the_terminal(installed: Machine) -> None:
    with configured(installed, "log: {level: debug}\n"):
        installed.write(CONFIG, "shards: 2\n")
        told = installed.run("zmq-filerd", "--reload")
        assert told.stdout == "zmq-filerd: not in force yet: shards: 0 becomes 2 with a restart\n"
