"""An account's tax year by year: its disposals, what they come to, and what is carried on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ledger.money import ZERO, settle
from ledger.reports.tax.by_average import by_average
from ledger.reports.tax.by_lots import by_lots
from ledger.reports.tax.by_pool import by_pool
from ledger.reports.tax.deals import Asset, Deal, Divided, day_of
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.forms import (
    Capital,
    Form4952,
    ScheduleD,
    form_4952,
    schedule_d,
    split_1256,
)
from ledger.reports.tax.law import AllowanceKind, AssetClass, Matching, Method, TaxLaw, Term
from ledger.reports.tax.lots import OpenLot, Picks
from ledger.reports.tax.marks import UnitValues, marked
from ledger.reports.tax.record import Flow, FlowKind, TaxRecord

Laws = Callable[[int], TaxLaw]
"""The law of a tax year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """A year's gains where the law knows no terms: what is taxed after allowance and old losses.

    `gains` are above zero, `losses` below; `exempt` was held long enough to be free and is in
    neither. `carried` are losses for later years, at or below zero.
    """

    gains: Decimal
    losses: Decimal
    exempt: Decimal
    allowance: Decimal
    used: Decimal
    taxed: Decimal
    carried: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxYear:
    """One year. `capital`, `schedule_d` are those of a law with terms, `gains` of one without;
    `interest` is there where the law limits it. `unpaid` interest was charged and not paid by the
    end of the year."""

    number: int
    law: TaxLaw
    disposals: tuple[Disposal, ...]
    flows: Mapping[FlowKind, Decimal]
    capital: Capital
    marked: Capital
    schedule_d: ScheduleD | None = None
    gains: Gains | None = None
    interest: Form4952 | None = None
    unpaid: Decimal = ZERO

    @property
    def forced(self) -> tuple[Disposal, ...]:
        """What was sold for the trader."""
        return tuple(row for row in self.disposals if row.forced)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is still held at the end, at its cost for tax; below zero if sold short."""

    asset: Asset
    lot: OpenLot | None
    quantity: Decimal
    money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxReport:
    """All years in which anything happened, and what is held after the last."""

    currency: str
    years: tuple[TaxYear, ...]
    holdings: tuple[Holding, ...]

    def year(self, number: int) -> TaxYear | None:
        """One of them; `None` if nothing happened in it."""
        return next((year for year in self.years if year.number == number), None)


def tax_of(
    record: TaxRecord,
    laws: Laws,
    method: Method = Method.FIFO,
    picks: Picks | None = None,
    values: UnitValues | None = None,
) -> TaxReport:
    """Hold every sale of a record against what the law says. Raises `Refused` for a pick of a lot
    that is not there."""
    law = laws(laws(0).year_of(day_of(record.last)))
    rows, holdings = _matched(record.deals, law, method, picks or {}, values or {})
    rows = [_in_money(row, record) for row in rows]
    return TaxReport(
        currency=record.currency,
        years=tuple(_Years(laws, law, record.currency).run(rows, record.flows)),
        holdings=holdings,
    )


def _matched(
    deals: Sequence[Deal | Divided], law: TaxLaw, method: Method, picks: Picks, values: UnitValues
) -> tuple[list[Disposal], tuple[Holding, ...]]:
    by_mark = law.long_share_1256 is not None
    futures = [d for d in deals if by_mark and d.asset.what is AssetClass.SECTION_1256]
    others = [d for d in deals if not (by_mark and d.asset.what is AssetClass.SECTION_1256)]
    rows, held = _others(others, law, method, picks)
    rows = [*rows, *marked(futures, law, values)]
    rows.sort(key=lambda row: (row.disposed, row.seq))
    return rows, held


def _others(
    deals: list[Deal | Divided], law: TaxLaw, method: Method, picks: Picks
) -> tuple[list[Disposal], tuple[Holding, ...]]:
    match law.matching:
        case Matching.LOTS:
            lots = by_lots(deals, law, method, picks)
            held = [
                Holding(
                    asset=lot.asset,
                    lot=lot,
                    quantity=-lot.quantity if lot.short else lot.quantity,
                    money=lot.money,
                )
                for lot in lots.open_lots()
            ]
            return lots.disposals, tuple(held)
        case Matching.AVERAGE:
            book = by_average(deals, law)
            parts = [(x.asset, x.quantity, x.money) for x in book.held.values() if x.quantity]
            return book.disposals, tuple(_holding(*part) for part in parts)
        case Matching.POOL:
            rows, pools = by_pool(deals, law)
            return rows, tuple(_holding(x.asset, x.quantity, x.cost) for x in pools if x.quantity)


def _holding(asset: Asset, quantity: Decimal, money: Decimal) -> Holding:
    return Holding(asset=asset, lot=None, quantity=quantity, money=money)


def _in_money(row: Disposal, record: TaxRecord) -> Disposal:
    """A row of a contract settled in a coin, at the coin's price when it was closed."""
    price = record.coin_prices.get(row.seq)
    if price is None or row.asset.currency == record.currency:
        return row
    asset = replace(row.asset, currency=record.currency)
    proceeds, basis = (settle(x * price, record.currency) for x in (row.proceeds, row.basis))
    return replace(row, asset=asset, proceeds=proceeds, basis=basis)


