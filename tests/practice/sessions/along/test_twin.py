"""A twin gets every command, stands where the first does, and is stored with it or not at all."""

import random
from dataclasses import replace as with_
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.books.checks.doctor import examine
from ledger.books.file.errors import EntryRefused
from ledger.books.store import Batch, Ledger, Record
from ledger.books.wire.codec import to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.frozen import replace
from ledger.market.rules.rulebook import Mode
from ledger.practice.accounts import manage
from ledger.practice.accounts.fate import bind_fate
from ledger.practice.accounts.overview import accounts
from ledger.practice.accounts.purse import purses
from ledger.practice.sessions.along.going import go_to
from ledger.practice.sessions.along.twin import Twin
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Place, Session
from ledger.refused import Refused
from ledger.times import parse_time
from tests.laws import tried
from tests.practice.accounts.purses import tries
from tests.practice.sessions.along import (
    BTC,
    THURSDAY,
    begun,
    rehearsal_alone,
    wandering,
)
from tests.worlds import D

PAIRS = (
    ("binance-usdm", "isolated", "cross"),
    ("binance-margin", "cross", "isolated"),
    ("us-reg-t", "cross", "ibkr"),
    ("phemex-perpetual", "cross", "binance-margin:isolated"),
)


def twin_in(session: Session) -> Twin:
    assert session.twin is not None
    return session.twin


def buy(**terms: Any) -> c.PlaceOrder:
    order = c.PlaceOrder(symbol=BTC, side=Side.BUY, quantity=D("1.36"), leverage=D(10))
    return c.PlaceOrder(**{**vars(order), **terms})


def liquidated(session: Session) -> list[tuple[int, str, e.Liquidated]]:
    """Run to the end; every liquidation with the clock at which the pair stopped for it."""
    found: list[tuple[int, str, e.Liquidated]] = []
    twin = twin_in(session)
    while not session.ended:
        events = session.advance(len(session.timeline))
        theirs = [event for _, event in twin.take_news()]
        for whose, told in (("first", events), ("twin", theirs)):
            found += [(session.market.time, whose, x) for x in told if isinstance(x, e.Liquidated)]
    return found


def test_isolated_goes_at_10_38_and_its_crossed_twin_at_23_24(tmp_path: Path) -> None:
    session = begun(THURSDAY, tmp_path / "l.db")
    session.send(buy(mode=Mode.ISOLATED))
    (at, whose, first), (later, other, second) = liquidated(session)
    # (margin - 1.36 x 7,353.5) / (1.36 x (0.005 - 1)): 1,000.076 behind it, or the 3,000
    assert (whose, other) == ("first", "twin")
    assert first.threshold_price.quantize(D("0.01")) == D("6651.41")
    assert second.threshold_price.quantize(D("0.01")) == D("5173.49")
    minute = 60  # each bar is told at its close
    assert at == parse_time("2020-03-12T10:38:00Z") + minute
    assert later == parse_time("2020-03-12T23:24:00Z") + minute
    # sold at the first half-dollar tick beyond: 3,000 - 1.36 x (7,353.5 - 6,651), (... - 5,173)
    assert session.statement().equity == D("2044.60")
    assert twin_in(session).session.statement().equity == D("34.52")
    session.close()


def test_the_clock_stands_at_the_bar_that_liquidates_the_twin(tmp_path: Path) -> None:
    """Skipping does not pass it: what is shown is the market in which it happened."""
    session = begun(THURSDAY, None)
    session.send(buy(mode=Mode.ISOLATED))
    for _, whose, event in liquidated(session):
        assert whose == "first" or event.at == parse_time("2020-03-12T23:24:00Z")
    again = begun(THURSDAY, None)
    again.send(buy(mode=Mode.ISOLATED))
    while not again.ended:
        again.advance()
    for one, other in ((session, again), (twin_in(session).session, twin_in(again).session)):
        assert state_hash(one.account) == state_hash(other.account)


def test_what_the_twin_refuses_is_on_its_record_and_the_first_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = begun(THURSDAY, path)
    session.send(buy(mode=Mode.ISOLATED))
    added = session.send(c.AddMargin(symbol=BTC, amount=D(100)))
    assert isinstance(added[-1], e.MarginAdded)
    _, refused = twin_in(session).take_news()[-1]
    assert isinstance(refused, e.ActionRefused)
    session.close()
    with Ledger.open(path, read_only=True) as ledger:
        twin = next(branch for branch in ledger.branches() if branch.called == "thu-twin")
        assert [x for _, x in ledger.events(twin.id)][-1] == refused


def test_an_order_that_the_first_refuses_is_placed_in_a_twin_that_allows_it(tmp_path: Path) -> None:
    """50x: binance-usdm lends it, binance-margin no more than 10x, on either side."""
    asked = wandering(tmp_path, 1, "binance-margin", "cross", "binance-usdm:cross")
    session = begun(asked, None)
    order = c.PlaceOrder(symbol="XYZ", side=Side.BUY, quantity=D(1), leverage=D(20))
    assert isinstance(session.send(order)[-1], e.OrderRefused)
    assert twin_in(session).session.account.position("XYZ") is not None


