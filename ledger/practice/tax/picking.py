"""Saying which lots a sale came from: the same on the sale's page and on the command line."""

from decimal import Decimal
from pathlib import Path

from ledger.account.commands import PickLots
from ledger.account.event_terms import Side
from ledger.money import ZERO
from ledger.practice.tax.tax_view import Choices, TaxView, read_tax
from ledger.practice.words.formats import money, trimmed
from ledger.refused import Refused
from ledger.reports.tax.by_lots import LotBook
from ledger.reports.tax.deals import Deal
from ledger.reports.tax.law import Method
from ledger.reports.tax.lots import OpenLot


def open_before(view: TaxView, sale: int) -> list[OpenLot]:
    """The lots that a sale can come from, in the order of their dates. Raises `Refused`."""
    book = LotBook(view.law.of(0), view.method, view.picks)
    for deal in view.record.deals:
        if deal.seq == sale and isinstance(deal, Deal) and not deal.opens and not deal.transfer:
            return list(book.lots[deal.asset.symbol, deal.side is Side.BUY])
        book.take(deal)
    raise Refused(f"event {sale} sold nothing that was held; `tightrope tax YEAR` lists the sales")


def on_offer(view: TaxView, sale: int) -> str:
    """`lot 6: 200 for 20,000.00; lot 31: 20 for 1,960.00`"""
    return "; ".join(
        f"lot {lot.seq}: {trimmed(lot.quantity, 18)} for "
        f"{money(lot.money, lot.asset.currency, exact=True)}"
        for lot in open_before(view, sale)
    )


def picking(path: Path, account: str | None, sale: int, lots: dict[int, Decimal]) -> PickLots:
    """The command that says it, once it is known that these lots are there and large enough.
    Raises `Refused`, and what `Ledger.open` raises."""
    before = read_tax(path, account, Choices(method=Method.SPECIFIC))
    held = {lot.seq for lot in open_before(before, sale)}
    if wrong := set(lots) - held:
        raise Refused(
            f"lot {min(wrong)} is not there for the sale in event {sale}; there are "
            f"{on_offer(before, sale)}"
        )
    read_tax(path, account, Choices(method=Method.SPECIFIC, picks={sale: lots}))
    return PickLots(sale=sale, lots={str(lot): quantity for lot, quantity in lots.items()})


def picked_of(view: TaxView, sale: int) -> str:
    """What was said of a sale, as it is typed; empty if nothing was."""
    lots = view.picks.get(sale, {})
    return ", ".join(f"{lot}:{quantity:f}" for lot, quantity in lots.items() if quantity > ZERO)
