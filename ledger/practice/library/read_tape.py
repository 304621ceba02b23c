"""A tape from a file that a person names: in our own format, or in one that leaves nothing open."""

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
    "a rehearsal can only use a file that needs no repair and leaves nothing open; run: "
    "tightrope tapes import FILE, which reports each fault and what is done about it"
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

    Another program's table is accepted if it leaves nothing open: every row can be used as it is,
    and its times are in UTC or state their offset. What only looks wrong, such as a wick that no
    neighbouring bar confirms, counts as a real price.
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
        read_foreign,  # imported here: the desk starts without it
    )

    try:
        imported = read_foreign(data, name)
        imported.refuse_if_changed(name)
        imported.refuse_if_open(name)
    except Refused as refused:
        raise Refused(*refused.faults[:_SHOWN], f"{name}: {_HINT}") from None
    return replace(
        imported.tape,
        symbol=symbol,
        source=source or name,
        sha256=hashlib.sha256(data).hexdigest(),
        interval=interval or imported.tape.interval,
        continuous=imported.tape.continuous if continuous is None else continuous,
        market=market or imported.tape.market,
    )
