"""The life of a trade's stop as a picture: its level from the opening to the end, what was done to
it when, and every stretch in which nothing protected the position."""

from __future__ import annotations

from decimal import Decimal

from ledger.practice.review.entry_words import moment, size
from ledger.reports.trades.stop_history import StopAct, StopChange
from ledger.reports.trades.trade import Trade
from ledger.times import Time
from tui.text import format as fmt
from tui.text.kept_back import is_blind
from tui.widgets.lines import Line, Run

_LETTERS = {
    StopAct.SET: "S",
    StopAct.TIGHTENED: "t",
    StopAct.WIDENED: "W",
    StopAct.TRAILED: "~",
    StopAct.REMOVED: "X",
    StopAct.CANCELLED: "X",
    StopAct.EXPIRED: "X",
    StopAct.REPLACED: "R",
    StopAct.FILLED: "F",
    StopAct.FILLED_IN_PART: "f",
}
_MEANINGS = {"W": "down", "X": "liquidating", "t": "up", "F": "strong", "f": "strong"}
_RANK = "XWFRSft~"
"""Which of several letters in one column is shown."""
_WORDS = {StopAct.FILLED: "filled", StopAct.FILLED_IN_PART: "filled in part"}
_LEVEL, _ENTRY, _COVERED, _BARE = "─", "·", "━", "┄"
_LABEL = 12


def strip(trade: Trade, width: int, height: int = 4) -> list[Line]:
    """The picture; a sentence where there never was a stop."""
    life = trade.stop
    if not life.changes:
        return [[("   never had a stop", "liquidating")]]
    plot = max(min(width - _LABEL - 3, 90), 16)
    at = _Across(trade.opened_at, trade.seen_until if trade.is_open else trade.closed_at, plot)
    levels = [change.level for change in life.changes if change.level is not None]
    prices = {*levels} if is_blind(trade) else {*levels, trade.entry_price}
    scale = sorted(prices, reverse=True)
    rows = _levels(trade, scale, at, height)
    return [*rows, _strip(trade, at), _times(at), *_legend()]


class _Across:
    """Columns of market time."""

    def __init__(self, begin: Time, end: Time | None, width: int) -> None:
        self.begin, self.width = begin, width
        self.end = begin if end is None else end

    def column(self, time: Time) -> int:
        """Where a moment is drawn."""
        span = max(self.end - self.begin, 1)
        place = (min(max(time, self.begin), self.end) - self.begin) * (self.width - 1)
        return place // span


def _levels(trade: Trade, scale: list[Decimal], at: _Across, height: int) -> list[Line]:
    """Rows from the highest price to the lowest: the stop as a line, the entry as dots."""
    high, low = scale[0], scale[-1]
    span = (high - low) or Decimal(1)

    def row(price: Decimal) -> int:
        return int(((high - price) / span * (height - 1)).to_integral_value())

    cells: list[list[Run]] = [[(" ", "")] * at.width for _ in range(height)]
    if not is_blind(trade):
        cells[row(trade.entry_price)] = [(_ENTRY, "dim")] * at.width
    level: Decimal | None = None
    begun = 0
    for change in (*trade.stop.changes, None):
        upto = at.width if change is None else at.column(change.at)
        if level is not None:
            for x in range(begun, max(upto, begun + 1)):
                cells[row(level)][min(x, at.width - 1)] = (_LEVEL, "strong")
        if change is not None:
            level, begun = change.level, upto
    labels = {row(price): (size(price), "dim") for price in scale}
    if not is_blind(trade):
        labels[row(trade.entry_price)] = (f"in {size(trade.entry_price)}", "")
    blank: Run = ("", "")
    return [
        [(f" {fmt.plain(labels.get(y, blank)[0], _LABEL):>{_LABEL}} ", labels.get(y, blank)[1]),
         *cells[y]]
        for y in range(height)
    ]  # fmt: skip


def _strip(trade: Trade, at: _Across) -> Line:
    """What was done to the stop, on a line that is broken where nothing protected."""
    cells: list[Run] = [(_COVERED, "safe")] * at.width
    for since, until in trade.stop.unprotected:
        for x in range(at.column(since), at.column(until) + 1):
            cells[x] = (_BARE, "liquidating")
    for change in trade.stop.changes:
        letter = _LETTERS.get(change.act, "")
        x = at.column(change.at)
        if letter and _before(letter, cells[x][0]):
            cells[x] = (letter, _MEANINGS.get(letter, "strong"))
    return [(f" {'the stop':>{_LABEL}} ", ""), *cells]


def _before(letter: str, shown: str) -> bool:
    return shown not in _RANK or _RANK.index(letter) < _RANK.index(shown)


def _times(at: _Across) -> Line:
    begin, end = fmt.when(at.begin), fmt.when(at.end)
    gap = max(at.width - len(begin) - len(end), 1)
    return [(" " * (_LABEL + 2) + begin + " " * gap + end, "dim")]


def _legend() -> list[Line]:
    words = "S set  t tightened  W widened  ~ trailed  X gone  R replaced  F filled"
    return [[(f"   {words}   ", "dim"), (_BARE * 3, "liquidating"), (" without a stop", "dim")]]


def change_line(change: StopChange) -> Line:
    """One change: when, what, from where to where, and what it added to the risk."""
    word = _WORDS.get(change.act, change.act.value.replace("_", " "))
    levels = " to ".join(size(each) for each in (change.was, change.level) if each is not None)
    runs: list[Run] = [
        (f"   {moment(change.at):<22} ", "dim"),
        (f"{word:<15}", _MEANINGS.get(_LETTERS.get(change.act, ""), "")),
        (f"{levels:<22}", ""),
    ]
    if change.widened_r:
        meaning = "down" if change.widened_r > 0 else "up"
        runs.append((f" risk {change.widened_r:+.2f} R", meaning))
    if change.why:
        runs.append((f"  {fmt.plain(change.why.replace('_', ' '), 60)}", "dim"))
    return runs
