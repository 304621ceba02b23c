"""A rehearsal's `[rules]`: figures that replace a rule book's, flat, tiers included.

A figure that the book does not have is refused, never ignored. Initial margin and the largest
leverage are one statement (each is the other's inverse), so setting one sets the other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field

from ledger.market.rule_files.together import leverage_fault, lower_schedule, requirement_faults
from ledger.market.rules.rulebook import (
    AccountKind,
    Draws,
    ForcedExit,
    Interest,
    Judged,
    Level,
    RateTier,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import Basis, Schedule, Tier
from ledger.money import LARGEST, ONE, RATIO_STEP, ZERO, atom, fits, plain, trim
from ledger.refused import Refused
from ledger.toml_file import Fraction, Number, Table, Whole, check_table, to_whole

T = TypeVar("T")


def _to_choice(value: object) -> object:
    """`true` and `false` as in TOML, or as in a record."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


_LEAST_MARGIN = Decimal("0.001")
"""The inverse of the largest leverage that may be set."""

Choice = Annotated[bool, BeforeValidator(_to_choice)]
Rate = Annotated[Number, Field(ge=0, le=10)]
_Amount = Annotated[Number, Field(ge=0, lt=LARGEST)]


class Rules(Table):
    """The keys of `[rules]`. Rates are yearly fractions, fees fractions of notional."""

    initial_margin: Annotated[Number, Field(gt=0, le=1)] | None = None
    maintenance_margin: Fraction | None = None
    exchange_margin: Fraction | None = None
    maintenance_amount: _Amount | None = None
    maintenance_at: Literal["mark", "entry"] | None = None
    max_leverage: Annotated[Number, Field(ge=1, le=1000)] | None = None
    loan_rate: Rate | None = None
    benchmark: Annotated[Number, Field(ge=-1, le=10)] | None = None
    day_count: Annotated[Literal[360, 365], BeforeValidator(to_whole)] | None = None
    trade_fee: Fraction | None = None
    opening_fee: Fraction | None = None
    rollover_fee: Fraction | None = None
    borrow_fee: Rate | None = None
    liquidation_fee: Fraction | None = None
    forced_sale_slippage: Annotated[Number, Field(ge=0, lt=1)] | None = None
    funding_rate: Annotated[Number, Field(ge=-10, le=10)] | None = None
    overnight_benchmark: Annotated[Number, Field(ge=-1, le=10)] | None = None
    overnight_admin: Rate | None = None
    due_sessions: Annotated[Whole, Field(ge=0, le=1000)] | None = None
    clear_band: Fraction | None = None
    judged: Literal["always", "close"] | None = None
    minimum_equity: _Amount | None = None
    auto_borrow: Choice | None = None
    auto_repay: Choice | None = None

    def given(self) -> dict[str, Any]:
        """The keys that were given, in the order of the class."""
        return {key: value for key, value in self if value is not None}

    def texts(self) -> dict[str, str]:
        """The keys that were given, as they are recorded: numbers in plain notation."""
        return {key: _text(value) for key, value in self.given().items()}


def parse_rules(tables: Mapping[str, object], text: str = "", name: str = "rules") -> Rules:
    """`[rules]` checked; `text` and `name` are the file's, for the faults. Raises `Refused`."""
    return check_table(Rules, tables, text, name, at=("rules",))


def override(rulebook: Rulebook, rules: Rules | Mapping[str, object]) -> Rulebook:
    """The rule book with the given figures replaced. Raises `Refused` with every fault."""
    checked = rules if isinstance(rules, Rules) else parse_rules(rules)
    given = checked.given()
    faults = [*_absent(rulebook, given), *_too_fine(rulebook, given)]
    if not faults:
        book = replaced(rulebook, checked)
        faults = [*_contradictions(book, given)]
    if faults:
        raise Refused(*(f"rules.{fault}" for fault in faults))
    return book


