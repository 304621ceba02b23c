"""A synthetic market made on the desk: its figures on the left, and their price path beside
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input

from ledger.practice.library.catalog import readable_venue_ids
from ledger.practice.rehearsals.rehearsal import Rehearsal, read_rehearsal
from ledger.refused import Refused
from tui.chart.candles import whole_tape
from tui.chart.chart import Chart
from tui.panels.market_lines import path_lines, span
from tui.runtime.opener import Made
from tui.screens.market_form import PATH, describe, example, hidden, page, rows
from tui.screens.market_form import complaint as in_words
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.text.entry import Unreadable
from tui.widgets.choice import Choice
from tui.widgets.fields import Fields, Typed, Values
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

PREVIEWED = 20_000
"""Bars generated for the picture; a shorter tape is the beginning of a longer one."""
_PATIENCE = 0.15
"""Seconds after the last keystroke before a path is generated."""
_FILE = Path("made-up.toml")
"""The form's file name in faults; its paths start at the working folder."""


class MarketScreen(PageScreen["Made | None"]):
    """Every letter shows another path; Enter begins an account on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("enter", "begin", "Begin", show=False),
        Binding("down,tab", "move(1)", "Next field", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "Previous field", show=False, priority=True),
        Binding("ctrl+n", "reseed", "Another seed", show=False),
    ]

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._fields = Fields(lambda: rows(readable_venue_ids()), ascii_only=ascii_only)
        self._due: Timer | None = None
        self._wanted = ""
        self._beginning = False

    def contents(self) -> ComposeResult:
        yield Lines(id="heading", ascii_only=self.ascii_only)
        with Horizontal(id="made"):
            yield self._fields
            yield Chart(id="path")
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("Enter", "begin"),), "begin"),
                Hint((("up/down", "move(1)"),), "field"),
                Hint((("left/right", "none"),), "choose"),
                Hint((("ctrl+n", "reseed"),), "another seed"),
                Hint((("Esc", "leave"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """Focus the first field, and generate a first path."""
        chart = self.query_one(Chart)
        chart.look = replace(chart.look, ascii=self.ascii_only, step=1)
        chart.empty = "no path yet"
        self._fields.enter("model")
        self._head("")
        self._rethink()

    def action_move(self, steps: int) -> None:
        """Focus the next visible field."""
        self._fields.move(steps)

    def action_reseed(self) -> None:
        """Use the next seed."""
        self._fields.fill("seed", example(self._fields.values)["seed"])

    def action_leave(self) -> None:
        """Leave without beginning anything."""
        self.dismiss(None)

    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        """Generate another path as soon as typing pauses."""
        if self._fields.values:
            self._rethink()

    @on(Typed.TooLong)
    def too_long(self, message: Typed.TooLong) -> None:
        """Say that the text did not fit the field."""
        message.stop()
        self._refuse([message.sentence])

    def _rethink(self) -> None:
        self._beginning = False
        self._fields.hide(hidden(self._fields.values))
        if self._due is not None:
            self._due.stop()
        self._due = self.set_timer(_PATIENCE, self._make)

    def _make(self, *, whole: bool = False) -> None:
        """Generate the path in a thread: a long one takes seconds."""
        values = self._fields.values
        try:
            if whole:
                text = page(values)
            else:
                seen = values if values["shown"] == PATH else example(values)
                text = page(seen, PREVIEWED)
        except Unreadable as fault:
            self._refuse([str(fault)])
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
            self._refuse(answer)
        elif self._beginning:
            self.dismiss(Made(f"made-up-{values['model']}", answer))
        else:
            self._show(values, answer)

    def _refuse(self, faults: Sequence[str]) -> None:
        self._beginning = False
        chart = self.query_one(Chart)
        chart.show([])
        self._head("")
        width = max(self.size.width - 6, 20)
        texts = [line for fault in faults[:2] for line in wrap(fmt.clean(fault, 300), width)]
        self._tell([[(f" {'!' if not n else ' '} {line}", "down")] for n, line in enumerate(texts)])

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

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Begin, on Enter in a text field."""
        event.stop()
        self.action_begin()

    def action_begin(self) -> None:
        """Begin as soon as the whole path is generated."""
        if self._due is not None:
            self._due.stop()
        self._beginning = True
        self._tell([[(" generating the market …", "dim")]])
        self._make(whole=True)
