"""The rule books and tapes a person can practise with: the shipped ones and their own files.

In an installed wheel the assets are inside the package, in a checkout beside it. A name without a
suffix is an id of the catalogue; anything else is a path, relative to the folder of the file that
names it.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from ledger.market.corporate import CorporateAction
from ledger.market.instrument import Instrument, Kind
from ledger.market.rule_files.field_types import Loose
from ledger.market.tapes.compression import LARGEST_TEXT
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.market.tapes.tape_file import parse_funding, parse_tape
from ledger.money import ONE
from ledger.practice.library.corporate_tables import TapeActionTable
from ledger.practice.library.files import (
    assets,
    is_path,
    read_bytes,
    read_text,
    within,
)
from ledger.practice.library.instrument_table import InstrumentTable
from ledger.practice.library.own_tapes import own_tape, own_tapes
from ledger.practice.library.read_tape import read_tape
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.times import INTERVALS, Interval, Time
from ledger.toml_file import Line, Moment, Table, Whole, check_table, read_toml

TABLES = (".csv", ".csv.gz", ".txt", ".tsv", ".zip")
"""Suffixes of price files; anything else without a folder is a tape's id."""


class _TapeTable(Table):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: Line
    file: Line
    title: Line
    kind: Literal["price", "mark", "funding"]
    interval: Interval
    bars: Whole
    first: Moment
    last: Moment
    calendar: Literal["continuous", "session"]
    market: Annotated[Trades, Loose]
    sha256: Line
    licence: Line
    origin: Line
    done: Line
    source_repository: str = ""
    picture: str = ""
    mark: str | None = None
    funding: str | None = None
    adjusted: Literal["", "splits", "splits and dividends"] = ""
    action: list[TapeActionTable] = Field(default_factory=list)
    instrument: InstrumentTable


class _Manifest(Table):
    tape: list[_TapeTable]


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeInfo:
    """A tape as listed, without its rows. `bars` counts rows, holes included.

    `adjusted` names what its prices are adjusted for; `actions` are those still visible in them;
    `picture` draws the closes in fourteen blocks, in advance: a list loads no tapes.
    """

    id: str
    title: str
    kind: str
    interval: str
    seconds: int
    bars: int
    first: Time
    last: Time
    continuous: bool
    market: Trades
    sha256: str
    licence: str
    origin: str
    done: str
    repository: str
    picture: str
    mark: str | None
    funding: str | None
    adjusted: str
    actions: tuple[CorporateAction, ...]
    instrument: Instrument
    file: Path


@cache
def tape_infos() -> tuple[TapeInfo, ...]:
    """The shipped tapes, in the manifest's order."""
    path = assets() / "tapes" / "manifest.toml"
    text = read_text(path, path.name)
    manifest = check_table(_Manifest, read_toml(text, path.name), text, path.name)
    return tuple(_info(table, path.parent) for table in manifest.tape)


def tape_info(source: str) -> TapeInfo | None:
    """What the manifest says of a tape; `None` for one of the user's own, imported or not."""
    return next((info for info in tape_infos() if info.id == source), None)


def load_tape(source: str, base: Path | None = None, symbol: str | None = None) -> Tape:
    """The tape of an id, or of a path relative to `base`. Raises `Refused`."""
    if is_path(source, *TABLES):
        name = Path(source).name
        data = read_bytes(within(base, source), source, LARGEST_TEXT)
        return read_tape(data, name=clean(name, 80), symbol=symbol or _symbol(name), source=source)
    own = None if tape_info(source) else own_tape(source)
    if own is not None:
        return parse_tape(
            own.read(),
            name=own.file.name,
            symbol=symbol or own.symbol,
            source=own.id,
            interval=own.seconds,
            continuous=own.continuous,
            market=own.market,
        )
    info, data = _shipped_tape(source, ("price", "mark"))
    listed = symbol or info.instrument.symbol
    tape = parse_tape(
        data,
        name=info.file.name,
        symbol=listed,
        source=info.id,
        interval=info.seconds,
        continuous=info.continuous,
        market=info.market,
    )
    actions = tuple(replace(action, symbol=listed) for action in info.actions)
    return replace(tape, actions=actions) if actions else tape


def load_funding(source: str, base: Path | None = None, symbol: str | None = None) -> FundingTape:
    """The funding rates of an id, or of a path relative to `base`. Raises `Refused`."""
    if is_path(source, *TABLES):
        name, listed = clean(Path(source).name, 80), _symbol(source)
        data = read_bytes(within(base, source), source)
    else:
        info, data = _shipped_tape(source, ("funding",))
        name, listed = info.file.name, info.instrument.symbol
    return parse_funding(data, name=name, symbol=symbol or listed, source=source)


def _shipped_tape(source: str, kinds: tuple[str, ...]) -> tuple[TapeInfo, bytes]:
    known = {info.id: info for info in tape_infos() if info.kind in kinds}
    info = known.get(source)
    if info is None:
        own = [tape.id for tape in own_tapes()[0]] if "price" in kinds else []
        raise Refused(
            f'no {" or ".join(kinds)} tape is called "{clean(source, 60)}"; '
            f"{nearest(source, [*known, *own])}, or the path of a .csv or .csv.gz file"
        )
    data = read_bytes(info.file, info.file.name)
    if hashlib.sha256(data).hexdigest() != info.sha256:
        raise Refused(
            f"{info.file.name}: this is not the file that was shipped; install Tightrope again"
        )
    return info, data


def _symbol(name: str) -> str:
    return clean(name.partition(".")[0], 20).upper() or "TAPE"


def _info(table: _TapeTable, folder: Path) -> TapeInfo:
    listed = table.instrument
    return TapeInfo(
        id=table.id,
        title=table.title,
        kind=table.kind,
        interval=table.interval,
        seconds=INTERVALS[table.interval],
        bars=table.bars,
        first=table.first,
        last=table.last,
        continuous=table.calendar == "continuous",
        market=table.market,
        sha256=table.sha256,
        licence=table.licence,
        origin=table.origin,
        done=table.done,
        repository=table.source_repository,
        picture=table.picture,
        mark=table.mark,
        funding=table.funding,
        adjusted=table.adjusted,
        actions=tuple(row.action(listed.symbol) for row in table.action),
        instrument=Instrument(
            symbol=listed.symbol,
            kind=Kind(listed.kind or "spot"),
            tick=listed.tick or ONE,
            lot=listed.lot or ONE,
            currency=listed.currency or "USD",
            **_given(listed, "min_notional", "multiplier", "underlying", "asset", "fund_leverage"),
        ),
        file=folder / table.file,
    )


def _given(table: InstrumentTable, *keys: str) -> dict[str, Any]:
    return {key: value for key in keys if (value := getattr(table, key)) is not None}
