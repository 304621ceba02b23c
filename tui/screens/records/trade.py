"""One trade: its chart, on which it is walked through again, and everything that is known of it."""

from __future__ import annotations

from typing import ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input

from ledger.books.file.errors import LedgerError
from ledger.practice.journal.prices import after_exit
from ledger.practice.review.entry import Entry
from ledger.refused import Refused
from ledger.reports.discipline.managed import Managed
from ledger.reports.trades.notes import Note
from tui.chart.chart import Chart
from tui.chart.model import Look
from tui.pages.passive_lines import passive_lines
from tui.pages.trade_page import After, trade_lines
from tui.pages.trade_walk import Moment, levels_at, marks_until, moments
from tui.runtime.forking import Try
from tui.runtime.journal_book import JournalBook
from tui.screens.page import PageScreen
from tui.screens.records.trade_chart import Walk
from tui.screens.records.writing import Writing
from tui.text import format as fmt
from tui.widgets.asked import Asked
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines

_NUMBER = "number"
_NO_FORK = "Open this account on the desk to try a decision again."


class Listing(Protocol):
    """What is needed of the journal behind the page."""

    @property
    def entries(self) -> list[Entry]: ...

    def known_tags(self) -> list[str]: ...

    def reread(self, words: str, meaning: str = "notice") -> None: ...


