"""A tape from a file that a person names: in the own format, or in one that asks no question."""

import hashlib
import re
from dataclasses import replace

from ledger.market.tapes.compression import beginning
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.market.tapes.tape_file import HEADER, parse_tape
from ledger.refused import Refused

_OWN = re.compile(
    rb"(?:\xef\xbb\xbf)?" + HEADER.encode() + rb"\r?\n(?:$|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
)
_SHOWN = 20
_HINT = (
    "a file that a rehearsal names must need no repair and leave nothing open; "
    "say: tightrope tapes import FILE, which tells each fault and what it does about it"
)


def read_tape(
    data: bytes,
    *,
    name: str,
    symbol: str,
    source: str = "",
    interval: int | None = None,
    continuous: bool | None = None,
    market: Trades | None = None,
) -> Tape:
    """The tape in a file's bytes. Raises `Refused`.

    Another program's table is taken where nobody has to be asked: with every row as it stands, and
    with times that are in UTC or say how far from it they are. What only looks wrong, such as a
    wick that no neighbour confirms, is a crash until somebody says otherwise.
    """
    if _OWN.match(beginning(data)):
        return parse_tape(
            data,
            name=name,
            symbol=symbol,
            source=source,
            interval=interval,
            continuous=continuous,
            market=market,
        )
    from ledger.market.csv_import.import_tape import (
        read_foreign,  # here: the desk starts without it
    )

    try:
        found = read_foreign(data, name)
        found.refuse_if_changed(name)
        found.refuse_if_open(name)
    except Refused as refused:
        raise Refused(*refused.faults[:_SHOWN], f"{name}: {_HINT}") from None
    return replace(
        found.tape,
        symbol=symbol,
        source=source or name,
        sha256=hashlib.sha256(data).hexdigest(),
        interval=interval or found.tape.interval,
        continuous=found.tape.continuous if continuous is None else continuous,
        market=market or found.tape.market,
    )
