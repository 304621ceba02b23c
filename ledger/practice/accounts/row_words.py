"""A row of the list of accounts in words and figures, the same in a table and on a screen."""

from ledger.practice.accounts.overview import AccountRow, State
from ledger.practice.words.formats import NOTHING
from ledger.practice.words.wording import figure, percent
from ledger.text import clean

_STATES = {State.WIPED_OUT: "wiped out", State.IN_A_CALL: "in a call"}
_MONEY_WEIGHTED = "money-weighted"


def state_word(row: AccountRow) -> str:
    """`in a call`."""
    return _STATES.get(row.state, row.state.value)


def played_as(row: AccountRow) -> str:
    """`exam`, `blind`, or `revealed`; empty for an account that never hid anything."""
    if not row.blind:
        return ""
    if row.exam:
        return "exam"
    return "revealed" if row.revealed else "blind"


def return_of(row: AccountRow) -> str:
    """`4.50%`; with an (m) where it is money-weighted."""
    if row.return_ is None:
        return NOTHING
    mark = " (m)" if row.return_basis == _MONEY_WEIGHTED else ""
    return percent(row.return_) + mark


def risk_of(row: AccountRow) -> str:
    """`1,500.00`, and which positions have no stop."""
    risk = NOTHING if row.open_risk is None else figure(row.open_risk)
    bare = ", ".join(clean(symbol, 40) for symbol in row.without_stop or ())
    return f"{risk}, no stop: {bare}" if bare else risk


def played_at(row: AccountRow) -> str:
    """`2026-11-30 20:44`: wall clock, UTC."""
    return NOTHING if row.last_played is None else row.last_played[:16].replace("T", " ")
