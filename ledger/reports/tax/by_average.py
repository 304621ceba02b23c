"""Sales at the average cost of what is held, with superficial losses denied.

Canada: the adjusted cost base of identical properties (ITA s.47), and superficial losses (s.54; CRA
IT-456R): of a loss, min(sold, bought within 30 days around, held at their end) / sold is denied and
added to the cost of what is held, or of what is bought next. A short position is averaged in the
same way; its losses are not denied.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.market.corporate import Ratio
from ledger.money import ZERO, settle, units
from ledger.reports.tax.deals import Asset, Deal, Divided, part_of
from ledger.reports.tax.disposals import Disposal, Matched
from ledger.reports.tax.law import Disallowed, TaxLaw


@dataclass(slots=True)
class Average:
    """What is held of one asset, below zero if sold short, and the money for it; `denied` is a loss
    that waits for the next purchase."""

    asset: Asset
    quantity: Decimal = ZERO
    money: Decimal = ZERO
    denied: Decimal = ZERO

    def open(self, deal: Deal) -> None:
        """More of it."""
        self.quantity += deal.quantity * deal.side.sign
        self.money += deal.money
        if deal.side is Side.BUY:
            self.money, self.denied = self.money + self.denied, ZERO

    def close(self, deal: Deal) -> Disposal:
        """Less of it."""
        held = abs(self.quantity)
        part = part_of(self.money, deal.quantity, held, self.asset.currency)
        self.money -= part
        self.quantity += deal.quantity * deal.side.sign
        short = deal.side is Side.BUY
        return Disposal(
            seq=deal.seq,
            asset=self.asset,
            quantity=deal.quantity,
            acquired=None,
            disposed=deal.day,
            proceeds=part if short else deal.money,
            basis=deal.money if short else part,
            matched=Matched.POOL,
            short_sale=short,
            forced=deal.forced,
        )


@dataclass(slots=True)
class AverageBook:
    """The averages of an account while its deals are read in order."""

    law: TaxLaw
    deals: Sequence[Deal | Divided]
    held: dict[str, Average] = field(default_factory=dict)
    disposals: list[Disposal] = field(default_factory=list)

    def read(self) -> None:
        """Every deal."""
        for index, deal in enumerate(self.deals):
            average = self.held.setdefault(deal.asset.symbol, Average(deal.asset))
            if isinstance(deal, Divided):
                average.quantity = deal.total.copy_sign(average.quantity)
            elif deal.opens:
                average.open(deal)
            else:
                self._dispose(average, average.close(deal), index)

    def _dispose(self, average: Average, row: Disposal, index: int) -> None:
        applies = self.law.disallowed(row.asset.what) is Disallowed.SUPERFICIAL
        if row.result < 0 and applies and not row.short_sale:
            bought, left = self._around(row, index)
            units_denied = min(row.quantity, bought, max(left, ZERO))
            denied = settle(-row.result * units_denied / row.quantity, row.asset.currency)
            row = replace(row, disallowed=denied)
            if average.quantity > 0:
                average.money += denied
            else:
                average.denied += denied
        self.disposals.append(row)

    def _around(self, row: Disposal, index: int) -> tuple[Decimal, Decimal]:
        """What was bought in the window around a sale, and what is held at its end, in units as
        they are at the sale."""
        first = row.disposed - timedelta(days=self.law.days_before)
        last = row.disposed + timedelta(days=self.law.days_after)
        bought = ZERO
        for deal in self.deals[:index]:
            if deal.asset.symbol != row.asset.symbol:
                continue
            if isinstance(deal, Divided):
                bought = units(Ratio.of(deal.ratio).quantity(bought))
            elif deal.side is Side.BUY and deal.opens and deal.day >= first:
                bought += deal.quantity
        left, since = self.held[row.asset.symbol].quantity, Ratio(1, 1)
        for deal in self.deals[index + 1 :]:
            if deal.asset.symbol != row.asset.symbol:
                continue
            if isinstance(deal, Divided):
                by = Ratio.of(deal.ratio)
                since = Ratio(since.new * by.new, since.old * by.old)
            elif deal.day <= last:
                quantity = units(deal.quantity * since.old / since.new)
                left += quantity * deal.side.sign
                bought += quantity if deal.side is Side.BUY and deal.opens else ZERO
        return bought, left


def by_average(deals: Sequence[Deal | Divided], law: TaxLaw) -> AverageBook:
    """Hold every sale against the average cost of what is held."""
    own = [deal for deal in deals if isinstance(deal, Divided) or not deal.transfer]
    book = AverageBook(law, own)
    book.read()
    return book
