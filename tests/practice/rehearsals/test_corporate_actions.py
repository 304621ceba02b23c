"""Dividends and splits in a rehearsal file: read, refused, skipped to, kept and taken up again."""

from pathlib import Path
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.checks.doctor import examine
from ledger.market.corporate import CorporateAction
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.statement import write_statement
from ledger.refused import Refused
from ledger.times import parse_time
from tests.worlds import D, only

PRICES = (900, 905, 302, 303, 299, 301, 300, 301)
"""One bar a day from 2 January 2024; on the 4th a split of 3:1 shows."""
FILE = """
venue = "us-reg-t@2026-11"
[rules]
loan_rate = "0"
[[tape]]
symbol = "ACME"
source = "acme.csv"
[[do]]
at = 2024-01-02T00:00:00Z
deposit = "100000"
[[do]]
at = 2024-01-02T00:00:00Z
sell = { symbol = "ACME", quantity = "100" }
"""
SPLIT = '\n[[action]]\nsymbol = "ACME"\nat = 2024-01-04\nsplit = "3:1"\n'
DIVIDEND = '\n[[action]]\nsymbol = "ACME"\nat = 2024-01-06T00:00:00Z\ndividend = "0.24"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"2024-01-{2 + n:02}T00:00:00Z,{p},{p},{p},{p},10" for n, p in enumerate(PRICES)]
    (tmp_path / "acme.csv").write_text("\n".join(["time,open,high,low,close,volume", *rows]))
    return tmp_path


def load(folder: Path, text: str) -> Rehearsal:
    path = folder / "r.toml"
    path.write_text(text, "utf-8")
    return load_rehearsal(path)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(Refused) as caught:
        load(folder, text)
    return "\n".join(caught.value.faults)


def lived(rehearsal: Rehearsal) -> tuple[list[e.Event], dict[str, Any]]:
    session = begin(rehearsal, None, "r")
    events: list[e.Event] = []
    run(session, rehearsal.actions, events.extend)
    return events, write_statement(session.statement())


def test_actions_stand_beside_the_tape_or_under_it(folder: Path) -> None:
    beside = load(folder, FILE + SPLIT + DIVIDEND)
    assert beside.tapes["ACME"].actions == (
        CorporateAction(symbol="ACME", at=parse_time("2024-01-04T00:00:00Z"), split="3:1"),
        CorporateAction(symbol="ACME", at=parse_time("2024-01-06T00:00:00Z"), dividend=D("0.24")),
    )
    under = SPLIT.replace('[[action]]\nsymbol = "ACME"', "[[tape.action]]")
    found = load(folder, FILE.replace("[[do]]", under + "[[do]]", 1))
    assert found.tapes["ACME"].actions == beside.tapes["ACME"].actions[:1]
    inline = 'source = "acme.csv"\naction = [{ at = 2024-01-04, split = "3:1" }]'
    found = load(folder, FILE.replace('source = "acme.csv"', inline))
    assert found.tapes["ACME"].actions == beside.tapes["ACME"].actions[:1]


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ('split = "4"', 'split: "4" is not a ratio; allowed: such as 4:1'),
        ('split = "1:1"', "splits nothing"),
        ('dividend = "0"', "dividend"),
        ('dividend = "1"\nsplit = "3:1"', "needs one of dividend and split"),
        ("", "needs one of dividend and split"),
        ('split = "1:3"', "which is not a 1:3 split"),
    ],
)
def test_what_an_action_may_not_say(folder: Path, action: str, fault: str) -> None:
    text = f'{FILE}\n[[action]]\nsymbol = "ACME"\nat = 2024-01-04\n{action}\n'
    assert fault in refused(folder, text)


def test_an_action_needs_a_tape_and_a_bar_and_a_split_a_bar_of_its_own(folder: Path) -> None:
    other = SPLIT.replace("ACME", "BETA")
    assert "has no tape in this file; allowed: ACME" in refused(folder, FILE + other)
    late = SPLIT.replace("2024-01-04", "2024-02-04")
    assert "no bar opens at or after it" in refused(folder, FILE + late)
    assert "already has a split" in refused(folder, FILE + SPLIT + SPLIT)


def test_a_split_that_the_prices_do_not_show_is_refused(folder: Path) -> None:
    early = SPLIT.replace("2024-01-04", "2024-01-03")
    assert "goes from 900 to 905 there, which is not a 3:1 split" in refused(folder, FILE + early)


