"""One line of the journal: what a trade is listed, searched and sorted by."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A trade as the journal lists it; everything that a filter asks is worked out once.

    `opened` is ISO 8601, `seconds` how long the trade lasted, `words` all that can be searched, in
    small letters: the symbol, reasons, answers, tags and notes.
    """

    trade: Trade
    number: int
    opened: str
    opened_at: Time
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
    elsewhere: bool = False
    """Whether it was made in another program, and is no part of the account."""

    @property
    def key(self) -> str:
        """By which a list knows it."""
        return f"{'x' if self.elsewhere else ''}{self.number}"


def entry_of(trade: Trade) -> Entry:
    """The journal's line of a trade."""
    plans = (trade.plan, *trade.later_plans)
    tags = tags_of((plan.tags for plan in plans), trade.notes)
    return Entry(
        trade=trade,
        number=trade.number,
        opened=iso(trade.opened_at),
        opened_at=trade.opened_at,
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
    )


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
