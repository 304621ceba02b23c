"""Accounts with as many events as are asked for, played by the product's own session and writer.

A trader buys on margin with a stop and a target, moves both, sells a part and the rest, many times
in a minute, and holds something over the next: so the hours' interest, stops, targets and calls
come too. The tape is a walk from a seed, kept beside the ledger. Nothing is written but by
`Session.commit`, a few events at a time as the desk's frames do.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from ledger.account import commands as c
from ledger.account.order import Target
from ledger.account.state import Side
from ledger.money import ONE
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.bench.peers.workload import TICKS, Bars, walks

SYMBOL = "COIN01"
BARS = 20_000
FRAME = 8
"""Events that are committed together, about as many as a frame of the desk has."""
STAKE = 100_000
"""In the wallet at the beginning, and what is paid in again when half of it is lost."""
LARGE = Decimal(1_500)
"""Units bought: more than the wallet pays for, so that the rest is borrowed."""


def rehearsal(folder: Path, bars: int = BARS) -> Rehearsal:
    """A venue that lends by the hour, and a walk of minutes."""
    (walk,) = walks(1, bars)
    (folder / f"{SYMBOL}.csv").write_text(_tape(walk), "utf-8")
    file = folder / "long.toml"
    file.write_text(
        'title = "A long account"\nvenue = "binance-margin"\nmode = "cross"\n'
        '[rules]\ntrade_fee = "0.00001"\n'
        f'[[tape]]\nsymbol = "{SYMBOL}"\nsource = "{SYMBOL}.csv"\n',
        "utf-8",
    )
    return load_rehearsal(file)


def live(plan: Rehearsal, ledger: Path, name: str, events: int) -> Iterator[int]:
    """Play an account until it has so many events, or a few more; yields how many it has now."""
    session = begin(plan, ledger, name)
    a_bar = -(-events // len(session.timeline))
    try:
        session.advance()
        session.send(c.Deposit(amount=Decimal(STAKE)))
        while session.account.seq < events:
            _minute(session, session.account.seq + a_bar)
            session.advance()
            _in_frames(session)
            yield session.account.seq
    finally:
        session.close()


def _minute(session: Session, upto: int) -> None:
    """Trades at the open of a bar until the account has so many events; the last is held."""
    while session.account.seq < upto:
        price = session.market.last[SYMBOL]
        if session.account.main.cash < STAKE // 2 and not session.account.positions():
            session.send(c.Deposit(amount=Decimal(STAKE)))
        for command in _trade(session, price):
            session.send(command)
            _in_frames(session)


def _trade(session: Session, price: Decimal) -> Iterator[c.TraderCommand]:
    """What is held is sold; then something is bought, its stop and target moved, a part sold."""
    if session.account.positions():
        yield c.ClosePosition(symbol=SYMBOL)
    yield c.PlaceOrder(
        symbol=SYMBOL,
        side=Side.BUY,
        quantity=LARGE,
        leverage=Decimal(3),
        stop_loss=_near(price, 990),
        targets=(Target(price=_near(price, 1_010), fraction=ONE),),
        reason="a walk is bought",
    )
    yield c.MoveStop(symbol=SYMBOL, price=_near(price, 992))
    yield c.MoveTarget(symbol=SYMBOL, price=_near(price, 1_008))
    yield c.ClosePosition(symbol=SYMBOL, fraction=Decimal("0.5"))
    yield c.MoveStop(symbol=SYMBOL, price=_near(price, 996))


def _near(price: Decimal, per_mille: int) -> Decimal:
    """A part of a price, in whole ticks."""
    return (price * per_mille / 1_000).quantize(Decimal(1) / TICKS)


def _in_frames(session: Session) -> None:
    if session.uncommitted >= FRAME:
        session.commit()


def _tape(walk: Bars) -> str:
    columns = zip(walk.times, walk.opens, walk.highs, walk.lows, walk.closes, strict=True)
    rows = ["time,open,high,low,close,volume"]
    for time, *prices in columns:
        at = datetime.fromtimestamp(time, UTC)
        told = ",".join(f"{price // TICKS}.{price % TICKS:03}" for price in prices)
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{told},1000000")
    return "\n".join(rows) + "\n"
