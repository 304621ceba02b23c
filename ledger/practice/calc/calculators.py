"""The desk's arithmetic for one position, by the functions that the engine itself decides with.

Each answer is a value whose fields are the keys of `interface.md`. No margin formula of its own is
used: an account with one position is built, and the engine is asked. Prices come with eight
decimals rounded toward the position, amounts with the currency's, ratios with eight. Raises
`Refused`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ledger.account.risk.margin import assess, initial, required_equity
from ledger.account.risk.threshold import shown_threshold, threshold_price
from ledger.account.state import Account, Side
from ledger.engine.margin.buying_power import needed
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import AccountKind, Calendar, Capitalize, Level, Mode, Rulebook
from ledger.market.tapes.leveraged_token import compounded
from ledger.money import (
    LARGEST,
    ONE,
    RATIO_STEP,
    ZERO,
    ceil_to,
    plain,
    ratio,
    round_up,
    settle,
    step_of,
)
from ledger.practice.calc.answers import (
    Excess,
    Liquidation,
    LoanInterest,
    MarginCall,
    OrderCost,
    Requirement,
    TierInterest,
    TokenReturn,
)
from ledger.practice.calc.call_calculator import Borrowed, margin_call
from ledger.practice.calc.nearest_stop import nearest_stop, tick_of
from ledger.practice.calc.one_position import (
    SYMBOL,
    charged,
    fine,
    holding,
    lender,
    listed,
    market_order,
    opened,
    own_margin,
    pocket_of,
    positive,
    reachable,
    unopened,
)
from ledger.practice.calc.size_calculator import size as size
from ledger.refused import Refused
from ledger.times import HOUR, Time

_REGULATION_T = Decimal("0.5")
"""The margin required on a stock purchase: 12 CFR 220.12(a)."""


def with_figures(
    rulebook: Rulebook, rules: Mapping[str, object], close_fee: Decimal | None = None
) -> Rulebook:
    """The rule book with a calculator's own figures: `[rules]` keys, and the fee of closing."""
    book = override(rulebook, rules)
    if close_fee is None:
        return book
    if not ZERO <= close_fee < ONE:
        raise Refused(f"close_fee: {plain(close_fee)} is out of range; allowed: 0 to less than 1")
    schedules = tuple(replace(schedule, close_fee=close_fee) for schedule in book.schedules)
    return replace(book, schedules=schedules)


def liquidation(
    rulebook: Rulebook,
    *,
    mode: Mode,
    side: Side,
    entry: Decimal,
    quantity: Decimal,
    leverage: Decimal | None = None,
    wallet: Decimal | None = None,
    tick: Decimal | None = None,
) -> Liquidation:
    """The prices at which a position just opened is called, liquidated and bankrupt.

    It is backed by its margin (entry x quantity / leverage), or by the wallet if one is given.
    """
    _check_mode(rulebook, mode)
    account = opened(rulebook, side, entry, quantity, leverage, wallet, mode)
    position = pocket_of(account).positions[SYMBOL]
    last = rulebook.levels[-1]
    ruin = replace(last, multiple=ZERO, bands=())
    liquidated = _level_price(account, last)
    return Liquidation(
        liquidation_price=liquidated,
        bankruptcy_price=_level_price(account, ruin),
        call_price=_level_price(account, rulebook.call_level),
        margin=own_margin(rulebook, position.basis, position.leverage, mode),
        nearest_stop=nearest_stop(side, entry, liquidated, tick or tick_of(entry)),
    )


def call(
    value: Decimal, loan: Decimal, maintenance: Decimal, price: Decimal | None = None
) -> MarginCall:
    """The margin call on stock if only the maintenance rate is known: `margin_call`."""
    if not ZERO < maintenance < ONE:
        raise Refused(
            f"maintenance: {plain(maintenance)} is out of range; allowed: between 0 and 1"
        )
    return margin_call(lender(maintenance), Borrowed(value=value, loan=loan, price=price))


