"""A venue's rule book as a value: every figure the engine uses, none of it in code.

The files in `assets/venues/` are checked and turned into this by `rulebook_file`; an override of a
rehearsal replaces a figure here. The engine reads it and never asks which venue it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product

from ledger.frozen import later, quick
from ledger.market.instrument import Asset, Instrument, Kind
from ledger.market.rules.carry import BorrowFee as BorrowFee
from ledger.market.rules.carry import Calendar as Calendar
from ledger.market.rules.carry import Capitalize as Capitalize
from ledger.market.rules.carry import Counted as Counted
from ledger.market.rules.carry import CreditInterest as CreditInterest
from ledger.market.rules.carry import Interest as Interest
from ledger.market.rules.carry import Overnight as Overnight
from ledger.market.rules.carry import RateTier as RateTier
from ledger.market.rules.carry import Rollover as Rollover
from ledger.market.rules.carry import TierOf as TierOf
from ledger.market.rules.carry import Weekend as Weekend
from ledger.market.rules.close_test import CloseTest as CloseTest
from ledger.market.rules.close_test import Intraday as Intraday
from ledger.market.rules.close_test import Unmet as Unmet
from ledger.market.rules.ladder import Band as Band
from ledger.market.rules.ladder import ForcedExit as ForcedExit
from ledger.market.rules.ladder import Level as Level
from ledger.market.rules.ladder import Restriction as Restriction
from ledger.market.rules.schedule import Basis, Schedule
from ledger.market.rules.terms import AccountKind as AccountKind
from ledger.market.rules.terms import Draws as Draws
from ledger.market.rules.terms import ExitAmount as ExitAmount
from ledger.market.rules.terms import ExitEvent as ExitEvent
from ledger.market.rules.terms import ExitOrder as ExitOrder
from ledger.market.rules.terms import FeeKind as FeeKind
from ledger.market.rules.terms import Forbids as Forbids
from ledger.market.rules.terms import Judged as Judged
from ledger.market.rules.terms import Mode as Mode
from ledger.market.rules.terms import Repays as Repays
from ledger.market.rules.terms import Rung as Rung
from ledger.money import ONE, ZERO
from ledger.times import HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Smart cross: margin for the larger side of an underlying, and `matched` of the smaller's.

    Source: Crypto.com smart cross and Kraken Futures net by underlying, with nothing for the hedged
    part (`rules.md` section 8); an imperfect hedge is charged a fraction.
    """

    matched: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Payments between longs and shorts; `rate` is yearly, `None` takes the tape's."""

    every: int = 8 * HOUR
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRule:
    """Margin of a written option beyond its price: `share` of the underlying's price less the
    amount out of the money, at least `least` of it (of the strike for a put)."""

    share: Decimal
    least: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A venue's rules. Money in `currency`, rates yearly fractions, fees fractions of notional."""

    id: str
    title: str
    kind: AccountKind
    currency: str
    modes: tuple[Mode, ...]
    health: str
    """Name of the venue's own measure, one of `account.risk.health.MEASURES`."""
    initial_margin: Decimal
    max_leverage: Decimal
    default_leverage: Decimal
    minimum_equity: Decimal
    maker_fee: Decimal
    taker_fee: Decimal
    stop_slippage: Decimal
    auto_repay: bool
    clear_band: Decimal
    interest: Interest
    funding: Funding | None
    schedules: tuple[Schedule, ...]
    levels: tuple[Level, ...]
    forced_exit: ForcedExit
    repays: Repays = Repays.INCOMING
    draws: Draws = Draws.LACKING
    restrictions: tuple[Restriction, ...] = ()
    offset: Offset = Offset()
    options: OptionRule | None = None
    opening_fee: Decimal | None = None
    """A fraction of the notional opened, on top of the trade's own fee; `None` if there is none."""
    rollover: Rollover | None = None
    borrow_fee: BorrowFee | None = None
    cross_leverage: Decimal | None = None
    """The largest leverage in cross and smart margin, if lower than for isolated positions."""
    contract: Kind = Kind.LINEAR
    """What a derivatives venue trades: linear contracts, or inverse ones settled in the coin."""
    posts_close_fee: bool = False
    """Isolated margin is posted together with the fee of closing at the bankruptcy price."""
    close_test: CloseTest | None = later(None)
    """Where initial margin is tested at the close; `None` tests it at each order."""
    intraday: Intraday | None = later(None)
    edition: str = later("")
    """The date of this edition of the book; empty for books older than editions."""
    overnight: tuple[Overnight, ...] = later(())
    credit: CreditInterest | None = later(None)

    @property
    def trades(self) -> Kind:
        """The default kind of instrument: spot at a lender, else the venue's contracts."""
        return Kind.SPOT if self.kind is AccountKind.LOAN else self.contract

    def schedule(self, name: str) -> Schedule:
        """The default schedule of this name. Raises `KeyError` if the book has none."""
        return self._by_name[name]

    @cached_property
    def order_schedule(self) -> Schedule:
        """The schedule whose requirement is the least that an order needs."""
        name = self.call_level.schedule if self.close_test is None else self.close_test.orders
        return self.schedule(name)

    @property
    def order_margin(self) -> Decimal:
        """The least initial margin of an order: none, where it is tested at the close."""
        return self.initial_margin if self.close_test is None else ZERO

    @cached_property
    def _by_name(self) -> dict[str, Schedule]:
        return {schedule.name: schedule for schedule in self.schedules if schedule.is_default}

    def own(self, schedule: Schedule, instrument: Instrument) -> Schedule:
        """The schedule of the same name for this instrument: by its symbol, else by its class,
        else the default. Every reader of a requirement or a tier asks here."""
        if not self.has_own:
            return schedule.of(instrument)
        name, own = schedule.name, self._owned
        found = own.get((name, instrument.symbol)) or own.get((name, instrument.asset))
        return (found or self._by_name.get(name, schedule)).of(instrument)

    @cached_property
    def has_own(self) -> bool:
        """Whether any schedule is for some instruments only."""
        return len(self.schedules) > len(self._by_name)

    @cached_property
    def _owned(self) -> dict[tuple[str, str | Asset | None], Schedule]:
        return {
            (schedule.name, called): schedule
            for schedule in self.schedules
            for called in (*schedule.symbols, *schedule.assets)
        }

    def narrowed(self, instrument: Instrument) -> "Rulebook":
        """The book with the schedules and the night of this instrument alone, as its defaults."""
        night = self.overnight_of(instrument.asset)
        book = replace(self, overnight=() if night is None else (replace(night, assets=()),))
        if not self.has_own:
            return book
        own = (self.own(schedule, instrument) for schedule in self._by_name.values())
        return replace(book, schedules=tuple(replace(s, symbols=(), assets=()) for s in own))

    @cached_property
    def by_class(self) -> bool:
        """Whether any figure depends on an instrument's class."""
        return any((*(n.assets for n in self.overnight), *(s.assets for s in self.schedules)))

    def default_for(self, instrument: Instrument) -> Decimal:
        """The leverage of an order that names none, within what the instrument may have."""
        most = self.most_at(instrument, ZERO, ONE)
        return self.default_leverage if most is None else min(self.default_leverage, most)

    def most_at(self, instrument: Instrument, size: Decimal, price: Decimal) -> Decimal | None:
        """The largest leverage of a position of this size; `None` if its size limits none."""
        own = self.own(self.schedule(self.call_level.schedule), instrument)
        exposure = abs(instrument.exposure(size))
        notional = abs(instrument.notional(size, price)) if size else ZERO
        return own.max_leverage(notional, exposure)

    def level(self, rung: Rung) -> Level | None:
        """The rung's level, `None` if this book has no such rung."""
        return next((level for level in self.levels if level.rung is rung), None)

    def rungs(self, *, closing: bool, called: bool, warned: bool) -> tuple[Level, ...]:
        """The levels that can still be reached, gravest first; some only at the session's close.

        A pocket under call is neither warned nor called again; one that was warned is not warned
        again.
        """
        return self._rungs[closing, called, warned]

    @cached_property
    def _rungs(self) -> dict[tuple[bool, bool, bool], tuple[Level, ...]]:
        def pending(closing: bool, called: bool, warned: bool) -> Iterator[Level]:
            for level in reversed(self.levels):
                not_yet = level.judged is Judged.CLOSE and not closing
                again = (level.rung is Rung.WARNING and (called or warned)) or (
                    level.rung is Rung.CALL and called
                )
                if not not_yet and not again:
                    yield level

        either = (False, True)
        return {key: tuple(pending(*key)) for key in product(either, either, either)}

    @cached_property
    def judges_closes(self) -> bool:
        """Whether any level is judged only at the session's close."""
        return any(level.judged is Judged.CLOSE for level in self.levels)

    @cached_property
    def carries(self) -> bool:
        """Whether holding costs or earns anything: interest, funding, a carry fee or a night."""
        fees = self.funding, self.rollover, self.borrow_fee, self.credit
        charged = any(fee is not None for fee in fees) or bool(self.overnight)
        return charged or not self.interest.free

    def overnight_of(self, asset: Asset | None) -> Overnight | None:
        """What a contract on this class pays for the night, if anything."""
        fitting = (one for one in self.overnight if asset in one.assets or not one.assets)
        return max(fitting, key=lambda one: bool(one.assets), default=None)

    @cached_property
    def maintenance(self) -> Level:
        """The maintenance level: the call's where it gives time to meet it, else the last."""
        call = self.level(Rung.CALL)
        return call if call is not None and call.due_sessions is not None else self.levels[-1]

    def opening_fees(self, lent: bool) -> dict[FeeKind, Decimal]:
        """Fees of opening beyond the trade's own, by kind, as fractions of the notional opened.

        Carry fees are among them if their first period is charged when it begins; the borrow fee
        if what is sold is `lent`.
        """
        fees = {} if self.opening_fee is None else {FeeKind.OPENING: self.opening_fee}
        if self.rollover is not None and self.rollover.counted is Counted.BEGUN:
            fees[FeeKind.ROLLOVER] = self.rollover.fee
        if lent and self.borrow_fee is not None and self.borrow_fee.first_period:
            fees[FeeKind.BORROW] = self.borrow_fee.a_period
        return fees

    def clearing(self, level: Level) -> Level:
        """The level that equity must regain before the market ends what this level raised: with
        the clear band, so that a hovering price does not raise it again and again."""
        return level.times(ONE + self.clear_band)

    def lends_short(self, leverage: Decimal) -> bool:
        """Whether a short can be financed: at a lender it owes all it sells, which takes leverage
        above 1."""
        return leverage > ONE or not self.watches_debt

    def most_leverage(self, mode: Mode) -> Decimal:
        """The largest leverage in a margin mode."""
        crossed = mode is not Mode.ISOLATED and self.cross_leverage is not None
        return self.cross_leverage if crossed and self.cross_leverage else self.max_leverage

    @cached_property
    def watches_debt(self) -> bool:
        """Whether the book's levels are measured on liabilities."""
        return self.schedule(self.call_level.schedule).basis is Basis.LIABILITIES

    def margin_rate(self, short: bool, leverage: Decimal) -> Decimal:
        """The trader's own money in a position as a fraction of its value: 1 / leverage.

        A lender that watches liabilities lends (leverage - 1) x equity, and a short owes all of
        its value. Source: Binance, KuCoin (`rules.md` section 0): at full debt,
        assets / liabilities = leverage / (leverage - 1) on either side.
        """
        return ONE / (leverage - ONE if short and self.watches_debt else leverage)

    def close_reserve(self, value: Decimal, leverage: Decimal) -> Decimal:
        """What is posted for closing on top of isolated margin: the fee at the bankruptcy price.

        `value` is signed, a short's negative. Source: Phemex, order cost of a USDT contract.
        """
        if not self.posts_close_fee:
            return ZERO
        return abs(value - abs(value) / leverage) * self.taker_fee

    @cached_property
    def call_level(self) -> Level:
        """The level a trader must stay above: the call, or the liquidation if there is no call."""
        return self.level(Rung.CALL) or self.levels[-1]
