"""The odds of a plan without an account: an order at the close of a tape, the last or an earlier.

For the command line and scripts; faults name the field.
"""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Convention, Side, Target, open_account
from ledger.engine.decide import decide
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, atom, ceil_to
from ledger.practice.calc.one_position import fine
from ledger.practice.library.catalog import load_tape
from ledger.practice.library.listing import listed, wrong_currency
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.odds.futures import Steps, fitted, steps_of, untrended
from ledger.practice.odds.outcome import Plan
from ledger.practice.odds.plan import plan_of
from ledger.refused import Refused
from ledger.times import Time, iso

BOOTSTRAP, JUMP = "bootstrap", "jump"
"""How futures are drawn: stretches of the tape, or a jump-diffusion fitted to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One order at the close of a tape, its rule book, and how its futures are drawn.

    `at` is when it is placed: only bars that have ended by then count; without it, all. Without
    `wallet` the account has just what the order needs. `trend`: whether futures keep the tape's
    drift.
    """

    venue: str
    tape: str
    quantity: Decimal
    mode: str | None = None
    side: Side = Side.BUY
    leverage: Decimal | None = None
    wallet: Decimal | None = None
    stop: Decimal | None = None
    target: Decimal | None = None
    at: Time | None = None
    days: float = 30.0
    block: float = 24.0
    model: str = BOOTSTRAP
    trend: bool = True
    seed: int = 1

    def answerable(self) -> tuple[Plan, Steps]:
        """The plan, and the steps from which its futures are drawn. Raises `Refused`."""
        tape = load_tape(self.tape)
        when = _when(self.at, tape)
        if self.block < 1:
            raise Refused(f"block: {self.block:g} is too small; allowed: 1 or more")
        try:
            steps = steps_of(tape, self.block, when, self.days)
        except ValueError as error:
            raise Refused(
                f"tape: {error}; use a longer tape with prices above zero, or a later --at"
            ) from None
        if not self.trend:
            steps = untrended(steps)
        if self.model == JUMP:
            steps = fitted(steps, self.seed)
        return self._plan(tape, when, steps), steps

    def _plan(self, tape: Tape, when: Time, steps: Steps) -> Plan:
        book = load_venue(self.venue).rulebook
        if self.mode is not None and self.mode not in book.modes:
            allowed = ", ".join(book.modes)
            raise Refused(f"mode: {book.id} has no mode {self.mode}; allowed: {allowed}")
        mode = Mode(self.mode) if self.mode is not None else book.modes[0]
        price = tape.bar(tape.find(when - tape.interval + 1) - 1).close
        if problem := wrong_currency(self.tape, book):
            raise Refused(f"tape: {problem}")
        instrument = listed(tape, self.tape, book)
        account = open_account("odds", book, mode, Convention.WORST, {tape.symbol: instrument})
        prices = {tape.symbol: price}
        market = Market(time=when, last=prices, mark=prices, trading=frozenset(prices))
        wallet = ceil_to(self._wallet(book, instrument, price), atom(book.currency))
        paid = decide(account, market, Deposit(amount=wallet))
        order = PlaceOrder(
            symbol=tape.symbol,
            side=self.side,
            quantity=self.quantity,
            leverage=self.leverage,
            stop_loss=self.stop,
            targets=() if self.target is None else (Target(self.target, ONE),),
        )
        return plan_of(paid.account, paid.market, order, steps, self.days)

    def _wallet(self, book: Rulebook, instrument: Instrument, price: Decimal) -> Decimal:
        """The wallet given, or what the order needs plus 1% for its fees."""
        if self.wallet is not None:
            fine("wallet", self.wallet, book.currency)
            return self.wallet
        most = book.max_leverage if book.kind is AccountKind.LOAN else ONE
        value = instrument.notional(self.quantity, price)
        return max(value / (self.leverage or most) + value / 100, book.minimum_equity)


def _when(at: Time | None, tape: Tape) -> Time:
    """When the order is placed: futures are drawn from the bars that have ended by then."""
    if at is None:
        return tape.end
    span = f"allowed: {iso(tape.first + tape.interval)} to {iso(tape.end)}"
    if tape.find(at - tape.interval + 1) == 0:
        raise Refused(f"at: is before the end of the tape's first bar; {span}")
    if at > tape.end:
        raise Refused(f"at: is after the tape's last bar; {span}")
    return at
