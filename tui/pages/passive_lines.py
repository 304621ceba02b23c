"""A trade beside the same trade set and forgotten: what each later decision was worth."""

from __future__ import annotations

from decimal import Decimal

from ledger.practice.review.entry_words import in_r, moment
from ledger.practice.review.managed_words import CAUSES, signed
from ledger.reports.discipline.managed import Managed
from tui.widgets.lines import Line, Run


def passive_lines(one: Managed) -> list[Line]:
    """Passive R and managed R, and the difference decision by decision."""
    ended = one.passive.closed_by
    how = "still open" if ended is None else f"ended by {ended.value.replace('_', ' ')}"
    passive, managed = one.passive_r, one.managed_r
    lines: list[Line] = [
        [
            ("   Left alone      ", "dim"),
            (f"{in_r(passive)} R", _meaning(passive)),
            (f", {how} {moment(one.passive.at)}", "dim"),
        ],
    ]
    total: list[Run] = [
        ("   Managing it     ", "dim"),
        (f"{signed(managed or Decimal(0))} R", _meaning(managed)),
    ]
    causes = [f"{CAUSES[by]} {signed(r)}" for by, r in one.rows_r.items() if r]
    total.append((f": {', '.join(causes)}" if causes else "", ""))
    lines.append(total)
    for worth in one.decisions:
        r = one.trade.risk.in_r(worth.amount) or Decimal(0)
        lines.append(
            [
                (f"     {moment(worth.at):<22} #{worth.seq:<6} {CAUSES[worth.by]:<16}", "dim"),
                (f"{signed(r)} R", _meaning(r)),
            ]
        )
    return lines


def _meaning(value: Decimal | None) -> str:
    return "" if not value else "up" if value > 0 else "down"
