"""Trades made in another program, read from a CSV: nothing is matched by guess.

A column is read if it is called exactly as its field or was mapped to it. Every row is good, or
none is taken: the refusal names each line that is not.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import TypeVar

from ledger.account.event_terms import Side
from ledger.money import ZERO, plain, sound, trim
from ledger.practice.journal.tags import tags_of
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import END_OF_TIME, FIRST_TIME, Time, parse_time

NEEDED = ("symbol", "side", "quantity", "opened", "entry_price")
FIELDS = (*NEEDED, "closed", "exit_price", "stop", "costs", "currency", "tags", "reason", "note")
"""The fields of a trade. `costs` are all of them, in money; a trade without `closed` is open."""
LARGEST = 50_000_000
"""Bytes of a file that is read."""
_FAULTS = 20
T = TypeVar("T")
_SIDES = {"long": Side.BUY, "buy": Side.BUY, "short": Side.SELL, "sell": Side.SELL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A trade as it was made elsewhere. `id` is that of its content, so that the same row is the
    same trade however often it is read."""

    id: str
    symbol: str
    side: Side
    quantity: Decimal
    opened: Time
    entry_price: Decimal
    currency: str
    closed: Time | None = None
    exit_price: Decimal | None = None
    stop: Decimal | None = None
    costs: Decimal = ZERO
    tags: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""


def parse_trades(data: bytes, mapping: Mapping[str, str], currency: str = "") -> list[Made]:
    """The trades of a CSV in UTF-8 with a heading; `mapping` gives the column of a field,
    `currency` that of every row. Raises `Refused` with a line for each fault."""
    rows = _rows(data)
    places = _places(rows[0], mapping, currency)
    made: list[Made] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            values = {field: row[place].strip() if place < len(row) else ""
                      for field, place in places.items()}  # fmt: skip
            made.append(_trade({"currency": currency, **values}, seen))
        except _Wrong as wrong:
            faults.append(f"line {number}: {wrong}")
    if faults:
        more = [f"and {len(faults) - _FAULTS} more"] if len(faults) > _FAULTS else []
        raise Refused(*faults[:_FAULTS], *more)
    if not made:
        raise Refused("the file has no trades below its heading")
    return made


class _Wrong(Exception):
    """What is wrong with a row."""


def _rows(data: bytes) -> list[list[str]]:
    if len(data) > LARGEST:
        raise Refused(f"the file is larger than {LARGEST:,} bytes")
    try:
        text = data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as fault:
        raise Refused(f"the file is not UTF-8: byte {fault.start + 1}") from fault
    except csv.Error as fault:
        raise Refused(f"the file is not a CSV: {clean(str(fault), 100)}") from fault
    if not rows:
        raise Refused("the file is empty")
    return rows


def _places(heading: list[str], mapping: Mapping[str, str], currency: str) -> dict[str, int]:
    """Where each field stands. Raises `Refused` for one that is needed and has no column."""
    columns = [cell.strip() for cell in heading]
    shown = ", ".join(clean(column, 40) for column in columns)
    faults = [f"--map {clean(field, 40)}: allowed fields: {', '.join(FIELDS)}"
              for field in mapping if field not in FIELDS]  # fmt: skip
    places = {}
    for field in FIELDS:
        name = mapping.get(field, field)
        if columns.count(name) > 1:
            faults.append(f"{field}: the column {clean(name, 40)} stands there twice")
        elif name in columns:
            places[field] = columns.index(name)
        elif field in mapping:
            faults.append(f"--map {field}: no column {clean(name, 40)}; columns: {shown}")
    missing = [field for field in NEEDED if field not in places and field not in mapping]
    if missing:
        faults.append(f"no column for {', '.join(missing)}; --map FIELD=COLUMN names one: {shown}")
    if "currency" not in places and not currency:
        faults.append("no currency: --currency names it, or --map currency=COLUMN")
    if faults:
        raise Refused(*faults)
    return places


def _trade(values: Mapping[str, str], seen: dict[str, int]) -> Made:
    side = _SIDES.get(values["side"].lower())
    if side is None:
        raise _Wrong(f"side: {clean(values['side'], 20)!r}; allowed: {', '.join(_SIDES)}")
    symbol, unit = _text(values, "symbol", 40), _text(values, "currency", 10)
    quantity, entry = _positive(values, "quantity"), _number(values, "entry_price")
    opened, closed = _time(values, "opened"), _optional(values, "closed", _time)
    leaves, stop = (_optional(values, field, _number) for field in ("exit_price", "stop"))
    if (closed is None) != (leaves is None):
        raise _Wrong("closed and exit_price belong together")
    if closed is not None and closed < opened:
        raise _Wrong("closed is before opened")
    if stop is not None and (entry - stop) * side.sign <= 0:
        raise _Wrong("stop is on the winning side of entry_price")
    content = [symbol, side.value, *map(plain, map(trim, (quantity, entry))), str(opened), unit]
    content += ["" if x is None else str(x) for x in (closed,)]
    costs = _optional(values, "costs", _number) or ZERO
    content += ["" if x is None else plain(trim(x)) for x in (leaves, stop, costs)]
    body = "\x1f".join(content)
    seen[body] = seen.get(body, 0) + 1
    return Made(
        id=sha256(f"{body}\x1f{seen[body]}".encode()).hexdigest()[:32],
        symbol=symbol,
        side=side,
        quantity=quantity,
        opened=opened,
        entry_price=entry,
        currency=unit,
        closed=closed,
        exit_price=leaves,
        stop=stop,
        costs=costs,
        tags=_tags(values.get("tags", "")),
        reason=clean(values.get("reason", ""), 200),
        note=clean(values.get("note", ""), 2_000, newlines=True),
    )


def _text(values: Mapping[str, str], field: str, longest: int) -> str:
    text = clean(values[field], longest)
    if not text:
        raise _Wrong(f"{field} is empty")
    return text


def _tags(text: str) -> tuple[str, ...]:
    try:
        return tags_of(text)
    except Refused as fault:
        raise _Wrong(str(fault)) from fault


def _number(values: Mapping[str, str], field: str) -> Decimal:
    text = values[field]
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not sound(number) or not text.isascii():
        raise _Wrong(f"{field}: {clean(text, 40)!r} is not a number such as 1234.5")
    return number


def _positive(values: Mapping[str, str], field: str) -> Decimal:
    number = _number(values, field)
    if number <= 0:
        raise _Wrong(f"{field} must be above zero")
    return number


def _time(values: Mapping[str, str], field: str) -> Time:
    text = values[field]
    try:
        time = parse_time(text)
    except ValueError:
        time = END_OF_TIME
    if not FIRST_TIME <= time < END_OF_TIME:
        raise _Wrong(f"{field}: {clean(text, 40)!r} is not a time such as 2024-01-31T14:30:00Z")
    return time


def _optional(
    values: Mapping[str, str], field: str, read: Callable[[Mapping[str, str], str], T]
) -> T | None:
    return read(values, field) if values.get(field) else None