def interest(
    rulebook: Rulebook, principal: Decimal, seconds: int, since: Time | None = None
) -> LoanInterest:
    """The interest on a loan held for some seconds, in all and by tier.

    The engine's own loan, drawn at `since` and left alone: with its calendar, its whole periods and
    what it adds to the principal. Without `since` it is drawn on a full hour at midnight, and what
    is added with a month's end, which has no date then, is left out.
    """
    positive("principal", principal)
    contract = rulebook.interest
    if rulebook.kind is not AccountKind.LOAN:
        raise Refused(f"venue: {rulebook.id} lends no money; choose a rule book for loan accounts")
    fine("principal", principal, rulebook.currency)
    if not 0 < seconds < 1000 * 366 * 24 * HOUR:
        raise Refused(
            "hours: the time is out of range; allowed: more than 0, up to a thousand years"
        )
    if since is None and contract.capitalize is Capitalize.MONTHLY:
        contract = replace(contract, capitalize=Capitalize.NEVER)
    begun = since or 0
    posted = charged(replace(rulebook, interest=contract), principal, begun, begun + seconds)
    periods = sum(event.periods for event in posted)
    whole = contract.calendar is not Calendar.SECONDS
    years = Decimal(periods * contract.post_every if whole else seconds) / contract.denominator
    slices = (
        TierInterest(
            floor=tier.floor,
            principal=part,
            rate=tier.rate,
            interest=settle(part * tier.rate * years, rulebook.currency),
        )
        for tier, part in contract.slices(principal)
    )
    return LoanInterest(
        interest=settle(sum((event.amount for event in posted), ZERO), rulebook.currency),
        rate=ratio(contract.yearly(principal) / principal),
        periods=periods if whole else None,
        tiers=tuple(slices),
    )


def seconds_of(hours: Decimal | None, since: Time | None, until: Time | None) -> int:
    """The time of a loan, from `hours` or from two times."""
    if hours is not None and since is None and until is None:
        seconds = hours * HOUR
        if seconds != seconds.to_integral_value():
            raise Refused(f"hours: {plain(hours)} is not a whole number of seconds")
        return int(seconds)
    if hours is None and since is not None and until is not None:
        return until - since
    raise Refused("hours: give either hours, or both from and to")


def regulation_t() -> Rulebook:
    """A rule book of stock bought on Regulation T's own margin, for `excess`."""
    most = ONE / _REGULATION_T
    return replace(lender(ZERO), initial_margin=_REGULATION_T, max_leverage=most)


def memorandum(
    before: Decimal,
    cash: Decimal,
    bought: Decimal,
    equity: Decimal,
    value: Decimal,
    margin: Decimal = _REGULATION_T,
) -> Decimal:
    """The special memorandum account of Regulation T at the end of a day: yesterday's, plus the
    day's cash, less half of the day's purchases; or the equity above half of the market value,
    whichever is more. Source: Interactive Brokers, overview of margin (`rules.md` 2)."""
    return max(before + cash - margin * bought, equity - margin * value)


def excess(
    value: Decimal,
    loan: Decimal,
    cash: Decimal = ZERO,
    sma: Decimal = ZERO,
    paid_in: Decimal = ZERO,
    bought: Decimal = ZERO,
    margin: Decimal = _REGULATION_T,
) -> Excess:
    """Regulation T at the end of a day.

    `sma` is that of the day before, `paid_in` and `bought` are the day's own, below zero for taken
    out and sold; `margin` is the part of a purchase that is own money. Source: `rules.md` sections
    1 and 2.
    """
    for name, amount in (("value", value), ("loan", loan), ("cash", cash), ("sma", sma)):
        if not ZERO <= amount < LARGEST:
            raise Refused(f"{name}: {plain(amount)} is out of range; allowed: 0 or more")
    equity, initial_margin = cash - loan, ZERO
    if value:
        book = replace(lender(ZERO), initial_margin=margin)
        account = holding(book, ONE, value, ceil_to(ONE / margin, RATIO_STEP), cash, loan)
        assessed = assess(account, pocket_of(account), {SYMBOL: value})
        equity, initial_margin = assessed.equity, assessed.initial
    memo = memorandum(sma, paid_in, bought, equity, value, margin)
    return Excess(
        equity=settle(equity, "USD"),
        excess_equity=settle(equity - initial_margin, "USD"),
        sma=settle(memo, "USD"),
        buying_power=settle(max(memo, ZERO) / margin, "USD"),
    )


