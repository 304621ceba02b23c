"""The second model of a perpetual venue."""

from copy import copy
from fractions import Fraction

from tests.laws.naive.model import Held, Naive, half_up


class NaivePerp(Naive):
    """A perpetual venue: margin at mark by tiers, called at 80 %, liquidated at 100 %."""

    breach_calls = False
    sells_to_restore = False
    scale = 6
    lot = Fraction(1, 1000)
    fee = Fraction(5, 10_000)
    exit_fee = Fraction(3, 1000)

    def __init__(self, symbols, tiers):
        rungs = [
            ("liquidation", Fraction(1), "venue", True, False),
            ("call", Fraction(5, 4), "venue", True, False),
            ("warning", Fraction(25, 16), "venue", True, False),
        ]
        super().__init__(symbols, rungs)
        self.tiers = tiers  # (floor, rate, most leverage), ascending
        self.money = {"main": Fraction(0)}
        self.due = None

    def copy(self):
        other = NaivePerp(self.symbols, self.tiers)
        other.__dict__.update(self.__dict__)
        other.money = dict(self.money)
        other.held = {}
        for symbol, held in self.held.items():
            other.held[symbol] = Held(symbol, held.pocket, held.leverage)
            other.held[symbol].fills = [list(f) for f in held.fills]
        other.orders = [copy(o) for o in self.orders]
        other.told, other.calls = [], {p: list(c) for p, c in self.calls.items()}
        return other

    def open(self, time, bars, due):
        super().open(time, bars, None)

    def pocket_names(self):
        return list(self.money)

    def fall_due(self, until):
        """Nothing is lent here."""

    def equity(self, pocket, prices):
        paper = sum((h.size * prices[h.symbol] - h.cost for h in self.inside(pocket)), Fraction(0))
        return self.money.get(pocket, Fraction(0)) + paper

    def demand(self, pocket, schedule, prices):
        return sum(
            (self.of_one(abs(h.size) * prices[h.symbol]) for h in self.inside(pocket)), Fraction(0)
        )

    def of_one(self, notional):
        """Like a tax: each slice of the notional at its own rate."""
        total = Fraction(0)
        for index, (start, rate, _) in enumerate(self.tiers):
            end = self.tiers[index + 1][0] if index + 1 < len(self.tiers) else notional
            total += max(min(notional, end) - start, Fraction(0)) * rate
        return total

    def deposit(self, amount):
        self.money["main"] += amount
        self.meet("deposit", "main")
        if self.trading:
            self.way(self.prices)

    def add_margin(self, symbol, amount):
        """From the wallet behind the wall, where there is a wall and the wallet can give it."""
        held = self.held.get(symbol)
        if held is None or held.pocket == "main" or amount > self.spare(cash_only=True):
            return False
        self.money["main"] -= amount
        self.money[held.pocket] += amount
        self.meet("deposit", held.pocket)
        self.way(self.prices)
        return True

    def spare(self, cash_only, *order):
        """What the wallet can put up, for an order (symbol, sign, leverage) where one is told."""
        used = sum(
            (
                abs(h.size)
                * self.prices[h.symbol]
                / (self.leverage_of(h, *order) if order else h.leverage)
                for h in self.inside("main")
            ),
            Fraction(0),
        )
        free = self.equity("main", self.prices) - used
        return min(free, self.money["main"]) if cash_only else free

    def can_carry(self, symbol, sign, quantity, price, leverage, mode):
        held = self.held.get(symbol)
        whole = (quantity + (abs(held.size) if held else 0)) * price
        if leverage > [most for start, _, most in self.tiers if start <= whole][-1]:
            return False
        notional = quantity * price
        changed = mode == "isolated" and held and held.leverage != leverage
        if changed and self.equity(held.pocket, self.prices) < abs(held.size) * price / leverage:
            return False
        needed = notional / leverage + notional * self.fee
        return needed <= self.spare(mode == "isolated", symbol, sign, leverage)

    def open_part(self, symbol, sign, quantity, price, leverage, mode):
        pocket = f"isolated:{symbol}" if mode == "isolated" else "main"
        notional = quantity * price
        held = self.held.setdefault(symbol, Held(symbol, pocket, leverage))
        held.leverage = leverage
        if mode == "isolated":
            margin = half_up(notional / leverage, 6)
            self.money["main"] -= margin
            self.money[pocket] = self.money.get(pocket, Fraction(0)) + margin
        held.fills.append([sign * quantity, price])
        self.money["main"] -= half_up(notional * self.fee, 6)
        self.tell("trade", symbol, sign * quantity, price)

    def close_part(self, symbol, quantity, price, why):
        held = self.held[symbol]
        pocket = held.pocket
        whole = abs(held.size)
        sign = 1 if held.size > 0 else -1
        share = (whole - quantity) / whole * self.equity(pocket, {**self.prices, symbol: price})
        gain = half_up(
            sum((q * (price - entry) for q, entry in held.take(quantity)), Fraction(0)), 6
        )
        gain -= half_up(quantity * price * (self.exit_fee if why == "forced" else self.fee), 6)
        self.money[pocket] += gain
        self.tell(why, symbol, -sign * quantity, price)
        if not held.fills:
            del self.held[symbol]
        if not self.holds(pocket) and self.money[pocket] < 0:
            self.tell("absorbed", -self.money[pocket])
            self.money[pocket] = Fraction(0)
        if pocket != "main":
            back = self.money[pocket]
            if quantity < whole and pocket in self.calls:
                back = 0
            elif quantity < whole:
                paper = self.equity(pocket, {**self.prices, symbol: price}) - back
                back -= half_up(share - paper, 6)
            if back > 0:
                self.money[pocket] -= back
                self.money["main"] += back
            if symbol not in self.held:
                del self.money[pocket]
        self.fit_protection(symbol, whole)

    def get_out(self, pocket, rung, again=False):
        """Close whole positions, the largest loser first, until the level is not breached."""
        while any(h.symbol in self.trading for h in self.inside(pocket)):
            if not self.short_of(pocket, rung):
                break
            h = self.largest_loser(pocket)
            self.close_part(h.symbol, abs(h.size), self.prices[h.symbol], "forced")
        self.meet("liquidation", pocket, "main")
