"""A row of a return in words: which lot, which rule, and the arithmetic."""

from decimal import Decimal

from ledger.money import plain
from ledger.practice.words.formats import money, trimmed
from ledger.reports.tax.disposals import Disposal, Matched
from ledger.reports.tax.law import Term
from ledger.text import clean

_DIGITS = 18
_HOW = {
    Matched.LOT: "a single lot",
    Matched.SAME_DAY: "purchases of the same day",
    Matched.NEXT_DAYS: "a purchase after the sale",
    Matched.POOL: "the average cost of what was held",
    Matched.MARKED: "the price at the end of the year",
}


def what(row: Disposal) -> str:
    """`73 ACME`: column (a) of Form 8949."""
    return f"{trimmed(row.quantity, _DIGITS)} {clean(row.asset.symbol, 40)}"


def explain(row: Disposal) -> list[str]:
    """How a row came about, a line for each step; every figure with all its digits."""
    return [
        f"{what(row)}, {_sold(row)}, event {row.seq}",
        f"  against {_against(row)}",
        f"  {_basis(row)}",
        f"  {_amount(row, row.proceeds)} - {_amount(row, row.basis)} = {_amount(row, row.result)}",
        *_waits(row),
        *_term(row),
    ]


def _sold(row: Disposal) -> str:
    how = "covered" if row.short_sale else "sold"
    forced = ", a forced sale" if row.forced else ""
    return f"{how} on {row.disposed}{forced}"


def _against(row: Disposal) -> str:
    if row.lot is None:
        return _HOW[row.matched]
    kind = "short sale" if row.short_sale and row.matched is Matched.LOT else "lot"
    if row.acquired is None or row.short_sale:
        return f"{_HOW[row.matched]}: {kind} {row.lot}"
    return f"{_HOW[row.matched]}: {kind} {row.lot} of {row.acquired}"


def _basis(row: Disposal) -> str:
    basis = f"basis {_amount(row, row.basis)}"
    if row.short_sale:
        return f"{basis}, what the cover cost"
    if row.carried:
        own = row.basis - row.carried
        return (
            f"{basis}: {_amount(row, own)} paid, and {_amount(row, row.carried)} of a loss that it "
            "took over"
        )
    return f"{basis}, with the fee of the purchase"


def _waits(row: Disposal) -> list[str]:
    if not row.disallowed:
        return []
    return [
        f"  of the loss {_amount(row, row.disallowed)} waits (code W), and "
        f"{_amount(row, row.gain)} counts",
        *(
            f"    {plain(by.quantity)} of lot {by.seq}, of {by.day}, took over "
            f"{_amount(row, by.amount)}"
            for by in row.replaced_by
        ),
    ]


def _term(row: Disposal) -> list[str]:
    if row.exempt:
        return ["  held for more than a year: exempt"]
    if row.term is None:
        return []
    if row.short_sale:
        return [f"  {row.term.value}-term: a short sale lasts as long as what is delivered"]
    longer = "more than a year" if row.term is Term.LONG else "a year or less"
    return [f"  {row.term.value}-term: held for {longer}"]


def _amount(row: Disposal, amount: Decimal) -> str:
    return money(amount, row.asset.currency, exact=True)
