"""The sentences of a review: a finding that was reviewed, and the rule made of it."""

from ledger.account.written import Review
from ledger.practice.words.wording import Wire
from ledger.text import clean

_LONGEST = 300
_RULE = {"version": 10, "text": _LONGEST}
"""The fields of a rule that are told, with the most characters of each."""


def finding_reviewed(wire: Wire, unit: str) -> str:
    """`Contested: trade 2 (XYZ) was opened without a stop.`"""
    contested = wire.get("verdict") == Review.NOT_ONE.value
    said = clean(str(wire.get("said", "")), _LONGEST)
    return f"{'Contested' if contested else 'Accepted'}: {said[:1].lower()}{said[1:]}"


def rule_created(wire: Wire, unit: str) -> str:
    """`Rule v2: Move no stop away from the market.`"""
    version, text = (clean(str(wire.get(key, "")), longest) for key, longest in _RULE.items())
    return f"Rule v{version}: {text}"


def lots_picked(wire: Wire, unit: str) -> str:
    """`For tax, the sale in event 27 is held against 10 of lot 6`."""
    sale, lots = clean(str(wire.get("sale", "")), 10), wire.get("lots")
    parts = [
        f"{clean(str(quantity), 24)} of lot {clean(str(lot), 10)}"
        for lot, quantity in (lots.items() if isinstance(lots, dict) else ())
    ]
    if not parts:
        return f"For tax, the lots of the sale in event {sale} are left to the method"
    return f"For tax, the sale in event {sale} is held against {' and '.join(parts)}"