@dataclass(slots=True)
class _Years:
    """What is carried from year to year."""

    laws: Laws
    law: TaxLaw
    currency: str
    capital: Capital = field(default_factory=Capital)
    interest: Decimal = ZERO
    losses: Decimal = ZERO
    unpaid: Decimal = ZERO

    def run(self, rows: Iterable[Disposal], flows: Iterable[Flow]) -> Iterable[TaxYear]:
        """Every year from the first in which anything happened to the last."""
        by_year: dict[int, tuple[list[Disposal], list[Flow]]] = {}
        for row in rows:
            by_year.setdefault(self.law.year_of(row.disposed), ([], []))[0].append(row)
        for flow in flows:
            by_year.setdefault(self.law.year_of(day_of(flow.at)), ([], []))[1].append(flow)
        if by_year:
            for number in range(min(by_year), max(by_year) + 1):
                yield self._year(number, *by_year.get(number, ([], [])))

    def _year(self, number: int, rows: list[Disposal], flows: list[Flow]) -> TaxYear:
        law = self.laws(number)
        sums = {kind: sum((x.amount for x in flows if x.kind is kind), ZERO) for kind in FlowKind}
        paid = -sums[FlowKind.INTEREST_PAID]
        self.unpaid += -sums[FlowKind.INTEREST_ACCRUED] - paid
        year = TaxYear(
            number=number,
            law=law,
            disposals=tuple(rows),
            flows={kind: amount for kind, amount in sums.items() if amount},
            capital=_capital(row for row in rows if not _by_mark(row, law)),
            marked=self._marked(rows, law),
            unpaid=max(self.unpaid, ZERO),
        )
        if law.loss_limit is None:
            return replace(year, gains=self._gains(rows, law))
        year = replace(year, schedule_d=self._schedule_d(year, law.loss_limit))
        return replace(
            year, interest=self._interest(year, paid, sums) if law.interest_limited else None
        )

    def _marked(self, rows: Iterable[Disposal], law: TaxLaw) -> Capital:
        result = sum((row.gain for row in rows if _by_mark(row, law)), ZERO)
        return split_1256(result, law.long_share_1256 or ZERO, self.currency)

    def _schedule_d(self, year: TaxYear, limit: Decimal) -> ScheduleD:
        both = Capital(
            short=year.capital.short + year.marked.short, long=year.capital.long + year.marked.long
        )
        made = schedule_d(both, self.capital, limit)
        self.capital = made.carried
        return made

    def _interest(self, year: TaxYear, paid: Decimal, sums: Mapping[FlowKind, Decimal]) -> Form4952:
        net = year.schedule_d.net if year.schedule_d else Capital()
        income = sums[FlowKind.DIVIDEND] + sums[FlowKind.INTEREST_RECEIVED]
        made = form_4952(paid, self.interest, income, net)
        self.interest = made.carried
        return made

    def _gains(self, rows: list[Disposal], law: TaxLaw) -> Gains:
        counted = [row.gain for row in rows if not row.exempt]
        gains = sum((x for x in counted if x > 0), ZERO)
        losses = sum((x for x in counted if x < 0), ZERO)
        net = gains + losses
        free = law.allowance if law.allowance_kind is AllowanceKind.ALLOWANCE else ZERO
        used = min(-self.losses, max(net - free, ZERO))
        self.losses += used + min(net, ZERO)
        left = max(net - used, ZERO)
        allowance = min(free, left)
        if law.allowance_kind is AllowanceKind.CLIFF and left < law.allowance:
            allowance = left
        taxed = settle((left - allowance) * law.inclusion, self.currency)
        return Gains(
            gains=gains,
            losses=losses,
            exempt=sum((row.gain for row in rows if row.exempt), ZERO),
            allowance=allowance,
            used=used,
            taxed=taxed,
            carried=self.losses,
        )


def _by_mark(row: Disposal, law: TaxLaw) -> bool:
    return law.long_share_1256 is not None and row.asset.what is AssetClass.SECTION_1256


def _capital(rows: Iterable[Disposal]) -> Capital:
    short = long = ZERO
    for row in rows:
        if row.term is Term.LONG:
            long += row.gain
        else:
            short += row.gain
    return Capital(short=short, long=long)
