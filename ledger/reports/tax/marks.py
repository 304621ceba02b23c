"""Contracts under section 1256: held over the end of a year, they are sold and bought back at its
price, and a gain or loss so counted is not counted again (IRC 1256(a); Publication 550)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.money import settle
from ledger.reports.tax.by_lots import by_lots
from ledger.reports.tax.deals import Deal, Divided
from ledger.reports.tax.disposals import Disposal, Matched
from ledger.reports.tax.law import TaxLaw

UnitValues = Mapping[tuple[str, int], Decimal]
"""What one unit of a symbol is worth at the end of a year."""


def marked(deals: Iterable[Deal | Divided], law: TaxLaw, values: UnitValues) -> list[Disposal]:
    """The disposals of such contracts, those at the ends of years among them."""
    told = list(_with_marks(list(deals), values))
    rows = by_lots(told, replace(law, disallows={})).disposals
    ends = {(deal.asset.symbol, deal.at) for deal in told if isinstance(deal, Deal) and _mark(deal)}
    return [
        replace(row, matched=Matched.MARKED)
        if any(symbol == row.asset.symbol and _same_day(at, row.disposed) for symbol, at in ends)
        else row
        for row in rows
    ]


def _mark(deal: Deal) -> bool:
    return deal.at == _end_of(deal.day.year)


def _same_day(at: int, day: date) -> bool:
    return datetime.fromtimestamp(at, UTC).date() == day


def _end_of(year: int) -> int:
    return int(datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def _with_marks(deals: list[Deal | Divided], values: UnitValues) -> Iterable[Deal | Divided]:
    held: dict[str, Decimal] = defaultdict(Decimal)
    latest: dict[str, Deal] = {}
    ends = sorted((_end_of(year), symbol) for symbol, year in values)
    for deal in deals:
        while ends and ends[0][0] < deal.at:
            yield from _mark_of(*ends.pop(0), held, latest, values)
        yield deal
        if isinstance(deal, Divided):
            held[deal.asset.symbol] = deal.total.copy_sign(held[deal.asset.symbol])
        else:
            held[deal.asset.symbol] += deal.quantity * deal.side.sign
            latest[deal.asset.symbol] = deal
    for end in ends:
        yield from _mark_of(*end, held, latest, values)


def _mark_of(
    at: int,
    symbol: str,
    held: Mapping[str, Decimal],
    latest: Mapping[str, Deal],
    values: UnitValues,
) -> list[Deal]:
    quantity = held.get(symbol, Decimal(0))
    if not quantity:
        return []
    last = latest[symbol]
    year = datetime.fromtimestamp(at, UTC).year
    amount = settle(abs(quantity) * values[symbol, year], last.asset.currency)
    out, back = (Side.SELL, Side.BUY) if quantity > 0 else (Side.BUY, Side.SELL)
    sold = Deal(
        seq=last.seq,
        at=at,
        asset=last.asset,
        side=out,
        opens=False,
        quantity=abs(quantity),
        amount=amount,
    )
    return [sold, replace(sold, side=back, opens=True)]
