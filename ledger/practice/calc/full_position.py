"""How far the price can move against a position opened at a rule book's maximum leverage.

The plainest comparison of two venues: nothing is typed in, the calculators and the account's own
margin functions give every figure.
"""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Direction
from ledger.account.risk.health import health
from ledger.account.risk.threshold import shown_threshold, threshold_price
from ledger.account.state import Account, Side
from ledger.market.rules.rulebook import Level, Mode, Rulebook
from ledger.money import ONE, ratio, step_of
from ledger.practice.calc.calculators import liquidation
from ledger.practice.calc.one_position import SYMBOL, listed, opened, pocket_of
from ledger.refused import Refused

ENTRY, QUANTITY = Decimal(100), Decimal(100)
"""10,000 of notional, or one coin of an inverse contract: above any minimum size, within any
venue's first tier."""


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder on the way down.

    `move` is the adverse move as a ratio of the entry price: zero or less if opening reaches the
    rung, `None` if no price alone does. `measure` is
    the venue's own measure of health there.
    """

    rung: str
    price: Decimal | None
    move: Decimal | None
    measure: Decimal | None


@dataclass(frozen=True, slots=True)
class FullPosition:
    """A position of `value` backed by `margin`, and its ladder.

    `ruin` is the move that wipes out the margin; `None` if there is no such price.
    """

    mode: str
    side: Direction
    leverage: Decimal
    value: Decimal
    margin: Decimal
    steps: tuple[Step, ...]
    ruin: Decimal | None

    def move(self, rung: str) -> Decimal | None:
        """The move to a rung; `None` if the book has no such rung, or no price reaches it."""
        return next((step.move for step in self.steps if step.rung == rung), None)


def full_positions(rulebook: Rulebook) -> tuple[FullPosition, ...]:
    """One for each mode and side; those that a calculator refuses are left out."""
    positions = []
    for mode in rulebook.modes:
        for side in Side:
            try:
                positions.append(_full(rulebook, mode, side))
            except Refused:
                continue  # no such position: a token cannot be shorted, for example
    return tuple(positions)


def full_leverage(rulebook: Rulebook, mode: Mode) -> Decimal:
    """The maximum leverage at which the plain position can be kept in a margin mode: over night,
    where initial margin is tested at the close."""
    most = rulebook.most_leverage(mode)
    if rulebook.close_test is not None:
        most = min(most, ONE / rulebook.initial_margin)
    return min(most, rulebook.most_at(listed(rulebook), QUANTITY, ENTRY) or most)


def _full(rulebook: Rulebook, mode: Mode, side: Side) -> FullPosition:
    value = listed(rulebook).notional(QUANTITY, ENTRY)
    leverage = full_leverage(rulebook, mode)
    prices = liquidation(
        rulebook, mode=mode, side=side, entry=ENTRY, quantity=QUANTITY, leverage=leverage
    )
    account = opened(rulebook, side, ENTRY, QUANTITY, leverage, None, mode)
    return FullPosition(
        mode=mode.value,
        side=side.direction,
        leverage=leverage,
        value=value,
        margin=prices.margin,
        steps=tuple(_step(account, side, level) for level in rulebook.levels),
        ruin=_move(side, prices.bankruptcy_price),
    )


def _step(account: Account, side: Side, level: Level) -> Step:
    pocket = pocket_of(account)
    price = threshold_price(account, pocket, {SYMBOL: ENTRY}, level, SYMBOL)
    measure = None
    if price is not None:
        measure = health(account, pocket, {SYMBOL: price}).value
    return Step(
        rung=level.rung.value,
        price=shown_threshold(price, QUANTITY * side.sign, step_of(ENTRY)),
        move=_move(side, price),
        measure=None if measure is None else ratio(measure),
    )


def _move(side: Side, price: Decimal | None) -> Decimal | None:
    return None if price is None else ratio((ENTRY - price) / ENTRY * side.sign)
