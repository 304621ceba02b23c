"""Accounts under the shipped rule books, drawn from a seed: several entries, loans that bear
interest, options written, other fees and amounts, and prices that go to the levels."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from random import Random

from ledger.account import commands as c
from ledger.account.state import Convention, Side, open_account
from ledger.engine.decide import Decision, decide
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.quote import Bar, Market, Step
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.money import ONE, floor_to
from ledger.practice.library.venue_shelf import load_venue, venue_ids
from ledger.practice.views.desk_view import view
from ledger.times import DAY, HOUR
from tests.worlds import T0, D

STOCKS = ("AAA", "BBB", "CCC")
OPTIONS = ("AAA-1", "AAA-2")


class Shipped:
    """An account that stands inside a bar, where orders fill at once."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.book = _book(chance)
        self.mode = chance.choice(self.book.modes)
        listed = _listed(chance, self.book, self.mode)
        self.state = open_account("shipped", self.book, self.mode, Convention.WORST, listed)
        self.market = Market(time=T0, last={}, mark={})
        inverse = self.book.trades is Kind.INVERSE
        self.base = D(50_000 if inverse else 100)
        self.prices = {s: D(3) if s in OPTIONS else self.base for s in listed}
        self.open()
        sums = (1, 5, 200) if inverse else (3_000, 10_000, 50_000, 3_000_000)
        self.send(c.Deposit(amount=D(chance.choice(sums))))
        self._trade()

    def send(self, command: c.Command) -> Decision:
        made = decide(self.state, self.market, command)
        self.state, self.market = made.account, made.market
        return made

    def open(self, wait: int = HOUR) -> Decision:
        """The bar before closes where it opened, and one opens at the prices."""
        if self.market.trading:
            self.send(c.CloseBar(step=self._step(self.market.time, self.market.last)))
        return self.send(c.OpenBar(step=self._step(self.market.time + wait, self.prices)))

    def _step(self, time: int, prices: Mapping[str, Decimal]) -> Step:
        bars = {s: Bar(time, p, p, p, p, ONE) for s, p in prices.items()}
        ends = (T0 + 99 * DAY,)
        return Step(time=time, closes=time + 1, bars=bars, session_end=False, sessions=ends)

    def move(self, symbol: str, price: Decimal, *, falling: bool) -> None:
        """Let a symbol open at a price, on the tick that is not short of it."""
        tick = self.state.instruments[symbol].tick
        way = ROUND_FLOOR if falling else ROUND_CEILING
        self.prices[symbol] = (price / tick).quantize(ONE, rounding=way) * tick
        self.open()

    def _trade(self) -> None:
        chance, side = self.chance, self.chance.choice(tuple(Side))
        traded = [s for s in self.state.instruments if s not in OPTIONS]
        for _ in range(chance.choice((1, 2, 3, 4))):
            self._enter(chance.choice(traded), side if chance.random() < 0.8 else side.opposite)
            if chance.random() < 0.5:
                for symbol, price in self.prices.items():
                    tick = self.state.instruments[symbol].tick
                    moved = price * D(str(round(chance.uniform(0.98, 1.02), 4)))
                    self.prices[symbol] = floor_to(moved, tick)
                self.open(chance.choice((HOUR, DAY)))
        for symbol in (s for s in self.state.instruments if s in OPTIONS):
            wish = Side.SELL if chance.random() < 0.8 else Side.BUY
            size = D(chance.choice((1, 3)))
            self.send(c.PlaceOrder(symbol=symbol, side=wish, quantity=size, leverage=ONE))

    def _enter(self, symbol: str, side: Side) -> None:
        chance, book = self.chance, self.book
        mode = chance.choice(book.modes) if self.mode is not Mode.SMART else self.mode
        most = book.most_leverage(mode)
        leverage = max(ONE, floor_to(most * D(chance.choice(("0.3", "0.6", "1"))), ONE))
        money = view(self.state, self.market).available * D(chance.choice(("0.2", "0.5", "0.9")))
        instrument, price = self.state.instruments[symbol], self.prices[symbol]
        size = money * leverage / abs(instrument.notional(ONE, price))
        size = floor_to(size, instrument.lot)
        if size > 0:
            wish = c.PlaceOrder(
                symbol=symbol, side=side, quantity=size, leverage=leverage, mode=mode
            )
            self.send(wish)


def _book(chance: Random) -> Rulebook:
    book = load_venue(chance.choice(venue_ids())).rulebook
    rules: dict[str, object] = {}
    if chance.random() < 0.3:
        rules["trade_fee"] = chance.choice(("0", "0.002"))
    lines = any(schedule.line for schedule in book.schedules)
    if book.kind is AccountKind.DERIVATIVES and not lines and chance.random() < 0.3:
        coins = book.currency == "BTC"
        rules["maintenance_amount"] = chance.choice(("0.01", "0.5") if coins else ("5", "500"))
    if book.kind is AccountKind.DERIVATIVES and chance.random() < 0.2:
        rules["maintenance_at"] = "entry"
    return _renamed(override(book, rules))


def _renamed(book: Rulebook) -> Rulebook:
    """Where requirements differ by symbol: the second and third instrument have the first two
    tables, the first one has the default."""
    names = iter(STOCKS[1:])
    return replace(
        book,
        schedules=tuple(
            s if s.is_default else replace(s, symbols=(next(names, s.symbols[0]),))
            for s in book.schedules
            if s.is_default or s.symbols
        ),
    )


def _listed(chance: Random, book: Rulebook, mode: Mode) -> dict[str, Instrument]:
    inverse, whole = book.trades is Kind.INVERSE, book.id.startswith("us-")
    many = chance.choice((1, 1, 2) if mode is not Mode.SMART else (1, 2, 3))
    listed = {
        symbol: Instrument(
            symbol=symbol,
            kind=book.trades,
            tick=D("0.5") if inverse else D("0.01"),
            lot=ONE if inverse or whole else D(chance.choice(("0.001", "0.1"))),
            currency=book.currency,
            underlying="ONE" if mode is Mode.SMART and chance.random() < 0.8 else "",
        )
        for symbol in STOCKS[:many]
    }
    if book.options is not None and chance.random() < 0.5:
        for symbol in OPTIONS[: chance.choice((1, 2))]:
            strike = D(chance.choice((70, 80, 100, 120)))
            right = chance.choice(tuple(Right))
            listed[symbol] = Instrument(
                symbol=symbol,
                kind=Kind.OPTION,
                tick=D("0.01"),
                lot=ONE,
                currency=book.currency,
                multiplier=D(100),
                option=OptionTerms(on="AAA", right=right, strike=strike, expires=T0 + 90 * DAY),
            )
    return listed
