"""System calls that fail: docs/failures.md says what the daemon does then, in a line for each; here it is seen.

strace makes a call of a daemon fail until a client has seen what comes of it. However that fares, clients must be served
afterwards: by the same process, or by the next one that the service manager starts if this one has ended.
"""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import zmq
from asking import Client, Reply
from failing_calls import CONFIG, NEVER_CALLED, TARGET, WATCH, WHILE_IT_SERVES, WHILE_IT_STARTS, Call

from support.daemon import FREE_PORT, LISTENING, REPOSITORY, Daemon, daemon_binary, is_instrumented, wait_until
from support.injection import Injection, command, why_not

DOCUMENT = REPOSITORY / "docs" / "failures.md"
AT_A_TIME = 4
MANY = 50  # failures in a row, of the same thread: then the call works again
PATIENCE = 6.0  # seconds without a reply, when the call works again for long
DEADLINE = 60.0
OFTEN = {"WATCHDOG_USEC": "300000"}  # the daemon looks after itself three times in this time

ABORT_OF_LIBZMQ = re.compile(r"\(src/\w+\.[ch]pp:\d+\)$", re.MULTILINE)
TO_BE_MADE_AGAIN = "EINTR"  # by the caller: it cannot be so for ever

UNNOTICED = "nobody notices"
WAITS = "the client waits until that is over"
SILENT = "no more replies over that connection, unless the kernel ends it; the client asks over another one"
CUT = "the connection ends; the client connects and asks again"
ABORTS = "libzmq aborts; systemd starts the daemon anew"
REFUSES = "it says why and ends; systemd starts it anew"
REFUSES_FOR_GOOD = "it says why and ends; it stays down"

EXIT_SOFTWARE, EXIT_CONFIG = 70, 78


@pytest.fixture(scope="module", autouse=True)
def can_inject() -> None:
    if reason := why_not():
        pytest.skip(reason)
    if is_instrumented():
        pytest.skip("the document is about what is shipped: this build is not confined, and leaves its memory alone")


@pytest.mark.parametrize("call", WHILE_IT_SERVES, ids=str)
def test_what_it_does_when_a_call_fails_while_it_serves(call: Call) -> None:
    compare_with_document(call, fail_while_it_serves)


