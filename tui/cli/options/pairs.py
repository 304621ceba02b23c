"""`--set KEY=VALUE`, wherever it may be typed."""

import re
from collections.abc import Iterable

from ledger.refused import Refused
from ledger.text import clean


def pairs(given: Iterable[str]) -> dict[str, str]:
    """KEY=VALUE, each key once; what a key may be is judged with its rule book."""
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not re.fullmatch(r"[a-z_]{1,40}", key):
            shown = clean(text, 40)
            raise Refused(f'--set: "{shown}" is not KEY=VALUE; allowed: such as trade_fee=0.001')
        if key in found:
            raise Refused(f"--set {key}: given twice; allowed: once")
        found[key] = value
    return found
