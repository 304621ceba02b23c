"""Importing the user's own price file: how it is understood, before it is stored."""

from __future__ import annotations

from textual.app import ComposeResult

from ledger.market.csv_import.import_tape import ForeignTape
from ledger.market.csv_import.layout import ImportOptions
from ledger.practice.library.files import within
from ledger.practice.library.tape_import import id_for, keep_tape, understand
from ledger.refused import Refused
from tui.screens.form_page import FormPage
from tui.text import format as fmt
from tui.widgets.fields import Field, Values
from tui.widgets.lines import Lines

_SAYS = "the file says"
_DATES = (_SAYS, "day-first", "month-first", "year-first")
_DECIMAL = (_SAYS, "point", "comma")


class ImportTape(FormPage[str | None]):
    """The answer is the tape's id. A file dropped on a terminal arrives as a pasted path."""

    patience = 0.3

    def __init__(self, path: str = "", *, ascii_only: bool = False) -> None:
        super().__init__(lambda: _rows(path), ascii_only=ascii_only)
        self._wanted: Values = {}

    def contents(self) -> ComposeResult:
        heading = (" IMPORT A PRICE FILE", "title")
        kinds = ("   CSV from most programs, plain, gzip or zip", "dim")
        yield Lines([[heading, kinds]], id="heading", ascii_only=self.ascii_only)
        yield self._fields
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield self.keys("import")

    def on_mount(self) -> None:
        self.begin_at("path")

    def consider(self) -> None:
        """Read the file in a thread; keep the tape if it was asked for."""
        values = self._fields.values
        if not _path(values):
            self.say(["The file is not changed: the tape is your own copy."], "dim")
            return
        self._wanted = values
        self.run_worker(lambda: self._read(values, self._submitted), thread=True, group="file",
                        exclusive=True)  # fmt: skip

    def _read(self, values: Values, keeping: bool) -> None:
        """In the thread: read the file and, if `keeping`, store the tape."""
        path = within(None, _path(values))
        found: ForeignTape | None = None
        try:
            found = understand(path, _options(values))
            name = id_for(path, found)
            keep_tape(name, path, found, dry=not keeping)
            report: tuple[str, ...] = (name,)
        except Refused as refused:
            found, report = None, refused.faults
        self.app.call_from_thread(self._answered, values, found, report, keeping)

    def _answered(
        self, values: Values, found: ForeignTape | None, report: tuple[str, ...], kept: bool
    ) -> None:
        if values != self._wanted or not self.is_current:
            return
        if found is None:
            self.refuse(report[:6])
        elif kept:
            self.dismiss(report[0])
        else:
            self.say(_understood(found, report[0]))


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
