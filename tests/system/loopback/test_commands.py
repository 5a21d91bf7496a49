"""ls, stat, sum, ping, info, stats and bench against the real daemon."""

import hashlib
import json
import os
import pty
import re
import subprocess
import termios
from collections.abc import Iterator
from pathlib import Path

import client
import pytest

from support.daemon import Daemon
from support.exposition import read_exposition

AWKWARD = [
    b"-dash", b"[x]", b" space ", b"new\nline", b"carriage\rreturn", b"tab\t", b"quo\"te's", b"back\\slash", b"esc\x1b[2Jape",
    "g\u202erün\u0085".encode(), b"caf\xe9\xff", b"$(touch x)", b"n" * 255,
]  # fmt: skip


@pytest.fixture
def awkward() -> Iterator[Daemon]:
    """A daemon whose files have names that break programs."""
    with Daemon() as running:
        for name in AWKWARD:
            running.write(name, name)
        yield running


def paths_of(names: list[bytes]) -> list[str]:
    return ["--", *map(os.fsdecode, names)]


def named(line: dict[str, object]) -> bytes:
    """The path that a line of --json is about."""
    import base64

    return base64.b64decode(line["path_base64"]) if "path_base64" in line else str(line["path"]).encode()


def lines_of(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def on_a_terminal(endpoint: str, *arguments: str, columns: int = 80) -> bytes:
    """What the client prints to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    process = client.start(endpoint, *arguments, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    output = b""
    try:
        while piece := os.read(ours, 4096):
            output += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    process.communicate(timeout=client.DEADLINE)
    return output.replace(b"\r\n", b"\n")


def test_ls_prints_the_names_of_a_directory_sorted_by_their_bytes(daemon: Daemon) -> None:
    for name in ("b", "a", "Z", "logs/app.log"):
        daemon.write(name, b"")
    assert client.run(daemon.endpoint, "ls").stdout == b"Z\na\nb\nlogs\ntarget.txt\n"
    assert client.run(daemon.endpoint, "ls", "logs").stdout == b"app.log\n"
    assert client.run(daemon.endpoint, "ls", str(daemon.root / "logs")).stdout == b"app.log\n"


def test_ls_sorts_a_directory_of_several_pages(daemon: Daemon) -> None:
    names = [f"{number:05}" for number in range(2500)]
    for name in names:
        daemon.write(f"many/{name}", b"")
    assert client.run(daemon.endpoint, "ls", "many").stdout.decode().split() == names


def test_ls_of_a_file_lists_that_file(daemon: Daemon) -> None:
    assert client.run(daemon.endpoint, "ls", "./target.txt").stdout == b"./target.txt\n"
    assert lines_of(client.run(daemon.endpoint, "ls", "--json", "target.txt"))[0]["size"] == 6


def test_ls_of_nothing_exits_3(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "ls", "missing")
    assert (result.returncode, result.stdout) == (3, b"")
    assert b"not_found" in result.stderr


def test_ls_tells_type_size_time_and_name(daemon: Daemon) -> None:
    os.utime(daemon.write("large", b"x" * 123456), (0, 0))
    (daemon.root / "logs").mkdir()
    (daemon.root / "link").symlink_to("large")
    os.mkfifo(daemon.root / "fifo")
    os.utime(daemon.root / "logs", (86400, 86400))
    lines = client.run(daemon.endpoint, "ls", "-l").stdout.decode().splitlines()
    assert lines[1] == "- 123456 1970-01-01 00:00 large"
    assert re.fullmatch(r"\? +0 \d{4}-\d\d-\d\d \d\d:\d\d fifo", lines[0])
    assert re.fullmatch(r"l +5 \d{4}-\d\d-\d\d \d\d:\d\d link@", lines[2])
    assert re.fullmatch(r"d +\d+ 1970-01-02 00:00 logs/", lines[3])
    human = client.run(daemon.endpoint, "ls", "-lh", "large").stdout.decode()
    assert human == "- 120.6 KiB 1970-01-01 00:00 large\n"


def test_ls_tells_times_as_the_time_zone_has_them(daemon: Daemon) -> None:
    os.utime(daemon.root / "target.txt", (0, 0))
    result = client.run(daemon.endpoint, "ls", "-l", env={**client.ENVIRONMENT, "TZ": "IST-5:30"})
    assert b"1970-01-01 05:30" in result.stdout


def test_ls_lists_what_is_below_and_follows_no_links(daemon: Daemon) -> None:
    daemon.write("a/deep/er", b"")
    daemon.write("b/file", b"")
    (daemon.root / "b" / "up").symlink_to("..")
    expected = b".:\na\nb\ntarget.txt\n\na:\ndeep\n\na/deep:\ner\n\nb:\nfile\nup\n"
    assert client.run(daemon.endpoint, "ls", "-R").stdout == expected
    paths = [line["path"] for line in lines_of(client.run(daemon.endpoint, "ls", "-R", "--json"))]
    assert paths == ["a", "b", "target.txt", "a/deep", "a/deep/er", "b/file", "b/up"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every directory")
def test_ls_goes_on_behind_a_directory_that_cannot_be_read(daemon: Daemon) -> None:
    daemon.write("b/file", b"")
    (daemon.root / "a").mkdir(mode=0)
    result = client.run(daemon.endpoint, "ls", "-R")
    assert (result.returncode, b"access_denied" in result.stderr) == (4, True)
    assert result.stdout.endswith(b"\nb:\nfile\n")


def test_names_come_out_as_they_are_where_no_terminal_is(awkward: Daemon) -> None:
    result = client.run(awkward.endpoint, "ls")
    assert result.stdout == b"".join(name + b"\n" for name in sorted(AWKWARD))
    assert {named(line) for line in lines_of(client.run(awkward.endpoint, "ls", "--json"))} == set(AWKWARD)


@pytest.mark.parametrize("command", [["ls"], ["ls", "-l"], ["ls", "-R"], ["stat"], ["sum"]])
def test_names_cannot_drive_the_terminal(awkward: Daemon, command: list[str]) -> None:
    paths = [] if command[0] == "ls" else paths_of(AWKWARD)
    output = on_a_terminal(awkward.endpoint, *command, *paths)
    assert b"esc\\x1b[2Jape" in output and b"new\\nline" in output and b"g\\u{202e}r" in output and b"caf\\xe9\\xff" in output
    assert output.decode().replace("\n", "").isprintable()


@pytest.mark.parametrize("command", ["ls", "stat", "sum"])
def test_names_in_json_cannot_drive_the_terminal_and_mean_the_same(awkward: Daemon, command: str) -> None:
    c1 = "c1\u009b2Jdel\u007f"
    awkward.write(c1, b"")
    output = on_a_terminal(awkward.endpoint, "--json", command, *([] if command == "ls" else paths_of([c1.encode()])))
    assert b"c1\\u009b2Jdel\\u007f" in output
    assert output.decode().replace("\n", "").isprintable()
    assert c1.encode() in {named(json.loads(line)) for line in output.splitlines()}


def test_ls_arranges_names_in_columns_on_a_terminal(daemon: Daemon) -> None:
    for name in ("a", "bb", "cc", "d", "e"):
        daemon.write(f"few/{name}", b"")
    assert on_a_terminal(daemon.endpoint, "ls", "few") == b"a  bb  cc  d  e\n"
    assert on_a_terminal(daemon.endpoint, "ls", "few", columns=8) == b"a   d\nbb  e\ncc\n"
    assert on_a_terminal(daemon.endpoint, "ls", "few", columns=1) == b"a\nbb\ncc\nd\ne\n"


def test_wide_characters_take_two_columns(daemon: Daemon) -> None:
    for name in ("会", "b", "c", "d"):
        daemon.write(f"few/{name}", b"")
    assert on_a_terminal(daemon.endpoint, "ls", "few", columns=7).decode() == "b  d\nc  会\n"


def test_stat_tells_what_a_path_is(daemon: Daemon) -> None:
    file = daemon.write("large", b"x" * 123456)
    os.utime(file, ns=(0, 1_600_000_000_123_000_000))
    file.chmod(0o4755)
    output = client.run(daemon.endpoint, "stat", "large").stdout.decode()
    etag = lines_of(client.run(daemon.endpoint, "stat", "large", "--json"))[0]["etag"]
    assert output == (
        "path   large\ntype   file\nsize   123456 (120.6 KiB)\nmtime  2020-09-13T12:26:40.123+00:00\n"
        f"mode   4755 (rwsr-xr-x)\netag   {etag}\n"
    )


def test_stat_asks_for_any_name(awkward: Daemon) -> None:
    lines = lines_of(client.run(awkward.endpoint, "stat", "--json", *paths_of(AWKWARD)))
    assert [named(line) for line in lines] == AWKWARD
    assert [line["size"] for line in lines] == [len(name) for name in AWKWARD]


@pytest.mark.parametrize("command", ["stat", "sum"])
def test_the_failure_of_one_path_is_told_and_the_others_are_done(daemon: Daemon, command: str) -> None:
    result = client.run(daemon.endpoint, command, "missing", "target.txt", "../outside", "target.txt")
    assert result.returncode == 3
    assert result.stdout.count(b"target.txt") == 2
    assert b"not_found" in result.stderr and b"outside_root" in result.stderr


def test_sum_prints_what_sha256sum_takes(awkward: Daemon) -> None:
    result = client.run(awkward.endpoint, "sum", *paths_of(AWKWARD))
    check = subprocess.run(["sha256sum", "-c", "--strict"], input=result.stdout, cwd=awkward.root, capture_output=True)
    assert check.returncode == 0, check.stderr
    assert len(check.stdout.splitlines()) >= len(AWKWARD)


def test_sum_prints_what_sha256sum_prints(awkward: Daemon) -> None:
    names = [name for name in AWKWARD if name != b"-dash"]
    theirs = subprocess.run(["sha256sum", "--", *names], cwd=awkward.root, capture_output=True, check=True).stdout
    assert client.run(awkward.endpoint, "sum", *paths_of(names)).stdout == theirs


def test_sum_tells_the_digest_as_json(daemon: Daemon) -> None:
    line = lines_of(client.run(daemon.endpoint, "sum", "--json", "target.txt"))[0]
    assert (line["path"], line["algorithm"], line["size"]) == ("target.txt", "sha256", 6)
    assert line["digest"] == hashlib.sha256(b"hello\n").hexdigest()


def test_info_tells_what_the_daemon_says_of_itself(daemon: Daemon) -> None:
    output = client.run(daemon.endpoint, "info").stdout.decode()
    assert f"endpoint  {daemon.endpoint}\n" in output and f"pid       {daemon.pid}\n" in output
    assert "\nroots     default\n" in output and "chunk_bytes" in output and "1MiB" in output
    line = lines_of(client.run(daemon.endpoint, "info", "--json"))[0]
    assert (line["pid"], line["roots"], line["limits"]["list_entries"]) == (daemon.pid, ["default"], 1000)


def test_stats_tells_the_daemons_counters(daemon: Daemon) -> None:
    client.run(daemon.endpoint, "stat", "missing")
    lines = dict(line.split() for line in client.run(daemon.endpoint, "stats").stdout.splitlines())
    assert (lines[b"not_found"], lines[b"requests"]) == (b"1", b"1")
    assert lines_of(client.run(daemon.endpoint, "stats", "--json"))[0]["not_found"] == 1


def test_stats_are_text_that_prometheus_reads(daemon: Daemon) -> None:
    client.run(daemon.endpoint, "stat", "missing")
    for _ in range(3):
        client.run(daemon.endpoint, "stat", "target.txt")
    metrics = read_exposition(client.run(daemon.endpoint, "stats", "--prometheus").stdout.decode())
    assert metrics["zmq_filer_errors_total"].value(code="not_found") == 1
    assert metrics["zmq_filer_requests_total"].value(op="stat") == 4
    durations = metrics["zmq_filer_request_duration_seconds"]
    assert durations.value("_count") == 4 and 0 < durations.value("_sum") < 4
    assert metrics["zmq_filer_uptime_seconds"].type == "gauge"
    assert not [name for name, metric in metrics.items() if metric.type == "untyped"]


def test_bench_counts_requests_and_measures_them(daemon: Daemon) -> None:
    arguments = ["bench", "target.txt", "--seconds", "0.2"]
    text = client.run(daemon.endpoint, *arguments, "--in-flight", "1", "--length", "1B").stdout.decode()
    assert re.match(r"\d+ requests/s, .*/s, 1 in flight, 0\.2 s\nlatency: p50 [\d.]+ ms, p90 .* max [\d.]+ ms\n$", text)
    line = lines_of(client.run(daemon.endpoint, *arguments, "--json"))[0]
    assert line["bytes"] == 6 * line["requests"] > 0
    assert line["p50_microseconds"] <= line["p99_microseconds"] <= line["max_microseconds"]


def test_bench_says_what_is_wrong_with_its_path(daemon: Daemon) -> None:
    result = client.run(daemon.endpoint, "bench", "missing", "--seconds", "0.2")
    assert (result.returncode, result.stdout) == (3, b"")


@pytest.mark.parametrize(
    "command",
    [
        ["ls"], ["stat", "."], ["sum", "target.txt"], ["tail", "target.txt"], ["ping"], ["info"], ["stats"],
        ["request", '{"op":"hello"}'], ["bench", "target.txt", "--seconds", "0.1"],
    ],
)  # fmt: skip
def test_every_line_of_json_parses(daemon: Daemon, command: list[str]) -> None:
    result = client.run(daemon.endpoint, "--json", *command)
    assert result.returncode == 0
    assert lines_of(result) and all(isinstance(line, dict) for line in lines_of(result))


@pytest.mark.parametrize("command", [["ls"], ["stat", "."], ["sum", "target.txt"], ["tail", "target.txt"], ["info"], ["--help"]])
def test_a_standard_output_that_is_full_is_an_error(daemon: Daemon, command: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        result = client.run(daemon.endpoint, *command, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert b"No space left on device" in result.stderr


def test_a_reader_that_has_gone_ends_it_quietly(daemon: Daemon) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    # As under systemd, which has services ignore SIGPIPE.
    result = client.run(
        daemon.endpoint, "ls", capture_output=False, stdout=theirs, stderr=subprocess.PIPE, restore_signals=False
    )
    os.close(theirs)
    assert (result.returncode, result.stderr) == (1, b"")


def test_a_second_endpoint_takes_over_where_the_first_is_not_there(daemon: Daemon) -> None:
    result = client.run("tcp://127.0.0.1:1", "-e", daemon.endpoint, "ls")
    assert result.stdout == b"target.txt\n"


def test_endpoints_come_from_the_environment_or_a_settings_file(daemon: Daemon, tmp_path: Path) -> None:
    variable = {**client.ENVIRONMENT, "ZMQ_FILER_ENDPOINT": f"tcp://127.0.0.1:1, {daemon.endpoint}"}
    assert subprocess.run([client.binary(), "ls"], env=variable, capture_output=True).stdout == b"target.txt\n"
    (tmp_path / "zmq-filer").mkdir()
    (tmp_path / "zmq-filer" / "zmq-filer.yaml").write_text(f"endpoint: [tcp://127.0.0.1:1, '{daemon.endpoint}']\n")
    settings = {**client.ENVIRONMENT, "XDG_CONFIG_HOME": str(tmp_path)}
    assert subprocess.run([client.binary(), "ls"], env=settings, capture_output=True).stdout == b"target.txt\n"


def test_verbose_names_the_endpoint_on_standard_error(daemon: Daemon) -> None:
    assert daemon.endpoint.encode() in client.run(daemon.endpoint, "-v", "ls").stderr
    assert client.run(daemon.endpoint, "ls").stderr == b""
