"""The purse: nothing that happens in an account reaches it."""

import random
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.checks.doctor import examine
from ledger.books.file.errors import LedgerError
from ledger.practice import funds
from ledger.practice.accounts import manage
from ledger.practice.accounts.overview import accounts
from ledger.practice.accounts.purse import purses, set_purse
from ledger.practice.sessions.open_session import resume
from ledger.practice.sessions.session import Session
from ledger.practice.views.preview import preview
from ledger.refused import Refused
from tests.books.shelves import unguarded
from tests.practice.accounts.purses import SYMBOL, own, takes, tries
from tests.worlds import D

SEEDS = range(16)


def left(path: Path, currency: str = "USD") -> str:
    """What the books say is in the purse."""
    return next(row.wire()["left"] for row in purses(path) if row.currency == currency)


def play(session: Session, dice: random.Random) -> list[e.Event]:
    """Trade to the end of the tape; the law at every step."""
    found: list[e.Event] = []
    while not session.ended:
        command, before = tries(dice, session), session.funds
        seen = preview(session, command)
        events = session.send(command)
        assert before is not None
        assert session.funds == seen.funds, "the preview is the execution"
        assert session.funds is not None
        assert before.left - session.funds.left == takes(command, events), command
        assert session.funds.left >= 0
        found += events
        before = session.funds
        found += session.advance()
        assert session.funds == before, "time alone reaches no purse"
    return found


@pytest.mark.parametrize("venue", ["us-reg-t", "binance-usdm"])
def test_only_a_deposit_a_withdrawal_and_a_sweep_change_the_purse(
    tmp_path: Path, venue: str
) -> None:
    seen: set[type[e.Event]] = set()
    for seed in SEEDS:
        path = tmp_path / f"{seed}.db"
        session = own(path, venue=venue, seed=seed)
        seen |= set(map(type, play(session, random.Random(seed))))
        session.close()
        assert session.funds is not None
        money = session.account.currency
        assert D(left(path, money)) == session.funds.left, "the books say the same"
        totals, savings = session.account.totals, session.account.savings
        assert session.funds.left == 10_000 - totals.deposited + totals.withdrawn + savings
    forced = {e.ForceSold} if venue == "us-reg-t" else {e.Liquidated}
    for kind in forced | {e.Deposited, e.Withdrawn, e.ActionRefused, e.DeficitRecorded}:
        assert kind in seen, f"the law says nothing of {kind.__name__}"


def test_a_forced_exit_that_reached_the_purse_would_be_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = funds._flow
    monkeypatch.setattr(
        funds, "_flow", lambda event: D(-1) if isinstance(event, e.ForceSold) else sound(event)
    )
    sessions = [own(tmp_path / f"{seed}.db", seed=seed) for seed in SEEDS]
    with pytest.raises(AssertionError):
        any(play(session, random.Random(seed)) is None for seed, session in enumerate(sessions))
    for session in sessions:
        session.close()


def test_a_deposit_beyond_the_purse_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    """10,000 less 2,000."""
    path = tmp_path / "l.db"
    session = own(path)
    (refused,) = session.send(c.Deposit(amount=D("8000.01")))
    assert isinstance(refused, e.ActionRefused)
    assert refused.largest == D(8000)
    assert "the purse holds 8000 USD" in refused.reason
    assert isinstance(session.send(c.Deposit(amount=D(8000)))[0], e.Deposited)
    session.close()
    assert left(path) == "0.00"
    again = resume(path)
    assert isinstance(again.send(c.Deposit(amount=D("0.01")))[0], e.ActionRefused)
    again.close()


def test_what_is_paid_out_of_one_account_may_be_paid_into_another(tmp_path: Path) -> None:
    """10,000 - 6,000 + 1,500 = 5,500, of which 5,500 go into the other."""
    path = tmp_path / "l.db"
    first = own(path, "first", deposit="6000")
    first.send(c.Withdraw(amount=D(1500)))
    first.close()
    own(path, "second", deposit="5500", purse=None).close()
    assert left(path) == "0.00"
    (row,) = purses(path)
    assert row.paid_in == {"first": D(4500), "second": D(5500)}


def test_swept_profit_goes_into_the_purse(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = own(path, seed=4)
    session.send(c.PlaceOrder(symbol=SYMBOL, side=Side.BUY, quantity=D(10)))
    bought = session.market.last[SYMBOL]
    while session.market.last[SYMBOL] <= bought:
        session.advance()
    session.send(c.ClosePosition(symbol=SYMBOL))
    events = session.send(c.Sweep(amount=D(1)))
    assert isinstance(events[-1], e.Swept)
    session.close()
    assert left(path) == "8001.00"


def test_the_share_at_risk_is_what_lies_in_accounts_of_all_there_is(tmp_path: Path) -> None:
    """3,000 there; 1,000 here, and 1,000 more: 5,000 of 10,000."""
    path = tmp_path / "l.db"
    own(path, "first", deposit="3000").close()
    session = own(path, "second", deposit="1000", purse=None)
    seen = preview(session, c.Deposit(amount=D(1000)))
    assert seen.funds is not None
    assert seen.funds.at_risk(seen.after.equity) == D("0.5")
    session.close()


def test_setting_the_purse_is_on_record_and_counts_from_there(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    own(path).close()
    set_purse(path, "500", "USD")
    assert left(path) == "500.00"
    session = resume(path)
    session.send(c.Withdraw(amount=D(200)))
    session.close()
    assert left(path) == "700.00"
    set_purse(path, "0", "USD")
    assert left(path) == "0.00"
    assert all(check.ok for check in examine(path, deep=True))


def test_a_reset_takes_its_first_money_from_the_purse_again(tmp_path: Path) -> None:
    """10,000 - 2,000 - 500 - 2,000: what stands in the archived account stays there."""
    path = tmp_path / "l.db"
    session = own(path)
    session.send(c.Deposit(amount=D(500)))
    session.close()
    manage.reset(path, "own")
    assert left(path) == "5500.00"
    set_purse(path, "1999.99", "USD")
    with pytest.raises(Refused, match=r"the purse holds 1999\.99 USD"):
        manage.reset(path, "own")
    assert [row.account for row in accounts(path)] == ["own-old", "own"]
    manage.archive(path, "own")
    manage.rename(path, "own-old", "older")
    assert left(path) == "1999.99"


def test_an_account_that_was_refused_leaves_no_purse(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with pytest.raises(Refused, match="the purse holds 100 USD"):
        own(path, purse="100")
    assert purses(path) == []
    assert accounts(path) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "INSERT INTO acts VALUES (3, 1, 'funded', '', NULL, NULL, 0, '" + 64 * "0" + "')",
            "never set",
        ),
        ("UPDATE acts SET amount = 199999 WHERE act = 'purse_set'", "less than nothing"),
    ],
)
def test_the_doctor_finds_what_a_purse_never_held(tmp_path: Path, change: str, fault: str) -> None:
    path = tmp_path / "l.db"
    own(path).close()
    with unguarded(path, "acts") as db:
        if "never" in fault:
            db.execute("DELETE FROM acts")
        db.execute(change)
    named = {check.name: check.detail for check in examine(path) if not check.ok}
    assert fault in named["no account took more than its purse held"]
    with pytest.raises(LedgerError):
        resume(path)
