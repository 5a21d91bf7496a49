"""What the journal tells: by fields, not by text."""

from service import (
    CANNOT_RUN,
    CONFIG,
    ENTRIES_DROPPED,
    ENTRIES_LEFT_OUT,
    LOAD,
    MESSAGES_DROPPED,
    RELOAD_REFUSED,
    RELOADED,
    REQUEST_FAILED,
    REQUEST_REFUSED,
    REQUEST_SERVED,
    ROOT,
    STARTED,
    STOPPED,
    UNIT,
    configured,
    show,
)
from support.daemon import wait_until
from support.machine import Machine


def test_a_served_request_is_one_entry_with_its_fields(installed: Machine) -> None:
    installed.write(f"{ROOT}/target.txt", "hello\n")
    cursor = installed.journal_cursor()
    reply = installed.run("zmq-filer", "request", '{"path":"target.txt"}').stdout.rstrip("\n")
    (entry,) = wait_until(lambda: installed.journal(UNIT, cursor, MESSAGE_ID=REQUEST_SERVED), 10, "the entry")
    assert entry["FILER_OP"] == "classic"
    assert entry["FILER_ROOT"] == "default"
    assert entry["FILER_PATH"] == "target.txt"
    assert entry["FILER_CODE"] == "ok"
    assert entry["FILER_BYTES"] == str(len(reply))
    assert entry["FILER_PEER"] == "127.0.0.1"
    assert int(entry["FILER_DURATION_USEC"]) >= 0
    assert entry["PRIORITY"] == "6"
    assert entry["SYSLOG_IDENTIFIER"] == "zmq-filerd"