class TradeScreen(PageScreen[Try | None]):
    """Dismissed with a decision to try again."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", show=False),
        Binding("left,h", "walk(-1)", "A bar back", show=False, priority=True),
        Binding("right,l", "walk(1)", "A bar on", show=False, priority=True),
        Binding("left_square_bracket", "event(-1)", "The event before", show=False),
        Binding("right_square_bracket", "event(1)", "The next event", show=False),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("less_than_sign,comma", "other(-1)", "The trade above", show=False),
        Binding("greater_than_sign,full_stop", "other(1)", "The trade below", show=False),
        Binding("i", "note", "Note", show=False),
        Binding("e", "revise", "Revise a note", show=False),
        Binding("number_sign", "tag", "Tags", show=False),
        Binding("T,shift+t", "fork", "Try another line", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(
        self, book: JournalBook, listing: Listing, entry: Entry, *, ascii_only: bool = False
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self._book, self._listing, self._entry = book, listing, entry
        self._walk: Walk | None = None
        self._after: After | None = None
        self._managed: Managed | None = None
        self._moments: list[Moment] = []
        self._here: Moment | None = None
        self._told = ("", "notice")
        self._asked = Asked(ascii_only=ascii_only)
        self.writing = Writing(self, book, listing.known_tags, self._wrote)

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only, wrapped=True)
        yield Chart(id="trade-chart", look=Look(ascii=self.ascii_only))
        yield Lines(id="walked", ascii_only=self.ascii_only)
        with VerticalScroll(id="rows"):
            yield Lines(id="trade-lines", ascii_only=self.ascii_only, wrapped=True)
        yield self._asked
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(
            [
                Hint((("left", "walk(-1)"), ("right", "walk(1)")), "walk"),
                Hint((("[", "event(-1)"), ("]", "event(1)")), "events"),
                Hint((("up", "scroll(-1)"), ("down", "scroll(1)")), "scroll"),
                Hint((("<", "other(-1)"), (">", "other(1)")), "trade"),
                Hint((("i", "note"),), "note"),
                Hint((("e", "revise"),), "revise"),
                Hint((("#", "tag"),), "tags"),
                Hint((("T", "fork"),), "try another line"),
                Hint((("Esc", "back"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """Show what is known at once; the tapes are read in a thread."""
        self.query_one("#rows").focus()
        self._begin()

    def fit(self) -> None:
        """Give the chart a third of the screen."""
        self.query_one(Chart).styles.height = max(self.size.height // 3, 7)
        self.call_after_refresh(self._show)

    def _begin(self) -> None:
        self._moments = moments(self._entry.trade)
        self._walk, self._after, self._here, self._managed = None, None, None, None
        self._show()
        if self._entry.elsewhere:
            self._say("Made elsewhere: no tape, no stop's life and no calls of it are known.")
        else:
            self.run_worker(self._read, thread=True, exclusive=True)

    def _read(self) -> None:
        trade, wrong = self._entry.trade, ""
        try:
            clock = self._book.clock()
            walk = Walk(trade, clock)
            tape = clock.timeline.tapes[trade.symbol]
            after = after_exit(trade, tape, clock.now)
        except (Refused, LedgerError) as fault:
            walk, after, wrong = None, None, str(fault)
        self.app.call_from_thread(self._have, walk, after, wrong)
        if trade.r is None:
            return
        try:
            managed = self._book.passive(trade.number)
        except (Refused, LedgerError) as fault:
            self.app.call_from_thread(self._say, f"Not compared: {fault}", "warned")
            return
        self.app.call_from_thread(self._compared, trade.number, managed)

    def _compared(self, number: int, managed: Managed | None) -> None:
        if self.is_attached and number == self._entry.number:
            self._managed = managed
            self._show()

    def _have(self, walk: Walk | None, after: After | None, wrong: str) -> None:
        self._walk, self._after = walk, after
        if wrong:
            self._say(f"No chart: {wrong}", "warned")
        if walk is not None:
            self._at_cursor(walk)
        self._show()

    # what is shown

    def _show(self) -> None:
        entry, trade = self._entry, self._entry.trade
        tags = " ".join(f"#{fmt.plain(tag, 40)}" for tag in trade.tags)
        how = f"{entry.direction.value} {fmt.plain(entry.symbol, 20)}"
        where = "made elsewhere" if entry.elsewhere else fmt.plain(self._book.account or "", 30)
        head: Line = [
            (f" TRADE {entry.number} ", "title"),
            (f" {how}, {trade.mode.value} {fmt.quantity(trade.leverage)}x", "strong"),
            (f", {where}", "dim"),
            (f"  {tags}", "strong"),
        ]
        self.query_one("#filter", Lines).show([head])
        width = max(self.size.width - 2, 40)
        passive = passive_lines(self._managed) if self._managed else self._waiting()
        lines = trade_lines(entry, width, self._after, passive)
        self.query_one("#trade-lines", Lines).show(lines)
        self._draw()

    def _waiting(self) -> list[Line]:
        if self._entry.trade.r is None or self._entry.elsewhere or self._told[1] == "warned":
            return []
        return [[("   Left alone      running it again …", "dim")]]

    def _draw(self) -> None:
        chart, walk, trade = self.query_one(Chart), self._walk, self._entry.trade
        if walk is None:
            chart.show(())
            self._tell([[(" reading the tape …" if not self._entry.elsewhere else "", "dim")]])
            return
        until = walk.known_until
        chart.look = Look(tick=trade.instrument.tick, ascii=self.ascii_only, volume=False)
        closed = trade.closed_at
        over = closed is not None and walk.time <= closed < until
        levels = levels_at(trade, closed if over and closed is not None else until)
        chart.show(walk.candles(), levels, marks_until(trade, until))
        here = self._here
        what = "" if here is None else f"   #{here.seq} {fmt.clean(here.said, 60)}"
        can = "   T tries another line from here" if here is not None and here.decided else ""
        self._tell([[(f" {fmt.when(walk.time)}", "strong"), (what, ""), (can, "dim")]])

    def _tell(self, lines: list[Line]) -> None:
        self.query_one("#walked", Lines).show(lines)

    def _say(self, words: str, meaning: str = "notice") -> None:
        self._told = words, meaning
        self.query_one("#notice", Lines).show([[(f" {fmt.clean(words, 300)}", meaning)]])

    def _at_cursor(self, walk: Walk) -> None:
        passed = [moment for moment in self._moments if moment.at <= walk.known_until]
        self._here = passed[-1] if passed else None

    # walking

    def action_walk(self, candles: int) -> None:
        """A candle back or on; in a line of text, the cursor moves there instead."""
        if self._asked.what or self._walk is None:
            return
        self._walk.move(candles)
        self._at_cursor(self._walk)
        self._draw()

    def action_event(self, steps: int) -> None:
        """To the next thing that happened, or the one before."""
        if self._walk is None or not self._moments:
            return
        at = -1 if self._here is None else self._moments.index(self._here)
        self._here = self._moments[min(max(at + steps, 0), len(self._moments) - 1)]
        self._walk.go_to(self._here.at)
        self._draw()

    def action_scroll(self, rows: int) -> None:
        """Up and down in the text."""
        self.query_one("#rows", VerticalScroll).scroll_relative(y=2 * rows, animate=False)

    def action_other(self, steps: int) -> None:
        """The next trade of the list, or the one before."""
        keys = [entry.key for entry in self._listing.entries]
        if self._entry.key in keys:
            at = keys.index(self._entry.key) + steps
            if not 0 <= at < len(keys):
                self._say(f"This is the {'first' if at < 0 else 'last'} trade of the list.")
                return
            self._entry = self._listing.entries[at]
            self.query_one("#rows", VerticalScroll).scroll_home(animate=False)
            self._say("")
            self._begin()

    # writing

    def action_note(self) -> None:
        """Write a note on it."""
        self.writing.note(self._entry)

    def action_tag(self) -> None:
        """Give it tags, or take them off."""
        self.writing.tag(self._entry)

    def action_revise(self) -> None:
        """Revise its note; of several, the one whose number is given."""
        notes = self._notes()
        if not notes:
            self._say("There is no note to revise yet: i writes one.", "warned")
        elif len(notes) == 1:
            self.writing.revise(self._entry, notes[0])
        else:
            known = ", ".join(str(note.seq) for note in notes)
            self._asked.ask(_NUMBER, f"Revise which note ({known}):", str(notes[-1].seq))

    def _notes(self) -> list[Note]:
        return [note for note in self._entry.trade.notes if note.text]

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """The number of a note."""
        event.stop()
        chosen = event.value.strip().lstrip("#")
        self._close_question()
        note = next((note for note in self._notes() if str(note.seq) == chosen), None)
        if note is None:
            self._say(f"There is no note {chosen}.", "warned")
        else:
            self.writing.revise(self._entry, note)

    def _close_question(self) -> None:
        self._asked.close()
        self.query_one("#rows").focus()

    def _wrote(self, words: str, meaning: str = "notice") -> None:
        self._say(words, meaning)
        self._listing.reread(words, meaning)

    def refreshed(self) -> None:
        """The journal has been read again: show what the trade has now."""
        key = self._entry.key
        self._entry = next((x for x in self._listing.entries if x.key == key), self._entry)
        self._moments = moments(self._entry.trade)
        self._show()

    def action_fork(self) -> None:
        """Try another line from the decision at the cursor."""
        if not self._book.forks:
            self._say(_NO_FORK, "warned")
        elif self._here is None or not self._here.decided:
            self._say("This is no decision of yours: [ and ] go to one.", "warned")
        else:
            self.dismiss(Try(self._here.seq))

    def action_copy(self) -> None:
        """Copy everything below the chart as text."""
        self.app.copy_to_clipboard(self.query_one("#trade-lines", Lines).text)
        self._say("copied")

    def action_back(self) -> None:
        """Leave the question, then the page."""
        if self._asked.what:
            self._close_question()
        else:
            self.dismiss(None)
