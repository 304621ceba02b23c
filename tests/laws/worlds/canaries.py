"""A broken step for each law, which the law must catch: else it would hold of anything."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold import apply as folding
from ledger.account.risk import margin
from ledger.account.state import MAIN, Side
from ledger.engine import decide, matching
from ledger.engine.calls import curing
from ledger.engine.commands import cash, place_orders
from ledger.engine.margin import carry_fees, loans
from ledger.engine.orders import protection
from ledger.engine.trades import closed_trade, fills, fitting, settlement
from ledger.frozen import replace
from ledger.money import ZERO, atom
from ledger.practice.forks import attribution, retold
from ledger.practice.views import position_view, preview
from tests.laws.worlds.reports.canaries import OF_REPORTS

Patch = pytest.MonkeyPatch
Broken = Callable[[Patch], None]


def _wrapped(
    patch: Patch, home: Any, name: str, change: Callable[[Any, tuple[Any, ...]], Any]
) -> None:
    """Let a function's answer be changed, its arguments at hand."""
    sound = getattr(home, name)
    patch.setattr(home, name, lambda *given, **more: change(sound(*given, **more), given))


def funding_is_paid_twice(patch: Patch) -> None:
    sound = folding._FOLDS[e.FundingPaid]
    patch.setitem(
        folding._FOLDS,
        e.FundingPaid,
        lambda account, event: sound(sound(account, event), event),
    )


def a_split_leaves_the_units_as_they_were(patch: Patch) -> None:
    patch.setitem(folding._FOLDS, e.Split, lambda account, event: account)


def a_fee_is_not_charged(patch: Patch) -> None:
    sound = fills.charge

    def charge(draft: Any, pocket: str, kind: str, *rest: Any) -> None:
        if kind != "trade":
            sound(draft, pocket, kind, *rest)

    patch.setattr(fills, "charge", charge)


def a_trade_leaves_out_its_fees(patch: Patch) -> None:
    _wrapped(
        patch,
        fills,
        "closed_event",
        lambda told, given: replace(told, net_pnl=told.net_pnl + given[1].fees),
    )


def fills_are_a_tick_too_good(patch: Patch) -> None:
    def better(found: tuple[Decimal, Decimal], given: tuple[Any, ...]) -> tuple[Decimal, Decimal]:
        draft, order = given
        tick = draft.account.instruments[order.symbol].tick
        return found[0] - order.side.sign * tick, found[1]

    _wrapped(patch, matching, "fill_price", better)


def a_part_gains_a_little_more(patch: Patch) -> None:
    def more(gain: Decimal, given: tuple[Any, ...]) -> Decimal:
        draft, position, deal, _ = given
        part = deal.quantity < abs(position.quantity)
        return gain + 50 * atom(draft.account.currency) if part else gain

    _wrapped(patch, fills, "realize", more)


def a_lot_leaves_with_the_whole_gain(patch: Patch) -> None:
    """What issue 13 began with: the rest is left with less than its share."""
    sound = settlement._free
    patch.setattr(
        settlement,
        "_free",
        lambda draft, before, amount: sound(draft, before, _rounded(draft, amount * 9 / 10)),
    )


def _rounded(draft: Any, amount: Decimal) -> Decimal:
    return amount.quantize(atom(draft.account.currency))


def each_order_costs_a_little_more(patch: Patch) -> None:
    def dearer(costs: dict[str, Decimal], given: tuple[Any, ...]) -> dict[str, Decimal]:
        return {k: x + 50 * atom(given[0].account.currency) for k, x in costs.items()}

    _wrapped(patch, fills, "opening_costs", dearer)


def each_deposit_loses_a_little(patch: Patch) -> None:
    def less(draft: Any, wish: c.Deposit) -> None:
        lost = min(50 * atom(draft.account.currency), wish.amount / 2)
        cash.deposit(draft, _rounded(draft, wish.amount - lost))

    patch.setitem(decide._ACTIONS, c.Deposit, less)


