"""The cost of a day at unchanged prices: interest, holding fees, funding, a night."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.state import Account
from ledger.engine.margin import credit
from ledger.engine.margin.overnight import terms_of
from ledger.market.quote import Market
from ledger.money import ZERO, settle
from ledger.times import DAY

_YEAR = 365


@dataclass(frozen=True, slots=True)
class DailyCost:
    """Amounts in the account's currency, and the yearly rate of all loans together.

    `fees` are rollover and borrow fees. `funding` is negative if received, and `None` if nothing
    pays it or no rate is known. `overnight` is one night of the contracts held, negative if
    received, and `None` where the book charges no night; a week has seven, whenever the weekend is
    charged. `credit` is what cash earns.
    """

    interest: Decimal
    loan_rate: Decimal
    fees: Decimal
    funding: Decimal | None
    overnight: Decimal | None = None
    credit: Decimal = ZERO

    @property
    def charged(self) -> Decimal:
        """Interest and fees, without funding."""
        return self.interest + self.fees


def daily_cost(account: Account, market: Market) -> DailyCost:
    """A day's interest on the loans, the rollover, borrow fees, funding and night of the positions,
    and what cash earns."""
    terms = account.rulebook.interest
    loans = [pocket.loan.principal for pocket in account.pockets.values()]
    lent, yearly = sum(loans, ZERO), sum(map(terms.yearly, loans), ZERO)
    interest = yearly * DAY / terms.denominator
    funding, night, book = _funding(account, market), _night(account, market), account.rulebook
    earned = credit.yearly(account, market.mark) / book.credit.day_count if book.credit else ZERO
    return DailyCost(
        interest=settle(interest, account.currency),
        loan_rate=yearly / lent if lent else ZERO,
        fees=settle(_rollover(account) + _borrowed(account, market), account.currency),
        funding=None if funding is None else settle(funding, account.currency),
        overnight=None if night is None else settle(night, account.currency),
        credit=settle(earned, account.currency),
    )


def _rollover(account: Account) -> Decimal:
    """On each lot's cost, at the rate it was filled at."""
    terms = account.rulebook.rollover
    if terms is None:
        return ZERO
    lots = (lot for position in account.positions() for lot in position.lots)
    return sum((abs(lot.cost) * lot.rollover for lot in lots), ZERO) * DAY / terms.every


def _borrowed(account: Account, market: Market) -> Decimal:
    """On the value of borrowed securities."""
    terms = account.rulebook.borrow_fee
    if terms is None:
        return ZERO
    values = (
        terms.charged_on(
            abs(p.quantity) * account.instruments[p.symbol].multiplier, market.mark[p.symbol]
        )
        for p in account.positions()
        if account.instruments[p.symbol].lent_to(p.quantity < 0)
    )
    return sum(values, ZERO) * terms.a_period * DAY / terms.every


def _funding(account: Account, market: Market) -> Decimal | None:
    """At the rule book's yearly rate, or at the last rate of the tape."""
    terms = account.rulebook.funding
    if terms is None:
        return None
    total = None
    for position in account.positions():
        instrument = account.instruments[position.symbol]
        if instrument.owned:
            continue
        if terms.rate is not None:
            rate: Decimal | None = terms.rate / _YEAR
        else:
            last = market.history.funding_rate(position.symbol, market.time)
            rate = None if last is None else last * DAY / terms.every
        if rate is not None:
            value = instrument.notional(position.quantity, market.mark[position.symbol])
            total = (total or ZERO) + value * rate
    return total


def _night(account: Account, market: Market) -> Decimal | None:
    """One night of every contract that pays for it."""
    total = None
    for position in account.positions():
        terms = terms_of(account, position)
        if terms is not None:
            price = market.mark[position.symbol]
            value = account.instruments[position.symbol].notional(position.quantity, price)
            total = (total or ZERO) + terms.charge(value, 1)
    return total
