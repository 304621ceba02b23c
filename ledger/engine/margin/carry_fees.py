"""Fees that recur while a position is held: rollover on each lot, and the cost of borrowed
shares."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import partial

from ledger.account.event_terms import FeeKind
from ledger.account.events import kinds as e
from ledger.account.state import Account, Lot, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.loans import cover
from ledger.frozen import scratch
from ledger.market.rules.carry import Rollover
from ledger.money import ZERO, settle
from ledger.times import Time


class Turn(IntEnum):
    """The order in which things fall due in one second."""

    INTEREST = 0
    BORROW_FEE = 1
    ROLLOVER = 2
    FUNDING = 3
    OVERNIGHT = 4
    CREDIT = 5


@scratch
@dataclass(frozen=True)
class Due:
    """Something that falls due, and what pays it."""

    time: Time
    turn: Turn
    pay: Callable[[], None]


def fees_due(draft: Draft, since: Time, until: Time) -> list[Due]:
    """The borrow and rollover fees with since < time <= until of what is held now."""
    return [*_borrowed_due(draft, since, until), *_rollover_due(draft, since, until)]


def _borrowed_due(draft: Draft, since: Time, until: Time) -> Iterator[Due]:
    terms = draft.account.rulebook.borrow_fee
    if terms is None or not terms.rate:
        return
    for position in _shorts(draft.account):
        pay = partial(_pay_borrow, draft, position.symbol)
        for at in range((since // terms.every + 1) * terms.every, until + 1, terms.every):
            if terms.periods(at):
                yield Due(at, Turn.BORROW_FEE, partial(pay, at))


def _rollover_due(draft: Draft, since: Time, until: Time) -> Iterator[Due]:
    terms = draft.account.rulebook.rollover
    if terms is None:
        return
    for position in draft.account.positions():
        pay = partial(_charge, draft, FeeKind.ROLLOVER, position.symbol)
        for at, exact in _rolled(position, terms, since, until).items():
            yield Due(at + terms.counted.lag, Turn.ROLLOVER, partial(pay, at, exact))


def next_borrow_fee(account: Account, since: Time) -> Time | None:
    """The next time at which borrowed shares are paid for, at the mark of that moment."""
    terms = account.rulebook.borrow_fee
    if terms is None or not terms.rate or not _shorts(account):
        return None
    following = (since // terms.every + 1) * terms.every
    while not terms.periods(following):
        following += terms.every
    return following


def next_rollover(account: Account, since: Time) -> Time | None:
    """The next time at which a lot is charged, whatever its price."""
    terms = account.rulebook.rollover
    if terms is None:
        return None
    lots = (lot for p in account.positions() for lot in p.lots if lot.rollover)
    return min((_period_after(lot, terms, since) + terms.counted.lag for lot in lots), default=None)


def _period_after(lot: Lot, terms: Rollover, since: Time) -> Time:
    """The end of the next period for which a lot is charged after a time."""
    passed = max((since - terms.counted.lag - lot.at) // terms.every, 0)
    return lot.at + (passed + 1) * terms.every


def _shorts(account: Account) -> list[Position]:
    """Positions in assets that were lent to the trader."""
    instruments = account.instruments
    return [
        position
        for position in account.positions()
        if instruments[position.symbol].lent_to(position.quantity < 0)
    ]


def _rolled(position: Position, terms: Rollover, since: Time, until: Time) -> dict[Time, Decimal]:
    """What falls due at each time: cost x the rate at which the lot was bought, exact.

    Each lot counts from its own fill. A fee charged as its period begins falls due a second later,
    so that whoever closes exactly at the boundary does not pay for the time after it.
    """
    lag = terms.counted.lag
    rolled: dict[Time, Decimal] = defaultdict(lambda: ZERO)
    for lot in position.lots:
        if not lot.rollover:
            continue
        first = _period_after(lot, terms, since)
        for at in range(first, until - lag + 1, terms.every):
            rolled[at] += abs(lot.cost) * lot.rollover
    return rolled


def _pay_borrow(draft: Draft, symbol: str, at: Time) -> None:
    """Post one borrow fee, on the value and for the days that its terms say (`BorrowFee`)."""
    terms = draft.account.rulebook.borrow_fee
    position = draft.account.position(symbol)
    if terms is None or position is None:
        return
    shares = abs(position.quantity) * draft.account.instruments[symbol].multiplier
    value = terms.charged_on(shares, draft.market.mark[symbol])
    _charge(draft, FeeKind.BORROW, symbol, at, value * terms.a_period * terms.periods(at))


def _charge(draft: Draft, kind: FeeKind, symbol: str, at: Time, exact: Decimal) -> None:
    """Take a fee from the position's pocket; a lender's loan grows where its cash is short."""
    position = draft.account.position(symbol)
    amount = settle(exact, draft.account.currency)
    if position is None or not amount:
        return
    draft.record(
        e.FeeCharged(
            at=at,
            pocket=position.pocket,
            position=position.pocket,
            kind=kind,
            amount=amount,
            symbol=symbol,
        )
    )
    cover(draft, position.pocket, symbol, at)
