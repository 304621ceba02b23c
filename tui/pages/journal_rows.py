"""The journal's list: its columns at each width, and all about the trade that is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.practice.review import entry_words as words
from ledger.practice.review.entry import Entry, Missing, Outcome
from ledger.practice.words.formats import NOTHING
from tui.text import display
from tui.text import format as fmt
from tui.text.kept_back import entry_of, is_blind
from tui.widgets.lines import Line
from tui.widgets.row import Cell, Column, Row
from tui.widgets.rows_on_demand import RowsOnDemand

_TAGS = "Tags"
_NET: dict[Outcome | None, str] = {Outcome.WIN: "up", Outcome.LOSS: "down"}
_LEAST_TAGS = 8
_MISSING = {Missing.STOP: "s", Missing.REASON: "r", Missing.NOTE: "n"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column, how soon it is left out (the lowest rank stays longest), and its cell."""

    column: Column
    rank: int
    cell: Callable[[Entry], Cell]


def _r(entry: Entry) -> Cell:
    meaning = "" if not entry.r else "up" if entry.r > 0 else "down"
    return words.in_r(entry.r), meaning


def _net(entry: Entry) -> Cell:
    meaning = _NET.get(entry.outcome, "")
    if is_blind(entry):
        return display.HIDDEN, ""
    return fmt.money(entry.net, entry.currency), meaning


def _entry(entry: Entry) -> Cell:
    return entry_of(entry, entry.entry_price), ""


def _opened(entry: Entry) -> Cell:
    return entry.opened[2:16].replace("T", " "), "dim"


def _closed(entry: Entry) -> Cell:
    word = words.closed_by(entry)
    return word, {"liquidation": "liquidating", "forced sale": "called", "open": "strong"}.get(
        word, ""
    )


def _missing(entry: Entry) -> Cell:
    return "".join(_MISSING[word] if word in entry.missing else " " for word in Missing), "warned"


def _tags(entry: Entry) -> Cell:
    return " ".join(fmt.plain(tag, 40) for tag in entry.tags), ""


def _number(entry: Entry) -> Cell:
    return f"{'*' if entry.elsewhere else ''}{entry.number}", "dim"


_ALL = (
    _Shown(Column("No", 5, "right"), 0, _number),
    _Shown(Column("Opened", 14), 3, _opened),
    _Shown(Column("Symbol", 7), 1, lambda entry: (fmt.plain(entry.symbol, 40), "strong")),
    _Shown(Column("Side", 5), 2, lambda entry: (entry.direction.value, "")),
    _Shown(Column("Quantity", 8, "right"), 9, lambda entry: (words.size(entry.quantity), "")),
    _Shown(Column("Entry", 9, "right"), 10, _entry),
    _Shown(Column("Exit", 9, "right"), 11, lambda entry: (words.size(entry.exit_price), "")),
    _Shown(Column("R", 7, "right"), 1, _r),
    _Shown(Column("Result", 10, "right"), 2, _net),
    _Shown(Column("Costs", 7, "right"), 12,
           lambda entry: (fmt.money(entry.costs, entry.currency), "")),
    _Shown(Column("Closed by", 9), 4, _closed),
    _Shown(Column("Mv", 2, "right"), 8, lambda entry: (str(entry.stop_moves or ""), "warned")),
    _Shown(Column("?", 3), 5, _missing),
    _Shown(Column(_TAGS, _LEAST_TAGS), 6, _tags),
)  # fmt: skip


def _fitting(width: int) -> list[_Shown]:
    """The columns there is room for, in their order; tags take what is left."""
    room, kept = width - 2, set[int]()
    for place in sorted(range(len(_ALL)), key=lambda place: _ALL[place].rank):
        if _ALL[place].column.width + 1 <= room:
            room -= _ALL[place].column.width + 1
            kept.add(place)
    return [_ALL[place] for place in sorted(kept)]


def columns(width: int) -> tuple[Column, ...]:
    """What fits; the rest is shown for the selected trade."""
    shown = [each.column for each in _fitting(width)]
    spare = max(width - 2 - sum(column.width + 1 for column in shown), 0)
    return tuple(
        Column(_TAGS, column.width + spare) if column.title == _TAGS else column for column in shown
    )


def rows(entries: Sequence[Entry], width: int, made: dict[str, Row]) -> RowsOnDemand:
    """A row for each trade, made when it is shown, and then once for this width."""
    shown = _fitting(width)
    keys = [entry.key for entry in entries]

    def make(place: int) -> Row:
        row = made.get(keys[place])
        if row is None:
            entry = entries[place]
            row = made[keys[place]] = keys[place], tuple(each.cell(entry) for each in shown)
        return row

    return RowsOnDemand(keys, make)


def about(entry: Entry) -> list[Line]:
    """One trade in three lines that fit 80 columns: its prices, costs and stop, and its texts."""
    lacks = words.missing(entry)
    return [
        [
            (f" {entry.direction.value} {words.size(entry.quantity)} {fmt.plain(entry.symbol, 20)}",
             "strong"),
            (f" {entry_of(entry, entry.entry_price)} to {words.size(entry.exit_price)}", ""),
            (f", {words.lasted(entry.seconds)}", "dim"),
            (f"   costs {fmt.money(entry.costs, entry.currency)}", ""),
            (f"   stop moved {entry.stop_moves}x" if entry.stop_moves else "", "warned"),
            (f"   calls {entry.calls}" if entry.calls else "", "called"),
        ],
        [
            (f"   {' '.join('#' + fmt.plain(tag, 40) for tag in entry.tags)}"[:60], "strong"),
            (f"   missing: {', '.join(lacks)}" if lacks else "", "warned"),
        ],
        [(f"   {fmt.clean(entry.said, 200) or NOTHING}", "dim")],
    ]  # fmt: skip


def title(account: str, entries: Sequence[Entry], of: int, order: str) -> Line:
    """The head of the list: whose it is, how many are shown, what they came to, and their order."""
    many = f"{len(entries):,} of {of:,}" if len(entries) < of else f"{of:,}"
    head = (f" {fmt.plain(account, 30)}  {many} trade{'' if of == 1 else 's'}", "dim")
    return [(" JOURNAL ", "title"), head, *_sums(entries), (f", {order}", "dim")]


def tabs(filters: Mapping[str, str], typed: str) -> Line:
    """The named filters; the one that is in force is marked."""
    runs: list[tuple[str, str]] = [(" ", "")]
    for label, text in filters.items():
        runs.append((f" {fmt.plain(label, 30)} ", "tab" if text == typed else "dim"))
    return runs


def _sums(entries: Sequence[Entry]) -> Line:
    """The results of the trades on the list, in R and in money where that is of one currency."""
    closed = [entry for entry in entries if not (entry.is_open or entry.elsewhere)]
    in_r = [entry.r for entry in closed if entry.r is not None]
    currencies = {entry.currency for entry in closed}
    runs: list[tuple[str, str]] = []
    if len(currencies) == 1:
        currency = next(iter(currencies))
        whole = sum((entry.net for entry in closed), Decimal(0))
        runs.append((f"  {fmt.signed_money(whole, currency)} {currency}", _meaning(whole)))
    if in_r:
        whole = sum(in_r, Decimal(0))
        runs.append((f"  {words.in_r(whole)} R in {len(in_r)}", _meaning(whole)))
    return runs


def _meaning(value: Decimal) -> str:
    return "up" if value > 0 else "down" if value < 0 else ""
