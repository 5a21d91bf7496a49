"""The programs that README.md shows, run as they stand there, against a daemon at the default address."""

import re
import subprocess
import sys
from pathlib import Path

from peers import CLIENTS, DEADLINE

from support.daemon import DEFAULT_ENDPOINT, REPOSITORY, Daemon


def program(language: str) -> str:
    """The one program in that language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.M | re.S)
    return text


def output(command: list[str], file: Path) -> str:
    done = subprocess.run([*command, str(file)], cwd=CLIENTS, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_program_prints_the_content(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text(program("python"))
    with Daemon(bind=DEFAULT_ENDPOINT) as daemon:
        daemon.write("target.txt", b"hello\n")
        assert output([sys.executable], tmp_path / "client.py") == "hello\n\n"


def test_the_node_program_prints_the_reply() -> None:
    client = CLIENTS / "node_modules" / ".readme.js"  # where it finds its package
    client.write_text(program("js"))
    try:
        with Daemon(bind=DEFAULT_ENDPOINT) as daemon:
            daemon.write("target.txt", b"hello\n")
            assert "content: 'hello\\n'" in output(["node"], client)
    finally:
        client.unlink()
