"""The purse's law for every command there is, and for accounts that are not funded from it."""

import random
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from ledger.account import commands as c
from ledger.account import written as w
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import Side
from ledger.books import purse as books
from ledger.practice import funds
from ledger.practice.accounts.purse import purses
from ledger.practice.forks.fork import begin_fork
from ledger.practice.sessions.open_session import resume
from ledger.practice.sessions.session import Session
from tests.practice.accounts.purses import SYMBOL, own, takes, tries
from tests.worlds import D

PENNY = D("0.01")


def one_of_each(session: Session, dice: random.Random) -> list[c.TraderCommand]:
    """Every command of the trader's and of fate's, in any order; what cannot be is refused."""
    price = session.market.last[SYMBOL]
    low, high = ((price * part).quantize(PENNY) for part in (D("0.9"), D("1.1")))
    order = next(iter(session.account.orders), "#1")
    symbol = {"symbol": SYMBOL}
    lost = dice.choice((IncidentKind.HACK, IncidentKind.INSOLVENCY))
    found = {"finding": "x", "detector": "x", "version": 1, "said": "x", "trades": (1,)}
    hidden = {"tapes": {}, "factor": 1, "true_time": session.market.time}
    made: list[c.TraderCommand] = [
        c.Deposit(amount=D(7)),
        c.Withdraw(amount=D(5)),
        c.Borrow(amount=D(10)),
        c.Repay(amount=D(3)),
        c.Sweep(amount=D(1)),
        c.PlaceOrder(**symbol, side=Side.BUY, quantity=D(4), leverage=D(2), stop_loss=low),
        c.AmendOrder(id=order, trigger=low - 1),
        c.ClosePosition(**symbol, fraction=D("0.5")),
        c.MoveStop(**symbol, price=low),
        c.RemoveStop(**symbol),
        c.MoveTarget(**symbol, price=high),
        c.RemoveTarget(**symbol),
        c.AddMargin(**symbol, amount=D(9)),
        c.RemoveMargin(**symbol, amount=D(2)),
        c.CancelOrder(id=order),
        c.AnswerCall(answer=Answer.DEPOSIT, amount=D(11)),
        c.AddNote(text="a note"),
        w.Reveal(symbols={}, **hidden),
        w.ReviewFinding(verdict=w.Review.NOT_ONE, **found),
        w.CreateRule(version=1, text="a rule"),
        w.PickLots(sale=1, lots={"1": D(1)}),
        c.ChangeRules(rules={"trade_fee": "0.01"}, cause="a rise"),
        c.StartIncident(kind=lost, share=D("0.1")),
    ]
    dice.shuffle(made)
    return made


def obeyed(session: Session, command: c.TraderCommand) -> tuple[e.Event, ...]:
    """What it leads to; the purse is moved by no more than the command's own amount."""
    before = session.funds
    events = session.send(command)
    assert before is not None
    assert session.funds is not None
    assert before.left - session.funds.left == takes(command, events), command
    return events


def rounds(path: Path, venue: str, seed: int) -> set[type[c.TraderCommand]]:
    """Every command at four moments; those that were not refused at any of them."""
    session, dice = own(path, venue=venue, seed=seed), random.Random(seed)
    heard: set[type[c.TraderCommand]] = set()
    for _ in range(4):
        plan = c.PlanSession(preset="careful", loss_per_trade=D("0.02"))
        bought = c.PlaceOrder(symbol=SYMBOL, side=Side.BUY, quantity=D(5), stop_loss=D(1))
        commands = (plan, bought, *one_of_each(session, dice))
        assert {type(command) for command in commands} == set(get_args(c.TraderCommand))
        for command in commands:
            if not any(isinstance(event, e.ActionRefused) for event in obeyed(session, command)):
                heard.add(type(command))
        session.advance()
    session.close()
    return heard


def test_no_command_there_is_moves_the_purse_but_by_money_in_or_out(tmp_path: Path) -> None:
    """What is always refused here, the law over random traders sees done; but for lots to pick,
    and a blind account's reveal."""
    heard: set[type[c.TraderCommand]] = set()
    for seed in range(3):
        for venue in ("us-reg-t", "binance-usdm"):
            heard |= rounds(tmp_path / f"{venue}-{seed}.db", venue, seed)
    elsewhere = {c.AnswerCall, c.Borrow, c.Repay, c.Sweep, w.PickLots, w.Reveal}
    assert set(get_args(c.TraderCommand)) - heard <= elsewhere


def test_a_hack_that_reached_the_purse_would_be_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = funds._flow
    monkeypatch.setattr(
        funds,
        "_flow",
        lambda event: D(-1) if isinstance(event, e.IncidentStarted) else sound(event),
    )
    with pytest.raises(AssertionError):
        rounds(tmp_path / "l.db", "us-reg-t", 0)


def in_a_fork(path: Path) -> tuple[Decimal, Decimal]:
    """What the purse holds before and after a trader tried everything in a fork."""
    session = own(path)
    session.send(c.PlaceOrder(symbol=SYMBOL, side=Side.BUY, quantity=D(2)))
    session.close()
    (before,) = purses(path)
    begin_fork(path, "own", 3, "fork").close()
    session, dice = resume(path, "fork"), random.Random(1)
    for command in (c.Deposit(amount=D(50)), *(tries(dice, session) for _ in range(20))):
        session.send(command)
        session.advance()
    session.close()
    (after,) = purses(path)
    return before.left, after.left


def test_nothing_done_in_a_fork_reaches_the_purse(tmp_path: Path) -> None:
    before, after = in_a_fork(tmp_path / "l.db")
    assert after == before


def test_a_fork_that_was_paid_from_the_purse_would_be_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = books._flows
    monkeypatch.setattr(
        books, "_flows", lambda db, branch, since: sound(db, branch, since) + sound(db, 2, since)
    )
    before, after = in_a_fork(tmp_path / "l.db")
    assert after != before
