"""Tokens and options in a new account: made from a tape, as `source = { … }` of a file has them."""

import re

from ledger.practice.accounts.new_account import TapeChoice
from ledger.refused import Refused
from ledger.text import clean

_KEY = re.compile(r"[a-z]{1,20}")
_SUCH_AS = {
    "token": "ETH3L=ethusdt-perp-binance-1h-2019-2025,multiple=3",
    "option": "SPYPUT=SPY,right=put,strike=130,expires=2008-03-20T00:00:00Z",
}


def derived_choice(kind: str, text: str) -> TapeChoice:
    """`SYMBOL=ID,multiple=3` of a `token`, or `SYMBOL=SYMBOL,right=put,…` of an `option`.

    Raises `Refused`; which keys there may be is judged with the file.
    """
    named, *others = text.split(",")
    symbol, equals, source = named.partition("=")
    given: dict[str, str] = {kind: source}
    for other in others:
        key, also, value = other.partition("=")
        if not (also and value and _KEY.fullmatch(key)) or key in given:
            raise Refused(
                f"--{kind} {clean(symbol, 40)}: write each key once, like {_SUCH_AS[kind]}"
            )
        given[key] = value
    if not (equals and symbol and source):
        raise Refused(f'--{kind}: "{clean(text, 60)}" is not SYMBOL=TAPE; such as {_SUCH_AS[kind]}')
    return TapeChoice(symbol=symbol, source=source, made=tuple(given.items()))
