"""A tax year as tables: the rows of its forms, and what they come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.money import ZERO
from ledger.practice.tax.explain import what
from ledger.practice.tax.tax_view import TaxView
from ledger.practice.words.formats import money, trimmed
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.forms import form_8949
from ledger.reports.tax.law import AssetClass, Term
from ledger.reports.tax.record import FlowKind
from ledger.reports.tax.years import TaxYear
from ledger.text import clean

_DIGITS = 18
_FLOWS = {
    FlowKind.INTEREST_PAID: "interest paid",
    FlowKind.INTEREST_ACCRUED: "interest charged",
    FlowKind.DIVIDEND: "dividends",
    FlowKind.IN_LIEU: "payments in lieu of dividends",
    FlowKind.FUNDING: "funding",
    FlowKind.OVERNIGHT: "overnight charges",
    FlowKind.INTEREST_RECEIVED: "interest received",
    FlowKind.BORROW_FEE: "fees for borrowed shares",
    FlowKind.OTHER_FEE: "other fees",
    FlowKind.ABSORBED: "losses that the venue bore",
}
_INTEREST = frozenset({FlowKind.INTEREST_PAID, FlowKind.INTEREST_ACCRUED})

HEADS = ("no", "what", "acquired", "sold", "proceeds", "basis", "code", "adjustment", "gain", "")
RIGHT = frozenset({"no", "proceeds", "basis", "adjustment", "gain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Disposals under a title, each with its cells; or sums, with a label and a figure each."""

    title: str
    disposals: tuple[Disposal, ...] = ()
    sums: tuple[tuple[str, str], ...] = ()


def tables(view: TaxView, year: TaxYear) -> Iterator[Table]:
    """Everything on the page of a year."""
    yield from _disposals(year)
    currency = view.report.currency
    if year.schedule_d is not None:
        yield Table(title="Schedule D", sums=tuple(_schedule_d(year, currency)))
    if year.gains is not None:
        yield Table(title="Gains and losses", sums=tuple(_gains(year, currency)))
    if year.interest is not None and any(map(year.flows.get, _INTEREST)):
        yield Table(title="Form 4952, interest", sums=tuple(_interest(year, currency)))
    if year.forced:
        yield Table(title="What forced sales did", sums=tuple(_forced(year, currency)))
    told = _INTEREST if year.interest is not None else frozenset()
    flows = [
        (_FLOWS[kind], money(amount, currency))
        for kind, amount in year.flows.items()
        if kind not in told
    ]
    if flows:
        yield Table(title="Money besides", sums=tuple(flows))


def held(view: TaxView) -> Table | None:
    """What is still held, at its cost for tax; `None` if nothing is."""
    rows = [
        (
            f"{trimmed(each.quantity, _DIGITS)} {clean(each.asset.symbol, 40)}"
            + (f", lot {each.lot.seq} of {each.lot.acquired}" if each.lot else ""),
            money(each.money, each.asset.currency, exact=True),
        )
        for each in view.report.holdings
    ]
    return Table(title="Held at the end, at cost", sums=tuple(rows)) if rows else None


def _disposals(year: TaxYear) -> Iterator[Table]:
    boxes: dict[str, list[Disposal]] = {}
    if year.law.boxes:
        for row in form_8949(year.disposals, year.law):
            boxes.setdefault(row.box, []).append(row.disposal)
        for box, rows in sorted(boxes.items()):
            term = "long-term" if rows[0].term is Term.LONG else "short-term"
            yield Table(title=f"Form 8949, box {box}, {term}", disposals=tuple(rows))
        futures = [x for x in year.disposals if x.asset.what is AssetClass.SECTION_1256]
        if futures:
            yield Table(title="Form 6781, section 1256", disposals=tuple(futures))
    elif year.disposals:
        yield Table(title="Disposals", disposals=year.disposals)


def cells(row: Disposal) -> tuple[str, ...]:
    """A disposal under `HEADS`; `no` is the number of the event that sold it."""
    currency = row.asset.currency
    said = (("forced", row.forced), ("short", row.short_sale), ("exempt", row.exempt))
    return (
        str(row.seq),
        what(row),
        str(row.acquired) if row.acquired else "various",
        str(row.disposed),
        money(row.proceeds, currency),
        money(row.basis, currency),
        "W" if row.disallowed else "",
        money(row.disallowed, currency) if row.disallowed else "",
        money(row.gain, currency),
        ", ".join(word for word, is_so in said if is_so),
    )


def _schedule_d(year: TaxYear, currency: str) -> Iterator[tuple[str, str]]:
    form = year.schedule_d
    assert form is not None
    short, long = _carried_in(year)
    sums = (
        ("short-term, this year", year.capital.short, True),
        ("long-term, this year", year.capital.long, True),
        ("section 1256, 40% short-term", year.marked.short, False),
        ("section 1256, 60% long-term", year.marked.long, False),
        ("carried in, short-term", short, False),
        ("carried in, long-term", long, False),
        ("net", form.net.net, True),
        ("deducted from other income", form.deducted, False),
        ("carried on, short-term", form.carried.short, False),
        ("carried on, long-term", form.carried.long, False),
    )
    for label, amount, always in sums:
        if amount or always:
            yield label, money(amount, currency)


def _carried_in(year: TaxYear) -> tuple[Decimal, Decimal]:
    """What was carried in from the year before, by term."""
    form = year.schedule_d
    assert form is not None
    return (
        form.net.short - year.capital.short - year.marked.short,
        form.net.long - year.capital.long - year.marked.long,
    )


def _gains(year: TaxYear, currency: str) -> Iterator[tuple[str, str]]:
    made = year.gains
    assert made is not None
    sums = (
        ("gains", made.gains, True),
        ("losses", made.losses, True),
        ("exempt", made.exempt, False),
        ("older losses used", -made.used, False),
        ("allowance", -made.allowance, False),
        ("taxed", made.taxed, True),
        ("losses carried on", made.carried, False),
    )
    for label, amount, always in sums:
        if amount or always:
            yield label, money(amount, currency)


def _interest(year: TaxYear, currency: str) -> Iterator[tuple[str, str]]:
    form = year.interest
    assert form is not None
    sums = (
        ("paid this year", form.paid),
        ("carried in", form.carried_in),
        ("net investment income", form.income),
        ("deducted", form.allowed),
        ("carried on", form.carried),
        ("charged and not yet paid", year.unpaid),
    )
    for label, amount in sums:
        yield label, money(amount, currency)


def _forced(year: TaxYear, currency: str) -> Iterator[tuple[str, str]]:
    rows = year.forced
    gains = sum((row.gain for row in rows if row.gain > 0), ZERO)
    losses = sum((row.gain for row in rows if row.gain < 0), ZERO)
    waits = sum((row.disallowed for row in rows), ZERO)
    yield "sales", str(len({row.seq for row in rows}))
    yield "gains forced on you", money(gains, currency)
    yield "losses forced on you", money(losses, currency)
    if waits:
        yield "of the losses, waiting", money(waits, currency)


def lines(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Sums as lines, the figures under one another."""
    label, figure = (max(len(row[n]) for row in rows) for n in (0, 1))
    return [f"  {name:<{label}}  {amount:>{figure}}" for name, amount in rows]
