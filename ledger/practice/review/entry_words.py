"""A line of the journal in words and figures, the same in a table and on a screen."""

from decimal import Decimal

from ledger.account.event_terms import ClosedBy
from ledger.money import plain
from ledger.practice.review.entry import Entry, Missing
from ledger.practice.words.formats import fixed, money, trimmed
from ledger.practice.words.wording import when
from ledger.text import clean, spreadsheet_text
from ledger.times import iso

_DIGITS = 18
_CLOSED_BY = {
    ClosedBy.TRADER: "you",
    ClosedBy.STOP_LOSS: "stop",
    ClosedBy.TAKE_PROFIT: "target",
}
_MISSING = {Missing.STOP: "no stop", Missing.REASON: "no reason", Missing.NOTE: "no note"}

HEADS = ("no", "opened", "symbol", "side", "quantity", "entry", "exit", "R", "result", "costs",
         "closed by", "moves", "tags", "missing")  # fmt: skip
RIGHT = frozenset({"no", "quantity", "entry", "exit", "R", "result", "costs", "moves"})
"""The columns of figures."""


def cells(entry: Entry) -> tuple[str, ...]:
    """The line, a cell under each of `HEADS`. `moves` are those of the stop."""
    currency = entry.currency
    return (
        f"{'*' if entry.elsewhere else ''}{entry.number}",
        entry.opened[:16].replace("T", " "),
        clean(entry.symbol, 40),
        entry.direction.value,
        size(entry.quantity),
        size(entry.entry_price),
        size(entry.exit_price),
        in_r(entry.r),
        money(entry.net, currency),
        money(entry.costs, currency),
        closed_by(entry),
        str(entry.stop_moves) if entry.stop_moves else "",
        ",".join(clean(tag, 40) for tag in entry.tags),
        ", ".join(missing(entry)),
    )


def closed_by(entry: Entry) -> str:
    """`stop`, `liquidation`; `open` for a trade that is not over."""
    if entry.closed_by is None:
        return "open"
    return _CLOSED_BY.get(entry.closed_by, entry.closed_by.value.replace("_", " "))


def missing(entry: Entry) -> list[str]:
    """`no stop`, `no reason`, `no note`, as far as they are missing."""
    return [_MISSING[word] for word in Missing if word in entry.missing]


def in_r(value: Decimal | None) -> str:
    """`-1.18`, half up; a dash without R."""
    return fixed(value, 2)


def size(value: Decimal | None) -> str:
    """A price or quantity with all its digits."""
    return trimmed(value, _DIGITS)


def moment(time: int) -> str:
    """`Thu 12 Mar 2020 10:38`."""
    return when(iso(time))


def lasted(seconds: int) -> str:
    """`2 d 3 h`, `40 min`: the two largest units."""
    parts = []
    for name, unit in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        many, seconds = divmod(seconds, unit)
        if many:
            parts.append(f"{many} {name}")
    return " ".join(parts[:2]) or "no time"


def exact(amount: Decimal, currency: str) -> str:
    """An amount with every digit that is not a zero at its end, and its currency."""
    return f"{money(amount, currency, exact=True)} {currency}"


def csv_row(entry: Entry) -> list[str]:
    """The line for a CSV file: no text of it can be taken for a formula."""
    return [
        spreadsheet_text(cell, 200) if head in _TEXTS else cell
        for head, cell in zip(CSV_HEADS, exact_cells(entry), strict=True)
    ]


def exact_cells(entry: Entry) -> list[str]:
    """The line for other programs, under `CSV_HEADS`: numbers with all their digits, texts as they
    are."""
    figures = (entry.exit_price, entry.r, entry.mae_r, entry.mfe_r)
    exit_price, r, mae, mfe = ("" if x is None else plain(x) for x in figures)
    ended = entry.closed_at
    return [
        str(entry.number),
        entry.opened,
        "" if ended is None else iso(ended),
        entry.symbol,
        entry.direction.value,
        entry.mode.value,
        *map(plain, (entry.leverage, entry.quantity, entry.entry_price)),
        exit_price,
        r,
        mae,
        mfe,
        *map(plain, (entry.net, entry.costs)),
        entry.currency,
        "" if entry.closed_by is None else entry.closed_by.value,
        str(entry.stop_moves),
        " ".join(entry.tags),
        " ".join(word.value for word in Missing if word in entry.missing),
    ]


CSV_HEADS = ("number", "opened", "closed", "symbol", "side", "mode", "leverage", "quantity",
             "entry_price", "exit_price", "r", "mae_r", "mfe_r", "net", "costs", "currency",
             "closed_by", "stop_moves", "tags", "missing")  # fmt: skip
_TEXTS = frozenset({"symbol", "tags"})
"""The columns of what a person or a stranger wrote."""
