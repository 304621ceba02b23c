"""Accounts on record for the tests of managed trades: a tape told bar by bar, and who trades it."""

import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from ledger.account import commands as c
from ledger.account.events.kinds import AccountOpened
from ledger.account.state import Account, Convention, OrderType, Side, Target, open_account
from ledger.books.store import Ledger
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.books.writer import MemoryWriter, Writer
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.tapes.tape import Tape
from ledger.practice.forks.fork import Trunk
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Timeline
from tests.worlds import T0, D, perpetual, venue

MINUTE = 60

Doing = Callable[[Session], None]
"""What a trader does after each open."""


@dataclass(frozen=True, slots=True)
class Happens:
    """Something that is done by itself at the open of a bar."""

    at: int
    command: c.TraderCommand


def tape(symbol: str, rows: Sequence[Sequence[int]]) -> Tape:
    """Bars of a minute, each an open, a high, a low and a close in whole units."""
    opens, highs, lows, closes = (array("q", column) for column in zip(*rows, strict=True))
    return Tape(
        symbol=symbol,
        source=symbol,
        interval=MINUTE,
        continuous=True,
        step=D("0.01"),
        volume_step=D(1),
        sha256=symbol,
        holes=0,
        times=array("q", range(T0, T0 + MINUTE * len(rows), MINUTE)),
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("q", [1]) * len(rows),
    )


def flat(*prices: int) -> list[tuple[int, int, int, int]]:
    """A bar at each price, in whole units of the currency, in which it does not move."""
    return [(100 * price,) * 4 for price in prices]


@contextmanager
def recorded(
    tapes: Sequence[Tape],
    does: Doing,
    *,
    book: Rulebook | None = None,
    mode: Mode = Mode.CROSS,
    bars: int | None = None,
    fate: Sequence[Happens] = (),
) -> Iterator[Trunk]:
    """An account played bar by bar into a ledger, its clock left after some bars or the last."""
    book = book or venue()
    listed = {one.symbol: perpetual(one.symbol, tick=D("0.01")) for one in tapes}
    timeline = Timeline(
        tapes={one.symbol: one for one in tapes}, start=T0, end=T0 + MINUTE * len(tapes[0].times)
    )
    session = Session(
        open_account("walker", book, mode, Convention.WORST, listed), timeline, MemoryWriter()
    )
    session.open_account(
        AccountOpened(
            at=T0,
            venue=book.id,
            mode=mode,
            currency=book.currency,
            rules_hash=rules_hash(book),
            fills=Convention.WORST,
            instruments=listed,
        )
    )
    session.fate = fate
    for _ in range(bars or len(timeline)):
        session.open_step()
        does(session)
        session.close_step()
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "l.db") as ledger:
        ledger.put_rulebook(rules_hash(book), canonical(encode(book)))
        branch = ledger.new_branch("walker", 0, "", {})
        writer = Writer(ledger, branch)
        session.kept_by(writer, lambda: None)
        session.commit(sealed=True).result()
        writer.close()
        place = ledger.place(branch)
        assert place is not None
        yield Trunk(ledger, ledger.branch(branch), place, timeline, fate)


def doing(*steps: tuple[c.TraderCommand, ...]) -> Doing:
    """Commands at the open of each bar, in order; nothing after the last."""

    def does(session: Session) -> None:
        if session.place.index < len(steps):
            for command in steps[session.place.index]:
                session.send(command)

    return does


def walk(chance: Random, symbol: str, bars: int) -> Tape:
    """A price that wanders around 100 by up to a fifth of a hundredth a bar and more."""
    rows, price = [], 10_000
    for _ in range(bars):
        last, price = price, max(price + chance.randint(-40, 40) + (10_000 - price) // 200, 2_000)
        rows.append(
            (
                last,
                max(last, price) + chance.randint(0, 15),
                min(last, price) - chance.randint(0, 15),
                price,
            )
        )
    return tape(symbol, rows)


class Meddler:
    """Opens a trade with stop and targets where none is held, and rarely leaves one alone."""

    def __init__(
        self, chance: Random, symbols: Sequence[str], busy: float = 0.3, *, cash: bool = True
    ) -> None:
        self._chance, self._symbols, self._busy, self._cash = chance, symbols, busy, cash

    def __call__(self, session: Session) -> None:
        if session.place.index == 0:
            session.send(c.Deposit(amount=D(20_000)))
        for symbol in self._symbols:
            if self._chance.random() < self._busy:
                price = session.market.last[symbol]
                for command in self._wish(session.account, symbol, int(price * 100)):
                    session.send(command)

    def _wish(self, account: Account, symbol: str, price: int) -> list[c.TraderCommand]:
        chance, held = self._chance, account.position(symbol)
        if held is None:
            return [self._entry(symbol, price)]
        sign = held.side.sign

        def away(near: int, far: int) -> object:
            return D(price + sign * chance.randint(near, far)) / 100

        wishes: list[list[c.TraderCommand]] = [
            [c.MoveStop(symbol=symbol, price=away(-250, -20))],  # type: ignore[arg-type]
            [c.RemoveStop(symbol=symbol)],
            [c.MoveTarget(symbol=symbol, price=away(20, 300))],  # type: ignore[arg-type]
            [c.RemoveTarget(symbol=symbol)],
            [c.ClosePosition(symbol=symbol)],
            [c.ClosePosition(symbol=symbol, fraction=D("0.5"))],
            [self._order(symbol, held.side, chance.randint(1, 20))],
            [self._order(symbol, held.side.opposite, chance.randint(1, 60))],
            [
                self._order(
                    symbol,
                    held.side.opposite,
                    chance.randint(1, 60),
                    order_type=OrderType.STOP,
                    trigger=away(-200, -20),
                    reduce_only=True,
                )
            ],
            [c.CancelOrder(id=order) for order in list(account.orders)[:1]],
            [c.AddMargin(symbol=symbol, amount=D(50))],
            [c.Deposit(amount=D(100))],
            [c.Withdraw(amount=D(100))],
        ]
        return chance.choice(wishes if self._cash else wishes[:-2])

    def _entry(self, symbol: str, price: int) -> c.PlaceOrder:
        chance = self._chance
        side = chance.choice((Side.BUY, Side.SELL))
        stop = D(price - side.sign * chance.randint(30, 200)) / 100
        near, far = sorted(D(price + side.sign * chance.randint(30, 300)) / 100 for _ in range(2))
        if side is Side.SELL:
            near, far = far, near
        targets = (Target(near, D("0.5")), Target(far, D("0.5")))
        return self._order(
            symbol,
            side,
            chance.randint(10, 60),
            stop_loss=None if chance.random() < 0.1 else stop,
            targets=targets if near != far and chance.random() < 0.7 else (),
            leverage=D(chance.choice((5, 20, 50))),
        )

    def _order(self, symbol: str, side: Side, quantity: int, **more: object) -> c.PlaceOrder:
        return c.PlaceOrder(symbol=symbol, side=side, quantity=D(quantity), **more)  # type: ignore[arg-type]