def test_a_tape_that_is_adjusted_for_splits_takes_none(folder: Path) -> None:
    text = FILE.replace("acme.csv", "aapl-us-1d-2000-2024").replace("2024-01-02", "2020-08-03")
    told = SPLIT.replace("2024-01-04", "2020-08-31").replace("3:1", "4:1")
    assert "already adjusted for splits" in refused(folder, text + told)


def test_a_split_is_refused_while_an_option_on_it_runs(folder: Path) -> None:
    option = """
[[tape]]
symbol = "PUT"
source = { option = "ACME", right = "put", strike = "800", expires = 2024-01-08T00:00:00Z, \
volatility = "0.4" }
"""
    text = FILE.replace("[[do]]", option + "[[do]]", 1)
    assert "the option PUT on it is still running" in refused(folder, text + SPLIT)


def test_a_rehearsal_runs_over_a_split_and_a_dividend(folder: Path) -> None:
    """100 short at 900 are 300 at 300; 0.24 on each is 72; at 301, 300 more are lost."""
    events, said = lived(load(folder, FILE + SPLIT + DIVIDEND))
    assert only(x for x in events if isinstance(x, e.Split)).quantity == 300
    assert only(x for x in events if isinstance(x, e.DividendPaid)).amount == -72
    assert (said["dividends"], said["equity"]) == ("-72.00", "99628.00")
    assert said["positions"][0]["entry_price"] == "300"


def test_the_clock_does_not_pass_over_an_ex_day(folder: Path) -> None:
    """Skipped and stepped, the same events byte for byte; the ex-days are among those run."""
    rehearsal = load(folder, FILE + SPLIT + DIVIDEND)
    told = []
    for before in (None, 99):
        session = begin(rehearsal, None, "r")
        session.open_step()
        session.send(c.Deposit(amount=D(100_000)))
        session.send(c.PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100)))
        events: list[e.Event] = []
        while not session.ended:
            events += session.advance(before)
        told.append((events, session.account))
    assert told[0] == told[1]
    assert [type(x) for x in told[0][0]] == [e.Split, e.DividendPaid]


def test_an_account_is_taken_up_with_its_actions_and_lives_again(folder: Path) -> None:
    """Left on the day before the split, and resumed from the ledger alone."""
    path = folder / "life.db"
    session = begin(load(folder, FILE + SPLIT + DIVIDEND), path, "r")
    (opened,) = session.began
    assert isinstance(opened, e.AccountOpened)
    assert [action.split for action in opened.actions] == ["3:1", None]
    session.open_step()
    session.send(c.Deposit(amount=D(100_000)))
    session.send(c.PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100)))
    session.advance()
    session.close()
    again = resume(path)
    events: list[e.Event] = []
    while not again.ended:
        events += again.advance()
    again.close()
    assert [type(x) for x in events] == [e.Split, e.DividendPaid]
    assert not [check for check in examine(path, deep=True) if not check.ok]


def test_how_far_a_trade_went_against_it_is_told_at_the_prices_of_its_end(folder: Path) -> None:
    """Short 100 at 900 with a stop at 1,000: 1 R is 10,000. Before the split it was 5 against it,
    500; after it 3 at 303, 900: that is furthest. For it 299 was best: 300."""
    text = FILE.replace('quantity = "100" }', 'quantity = "100", stop_loss = "1000" }')
    text += '\n[[do]]\nat = 2024-01-08T00:00:00Z\nclose = { symbol = "ACME" }\n'
    events, _ = lived(load(folder, text + SPLIT))
    closed = only(x for x in events if isinstance(x, e.PositionClosed))
    assert (closed.quantity, closed.mae_r, closed.mfe_r) == (300, D("0.09"), D("0.03"))


def test_an_action_beside_a_single_tape_needs_no_symbol(folder: Path) -> None:
    named, unnamed = FILE + DIVIDEND, FILE + DIVIDEND.replace('symbol = "ACME"\n', "")
    assert load(folder, unnamed).tapes["ACME"].actions == load(folder, named).tapes["ACME"].actions
    second = '[[tape]]\nsymbol = "OTHER"\nsource = "acme.csv"\n[[do]]'
    assert "symbol: is missing; allowed: ACME, OTHER" in refused(
        folder, unnamed.replace("[[do]]", second, 1)
    )
