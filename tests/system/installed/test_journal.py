"""What the journal tells: by fields, not by text."""

from service import ENTRIES_DROPPED, LOAD, REQUEST_FAILED, REQUEST_SERVED, ROOT, UNIT, show
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
    assert entry["MESSAGE_ID"] == REQUEST_FAILED
    assert entry["FILER_PATH"] == "../../etc/passwd"
    assert entry["FILER_PEER"] == "127.0.0.1"
    assert entry["PRIORITY"] == "5"


def test_untrusted_text_is_escaped(installed: Machine) -> None:
    cursor = installed.journal_cursor()
    installed.run("zmq-filer", "request", '{"path":"\\u001b[31m\\nFILER_CODE=ok"}', check=False)
    (entry,) = wait_until(lambda: installed.journal(UNIT, cursor, MESSAGE_ID=REQUEST_FAILED), 10, "the entry")
    assert entry["FILER_PATH"] == "\\x1b[31m\\nFILER_CODE=ok"
    assert entry["FILER_CODE"] == "not_found"


def test_a_stopped_journald_stalls_no_reply_and_what_was_dropped_is_counted(installed: Machine) -> None:
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
    entries = wait_until(
        lambda: installed.journal(UNIT, cursor, MESSAGE_ID=ENTRIES_DROPPED), 20, "the count of dropped entries"
    )
    dropped = sum(int(entry["FILER_DROPPED"]) for entry in entries)
    written = len(installed.journal(UNIT, cursor, FILER_CODE="ok"))
    assert dropped + written == count
    assert show(installed, "NRestarts") == "0"