def what_falls_due_at_the_end_is_lost(patch: Patch) -> None:
    sound = decide.wait

    def wait(draft: Any, until: int) -> None:
        sound(draft, until - 1)
        draft.market = replace(draft.market, time=max(draft.market.time, until))

    patch.setattr(decide, "wait", wait)


def a_wall_leans_on_the_wallet(patch: Patch) -> None:
    sound = margin.equity

    def leaning(account: Any, pocket: Any, prices: Any) -> Decimal:
        others = [p for p in account.positions() if p.pocket not in (MAIN, pocket.name)]
        helped = abs(sound(account, pocket, prices)) if pocket.name != MAIN and others else ZERO
        return sound(account, pocket, prices) - helped / 2

    patch.setattr(margin, "equity", leaning)


def some_symbols_pay_more(patch: Patch) -> None:
    _wrapped(
        patch,
        fills,
        "fee_rate",
        lambda rate, given: rate + (Decimal("0.001") if "M" in given[1].symbol else 0),
    )


def the_first_listed_pays_more(patch: Patch) -> None:
    def rate(found: Decimal, given: tuple[Any, ...]) -> Decimal:
        first = next(iter(given[0].account.instruments))
        return found + (Decimal("0.01") if given[1].symbol == first else 0)

    _wrapped(patch, fills, "fee_rate", rate)


def sellers_pay_more(patch: Patch) -> None:
    _wrapped(
        patch,
        fills,
        "fee_rate",
        lambda rate, given: rate + (Decimal("0.001") if given[1].side is Side.SELL else 0),
    )


def margin_that_is_added_is_taken(patch: Patch) -> None:
    def taken(draft: Any, wish: c.AddMargin) -> None:
        pocket = f"isolated:{wish.symbol}"
        if pocket not in draft.account.pockets:
            return
        part = _rounded(draft, draft.account.pockets[pocket].cash / 2)
        at = draft.market.time
        draft.record(e.MarginRemoved(at=at, symbol=wish.symbol, pocket=pocket, amount=part))

    patch.setitem(decide._ACTIONS, c.AddMargin, taken)


def a_preview_is_a_tick_off(patch: Patch) -> None:
    def beside(found: tuple[Any, Any], given: tuple[Any, ...]) -> tuple[Any, Any]:
        decision, level = found
        pockets = {
            name: replace(pocket, cash=pocket.cash + atom(decision.account.currency))
            for name, pocket in decision.account.pockets.items()
        }
        return replace(decision, account=replace(decision.account, pockets=pockets)), level

    _wrapped(patch, preview, "tried", beside)


def the_desk_is_two_ticks_off(patch: Patch) -> None:
    def off(found: Decimal | None, given: tuple[Any, ...]) -> Decimal | None:
        account, symbol = given[0], given[4]
        return found and found + 2 * account.instruments[symbol].tick

    _wrapped(patch, position_view, "acting_tick", off)


def a_lot_too_little_is_asked(patch: Patch) -> None:
    def less(found: Any, given: tuple[Any, ...]) -> Any:
        lot = given[0].instruments[found.position.symbol].lot
        return replace(found, quantity=max(found.quantity - lot, lot))

    _wrapped(patch, curing, "cure", less)


def a_lot_too_much_is_asked(patch: Patch) -> None:
    def more(found: Any, given: tuple[Any, ...]) -> Any:
        lot = given[0].instruments[found.position.symbol].lot
        return replace(found, quantity=min(found.quantity + lot, abs(found.position.quantity)))

    _wrapped(patch, curing, "cure", more)


def the_largest_is_a_lot_too_small(patch: Patch) -> None:
    def less(found: Decimal | None, given: tuple[Any, ...]) -> Decimal | None:
        lot = given[0].account.instruments[given[1].symbol].lot
        return found - lot if found is not None and found > lot else found

    _wrapped(patch, place_orders, "_most", less)


def nobody_asks_whether_it_would_stand(patch: Patch) -> None:
    patch.setattr(fitting, "_gone_at_once", lambda *given: None)


