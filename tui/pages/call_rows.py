"""The list of margin calls: its columns at each width, and all about the selected one."""

from __future__ import annotations

from ledger.practice.journal import call_book as words
from ledger.practice.journal.call_answers import CallLines
from ledger.practice.journal.closest import Closest
from ledger.practice.review.entry_words import moment, size
from ledger.practice.words.formats import percent
from ledger.reports.trades.call_history import CallRecord
from tui.text import format as fmt
from tui.widgets.lines import Line
from tui.widgets.row import Column, Row

_WIDE = 112
_NARROW = (0, 1, 3, 4, 5, 7)
"""The columns that are left where there is little room."""
_COLUMNS = (
    Column("Call", 6, "right"),
    Column("Came", 17),
    Column("Why", 37),
    Column("Short of", 10, "right"),
    Column("Answer", 8),
    Column("Took", 8),
    Column("Of", 11),
    Column("Ended by", 12),
)


def columns(width: int) -> tuple[Column, ...]:
    """What fits; the rest is shown for the selected call."""
    return _COLUMNS if width >= _WIDE else tuple(_COLUMNS[place] for place in _NARROW)


def row_of(record: CallRecord, currency: str, width: int) -> Row:
    """A call in a line."""
    texts = list(words.cells(record, currency))
    texts[1] = texts[1].partition(" ")[2]  # without the weekday
    texts[3] = fmt.money(record.call.shortfall, currency)
    places = range(len(_COLUMNS)) if width >= _WIDE else _NARROW
    forced = any(sale.forced for sale in record.sold)
    inks = {0: "dim", 3: "called", 4: "" if record.call.answers else "warned",
            7: "liquidating" if forced else "up" if record.cured_itself else ""}  # fmt: skip
    return str(record.call.seq), tuple(
        (fmt.plain(texts[place], 60), inks.get(place, "")) for place in places
    )


def about(
    record: CallRecord,
    currency: str,
    closest: Closest | None = None,
    found: CallLines | None = None,
) -> list[Line]:
    """Everything about a call, in lines that fit 80 columns, and what each answer would have left,
    where that was `found`."""
    call, unit = record.call, currency
    lines: list[Line] = [
        [(f" {moment(call.at)}  {words.why(record)}", "strong")],
        [(f"   short of {fmt.money(call.shortfall, unit)} {unit}, or sell "
          f"{fmt.money(record.sale_to_cure, unit)}, by the {record.judged_by.value} price", "")],
    ]  # fmt: skip
    share = record.share_of_time
    for answer in call.answers:
        amount = "" if answer.amount is None else f" {fmt.money(answer.amount, unit)} {unit}"
        took = words.after(answer.at - call.at)
        of = "" if share is None else f", {percent(share, 0)} of the time allowed"
        lines.append([(f"   you answered {answer.answer.value}{amount} {took}{of}", "")])
    if not call.answers:
        lines.append([("   you did not answer", "warned")])
    for sale in record.sold:
        by = "forced" if sale.forced else "you"
        gain = fmt.signed_money(sale.realized, unit)
        lines.append(
            [
                (
                    f"   {by}: {size(sale.quantity)} {fmt.plain(sale.symbol, 20)} at "
                    f"{size(sale.price)}, {gain}",
                    "up" if sale.realized > 0 else "down",
                )
            ]
        )
        if sale.fed:
            kept = ", ".join(fmt.plain(symbol, 20) for symbol in sale.fed)
            lines.append([(f"     a winner, sold while {kept} was kept at a loss", "warned")])
    ended = "" if call.ended_at is None else f", {words.after(call.ended_at - call.at)}"
    lines.append([(f"   ended by {words.ended_by(record)}{ended}", "")])
    if closest is not None:
        lines.append([(f"   {words.nearest(closest)}", "" if closest.distance else "liquidating")])
    if found is not None:
        lines += [[(f"   {line}", "")] for line in words.left_lines(found, currency)]
    if record.trades:
        lines.append([(f"   trades {', '.join(map(str, record.trades))}", "dim")])
    return lines
