"""Lines made from an account's record, kept in a file beside the ledger: a long record need not be
read again to list what it says.

They are no part of the record: nothing is decided by them, and without them, or where they cannot
be written, everything is read as before. Lines that are damaged, or were made from another record
or by another edition of the program, are not used.
"""

import json
from contextlib import suppress
from functools import cache
from hashlib import sha256
from os import getpid
from pathlib import Path
from typing import Any

import ledger as program

Line = list[Any]
"""Texts, whole numbers, truth values, `None`, and lists of them."""


def place_of(ledger: Path, branch_id: int) -> Path:
    """Where the lines of an account are kept."""
    return ledger.with_name(f"{ledger.name}.list-{branch_id}")


def keep(ledger: Path, branch_id: int, head: str, lines: list[Line]) -> None:
    """Keep the lines of a record whose last checksum is `head`, in place of those before."""
    place = place_of(ledger, branch_id)
    part = place.with_name(f"{place.name}.{getpid()}")
    body = json.dumps(lines, ensure_ascii=True, separators=(",", ":"))
    with suppress(OSError):  # a folder that cannot be written does without
        try:
            part.write_text("\n".join((_seal(head, body), body)), "ascii")
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def kept(ledger: Path, branch_id: int, head: str) -> list[Line] | None:
    """The lines of exactly this record; `None` where there are none."""
    try:
        seal, _, body = place_of(ledger, branch_id).read_text("ascii").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if seal != _seal(head, body):
        return None
    lines: list[Line] = json.loads(body)
    return lines


def _seal(head: str, body: str) -> str:
    return sha256("\n".join((head, _edition(), body)).encode()).hexdigest()


@cache
def _edition() -> str:
    """What lines are made by: a checksum of the program below its screens, so that no change of a
    definition can be forgotten."""
    found = sha256()
    home = Path(program.__file__).parent
    for path in sorted(home.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
