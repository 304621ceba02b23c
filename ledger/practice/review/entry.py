"""One line of the journal: what a trade is listed, searched and sorted by."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from ledger.account.event_terms import ClosedBy, Direction
from ledger.market.rules.rulebook import Mode
from ledger.reports.trades.notes import Note, Written, tags_of
from ledger.reports.trades.trade import Trade
from ledger.times import Time, iso


class Missing(StrEnum):
    """What a trade should have and has not."""

    STOP = "stop"
    """It never had one."""
    REASON = "reason"
    """Nothing was written with its first order."""
    NOTE = "note"
    """It is over, and nothing was written afterwards."""


class Outcome(StrEnum):
    """How a closed trade ended."""

    WIN = "win"
    LOSS = "loss"
    SCRATCH = "scratch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A trade as the journal lists it; everything that a filter asks is worked out once.

    `opened` is ISO 8601, `seconds` how long the trade lasted, `words` all that can be searched, in
    small letters: the symbol, reasons, answers, tags and notes. `whole` gives the trade itself: an
    entry that was kept has it only once the record was read.
    """

    whole: Callable[[], Trade] = field(repr=False, compare=False)
    number: int
    opened: str
    opened_at: Time
    closed_at: Time | None
    currency: str
    outcome: Outcome | None
    symbol: str
    direction: Direction
    mode: Mode
    quantity: Decimal
    leverage: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    r: Decimal | None
    mae_r: Decimal | None
    mfe_r: Decimal | None
    net: Decimal
    costs: Decimal
    closed_by: ClosedBy | None
    seconds: int
    calls: int
    stop_moves: int
    tags: tuple[str, ...]
    missing: frozenset[Missing]
    words: str
    said: str
    """The reason of its first order, else the latest note that has a text."""
    elsewhere: bool = False
    """Whether it was made in another program, and is no part of the account."""

    @property
    def trade(self) -> Trade:
        """The trade in full."""
        return self.whole()

    @property
    def is_open(self) -> bool:
        """Whether something of it is still held."""
        return self.closed_at is None

    @property
    def key(self) -> str:
        """By which a list knows it."""
        return f"{'x' if self.elsewhere else ''}{self.number}"


def entry_of(trade: Trade) -> Entry:
    """The journal's line of a trade."""
    plans = (trade.plan, *trade.later_plans)
    tags = tags_of((plan.tags for plan in plans), trade.notes)
    return Entry(
        whole=lambda: trade,
        number=trade.number,
        opened=iso(trade.opened_at),
        opened_at=trade.opened_at,
        closed_at=trade.closed_at,
        currency=trade.currency,
        outcome=_outcome(trade),
        symbol=trade.symbol,
        direction=trade.direction,
        mode=trade.mode,
        quantity=trade.quantity,
        leverage=trade.leverage,
        entry_price=trade.entry_price,
        exit_price=trade.exit_price,
        r=trade.r,
        mae_r=trade.mae_r,
        mfe_r=trade.mfe_r,
        net=trade.net,
        costs=trade.costs.total,
        closed_by=trade.closed_by,
        seconds=trade.seconds,
        calls=len(trade.calls),
        stop_moves=trade.stop.moves,
        tags=tags,
        missing=frozenset(_missing(trade)),
        words=_words(trade, tags),
        said=trade.plan.reason or next((x.text for x in reversed(trade.notes) if x.text), ""),
    )


def _outcome(trade: Trade) -> Outcome | None:
    """What `trade.is_scratch`, `is_win` and `is_loss` say, worked out once."""
    if trade.is_open:
        return None
    if trade.is_scratch:
        return Outcome.SCRATCH
    return Outcome.WIN if trade.net > 0 else Outcome.LOSS


def _missing(trade: Trade) -> list[Missing]:
    missing = []
    if trade.stop.first is None:
        missing.append(Missing.STOP)
    if not trade.plan.reason:
        missing.append(Missing.REASON)
    if not trade.is_open and not any(map(_afterwards, trade.notes)):
        missing.append(Missing.NOTE)
    return missing


def _afterwards(note: Note) -> bool:
    return note.written is Written.AFTER and bool(note.text)


def _words(trade: Trade, tags: tuple[str, ...]) -> str:
    plans = (trade.plan, *trade.later_plans)
    texts = [trade.symbol, *tags, *(note.text for note in trade.notes)]
    texts += [text for plan in plans for text in (plan.reason, plan.answer_to_call)]
    return "\n".join(texts).lower()


def line_of(entry: Entry) -> list[Any]:
    """An entry of an account's own trade as texts and whole numbers, exactly; `entry_from` reads
    it."""
    return [_put(getattr(entry, name)) for name in _KEPT]


def _put(value: Any) -> Any:
    match value:
        case Decimal() | StrEnum():
            return str(value)
        case tuple() | frozenset():
            return sorted(value) if isinstance(value, frozenset) else list(value)
    return value


def entry_from(line: list[Any], whole: Callable[[], Trade]) -> Entry:
    """The entry that was written as a line."""
    values = list(line)
    for place, read in _READ:
        if values[place] is not None:
            values[place] = read(values[place])
    return Entry(whole=whole, **dict(zip(_KEPT, values, strict=True)))


@cache
def _missing_words(words: tuple[str, ...]) -> frozenset[Missing]:
    return frozenset(map(Missing, words))


_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(
        ("quantity", "leverage", "entry_price", "exit_price", "r", "mae_r", "mfe_r", "net",
         "costs"),
        Decimal,
    ),
    "direction": cache(Direction),
    "mode": cache(Mode),
    "outcome": cache(Outcome),
    "closed_by": cache(ClosedBy),
    "tags": tuple,
    "missing": lambda words: _missing_words(tuple(words)),
}  # fmt: skip


_KEPT = tuple(each.name for each in fields(Entry) if each.name not in ("whole", "elsewhere"))
_READ = tuple((_KEPT.index(name), read) for name, read in _READERS.items())