def a_stop_is_not_resized(patch: Patch) -> None:
    patch.setattr(protection, "resize", lambda draft, symbol, was=None: None)


def nothing_is_lent_for_a_fee(patch: Patch) -> None:
    for home in (loans, settlement, carry_fees):
        patch.setattr(home, "cover", lambda *given, **more: None)


def who_is_called_may_not_leave(patch: Patch) -> None:
    sound = place_orders.close

    def close(draft: Any, wish: c.ClosePosition) -> None:
        if draft.account.warned or draft.account.calls:
            raise place_orders.Refusal("not while you are called")
        sound(draft, wish)

    patch.setitem(decide._ACTIONS, c.ClosePosition, close)


def interest_is_borne_by_nobody(patch: Patch) -> None:
    _wrapped(patch, loans, "borne_by", lambda told, given: told and dict.fromkeys(told, ZERO))


def a_bar_counts_from_before_the_fill(patch: Patch) -> None:
    """What issue 13 found of the entry bar: its extremes count, whichever way they came."""
    _wrapped(patch, closed_trade, "_place", lambda place, given: (place[0], True, True))


def a_bar_does_not_count_after_the_fill(patch: Patch) -> None:
    _wrapped(patch, closed_trade, "_place", lambda place, given: (place[0], False, False))


def caught(law: Callable[[int], None], seeds: int) -> bool:
    """Whether a law of seeds fails of one of so many."""
    for seed in range(seeds):
        try:
            law(seed)
        except AssertionError:
            return True
    return False


def an_order_is_told_without_its_stop(patch: Patch) -> None:
    _wrapped(
        patch,
        retold,
        "retold",
        lambda told, given: (
            replace(told, stop_loss=None) if isinstance(told, c.PlaceOrder) else told
        ),
    )


def funding_is_in_no_row(patch: Patch) -> None:
    _wrapped(
        patch,
        attribution,
        "_of",
        lambda rows, given: [row for row in rows if row[0] != "funding"],
    )


def slippage_is_left_in_the_price_too(patch: Patch) -> None:
    sound = attribution._of

    def twice(event: e.Event, listed: Any) -> list[tuple[str, Decimal]]:
        rows = sound(event, listed)
        slipped = [("price", amount) for name, amount in rows if name == "slippage"]
        return [*rows, *slipped]

    patch.setattr(attribution, "_of", twice)


CANARIES: Mapping[str, tuple[Broken, ...]] = {
    "wealth": (funding_is_paid_twice, a_split_leaves_the_units_as_they_were),
    "figures": (a_fee_is_not_charged, a_part_gains_a_little_more),
    "trades": (a_trade_leaves_out_its_fees,),
    "gifts": (fills_are_a_tick_too_good,),
    "closing": (a_part_gains_a_little_more,),
    "shares": (a_lot_leaves_with_the_whole_gain,),
    "buying": (each_order_costs_a_little_more,),
    "paying": (each_deposit_loses_a_little,),
    "waiting": (what_falls_due_at_the_end_is_lost,),
    "walls": (a_wall_leans_on_the_wallet,),
    "scale": (each_order_costs_a_little_more,),
    "mirror": (sellers_pay_more,),
    "names": (some_symbols_pay_more,),
    "order_of_the_list": (the_first_listed_pays_more,),
    "monotone": (margin_that_is_added_is_taken,),
    "previews": (a_preview_is_a_tick_off,),
    "levels": (the_desk_is_two_ticks_off,),
    "cures": (a_lot_too_little_is_asked, a_lot_too_much_is_asked),
    "largest": (the_largest_is_a_lot_too_small,),
    "accepted": (nobody_asks_whether_it_would_stand,),
    "protection": (a_stop_is_not_resized,),
    "leaving": (who_is_called_may_not_leave,),
    "owing": (nothing_is_lent_for_a_fee,),
    "told_again": (an_order_is_told_without_its_stop,),
    "adds_up": (funding_is_in_no_row, slippage_is_left_in_the_price_too),
    **OF_REPORTS,
}
