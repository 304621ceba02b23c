"""What holding a position costs: everything that the calendar charges while its price stands."""

from dataclasses import replace
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.state import Account, Position, Side
from ledger.engine.bars.bar import wait
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import loans
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.money import ZERO, ratio, settle
from ledger.practice.calc.answers import HoldingCost
from ledger.practice.calc.one_position import MOST_POSTINGS, SYMBOL, opened, pocket_of
from ledger.refused import Refused
from ledger.times import DAY, HOUR, Time

MONDAY = 4 * DAY
"""Where the clock stands without a time: Monday, 5 January 1970, 00:00 UTC."""
_YEAR = 365 * DAY
_CHARGES = (e.InterestAccrued, e.FeeCharged, e.FundingPaid, e.OvernightCharged)


def holding_cost(
    rulebook: Rulebook,
    *,
    mode: Mode,
    side: Side,
    price: Decimal,
    quantity: Decimal,
    seconds: int,
    leverage: Decimal | None = None,
    since: Time | None = None,
) -> HoldingCost:
    """The cost of a position held for some seconds at an unchanged price, without the fees of its
    trades.

    The engine's own account lets the time pass: the loan that the position needs is drawn at
    `since`, and whatever the calendar charges is added up. Funding that a tape would bring is
    unknown: it counts where the rule book has a rate of its own.
    """
    _check_time(rulebook, seconds)
    begun = MONDAY if since is None else since
    account = _begun(opened(rulebook, side, price, quantity, leverage, None, mode), begun)
    prices = {SYMBOL: price}
    draft = Draft(account, Market(time=begun, last=prices, mark=prices))
    name = pocket_of(account).name
    lent = draft.pocket(name).loan.principal
    if lent:
        loans.charge_drawing(draft, loans.Drawing(name, ZERO, lent, begun), SYMBOL)
    wait(draft, begun + seconds)
    loans.accrue(draft, name, begun + seconds)
    return _told(rulebook, draft, account.instruments[SYMBOL].notional(quantity, price), seconds)


def _check_time(rulebook: Rulebook, seconds: int) -> None:
    periods = [rulebook.interest.post_every, DAY]
    periods += [each.every for each in (rulebook.rollover, rulebook.funding) if each is not None]
    if not 0 < seconds <= MOST_POSTINGS * min(periods) // 10:
        most = MOST_POSTINGS * min(periods) // 10 // HOUR
        raise Refused(f"hours: the time is out of range; allowed: more than 0, up to {most} hours")


def _begun(account: Account, at: Time) -> Account:
    """The same position, bought at a time, with the rates of its rule book."""
    pocket, terms = pocket_of(account), account.rulebook.rollover
    held = pocket.positions[SYMBOL]
    rate = ZERO if terms is None else terms.fee
    lots = tuple(replace(lot, at=at, rollover=rate) for lot in held.lots)
    position: Position = replace(held, opened_at=at, lots=lots)
    loan = replace(pocket.loan, accrued_to=at)
    pocket = replace(pocket, loan=loan, positions={SYMBOL: position})
    return replace(account, pockets={**account.pockets, pocket.name: pocket}, time=at)


def _told(rulebook: Rulebook, draft: Draft, value: Decimal, seconds: int) -> HoldingCost:
    """What was charged, by kind."""
    events = draft.events

    def paid(kind: type[e.InterestAccrued | e.FeeCharged | e.FundingPaid | e.OvernightCharged]
             ) -> Decimal:  # fmt: skip
        return settle(
            sum((x.amount for x in events if isinstance(x, kind)), ZERO), rulebook.currency
        )

    total = sum((paid(kind) for kind in _CHARGES), ZERO)
    nights = [x.nights for x in events if isinstance(x, e.OvernightCharged)]
    known = rulebook.funding is not None and rulebook.funding.rate is not None
    return HoldingCost(
        cost=total,
        yearly_rate=ratio(total / abs(value) * _YEAR / seconds),
        interest=paid(e.InterestAccrued) if not rulebook.interest.free else None,
        fees=paid(e.FeeCharged) if any(isinstance(x, e.FeeCharged) for x in events) else None,
        funding=paid(e.FundingPaid) if known else None,
        overnight=paid(e.OvernightCharged) if rulebook.overnight else None,
        nights=sum(nights) if rulebook.overnight else None,
        funding_unknown=True if rulebook.funding is not None and not known else None,
    )
