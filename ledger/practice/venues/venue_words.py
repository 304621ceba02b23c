"""A rule book's figures as a person reads them, and what they mean.

The calculators supply every figure in a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Direction
from ledger.market.rule_files.figures import Part
from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.money import trim
from ledger.practice.calc.calculators import interest
from ledger.practice.calc.full_position import FullPosition
from ledger.practice.words import formats
from ledger.practice.words.formats import trimmed_percent
from ledger.times import DAY, HOUR
from ledger.toml_file import Unit

ASSUMED = "assumed"
EXAMPLE = "example."
"""Where the keys of computed figures begin, which are in no file."""
_LOAN = Decimal(10_000)
_SPANS = {"m": "minute", "h": "hour", "d": "day"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure or word of the book. `shown` has a row for each tier; a word has no source."""

    key: str
    label: str
    shown: tuple[str, ...]
    meaning: str
    source: str = ""
    date: str = ""
    certainty: str = ""
    taken: str = ""
    """The rule book a figure was taken from, if this one extends it."""

    @property
    def assumed(self) -> bool:
        """Whether no source states the figure."""
        return self.certainty == ASSUMED


def read(part: Part, currency: str) -> str:
    """A value in its unit: `6.83%` for 0.0683, `125x`, `2,000.00 USD`, `every 8 hours`."""
    if part.unit is Unit.SPAN:
        count, span = part.value[:-1], _SPANS[part.value[-1]]
        return f"every {span}" if count == "1" else f"every {count} {span}s"
    if part.unit is None:
        return part.value.replace("_", " ")
    number = Decimal(part.value)
    match part.unit:
        case Unit.SHARE:
            return trimmed_percent(number, 12)
        case Unit.TIMES:
            return f"{number:f}x"
        case Unit.MONEY:
            return f"{formats.money(number, currency, exact=True)} {currency}"
        case Unit.REQUIREMENTS:
            return f"{number:f} x the requirement"
        case Unit.DAYS:
            return _counted(part.value, "day")
        case Unit.SESSIONS:
            return _counted(part.value, "session")


def _counted(number: str, what: str) -> str:
    return f"{number} {what}" if number == "1" else f"{number} {what}s"


def percent(share: Decimal | None) -> str:
    """`28.57%` of a move or ratio; below one percent with four decimals."""
    fine = share is not None and abs(share) < Decimal("0.01")
    return trimmed_percent(share, 4 if fine else 2)


def far(move: Decimal | None) -> str:
    """How far a price must move: `at once` if opening the position is enough."""
    return "at once" if move is not None and move <= 0 else percent(move)


def money(amount: Decimal, currency: str) -> str:
    """`10,000.00 USD`."""
    return f"{formats.money(amount, currency)} {currency}"


def leverage_words(book: Rulebook, full: tuple[FullPosition, ...]) -> Iterator[str]:
    """What maximum leverage means in money."""
    for position in full[:1]:
        own, whole = (money(a, book.currency) for a in (position.margin, position.value))
        most = f"{trim(position.leverage):f}x"
        yield f"{own} of your own money carries a position of up to {whole}: {most}."
        if book.close_test is not None:
            by_day = money(position.margin * book.max_leverage, book.currency)
            yield f"That is over night; by day it opens up to {by_day}."


def loan_words(book: Rulebook) -> Iterator[str]:
    """What a loan costs."""
    if not any(tier.rate for tier in book.interest.tiers) and not book.interest.benchmark:
        yield "No interest: the cost of leverage is in the fees."
        return
    costs = [f"{entry.shown[0]} {entry.meaning}" for entry in loan_examples(book)]
    yield f"Borrowing {money(_LOAN, book.currency)} costs {', '.join(costs)}."


def loan_examples(book: Rulebook) -> Iterator[Entry]:
    """The cost of one loan for an hour, a day and a month: this shows the calendar too."""
    if book.kind is not AccountKind.LOAN:
        return
    for seconds, after in ((HOUR, "an hour"), (DAY, "a day"), (30 * DAY, "30 days")):
        cost = interest(book, _LOAN, seconds).interest
        key = f"{EXAMPLE}interest.{seconds // HOUR}h"
        yield Entry(
            key, f"10,000 lent for {after}", (money(cost, book.currency),), f"after {after}"
        )


def ladder_examples(full: tuple[FullPosition, ...]) -> Iterator[Entry]:
    """How far it is to each rung; the first mode is just `Long`, so that books line up."""
    apart = len({position.mode for position in distinct(full)}) > 1
    for position in distinct(full):
        first = position.mode == full[0].mode
        who = position.side.capitalize() if first else who_of(position, full)
        key = f"{EXAMPLE}{who.lower().replace(' ', '.')}"
        most = f"{trim(position.leverage):f}x{f', {position.mode}' if apart else ''}"
        yield Entry(f"{key}.leverage", who, (most,), "the maximum")
        verb = "falls" if position.side is Direction.LONG else "rises"
        for step in position.steps:
            label = f"{who} {verb} to {step.rung}"
            yield Entry(f"{key}.{step.rung}", label, (far(step.move),), "of the entry price")


def rung_words(book: Rulebook, full: tuple[FullPosition, ...], rung: str) -> Iterator[str]:
    """How far it is to the rung, and where that is in the venue's own measure."""
    measure = book.health.replace("_", " ")
    for position in distinct(full):
        who = f"{who_of(position, full)} at {trim(position.leverage):f}x"
        step = next((step for step in position.steps if step.rung == rung), None)
        if step is None or step.move is None:
            yield f"{who}: no move of its price alone reaches it."
            continue
        at = f", with the {measure} at {percent(step.measure)}" if step.measure is not None else ""
        move = "fall" if position.side is Direction.LONG else "rise"
        reached = f"after a {move} of {percent(step.move)}" if step.move > 0 else "on opening"
        yield f"{who}: {reached}{at}."


def distinct(full: tuple[FullPosition, ...]) -> tuple[FullPosition, ...]:
    """Those of the first mode, and others if the mode makes a difference."""
    by_ladder: dict[tuple[object, ...], FullPosition] = {}
    for position in full:
        by_ladder.setdefault((position.side, position.leverage, position.steps), position)
    return tuple(by_ladder.values())


def who_of(position: FullPosition, full: tuple[FullPosition, ...]) -> str:
    """`Long`, or `Isolated long` if the modes differ."""
    several = len({p.mode for p in distinct(full)}) > 1
    side = position.side
    return f"{position.mode} {side}".capitalize() if several else side.capitalize()
