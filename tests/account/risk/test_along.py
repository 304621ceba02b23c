"""Where along a way on which several prices move a level is met first, to the hair."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.risk.threshold import first_breach
from ledger.account.state import Position
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.rules.rulebook import Judged, Mode, Offset, OptionRule, Rulebook, Rung
from ledger.market.rules.schedule import Schedule, Tier
from ledger.money import ZERO
from tests.account.made import account, pocket, position
from tests.worlds import D, broker, level, perpetual, stock, venue

ASKED = level(Rung.LIQUIDATION, "asked", "1", Judged.ALWAYS, inclusive=True)


def book(*tiers: tuple[str, str]) -> Rulebook:
    made = tuple(Tier(floor=D(x), rate=D(rate), max_leverage=D(5)) for x, rate in tiers)
    schedule = Schedule(name="asked", tiers=made)
    return venue(schedules=(schedule,), levels=(ASKED,), offset=Offset())


def found(
    rules: Rulebook,
    held: list[tuple[Instrument, str, str]],
    cash: str,
    end: str,
    mode: Mode = Mode.CROSS,
) -> Decimal | None:
    """Held are (instrument, quantity, price now), bought at that price."""
    one = replace(account(rules, *(instrument for instrument, _, _ in held)), mode=mode)
    start = {instrument.symbol: D(price) for instrument, _, price in held}
    there = dict(zip(start, map(D, end.split()), strict=True))
    positions: list[Position] = [position(x, size, price) for x, size, price in held if D(size)]
    return first_breach(one, pocket(*positions, cash=cash), start, there, ASKED)


def close_to(way: Decimal | None, expected: str) -> bool:
    return way is not None and abs(way - D(expected)) < D("1e-20")


def x(symbol: str) -> Instrument:
    return perpetual(symbol, underlying="X")


def test_where_the_longs_come_to_require_more_than_the_shorts_the_way_has_a_corner() -> None:
    """10 of each, a tenth kept: 227 + 400 w - 200 w - 500 w, less the larger of 90 + 40 w and
    100 + 20 w, which changes at half of the way, and 100 - 50 w: nothing is left at 27 / 270."""
    held = [(x("A"), "10", "90"), (x("B"), "-10", "100"), (perpetual("C"), "10", "100")]
    way = found(book(("0", "0.1")), held, "227", "130 120 50", Mode.SMART)
    assert close_to(way, "0.1")


def test_a_corner_is_one_however_little_one_side_was_the_larger() -> None:
    """102.3 - 200 w, less the larger of 100.4 - 10 w and 100 + 10 w: at w = 1.9 / 190."""
    held = [(x("A"), "10", "100.4"), (x("B"), "-10", "100")]
    way = found(book(("0", "0.1")), held, "102.3", "90.4 110", Mode.SMART)
    assert close_to(way, "0.01")


def test_a_tier_begins_by_the_notional_of_contracts_of_two() -> None:
    """5 contracts of two short from 90, in the second tier from 100 on: 144.09 - 400 w - w, less
    90 + 40 w before it and less 10 - 0.1 w for one of another: at w = 44.09 / 440.9."""
    held = [(perpetual("A", multiplier=D(2)), "-5", "90"), (perpetual("B"), "1", "100")]
    way = found(book(("0", "0.1"), ("1000", "0.2")), held, "144.09", "130 99")
    assert close_to(way, "0.1")


@pytest.mark.parametrize(("end", "way"), [("68 14", None), ("68 24", "met")])
def test_what_would_have_been_breached_before_the_way_began_is_not_on_it(
    end: str, way: str | None
) -> None:
    """10 shares at 58 and a call on ten, at 50, written at 12: 270 of equity, and 265 are kept, a
    twentieth of 580 and 10 x (12 + 11.60). At 68 and 14 it is 350 for 310, but at 50 and 10.40,
    where the call's margin has its corner, it would have been 206 for 229."""
    terms = OptionTerms(on="A", right=Right.CALL, strike=D(50), expires=9)
    option = stock("O", kind=Kind.OPTION, multiplier=D(10), option=terms)
    rules = broker(
        schedules=(Schedule(name="asked", long_rate=D("0.05")),),
        levels=(ASKED,),
        options=OptionRule(share=D("0.20"), least=D("0.10")),
    )
    held = [(stock("A"), "10", "58"), (option, "-1", "12")]
    met = found(rules, held, "-190", end)
    if way is None:
        assert met is None
    else:
        assert met is not None
        assert ZERO < met < 1
