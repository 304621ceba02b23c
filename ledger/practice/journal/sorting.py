"""The orders in which a journal can be listed."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from ledger.practice.review.entry import Entry

Figure = Callable[[Entry], Decimal | int | None]

ORDERS: dict[str, Figure] = {
    "newest": lambda entry: entry.opened_at,
    "R": lambda entry: entry.r,
    "result": lambda entry: entry.net,
    "costs": lambda entry: entry.costs,
    "time held": lambda entry: entry.seconds,
    "stop moves": lambda entry: entry.stop_moves,
    "size": lambda entry: abs(entry.quantity * entry.entry_price),
}
"""What a journal is sorted by, the highest figure first."""


def order_words(by: str, *, upwards: bool) -> str:
    """`newest first`, `highest R first`."""
    if by == "newest":
        return "oldest first" if upwards else "newest first"
    return f"{'lowest' if upwards else 'highest'} {by} first"


def sort(entries: Iterable[Entry], by: str, *, upwards: bool = False) -> list[Entry]:
    """Sorted by one of `ORDERS`; trades without the figure stand last, equal ones newest first."""
    figure = ORDERS[by]
    having: list[tuple[Decimal | int, int, Entry]] = []
    lacking: list[Entry] = []
    for entry in entries:
        value = figure(entry)
        if value is None:
            lacking.append(entry)
        else:
            having.append((value if upwards else -value, -entry.number, entry))
    having.sort(key=lambda each: each[:2])
    lacking.sort(key=lambda entry: -entry.number)
    return [*(entry for _, _, entry in having), *lacking]
