"""The rule book's present figure for each key of `[rules]`: what an override would replace."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from ledger.market.rules.rulebook import AccountKind, Draws, Rulebook, Rung
from ledger.market.rules.schedule import Schedule
from ledger.money import plain

Standing = Decimal | int | str | bool | None


def rules_in_force(book: Rulebook, keys: Iterable[str]) -> dict[str, str]:
    """The keys' figures as they are recorded, without keys that have no single figure here."""
    rules = {}
    for key in keys:
        value = _READ[key](book) if key in _READ else None
        if value is not None:
            rules[key] = _text(value)
    return rules


def _text(value: Decimal | int | str | bool) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flat(book: Rulebook, name: str) -> Decimal | None:
    """The one rate of a schedule; `None` if it has several tiers, or differs by instrument."""
    rates = {_rate(schedule) for schedule in book.schedules if schedule.name == name}
    return rates.pop() if len(rates) == 1 else None


def _rate(schedule: Schedule) -> Decimal | None:
    if schedule.line is not None:
        return None
    if not schedule.tiers:
        return schedule.long_rate
    return schedule.tiers[0].rate if len(schedule.tiers) == 1 else None


def _loan_rate(book: Rulebook) -> Decimal | None:
    rates = [tier.rate for tier in book.interest.tiers]
    return rates[0] if len(rates) == 1 and book.interest.benchmark is None else None


def _trade_fee(book: Rulebook) -> Decimal | None:
    return book.taker_fee if book.maker_fee == book.taker_fee else None


def _call(read: str) -> Callable[[Rulebook], Standing]:
    return lambda book: getattr(book.level(Rung.CALL), read, None)


def _nights(read: str) -> Callable[[Rulebook], Standing]:
    """The figure of every class's overnight charge, if they have the same."""

    def one(book: Rulebook) -> Standing:
        figures = {getattr(each, read) for each in book.overnight}
        return figures.pop() if len(figures) == 1 else None

    return one


_READ: dict[str, Callable[[Rulebook], Standing]] = {
    "initial_margin": lambda book: book.initial_margin,
    "maintenance_margin": lambda book: _flat(book, book.call_level.schedule),
    "exchange_margin": lambda book: _flat(book, book.levels[-1].schedule),
    "maintenance_amount": lambda book: book.schedule(book.call_level.schedule).amount,
    "maintenance_at": lambda book: (
        "entry" if book.schedule(book.call_level.schedule).at_entry else "mark"
    ),
    "max_leverage": lambda book: book.max_leverage,
    "loan_rate": _loan_rate,
    "benchmark": lambda book: book.interest.benchmark,
    "day_count": lambda book: book.interest.day_count,
    "trade_fee": _trade_fee,
    "opening_fee": lambda book: book.opening_fee,
    "rollover_fee": lambda book: book.rollover.fee if book.rollover else None,
    "borrow_fee": lambda book: book.borrow_fee.rate if book.borrow_fee else None,
    "liquidation_fee": lambda book: book.forced_exit.fee,
    "forced_sale_slippage": lambda book: book.forced_exit.slippage,
    "funding_rate": lambda book: book.funding.rate if book.funding else None,
    "overnight_benchmark": _nights("benchmark"),
    "overnight_admin": _nights("admin"),
    "due_sessions": _call("due_sessions"),
    "clear_band": lambda book: book.clear_band,
    "judged": _call("judged"),
    "minimum_equity": lambda book: book.minimum_equity,
    "auto_borrow": lambda book: (
        book.draws is not Draws.NOTHING if book.kind is AccountKind.LOAN else None
    ),
    "auto_repay": lambda book: book.auto_repay,
}
