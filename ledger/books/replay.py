"""From the record back to the account: the first event says what it was opened with."""

import json

from ledger.account.apply import apply
from ledger.account.events import AccountOpened
from ledger.account.state import Account, Convention, open_account
from ledger.books.codec import decode
from ledger.books.errors import LedgerUnusable
from ledger.books.store import Ledger
from ledger.market.rulebook import Rulebook


def account_before(name: str, opened: AccountOpened, rulebook: Rulebook) -> Account:
    """The account that the opening event is folded into."""
    return open_account(
        name,
        rulebook,
        opened.mode,
        Convention(opened.fills),
        opened.instruments,
    )


def replay(ledger: Ledger, branch_id: int) -> Account | None:
    """The account after all its events; `None` for a branch that has none yet.

    Raises `LedgerUnusable` when the record does not begin with its opening, or when its rule book
    is missing.
    """
    name = ledger.branch(branch_id).name
    account: Account | None = None
    for seq, event in ledger.events(branch_id):
        if account is None:
            if not isinstance(event, AccountOpened):
                raise LedgerUnusable(ledger.path, f"branch {name} begins with event {seq}")
            account = account_before(name, event, rulebook_of(ledger, event.rules_hash))
        account = apply(account, event)
    return account


def rulebook_of(ledger: Ledger, hash_: str) -> Rulebook:
    """The rule book kept under a hash."""
    try:
        return decode(Rulebook, json.loads(ledger.rulebook(hash_)))
    except KeyError:
        raise LedgerUnusable(ledger.path, f"the rule book {hash_} is missing") from None
