"""`--set KEY=VALUE`, for every command that takes it."""

import re
from collections.abc import Iterable

from ledger.refused import Refused
from ledger.text import clean


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """KEY=VALUE, each key once; which keys exist is checked with the rule book."""
    by_key: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not re.fullmatch(r"[a-z_]{1,40}", key):
            shown = clean(text, 40)
            raise Refused(f'--set: "{shown}" is not KEY=VALUE; allowed: such as trade_fee=0.001')
        if key in by_key:
            raise Refused(f"--set {key}: given twice; allowed: once")
        by_key[key] = value
    return by_key
