"""Completions: real shells, which ask the real client, which asks the real daemon."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import client
import pytest

from support.daemon import REPOSITORY, Daemon

COMPLETIONS = REPOSITORY / "cli" / "completions"
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")

needs_bash = pytest.mark.skipif(not BASH_COMPLETION.exists(), reason="no bash-completion here")
needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh here")
needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="no fish here")

NAMES = ["my file", "quo\"te's", "a:b", "back\\slash", "new\nline", "$(touch oops)", "sub/deeper", "alpha-one", "alpha-two", "key=value", "user@host=x:y", "~root"]

COMMANDS = ["get", "cat", "ls", "stat", "sum", "tail", "watch", "ping", "info", "stats", "bench", "request", "keygen"]


@pytest.fixture
def files() -> Iterator[Daemon]:
    """A daemon whose files hold their own names."""
    with Daemon() as running:
        for name in NAMES:
            running.write(name, f"<{name}>".encode())
        yield running


@pytest.fixture
def environment(files: Daemon, tmp_path: Path) -> dict[str, str]:
    """Of a shell that finds zmq-filer by its name, and the daemon."""
    (tmp_path / "zmq-filer").symlink_to(client.binary())
    path = f"{tmp_path}:{client.ENVIRONMENT['PATH']}"
    return {**client.ENVIRONMENT, "PATH": path, "HOME": str(tmp_path), "ZMQ_FILER_ENDPOINT": files.endpoint, "TERM": "dumb"}


class Terminal:
    """An interactive shell on a terminal of its own, which prompts with READY."""

    def __init__(self, command: list[str | Path], environment: dict[str, str], directory: Path) -> None:
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=directory, start_new_session=True
        )
        os.close(theirs)
        self.await_output(lambda seen: seen.endswith(b"READY"))

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def await_output(self, is_wanted: Callable[[bytes], bool]) -> bytes:
        """What was printed until it is what is wanted."""
        seen = b""
        end = time.monotonic() + client.DEADLINE
        while not is_wanted(seen):
            readable, _, _ = select.select([self._ours], [], [], end - time.monotonic())
            assert readable, f"the shell has printed only {seen!r}"
            seen += os.read(self._ours, 4096)
        return seen

    def run(self, line: str) -> bytes:
        """What a line prints; tabs in it complete."""
        self.type(line + "\n")
        seen = self.await_output(lambda seen: seen.endswith(b"READY"))
        return seen.removesuffix(b"READY")

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


@pytest.fixture
def bash(environment: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    setup = tmp_path / "setup.bash"
    setup.write_text(f"PS1=READY; . {BASH_COMPLETION}; . {COMPLETIONS}/zmq-filer.bash; bind 'set bell-style none'\n")
    terminal = Terminal(["bash", "--noprofile", "--rcfile", setup, "-i"], environment, tmp_path)
    yield terminal
    terminal.close()


@pytest.fixture
def zsh(environment: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    setup = f"PS1=READY; fpath=({COMPLETIONS} $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep prompt_sp prompt_cr\n"
    (tmp_path / ".zshrc").write_text(setup + "unset zle_bracketed_paste\n")
    terminal = Terminal(["zsh", "-d", "-i"], {**environment, "ZDOTDIR": str(tmp_path)}, tmp_path)
    yield terminal
    terminal.close()


@needs_bash
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("my", "my file"), ("my\\ f", "my file"), ('"my f', "my file"), ("'my f", "my file"),
        ("quo", "quo\"te's"), ("\"quo", "quo\"te's"), ("'quo", "quo\"te's"), ('quo\\"', "quo\"te's"),
        ("a:", "a:b"), ("'a:", "a:b"), ("key=", "key=value"), ("us", "user@host=x:y"), ("user@host=", "user@host=x:y"),
        ("back", "back\\slash"), ('"back', "back\\slash"), ("new", "new\nline"), ("su\tde", "sub/deeper"), ("al\to", "alpha-one"),
        ("\\$", "$(touch oops)"), ('"\\$', "$(touch oops)"), ("'$", "$(touch oops)"), ("\\~", "~root"),
    ],
)  # fmt: skip
def test_bash_completes_a_path_to_that_very_file(bash: Terminal, files: Daemon, typed: str, name: str) -> None:
    output = bash.run(f"zmq-filer cat {typed}\t").replace(b"\r\n", b"\n")
    assert output.endswith(f"<{name}>".encode()), output
    assert not (files.root / "oops").exists()


@needs_bash
def test_bash_completes_the_hosts_own_paths(bash: Terminal, files: Daemon) -> None:
    assert bash.run(f"zmq-filer cat {files.root}/my\t").endswith(b"<my file>")


@needs_bash
def test_bash_asks_the_daemon_that_the_line_names(bash: Terminal, files: Daemon) -> None:
    bash.run("export ZMQ_FILER_ENDPOINT=tcp://127.0.0.1:1")
    assert bash.run(f"zmq-filer -e {files.endpoint} cat my\t").endswith(b"<my file>")
    assert bash.run(f"zmq-filer cat --endpoint={files.endpoint} my\t").endswith(b"<my file>")


@needs_bash
def test_bash_says_nothing_where_there_is_no_daemon(bash: Terminal) -> None:
    bash.run("export ZMQ_FILER_ENDPOINT=tcp://127.0.0.1:1")
    assert b"zmq-filer:" not in bash.run("echo zmq-filer cat my\t")
    bash.type("zmq-filer cat my\t")
    bash.type("\x15echo done\n")
    assert b"zmq-filer:" not in bash.await_output(lambda seen: seen.endswith(b"done\r\nREADY"))


def words_of_bash(environment: dict[str, str], *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    script = f"""
        . {BASH_COMPLETION}; . {COMPLETIONS}/zmq-filer.bash
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}
        compopt() {{ :; }}
        _zmq_filer zmq-filer "${{@: -1}}" "${{@: -2:1}}"
        printf '%s\\0' "${{COMPREPLY[@]}}"
    """
    result = subprocess.run(["bash", "-c", script, "bash", *words], env=environment, capture_output=True, text=True)
    assert result.stderr == ""
    return result.stdout.split("\0")[:-1]


@needs_bash
def test_bash_completes_commands_and_options(environment: dict[str, str]) -> None:
    assert words_of_bash(environment, "zmq-filer", "") == COMMANDS
    assert words_of_bash(environment, "zmq-filer", "st") == ["stat", "stats"]
    assert "--human" in words_of_bash(environment, "zmq-filer", "ls", "--")
    assert words_of_bash(environment, "zmq-filer", "ls", "--rec") == ["--recursive"]
    assert words_of_bash(environment, "zmq-filer", "tail", "--lin") == ["--lines"]
    assert words_of_bash(environment, "zmq-filer", "ping", "--js") == ["--json"]
    assert words_of_bash(environment, "zmq-filer", "ping", "-c", "") == [""]


@needs_zsh
@pytest.mark.parametrize(
    ("typed", "name"),
    [("my", "my file"), ("'my f", "my file"), ("quo", "quo\"te's"), ("a:", "a:b"), ("su\tde", "sub/deeper"), ("\\$", "$(touch oops)")],
)
def test_zsh_completes_a_path_to_that_very_file(zsh: Terminal, files: Daemon, typed: str, name: str) -> None:
    output = zsh.run(f"zmq-filer -e {files.endpoint} cat {typed}\t")
    assert output.endswith(f"<{name}>".encode()), output


@needs_zsh
def test_zsh_completes_commands_and_options(zsh: Terminal, files: Daemon) -> None:
    assert zsh.run("zmq-filer ca\tmy\t").endswith(b"<my file>")
    assert b"--human" in zsh.run("echo; zmq-filer ls --hu\t")


@needs_fish
def test_fish_completes_paths_commands_and_options(environment: dict[str, str]) -> None:
    def offered(line: str) -> list[str]:
        script = f"source {COMPLETIONS}/zmq-filer.fish; complete -C $argv[1]"
        result = subprocess.run(["fish", "--no-config", "-c", script, line], env=environment, capture_output=True, text=True)
        assert result.stderr == ""
        return [word.split("\t")[0] for word in result.stdout.splitlines()]

    assert offered("zmq-filer cat my") == ["my file"]
    assert offered("zmq-filer cat sub/") == ["sub/deeper"]
    assert offered("zmq-filer st") == ["stat", "stats"]
    assert "--human" in offered("zmq-filer ls --")


@pytest.mark.parametrize("command", [["bash", "-n", "zmq-filer.bash"], ["zsh", "-n", "_zmq-filer"], ["fish", "-n", "zmq-filer.fish"]])
def test_the_shell_can_read_them(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    result = subprocess.run([*command[:-1], COMPLETIONS / command[-1]], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("file", ["_zmq-filer", "zmq-filer.fish"])
def test_zsh_and_fish_know_every_command_and_option(file: str) -> None:
    text = (COMPLETIONS / file).read_text()
    for command in ["", *COMMANDS]:
        arguments = [client.binary(), *([command] if command else []), "--help"]
        printed = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"^  +(?:-\w, )?--([a-z-]+)", printed, re.MULTILINE):
            assert f"--{option}" in text or f"-l {option} " in text, option
        assert re.search(rf"\b{command}\b", text)
