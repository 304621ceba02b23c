"""Tapes imported by the user: kept in the data folder, each with a page that states its origin.

A tape is two files, `ID.csv.gz` in Tightrope's own format and `ID.json` beside it. The page is
written last: without it there is no tape. Kept free of the file checkers, so that a session can be
resumed without loading them.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.books.file.folders import make_folder, sync_folder
from ledger.market.tapes.compression import LARGEST_TEXT
from ledger.market.tapes.sessions import Trades
from ledger.practice.library.files import assets, data_folder, read_bytes, read_text
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.times import END_OF_TIME, FIRST_TIME

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTape:
    """The page of an imported tape. `faults` are those reported on import.

    `seconds` is the length of a bar, `sha256` that of the tape's own file, `original_sha256` and
    `original` hash and name of the file it came from, `dialect` the program that wrote it.
    `market` says whose days its sessions are; pages of older versions lack it, and it is derived
    from the times of the tape.
    """

    id: str
    symbol: str
    interval: str
    seconds: int
    continuous: bool
    bars: int
    first: int
    last: int
    tick: str
    sha256: str
    original: str
    original_sha256: str
    dialect: str
    title: str
    zone: str
    rows: int
    market: Trades | None
    faults: tuple[Mapping[str, Any], ...]

    @property
    def file(self) -> Path:
        """The file with its bars."""
        return tapes_folder() / f"{self.id}.csv.gz"

    def read(self) -> bytes:
        """The tape's bytes. Raises `Refused` if they have changed since the import."""
        data = read_bytes(self.file, self.file.name, LARGEST_TEXT)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise Refused(
                f"{self.file.name}: the file has changed since it was imported; import it again"
            )
        return data


def tapes_folder() -> Path:
    """Where imported tapes are kept. It is not created here."""
    return data_folder() / "tapes"


