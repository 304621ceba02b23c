"""Over random accounts of all rule books: tax makes no money and loses none."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.events import kinds as e
from ledger.money import atom
from ledger.reports.tax.by_average import by_average
from ledger.reports.tax.by_lots import by_lots
from ledger.reports.tax.by_pool import by_pool
from ledger.reports.tax.deals import Deal, Divided
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.law import AssetClass, Method
from ledger.reports.tax.lots import OpenLot
from ledger.reports.tax.record import TaxRecord, record_of
from tests.laws.worlds.play import Play, opened, played
from tests.reports.tax.deals import law_of

WORLDS = range(60)


def record(play: Play) -> TaxRecord:
    """The record of a world, in which everything is a security, so that losses wait."""
    account, _ = opened(play.setting)
    opening = e.AccountOpened(
        at=0,
        venue=account.rulebook.id,
        mode=account.mode,
        currency=account.currency,
        rules_hash="",
        instruments=dict(account.instruments),
    )
    events = [event for moment in play.moments for event in moment.events]
    said = dict.fromkeys(account.instruments, AssetClass.SECURITY)
    return record_of(enumerate([opening, *events]), said, Decimal(100))


def paid(deals: Sequence[Deal | Divided]) -> Decimal:
    """What came in for all sales less what all purchases cost."""
    return sum(
        (-deal.side.sign * deal.money for deal in deals if isinstance(deal, Deal)), Decimal(0)
    )


def made(rows: Sequence[Disposal]) -> Decimal:
    return sum((row.gain for row in rows), Decimal(0))


def bought_and_sold(play: Play) -> list[Deal | Divided]:
    return [
        deal
        for deal in record(play).deals
        if isinstance(deal, Divided) or deal.asset.symbol != play.setting.book.currency
    ]


@pytest.mark.parametrize("method", [Method.FIFO, Method.LIFO, Method.HIFO])
def test_gains_and_the_cost_of_what_is_held_are_all_that_was_paid(method: Method) -> None:
    for seed in WORLDS:
        deals = bought_and_sold(played(seed))
        book = by_lots(deals, law_of("us").of(2025), method)
        held = sum((-x.money if x.short else x.money) for x in book.open_lots())
        waits = sum((x.disallowed for x in book.disposals), Decimal(0))
        took = sum((x.carried for x in book.disposals), Decimal(0))
        left = sum((x.carried for x in book.open_lots()), Decimal(0))
        assert made(book.disposals) - held == paid(deals), seed
        assert waits == took + left, seed


def test_the_average_and_the_pool_lose_no_money_either() -> None:
    for seed in WORLDS:
        deals = bought_and_sold(played(seed))
        average = by_average(deals, law_of("ca").of(2025))
        held = sum(
            x.money * (1 if x.quantity > 0 else -1) for x in average.held.values() if x.quantity
        )
        lost = sum(x.denied for x in average.held.values())
        assert made(average.disposals) - held - lost == paid(deals), seed
        rows, pools = by_pool(deals, law_of("uk").of(2025))
        short = paid(deals) - made(rows) + sum(pool.cost for pool in pools)
        assert short >= 0, seed  # what was sold short and is not covered yet


def test_first_in_first_out_realizes_what_the_account_realized() -> None:
    """Before fees: of what is owned both split lots alike; of a contract each value is rounded."""
    free = replace(law_of("us").of(2025), disallows={})
    for seed in WORLDS:
        play = played(seed)
        if record(play).coin_prices:
            continue  # in coins
        deals = [x if isinstance(x, Divided) else replace(x, fee=Decimal(0))
                 for x in bought_and_sold(play)]  # fmt: skip
        result = made(by_lots(deals, free).disposals)
        bound = atom(play.setting.book.currency) * len(deals)
        assert abs(result - play.last.after.totals.realized_pnl) <= bound, seed


def test_a_part_that_leaves_with_a_cent_too_much_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = OpenLot.take

    def take(lot: OpenLot, quantity: Decimal) -> OpenLot:
        part = sound(lot, quantity)
        part.money += Decimal("0.01")
        return part

    monkeypatch.setattr(OpenLot, "take", take)
    with pytest.raises(AssertionError):
        test_gains_and_the_cost_of_what_is_held_are_all_that_was_paid(Method.FIFO)
