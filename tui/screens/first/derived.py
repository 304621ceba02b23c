"""The form of a token or an option on a chosen tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import ComposeResult

from ledger.practice.library.tape_shelf import ShelvedTape
from tui.screens.first.new_form import moment
from tui.screens.form_page import FormPage
from tui.text import format as fmt
from tui.text.entry import Unreadable, number, optional_number
from tui.widgets.fields import Field, Values
from tui.widgets.lines import Lines

TOKEN, OPTION = "token", "option"
_OF_TOKEN, _OF_OPTION = {"multiple", "fee"}, {"right", "strike", "expires", "volatility"}
_TEXT = {
    TOKEN: "A leveraged token: each day it moves by a multiple of the tape's move, less "
    "the fee. It is bought outright, at a venue that lends.",
    OPTION: "An option on the tape, at the Black-Scholes price. If you give no volatility, that "
    "of the tape's last 30 days is used. It is bought outright, at a venue that lends.",
}


class DerivedForm(FormPage[ShelvedTape | None]):
    """The answer is a tape of its own, made from its underlying."""

    def __init__(
        self, tape: ShelvedTape, symbols: Sequence[str], *, ascii_only: bool = False
    ) -> None:
        """`symbols` are those of other tapes."""
        super().__init__(lambda: rows(tape), ascii_only=ascii_only)
        self._tape, self._symbols = tape, tuple(symbols)

    def contents(self) -> ComposeResult:
        heading = f" TOKEN OR OPTION ON {fmt.clean(self._tape.symbol, 30)}"
        yield Lines(
            [[(heading, "title"), (f"   {fmt.clean(self._tape.title, 80)}", "dim")]],
            id="heading",
            ascii_only=self.ascii_only,
        )
        yield self._fields
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield self.keys("add it")

    def on_mount(self) -> None:
        self.begin_at("kind")

    def rethink(self) -> None:
        """Show the rows of the chosen kind, and propose its symbol: nothing is read for it."""
        values = self._fields.values
        kind = values["kind"]
        self._fields.hide(_OF_OPTION if kind == TOKEN else _OF_TOKEN)
        if values["symbol"] in (_symbol(self._tape, TOKEN), _symbol(self._tape, OPTION)):
            self._fields.fill("symbol", _symbol(self._tape, kind))
        self.say([_TEXT[kind]], "dim")

    def consider(self) -> None:
        """Add it to the tapes, marked."""
        try:
            made = derived(self._fields.values, self._tape)
            if made.symbol in self._symbols:
                raise Unreadable(f"Symbol: {made.symbol} is taken; choose another")
        except Unreadable as fault:
            self.refuse([str(fault)])
            return
        self.dismiss(made)


def rows(tape: ShelvedTape) -> tuple[Field, ...]:
    """Every row; those of the other kind are hidden."""
    return (
        Field("kind", "What", TOKEN, (TOKEN, OPTION)),
        Field("symbol", "Symbol", _symbol(tape, TOKEN)),
        Field("multiple", "Multiple", "3", hint="such as 3 or -3"),
        Field("fee", "Fee % a day", "0.05", hint="of its value"),
        Field("right", "Right", "", ("call", "put")),
        Field("strike", "Strike", "", hint="a price"),
        Field("expires", "Expires", "", hint="2021-03-26 or 2021-03-26 08:00"),
        Field("volatility", "Volat. %", "", hint="a year; else measured"),
    )


def derived(values: Values, tape: ShelvedTape) -> ShelvedTape:
    """The derived tape. Raises `Unreadable`."""
    symbol = fmt.clean(values["symbol"].strip(), 24)
    if not symbol or "=" in symbol or "," in symbol:
        raise Unreadable("Symbol: enter a short name, without = and ,")
    if values["kind"] == TOKEN:
        multiple = values["multiple"].strip()
        number(multiple.removeprefix("-"), "Multiple")
        fee = number(values["fee"], "Fee % a day").scaleb(-2)
        made: tuple[tuple[str, str], ...] = (
            ("token", tape.id),
            ("multiple", multiple),
            ("fee", f"{fee:f}"),
        )
        title = f"a token of {multiple} times {tape.symbol}"
    else:
        strike = number(values["strike"], "Strike")
        expires = moment(values["expires"], "Expires")
        measured = optional_number(values["volatility"], "Volat. %")
        made = (("option", tape.symbol), ("right", values["right"]), ("strike", f"{strike:f}"),
                ("expires", expires))  # fmt: skip
        if measured is not None:
            made = (*made, ("volatility", f"{measured.scaleb(-2):f}"))
        title = f"a {values['right']} on {tape.symbol} at {strike:f}, to {expires[:10]}"
    return replace(
        tape, id=f"{symbol} on {tape.id}", symbol=symbol, title=title, picture="", made=made,
        source=tape.id, mark="", funding="",
    )  # fmt: skip


def _symbol(tape: ShelvedTape, kind: str) -> str:
    return f"{tape.symbol[:18]}-{'TOKEN' if kind == TOKEN else 'OPT'}"
