"""zmq-filer(1) and --help tell the same."""

import re
import subprocess

import client
import pytest

from support.daemon import REPOSITORY

MANUAL = (REPOSITORY / "docs" / "man" / "zmq-filer.1.scd").read_text()

COMMANDS = ["get", "cat", "ls", "stat", "sum", "tail", "watch", "ping", "info", "stats", "bench", "request", "keygen"]
HELP_OPTION = re.compile(r"^  +(?:(-\w), )?(--[a-z-]+)(?: ([A-Z]+))?", re.MULTILINE)
MANUAL_OPTION = re.compile(r"^(?:\*(-\w)\*, )?\*(--[a-z-]+)\*(?: _([A-Z]+)_)?$", re.MULTILINE)


def section(title: str, mark: str) -> str:
    """The text below a title, to the next one of that kind or a larger one."""
    text = re.search(rf"^{mark} {title}$(.*?)(?=^#{{1,{len(mark)}}} |\Z)", MANUAL, re.MULTILINE | re.DOTALL)
    assert text, f"no section {title}"
    return text[1]


def options_told_by_help(*command: str) -> list[tuple[str, str, str]]:
    printed = subprocess.run([client.binary(), *command, "--help"], capture_output=True, text=True, check=True).stdout
    return sorted(HELP_OPTION.findall(printed))


def test_the_options_of_the_program_are_those_of_help() -> None:
    assert sorted(MANUAL_OPTION.findall(section("OPTIONS", "#"))) == options_told_by_help()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_and_arguments_of_a_command_are_those_of_help(command: str) -> None:
    own = [option for option in options_told_by_help(command) if option[1] != "--help"]
    printed = subprocess.run([client.binary(), command, "--help"], capture_output=True, text=True, check=True).stdout
    usage = re.search(rf"^Usage: zmq-filer {command} \[OPTION\.\.\.\](.*)$", printed, re.MULTILINE)
    assert usage
    text = section(re.escape(command + usage[1]), "##")
    assert sorted(MANUAL_OPTION.findall(text)) == own
    assert f"$ zmq-filer {command}" in text or re.search(rf"\$ zmq-filer .*{command}", text)


def test_every_command_of_help_is_in_the_manual() -> None:
    printed = subprocess.run([client.binary(), "--help"], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  ([a-z]+) ", printed, re.MULTILINE) == COMMANDS
    assert re.findall(r"^## ([a-z]+)", MANUAL, re.MULTILINE) == COMMANDS
