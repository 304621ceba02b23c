"""Sales held against the day's purchases, then those of the days after, then the pool.

United Kingdom: TCGA 1992 s.105, s.106A, s.104 for shares; HMRC CRYPTO22250 for tokens. All
purchases of one day are one purchase, all sales one sale. What is sold beyond the pool waits for
the next purchase. Quantities are those after the last split.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.market.corporate import Ratio
from ledger.money import ZERO, units
from ledger.reports.tax.deals import Asset, Deal, Divided, part_of
from ledger.reports.tax.disposals import Disposal, Matched
from ledger.reports.tax.law import TaxLaw


@dataclass(slots=True)
class _Heap:
    """What was bought, or sold, in one day and is not matched yet."""

    day: date
    seq: int
    quantity: Decimal = ZERO
    money: Decimal = ZERO
    forced: bool = False

    def add(self, deal: Deal) -> None:
        self.seq = deal.seq
        self.quantity += deal.quantity
        self.money += deal.money
        self.forced = self.forced or deal.forced

    def take(self, quantity: Decimal, currency: str) -> Decimal:
        """The money of a part, which is taken out."""
        money = part_of(self.money, quantity, self.quantity, currency)
        self.quantity -= quantity
        self.money -= money
        return money


@dataclass(slots=True)
class Pool:
    """What is held of one asset together, and what it cost."""

    asset: Asset
    quantity: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(slots=True)
class _Days:
    """The purchases and sales of one asset, by day."""

    asset: Asset
    bought: dict[date, _Heap] = field(default_factory=dict)
    sold: dict[date, _Heap] = field(default_factory=dict)

    def take(self, deal: Deal) -> None:
        heaps = self.bought if deal.side is Side.BUY else self.sold
        heaps.setdefault(deal.day, _Heap(deal.day, deal.seq)).add(deal)


def by_pool(
    deals: Iterable[Deal | Divided], law: TaxLaw
) -> tuple[list[Disposal], tuple[Pool, ...]]:
    """The disposals in the order of their days, and the pools at the end. What is moved to another
    account stays in its owner's pool."""
    deals = [deal for deal in deals if isinstance(deal, Divided) or not deal.transfer]
    rows: list[Disposal] = []
    pools = []
    for days in _by_asset(_after_splits(deals)).values():
        rows += _same_day(days)
        rows += _next_days(days, law)
        pool, from_pool = _pooled(days)
        rows += from_pool
        pools.append(pool)
    rows.sort(key=lambda row: (row.disposed, row.seq))
    return rows, tuple(pools)


def _by_asset(deals: Iterable[Deal]) -> dict[str, _Days]:
    assets: dict[str, _Days] = {}
    for deal in deals:
        assets.setdefault(deal.asset.symbol, _Days(deal.asset)).take(deal)
    return assets


def _after_splits(deals: list[Deal | Divided]) -> list[Deal]:
    later: dict[str, list[Ratio]] = defaultdict(list)
    done = []
    for deal in reversed(deals):
        if isinstance(deal, Divided):
            later[deal.asset.symbol].append(Ratio.of(deal.ratio))
            continue
        quantity = deal.quantity
        for ratio in reversed(later[deal.asset.symbol]):
            quantity = units(ratio.quantity(quantity))
        done.append(replace(deal, quantity=quantity))
    return done[::-1]


def _same_day(days: _Days) -> list[Disposal]:
    return [
        _matched(days.asset, sold, days.bought[day], Matched.SAME_DAY)
        for day, sold in sorted(days.sold.items())
        if day in days.bought
    ]


def _next_days(days: _Days, law: TaxLaw) -> list[Disposal]:
    rows = []
    for day, sold in sorted(days.sold.items()):
        for later, bought in sorted(days.bought.items()):
            within = 0 < (later - day).days <= law.days_after
            if within and bought.quantity and sold.quantity:
                rows.append(_matched(days.asset, sold, bought, Matched.NEXT_DAYS))
    return rows


def _pooled(days: _Days) -> tuple[Pool, list[Disposal]]:
    pool, rows = Pool(days.asset), []
    short: list[_Heap] = []
    for day in sorted({*days.bought, *days.sold}):
        bought, sold = days.bought.get(day), days.sold.get(day)
        if bought is not None and bought.quantity:
            rows += _covered(days.asset, short, bought)
            pool.quantity += bought.quantity
            pool.cost += bought.money
        if sold is not None and sold.quantity:
            if pool.quantity:
                rows.append(_from_pool(pool, sold))
            if sold.quantity:
                short.append(sold)
    return pool, rows


def _covered(asset: Asset, short: list[_Heap], bought: _Heap) -> list[Disposal]:
    """What was sold beyond the pool, held against the next purchase."""
    return [
        _matched(asset, sold, bought, Matched.NEXT_DAYS)
        for sold in short
        if sold.quantity and bought.quantity
    ]


def _from_pool(pool: Pool, sold: _Heap) -> Disposal:
    currency = pool.asset.currency
    quantity = min(pool.quantity, sold.quantity)
    basis = part_of(pool.cost, quantity, pool.quantity, currency)
    pool.quantity -= quantity
    pool.cost -= basis
    proceeds = sold.take(quantity, currency)
    return _row(pool.asset, sold, quantity, proceeds, basis, Matched.POOL)


def _matched(asset: Asset, sold: _Heap, bought: _Heap, how: Matched) -> Disposal:
    quantity = min(sold.quantity, bought.quantity)
    basis = bought.take(quantity, asset.currency)
    proceeds = sold.take(quantity, asset.currency)
    row = _row(asset, sold, quantity, proceeds, basis, how)
    return replace(row, acquired=bought.day, lot=bought.seq)


def _row(
    asset: Asset,
    sold: _Heap,
    quantity: Decimal,
    proceeds: Decimal,
    basis: Decimal,
    how: Matched,
) -> Disposal:
    return Disposal(
        seq=sold.seq,
        asset=asset,
        quantity=quantity,
        acquired=None,
        disposed=sold.day,
        proceeds=proceeds,
        basis=basis,
        matched=how,
        forced=sold.forced,
    )
