"""Importing the user's own price file: how it is understood, before it is stored."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from ledger.market.csv_import.import_tape import ForeignTape
from ledger.market.csv_import.layout import ImportOptions
from ledger.practice.library.files import within
from ledger.practice.library.tape_import import id_for, keep_tape, understand
from ledger.refused import Refused
from tui.screens.first.ordered import OrderedPage
from tui.text import format as fmt
from tui.widgets.choice import Choice
from tui.widgets.fields import Field, Fields, Typed, Values
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

_PATIENCE = 0.3
_SAYS = "the file says"
_DATES = (_SAYS, "day-first", "month-first", "year-first")
_DECIMAL = (_SAYS, "point", "comma")


class ImportTape(OrderedPage[str | None]):
    """The answer is the tape's id. A file dropped on a terminal arrives as a pasted path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("enter", "keep", "Import", show=False),
        Binding("down,tab", "move(1)", "Next field", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "Previous field", show=False, priority=True),
    ]

    def __init__(self, path: str = "", *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._fields = Fields(lambda: _rows(path), ascii_only=ascii_only)
        self._due: Timer | None = None
        self._wanted: Values = {}
        self._keeping = False

    def contents(self) -> ComposeResult:
        yield Lines([[(" IMPORT A PRICE FILE", "title"), ("   CSV from most programs, plain, gzip "
                     "or zip; type its path or paste it", "dim")]], id="heading",
                    ascii_only=self.ascii_only)  # fmt: skip
        yield self._fields
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("Enter", "keep"),), "import"),
                Hint((("up/down", "move(1)"),), "field"),
                Hint((("left/right", "none"),), "choose"),
                Hint((("Esc", "dismiss(None)"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        self._fields.enter("path")
        self._rethink()
        self.ready()

    def action_move(self, steps: int) -> None:
        """Focus the next field."""
        self._fields.move(steps)

    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        """Read the file as soon as typing pauses."""
        if self._fields.values:
            self._rethink()

    @on(Typed.TooLong)
    def too_long(self, message: Typed.TooLong) -> None:
        """Say that the text did not fit the field."""
        message.stop()
        self._tell([f"! {message.sentence}"], "down")

    def _rethink(self) -> None:
        self._keeping = False
        if self._due is not None:
            self._due.stop()
        self._due = self.set_timer(_PATIENCE, self._look)

    def _look(self) -> None:
        values = self._fields.values
        if not _path(values):
            self._tell(["The file is not changed: the tape is your own copy."], "dim")
            return
        self._wanted = values
        self.run_worker(lambda: self._read(values, self._keeping), thread=True, group="file",
                        exclusive=True)  # fmt: skip

    def _read(self, values: Values, keeping: bool) -> None:
        """In the thread: read the file and, if `keeping`, store the tape."""
        path = within(None, _path(values))
        found: ForeignTape | None = None
        try:
            found = understand(path, _options(values))
            name = id_for(path, found)
            keep_tape(name, path, found, dry=not keeping)
            told: tuple[str, ...] = (name,)
        except Refused as refused:
            found, told = None, refused.faults
        self.app.call_from_thread(self._answered, values, found, told, keeping)

    def _answered(
        self, values: Values, found: ForeignTape | None, told: tuple[str, ...], kept: bool
    ) -> None:
        if values != self._wanted or not self.is_current:
            return
        if found is None:
            self._keeping = False
            self._tell([f"! {line}" for line in told[:6]], "down")
        elif kept:
            self.dismiss(told[0])
        else:
            self._tell(_understood(found, told[0]), "")

    def _tell(self, texts: list[str], meaning: str) -> None:
        width = max(self.size.width - 4, 20)
        lines: list[Line] = [
            [(f"  {line}", meaning)] for text in texts for line in wrap(fmt.clean(text, 400), width)
        ]
        self.query_one("#about", Lines).show(lines)

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Import it, on Enter in a text field."""
        event.stop()
        self.action_keep()

    def action_keep(self) -> None:
        """Import it as it is understood."""
        if self._due is not None:
            self._due.stop()
        self._keeping = True
        self._look()


def _rows(path: str) -> tuple[Field, ...]:
    return (
        Field("path", "File", path, hint="/home/me/prices.csv", limit=1000),
        Field("symbol", "Symbol", "", hint="else the file's"),
        Field("dates", "Dates", _SAYS, _DATES),
        Field("decimal", "Decimals", _SAYS, _DECIMAL),
        Field("zone", "Time zone", "", hint="such as Europe/Athens; else UTC", limit=40),
    )


def _path(values: Values) -> str:
    return values["path"].strip().strip("'\"").removeprefix("file://")


def _options(values: Values) -> ImportOptions:
    symbol = fmt.clean(values["symbol"].strip(), 24)
    given = {key: values[key] for key in ("dates", "decimal") if values[key] != _SAYS}
    return ImportOptions(
        symbol=symbol or None,
        dates=given.get("dates"),
        decimal=given.get("decimal"),
        zone=values["zone"].strip() or None,
    )


def _understood(found: ForeignTape, name: str) -> list[str]:
    faults = [fault for fault in found.faults if not fault.is_note]
    return [
        f"{found.symbol}, {found.bars:,} bars of {found.interval}, {fmt.when(found.first)} to "
        f"{fmt.when(found.last)}",
        f"Read as {found.title}. Times: {found.zone}. Sessions: {found.tape.market.days}.",
        f"{len(faults) or 'No'} fault{'' if len(faults) == 1 else 's'} in {found.rows:,} rows.",
        *(f"   {fault}" for fault in faults[:3]),
        f"Enter imports it as {name}.",
    ]
