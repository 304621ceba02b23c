"""Tapes for a new account: one or several from the library, or a file that is imported now."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ledger.practice.accounts.known import Known
from ledger.practice.library.tape_shelf import ShelvedTape, TapeShelf, tape_shelf
from ledger.refused import Refused
from tui.runtime.opener import Own
from tui.screens.first.chooser import Chooser, Option
from tui.text import format as fmt
from tui.widgets.finder import Listed, Search
from tui.widgets.grid import Column
from tui.widgets.keybar import Hint

_FILES = (".csv", ".csv.gz", ".txt", ".tsv", ".zip", ".gz")


class TapeChooser(Chooser[Own | None]):
    """Tab marks a tape; Enter goes on with the marked ones, or with the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "mark", "Mark", show=False),
        Binding("ctrl+o", "import", "Import a file", show=False),
        Binding("ctrl+t", "derive", "Token or option", show=False),
    ]
    heading = " NEW ACCOUNT   1 of 3: what you trade"
    otherwise = "ctrl+o imports a file; "
    also = (
        Hint((("tab", "mark"),), "mark several"),
        Hint((("ctrl+o", "import"),), "import a file"),
        Hint((("ctrl+t", "derive"),), "token or option"),
    )

    def __init__(self, known: Known, *, ascii_only: bool = False) -> None:
        """`taken` are the names of existing accounts."""
        super().__init__(ascii_only=ascii_only)
        self._known = known
        self._tapes: dict[str, ShelvedTape] = {}
        self._marked: list[str] = []

    def columns(self, width: int) -> list[Column]:
        sizes = [3, 9, 14, 4, 9]
        rest = min(width - sum(sizes) - len(sizes) - 3, 72)
        names = ["", "Symbol", "Prices", "Bar", "Years"]
        fixed = [Column(name, size) for name, size in zip(names, sizes, strict=True)]
        return [*fixed, Column("What it is", rest)]

    def on_mount(self) -> None:
        """Read the imported tapes in a thread."""
        super().on_mount()
        self._read()

    def _read(self, at: str = "") -> None:
        self.run_worker(lambda: self._load(at), thread=True)

    def _load(self, at: str) -> None:
        try:
            shelf = tape_shelf()
        except Refused as refused:
            shelf = TapeShelf((), refused.faults)
        self.app.call_from_thread(self._show, shelf, at)

    def _show(self, shelf: TapeShelf, at: str) -> None:
        if not self.is_attached:
            return
        made = {tape.id: tape for tape in self._tapes.values() if tape.made}
        self._tapes = made | {tape.id: tape for tape in shelf.tapes}
        if at in self._tapes and at not in self._marked and self._marked:
            self._marked.append(at)  # among several; alone, the cursor chooses it
        self._offer(at)
        if shelf.faults:
            self.tell("; ".join(shelf.faults))

    def _offer(self, at: str = "") -> None:
        symbols = [self._tapes[name].symbol for name in self._marked]
        self.aside = f"marked: {', '.join(symbols)}" if symbols else ""
        self.head()
        self.offer([self._option(tape) for tape in self._tapes.values()], at)

    def _option(self, tape: ShelvedTape) -> Option:
        mark = "[x]" if tape.id in self._marked else "[ ]"
        cells = (
            (mark, "up" if tape.id in self._marked else "dim"),
            (tape.symbol, "strong"),
            (tape.picture, "up"),
            (tape.interval, ""),
            (_years(tape), ""),
            (tape.title, ""),
        )
        return Option(tape.id, cells, tape.text, _told(tape))

    def action_mark(self) -> None:
        """Mark a tape, or unmark it; one for each symbol."""
        if self.here is None:
            return
        tape = self._tapes[self.here.key]
        if tape.id in self._marked:
            self._marked.remove(tape.id)
        elif twin := next((m for m in self._marked if self._tapes[m].symbol == tape.symbol), ""):
            self.tell(f"{tape.symbol} is marked already, from {twin}: one tape for each symbol.")
            return
        else:
            self._marked.append(tape.id)
        self._is_found = True
        self._offer(tape.id)

    def choose(self, option: Option) -> None:
        """Go on to the rule book."""
        from tui.screens.first.venue_chooser import (
            VenueChooser,
        )  # imported here: it reads rule books

        chosen = [self._tapes[name] for name in self._marked or [option.key]]
        chosen.sort(key=lambda tape: bool(tape.made))  # underlyings first
        screen = VenueChooser(chosen, self._known, ascii_only=self.ascii_only)
        self.app.push_screen(screen, self._done)

    def _done(self, own: Own | None) -> None:
        if own is not None:
            self.dismiss(own)

    def action_derive(self) -> None:
        """Make a token or an option on the tape under the cursor."""
        from tui.screens.first.derived import DerivedForm  # imported here: rarely needed

        tape = None if self.here is None else self._tapes[self.here.key]
        if tape is None or tape.made:
            self.tell("A token or an option is made from a tape of prices: choose one.")
            return
        symbols = [each.symbol for each in self._tapes.values()]
        screen = DerivedForm(tape, symbols, ascii_only=self.ascii_only)
        self.app.push_screen(screen, self._derived)

    def _derived(self, made: ShelvedTape | None) -> None:
        """Mark it, and with an option its underlying."""
        if made is None:
            return
        self._tapes = {made.id: made, **self._tapes}
        if made.made[0][0] == "option" and made.source not in self._marked:
            symbols = {self._tapes[name].symbol for name in self._marked}
            if self._tapes[made.source].symbol not in symbols:
                self._marked.append(made.source)
        self._marked.append(made.id)
        self._search = Search()
        self._offer(made.id)

    @on(Listed.Letter)
    def typed(self, message: Listed.Letter) -> None:
        """Import a pasted path; search for anything else."""
        if len(message.letter) > 1 and (pasted := _file_in(message.letter)):
            message.prevent_default()
            self.action_import(pasted)

    def action_import(self, path: str = "") -> None:
        """Import the user's own file as a tape; its path may stand in the search."""
        from tui.screens.first.import_tape import ImportTape  # it reads files

        screen = ImportTape(path or _file_in(self._search.text), ascii_only=self.ascii_only)
        self.app.push_screen(screen, self._imported)

    def _imported(self, name: str | None) -> None:
        if name:
            self._search = Search()
            self._read(name)


def _file_in(text: str) -> str:
    """The path of a price file, if that is what a text is; else nothing."""
    path = text.strip().strip("'\"").removeprefix("file://")
    return path if path.lower().endswith(_FILES) else ""


def _years(tape: ShelvedTape) -> str:
    first, last = fmt.when(tape.first).split()[3], fmt.when(tape.last).split()[3]
    return first if first == last else f"{first}-{last}"


def _told(tape: ShelvedTape) -> str:
    currency = f", in {tape.currency}" if tape.currency else ""
    beside = [word for word, name in (("mark", tape.mark), ("funding", tape.funding)) if name]
    more = f" With {' and '.join(beside)} tape." if beside else ""
    span = f"{fmt.when(tape.first)} to {fmt.when(tape.last)}"
    return f"{tape.title}: {tape.bars:,} bars of {tape.interval}{currency}, {span}.{more} {tape.id}"