def replaced(rulebook: Rulebook, rules: Rules | Mapping[str, object]) -> Rulebook:
    """The same for figures that were checked when they were recorded: the fold refuses nothing."""
    checked = rules if isinstance(rules, Rules) else parse_rules(rules)
    given = checked.given()
    book = _margins(rulebook, checked)
    for key, value in given.items():
        if key in _PLAIN:
            book = replace(book, **{_PLAIN[key]: value})
        elif key in _PARTS:
            book = _PARTS[key](book, value)
    return book


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _absent(book: Rulebook, given: Mapping[str, Any]) -> list[str]:
    """Keys for figures that this book does not have."""
    loan = book.kind is AccountKind.LOAN
    parts = {
        "opening_fee": (book.opening_fee, "no fee for opening"),
        "rollover_fee": (book.rollover, "no rollover fee"),
        "borrow_fee": (book.borrow_fee, "no fee for borrowed shares"),
        "funding_rate": (book.funding, "no funding"),
        "overnight_benchmark": (book.overnight or None, "no overnight charge"),
        "overnight_admin": (book.overnight or None, "no overnight charge"),
        "benchmark": (book.interest.benchmark, "no benchmark rate"),
    }
    missing = {key: why for key, (part, why) in parts.items() if part is None}
    if book.draws is Draws.WHOLE:
        missing["auto_borrow"] = "a loan for every purchase"
    if loan:
        missing["maintenance_amount"] = "no maintenance amounts"
        missing["maintenance_at"] = "maintenance at the market's price only"
    else:
        for key in ("loan_rate", "day_count", "auto_borrow", "auto_repay"):
            missing[key] = "no loan"
    if "maintenance_margin" not in given and any(s.line is not None for s in book.schedules):
        missing["maintenance_amount"] = "a rate that grows with the quantity"
    if book.schedule(book.call_level.schedule).basis is not Basis.VALUE:
        why = "no requirement set as a share of market value"
        missing |= dict.fromkeys(("maintenance_margin", "exchange_margin"), why)
        missing |= dict.fromkeys(("maintenance_amount", "maintenance_at"), why)
    elif lower_schedule(book) is None:
        missing["exchange_margin"] = "no second, lower schedule"
    if book.level(Rung.CALL) is None:
        missing["judged"] = missing["due_sessions"] = "no call"
    allowed = ", ".join(key for key in Rules.model_fields if key not in missing)
    return [
        f"{key}: not part of {book.id}, which has {missing[key]}; allowed: {allowed}"
        for key in given
        if key in missing
    ]


def _too_fine(book: Rulebook, given: Mapping[str, Any]) -> Iterator[str]:
    """Amounts with more digits than the book's currency has."""
    step = atom(book.currency)
    for key in ("maintenance_amount", "minimum_equity"):
        if key in given and not fits(given[key], step):
            yield (
                f"{key}: {plain(given[key])} is finer than {book.currency}; "
                f"allowed: multiples of {plain(step)}"
            )


def _contradictions(book: Rulebook, given: Mapping[str, Any]) -> Iterator[str]:
    """Figures that the book cannot have together, by a key that was given."""
    if given.get("initial_margin", ONE) < _LEAST_MARGIN:
        yield (
            f"initial_margin: {plain(given['initial_margin'])} is a leverage of more than 1000; "
            f"allowed: {plain(_LEAST_MARGIN)} to 1"
        )
    if {"initial_margin", "max_leverage"} <= given.keys():
        wrong = leverage_fault(given["initial_margin"], given["max_leverage"])
        if wrong is not None:
            yield f"max_leverage: {wrong}"
    for (other, maintenance), problem in requirement_faults(book):
        yield f"{maintenance if maintenance in given else other}: {problem}"


def _margins(book: Rulebook, rules: Rules) -> Rulebook:
    """Leverage and the schedules, which depend on each other.

    A flat maintenance margin removes from the lower schedule too what it requires of cheap shares,
    shorts and leveraged funds: otherwise that would require more of them than the one above it.
    """
    book = _leverage(book, rules)
    schedules = []
    lower = lower_schedule(book)
    for schedule in book.schedules:
        rate = rules.maintenance_margin
        if lower is not None and schedule.name == lower.name:
            rate = rules.exchange_margin
            if rate is None and rules.maintenance_margin is not None:
                rate = schedule.long_rate
        schedules.append(_schedule(book, schedule, rate, rules))
    return replace(book, schedules=tuple(schedules))


def _schedule(book: Rulebook, schedule: Schedule, rate: Decimal | None, rules: Rules) -> Schedule:
    if rate is not None:
        tiers: tuple[Tier, ...] = ()
        if book.kind is AccountKind.DERIVATIVES:
            tiers = (Tier(floor=ZERO, rate=rate, max_leverage=book.max_leverage),)
        schedule = replace(
            schedule, long_rate=rate, short=None, tiers=tiers, line=None, long_low=(), fund=None
        )
    if rules.max_leverage is not None or rules.initial_margin is not None:
        most = book.max_leverage
        tiers = tuple(replace(tier, max_leverage=most) for tier in schedule.tiers)
        line = schedule.line and replace(schedule.line, max_leverage=most)
        schedule = replace(schedule, tiers=tiers, line=line)
    if rules.maintenance_amount is not None:
        schedule = replace(schedule, amount=rules.maintenance_amount)
    if rules.maintenance_at is not None:
        schedule = replace(schedule, at_entry=rules.maintenance_at == "entry")
    return schedule