def own_tapes() -> tuple[tuple[OwnTape, ...], tuple[str, ...]]:
    """The imported tapes by name, and a line for each page that cannot be read."""
    tapes: list[OwnTape] = []
    faults: list[str] = []
    try:
        pages = sorted(path for path in tapes_folder().iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        pages = []
    except OSError as error:
        pages = []
        faults.append(f"{tapes_folder()}: the folder cannot be read: {error.strerror}")
    for path in pages:
        try:
            tapes.append(_page(path))
        except Refused as refused:
            faults += refused.faults
    return tuple(tapes), tuple(faults)


def own_tape(source: str) -> OwnTape | None:
    """The imported tape of this name, or `None`. Raises `Refused`."""
    if not _ID.fullmatch(source):
        return None
    path = tapes_folder() / f"{source}.json"
    try:
        return _page(path) if path.is_file() else None
    except PermissionError as error:
        raise Refused(f"{path}: the file cannot be read: {error.strerror}") from None


def own_tape_of(source: str, sha256: str) -> OwnTape | None:
    """The imported tape with these bytes, whatever its name now; `source` is tried first."""
    with suppress(Refused):
        named = own_tape(source)
        if named is not None and named.sha256 == sha256:
            return named
    return next((tape for tape in own_tapes()[0] if tape.sha256 == sha256), None)


def check_id(name: str) -> str:
    """The name, if a new tape may have it. Raises `Refused`."""
    if _is_shipped(check_spelling(name)):
        raise Refused(f"id: a shipped tape is called {name}; choose another name with --id")
    return name


def check_spelling(name: str) -> str:
    """The name, if it is well-formed. Raises `Refused`."""
    if not _ID.fullmatch(name):
        raise Refused(
            f'id: "{clean(name, 60)}" is not a valid name; '
            "allowed: small letters, digits and -, at most 60"
        )
    return name


def is_free(name: str, sha256: str, original_sha256: str, market: Trades | None) -> bool:
    """Whether an import may have a name: it is free, or belongs to the same import of the same
    file (and the same market, if its page states one)."""
    try:
        there = own_tape(name)
    except Refused:
        return False
    if there is None:
        return not _is_shipped(name)
    same = (there.sha256, there.original_sha256) == (sha256, original_sha256)
    return same and there.market in (None, market)


def _is_shipped(name: str) -> bool:
    return (assets() / "tapes" / f"{name}.csv.gz").exists()


def is_kept(tape: OwnTape) -> bool:
    """Whether exactly this import exists already. Raises `Refused` if another has its name."""
    there = own_tape(check_id(tape.id))
    if there is None:
        return False
    if is_free(tape.id, tape.sha256, tape.original_sha256, tape.market):
        return there.market is tape.market  # pages of older versions lack it
    kind = f" as a tape of {there.market}" if there.market not in (None, tape.market) else ""
    raise Refused(
        f"id: {tape.id} was already imported from {clean(there.original, 60)}{kind}; choose "
        f"another name with --id, or run tightrope tapes remove {tape.id} first"
    )


def keep(tape: OwnTape, data: bytes) -> bool:
    """Writes an imported tape: both files or none. `False` if it was there already.

    Raises `Refused` if another tape has the name, or the folder cannot be written.
    """
    if is_kept(tape):
        return False
    page = tapes_folder() / f"{tape.id}.json"
    is_new = not page.exists()
    try:
        make_folder(tapes_folder())
        _write(tape.file, data)
        try:
            _write(page, json.dumps(_wire(tape), indent=1).encode())
        except OSError:
            if is_new:
                tape.file.unlink(missing_ok=True)
            raise
        sync_folder(tapes_folder())
    except OSError as error:
        raise Refused(
            f"{tapes_folder()}: the tape cannot be saved: {error.strerror or error}"
        ) from None
    return True


def remove(name: str) -> tuple[Path, ...]:
    """Deletes an imported tape, even one with a damaged page, and returns the deleted files.

    Raises `Refused` for a shipped tape and for one that does not exist.
    """
    page = tapes_folder() / f"{check_spelling(name)}.json"
    try:
        there = tuple(path for path in (page, page.with_suffix(".csv.gz")) if path.is_file())
        for path in there:  # the page first: without it there is no tape
            path.unlink()
    except OSError as error:
        raise Refused(f"{name}: the tape cannot be removed: {error.strerror or error}") from None
    if not there and _is_shipped(name):
        raise Refused(f"{name}: this tape is shipped; only tapes you imported can be removed")
    if not there:
        raise Refused(
            f"{name}: no imported tape has this name; "
            f"{nearest(name, [tape.id for tape in own_tapes()[0]])}"
        )
    return there


def _write(path: Path, data: bytes) -> None:
    """Writes the whole file or nothing."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


_KEYS: dict[str, type] = {
    "symbol": str,
    "interval": str,
    "seconds": int,
    "continuous": bool,
    "bars": int,
    "first": int,
    "last": int,
    "tick": str,
    "sha256": str,
    "original": str,
    "original_sha256": str,
    "dialect": str,
    "title": str,
    "zone": str,
    "rows": int,
}


def _wire(tape: OwnTape) -> dict[str, Any]:
    page = {key: getattr(tape, key) for key in _KEYS}
    market = None if tape.market is None else tape.market.value
    faults = [dict(fault) for fault in tape.faults]
    return {"version": _VERSION, **page, "market": market, "faults": faults}


def _page(path: Path) -> OwnTape:
    """Reads a page; its texts are cleaned again, since anything may have written it."""
    name = clean(path.name, 80)
    broken = (
        f"{name}: the page of this tape is damaged; run: tightrope tapes remove "
        f"{clean(path.stem, 60)}, then import its file again"
    )
    if not _ID.fullmatch(path.stem):
        raise Refused(f"{name}: this is not the page of a tape")
    try:
        page = json.loads(read_text(path, name))
        faults = page["faults"]
        if page["version"] != _VERSION or not isinstance(faults, list):
            raise Refused(broken)
        values = {key: page[key] for key in _KEYS}
        stated = page.get("market")
        market = None if stated is None else Trades(stated)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(broken) from None
    if any(type(values[key]) is not kind for key, kind in _KEYS.items()):
        raise Refused(broken)
    if values["seconds"] < 1 or not FIRST_TIME <= values["first"] <= values["last"] < END_OF_TIME:
        raise Refused(broken)
    texts = {key: clean(value, 200) for key, value in values.items() if isinstance(value, str)}
    return OwnTape(
        id=path.stem,
        **{**values, **texts},
        market=market,
        faults=tuple(_fault(fault) for fault in faults if isinstance(fault, dict)),
    )


def _fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    return {
        clean(str(key), 20): clean(value, 200) if isinstance(value, str) else value
        for key, value in fault.items()
        if isinstance(value, str | int | bool)
    }
