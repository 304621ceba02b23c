"""Worlds for the fast-forward: tapes with holes, several intervals, and books of every shape.

A journey is drawn from one seed. Its tapes are long enough that most of their bars are quiet; what
the trader wants is decided against the account where he stands, as in `scripts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace
from typing import Any

from ledger.account import commands as c
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.state import Convention, Side, open_account
from ledger.books.store import Batch, Record
from ledger.books.writer import MemoryWriter, Ticket
from ledger.market.fences.blocks import FAN
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.practice.rehearsals.incident_deck import DRAWN, Drawn, draw
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, HOUR
from tests.laws.scripts import WISHES, AccountRequest, Script, meaning, wish
from tests.laws.skipping.passage_books import lender, perpetuals
from tests.laws.skipping.passage_tapes import START, instruments, timeline
from tests.worlds import D

MINUTE = 60

Doing = dict[tuple[int, Phase], list[AccountRequest]]
Done = dict[tuple[int, Phase], list[c.TraderCommand]]


@dataclass
class Journey:
    """A world, what strikes it by itself, and what the trader tries at which bars: at the open, or
    after the close."""

    book: Rulebook
    mode: Mode
    convention: Convention
    instruments: dict[str, Instrument]
    timeline: Timeline
    fate: Sequence[Drawn]
    wishes: Doing
    script: Script


class Collected(MemoryWriter):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Record] = []

    def submit(self, batch: Batch, then: Any = None) -> Ticket:
        self.records += batch.records
        return super().submit(batch, then)


def journey(seed: int) -> Journey:
    """The journey of a seed; some are so long that there are blocks of blocks to search."""
    chance = Random(seed)
    bars = FAN * FAN + 200 if chance.random() < 0.1 else 250
    many = chance.choice((1, 1, 2, 3, 4))
    loan = chance.random() < 0.5
    book = lender(chance) if loan else perpetuals(chance)
    base = chance.choice((MINUTE, 5 * MINUTE, HOUR, HOUR, DAY))
    listed = instruments(chance, book, many, START + base * bars)
    if any(one.paid_in_full for one in listed.values()):
        book = replace(book, modes=(Mode.CROSS,))  # they stand nowhere else
    tapes = timeline(chance, book, listed, base, bars)
    return Journey(
        book=book,
        mode=chance.choice(book.modes),
        convention=chance.choice(tuple(Convention)),
        instruments=listed,
        timeline=tapes,
        fate=_fate(chance, tapes, list(listed)) if chance.random() < 0.4 else (),
        wishes=_wishes(chance, len(tapes), many, loan),
        script=Script(kind="broker" if loan else "both", many=many, fees=False, ohlc=False),
    )


def _fate(chance: Random, tapes: Timeline, symbols: list[str]) -> Sequence[Drawn]:
    """Incidents off the deck, and of those that a person chooses the figures of."""
    found = draw(chance.randint(0, 999), chance.randint(1, 4), DRAWN, tapes.start, tapes.end)
    kind = IncidentKind
    chosen = (
        c.StartIncident(kind=kind.INSOLVENCY, share=D(chance.randint(1, 60)) / 100),
        c.StartIncident(kind=kind.DELISTING, symbol=chance.choice(symbols)),
        c.StartIncident(kind=kind.LEVERAGE_CUT, figure=D(chance.randint(1, 5))),
        c.StartIncident(kind=kind.MAINTENANCE_HIKE, figure=D(chance.randint(5, 60)) / 100),
        c.StartIncident(kind=kind.RATE_HIKE, figure=D(chance.randint(1, 60)) / 100),
    )
    for struck in chance.sample(chosen, chance.randint(0, 2)):
        found.append(Drawn(chance.randrange(tapes.start, tapes.end), struck))
    return sorted(found, key=lambda drawn: drawn.at)


def session_of(one: Journey) -> tuple[Session, Collected]:
    """A session at the start of the journey, and what it will have kept."""
    keeper = Collected()
    account = open_account("walker", one.book, one.mode, one.convention, one.instruments)
    session = Session(account, one.timeline, keeper)
    session.fate = one.fate
    return session, keeper


# the trader

_ALSO = {"write": 2, "incident": 3, "rules": 3, "rest": 3}
"""What he tries here beside what he tries in `scripts`."""


def _wishes(chance: Random, bars: int, many: int, loan: bool) -> Doing:
    found: Doing = {(0, Phase.OPEN): [("deposit", 0, 250, 0, 0)] * 2}
    hedged = chance.random() < 0.5
    first = chance.choice((1, 2, many, 2 * many))
    parts = (1, 2, 3, 4, 5) if loan else (5, 6, 6, 7)
    for number in range(first):
        word, _, b, x, y = wish(chance, {"order": 1, "write": 2} if number == 1 else {"order": 1})
        side = (x & ~1) + number % 2 if hedged else x
        part = b % 8 if first == 1 else chance.choice(parts)
        found[0, Phase.OPEN].append((word, number, part, side, y))  # at the market
    for _ in range(chance.randint(2, 14)):
        when = (
            chance.randrange(max(bars * 2 // 3, 1)),
            chance.choice((Phase.OPEN, Phase.OPEN, Phase.CLOSED)),
        )
        found.setdefault(when, []).append(wish(chance, WISHES | _ALSO))
    return found


def meant(one: Journey, session: Session, wished: AccountRequest) -> c.TraderCommand:
    """The command that a wish stands for where the session is now."""
    word, a, b, x, y = wished
    symbols = list(one.instruments)
    match word:
        case "write":
            options = [s for s, i in one.instruments.items() if i.option is not None]
            symbol, size = (options or symbols)[0], D(1 + b % 20)
            return c.PlaceOrder(symbol=symbol, side=Side.SELL, quantity=size, leverage=D(1))
        case "rest":  # an order that is likely to rest for a while
            kind = 32 + 8 * (b % 4)
            wished = ("order", (a // 7 * 7 + 6) % 256 if a % 2 else a, kind, x | 160, y)
        case "incident":
            return _incident(symbols, wished)
        case "rules":
            key, figure = _rule(one.book, a, x)
            return c.ChangeRules(rules={key: figure}, cause="a test")
    world: Any = SimpleNamespace(account=session.account, market=session.market)
    command: c.TraderCommand = meaning(world, one.script, wished)  # type: ignore[assignment]
    if isinstance(command, c.PlaceOrder):
        return _where_it_can_stand(one, command)
    return command


def _where_it_can_stand(one: Journey, order: c.PlaceOrder) -> c.PlaceOrder:
    """An order in a mode that the book has; of what is paid in full a little, in the wallet."""
    if one.instruments[order.symbol].paid_in_full:
        little = max((order.quantity or D(0)) // 8, D(1))
        return replace(order, leverage=D(1), mode=None, quantity=little)
    return order if order.mode in one.book.modes else replace(order, mode=None)


def _incident(symbols: Sequence[str], wished: AccountRequest) -> c.StartIncident:
    _, a, b, x, y = wished
    kinds = tuple(IncidentKind)
    return c.StartIncident(
        kind=kinds[a % len(kinds)],
        lasts=HOUR * (1 + b % 30),
        symbol=symbols[x % len(symbols)],
        share=D(1 + y % 10) / 20,
        seconds=MINUTE * (1 + y),
        seed=b,
        figure=D(1 + x % 4) / 10 if a % 13 else D(5),
        stops=tuple(StopsThere)[b % 2],
    )


def _rule(book: Rulebook, a: int, x: int) -> tuple[str, str]:
    """A rule that changes, and to what; some books have no such rule."""
    lent = ("loan_rate", "rollover_fee", "borrow_fee", "auto_repay", "initial_margin")
    perpetual = ("maintenance_margin", "maintenance_amount", "funding_rate", "rollover_fee")
    keys = lent if book.kind is AccountKind.LOAN else perpetual
    keys += "judged", "due_sessions", "clear_band", "trade_fee"
    key = keys[a % len(keys)]
    figures: dict[str, tuple[object, ...]] = {
        "loan_rate": (0, "0.5", 1, "1.5"),
        "auto_repay": ("true", "false"),
        "initial_margin": ("0.5", "0.8"),
        "maintenance_margin": ("0.01", "0.05", "0.1"),
        "maintenance_amount": (0, 5, 40),
        "funding_rate": ("0.5", "-0.5", 0),
        "judged": ("always", "close"),
        "due_sessions": (0, 1, 2),
        "clear_band": (0, "0.01", "0.1"),
    }
    possible = figures.get(key, (0, "0.0002", "0.001"))
    return key, str(possible[x % len(possible)])
