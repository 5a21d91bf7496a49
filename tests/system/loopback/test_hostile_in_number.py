"""Hostile peers in number, each kind beside all others. tests/support/hostile_load.py does the same with as many as are wanted."""

from hostile import SANITIZED

from support.hostile_load import assail

MESSAGES = 8000
CONNECTIONS = 400
MOST_MIB_MORE = 16  # from the end of the first round on


def test_thousands_of_messages_and_hundreds_of_connections_hurt_nobody() -> None:
    outcome = assail(MESSAGES, CONNECTIONS, processes=1, seed=2)
    print(outcome)
    assert not outcome.faults()
    assert outcome.mib[-1] < outcome.mib[1] + MOST_MIB_MORE or SANITIZED
