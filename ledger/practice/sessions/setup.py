"""What a branch stores about the tapes its account trades on: as values, and as JSON.

The JSON is written and read here alone. It is the same on every machine, so no path is in it, and
it is hashed into the branch's first link: its keys and their order stay what they are. A blind
account's is packed, so that nobody reads by accident what its prices are.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.books.wire.codec import decode, encode
from ledger.books.wire.json_text import compact
from ledger.market.blind.veil import Veil
from ledger.market.corporate import CorporateAction
from ledger.market.tapes.origin import Derived
from ledger.market.tapes.recipe import Recipe
from ledger.market.tapes.sessions import Trades
from ledger.times import Time

_OF_OLD = Trades.COINS
"""The market of a tape whose account was opened when every session was a UTC day: its sessions stay
so, and with them its deadlines."""
_SEALED = "sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeSource:
    """Where a tape comes from. `source` is its id or file, as named by the rehearsal."""

    source: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped(TapeSource):
    """From the catalogue of this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(TapeSource):
    """From the data folder, where its hash finds it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile(TapeSource):
    """From a file of the user's own; its path is stored with the clock's place."""


Recorded = Shipped | Imported | OwnFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTape:
    """A tape of prices: its origin, and what is needed to read its bars."""

    origin: "Recorded | Synthetic | DerivedTape"
    interval: int
    continuous: bool
    market: Trades
    actions: tuple[CorporateAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic(TapeSource):
    """Generated from a recipe; a bootstrap also from the moves of another tape."""

    recipe: Recipe
    lent_by: PriceTape | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedTape(TapeSource):
    """Derived from the prices of another tape: a leveraged token or an option."""

    terms: Derived
    lent_by: PriceTape


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What resuming an account needs of its rehearsal; tapes are by symbol.

    Everything is true; what a blind account shows of it is changed by its `veil`.
    """

    start: Time
    end: Time
    tapes: Mapping[str, PriceTape]
    marks: Mapping[str, PriceTape]
    funding: Mapping[str, Recorded]
    veil: Veil | None = None


def write_setup(setup: Setup) -> dict[str, Any]:
    """The JSON of a setup."""
    if setup.veil is None:
        return _write(setup)
    text = compact({**_write(setup), "veil": encode(setup.veil)})
    return {_SEALED: base64.b85encode(zlib.compress(text.encode(), 9)).decode()}


def _write(setup: Setup) -> dict[str, Any]:
    return {
        "start": setup.start,
        "end": setup.end,
        "tapes": {symbol: _write_prices(tape) for symbol, tape in setup.tapes.items()},
        "marks": {symbol: _write_prices(tape) for symbol, tape in setup.marks.items()},
        "funding": {
            symbol: {**_write_source(tape), **_write_place(tape)}
            for symbol, tape in setup.funding.items()
        },
    }


def _write_prices(tape: PriceTape) -> dict[str, Any]:
    origin = tape.origin
    written: dict[str, Any] = {
        **_write_source(origin),
        "interval": tape.interval,
        "continuous": tape.continuous,
        "market": tape.market.value,
    }
    if tape.actions:
        written["actions"] = [encode(action) for action in tape.actions]
    if isinstance(origin, DerivedTape):
        return {
            **written,
            "derived": encode(origin.terms),
            "lent_by": _write_prices(origin.lent_by),
        }
    if isinstance(origin, Synthetic):
        lent_by = None if origin.lent_by is None else _write_prices(origin.lent_by)
        return {**written, "recipe": encode(origin.recipe), "lent_by": lent_by}
    return {**written, **_write_place(origin)}


def _write_source(origin: TapeSource) -> dict[str, Any]:
    return {"source": origin.source, "sha256": origin.sha256}


def _write_place(origin: Recorded) -> dict[str, Any]:
    if isinstance(origin, Shipped):
        return {"shipped": True}
    return {"imported": True} if isinstance(origin, Imported) else {}


def read_setup(data: Mapping[str, Any]) -> Setup:
    """The setup that `write_setup` was given.

    Of a damaged one it raises what `damage.MISFITS` lists.
    """
    if _SEALED in data:
        data = _unpacked(data[_SEALED])
    veil = data.get("veil")
    return Setup(
        start=decode(int, data["start"]),
        end=decode(int, data["end"]),
        tapes={symbol: _read_prices(tape) for symbol, tape in data["tapes"].items()},
        marks={symbol: _read_prices(tape) for symbol, tape in data["marks"].items()},
        funding={symbol: _read_recorded(tape) for symbol, tape in data["funding"].items()},
        veil=None if veil is None else decode(Veil, veil),
    )


def _unpacked(text: str) -> dict[str, Any]:
    try:
        data = json.loads(zlib.decompress(base64.b85decode(text)))
    except zlib.error as fault:
        raise ValueError("a sealed setup that cannot be unpacked") from fault
    if not isinstance(data, dict):
        raise ValueError("a sealed setup without keys")
    return data


def _read_prices(data: Mapping[str, Any]) -> PriceTape:
    return PriceTape(
        origin=_read_origin(data),
        interval=decode(int, data["interval"]),
        continuous=decode(bool, data["continuous"]),
        market=decode(Trades, data.get("market", _OF_OLD.value)),
        actions=tuple(decode(CorporateAction, action) for action in data.get("actions", ())),
    )


def _read_origin(data: Mapping[str, Any]) -> Recorded | Synthetic | DerivedTape:
    source, sha256 = _read_source(data)
    if "recipe" in data:
        lent_by = None if data["lent_by"] is None else _read_prices(data["lent_by"])
        recipe = decode(Recipe, data["recipe"])
        return Synthetic(source=source, sha256=sha256, recipe=recipe, lent_by=lent_by)
    if "derived" in data:
        terms = decode(Derived, data["derived"])
        lender = _read_prices(data["lent_by"])
        return DerivedTape(source=source, sha256=sha256, terms=terms, lent_by=lender)
    return _read_recorded(data)


def _read_recorded(data: Mapping[str, Any]) -> Recorded:
    source, sha256 = _read_source(data)
    if data.get("imported"):
        return Imported(source=source, sha256=sha256)
    if data.get("shipped"):
        return Shipped(source=source, sha256=sha256)
    return OwnFile(source=source, sha256=sha256)


def _read_source(data: Mapping[str, Any]) -> tuple[str, str]:
    return decode(str, data["source"]), decode(str, data["sha256"])
