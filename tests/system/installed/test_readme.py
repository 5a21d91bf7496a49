"""The commands that README.md shows, run as they stand there on a machine that has the package."""

import hashlib
import re

from service import CONFIG, UNIT

from support.daemon import REPOSITORY
from support.machine import Machine


def blocks(heading: str) -> list[str]:
    """The shell commands below a heading of the README, a block an item."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", (REPOSITORY / "README.md").read_text(), re.M | re.S)
    return re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S)


def test_the_commands_work_in_their_order(installed: Machine) -> None:
    _, first_file = blocks("Install")  # the package is installed already
    assert installed.shell(first_file).stdout == "hello\n"

    packaged = installed.read(CONFIG)
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", (REPOSITORY / "README.md").read_text(), re.M | re.S)
    try:
        installed.write(CONFIG, packaged + example)
        (apply,) = blocks("Configure")
        installed.shell(apply)
        installed.write("/var/log/app/app.log", "started\n")
        assert installed.run("zmq-filer", "get", "/var/log/app/app.log", "-o", "-").stdout == "started\n"
        (query,) = blocks("Query")
        output = installed.shell(f"cd /tmp; {query}").stdout
        assert installed.read("/tmp/target.txt") == "hello\n"
        assert re.search(r"^- +6 \S+ \S+ target\.txt$", output, re.M), output
        assert hashlib.sha256(b"hello\n").hexdigest() + "  target.txt\n" in output
        assert '{"content":"hello\\n","timestamp":' in output
        installed.run("zmq-filer", "get", "../x", check=False)
        (logs,) = blocks("Logs")
        assert "target.txt" in installed.shell(logs).stdout
    finally:
        installed.write(CONFIG, packaged)
        installed.run("systemctl", "restart", UNIT)


def test_the_mistake_it_shows_is_told_as_it_shows_it(installed: Machine) -> None:
    shown = next(line for line in (REPOSITORY / "README.md").read_text().splitlines() if line.startswith("zmq-filerd: /etc"))
    packaged = installed.read(CONFIG)
    try:
        installed.write(CONFIG, "# a comment\n\nrots: {}\n")
        result = installed.run("zmq-filerd", "--check-config", check=False)
        assert (result.returncode, result.stderr.strip()) == (78, shown)
    finally:
        installed.write(CONFIG, packaged)