@pytest.mark.parametrize("call", WHILE_IT_STARTS, ids=str)
def test_what_it_does_when_a_call_fails_while_it_starts(call: Call, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(f"bind: {FREE_PORT}\nroot: {tmp_path}\n")
    compare_with_document(call, lambda call, error: fail_while_it_starts(call, error, tmp_path))


def test_it_makes_no_timers(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(f"bind: {FREE_PORT}\nroot: {tmp_path}\n")
    for name in NEVER_CALLED:
        _, is_called = start(Call(name, "", "EMFILE"), "EMFILE", "1+", tmp_path)
        assert not is_called
        with Daemon() as daemon, zmq.Context() as context, Injection(daemon.pid, name, "EMFILE") as injection:
            daemon.write(TARGET, b"hello\n")
            for call in WHILE_IT_SERVES:
                Client(context, daemon).ask(call.request)
            assert injection.calls() == []


def test_the_document_has_no_call_that_is_not_checked() -> None:
    checked = {(f"`{call.name}`", call.purpose) for call in [*WHILE_IT_SERVES, *WHILE_IT_STARTS]}
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    assert {tuple(line.split(" | ")[:2]) for line in lines} == {(f"| {name}", purpose) for name, purpose in checked}


def compare_with_document(call: Call, fail: Callable[[Call, str], str]) -> None:
    errors = call.errors.split()
    of_outcomes: dict[str, list[str]] = {}
    with ThreadPoolExecutor(AT_A_TIME) as executor:
        for error, outcome in zip(errors, executor.map(lambda error: fail(call, error), errors), strict=True):
            of_outcomes.setdefault(outcome, []).append(error)
    beginning = f"| `{call.name}` | {call.purpose} |"
    seen = [f"{beginning} {' '.join(errors)} | {outcome} |" for outcome, errors in of_outcomes.items()]
    told = [line for line in DOCUMENT.read_text().splitlines() if line.startswith(beginning)]
    assert sorted(told) == sorted(seen), "\n".join(["what it does:", *seen])


def fail_while_it_serves(call: Call, error: str) -> str:
    context = zmq.Context()
    try:
        with Daemon(may_hold_files=True, environment=OFTEN) as daemon:
            daemon.write(TARGET, b"hello\n")
            return see_what_comes_of_it(call, error, daemon, context)
    finally:
        context.destroy(linger=0)


def see_what_comes_of_it(call: Call, error: str, daemon: Daemon, context: zmq.Context) -> str:
    client = Client(context, daemon)
    status = client.ask({"op": "stat", "path": TARGET})
    assert status is not None
    request = {**call.request, "if_none_match": status["etag"]} if call.request is WATCH else call.request
    when = "1" if call.once or error == TO_BE_MADE_AGAIN else f"1..{MANY}"
    with Injection(daemon.pid, call.name, error, when, call.path_below(daemon.root)) as injection:
        if call.by_new_client:
            client = Client(context, daemon)
        if call.by_itself:
            client.send(request)  # wakes who waits, to wait again
            wait_until(injection.calls, DEADLINE, "a call that fails")
        number = client.send(request)
        reply = await_event(client, number, daemon)
        failed = len(injection.calls())
        assert failed > 0, "the call was not made"
    is_cut = client.is_cut()
    if Client(context, daemon).ask(request) is None:
        daemon.await_end()
        assert ABORT_OF_LIBZMQ.search(daemon.log()), daemon.log()
        return ABORTS
    if is_cut:
        return CUT
    if reply is not None:
        return WAITS if failed >= MANY else tell(reply, daemon)
    return SILENT


def await_event(client: Client, number: str, daemon: Daemon) -> Reply | None:
    """Until the client has the reply, finds that it has no connection any more, or has waited for long."""

    def has_come() -> bool:
        return client.reply(number) is not None or client.is_cut() or daemon.has_ended

    with suppress(TimeoutError):
        wait_until(has_come, PATIENCE, "an event")
    return client.reply(number)


def tell(reply: Reply, daemon: Daemon) -> str:
    if "error" not in reply:
        return UNNOTICED
    code = reply["error"]["code"]
    wait_until(lambda: f": {code}: " in daemon.log(), DEADLINE, "a log entry")
    return f"it answers `{code}`"


def fail_while_it_starts(call: Call, error: str, root: Path) -> str:
    """Each of the calls that it makes while it starts, one after the other."""
    outcomes: list[str] = []
    for number in count(1):
        when = str(number) if error == TO_BE_MADE_AGAIN else f"{number}+"
        outcome, was_injected = start(call, error, when, root)
        if not was_injected:
            break
        if outcome not in outcomes:
            outcomes.append(outcome)
    return " or ".join(sorted(outcomes))


def start(call: Call, error: str, when: str, root: Path) -> tuple[str, bool]:
    log = root.parent / f"{root.name}-{call.name}-{error}-{when}"
    program = [str(daemon_binary()), "--config", str(root / CONFIG)]
    tracing = command(log, call.name, error, when, call.path_below(root))
    with subprocess.Popen([*tracing, *program], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = ""
        for line in process.stderr:
            told += line if not line.startswith("strace: ") else ""
            if LISTENING.search(line):
                end_tracee(process.pid)
        status = process.wait(DEADLINE)
    injected = "(INJECTED)" in log.read_text()
    if LISTENING.search(told):
        return UNNOTICED, injected
    if ABORT_OF_LIBZMQ.search(told):
        return ABORTS, injected
    assert "zmq-filerd: " in told, f"{call.name} {error} {when}: {status} {told}"
    return {EXIT_SOFTWARE: REFUSES, EXIT_CONFIG: REFUSES_FOR_GOOD}[status], injected


def end_tracee(tracer: int) -> None:
    """strace then ends too."""
    for child in Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
