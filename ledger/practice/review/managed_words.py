"""Managed trades in words and figures: did it help to move the stop, to leave early, to add?"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ledger.money import ZERO, plain
from ledger.practice.review.entry_words import exact, in_r, moment, size
from ledger.reports.discipline.managed import STOP_MOVES, Line, Managed, ManagedBy, by_cause
from ledger.text import clean
from ledger.times import iso

CAUSES = {
    ManagedBy.EARLY_EXIT: "early exits",
    ManagedBy.PART_CLOSE: "part closes",
    ManagedBy.STOP_WIDENED: "widened stops",
    ManagedBy.STOP_TIGHTENED: "tightened stops",
    ManagedBy.TARGET_MOVED: "moved targets",
    ManagedBy.ADDED: "adds",
    ManagedBy.MARGIN_MOVED: "moved margin",
    ManagedBy.FORCED_EXIT: "forced exits",
}

HEADS = ("no", "opened", "symbol", "R", "passive R", "managed R", "by cause")
RIGHT = frozenset({"no", "R", "passive R", "managed R"})
"""The columns of figures."""


def cells(one: Managed) -> tuple[str, ...]:
    """A trade as a line, a cell under each of `HEADS`. A passive R with a star is still open."""
    trade = one.trade
    star = "*" if one.passive.is_open else ""
    return (
        str(trade.number),
        iso(trade.opened_at)[:16].replace("T", " "),
        clean(trade.symbol, 40),
        in_r(trade.r),
        f"{in_r(one.passive_r)}{star}",
        signed(one.managed_r or ZERO),
        ", ".join(f"{CAUSES[by]} {signed(r)}" for by, r in _shown(one)),
    )


def _shown(one: Managed) -> list[tuple[ManagedBy, Decimal]]:
    made = one.rows_r
    done = {worth.by for worth in one.decisions}
    return [(by, r) for by, r in made.items() if r or by in done]


def signed(r: Decimal) -> str:
    """`+0.40`, `-1.00`, and `0.00` for nothing."""
    text = in_r(r)
    return f"+{text}" if r > 0 and text != "0.00" else text


def summary(trades: Sequence[Managed]) -> list[str]:
    """Whether managing the trades helped, in a few sentences: all of it, then the stops alone."""
    if not trades:
        return []
    played = sum((one.trade.r or ZERO for one in trades), ZERO)
    passive = sum((one.passive_r or ZERO for one in trades), ZERO)
    many, open_ = number_of_trades(len(trades)), [one for one in trades if one.passive.is_open]
    lines = [_stops(trades)]
    if any(one.decisions for one in trades):
        lines.append(
            f"{_helped('Managing them', played - passive)}: {many} made {in_r(played)} R, and left "
            f"alone would have made {in_r(passive)} R."
        )
    causes = [f"{CAUSES[by]} {signed(r)}" for by, r in by_cause(trades).items() if r]
    if causes:
        lines.append(f"By cause, in R: {', '.join(causes)}.")
    if open_:
        lines.append(f"* still open where the clock stands, {len(open_)} of them, and valued there")
    return lines


def _stops(trades: Sequence[Managed]) -> str:
    moved = [one for one in trades if any(w.by in STOP_MOVES for w in one.decisions)]
    if not moved:
        return f"You moved no stop in {number_of_trades(len(trades))}."
    rows = by_cause(moved)
    parts = ", ".join(f"{CAUSES[by]} {signed(rows[by])} R" for by in STOP_MOVES if rows[by])
    total = sum((rows[by] for by in STOP_MOVES), ZERO)
    where = f"in {len(moved)} of {number_of_trades(len(trades))}"
    return f"{_helped('Moving your stops', total)} {where}{f' ({parts})' if parts else ''}."


def number_of_trades(many: int) -> str:
    """`1 trade`, `3 trades`."""
    return "1 trade" if many == 1 else f"{many} trades"


def _helped(what: str, r: Decimal) -> str:
    if in_r(abs(r)) == "0.00":
        return f"{what} made no difference"
    return f"{what} {'gained' if r > 0 else 'cost'} {in_r(abs(r))} R"


def managed_lines(one: Managed) -> list[str]:
    """What managing a trade was worth, for its page."""
    money = one.trade.currency
    lines = [
        "Set and forgotten",
        f"  {'Passive R':<18}{in_r(one.passive_r)} R, {_ended(one.passive)}",
        f"  {'Managed R':<18}{signed(one.managed_r or ZERO)} R, {exact(one.amount, money)}",
    ]
    for by, r in _shown(one):
        lines.append(f"  {CAUSES[by].capitalize():<18}{signed(r)} R, {exact(one.rows[by], money)}")
    return lines


def _ended(line: Line) -> str:
    if line.closed_by is None:
        return f"still open on {moment(line.at)}, valued at {size(line.mark)}"
    return f"ended by {line.closed_by.value.replace('_', ' ')} on {moment(line.at)}"


def managed_wire(one: Managed) -> dict[str, Any]:
    """A managed trade for `--json`."""
    return {
        "number": one.trade.number,
        "symbol": one.trade.symbol,
        "currency": one.trade.currency,
        "r": _plain(one.trade.r),
        "passive_r": _plain(one.passive_r),
        "managed_r": _plain(one.managed_r),
        "net": plain(one.played.net),
        "passive": _line_wire(one.passive),
        "managed": plain(one.amount),
        "rows": {by.value: plain(amount) for by, amount in one.rows.items()},
        "rows_r": {by.value: plain(r) for by, r in one.rows_r.items()},
        "decisions": [
            {
                "seq": worth.seq,
                "time": iso(worth.at),
                "by": worth.by.value,
                "amount": plain(worth.amount),
                "r": _plain(one.trade.risk.in_r(worth.amount)),
            }
            for worth in one.decisions
        ],
    }


def _line_wire(line: Line) -> dict[str, Any]:
    return {
        "net": plain(line.net),
        "at": iso(line.at),
        "closed_by": None if line.closed_by is None else line.closed_by.value,
        "mark": _plain(line.mark),
    }


def summary_wire(trades: Sequence[Managed]) -> dict[str, Any]:
    """All of them together for `--json`, in R."""
    rows = by_cause(trades)
    return {
        "trades": len(trades),
        "still_open": sum(one.passive.is_open for one in trades),
        "r": plain(sum((one.trade.r or ZERO for one in trades), ZERO)),
        "passive_r": plain(sum((one.passive_r or ZERO for one in trades), ZERO)),
        "managed_r": plain(sum((one.managed_r or ZERO for one in trades), ZERO)),
        "stop_moves_r": plain(sum((rows[by] for by in STOP_MOVES), ZERO)),
        "rows_r": {by.value: plain(r) for by, r in rows.items()},
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