def token(
    multiple: Decimal, moves: Sequence[Decimal], trade_fee: Decimal | None = None
) -> TokenReturn:
    """The return of daily rebalancing next to the multiple of the underlying's return (what the
    name promises over one day); `drag` is the first less the second. Fees are left out; with a
    `trade_fee`, `return_after_fees` is what buying and selling the token leave of it."""
    if any(not -ONE < move < 10 for move in moves):
        raise Refused("moves: out of range; allowed: each above -1 and below 10")
    if not -10 <= multiple <= 10:
        raise Refused(f"multiple: {plain(multiple)} is out of range; allowed: -10 to 10")
    for move in moves:
        if multiple * move <= -ONE:
            raise Refused(
                f"moves: {plain(move)} wipes out a {plain(multiple)}x token; use smaller moves"
            )
    compound, underlying = compounded(multiple, moves), compounded(ONE, moves)
    if max(abs(compound), abs(underlying)) >= LARGEST / 10:
        raise Refused("moves: the returns are too large; allowed: below 10^11 in all")
    after_fees = None
    if trade_fee is not None:
        after_fees = ratio((ONE + compound) * (ONE - trade_fee) / (ONE + trade_fee) - ONE)
    return TokenReturn(
        token_return=ratio(compound),
        underlying_return=ratio(underlying),
        multiple_of_underlying=ratio(multiple * underlying),
        drag=ratio(compound - multiple * underlying),
        return_after_fees=after_fees,
    )


def required(
    rulebook: Rulebook,
    *,
    side: Side,
    price: Decimal,
    quantity: Decimal,
    leverage: Decimal | None = None,
    mode: Mode | None = None,
) -> Requirement:
    """The margin to open and to keep a position, both rounded up.

    Without a mode, in the first that the book offers.
    """
    if mode is not None:
        _check_mode(rulebook, mode)
    account = opened(rulebook, side, price, quantity, leverage, None, mode)
    prices = {SYMBOL: price}
    level = rulebook.maintenance
    return Requirement(
        initial_margin=round_up(initial(account, pocket_of(account), prices), rulebook.currency),
        maintenance_margin=round_up(
            required_equity(account, pocket_of(account), prices, level), rulebook.currency
        ),
    )


def cost(
    rulebook: Rulebook,
    *,
    mode: Mode,
    side: Side,
    price: Decimal,
    quantity: Decimal,
    leverage: Decimal | None = None,
) -> OrderCost:
    """The cost of an order that takes liquidity: its margin and fees. `close_fee` is that at the
    bankruptcy price, where the rule book has it posted with isolated margin.

    Source: Phemex and Bybit, order cost of a USDT contract. The cost is what the engine requires
    before it takes the order: for an isolated position what is posted and charged there, else
    unrounded parts.
    """
    _check_mode(rulebook, mode)
    account = opened(rulebook, side, price, quantity, leverage, None, mode)
    position = pocket_of(account).positions[SYMBOL]
    instrument = listed(rulebook)
    value = instrument.notional(position.quantity, price)
    margin = initial(account, pocket_of(account), {SYMBOL: price})
    opening = rulebook.opening_fees(instrument.lent_to(side is Side.SELL))
    enter = abs(value) * sum(opening.values(), rulebook.taker_fee)
    leave = rulebook.close_reserve(value, position.leverage) if mode is Mode.ISOLATED else ZERO
    currency = rulebook.currency
    order = market_order(side, quantity, position.leverage, mode)
    return OrderCost(
        order_cost=round_up(
            needed(unopened(rulebook, mode, price), order, quantity, price), currency
        ),
        initial_margin=settle(margin, currency),
        open_fee=settle(enter, currency),
        close_fee=settle(leave, currency),
    )


def _check_mode(rulebook: Rulebook, mode: Mode) -> None:
    if mode not in rulebook.modes:
        allowed = ", ".join(rulebook.modes)
        raise Refused(f'mode: {rulebook.id} has no mode "{mode}"; allowed: {allowed}')


def _level_price(account: Account, level: Level) -> Decimal | None:
    pocket = pocket_of(account)
    position = pocket.positions[SYMBOL]
    at = {SYMBOL: position.first_entry}
    threshold = threshold_price(account, pocket, at, level, SYMBOL)
    return shown_threshold(reachable(threshold), position.quantity, step_of(position.first_entry))
