"""The last step of a new account: margin mode, start and money, checked as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import SystemRandom

from textual.app import ComposeResult

from ledger.market.rules.rulebook import Rulebook
from ledger.money import ZERO, plain, trim
from ledger.practice.accounts.hiding import Hiding
from ledger.practice.accounts.known import Known
from ledger.practice.accounts.names import checked_name
from ledger.practice.accounts.new_account import AccountRequest, history, rehearsal_of
from ledger.practice.accounts.twin_choice import twin_of
from ledger.practice.funds import MUCH
from ledger.practice.library.tape_shelf import ShelvedTape
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.refused import Refused
from tui.runtime.opener import Own
from tui.screens.first.new_form import AT_RANDOM, complaints, hidden, renamed, requested, rows
from tui.screens.form_page import FormPage
from tui.text import format as fmt
from tui.text.entry import Unreadable, number
from tui.widgets.lines import Line, Lines

_SEEDS = 1_000_000
_HIDDEN = (
    "Symbols, dates, source and scale of prices are hidden until the end of the tape, or until W "
    "reveals them; weekdays and times of day stay."
)


_Checked = tuple[Rehearsal, Rehearsal | None]
"""The account, and its twin if one is asked for."""


class NewAccount(FormPage[Own | None]):
    """Every letter is checked as `tightrope new` checks it; Enter begins the account."""

    waiting = "reading the tapes …"

    def __init__(
        self,
        tapes: Sequence[ShelvedTape],
        book: Rulebook,
        known: Known,
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(lambda: rows(tapes, book, known), ascii_only=ascii_only)
        self._tapes, self._book = tuple(tapes), book
        self._known = known
        self._drawn = SystemRandom().randrange(_SEEDS)
        self._wanted: AccountRequest | None = None
        self._purse: Decimal | None = None

    def contents(self) -> ComposeResult:
        heading = " NEW ACCOUNT   3 of 3: margin, start and money"
        yield Lines([[(heading, "title")]], id="heading", ascii_only=self.ascii_only)
        symbols = ", ".join(tape.symbol for tape in self._tapes)
        lines: list[Line] = [
            [(fmt.clean(f" {symbols} at {self._book.title}", 200), "strong")],
            *([(f"   {tape.title}, {tape.interval}", "dim")] for tape in self._tapes[:4]),
        ]
        yield Lines(lines, id="chosen", ascii_only=self.ascii_only)
        yield self._fields
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield self.keys("begin")

    def on_mount(self) -> None:
        self.begin_at("name")

    def lay_out(self) -> None:
        """Hide what the tapes, the book or the choices leave open."""
        values = self._fields.values
        self._fields.hide(hidden(values, self._tapes, self._book, self._known))
        if (name := renamed(values, self._tapes, self._known)) != values["name"]:
            self._fields.fill("name", name)

    def consider(self) -> None:
        """Check in a thread, which reads tapes."""
        try:
            asked = requested(self._fields.values, self._tapes, self._book, self._drawn)
            self._purse = self._typed_purse()
        except Unreadable as fault:
            self.refuse([str(fault)])
            return
        self._wanted = asked
        self.run_worker(lambda: self._read(asked), thread=True, group="wish", exclusive=True)

    def _read(self, asked: AccountRequest) -> None:
        try:
            checked_name(asked.name, "NAME")
            if asked.name in self._known.taken:
                raise Refused(f"NAME: there is already an account called {asked.name}")
            lead = rehearsal_of(asked)
            found: _Checked | list[str] = lead, twin_of(asked, lead)
            left, _ = self._purse_after(asked)
            if left < 0:
                most = plain(trim(left + Decimal(asked.deposit)))
                raise Refused(f"--deposit: the purse holds {most} {self._book.currency}")
        except Refused as refused:
            found = complaints(refused)
        self.app.call_from_thread(self._answered, asked, found)

    def _answered(self, asked: AccountRequest, found: _Checked | list[str]) -> None:
        if asked != self._wanted or not self.is_current:
            return
        if isinstance(found, list):
            self.refuse(found[:2])
        elif self._submitted:
            own = Own(asked.name, found[0], self._purse, found[1], asked.hiding)
            self.dismiss(own)
        else:
            self.say(self._summary(asked, *found))

    def _summary(
        self, asked: AccountRequest, found: Rehearsal, twin: Rehearsal | None
    ) -> list[str]:
        if self._fields.values["start"] == AT_RANDOM:
            start = f"The start is drawn by the seed {found.seed}."
        else:
            bars = ", ".join(f"{symbol} {count:,}" for symbol, count in history(found).items())
            start = f"Start: {fmt.when(found.start)}. Bars before it: {bars}."
        if asked.hiding is Hiding.NOTHING:
            start += f" The tapes end {fmt.when(found.end)}."
        else:
            start += f" {_HIDDEN}"
        return [
            start,
            self._told_of_purse(asked),
            *([_told_of(twin)] if twin is not None else []),
            "Enter starts the account; the clock waits for you.",
        ]

    def _told_of_purse(self, asked: AccountRequest) -> str:
        left, share = self._purse_after(asked)
        much = ": more than a fifth" if share > MUCH else ""
        money = f"{fmt.money(left, self._book.currency)} {self._book.currency}"
        return (
            f"The purse then holds {money}; {fmt.percent(share)} of your practice money is in "
            f"accounts{much}."
        )

    def _typed_purse(self) -> Decimal | None:
        """What the purse is set to; `None` where an earlier account set it. Raises
        `Unreadable`."""
        is_set = self._book.currency in self._known.purses
        return None if is_set else number(self._fields.values["purse"], "Purse")

    def _purse_after(self, asked: AccountRequest) -> tuple[Decimal, Decimal]:
        """What is left in the purse, and the share then in accounts."""
        deposit = Decimal(asked.deposit)
        return self._known.after(self._book.currency, self._purse or ZERO, deposit)


def _told_of(twin: Rehearsal) -> str:
    return (
        f"Its twin at {twin.rulebook.id} {twin.mode} gets every command too; its money is not from "
        "the purse."
    )
