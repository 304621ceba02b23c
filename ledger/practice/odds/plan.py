"""From an order to the plan whose odds are computed: the order executed without being recorded."""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf

from ledger.account.commands import PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity
from ledger.account.risk.requirement import entry_price, mode_of
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Account, Cause, Pocket, Position
from ledger.engine.bars.bar import wait
from ledger.engine.decide import Decision
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.loans import accrue
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Judged, Mode, Rung
from ledger.market.rules.rulebook import Level as Rule
from ledger.practice.odds.futures import Steps, bars_in
from ledger.practice.odds.outcome import Forced, Level, Plan
from ledger.practice.views.preview import tried
from ledger.refused import Refused


@dataclass(frozen=True, slots=True)
class Trial:
    """The account after the order, as if it had filled, and the position it has then."""

    account: Account
    pocket: Pocket
    position: Position
    market: Market
    fees: Decimal

    @property
    def prices(self) -> dict[str, Decimal]:
        """The prices by which margin is judged."""
        return dict(self.market.mark)

    def guard(self, cause: Cause) -> float | None:
        """The level of the position's stop, or of the target that is reached first."""
        levels = [
            order.level
            for order in self.account.orders.values()
            if order.symbol == self.position.symbol
            and order.cause is cause
            and order.level is not None
        ]
        if not levels:
            return None
        nearest = min(levels, key=lambda level: abs(level - self.market.last[self.position.symbol]))
        return float(nearest)


def plan_of(account: Account, market: Market, order: PlaceOrder, steps: Steps, days: float) -> Plan:
    """The plan of the position once an order is filled: at once, or at its level.

    Raises `Refused` with the engine's reason, and for an order after which nothing is held. With an
    existing position, the plan is of the whole, with the stop and the nearest target that it then
    has; a trailing stop counts as fixed.

    `interest` is what holding the whole pocket costs over the horizon at unchanged prices:
    interest, rollover, borrow fees, funding at a flat rate of the rule book (a tape's rates are
    left out, since future ones are unknown). Its effect on the levels is a straight line from
    today's to those at the end.
    """
    trial = _executed(account, market, order)
    try:
        bars = bars_in(steps, days)
    except ValueError as error:
        raise Refused(str(error)) from None
    later, cost = _held(trial, round(bars * steps.pace))
    position, book = trial.position, account.rulebook
    instrument = account.instruments[position.symbol]
    call = book.level(Rung.CALL)
    return Plan(
        side=position.side.sign,
        quantity=float(instrument.notional(abs(position.quantity), Decimal(1))),
        entry=float(entry_price(trial.account, position)),
        price=float(trial.market.last[position.symbol]),
        bars=bars,
        inverse=instrument.inverse,
        stop=trial.guard(Cause.STOP_LOSS),
        target=trial.guard(Cause.TAKE_PROFIT),
        call=_level(trial, later, call),
        cleared=_level(trial, later, call and book.clearing(call)),
        liquidation=_level(trial, later, book.levels[-1]),
        sale_calls=book.levels[-1].calls,
        at_close=call is not None and call.judged is Judged.CLOSE,
        patience=call.due_sessions if call is not None else None,
        fees=float(trial.fees),
        exit_fee=float(book.taker_fee),
        target_fee=float(book.maker_fee),
        forced=_forced(trial),
        worst=_worst(trial),
        interest=float(cost) / bars,
        risk=None if position.risk is None else float(position.risk),
    )


def _executed(account: Account, market: Market, order: PlaceOrder) -> Trial:
    there = replace(market, trading=market.trading | {order.symbol})
    decision, _ = tried(Decision((), account, there), order)
    refused = next((x for x in decision.events if isinstance(x, e.OrderRefused)), None)
    if refused is not None:
        raise Refused(f"the order is refused: {refused.reason}")
    position = decision.account.position(order.symbol)
    if position is None or not any(isinstance(x, e.OrderFilled) for x in decision.events):
        raise Refused("the order would leave no position; give one that opens a position")
    fees = sum((x.amount for x in decision.events if isinstance(x, e.FeeCharged)), Decimal(0))
    pocket = decision.account.pockets[position.pocket]
    return Trial(decision.account, pocket, position, decision.market, fees)


def _held(trial: Trial, seconds: int) -> tuple[Pocket, Decimal]:
    """The pocket after that time in which only the calendar acts, and what it was charged."""
    name, until = trial.pocket.name, trial.market.time + seconds
    draft = Draft(trial.account, trial.market)
    wait(draft, until)
    accrue(draft, name, until)
    charges = (e.InterestAccrued, e.FeeCharged, e.FundingPaid, e.OvernightCharged)
    cost = sum(
        (x.amount for x in draft.events if isinstance(x, charges) and x.pocket == name), Decimal(0)
    )
    return draft.account.pockets[name], cost


def _forced(trial: Trial) -> Forced:
    """The costs of a forced sale under the rule book."""
    rule = trial.account.rulebook.forced_exit
    isolated = mode_of(trial.account, trial.pocket.name) is Mode.ISOLATED
    return Forced(float(rule.fee), float(rule.slippage), rule.keeps_surplus and isolated)


def _worst(trial: Trial) -> float:
    """The result with nothing left in the pocket, if the venue bears the rest."""
    account, position = trial.account, trial.position
    if not account.rulebook.forced_exit.protected:
        return -inf
    instrument, price = account.instruments[position.symbol], trial.market.last[position.symbol]
    gained = instrument.gain(position.quantity, entry_price(account, position), price)
    return float(gained - trial.fees - equity(account, trial.pocket, trial.prices))


def _level(trial: Trial, later: Pocket, rule: Rule | None) -> Level | None:
    """A rung's level today, and at the end with the interest owed; other prices stay the same."""
    if rule is None:
        return None
    symbol = trial.position.symbol
    now = threshold_price(trial.account, trial.pocket, trial.prices, rule, symbol)
    then = threshold_price(trial.account, later, trial.prices, rule, symbol)
    if now is None or then is None:
        return None
    return Level(float(now), float(then))
