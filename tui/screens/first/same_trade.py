"""One trade under several rule books, side by side; Enter begins the rehearsal of one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ledger.practice.scenarios.same_trade import Outcome, outcomes
from ledger.refused import Refused
from tui.runtime.opener import Offer, offer_of
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.grid import Column, DataGrid, Row
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

_COLUMNS = (
    Column("Rule book", 32),
    Column("Called", 12),
    Column("Sold out", 12),
    Column("Left", 9, "right"),
    Column("Interest", 8, "right"),
    Column("Fees", 8, "right"),
    Column("Funding", 8, "right"),
)
_ABOUT = (
    "0.6 BTC bought on 11 March 2020 with 2,500 of your own and no stop, held through the crash. "
    "The same prices, the same order: only the rule book differs."
)


class SameTrade(PageScreen[Offer | None]):
    """The table is computed when it is opened: each rehearsal is run to its end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", show=False),
    ]

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._found: dict[str, Outcome] = {}

    def contents(self) -> ComposeResult:
        yield Lines(
            [[(" ONE TRADE, SEVERAL RULE BOOKS", "title")], [(f" {_ABOUT}", "dim")]],
            id="filter",
            ascii_only=self.ascii_only,
            wrapped=True,
        )
        yield DataGrid(_COLUMNS, id="rows", empty="running them …", ascii_only=self.ascii_only)
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("Enter", "begin"),), "play it yourself"),
                Hint((("up/down", "none"),), "choose"),
                Hint((("Esc", "dismiss(None)"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """Compute the table in a thread."""
        self.query_one(DataGrid).focus()
        self.run_worker(self._work, thread=True)

    def _work(self) -> None:
        try:
            found: Sequence[Outcome] | Refused = outcomes()
        except Refused as refused:
            found = refused
        self.app.call_from_thread(self._show, found)

    def _show(self, found: Sequence[Outcome] | Refused) -> None:
        if not self.is_attached:
            return
        if isinstance(found, Refused):
            self.query_one("#about", Lines).show([[(f" ! {found}", "down")]])
            return
        self._found = {each.file.stem: each for each in found}
        self.query_one(DataGrid).show([_row(each) for each in found])
        self._tell()

    def fit(self) -> None:
        """The text takes the width that is left."""
        self._tell()

    @on(DataGrid.RowHighlighted)
    def _tell(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            text = wrap(_told(chosen), min(max(self.size.width - 4, 20), 90))
            lines: list[Line] = [[(f"  {line}", "")] for line in text]
            self.query_one("#about", Lines).show(lines)

    @property
    def _chosen(self) -> Outcome | None:
        return self._found.get(self.query_one(DataGrid).cursor_key or "")

    @on(DataGrid.RowSelected)
    def action_begin(self) -> None:
        """Begin the rehearsal of the chosen rule book."""
        if self._chosen is not None:
            self.dismiss(offer_of(self._chosen.file))


def _row(found: Outcome) -> Row:
    closed = "no" if found.closed_at is None else _when(found.closed_at)
    return (
        found.file.stem,
        (
            (fmt.plain(found.title, 60), "strong"),
            ("no" if found.called is None else _when(found.called), "called"),
            (closed, "down"),
            (_cents(found.left), "strong"),
            *((_cents(cost), "") for cost in (found.interest, found.fees, found.funding)),
        ),
    )


def _cents(amount: Decimal) -> str:
    return fmt.money(amount, "USDT")


def _when(time: int) -> str:
    """`12 Mar 23:26`, without the year, which is the same for all."""
    day, month, _, clock = fmt.when(time).split()[1:]
    return f"{day} {month} {clock}"


def _told(found: Outcome) -> str:
    head = f"{found.title}, {found.mode} {fmt.quantity(found.leverage)}x. "
    call = "It never calls. " if found.called is None else f"Called on {fmt.when(found.called)}. "
    if found.closed_at is None or found.lowest is None:
        return f"{head}{call}Nothing was sold. {_cents(found.left)} of 2,500 is left."
    low, high = fmt.quantity(found.lowest), fmt.quantity(found.highest)
    prices = low if low == high else f"{low} to {high}"
    return (
        f"{head}{call}{fmt.quantity(found.closed)} of 0.6 BTC was sold from "
        f"{fmt.when(found.closed_at)} on, at {prices}. {_cents(found.left)} of 2,500 is left."
    )
