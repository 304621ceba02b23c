"""From a tape to its origin when an account is opened, and back when it is resumed.

A tape that has changed since is refused: the account would be based on prices it never saw.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ledger.market.blind.prices import veiled_rates, veiled_tape
from ledger.market.blind.veil import Veil
from ledger.market.tapes.compression import LARGEST_TEXT
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.market.tapes.tape_file import parse_funding
from ledger.practice.library.files import assets, read_bytes
from ledger.practice.library.own_tapes import own_tape, own_tape_of
from ledger.practice.library.read_tape import read_tape
from ledger.practice.sessions.setup import (
    DerivedTape,
    Imported,
    OwnFile,
    PriceTape,
    Recorded,
    Setup,
    Shipped,
    Synthetic,
    TapeSource,
)
from ledger.practice.sessions.timeline import Timeline
from ledger.refused import Refused

T = TypeVar("T", Tape, FundingTape)
Files = Mapping[str, str]
"""Where the user's own tapes are on this machine, by `source`."""


def price_tape(tape: Tape) -> PriceTape:
    """The setup of a tape of prices."""
    return PriceTape(
        origin=_origin(tape),
        interval=tape.interval,
        continuous=tape.continuous,
        market=tape.market,
        actions=tape.actions,
    )


def _origin(tape: Tape) -> Recorded | Synthetic | DerivedTape:
    lent_by = None if tape.lent_by is None else price_tape(tape.lent_by)
    source, sha256 = tape.source, tape.sha256
    if tape.derived is not None:
        assert lent_by is not None, "derived from another tape"
        return DerivedTape(source=source, sha256=sha256, terms=tape.derived, lent_by=lent_by)
    if tape.recipe is not None:
        return Synthetic(source=source, sha256=sha256, recipe=tape.recipe, lent_by=lent_by)
    return recorded(tape)


def recorded(tape: Tape | FundingTape) -> Recorded:
    """Where the file of a recorded tape can be found again."""
    source, sha256 = tape.source, tape.sha256
    if _shipped(source) is not None:
        return Shipped(source=source, sha256=sha256)
    own = own_tape(source)
    if own is not None and own.sha256 == sha256:
        return Imported(source=source, sha256=sha256)
    return OwnFile(source=source, sha256=sha256)


def recorded_behind(tape: Tape) -> Tape | None:
    """The recorded tape behind a tape, however it was derived."""
    behind = tape.recorded
    return behind if behind is None or behind is tape else recorded_behind(behind)


def _shipped(source: str) -> Path | None:
    """The file of a tape in the catalogue; `None` for one of the user's own."""
    path = assets() / "tapes" / f"{source}.csv.gz"
    return path if path.is_file() else None


def tape_of(symbol: str, setup: PriceTape, files: Files) -> Tape:
    """The tape of this setup. Raises `Refused` if it is gone or has changed."""
    return replace(_bare(symbol, setup, files), actions=setup.actions, market=setup.market)


def rates_of(symbol: str, origin: Recorded, files: Files) -> FundingTape:
    """The funding rates of this setup. Raises `Refused` if they are gone or have changed."""
    data, name = _data(origin, files), Path(origin.source).name
    return _same(parse_funding(data, name=name, symbol=symbol, source=origin.source), origin)


def timeline_of(setup: Setup, files: Files) -> Timeline:
    """The same tapes again, as the account sees them. Raises `Refused` if one is gone or has
    changed."""
    if setup.veil is None:
        return _true_timeline(setup, files)
    try:
        true = _true_timeline(setup, files)
    except Refused:
        raise Refused(
            "a tape of this blind account was removed or has changed since; bring it back "
            "(which one it is stays hidden)"
        ) from None
    return _behind(true, setup.veil)


def _behind(true: Timeline, veil: Veil) -> Timeline:
    names = veil.names

    def over(tapes: Mapping[str, Tape]) -> dict[str, Tape]:
        return {
            names[symbol]: veiled_tape(tape, veil, true.start) for symbol, tape in tapes.items()
        }

    return Timeline(
        tapes=over(true.tapes),
        start=veil.time(true.start),
        end=veil.time(true.end),
        marks=over(true.marks),
        funding={names[symbol]: veiled_rates(one, veil) for symbol, one in true.funding.items()},
    )


def _true_timeline(setup: Setup, files: Files) -> Timeline:
    return Timeline(
        tapes={symbol: tape_of(symbol, tape, files) for symbol, tape in setup.tapes.items()},
        start=setup.start,
        end=setup.end,
        marks={symbol: tape_of(symbol, tape, files) for symbol, tape in setup.marks.items()},
        funding={symbol: rates_of(symbol, tape, files) for symbol, tape in setup.funding.items()},
    )


def _bare(symbol: str, setup: PriceTape, files: Files) -> Tape:
    """The prices alone, without dividends and splits."""
    origin = setup.origin
    if isinstance(origin, Synthetic):
        return _made_again(symbol, origin, files)
    if isinstance(origin, DerivedTape):
        from ledger.market.tapes.derive import derive  # for the few accounts that trade on one

        return derive(origin.terms, tape_of(symbol, origin.lent_by, files), symbol)
    tape = read_tape(
        _data(origin, files),
        name=Path(origin.source).name,
        symbol=symbol,
        source=origin.source,
        interval=setup.interval,
        continuous=setup.continuous,
        market=setup.market,
    )
    return _same(tape, origin)


def _made_again(symbol: str, origin: Synthetic, files: Files) -> Tape:
    from ledger.market.synthetic.make import make  # for the few accounts that trade on one

    lender = None if origin.lent_by is None else tape_of(symbol, origin.lent_by, files)
    tape = make(origin.recipe, lender)
    if tape.sha256 != origin.sha256:
        raise Refused(
            f"{symbol}: this version derives another tape from {origin.source} than the account "
            "was opened on; continue with the version that opened it"
        )
    return tape


def _data(origin: Recorded, files: Files) -> bytes:
    source = origin.source
    if isinstance(origin, Imported):
        own = own_tape_of(source, origin.sha256)
        if own is None:
            raise Refused(
                f"{source}: the imported tape is gone; import its file again, under any name "
                "(another account opens with --account NAME)"
            )
        return own.read()
    if isinstance(origin, OwnFile):
        return read_bytes(_where_it_is(Path(files[source])), files[source], LARGEST_TEXT)
    path = _shipped(source)
    if path is None:
        raise Refused(f"{source}: this version does not ship this tape")
    return read_bytes(path, path.name)


def _where_it_is(written: Path) -> Path:
    """A file that came with a shipped rehearsal moves with the installation; others stay."""
    shipped = assets() / "rehearsals" / written.name
    moved = written.parent.name == shipped.parent.name and not written.is_file()
    return shipped if moved and shipped.is_file() else written


def _same(tape: T, origin: TapeSource) -> T:
    if tape.sha256 != origin.sha256:
        raise Refused(
            f"{origin.source}: the tape has changed since this account was opened on it; "
            "restore the old file"
        )
    return tape
