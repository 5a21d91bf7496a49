"""The message catalog (journalctl -x) and the manual explain the entries that the daemon writes, and no others."""

import re
import subprocess
from pathlib import Path

from support.daemon import REPOSITORY

CATALOG = REPOSITORY / "systemd" / "zmq-filerd.catalog"
SOURCES = sorted((REPOSITORY / "daemon").rglob("*.[ch]pp"))
FIELD = re.compile(r"\bFILER_[A-Z_]+\b")


def message_ids() -> list[str]:
    """Of the entries, as log_entry.hpp fixes them."""
    return re.findall(r'"([0-9a-f]{32})"', (REPOSITORY / "daemon/log/log_entry.hpp").read_text())


def catalogued() -> dict[str, str]:
    """The message ids of the catalog, and the text of each."""
    parts = re.split(r"^-- ([0-9a-f]{32})\n", CATALOG.read_text(), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def fields() -> set[str]:
    """Of the entries: literals in the daemon's sources."""
    return {field for source in SOURCES for field in re.findall(r'"(FILER_[A-Z_]+)"', source.read_text())}


def test_every_kind_of_event_is_in_it_once_and_nothing_else() -> None:
    explained = re.findall(r"^-- (\w+)$", CATALOG.read_text(), re.M)
    assert sorted(explained) == sorted(message_ids())
    assert len(set(explained)) == len(explained)


def test_each_has_a_subject_and_manuals_and_a_text() -> None:
    for message_id, text in catalogued().items():
        head, _, body = text.partition("\n\n")
        names = [line.split(":")[0] for line in head.splitlines()]
        assert names == ["Subject", "Defined-By", "Documentation"], message_id
        assert len(body.split()) > 15, message_id


def test_it_fits_a_terminal() -> None:
    assert [line for line in CATALOG.read_text().splitlines() if len(line) > 80 and "journalctl" not in line] == []


def test_it_refers_to_fields_that_there_are() -> None:
    referred = set(re.findall(r"@([A-Z_]+)@", CATALOG.read_text()))
    assert referred and referred <= fields()


def test_journalctl_takes_it(tmp_path: Path) -> None:
    directory = tmp_path / "usr/lib/systemd/catalog"
    directory.mkdir(parents=True)
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    (directory / CATALOG.name).write_text(CATALOG.read_text())
    journalctl = ["journalctl", f"--root={tmp_path}"]
    update = subprocess.run([*journalctl, "--update-catalog"], capture_output=True, text=True)
    assert (update.returncode, update.stderr) == (0, "")
    listed = subprocess.run([*journalctl, "--list-catalog"], capture_output=True, text=True, check=True).stdout
    assert sorted(line.split()[0] for line in listed.splitlines()) == sorted(message_ids())


def test_the_manual_tells_every_field() -> None:
    manual = (REPOSITORY / "docs/man/zmq-filerd.8.scd").read_text()
    told = {field for line in re.findall(r"^\*FILER_.*$", manual, re.M) for field in FIELD.findall(line)}
    assert told == fields()
