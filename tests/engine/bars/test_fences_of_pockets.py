"""A pocket's fence stands where a level is breached or a call is cleared, and there only."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.risk.margin import breached, cleared
from ledger.account.state import Account, Call, Pocket
from ledger.engine.bars.fences import fence
from ledger.market.fences.fence import Band, Curve, Fence, Sum
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Level
from tests.account.made import account, pocket, position
from tests.account.risk.pockets import COMBINED, Drawn, drawn
from tests.worlds import T0, D, Past, perpetual, venue

SEEDS = range(10)
HAIR = D("1e-9")


def around(one: Drawn, account: Account) -> Fence | None:
    prices = one.prices
    return fence(account, Market(time=T0, last=prices, mark=prices, history=Past()))


def inside(found: Fence, account: Account, prices: dict[str, Decimal]) -> bool:
    """Whether prices are quiet: in every band, and every sum above zero."""
    axes = {symbol: account.instruments[symbol].axis(price) for symbol, price in prices.items()}
    in_bands = all(_within(band, prices[symbol]) for symbol, band in found.judged.items())
    return in_bands and all(_total(one, axes) > 0 for one in found.sums)


def _within(band: Band, price: Decimal) -> bool:
    above = band.low is None or price > band.low
    return above and (band.high is None or price < band.high)


def _total(one: Sum, axes: dict[str, Decimal]) -> Decimal:
    pick = max if one.highest else min
    return one.constant + sum(
        pick(sum(_at(curve, axes[curve.symbol]) for curve in option) for option in group)
        for group in one.groups
    )


def _at(curve: Curve, point: Decimal) -> Decimal:
    pieces = zip(curve.edges, curve.pieces, strict=True)
    return [piece for edge, piece in pieces if edge < point][-1].at(point)


def acts(one: Drawn, account: Account, prices: dict[str, Decimal]) -> bool:
    """Whether something happens: the level is breached, or who was called has recovered."""
    if breached(account, one.pocket, prices, one.level):
        return True
    return bool(account.calls) and cleared(account, one.pocket, prices, one.level)


def called(one: Drawn) -> Account:
    call = Call(
        seq=1,
        pocket=one.pocket.name,
        level="asked",
        issued_at=T0,
        shortfall=D(1),
        due=None,
    )
    book = replace(one.account.rulebook, clear_band=D("0.5"))  # wide: some prices are inside of it
    return replace(one.account, rulebook=book, calls={one.pocket.name: call})


@pytest.mark.parametrize("is_called", [False, True])
@pytest.mark.parametrize(("way", "asked"), COMBINED)
def test_prices_are_inside_a_fence_where_nothing_of_the_pocket_acts(
    way: str, asked: str, is_called: bool
) -> None:
    for seed in SEEDS:
        one = drawn(seed, way, asked)
        account = called(one) if is_called else one.account
        found = around(one, account)
        if found is None:
            assert is_called
            assert acts(one, account, one.prices)
            continue
        for other in range(100, 112):
            prices = drawn(seed + other, way, asked).prices
            if inside(found, account, prices):
                assert not acts(one, account, prices)
            elif not found.judged:  # several prices: exactly where something acts
                assert acts(one, account, prices)
        for symbol, band in found.judged.items():
            _ends_where_it_acts(one, account, symbol, band)


def _ends_where_it_acts(one: Drawn, account: Account, symbol: str, band: Band) -> None:
    """Of a single price the fence is around the present one."""
    here = one.prices[symbol]
    if not _within(band, here):
        assert acts(one, account, one.prices)
        return
    for end, beyond, within in ((band.low, 1 - HAIR, 1 + HAIR), (band.high, 1 + HAIR, 1 - HAIR)):
        if end:
            assert acts(one, account, {**one.prices, symbol: end * beyond})
            assert not acts(one, account, {**one.prices, symbol: end * within})
    far = (D("0.001"), D(10) ** 6)
    for end, price in zip((band.low, band.high), far, strict=True):
        if not end:
            assert not acts(one, account, {**one.prices, symbol: price})


def test_a_warning_or_a_call_of_what_is_gone_has_no_fence() -> None:
    """It ends with the next bar, whatever its prices."""
    one = drawn(1, "cross", "tiers")
    gone = replace(called(one).calls["main"], pocket="isolated:A")
    assert around(one, replace(one.account, warned=frozenset({"isolated:A"}))) is None
    assert around(one, replace(one.account, calls={"isolated:A": gone})) is None
    assert (
        around(one, replace(one.account, calls={"isolated:A": replace(gone, expired=True)})) is None
    )


@pytest.mark.parametrize(("cash", "quiet"), [("0.5", False), ("0", False), ("-0.5", True)])
def test_who_was_called_and_holds_nothing_recovers_with_what_is_there(
    cash: str, quiet: bool
) -> None:
    """Nothing is asked for: with nothing lacking the next bar ends the call."""
    one = drawn(1, "cross", "tiers")
    account = called(one)
    empty = Pocket(name="main", cash=D(cash))
    account = replace(account, pockets={"main": empty})
    assert (around(one, account) is not None) is quiet


def test_of_levels_on_one_demand_only_the_one_that_is_met_first_is_fenced() -> None:
    """Twice the demand of half the equity is four times it, more than three times of all: 8.00 of
    the 10.00 behind 4 at 100, at half a percent."""
    last = venue().levels[-1]
    higher = replace(last, multiple=D(2), share=D("0.5"))
    lower = replace(last, multiple=D(3), share=D(1))

    def fenced(*levels: Level) -> Fence:
        one = account(venue(levels=levels), perpetual())
        one = replace(one, pockets={"main": pocket(position(perpetual(), "4", "100"), cash="10")})
        prices = {"BTC": D(100)}
        found = fence(one, Market(time=T0, last=prices, mark=prices, history=Past()))
        assert found is not None
        return found

    alone = fenced(higher).judged
    assert alone["BTC"].low == D(390) / D("3.92")  # 10 + 4 x (P - 100) = 4 x 0.02 x P
    assert alone != fenced(lower).judged
    assert fenced(higher, lower).judged == fenced(lower, higher).judged == alone
    # 0.3 of half the equity is 0.6 of the demand, more than half of it of all
    higher = replace(last, multiple=D("0.3"), share=D("0.5"))
    lower = replace(last, multiple=D("0.5"), share=D(1))
    assert fenced(higher).judged != fenced(lower).judged
    assert fenced(higher, lower).judged == fenced(lower, higher).judged == fenced(higher).judged