def _leverage(book: Rulebook, rules: Rules) -> Rulebook:
    initial, most = rules.initial_margin, rules.max_leverage
    if initial is None and most is None:
        return book
    if most is None and initial is not None:
        most = trim((ONE / initial).quantize(RATIO_STEP, ROUND_FLOOR))
    elif initial is None and most is not None:
        initial = trim((ONE / most).quantize(RATIO_STEP, ROUND_CEILING))
    assert initial is not None
    assert most is not None
    default = min(book.default_leverage, most)
    return replace(
        book,
        initial_margin=initial,
        max_leverage=most,
        cross_leverage=None,
        default_leverage=default,
        close_test=None,
    )


def _fee(book: Rulebook, fee: Decimal) -> Rulebook:
    return replace(book, maker_fee=fee, taker_fee=fee)


def _interest(change: Callable[[Interest, Any], Interest]) -> Callable[[Rulebook, Any], Rulebook]:
    return lambda book, value: replace(book, interest=change(book.interest, value))


def _exit(change: Callable[[ForcedExit, Any], ForcedExit]) -> Callable[[Rulebook, Any], Rulebook]:
    return lambda book, value: replace(book, forced_exit=change(book.forced_exit, value))


def _call(change: Callable[[Level, Any], Level]) -> Callable[[Rulebook, Any], Rulebook]:
    """A change of the call's rung; the others stay."""
    return lambda book, value: replace(
        book,
        levels=tuple(
            change(level, value) if level.rung is Rung.CALL else level for level in book.levels
        ),
    )


def _rollover(book: Rulebook, fee: Decimal) -> Rulebook:
    return replace(book, rollover=replace(book.rollover, fee=fee) if book.rollover else None)


def _borrow_fee(book: Rulebook, rate: Decimal) -> Rulebook:
    return replace(
        book, borrow_fee=replace(book.borrow_fee, rate=rate) if book.borrow_fee else None
    )


def _draws(book: Rulebook, by_itself: bool) -> Rulebook:
    return replace(book, draws=Draws.LACKING if by_itself else Draws.NOTHING)


def _funding(book: Rulebook, rate: Decimal) -> Rulebook:
    return replace(book, funding=replace(book.funding, rate=rate) if book.funding else None)


def _benchmark(book: Rulebook, rate: Decimal) -> Rulebook:
    credit = replace(book.credit, benchmark=rate) if book.credit else None
    return replace(book, interest=replace(book.interest, benchmark=rate), credit=credit)


def _overnight(key: str) -> Callable[[Rulebook, Any], Rulebook]:
    """A change of the charge for the night, for every class."""
    return lambda book, rate: replace(
        book, overnight=tuple(replace(one, **{key: rate}) for one in book.overnight)
    )


_PLAIN = {
    "clear_band": "clear_band",
    "opening_fee": "opening_fee",
    "minimum_equity": "minimum_equity",
    "auto_repay": "auto_repay",
}
_PARTS: dict[str, Callable[[Rulebook, Any], Rulebook]] = {
    "trade_fee": _fee,
    "loan_rate": _interest(
        lambda interest, rate: replace(
            interest, tiers=(RateTier(floor=ZERO, rate=rate),), benchmark=None
        )
    ),
    "benchmark": _benchmark,
    "day_count": _interest(lambda interest, days: replace(interest, day_count=days)),
    "liquidation_fee": _exit(lambda forced, fee: replace(forced, fee=fee)),
    "forced_sale_slippage": _exit(lambda forced, part: replace(forced, slippage=part)),
    "due_sessions": _call(lambda level, sessions: replace(level, due_sessions=sessions)),
    "judged": _call(lambda level, when: replace(level, judged=Judged(when))),
    "funding_rate": _funding,
    "overnight_benchmark": _overnight("benchmark"),
    "overnight_admin": _overnight("admin"),
    "rollover_fee": _rollover,
    "auto_borrow": _draws,
    "borrow_fee": _borrow_fee,
}
