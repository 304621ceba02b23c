"""The trades made elsewhere, kept in a file beside the ledger: no account has them, no purse pays
for them, and no hash covers them.

Law: the same file read twice changes nothing.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.account.event_terms import ClosedBy, Side
from ledger.books.file.errors import LedgerUnusable
from ledger.market.instrument import Instrument, Kind
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE, ZERO, plain, settle
from ledger.practice.journal.import_trades import LARGEST, Made
from ledger.practice.review.entry import Entry, entry_of
from ledger.reports.trades.costs import Costs
from ledger.reports.trades.excursion import Excursion
from ledger.reports.trades.notes import Note, Written
from ledger.reports.trades.plan import Plan
from ledger.reports.trades.r_multiple import NoR, Risk
from ledger.reports.trades.stop_history import StopLife
from ledger.reports.trades.trade import Trade
from ledger.times import iso, parse_time

_VERSION = 1
_TICK = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import came to: trades that are new, and those that were there already."""

    new: int
    known: int


def store_of(ledger: Path) -> Path:
    """The file beside a ledger. It is not created here."""
    return ledger.with_name(f"{ledger.name}.trades.json")


def read_made(ledger: Path) -> list[Made]:
    """The trades made elsewhere, oldest first. Raises `LedgerUnusable` for a damaged file."""
    path = store_of(ledger)
    try:
        with path.open("rb") as opened:
            found = json.loads(opened.read(2 * LARGEST).decode("utf-8"))
        assert found["version"] == _VERSION, "another version"
        return [_made(each) for each in found["trades"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError,
            AssertionError) as fault:  # fmt: skip
        raise LedgerUnusable(path, "the trades made elsewhere are damaged") from fault


def take(ledger: Path, made: Sequence[Made], *, remove: bool = False) -> Taken:
    """Keep the trades that are not there yet, or remove those that are. Raises `LedgerUnusable`,
    and `OSError` if the file cannot be written."""
    have = {each.id: each for each in read_made(ledger)}
    known = sum(each.id in have for each in made)
    if remove:
        for each in made:
            have.pop(each.id, None)
    else:
        have |= {each.id: each for each in made if each.id not in have}
    if known != len(made) or remove:
        _write(store_of(ledger), sorted(have.values(), key=lambda each: (each.opened, each.id)))
    return Taken(len(made) - known, known)


def copy_made(ledger: Path, copy: Path) -> None:
    """Put the file beside the copy of a ledger. Raises `OSError`."""
    _put(store_of(copy), store_of(ledger).read_bytes())


def _write(path: Path, made: Iterable[Made]) -> None:
    body = {"version": _VERSION, "trades": [_wire(each) for each in made]}
    _put(path, json.dumps(body, indent=1).encode())


def _put(path: Path, content: bytes) -> None:
    """The whole file, or nothing."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _wire(made: Made) -> dict[str, Any]:
    return {
        "id": made.id,
        "symbol": made.symbol,
        "side": made.side.value,
        "quantity": plain(made.quantity),
        "opened": iso(made.opened),
        "entry_price": plain(made.entry_price),
        "currency": made.currency,
        "closed": None if made.closed is None else iso(made.closed),
        "exit_price": None if made.exit_price is None else plain(made.exit_price),
        "stop": None if made.stop is None else plain(made.stop),
        "costs": plain(made.costs),
        "tags": list(made.tags),
        "reason": made.reason,
        "note": made.note,
    }


def _made(wire: dict[str, Any]) -> Made:
    def figure(key: str) -> Decimal | None:
        return None if wire[key] is None else Decimal(wire[key])

    return Made(
        id=str(wire["id"]),
        symbol=str(wire["symbol"]),
        side=Side(wire["side"]),
        quantity=Decimal(wire["quantity"]),
        opened=parse_time(wire["opened"]),
        entry_price=Decimal(wire["entry_price"]),
        currency=str(wire["currency"]),
        closed=None if wire["closed"] is None else parse_time(wire["closed"]),
        exit_price=figure("exit_price"),
        stop=figure("stop"),
        costs=Decimal(wire["costs"]),
        tags=tuple(map(str, wire["tags"])),
        reason=str(wire["reason"]),
        note=str(wire["note"]),
    )


def entries_elsewhere(ledger: Path) -> list[Entry]:
    """The lines of the journal for them, numbered by themselves and marked."""
    from dataclasses import replace

    made = read_made(ledger)
    return [replace(entry_of(_trade(n, each)), elsewhere=True) for n, each in enumerate(made, 1)]


def _trade(number: int, made: Made) -> Trade:
    """What is known of it, as a trade: no fills, no life of a stop, no calls."""
    over = made.closed is not None and made.exit_price is not None
    leaves = made.entry_price if made.exit_price is None else made.exit_price
    until = made.opened if made.closed is None else made.closed
    gross = (leaves - made.entry_price) * made.quantity * made.side.sign if over else ZERO
    return Trade(
        number=number,
        symbol=made.symbol,
        pocket="",
        mode=Mode.CROSS,
        instrument=_instrument(made),
        currency=made.currency,
        side=made.side,
        placed_seq=0,
        opened_seq=0,
        opened_at=made.opened,
        closed_seq=0 if over else None,
        closed_at=made.closed,
        seen_until=until,
        quantity=made.quantity,
        peak_quantity=made.quantity,
        held=ZERO if over else made.quantity,
        basis=ZERO,
        leverage=ONE,
        entry_price=made.entry_price,
        exit_price=made.exit_price,
        fills=(),
        plan=_plan(made),
        later_plans=(),
        stop=StopLife(first=made.stop, last=made.stop),
        targets=(),
        risk=_risk(made),
        gross=settle(gross, made.currency),
        costs=Costs(other_fees=made.costs),
        absorbed=ZERO,
        excursion=Excursion(),
        calls=(),
        closed_by=ClosedBy.TRADER if over else None,
        decisions=(),
        notes=_notes(made, until),
    )


def _instrument(made: Made) -> Instrument:
    return Instrument(
        symbol=made.symbol, kind=Kind.LINEAR, tick=_TICK, lot=_TICK, currency=made.currency
    )


def _plan(made: Made) -> Plan:
    return Plan(
        seq=0,
        at=made.opened,
        order="",
        quantity=made.quantity,
        stop=made.stop,
        reason=made.reason,
        tags=made.tags,
    )


def _risk(made: Made) -> Risk:
    """R0 is the loss at the stop with the costs that the trade had."""
    if made.stop is None:
        return Risk(quantity=made.quantity, no_r=NoR.NO_STOP, no_peak=NoR.NO_STOP)
    loss = (made.entry_price - made.stop) * made.side.sign * made.quantity
    r0 = settle(loss + max(made.costs, ZERO), made.currency)
    return Risk(quantity=made.quantity, stop=made.stop, r0=r0, peak=r0)


def _notes(made: Made, at: int) -> tuple[Note, ...]:
    if not made.note:
        return ()
    return (Note(seq=0, at=at, text=made.note, tags=(), written=Written.AFTER),)
