"""Interest that the broker pays on the wallet's cash: by tiers, never below zero."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity
from ledger.account.state import MAIN, Account
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.carry_fees import Due, Turn
from ledger.engine.margin.loans import repay_from_cash
from ledger.market.rules.carry import CreditInterest
from ledger.market.rules.rulebook import Repays
from ledger.money import ZERO, settle
from ledger.times import Time


def credit_due(draft: Draft, since: Time, until: Time) -> Iterator[Due]:
    """The payments with since < time <= until on the cash that is there now."""
    terms = draft.account.rulebook.credit
    if terms is None or not _earns(draft.account):
        return
    for at in range((since // terms.every + 1) * terms.every, until + 1, terms.every):
        yield Due(at, Turn.CREDIT, partial(_pay, draft, terms, at))


def next_credit(account: Account, since: Time) -> Time | None:
    """The next time at which cash earns interest."""
    terms = account.rulebook.credit
    if terms is None or not _earns(account):
        return None
    return (since // terms.every + 1) * terms.every


def balances(account: Account, prices: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """The wallet's idle cash, and its cash against shorts: their value at these prices."""
    main = account.main
    short = sum(
        (
            -account.instruments[symbol].notional(held.quantity, prices[symbol])
            for symbol, held in main.positions.items()
            if held.quantity < 0 and account.instruments[symbol].owned
        ),
        ZERO,
    )
    short = min(short, max(main.cash, ZERO))
    return max(main.cash - short, ZERO), short


def yearly(account: Account, prices: Mapping[str, Decimal]) -> Decimal:
    """What the cash that is there earns in a year."""
    terms = account.rulebook.credit
    if terms is None:
        return ZERO
    idle, short = balances(account, prices)
    return terms.yearly(idle, short, equity(account, account.main, prices))


def _earns(account: Account) -> bool:
    return account.main.cash > 0


def _pay(draft: Draft, terms: CreditInterest, at: Time) -> None:
    """Post a period's interest, carrying the rounding remainder; it repays a loan where incoming
    cash does."""
    prices = draft.market.mark
    idle, short = balances(draft.account, prices)
    main = draft.account.main
    earned = yearly(draft.account, prices)
    if not earned:
        return
    exact = main.credit_carried + earned * terms.every
    amount = settle(exact / terms.denominator, draft.account.currency)
    carried = exact - amount * terms.denominator
    draft.record(
        e.CreditInterestPaid(
            at=at, pocket=MAIN, amount=amount, idle=idle, short=short, carried=carried
        )
    )
    if draft.account.rulebook.repays is Repays.INCOMING:
        repay_from_cash(draft, MAIN)
