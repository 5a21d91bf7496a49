"""Names that the compiler does not check, for it sees one file at a time."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from support.daemon import REPOSITORY

DEFINITION = re.compile(r"^(?:class|struct|union|enum(?: class)?) (\w+)(?: final)?(?: : [^;{]*)? \{", re.M)


@pytest.mark.parametrize("program", ["daemon", "cli"])
def test_no_two_headers_of_a_program_define_types_of_one_name(program: str) -> None:
    """The linker would take what one of them generates for the other (the one-definition rule)."""
    headers = [path for part in ("base", "protocol", program) for path in (REPOSITORY / part).rglob("*.hpp")]
    defined: defaultdict[str, list[Path]] = defaultdict(list)
    for header in headers:
        for name in DEFINITION.findall(header.read_text()):
            defined[name].append(header.relative_to(REPOSITORY))
    assert len(defined) > 50
    assert {name: places for name, places in defined.items() if len(places) > 1} == {}
