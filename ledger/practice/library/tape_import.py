"""Importing a price file: read, recognised, and saved under a name."""

import re
from pathlib import Path
from typing import Any

from ledger.market.csv_import.import_tape import ForeignTape, read_foreign
from ledger.market.csv_import.layout import ImportOptions
from ledger.market.csv_import.report import TapeFault
from ledger.market.csv_import.rows import Progress
from ledger.market.tapes.compression import LARGEST_TEXT
from ledger.money import plain
from ledger.practice.library.files import read_bytes
from ledger.practice.library.own_tapes import OwnTape, is_free, is_kept, keep
from ledger.text import clean

_LONGEST_STEM = 50
_SUFFIXES = re.compile(r"(\.(csv|txt|tsv|gz|zip))+$", re.IGNORECASE)


def understand(path: Path, options: ImportOptions, progress: Progress | None = None) -> ForeignTape:
    """How a file is understood. Raises `Refused`; nothing is written."""
    name = clean(path.name, 80)
    return read_foreign(read_bytes(path, str(path), LARGEST_TEXT), name, options, progress)


def id_for(path: Path, imported: ForeignTape) -> str:
    """A name made from the file's: a free one, or that of the same import before."""
    stem = re.sub(r"[^a-z0-9]+", "-", _SUFFIXES.sub("", path.name).lower()).strip("-")
    stem = stem[:_LONGEST_STEM].strip("-") or "tape"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    free = (
        name
        for name in names
        if is_free(name, imported.tape.sha256, imported.sha256, imported.tape.market)
    )
    return next(free, stem)


def keep_tape(tape_id: str, path: Path, imported: ForeignTape, *, dry: bool = False) -> bool:
    """Saves an import; `False` if exactly this was imported before. Raises `Refused`.

    A `dry` run is refused for the same reasons, and writes nothing.
    """
    page = page_of(tape_id, path, imported)
    return not is_kept(page) if dry else keep(page, imported.packed)


def page_of(tape_id: str, path: Path, imported: ForeignTape) -> OwnTape:
    """The page of an imported tape."""
    tape = imported.tape
    return OwnTape(
        id=tape_id,
        symbol=imported.symbol,
        interval=imported.interval,
        seconds=tape.interval,
        continuous=tape.continuous,
        bars=imported.bars,
        first=imported.first,
        last=imported.last,
        tick=plain(tape.step),
        sha256=tape.sha256,
        original=clean(path.name, 200),
        original_sha256=imported.sha256,
        dialect=imported.dialect,
        title=imported.title,
        zone=imported.zone,
        rows=imported.rows,
        market=tape.market,
        faults=tuple(fault_wire(fault) for fault in imported.faults),
    )


def fault_wire(fault: TapeFault) -> dict[str, Any]:
    """A fault as saved in the page and printed as JSON."""
    return {
        "kind": fault.kind.value,
        "line": fault.line,
        "last_line": fault.last_line,
        "what": fault.what,
        "done": fault.done,
        "note": fault.is_note,
    }
