"""`tapes`: what can be played, each file with its source."""

from argparse import Namespace
from collections import Counter
from typing import Any

from ledger.practice.library.catalog import TapeInfo, tape_infos
from ledger.practice.library.own_tapes import OwnTape, own_tapes
from ledger.times import Time, iso
from tui.cli.output import complain, say, say_json
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Print the list."""
    return _tapes(as_json=arguments.json)


def _tapes(*, as_json: bool) -> int:
    own, faults = own_tapes()
    if as_json:
        say_json([*map(_tape, tape_infos()), *map(_own_tape, own)])
    else:
        say(*map(_tape_line, tape_infos()), *map(_own_line, own))
    complain(*faults)
    return DONE


def _tape(info: TapeInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "kind": info.kind,
        "symbol": info.instrument.symbol,
        "currency": info.instrument.currency,
        "interval": info.interval,
        "bars": info.bars,
        "first": iso(info.first),
        "last": iso(info.last),
        "calendar": "continuous" if info.continuous else "session",
        "market": info.market.value,
        "mark": info.mark,
        "funding": info.funding,
        "origin": info.origin,
        "licence": info.licence,
        "repository": info.repository,
        "done": info.done,
        "sha256": info.sha256,
        "own": False,
        "imported": None,
    }


def _own_tape(tape: OwnTape) -> dict[str, Any]:
    """The same keys; no file states its currency, which is taken to be the account's."""
    return {
        "id": tape.id,
        "title": f"{tape.symbol}, yours",
        "kind": "price",
        "symbol": tape.symbol,
        "currency": None,
        "interval": tape.interval,
        "bars": tape.bars,
        "first": iso(tape.first),
        "last": iso(tape.last),
        "calendar": "continuous" if tape.continuous else "session",
        "market": None if tape.market is None else tape.market.value,
        "mark": None,
        "funding": None,
        "origin": f"imported from {tape.original}",
        "licence": "unknown: your own file",
        "repository": "",
        "done": _done(tape),
        "sha256": tape.sha256,
        "own": True,
        "imported": {
            "file": tape.original,
            "sha256": tape.original_sha256,
            "dialect": tape.dialect,
            "title": tape.title,
            "time_zone": tape.zone,
            "tick": tape.tick,
            "rows": tape.rows,
            "faults": [dict(fault) for fault in tape.faults],
        },
    }


def _done(tape: OwnTape) -> str:
    """How often each kind of fault was reported on import."""
    counts = Counter(str(fault.get("kind")) for fault in tape.faults)
    return ", ".join(f"{count} x {kind}" for kind, count in counts.items()) or "nothing"


def _tape_line(info: TapeInfo) -> str:
    return _line(info.id, info.kind, info.interval, info.bars, info.first, info.last, info.title)


def _own_line(tape: OwnTape) -> str:
    faults = [fault for fault in tape.faults if not fault.get("note")]
    title = f"yours: {tape.original}, {tape.title}, {len(faults) or 'no'} faults"
    return _line(tape.id, "price", tape.interval, tape.bars, tape.first, tape.last, title)


def _line(
    tape_id: str, kind: str, interval: str, bars: int, first: Time, last: Time, title: str
) -> str:
    span = f"{iso(first)[:10]} to {iso(last)[:10]}"
    return f"{tape_id:<46}{kind:<9}{interval:<5}{bars:>7}  {span}  {title}"
