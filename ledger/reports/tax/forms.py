"""What the forms of the United States make of a year's rows: 8949, Schedule D, 4952, 6781.

Forms and limits: IRS, Form 8949 and its instructions, Schedule D with its carryover worksheet, Form
4952, Form 6781; Publication 550 in words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.money import ZERO, settle
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.law import AssetClass, TaxLaw, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Form8949Row:
    """Columns (d) to (h) of one disposal in its box; (h) is (d) - (e) + (g)."""

    box: str
    disposal: Disposal
    code: str
    adjustment: Decimal
    gain: Decimal


def form_8949(disposals: Iterable[Disposal], law: TaxLaw) -> list[Form8949Row]:
    """The rows of all that is reported there; contracts under section 1256 are not."""
    boxes = law.boxes or {}
    return [
        Form8949Row(
            box=boxes.get((row.asset.what, row.term or Term.SHORT), ""),
            disposal=row,
            code="W" if row.disallowed else "",
            adjustment=row.disallowed,
            gain=row.gain,
        )
        for row in disposals
        if row.asset.what is not AssetClass.SECTION_1256
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capital:
    """Net short-term and long-term results, below zero for a loss."""

    short: Decimal = ZERO
    long: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """Both together."""
        return self.short + self.long


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleD:
    """`net` is what counts this year, with what was carried in; `deducted`, at or above zero, comes
    off other income; `carried` are losses for the next year, at or below zero."""

    net: Capital
    deducted: Decimal
    carried: Capital


def schedule_d(year: Capital, carried_in: Capital, limit: Decimal) -> ScheduleD:
    """A net loss is deducted up to a limit, short-term first; the rest keeps its character."""
    net = Capital(short=year.short + carried_in.short, long=year.long + carried_in.long)
    deducted = min(limit, max(-net.net, ZERO))
    if net.net >= 0:
        return ScheduleD(net=net, deducted=ZERO, carried=Capital())
    if net.short >= 0 or net.long >= 0:
        rest = net.net + deducted
        short = net.short < 0
        carried = Capital(short=rest if short else ZERO, long=ZERO if short else rest)
        return ScheduleD(net=net, deducted=deducted, carried=carried)
    from_short = min(deducted, -net.short)
    carried = Capital(short=net.short + from_short, long=net.long + deducted - from_short)
    return ScheduleD(net=net, deducted=deducted, carried=carried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form4952:
    """Investment interest: `allowed` this year, and what is `carried` to the next."""

    paid: Decimal
    carried_in: Decimal
    income: Decimal
    allowed: Decimal
    carried: Decimal


def form_4952(
    paid: Decimal,
    carried_in: Decimal,
    income: Decimal,
    capital: Capital = Capital(),
    elected: Decimal = ZERO,
    expenses: Decimal = ZERO,
) -> Form4952:
    """Interest is deducted up to net investment income.

    `income` is that from interest and dividends that are taxed in full. Of a net gain only what is
    beyond the net capital gain (long-term beyond short-term losses) is investment income, and of
    the net capital gain only what is `elected`, which is then taxed in full too (lines 4d to 4g).
    """
    gain = max(capital.net, ZERO)
    net_capital_gain = max(min(gain, capital.long), ZERO)
    net = max(income + gain - net_capital_gain + min(elected, net_capital_gain) - expenses, ZERO)
    owed = paid + carried_in
    allowed = min(owed, net)
    return Form4952(
        paid=paid, carried_in=carried_in, income=net, allowed=allowed, carried=owed - allowed
    )


def split_1256(result: Decimal, long_share: Decimal, currency: str) -> Capital:
    """A result under section 1256: so much of it long-term, whatever the time held."""
    long = settle(result * long_share, currency)
    return Capital(short=result - long, long=long)