def test_an_order_is_amended_and_cancelled_by_its_own_name_in_the_twin(tmp_path: Path) -> None:
    """The twin took an order with a stop that the first refused, so that its names run ahead: #1
    and its stop #2 against #1, refused. The next is #3 there and #2 here; also after a restart."""
    path = tmp_path / "l.db"
    asked = wandering(tmp_path, 1, "binance-margin", "cross", "binance-usdm:cross")
    session = begun(asked, path)
    order = c.PlaceOrder(symbol="XYZ", side=Side.BUY, quantity=D(1))
    session.send(replace(order, leverage=D(20), stop_loss=D(2)))
    session.send(replace(order, order_type=OrderType.LIMIT, limit=D(5)))
    theirs = twin_in(session).session.account.orders
    name, stop, other = "#2", "#2", "#3"
    assert (list(session.account.orders), list(theirs)) == ([name], [stop, other])
    session.send(c.AmendOrder(id=name, limit=D(4)))
    session.close()
    session = resume(path, "own")
    assert twin_in(session).session.account.orders[other].limit == D(4)
    session.send(c.CancelOrder(id=name))
    assert list(twin_in(session).session.account.orders) == [stop]
    session.close()


def test_a_twin_takes_nothing_from_the_purse_and_is_bounded_by_it(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = begun(THURSDAY, path)
    session.send(c.Deposit(amount=D(8000)))  # 7,000 are left
    session.send(c.Deposit(amount=D(500)))
    assert twin_in(session).session.account.totals.deposited == D(3500)
    session.close()
    (row,) = purses(path)
    assert (row.left, row.paid_in) == (D(6500), {"thu": D(3500)})


def test_what_the_seed_draws_strikes_both_at_the_same_time(tmp_path: Path) -> None:
    """Also after a restart: the twin gets it with every other command."""
    path = tmp_path / "l.db"
    asked = wandering(tmp_path, 3, "binance-usdm", "isolated", "cross")
    begun(with_(asked, incidents="4", seed="7"), path).close()
    session = resume(path, None)
    bind_fate(session)
    while not session.ended:
        session.advance(len(session.timeline))
    session.close()
    with Ledger.open(path, read_only=True) as ledger:
        struck = [
            [(x.at, x.kind) for _, x in ledger.events(b.id) if isinstance(x, e.IncidentStarted)]
            for b in ledger.branches()
        ]
    assert len(struck[0]) == 4
    assert struck[0] == struck[1]


def test_the_name_of_either_opens_both_and_neither_is_last_alone(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    begun(THURSDAY, path).close()
    for name in (None, "thu", "thu-twin"):
        session = resume(path, name)
        assert (session.account.name, twin_in(session).session.account.name) == ("thu", "thu-twin")
        session.close()
    manage.switch(path, "thu-twin")
    assert [(row.opens_next, row.twin_of) for row in accounts(path)] == [
        (True, None),
        (False, "thu"),
    ]


def test_a_reset_begins_both_again_and_archives_both(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = begun(THURSDAY, path)
    session.send(buy())
    session.close()
    with pytest.raises(Refused, match="thu-twin is the twin of thu: reset that one"):
        manage.reset(path, "thu-twin")
    manage.reset(path, "thu")
    rows = {row.account: row for row in accounts(path)}
    assert {name for name, row in rows.items() if row.is_archived} == {"thu-old", "thu-twin-old"}
    assert rows["thu-twin"].twin_of == "thu"
    session = resume(path, None)
    twin = twin_in(session).session
    assert (session.account.totals.deposited, twin.account.totals.deposited) == (D(3000), D(3000))
    assert not [*session.account.positions(), *twin.account.positions()]
    session.close()
    assert not [check for check in examine(path, deep=True) if not check.ok]


def test_an_archived_twin_lets_the_account_go_on_alone_and_does_not_come_back(
    tmp_path: Path,
) -> None:
    path = tmp_path / "l.db"
    begun(THURSDAY, path).close()
    manage.archive(path, "thu-twin")
    session = resume(path, "thu")
    assert session.twin is None
    session.advance()
    session.close()
    with pytest.raises(Refused, match="twin of thu, which went on alone"):
        manage.restore(path, "thu-twin")


def test_an_account_is_archived_and_brought_back_with_its_twin(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    begun(THURSDAY, path).close()
    manage.archive(path, "thu")
    assert all(row.is_archived for row in accounts(path))
    manage.restore(path, "thu")
    session = resume(path, "thu")
    assert session.twin is not None
    session.close()


def test_neither_is_stored_without_the_other(tmp_path: Path) -> None:
    """An entry of the first that the ledger refuses takes that of the twin back."""
    path = tmp_path / "l.db"
    session = begun(THURSDAY, path)
    session.send(buy())
    batch, whole = session.batch(), twin_in(session).session.account.seq
    kill(session)
    wrong = [Record(each.seq + 1, each.event, each.legs, each.idem_key) for each in batch.records]
    with Ledger.open(path) as ledger:
        lead, twin = ledger.branches()
        before = lead.last_seq, twin.last_seq
        assert batch.beside is not None
        with pytest.raises(EntryRefused):
            ledger.append(lead.id, Batch(wrong, batch.place, beside=batch.beside))
        assert (ledger.last_seq(lead.id), ledger.last_seq(twin.id)) == before
        ledger.append(lead.id, batch)
        assert ledger.last_seq(twin.id) == whole


def played(
    session: Session, dice: random.Random, steps: int
) -> list[tuple[Place, c.TraderCommand | None, str]]:
    """A trader who tries everything; what the twin was sent, and where, as it was sent."""
    heard: list[tuple[Place, c.TraderCommand | None, str]] = []
    mine = twin_in(session).session
    send, refuse = mine.send, mine.refuse

    def sent(command: c.TraderCommand) -> tuple[e.Event, ...]:
        heard.append((mine.place, command, ""))
        return send(command)

    def refused(command: c.TraderCommand, reason: str) -> tuple[e.Event, ...]:
        heard.append((mine.place, command, reason))
        return refuse(command, reason)

    mine.send, mine.refuse = sent, refused  # type: ignore[method-assign]
    for _ in range(steps):
        if session.ended:
            break
        if dice.random() < 0.6 and session.market.last:
            session.send(tries(dice, session))
        elif dice.random() < 0.5:
            session.advance(session.place.index + dice.randrange(1, 6))
        else:
            session.advance()
    return heard


def told(session: Session) -> list[object]:
    """Everything that was decided and is not stored."""
    decided = [event for event, _, _ in session._pending]
    return [to_wire(event, seq, "") for seq, event in enumerate(decided, 1)]


@tried(10)
@given(seed=st.integers(0, 2**32))
def test_a_twins_events_are_those_of_an_account_alone_that_is_given_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    folder = tmp_path_factory.mktemp("law")
    asked = wandering(folder, seed % 7, *dice.choice(PAIRS))
    session = begun(asked, folder / "l.db", purse="1000000000")
    twin = twin_in(session)
    alone = begin(rehearsal_alone(asked), None, "alone")
    first = twin.session.account
    go_to(alone, twin.session.place)
    alone.send(c.Deposit(amount=D(asked.deposit)))
    assert state_hash(alone.account) == state_hash(first)
    before = alone.account.seq
    for place, command, reason in played(session, dice, 60):
        assert command is not None
        go_to(alone, place)
        _ = alone.refuse(command, reason) if reason else alone.send(command)
    twin.come(session)
    go_to(alone, twin.session.place)
    mine = [to_wire(event, 0, "") for event, _, _ in twin.session._pending]
    theirs = [to_wire(event, 0, "") for event, _, _ in alone._pending][-len(mine) :]
    assert before + len(mine) == alone.account.seq
    assert mine == theirs
    session.close()


@tried(4)
@given(seed=st.integers(0, 2**32))
def test_a_kill_between_two_commits_leaves_both_as_they_were_at_the_last(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """And from there on, the same commands lead to the same."""
    dice = random.Random(seed)
    folder = tmp_path_factory.mktemp("kill")
    session = begun(wandering(folder, seed % 7, *dice.choice(PAIRS)), folder / "l.db")
    for _ in range(4):
        played(session, dice, 12)
        session.commit().result()
        twin = twin_in(session)
        kept = state_hash(session.account), state_hash(twin.session.account), session.place
        after = dice.getstate()
        played(session, dice, 6)
        lost = state_hash(session.account), state_hash(twin.session.account), session.place
        kill(session)
        session = resume(folder / "l.db", dice.choice((None, "own", "own-twin")))
        twin = twin_in(session)
        assert (state_hash(session.account), state_hash(twin.session.account)) == kept[:2]
        assert session.place == twin.session.place == kept[2]
        dice.setstate(after)
        played(session, dice, 6)
        twin.come(session)
        assert (state_hash(session.account), state_hash(twin.session.account)) == lost[:2]
    session.close()
    assert not [check for check in examine(folder / "l.db", deep=True) if not check.ok]


def kill(session: Session) -> None:
    """Let go of the ledger as a killed program does: nothing more is written."""
    session._keeper.close()
    assert session._release is not None
    session._release()


def test_the_law_catches_a_twin_that_misses_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A canary: one that hears nothing is not the account that heard it."""
    monkeypatch.setattr(Twin, "hear", lambda *_: None)
    session = begun(THURSDAY, None)
    assert twin_in(session).session.account.totals.deposited == Decimal(0)
