"""The sentence of a finding that was reviewed."""

from ledger.account.written import Review
from ledger.practice.words.wording import Wire
from ledger.text import clean

_LONGEST = 300


def finding_reviewed(wire: Wire, unit: str) -> str:
    """`Contested: trade 2 (XYZ) was opened without a stop.`"""
    contested = wire.get("verdict") == Review.NOT_ONE.value
    said = clean(str(wire.get("said", "")), _LONGEST)
    return f"{'Contested' if contested else 'Accepted'}: {said[:1].lower()}{said[1:]}"
