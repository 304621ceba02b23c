"""`tapes import`: read a price file, report how it was understood, and store it."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from ledger.market.csv_import.import_tape import ForeignTape
from ledger.market.csv_import.layout import ImportOptions
from ledger.market.csv_import.report import TapeFault
from ledger.market.tapes.sessions import Trades
from ledger.money import plain
from ledger.practice.library.own_tapes import check_id
from ledger.practice.library.tape_import import fault_wire, id_for, keep_tape, understand
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import iso
from tui.cli.output import Progress, say, say_json
from tui.cli.paths import path_of
from tui.exit_status import DONE

_SHOWN = 10
"""The most faults listed of each kind; `--json` lists all."""
_LABEL = 12


def run(arguments: Namespace) -> int:
    """Report how a file is understood and, without `--dry-run`, store it."""
    path = path_of(arguments.file, "FILE")
    wanted = None if arguments.id is None else check_id(arguments.id)
    found = _understood(path, _wishes(arguments))
    tape_id = wanted or id_for(path, found)
    if arguments.strict:
        found.refuse_if_faulty(clean(path.name, 80))
    is_new = keep_tape(tape_id, path, found, dry=arguments.dry_run)
    if arguments.json:
        say_json({"id": tape_id, "imported": not arguments.dry_run, **_report(path, found)})
        return DONE
    say(*_lines(path, found), "")
    if arguments.dry_run:
        would = "it would be imported as" if is_new else "it is already imported as"
        say(f"nothing was stored (--dry-run); {would} {tape_id}")
    else:
        say(f"{'imported' if is_new else 'already imported'} as {tape_id}")
    return DONE


def _wishes(arguments: Namespace) -> ImportOptions:
    symbol = arguments.symbol
    if symbol is not None and not (0 < len(symbol) <= 24 and clean(symbol, 24) == symbol.strip()):
        raise Refused(
            f'--symbol: "{clean(symbol, 40)}" is not a symbol; allowed: 1 to 24 characters'
        )
    market = arguments.market
    return ImportOptions(
        symbol=symbol,
        dates=arguments.dates,
        decimal=arguments.decimal,
        zone=arguments.zone,
        market=None if market is None else Trades(market),
    )


def _understood(path: Path, wishes: ImportOptions) -> ForeignTape:
    progress = Progress(speaks=False)
    try:
        return understand(path, wishes, progress.reach)
    finally:
        progress.done()


def _report(path: Path, found: ForeignTape) -> dict[str, Any]:
    """How the file is understood, as JSON."""
    return {
        "file": clean(path.name, 200),
        "sha256": found.sha256,
        "dialect": found.dialect,
        "title": found.title,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "columns": dict(found.columns),
        "left_aside": list(found.aside),
        "heading_lines": list(found.heading),
        "symbol": found.symbol,
        "interval": found.interval,
        "calendar": "continuous" if found.tape.continuous else "session",
        "market": found.tape.market.value,
        "market_from": found.market_from,
        "dates": found.dates or None,
        "time_zone": found.zone,
        "newest_first": found.newest_first,
        "rows": found.rows,
        "bars": found.bars,
        "first": iso(found.first),
        "last": iso(found.last),
        "tick": plain(found.tape.step),
        "tape_sha256": found.tape.sha256,
        "faults": [fault_wire(fault) for fault in found.faults],
    }


def _lines(path: Path, found: ForeignTape) -> list[str]:
    """How the file is understood, then its faults by kind."""
    columns = ", ".join(f"{role} = {name}" for role, name in found.columns)
    market = found.tape.market
    calendar = "a market that never closes" if found.tape.continuous else "with sessions"
    order = ", newest first" if found.newest_first else ""
    rows = [
        ("file", clean(path.name, 200)),
        ("read as", f"{found.title} ({found.dialect}), {found.delimiter}, {found.encoding}"),
        ("columns", columns),
        ("ignored", ", ".join(found.aside)),
        ("heading", f"line {', '.join(map(str, found.heading))}" if found.heading else ""),
        ("symbol", f"{found.symbol} ({found.symbol_from})"),
        ("interval", f"{found.interval}, {calendar}"),
        ("market", f"{market.value}: sessions are {market.days} ({found.market_from})"),
        ("dates", found.dates),
        ("time zone", found.zone),
        ("bars", f"{found.bars} of {found.rows} rows{order}"),
        ("first", iso(found.first)),
        ("last", iso(found.last)),
        ("tick", plain(found.tape.step)),
    ]
    lines = [f"{label:<{_LABEL}}{text}" for label, text in rows if text]
    faults = [fault for fault in found.faults if not fault.is_note]
    notes = [fault for fault in found.faults if fault.is_note]
    lines.append(f"{'faults':<{_LABEL}}{len(faults) or 'none'}")
    lines += _listed(faults)
    if notes:
        lines += [f"{'notes':<{_LABEL}}{len(notes)}", *_listed(notes)]
    return lines


def _listed(faults: list[TapeFault]) -> list[str]:
    """The first faults of each kind, and the number of the rest."""
    lines = []
    for kind in dict.fromkeys(fault.kind for fault in faults):
        of_kind = [fault for fault in faults if fault.kind is kind]
        word = kind.value.replace("_", " ")
        lines += [f"  {word:<13} {fault}" for fault in of_kind[:_SHOWN]]
        if len(of_kind) > _SHOWN:
            lines.append(f"  {word:<14}and {len(of_kind) - _SHOWN} more; --json lists all")
    return lines
