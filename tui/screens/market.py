"""A synthetic market made on the desk: its figures on the left, and their price path beside
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from ledger.practice.library.venue_shelf import readable_venue_ids
from ledger.practice.rehearsals.rehearsal import Rehearsal, read_rehearsal
from ledger.refused import Refused
from tui.chart.candles import whole_tape
from tui.chart.chart import Chart
from tui.panels.market_lines import path_lines, span
from tui.runtime.opener import Made
from tui.screens.form_page import FormPage
from tui.screens.market_form import PATH, describe, example, hidden, page, rows
from tui.screens.market_form import complaint as in_words
from tui.text.entry import Unreadable
from tui.widgets.fields import Values
from tui.widgets.keybar import Hint
from tui.widgets.lines import Line, Lines

PREVIEWED = 20_000
"""Bars generated for the picture; a shorter tape is the beginning of a longer one."""
_FILE = Path("made-up.toml")
"""The form's file name in faults; its paths start at the working folder."""


class MarketScreen(FormPage["Made | None"]):
    """Every letter shows another path; Enter begins an account on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "reseed", "Another seed", show=False),
    ]
    waiting = "generating the market …"

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(lambda: rows(readable_venue_ids()), ascii_only=ascii_only)
        self._wanted = ""

    def contents(self) -> ComposeResult:
        yield Lines(id="heading", ascii_only=self.ascii_only)
        with Horizontal(id="made"):
            yield self._fields
            yield Chart(id="path")
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield self.keys("begin", Hint((("ctrl+n", "reseed"),), "another seed"))

    def on_mount(self) -> None:
        """Focus the first field, and generate a first path."""
        chart = self.query_one(Chart)
        chart.look = replace(chart.look, ascii=self.ascii_only, step=1)
        chart.empty = "no path yet"
        self._head("")
        self.begin_at("model")

    def action_reseed(self) -> None:
        """Use the next seed."""
        self._fields.fill("seed", example(self._fields.values)["seed"])

    def lay_out(self) -> None:
        """Hide the figures that the model does not take."""
        self._fields.hide(hidden(self._fields.values))

    def consider(self) -> None:
        """Generate the path in a thread: a long one takes seconds, so before Enter only the part
        that the picture shows."""
        values = self._fields.values
        try:
            if self._submitted:
                text = page(values)
            else:
                seen = values if values["shown"] == PATH else example(values)
                text = page(seen, PREVIEWED)
        except Unreadable as fault:
            self.refuse([str(fault)])
            return
        self._wanted = text
        self.run_worker(lambda: self._read(text, values), thread=True, group="path", exclusive=True)

    def _read(self, text: str, values: Values) -> None:
        """In the thread: let the file's reader check it. Only the last answer counts."""
        try:
            answer: Rehearsal | Sequence[str] = read_rehearsal(text, _FILE)
        except Refused as refused:
            answer = [in_words(fault) for fault in refused.faults]
        self.app.call_from_thread(self._answered, text, values, answer)

    def _answered(self, text: str, values: Values, answer: Rehearsal | Sequence[str]) -> None:
        if text != self._wanted or not self.is_current:
            return
        if not isinstance(answer, Rehearsal):
            self.refuse(answer)
        elif self._submitted:
            self.dismiss(Made(f"made-up-{values['model']}", answer))
        else:
            self._show(values, answer)

    def refuse(self, faults: Sequence[str]) -> None:
        """Say what is wrong, beside an empty chart."""
        self.query_one(Chart).show([])
        self._head("")
        super().refuse(faults[:2])

    def _show(self, values: Values, rehearsal: Rehearsal) -> None:
        tapes = list(rehearsal.tapes.values())
        chart = self.query_one(Chart)
        chart.look = replace(chart.look, tick=rehearsal.instruments[tapes[0].symbol].tick)
        chart.show(whole_tape(tapes[0], max(chart.size.width - 10, 20)))
        what = span(tapes[0], cut=len(tapes[0]) == PREVIEWED)
        self._head(what if values["shown"] == PATH else f"{what}, another seed")
        self._tell([[(f" {describe(values)}", "")], *path_lines(tapes)])

    def _head(self, what: str) -> None:
        words: Line = [("SYNTHETIC MARKET", "title"), ("   these prices were never traded", ""),
                       (f"   {what}", "dim")]  # fmt: skip
        self.query_one("#heading", Lines).show([words])

    def _tell(self, lines: Sequence[Line]) -> None:
        self.query_one("#about", Lines).show(lines)