def test_a_refused_path_exits_4_and_leaves_path_code_and_peer(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    assert installed.run("zmq-filer", "get", "../../etc/passwd", check=False).returncode == 4
    (entry,) = wait_until(lambda: installed.journal(UNIT, cursor, FILER_CODE="outside_root"), 10, "the entry")
    assert entry["MESSAGE_ID"] == REQUEST_REFUSED
    assert entry["FILER_PATH"] == "../../etc/passwd"
    assert entry["FILER_PEER"] == "127.0.0.1"
    assert entry["PRIORITY"] == "5"


# A message without a delimiter, which nobody can be answered for.
WITHOUT_DELIMITER = """
import zmq
with zmq.Context() as context, context.socket(zmq.DEALER) as dealer:  # which ends when the message has left
    dealer.connect("tcp://127.0.0.1:60401")
    dealer.send_multipart([b"no", b"delimiter"])
"""


def explained(machine: Machine, cursor: str, message_id: str) -> str:
    """What journalctl -x says of the entries of a kind, from the cursor on."""
    wait_until(lambda: machine.journal(UNIT, cursor, MESSAGE_ID=message_id), 20, f"an entry {message_id}")
    return machine.run("journalctl", "-x", "-u", UNIT, f"--after-cursor={cursor}").stdout


def test_journalctl_x_explains_start_stop_refusal_error_and_dropped_messages(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    installed.run("systemctl", "restart", UNIT)
    assert "zmq-filerd has stopped" in explained(installed, cursor, STOPPED)
    assert "The entry names the directories that it serves" in explained(installed, cursor, STARTED)
    installed.run("zmq-filer", "get", "../../etc/passwd", check=False)
    refusal = explained(installed, cursor, REQUEST_REFUSED)
    assert "Subject: 127.0.0.1 was refused a path" in refusal
    assert "answered with the error outside_root, and nothing was read" in refusal
    installed.run("zmq-filer", "get", "missing.txt", check=False)
    assert "Subject: 127.0.0.1 asked for what cannot be served" in explained(installed, cursor, REQUEST_FAILED)
    installed.run("python3", "-c", WITHOUT_DELIMITER)
    dropped = explained(installed, cursor, MESSAGES_DROPPED)
    assert "So many messages (1) were dropped without a reply" in dropped
    assert "the client does not speak the protocol" in dropped


def test_journalctl_x_explains_a_failure_to_start(installed: Machine) -> None:
    packaged = installed.read(CONFIG)
    cursor = installed.journal_cursor()
    try:
        installed.write(CONFIG, "rots: {}\n")
        assert installed.run("systemctl", "restart", UNIT, check=False).returncode != 0
        explanation = explained(installed, cursor, CANNOT_RUN)
        assert "unknown key 'rots'" in explanation
        assert "A wrong configuration" in explanation and "zmq-filerd --check-config" in explanation
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "reset-failed", UNIT)
        installed.run("systemctl", "start", UNIT)


def test_journalctl_x_explains_a_reload_and_a_refused_one(installed: Machine) -> None:
    with configured(installed, "log: {level: debug}\n"):
        cursor = installed.journal_cursor()
        installed.run("systemctl", "reload", UNIT)
        assert "The configuration is in force from now on" in explained(installed, cursor, RELOADED)
        installed.write(CONFIG, "log: {level: loud}\n")
        assert installed.run("systemctl", "reload", UNIT, check=False).returncode != 0
        refusal = explained(installed, cursor, RELOAD_REFUSED)
        assert "zmq-filerd keeps its old configuration" in refusal and "Correct the file" in refusal


def test_the_attempts_to_leave_a_root_are_found_by_their_code(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    for path in ("../../etc/passwd", "/etc/shadow"):
        installed.run("zmq-filer", "get", path, check=False)
    wait_until(lambda: len(installed.journal(UNIT, cursor, FILER_CODE="outside_root")) == 2, 10, "two attempts")
    found = installed.run("journalctl", "FILER_CODE=outside_root", "-o", "cat").stdout
    assert "../../etc/passwd" in found and "/etc/shadow" in found


def test_untrusted_text_is_escaped(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    installed.run("zmq-filer", "request", '{"path":"\\u001b[31m\\nFILER_CODE=ok"}', check=False)
    (entry,) = wait_until(lambda: installed.journal(UNIT, cursor, MESSAGE_ID=REQUEST_FAILED), 10, "the entry")
    assert entry["FILER_PATH"] == "\\x1b[31m\\nFILER_CODE=ok"
    assert entry["FILER_CODE"] == "not_found"


def missing(machine: Machine, cursor: str) -> int:
    """How many entries were dropped or left out, as the daemon tells."""
    dropped = machine.journal(UNIT, cursor, MESSAGE_ID=ENTRIES_DROPPED)
    left_out = machine.journal(UNIT, cursor, MESSAGE_ID=ENTRIES_LEFT_OUT)
    numbers = [entry["FILER_DROPPED"] for entry in dropped] + [entry["FILER_LEFT_OUT"] for entry in left_out]
    return sum(map(int, numbers))


def test_a_stopped_journald_stalls_no_reply_and_every_request_is_accounted_for(installed: Machine) -> None:
    count = 20000
    installed.write("/tmp/load.py", LOAD)
    installed.write(f"{ROOT}/target.txt", "hello\n")
    cursor = installed.journal_cursor()
    installed.run("systemctl", "kill", "--kill-who=main", "--signal=STOP", "systemd-journald.service")
    try:
        answered = installed.run("python3", "/tmp/load.py", '{"path":"target.txt"}', str(count)).stdout
    finally:
        installed.run("systemctl", "kill", "--kill-who=main", "--signal=CONT", "systemd-journald.service")
    assert answered.strip() == str(count)

    def accounted() -> int:
        return len(installed.journal(UNIT, cursor, FILER_CODE="ok")) + missing(installed, cursor)

    wait_until(lambda: accounted() >= count, 30, "entries, and counts of those that are missing")
    assert accounted() == count
    assert installed.journal(UNIT, cursor, MESSAGE_ID=ENTRIES_DROPPED)
    assert show(installed, "NRestarts") == "0"


def test_one_client_does_not_flood_the_journal_and_hides_nobody(installed: Machine) -> None:
    count = 30000
    installed.write("/tmp/load.py", LOAD)
    cursor = installed.journal_cursor()
    with configured(installed, "log: {rate: 100}\n"):
        with installed.start("python3", "/tmp/load.py", '{"path":"missing.txt"}', str(count)) as flood:
            refused = installed.run("zmq-filer", "get", "../../etc/passwd", check=False)
            assert flood.wait(60) == 0
        assert refused.returncode == 4

        def accounted() -> int:
            return len(installed.journal(UNIT, cursor, FILER_CODE="not_found")) + missing(installed, cursor)

        wait_until(lambda: accounted() >= count, 30, "entries, and counts of those that were left out")
        assert accounted() == count
        assert len(installed.journal(UNIT, cursor, FILER_CODE="outside_root")) == 1
    left_out = installed.journal(UNIT, cursor, MESSAGE_ID=ENTRIES_LEFT_OUT)
    assert {(entry["FILER_PEER"], entry["FILER_EVENT"]) for entry in left_out} == {("127.0.0.1", REQUEST_FAILED)}
    seconds = len(left_out) + 1
    assert len(installed.journal(UNIT, cursor, FILER_CODE="not_found")) <= 100 * seconds


def test_a_stopped_journald_does_not_have_the_watchdog_end_the_service(installed: Machine) -> None:
    """No restart would help: the next process would meet the same journal."""
    drop_in = f"/run/systemd/system/{UNIT}.d/test.conf"
    try:
        installed.write(drop_in, "[Service]\nWatchdogSec=3\n")
        installed.run("systemctl", "daemon-reload")
        installed.run("systemctl", "restart", UNIT)
        before = show(installed, "MainPID")
        installed.run("systemctl", "kill", "--kill-who=main", "--signal=STOP", "systemd-journald.service")
        try:
            # Several periods, each long enough for the watchdog to bite: there is no sign to wait for.
            answered = installed.run("python3", "/tmp/load.py", '{"path":"target.txt"}', "20000").stdout
            installed.run("sleep", "10")
        finally:
            installed.run("systemctl", "kill", "--kill-who=main", "--signal=CONT", "systemd-journald.service")
        assert answered.strip() == "20000"
        assert show(installed, "MainPID") == before
    finally:
        installed.run("rm", "-f", drop_in)
        installed.run("systemctl", "daemon-reload")
        installed.run("systemctl", "restart", UNIT)
