"""Every key of the desk, once: bindings, footer, help and guide are made from this table.

Plain letters, since terminals and multiplexers take most others. A key means the same wherever it
works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from textual.binding import Binding

DESK, CHART, ROWS = "desk", "chart", "rows"
"""Where a key works: everywhere on the desk, on the chart, or in a list."""


@dataclass(frozen=True, slots=True)
class Key:
    """One action. `keys` as Textual spells them, `shown` as a person reads them.

    `short` is its word in the footer; empty if it is only in the help.
    """

    id: str
    keys: str
    shown: str
    action: str
    group: str
    help: str
    short: str = ""
    where: str = DESK


KEYMAP: tuple[Key, ...] = (
    Key("trade.long", "b", "b", "ticket('buy')", "trade", "open a ticket to buy (long)", "long"),
    Key("trade.short", "s", "s", "ticket('sell')", "trade", "open a ticket to sell (short)",
        "short"),
    Key("trade.close", "c", "c", "close", "trade", "close all or part of the selected position",
        "close"),
    Key("trade.edit", "e", "e", "edit", "trade", "edit its stop and targets", "stops"),
    Key("trade.margin", "m", "m", "margin", "trade",
        "add or remove isolated margin; on a loan, borrow or repay", "margin"),
    Key("trade.deposit", "d", "d", "deposit", "trade",
        "deposit or withdraw money, or sweep profit", "deposit"),
    Key("trade.aside", "w", "w", "aside", "trade",
        "put a share of the last trade's profit aside"),
    Key("trade.amend", "o", "o", "amend", "trade",
        "amend the selected order, with the stop and targets it brings",
        "amend"),
    Key("trade.cancel", "x", "x", "cancel", "trade", "cancel the selected order", "cancel"),
    Key("trade.flatten", "X,shift+x", "X", "flatten", "trade",
        "close every position (asks for the word FLAT)", "flatten"),
    Key("trade.plan", "P,shift+p", "P", "plan", "trade",
        "the session plan: limits, made before the first order"),
    Key("call.answer", "a", "a", "answer", "trade", "answer the open margin call"),
    Key("clock.run", "space", "space", "run", "clock", "run or pause the market's clock", "run"),
    Key("clock.step", "full_stop", ".", "step", "clock", "step one bar", "step"),
    Key("clock.slower", "less_than_sign", "<", "speed(-1)", "clock", "slower", "speed"),
    Key("clock.faster", "greater_than_sign", ">", "speed(1)", "clock", "faster", "speed"),
    Key("clock.next", "n", "n", "next_event", "clock",
        "run on to the next fill, warning, call or funding payment", "next"),
    Key("clock.fills", "f", "f", "fills", "clock",
        "let a running clock stop at every fill, or run on"),
    Key("clock.script", "p", "p", "script", "clock",
        "take the script's next step, or run the clock to its bar", "script"),
    Key("view.shorter", "left_square_bracket", "[", "timeframe(-1)", "view",
        "a shorter timeframe of the chart", "timeframe"),
    Key("view.longer", "right_square_bracket", "]", "timeframe(1)", "view",
        "a longer timeframe of the chart", "timeframe"),
    Key("view.symbol", "slash", "/", "symbol", "view",
        "the next symbol of the watchlist on the chart"),
    Key("view.panel_next", "tab", "tab", "panel_step(1)", "view", "the next panel", "panel"),
    Key("view.panel_previous", "shift+tab", "shift+tab", "panel_step(-1)", "view",
        "the previous panel"),
    Key("view.account", "1", "1", "panel(0)", "view", "the account panel"),
    Key("view.chart", "2", "2", "panel(1)", "view", "the chart panel"),
    Key("view.positions", "3", "3", "panel(2)", "view", "the positions panel"),
    Key("view.orders", "4", "4", "panel(3)", "view", "the orders panel"),
    Key("view.ledger", "5", "5", "panel(4)", "view", "the ledger panel"),
    Key("view.watch", "6", "6", "panel(5)", "view",
        "the watchlist of a run of several symbols"),
    Key("view.zoom", "z", "z", "zoom", "view", "show this panel alone, or all again", "zoom"),
    Key("view.hide", "H,shift+h", "H", "hide", "view",
        "blind entry: hide the entry and result of an open trade; then all money; then nothing"),
    Key("view.copy", "y", "y", "copy", "view", "copy the selected row as text"),
    Key("app.explain", "enter", "enter", "explain", "app",
        "explain the selected row, with the arithmetic", "why"),
    Key("app.log", "L,shift+l", "L", "log", "app", "the full ledger, filtered by kind",
        "ledger"),
    Key("app.journal", "J,shift+j", "J", "journal", "app",
        "the journal: your trades with plan, stop and notes", "review"),
    Key("app.review", "r", "r", "review", "app",
        "the review of your week or month: plan kept, R, managing, findings, one rule",
        "review"),
    Key("app.note", "i", "i", "note", "app", "write a note in the journal"),
    Key("app.theme", "t", "t", "theme", "app", "the next theme"),
    Key("app.accounts", "A,shift+a", "A", "leave('accounts')", "app",
        "your accounts: switch, rename, archive, reset", "accounts"),
    Key("app.trunk", "T,shift+t", "T", "leave('trunk')", "app",
        "from a fork back to the account that it left (in the ledger: try another line)"),
    Key("app.compare", "C,shift+c", "C", "leave('compare')", "app",
        "compare a fork with the account that it left, or an account with its twin"),
    Key("app.twin", "v", "v", "twin", "app",
        "the account and its twin side by side, while the clock runs"),
    Key("app.reveal", "W,shift+w", "W", "reveal", "app",
        "show what a blind account hides (asks first, and goes on record)"),
    Key("app.rehearsals", "R,shift+r", "R", "leave('rehearsals')", "app",
        "start another rehearsal; this one stays where it is"),
    Key("app.new", "N,shift+n", "N", "leave('new')", "app",
        "start a new account: tapes, rule book, money; this one stays where it is"),
    Key("app.market", "M,shift+m", "M", "leave('market')", "app",
        "create a synthetic market; this account stays where it is"),
    Key("app.venues", "V,shift+v", "V", "venues", "app",
        "the rule books: read one, or compare two"),
    Key("app.help", "question_mark", "?", "help", "app", "the keys of this panel", "help"),
    Key("app.guide", "f1", "F1", "guide", "app", "the guide, at the chapter on this panel"),
    Key("app.palette", "ctrl+p", "ctrl+p", "app.command_palette", "app",
        "find any command by name"),
    Key("app.quit", "q", "q", "app.quit", "app", "quit; everything is saved", "quit"),
    Key("chart.back", "left,h", "left", "pan(8)", "chart", "back in time, or along the bars",
        where=CHART),
    Key("chart.forward", "right", "right", "pan(-8)", "chart", "forward in time", where=CHART),
    Key("chart.crosshair", "k", "k", "crosshair", "chart",
        "show one bar's prices and time; left and right move along", where=CHART),
    Key("chart.taller", "up", "up", "taller(1)", "chart", "stretch the prices", where=CHART),
    Key("chart.lower", "down", "down", "taller(-1)", "chart", "squeeze the prices", where=CHART),
    Key("chart.log", "g", "g", "log", "chart", "a logarithmic price scale, or back", where=CHART),
    Key("chart.averages", "u", "u", "averages", "chart",
        "moving averages of 20 and 50 bars and the average true range, or none", where=CHART),
    Key("chart.nearer", "plus,equals_sign", "+", "nearer(1)", "chart", "wider candles",
        where=CHART),
    Key("chart.farther", "minus", "-", "nearer(-1)", "chart", "narrower candles", where=CHART),
    Key("rows.move", "up,k,down,j", "up/down", "", "rows", "move in a list (also k and j)",
        where=ROWS),
    Key("rows.ends", "home,g,end,G", "g/G", "", "rows", "first and last row", where=ROWS),
    Key("rows.page", "pageup,pagedown", "pgup/pgdn", "", "rows", "a page up or down", where=ROWS),
)  # fmt: skip
"""Keys of lists are bound by the list itself, and listed here for the help."""


def bindings(where: str) -> list[Binding]:
    """The Textual bindings of these keys."""
    return [
        Binding(key.keys, key.action, key.help, show=False, key_display=key.shown, id=key.id)
        for key in KEYMAP
        if key.where == where and key.action
    ]


def footer() -> list[list[Key]]:
    """The keys in the footer; neighbours with the same word share it."""
    keys = [key for key in KEYMAP if key.short]
    return [list(same) for _, same in groupby(keys, key=lambda key: key.short)]


def help_for(places: Iterable[str]) -> tuple[Key, ...]:
    """The keys that work in these places."""
    return tuple(key for key in KEYMAP if key.where in places)


def markdown() -> str:
    """The table of keys for the guide."""
    rows = [f"| `{key.shown}` | {key.help} |" for key in KEYMAP]
    return "\n".join(["| key | does |", "| --- | --- |", *rows])
