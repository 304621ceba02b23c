"""`export html`: the figures of `report`, the trades and the balances, as one page."""

from pathlib import Path

from ledger.practice.exports.export import Exported, export_page
from ledger.practice.exports.read_record import Progress
from ledger.practice.review.entry_words import HEADS, RIGHT, cells
from ledger.practice.review.journal import journal_of
from ledger.practice.review.pictures import drawings
from ledger.practice.review.review_view import ReviewView, read_review
from ledger.reports.exports.html_page import Page, Sheet
from tui.pages.performance_lines import Section, sections, span

_MONEY = frozenset({"gain", "mean_net", "gross", "fees", "interest", "funding", "overnight",
                    "slippage", "forced_exits", "net"})  # fmt: skip
"""Keys of figures that are money."""
_MONEY_OF_TRADES = frozenset({"quantity", "result", "costs"})
_PICTURES_OF_MONEY = frozenset({"calendar"})


def write_page(
    ledger: Path, account: str | None, target: Path, progress: Progress, *, money: bool
) -> Exported:
    """Write the page of an account. Raises `Refused`."""
    view = read_review(ledger, account, progress=progress)
    return export_page(ledger, account, target, page_of(view), money=money)


def page_of(view: ReviewView) -> Page:
    """The page; the balances are added where the record is read."""
    return Page(
        title=f"{view.account}, {span(view)}",
        about=("All figures net of costs; times in UTC.",),
        sheets=(*map(_figures, sections(view)), _trades(view)),
        pictures=tuple(
            (drawing.svg(), name in _PICTURES_OF_MONEY) for name, drawing in drawings(view).items()
        ),
    )


def _figures(section: Section) -> Sheet:
    return Sheet(
        title=section.title,
        heads=("", "", "what it is"),
        rows=tuple((row.label, row.figure, row.says) for row in section.rows),
        right=frozenset({1}),
        secret=frozenset(n for n, row in enumerate(section.rows) if row.key in _MONEY),
    )


def _trades(view: ReviewView) -> Sheet:
    book = journal_of(view.account, tuple(view.trades.values()))
    return Sheet(
        title="Trades",
        heads=HEADS,
        rows=tuple(cells(entry) for entry in book.entries),
        money=frozenset(n for n, head in enumerate(HEADS) if head in _MONEY_OF_TRADES),
        right=frozenset(n for n, head in enumerate(HEADS) if head in RIGHT),
    )
