"""Tokens and options from a rehearsal file: worked out from another tape, and found again."""

from pathlib import Path

import pytest

from ledger.account.events import kinds as e
from ledger.account.events.kinds import Event
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin, resume
from ledger.refused import Refused

FILE = """
venue = "us-reg-t"
start = 2020-02-24T00:00:00Z
end   = 2020-03-21T00:00:00Z

[[tape]]
symbol = "SPY"
source = "spy-us-1h-1998-2021"

[[tape]]
symbol = "PUT"
source = { option = "SPY", right = "put", strike = "300", expires = 2020-03-20T20:00:00Z }

[[tape]]
symbol = "SPY3L"
source = { token = "spy-us-1h-1998-2021", multiple = "3" }

[[instrument]]
symbol = "PUT"
multiplier = "100"

[[do]]
at = 2020-02-24T14:00:00Z
deposit = "20000"

[[do]]
at = 2020-02-24T15:00:00Z
buy = { symbol = "PUT", quantity = 1 }

[[do]]
at = 2020-02-24T15:00:00Z
buy = { symbol = "SPY3L", quantity = 1 }
"""


def written(folder: Path, text: str = FILE) -> Path:
    path = folder / "derived.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_put_bought_before_the_fall_is_exercised_at_its_end(tmp_path: Path) -> None:
    session = begin(load_rehearsal(written(tmp_path)), None, "derived")
    heard: list[Event] = []
    rehearsal = load_rehearsal(written(tmp_path))
    run(session, rehearsal.actions, heard.extend)
    (settled,) = [event for event in heard if isinstance(event, e.OptionSettled)]
    assert settled.price == 300 - settled.underlying_price
    assert settled.value == settled.price * 100


def test_the_tapes_are_said_to_be_worked_out_and_are_made_again(tmp_path: Path) -> None:
    rehearsal = load_rehearsal(written(tmp_path))
    ledger = tmp_path / "ledger.db"
    session = begin(rehearsal, ledger, "derived")
    assert set(session.timeline.synthetic) == {"PUT", "SPY3L"}
    session.open_step()
    session.close()
    again = resume(ledger)
    for symbol, tape in rehearsal.tapes.items():
        assert again.timeline.tapes[symbol].closes == tape.closes
    assert again.account.instruments == rehearsal.instruments
    again.close()


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('option = "SPY"', 'option = "QQQ"', '"QQQ" has no tape of its own in this file'),
        ('right = "put"', 'right = "both"', "right"),
        ('multiple = "3"', 'multiple = "0"', "multiple: 0 tracks nothing"),
        ('multiple = "3"', 'multiple = "3", volatility = "1"', "volatility"),
        ('venue = "us-reg-t"', 'venue = "binance-usdm"', "are not traded at binance-usdm"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(
    tmp_path: Path, was: str, now: str, told: str
) -> None:
    with pytest.raises(Refused) as caught:
        load_rehearsal(written(tmp_path, FILE.replace(was, now, 1)))
    assert told in "\n".join(caught.value.faults)
