"""Accounts funded from the purse, on prices that fall hard, and a trader who tries everything."""

import random
from decimal import Decimal
from pathlib import Path

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events.kinds import ActionRefused
from ledger.account.state import Side
from ledger.practice.accounts.first_money import begin_own
from ledger.practice.accounts.new_account import AccountRequest, TapeChoice, rehearsal_of
from ledger.practice.sessions.session import Session
from tests.worlds import D

SYMBOL = "XYZ"


def tape(folder: Path, seed: int = 0, bars: int = 60) -> Path:
    """Days that wander, and open far away now and then."""
    dice, price = random.Random(seed), 100.0
    lines = ["time,open,high,low,close,volume"]
    for day in range(bars):
        start = price * (dice.choice((0.3, 0.7, 1.9)) if dice.random() < 0.15 else 1)
        close = start * dice.uniform(0.95, 1.05)
        high, low = max(start, close) * 1.01, min(start, close) * 0.99
        figures = ",".join(f"{figure:.2f}" for figure in (start, high, low, close))
        lines.append(f"2024-{1 + day // 28:02}-{1 + day % 28:02}T00:00:00Z,{figures},9")
        price = close
    path = folder / f"tape-{seed}.csv"
    path.write_text("\n".join(lines))
    return path


def own(
    ledger: Path,
    name: str = "own",
    *,
    venue: str = "us-reg-t",
    deposit: str = "2000",
    purse: str | None = "10000",
    seed: int = 0,
) -> Session:
    """An account of one's own in a ledger, left open."""
    wish = AccountRequest(
        name=name,
        venue=venue,
        mode=None,
        tapes=(TapeChoice(symbol=SYMBOL, source=str(tape(ledger.parent, seed))),),
        start="2024-01-03T00:00:00Z",
        deposit=deposit,
    )
    first = None if purse is None else D(purse)
    return begin_own(rehearsal_of(wish), ledger, name, purse=first)


def tries(dice: random.Random, session: Session) -> c.TraderCommand:
    """Whatever a trader may think of, allowed or not."""
    amount = D(dice.randrange(1, 400_000)).scaleb(-2)
    price = session.market.last[SYMBOL]
    equity = max(session.statement().equity, D(1))
    size = max((equity / price * D(dice.choice((1, 2)))).quantize(D(1)) - 1, D(1))
    side = dice.choice((Side.BUY, Side.BUY, Side.SELL))
    stop, lower = ((price * part).quantize(D("0.01")) for part in (D("0.9"), D("0.8")))
    most = D(2) if session.account.currency == "USD" else D(10)
    commands: tuple[c.TraderCommand, ...] = (
        c.Deposit(amount=amount),
        c.Withdraw(amount=amount),
        c.Sweep(amount=amount / 4),
        c.PlaceOrder(symbol=SYMBOL, side=side, quantity=size, leverage=most),
        c.PlaceOrder(symbol=SYMBOL, side=side, quantity=size, stop_loss=stop),
        c.ClosePosition(symbol=SYMBOL),
        c.MoveStop(symbol=SYMBOL, price=lower),
        c.Borrow(amount=amount),
        c.Repay(amount=amount),
        c.AnswerCall(answer=Answer.DEPOSIT, amount=amount),
        c.AnswerCall(answer=Answer.SELL),
        c.AddNote(text="a note"),
    )
    return dice.choice(commands)


def takes(command: c.TraderCommand, events: tuple[object, ...]) -> Decimal:
    """What a command may take out of the purse: its own amount, if it was not refused."""
    if any(isinstance(event, ActionRefused) for event in events):
        return D(0)
    if isinstance(command, c.Deposit):
        return command.amount
    if isinstance(command, c.AnswerCall) and command.answer is Answer.DEPOSIT:
        return command.amount or D(0)
    return -command.amount if isinstance(command, c.Withdraw | c.Sweep) else D(0)
