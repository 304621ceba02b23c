"""The second model of a stock account with a loan."""

from copy import copy
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil

from tests.laws.naive.model import DAY, Held, Naive, half_up


class NaiveLoan(Naive):
    """A US stock account: half down, 30 % house at the close, 25 % exchange always."""

    breach_calls = True
    sells_to_restore = True
    initial, exchange, rate, days = Fraction(1, 2), Fraction(1, 4), Fraction(8, 100), 360

    def __init__(self, symbols, house, floors):
        rungs = [
            ("liquidation", Fraction(1), "exchange", False, False),
            ("call", Fraction(1), "house", False, True),
            ("warning", Fraction(11, 10), "house", False, False),
        ]
        super().__init__(symbols, rungs)
        self.house, self.floors = house, floors
        self.cash = self.principal = self.accrued = self.unposted = Fraction(0)
        self.since = 0

    def copy(self):
        other = NaiveLoan(self.symbols, self.house, self.floors)
        other.__dict__.update(self.__dict__)
        other.held = {}
        for symbol, held in self.held.items():
            other.held[symbol] = Held(symbol, held.pocket, held.leverage)
            other.held[symbol].fills = [list(f) for f in held.fills]
        other.orders = [copy(o) for o in self.orders]
        other.told, other.calls = [], {p: list(c) for p, c in self.calls.items()}
        return other

    def pocket_names(self):
        return ["main"]

    def equity(self, pocket, prices):
        worth = sum((h.size * prices[h.symbol] for h in self.held.values()), Fraction(0))
        return self.cash + worth - self.principal - self.accrued

    def demand(self, pocket, schedule, prices):
        return sum(
            (self.of_one(h.size, prices[h.symbol], schedule) for h in self.held.values()),
            Fraction(0),
        )

    def of_one(self, size, price, schedule):
        if size < 0 and self.floors:
            each = (
                max(Fraction(5), Fraction(3, 10) * price)
                if price >= 5
                else max(Fraction(5, 2), price)
            )
            return each * -size
        return abs(size) * price * (self.house if schedule == "house" else self.exchange)

    @property
    def free(self):
        return self.cash - sum((-h.cost for h in self.held.values() if h.size < 0), Fraction(0))

    # money

    def deposit(self, amount):
        self.cash += amount
        self.repay()
        self.meet("deposit", "main")
        if self.trading:
            self.way(self.prices)

    def accrue(self, until):
        """Posted to the cent, the rest of the fraction kept."""
        if not self.principal or until <= self.since:
            return
        self.unposted += self.principal * self.rate * (until - self.since) / (self.days * DAY)
        posted = half_up(self.unposted, 2)
        self.unposted -= posted
        self.accrued += posted
        self.since = until

    def fall_due(self, until):
        while self.principal:
            midnight = (self.since // DAY + 1) * DAY
            if midnight > until:
                return
            month = datetime.fromtimestamp(self.since, UTC).month
            self.accrue(midnight)
            if datetime.fromtimestamp(midnight, UTC).month != month:
                self.principal += self.accrued
                self.accrued = Fraction(0)

    def draw(self, amount):
        if amount <= 0:
            return
        self.accrue(self.now)
        if not self.principal:
            self.since = self.now
        self.principal += amount
        self.cash += amount

    def repay(self):
        if not self.principal or self.free <= 0:
            return
        self.accrue(self.now)
        interest = min(self.free, self.accrued)
        self.cash -= interest
        self.accrued -= interest
        principal = min(self.free, self.principal)
        self.cash -= principal
        self.principal -= principal

    # trades

    def can_carry(self, symbol, sign, quantity, price, leverage, mode):
        def wanted(size, at, lev):
            needed = abs(size) * at * max(self.initial, 1 / lev)
            return max(needed, self.of_one(size, at, "house")) if size < 0 else needed

        used = sum(
            (
                wanted(h.size, self.prices[h.symbol], self.leverage_of(h, symbol, sign, leverage))
                for h in self.held.values()
            ),
            Fraction(0),
        )
        equity = self.equity("main", self.prices)
        if wanted(sign * quantity, price, leverage) > equity - used:
            return False
        borrows = sign < 0 or quantity * price > self.free
        return equity >= 2000 or not borrows

    def open_part(self, symbol, sign, quantity, price, leverage, mode):
        value = quantity * price
        if sign > 0:
            self.draw(value - self.free)
        held = self.held.setdefault(symbol, Held(symbol, "main", leverage))
        held.leverage = leverage
        held.fills.append([sign * quantity, price])
        self.cash -= sign * value
        self.tell("trade", symbol, sign * quantity, price)
        self.repay()

    def close_part(self, symbol, quantity, price, why):
        held = self.held[symbol]
        whole = abs(held.size)
        sign = 1 if held.size > 0 else -1
        held.take(quantity)
        self.cash += sign * quantity * price
        self.tell(why, symbol, -sign * quantity, price)
        if not held.fills:
            del self.held[symbol]
        self.draw(-self.free)
        self.repay()
        self.fit_protection(symbol, whole)
        if not self.held and self.principal + self.accrued > self.cash:
            self.tell("deficit", self.principal + self.accrued - self.cash)

    def get_out(self, pocket, rung, again=False):
        """Sell as little as restores the house requirement, the largest loser first."""
        goal = self.rungs[-1] if again else self.call_level
        while any(s in self.trading for s in self.held) and self.short_of("main", goal):
            h = self.largest_loser("main")
            price = self.prices[h.symbol]
            asked = goal[1] * self.demand("main", "house", self.prices)
            short = asked - self.equity("main", self.prices)
            each = goal[1] * self.of_one(h.size, price, "house") / abs(h.size)
            quantity = min(Fraction(max(ceil(short / each), 1)), abs(h.size))
            self.close_part(h.symbol, quantity, price, "forced")
        self.meet("forced_sale", pocket, "main")
