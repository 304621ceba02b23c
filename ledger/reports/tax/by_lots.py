"""Sales held against single lots; a loss waits where the same thing was bought around it.

A loss is taken over by units bought within the window around it, in order of sale and then of
purchase; each unit takes over one loss, and a loss stays where no unit is left to take it (26 CFR
1.1091-1). The new lot's basis goes up by it and its holding period by that of what was sold
(1.1091-2; IRC 1223(3)). Units of the lot that was itself sold in part replace nothing (Rev. Rul.
56-602), nor do units that were sold before or with it. A loss on a short sale waits in the same way
in another short sale, whose proceeds it lessens; the window is counted from the day of the cover.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.market.corporate import Ratio
from ledger.reports.tax.deals import Deal, Divided, part_of
from ledger.reports.tax.disposals import Disposal, Matched, Replacement
from ledger.reports.tax.law import Disallowed, Method, TaxLaw, Term, TermRule, over_a_year
from ledger.reports.tax.lots import OpenLot, Picks, divide, lot_of, picked

_Key = tuple[str, bool]
"""A symbol, and whether it was sold short."""


@dataclass(slots=True)
class _Waiting:
    """A loss for which no replacement was bought yet. `index` is that of its disposal."""

    index: int
    quantity: Decimal
    loss: Decimal
    held: timedelta


@dataclass(slots=True)
class LotBook:
    """The lots of an account while its deals are read in order."""

    law: TaxLaw
    method: Method = Method.FIFO
    picks: Picks = field(default_factory=dict)
    lots: dict[_Key, list[OpenLot]] = field(default_factory=lambda: defaultdict(list))
    disposals: list[Disposal] = field(default_factory=list)
    waiting: dict[_Key, list[_Waiting]] = field(default_factory=lambda: defaultdict(list))

    def take(self, deal: Deal | Divided) -> None:
        """One more deal, or a split."""
        if isinstance(deal, Divided):
            for short in (False, True):
                divide(self.lots[deal.asset.symbol, short], Ratio.of(deal.ratio), deal.total)
        elif deal.opens:
            self._open(lot_of(deal))
        else:
            self._close(deal)

    def open_lots(self) -> tuple[OpenLot, ...]:
        """What is held, or sold short, at the end."""
        return tuple(lot for lots in self.lots.values() for lot in lots)

    def _open(self, lot: OpenLot) -> None:
        key = lot.asset.symbol, lot.short
        parts, rest = [], lot
        for loss in self._losses_around(key, lot):
            parts.append(self._take_over(loss, rest, min(loss.quantity, rest.quantity)))
            if not rest.quantity:
                break
        self.waiting[key] = [loss for loss in self.waiting[key] if loss.quantity]
        self.lots[key] += [*parts, *([rest] if rest.quantity else [])]

    def _losses_around(self, key: _Key, lot: OpenLot) -> list[_Waiting]:
        if self.law.disallowed(lot.asset.what) is not Disallowed.REPLACED:
            return []
        first = lot.acquired - timedelta(days=self.law.days_after)
        return [x for x in self.waiting[key] if self.disposals[x.index].disposed >= first]

    def _take_over(self, loss: _Waiting, lot: OpenLot, quantity: Decimal) -> OpenLot:
        """Split off the part of a lot that takes over a part of a loss."""
        currency, sold = lot.asset.currency, self.disposals[loss.index]
        amount = part_of(loss.loss, quantity, loss.quantity, currency)
        part = lot.take(quantity)
        part.replaced = True
        part.carried += amount
        part.money += -amount if part.short else amount
        part.held_from -= loss.held
        loss.quantity -= quantity
        loss.loss -= amount
        by = Replacement(seq=part.seq, day=part.acquired, quantity=quantity, amount=amount)
        self.disposals[loss.index] = replace(
            sold, disallowed=sold.disallowed + amount, replaced_by=(*sold.replaced_by, by)
        )
        return part

    def _close(self, deal: Deal) -> None:
        short = deal.side is Side.BUY
        key = deal.asset.symbol, short
        lots = picked(self.lots[key], deal.quantity, self.method, self.picks.get(deal.seq, {}))
        if deal.transfer:
            return
        if deal.delivers:
            self._deliver(deal, lots)
            return
        money, left = deal.money, deal.quantity
        for lot in lots:
            part = part_of(money, lot.quantity, left, deal.asset.currency)
            money, left = money - part, left - lot.quantity
            proceeds, basis = (lot.money, part) if short else (part, lot.money)
            acquired = deal.day if short else lot.acquired
            self._dispose(deal, lot, proceeds, basis, acquired)

    def _deliver(self, deal: Deal, shorts: list[OpenLot]) -> None:
        """Close short sales with what is held."""
        held = self.lots[deal.asset.symbol, False]
        for short in shorts:
            for lot in picked(held, short.quantity, self.method, {}):
                sold = short.take(lot.quantity) if lot.quantity < short.quantity else short
                self._dispose(deal, sold, sold.money, lot.money, lot.acquired, lot.held_from)

    def _dispose(
        self,
        deal: Deal,
        lot: OpenLot,
        proceeds: Decimal,
        basis: Decimal,
        acquired: date,
        delivered_from: date | None = None,
    ) -> None:
        over = over_a_year(lot.held_from, deal.day)
        if lot.short:
            over = self._short_over_a_year(lot, deal.day, proceeds > basis, delivered_from)
        rule = self.law.term
        long = Term.LONG if over else Term.SHORT
        row = Disposal(
            seq=deal.seq,
            asset=deal.asset,
            quantity=lot.quantity,
            acquired=acquired,
            disposed=deal.day,
            proceeds=proceeds,
            basis=basis,
            matched=Matched.LOT,
            lot=lot.seq,
            term=None if rule is TermRule.NONE else long,
            exempt=rule is TermRule.EXEMPT and over,
            short_sale=lot.short,
            forced=deal.forced,
            carried=lot.carried,
        )
        self.disposals.append(row)
        if row.result < 0 and self.law.disallowed(row.asset.what) is Disallowed.REPLACED:
            self._find_replacement(row, deal.day - lot.held_from)

    def _short_over_a_year(
        self, short: OpenLot, closed: date, gained: bool, delivered_from: date | None
    ) -> bool:
        """The term of a short sale is that of what is delivered, with two exceptions for holders of
        the same property at the sale (IRC 1233(b), (d))."""
        held = [*self.lots[short.asset.symbol, False]]
        begun = [lot.held_from for lot in held] + ([delivered_from] if delivered_from else [])
        if gained and any(day <= closed and not over_a_year(day, short.acquired) for day in begun):
            for lot in held:
                if not over_a_year(lot.held_from, short.acquired):
                    lot.held_from = closed
            return False
        if not gained and any(over_a_year(day, short.acquired) for day in begun):
            return True
        return delivered_from is not None and over_a_year(delivered_from, closed)

    def _find_replacement(self, row: Disposal, held: timedelta) -> None:
        """Units bought before the loss and still held take it over first; the rest waits for those
        bought after it."""
        key = row.asset.symbol, row.short_sale
        loss = _Waiting(len(self.disposals) - 1, row.quantity, -row.result, held)
        first, lots = row.disposed - timedelta(days=self.law.days_before), self.lots[key]
        parts: list[OpenLot] = []
        for lot in lots:
            able = lot.acquired >= first and not lot.replaced and lot.seq != row.lot
            if able and loss.quantity:
                parts.append(self._take_over(loss, lot, min(loss.quantity, lot.quantity)))
            if lot.quantity:
                parts.append(lot)
        self.lots[key] = parts
        if loss.quantity:
            self.waiting[key].append(loss)


def by_lots(
    deals: Iterable[Deal | Divided],
    law: TaxLaw,
    method: Method = Method.FIFO,
    picks: Picks | None = None,
) -> LotBook:
    """Hold every sale against lots. Raises `Refused` for a pick of a lot that is not there."""
    book = LotBook(law, method, picks or {})
    for deal in deals:
        book.take(deal)
    return book
