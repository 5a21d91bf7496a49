"""zmq-filerd check-path, as an administrator calls it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.daemon import daemon_binary


def check(root: Path | str, path: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [daemon_binary(), "check-path", "--root", root, *options, path]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def verdict(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    return done.returncode, done.stdout.splitlines()[-1]


def test_a_path_that_is_served_exits_0_and_one_that_is_not_exits_1(tmp_path: Path) -> None:
    (tmp_path / "target.txt").write_text("hello\n")
    (tmp_path / "out").symlink_to("/etc/passwd")
    assert verdict(check(tmp_path, "target.txt")) == (0, "served: a file of 6 bytes")
    assert verdict(check(tmp_path, f"{tmp_path}/target.txt")) == (0, "served: a file of 6 bytes")
    assert verdict(check(tmp_path, "missing")) == (1, "not served: not_found: no such file or directory")
    status, line = verdict(check(tmp_path, "out"))
    assert status == 1 and line.startswith("not served: outside_root: ")


def test_it_says_as_whom_it_asks(tmp_path: Path) -> None:
    first = check(tmp_path, ".").stdout.splitlines()[0]
    assert first.startswith("checked as ") and "zmq-filer" in first


def test_another_user_than_root_is_told_what_he_may_not(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("takes root and setpriv")
    tree = tmp_path / "tree"
    (tree / "closed").mkdir(parents=True)
    (tree / "closed" / "file").write_text("hello\n")
    (tree / "closed").chmod(0o700)
    for directory in [tmp_path, *tmp_path.parents]:
        if directory.stat().st_mode & 0o001 == 0:
            directory.chmod(directory.stat().st_mode | 0o001)
    binary = shutil.copy(daemon_binary(), tmp_path / "zmq-filerd")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = subprocess.run([*nobody, binary, "check-path", "--root", tree, "closed/file"], capture_output=True, text=True, timeout=60)
    assert verdict(done) == (1, "not served: access_denied: the daemon may not read it")
    assert f"'{tree}/closed': directory, rwx------ root root; this user may not enter it" in done.stdout


def test_a_wrong_command_line_exits_64_and_a_wrong_configuration_78(tmp_path: Path) -> None:
    assert check(tmp_path, "").returncode == 64
    assert subprocess.run([daemon_binary(), "check-path"], capture_output=True, timeout=60).returncode == 64
    assert check(tmp_path / "missing", "x").returncode == 78
    done = check("/proc", "version")
    assert (done.returncode, "procfs, which is never served" in done.stderr) == (78, True)


def test_the_root_of_the_host_serves_its_files_but_not_its_processes() -> None:
    assert check("/", "/etc/passwd").returncode == 0
    for path in ["/proc/self/mem", "/proc/self/environ", "/proc/1/status", "/sys/kernel", "/proc"]:
        status, line = verdict(check("/", path))
        assert status == 1 and line.startswith("not served: access_denied: "), path
