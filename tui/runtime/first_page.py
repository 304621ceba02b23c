"""What the first screen offers, in its four groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger.books.file.errors import LedgerError
from ledger.practice.accounts.overview import AccountRow, State, accounts
from ledger.practice.words.wording import number_of, percent, when
from ledger.text import clean
from tui.runtime.opener import FIRST, Door, GoOn, Offer
from tui.text import format as fmt

if TYPE_CHECKING:
    from pathlib import Path

LEARN, PRACTISE, HISTORY, REVIEW = GROUPS = ("Learn", "Practise", "History", "Review")
NEW, MARKET, SAME, LEDGER, ACCOUNTS = "new", "market", "same", "ledger", "accounts"
JOURNAL, WEEK, COURSE = "journal", "week", "course"
"""Pages that an entry opens."""

_OPEN = (State.OPEN, State.IN_A_CALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: its title, a word beside it, its description, and what Enter opens."""

    group: str
    title: str
    word: str
    description: str
    opens: Offer | GoOn | str

    @property
    def key(self) -> str:
        """By which the row is known."""
        if isinstance(self.opens, str):
            return f"page {self.opens}"
        return f"account {self.opens.account}" if isinstance(self.opens, GoOn) else self.opens.id

    @property
    def text(self) -> str:
        """What a search looks through."""
        return f"{self.group} {self.title} {self.word} {self.description}"


def entries(door: Door, *, ledger_page: bool) -> list[Entry]:
    """Every entry, in the order of the groups; `ledger_page` where there is an account to read."""
    played = door.scenarios()
    listed = _learn(door.rehearsals(), played["drill"])
    listed += _practise(door.ledger)
    listed += [_entry(HISTORY, offer) for offer in played["history"]]
    if _all_accounts(door.ledger):
        trades = (
            "Every trade of the account you used last: plan, result in R, the life of its stop, "
            "notes and tags; filtered as you type."
        )
        listed.append(Entry(REVIEW, "The journal", "your trades", trades, JOURNAL))
        week = (
            "Your week or month in five pages: plan kept, results in R, what moving stops and "
            "leaving early brought, findings, one rule. Then calendar, equity, groups."
        )
        listed.append(Entry(REVIEW, "The weekly review", "did it help?", week, WEEK))
        about = "Every account: go on with one, rename, archive or reset it; archived ones too."
        listed.append(Entry(REVIEW, "Your accounts", "", about, ACCOUNTS))
    if ledger_page:
        description = "Every event of the account on the desk, as recorded, filtered by kind."
        listed.append(Entry(REVIEW, "The full ledger", "of this account", description, LEDGER))
    return listed


def _learn(rehearsals: Sequence[Offer], drills: Sequence[Offer]) -> list[Entry]:
    guided = [offer for offer in rehearsals if not offer.id.startswith("same-trade-")]
    first, *others = guided
    listed = [_entry(LEARN, first, "guided, 10 minutes"), _course()]
    listed += [_entry(LEARN, offer) for offer in drills]
    listed += [_entry(LEARN, offer, "scripted") for offer in others]
    same = len(rehearsals) - len(guided)
    description = (
        f"0.6 BTC, 2,500 of your own and no stop, through Black Thursday under {same} rule books: "
        "who called when, who sold at what price, what it cost and what was left."
    )
    listed.append(Entry(LEARN, f"One trade, {same} rule books", "a comparison", description, SAME))
    assert first.id == FIRST, "the guided one stands first"
    return listed


def _course() -> Entry:
    about = (
        "From the first loan to the habits that keep an account alive: ten lessons of a few pages, "
        "each with something to do that is checked."
    )
    return Entry(LEARN, "The course", "ten lessons", about, COURSE)


def _practise(ledger: Path | None) -> list[Entry]:
    description = (
        "Any tapes, any rule book, from any day or anywhere at random, with the money you choose."
    )
    listed = [Entry(PRACTISE, "New account…", "your own tapes and rules", description, NEW)]
    listed += [_account(row) for row in _open_accounts(ledger)]
    made_up = (
        "Brownian, with jumps, panics or overnight gaps, or a recorded tape in a new order: "
        "reproducible from a seed. Another seed gives another market of the same kind."
    )
    listed.append(Entry(PRACTISE, "Synthetic market…", "generated from a seed", made_up, MARKET))
    return listed


def _open_accounts(ledger: Path | None) -> Sequence[AccountRow]:
    """Last used first."""
    rows = [row for row in _all_accounts(ledger) if row.state in _OPEN]
    return sorted(rows, key=lambda row: (row.opens_next, row.last_played or ""), reverse=True)


def _all_accounts(ledger: Path | None) -> Sequence[AccountRow]:
    """What is wrong with a ledger is reported when an account of it is opened."""
    try:
        return [] if ledger is None else accounts(ledger)
    except LedgerError:
        return []


def _account(row: AccountRow) -> Entry:
    where = " ".join(part for part in (row.venue, row.mode) if part)
    call = "in a call, " if row.state is State.IN_A_CALL else ""
    currency = clean(row.currency or "", 10)
    amount = number_of(row.equity)
    equity = f"{fmt.money(amount, currency)} {currency}".rstrip()
    symbols = clean(", ".join(row.symbols or ()), 60)
    gain = "" if row.return_ is None else f", return {percent(row.return_)}"
    description = f"{symbols} at {where}. {when(row.time)}: equity {equity}{gain}."
    word = f"{call}{equity}, {where}"
    return Entry(PRACTISE, clean(row.account, 44), word, description, GoOn(row.account))


def _entry(group: str, offer: Offer, word: str = "") -> Entry:
    return Entry(group, offer.title, word or offer.word, offer.description, offer)
