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
    requested = None if arguments.id is None else check_id(arguments.id)
    imported = _understood(path, _options(arguments))
    tape_id = requested or id_for(path, imported)
    if arguments.strict:
        imported.refuse_if_faulty(clean(path.name, 80))
    is_new = keep_tape(tape_id, path, imported, dry=arguments.dry_run)
    if arguments.json:
        say_json({"id": tape_id, "imported": not arguments.dry_run, **_report(path, imported)})
        return DONE
    say(*_lines(path, imported), "")
    if arguments.dry_run:
        would = "it would be imported as" if is_new else "it is already imported as"
        say(f"nothing was stored (--dry-run); {would} {tape_id}")
    else:
        say(f"{'imported' if is_new else 'already imported'} as {tape_id}")
    return DONE


def _options(arguments: Namespace) -> ImportOptions:
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


def _understood(path: Path, options: ImportOptions) -> ForeignTape:
    progress = Progress(speaks=False)
    try:
        return understand(path, options, progress.reach)
    finally:
        progress.done()


def _report(path: Path, imported: ForeignTape) -> dict[str, Any]:
    """How the file is understood, as JSON."""
    return {
        "file": clean(path.name, 200),
        "sha256": imported.sha256,
        "dialect": imported.dialect,
        "title": imported.title,
        "encoding": imported.encoding,
        "delimiter": imported.delimiter,
        "columns": dict(imported.columns),
        "left_aside": list(imported.aside),
        "heading_lines": list(imported.heading),
        "symbol": imported.symbol,
        "interval": imported.interval,
        "calendar": "continuous" if imported.tape.continuous else "session",
        "market": imported.tape.market.value,
        "market_from": imported.market_from,
        "dates": imported.dates or None,
        "time_zone": imported.zone,
        "newest_first": imported.newest_first,
        "rows": imported.rows,
        "bars": imported.bars,
        "first": iso(imported.first),
        "last": iso(imported.last),
        "tick": plain(imported.tape.step),
        "tape_sha256": imported.tape.sha256,
        "faults": [fault_wire(fault) for fault in imported.faults],
    }


def _lines(path: Path, imported: ForeignTape) -> list[str]:
    """How the file is understood, then its faults by kind."""
    columns = ", ".join(f"{role} = {name}" for role, name in imported.columns)
    market = imported.tape.market
    calendar = "a market that never closes" if imported.tape.continuous else "with sessions"
    order = ", newest first" if imported.newest_first else ""
    rows = [
        ("file", clean(path.name, 200)),
        (
            "read as",
            f"{imported.title} ({imported.dialect}), {imported.delimiter}, {imported.encoding}",
        ),
        ("columns", columns),
        ("ignored", ", ".join(imported.aside)),
        ("heading", f"line {', '.join(map(str, imported.heading))}" if imported.heading else ""),
        ("symbol", f"{imported.symbol} ({imported.symbol_from})"),
        ("interval", f"{imported.interval}, {calendar}"),
        ("market", f"{market.value}: sessions are {market.days} ({imported.market_from})"),
        ("dates", imported.dates),
        ("time zone", imported.zone),
        ("bars", f"{imported.bars} of {imported.rows} rows{order}"),
        ("first", iso(imported.first)),
        ("last", iso(imported.last)),
        ("tick", plain(imported.tape.step)),
    ]
    lines = [f"{label:<{_LABEL}}{text}" for label, text in rows if text]
    faults = [fault for fault in imported.faults if not fault.is_note]
    notes = [fault for fault in imported.faults if fault.is_note]
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
