"""What both accounts of the second model share: ways of prices, rungs, orders, protection."""

from fractions import Fraction
from math import ceil, floor

DAY = 86_400


def half_up(amount: Fraction, scale: int) -> Fraction:
    """Rounded to so many decimals, halves away from zero."""
    unit = Fraction(10) ** scale
    size = Fraction(floor(abs(amount) * unit + Fraction(1, 2))) / unit
    return size if amount >= 0 else -size


def up(amount: Fraction, scale: int) -> Fraction:
    unit = Fraction(10) ** scale
    return Fraction(ceil(amount * unit)) / unit


class Held:
    """One position: its fills still held, oldest first, as [signed quantity, price]."""

    def __init__(self, symbol, pocket, leverage):
        self.symbol, self.pocket, self.leverage = symbol, pocket, leverage
        self.fills = []

    @property
    def size(self):
        return sum((quantity for quantity, _ in self.fills), Fraction(0))

    @property
    def cost(self):
        return sum((quantity * price for quantity, price in self.fills), Fraction(0))

    def take(self, quantity):
        """The oldest fills that make up the quantity: removed, with their prices."""
        taken = []
        while quantity:
            signed, price = self.fills[0]
            part = min(abs(signed), quantity)
            sign = 1 if signed > 0 else -1
            taken.append((part * sign, price))
            quantity -= part
            if part == abs(signed):
                self.fills.pop(0)
            else:
                self.fills[0] = [signed - part * sign, price]
        return taken


class Order:
    """A stop or a target that protects a position."""

    def __init__(self, symbol, kind, side, quantity, price):
        self.symbol, self.kind, self.side = symbol, kind, side
        self.quantity, self.price = quantity, price
        self.exact = quantity  # a target's share of the position, in units, before the lot


class Naive:
    """What both kinds of account share: the way of a bar and what is met on it."""

    scale = 2
    tick = Fraction(1, 2)
    lot = Fraction(1)

    def __init__(self, symbols, rungs):
        self.symbols = list(symbols)
        self.rungs = (
            rungs  # (name, multiple, schedule, inclusive, only at the close), gravest first
        )
        self.held = {}
        self.orders = []
        self.calls = {}  # pocket -> [due or None, expired]
        self.warned = set()
        self.prices = {}
        self.trading = set()
        self.now = 0
        self.told = []

    def tell(self, *what):
        self.told.append(what)

    # the bar, point by point

    def open(self, time, bars, due):
        self.due = due
        self.fall_due(time - 1)
        self.now, self.trading = time, set(bars)
        self.prices = {**self.prices, **{s: bar[0] for s, bar in bars.items()}}
        self.fall_due(time)
        for call in self.calls.items():
            self.expire(*call)
        self.way(self.prices, rungs=False)
        for pocket, call in list(self.calls.items()):
            if call[1]:
                if self.short_of(pocket, self.call_level):
                    self.get_out(pocket, self.call_level)
                else:
                    self.met(pocket, "market")
        self.way(self.prices)

    def expire(self, pocket, call):
        if call[0] is not None and call[0] <= self.now and not call[1]:
            call[1] = True
            self.tell("expired", pocket, "due")

    def close(self, closes, bars):
        falls_first = {s: s not in self.held or self.held[s].size > 0 for s in bars}
        for first in (True, False):
            end = dict(self.prices)
            for symbol, (_, high, low, _) in bars.items():
                end[symbol] = low if falls_first[symbol] is first else high
            self.way(end)
        self.prices = {**self.prices, **{s: bar[3] for s, bar in bars.items()}}
        self.fall_due(closes)
        self.now = closes
        self.way(self.prices, orders=False, closing=True)
        self.recover()
        self.trading = set()

    def recover(self):
        for pocket in list(self.warned):
            if not self.holds(pocket) or self.clear_of(pocket, self.rungs[-1]):
                self.warned.discard(pocket)
        for pocket in list(self.calls):
            if not self.holds(pocket) or self.clear_of(pocket, self.call_level):
                self.met(pocket, "market")

    # the way of prices

    def way(self, end, orders=True, rungs=True, closing=False):
        restored = set()
        while True:
            met = []
            if orders:
                met += [
                    (share, 0, o) for o in self.orders if (share := self.share(o, end)) is not None
                ]
            if rungs:
                for pocket in self.pockets_at_risk():
                    for rung in self.pending(pocket, closing):
                        share = self.first_short(pocket, rung, end)
                        if share is not None:
                            turn = 1 + sum(m[2][0] == pocket for m in met if m[1])
                            met.append((share, turn, (pocket, rung)))
            if not met:
                break
            share, _, what = min(met, key=lambda m: m[:2])
            if isinstance(what, Order):
                self.stand(end, share)
                if share:
                    self.prices[what.symbol] = what.price
                self.fill_protection(what)
            else:
                pocket, rung = what
                if share:
                    self.stand_short(pocket, rung, end, share)
                self.reach(pocket, rung, pocket in restored)
                if self.sells_to_restore and rung[0] not in ("warning", "call"):
                    house, level = (
                        r[1] * self.demand(pocket, r[2], self.prices)
                        for r in (self.call_level, rung)
                    )
                    if house <= level:
                        restored.add(pocket)
        self.prices = dict(end)

    def share(self, order, end):
        if order.symbol not in self.trading:
            return None
        here, there = self.prices[order.symbol], end[order.symbol]
        falling = (order.side == "sell") == (order.kind == "stop")

        def passed(price):
            return price <= order.price if falling else price >= order.price

        if passed(here):
            return Fraction(0)
        return (order.price - here) / (there - here) if passed(there) else None

    def between(self, end, share):
        return {s: p + (end[s] - p) * share for s, p in self.prices.items()}

    def stand(self, end, share):
        if not share:
            return
        exact = self.between(end, share)
        for symbol, price in list(self.prices.items()):
            if end[symbol] < price:
                self.prices[symbol] = min(ceil(exact[symbol] / self.tick) * self.tick, price)
            elif end[symbol] > price:
                self.prices[symbol] = max(floor(exact[symbol] / self.tick) * self.tick, price)

    def first_short(self, pocket, rung, end):
        """How far along the way the level is breached first, by halving the way."""
        if not self.short_of(pocket, rung, end):
            return None
        if self.short_of(pocket, rung):
            return Fraction(0)
        sound, breached = Fraction(0), Fraction(1)
        for _ in range(70):
            middle = (sound + breached) / 2
            if self.short_of(pocket, rung, self.between(end, middle)):
                breached = middle
            else:
                sound = middle
        return breached

    def stand_short(self, pocket, rung, end, share):
        exact = self.between(end, share)
        start = dict(self.prices)
        self.stand(end, share)
        moving = [h for h in self.inside(pocket) if start[h.symbol] != end[h.symbol]]
        for h in moving:
            rounded = ceil if h.size > 0 else floor
            self.prices[h.symbol] = self.within(
                rounded(exact[h.symbol] / self.tick) * self.tick, start, end, h.symbol
            )
        for _ in range(3):
            if self.short_of(pocket, rung):
                return
            for h in moving:
                worse = self.prices[h.symbol] - (self.tick if h.size > 0 else -self.tick)
                self.prices[h.symbol] = self.within(worse, start, end, h.symbol)

    def within(self, price, start, end, symbol):
        low, high = sorted((start[symbol], end[symbol]))
        return min(max(price, low), high)

    # the ladder

    def pending(self, pocket, closing):
        for rung in self.rungs:
            name, _, _, _, at_close = rung
            if at_close and not closing:
                continue
            if name == "warning" and (pocket in self.calls or pocket in self.warned):
                continue
            if name == "call" and pocket in self.calls:
                continue
            yield rung

    def reach(self, pocket, rung, again):
        name = rung[0]
        if name == "warning":
            self.warned.add(pocket)
        elif name == "call":
            self.calls[pocket] = [self.due, False]
            self.tell("call", pocket, self.missing(pocket))
        else:
            if self.breach_calls:
                if pocket in self.calls and not self.calls[pocket][1]:
                    self.tell("expired", pocket, rung[2])
                self.tell("call", pocket, self.missing(pocket))
                self.calls[pocket] = [self.now, False]
            self.get_out(pocket, rung, again)

    def met(self, pocket, by):
        del self.calls[pocket]
        self.tell("met", pocket, by)

    def meet(self, by, *touched):
        """Somebody's act ends the calls of the pockets it touches, where it restores them."""
        for pocket in [name for name in self.calls if name in touched]:
            if not self.holds(pocket) or not self.short_of(pocket, self.call_level):
                self.met(pocket, by)

    @property
    def call_level(self):
        return next(rung for rung in self.rungs if rung[0] == "call")

    def missing(self, pocket):
        demand = self.call_level[1] * self.demand(pocket, self.call_level[2], self.prices)
        short = demand - self.equity(pocket, self.prices)
        asked = up(max(short, Fraction(0)), self.scale)
        return (
            asked + Fraction(1, 10**self.scale) if self.call_level[3] and asked == short else asked
        )

    def short_of(self, pocket, rung, prices=None):
        prices = prices or self.prices
        demand = rung[1] * self.demand(pocket, rung[2], prices)
        equity = self.equity(pocket, prices)
        return equity <= demand if rung[3] else equity < demand

    def clear_of(self, pocket, rung):
        demand = rung[1] * self.demand(pocket, rung[2], self.prices)
        return self.equity(pocket, self.prices) >= demand * Fraction(101, 100)

    def inside(self, pocket):
        return [h for s in self.symbols if (h := self.held.get(s)) and h.pocket == pocket]

    def holds(self, pocket):
        return bool(self.inside(pocket))

    def pockets_at_risk(self):
        """The wallet first, then in the order in which the symbols are listed."""
        names = dict.fromkeys(self.held[s].pocket for s in self.symbols if s in self.held)
        trading = (n for n in names if any(h.symbol in self.trading for h in self.inside(n)))
        return sorted(trading, key=lambda name: name != "main")

    def largest_loser(self, pocket):
        trading = [h for h in self.inside(pocket) if h.symbol in self.trading]
        return min(trading, key=lambda h: h.size * self.prices[h.symbol] - h.cost)

    # orders

    def market(self, symbol, side, quantity, leverage, stop=None, target=None, mode=None):
        """A market order; nothing happens where the rules forbid it. Says whether it was filled."""
        sign = 1 if side == "buy" else -1
        price = self.prices[symbol]
        held = self.held.get(symbol)
        closing = min(quantity, abs(held.size)) if held and held.size * sign < 0 else Fraction(0)
        opening = quantity - closing
        if opening:
            trial = self.copy()
            if closing:
                trial.close_part(symbol, closing, price, "trade")
            if not trial.can_carry(symbol, sign, opening, price, leverage, mode):
                return False
        where = held.pocket if held else None
        if closing:
            self.close_part(symbol, closing, price, "trade")
        if opening:
            self.open_part(symbol, sign, opening, price, leverage, mode)
            self.protect(symbol, stop, target)
        if closing:
            self.meet("sale", where, "main")
        self.way(self.prices)
        return True

    def protect(self, symbol, stop, target):
        held = self.held[symbol]
        size, exit_side = abs(held.size), "sell" if held.size > 0 else "buy"
        if stop is not None:
            self.orders = [o for o in self.orders if (o.symbol, o.kind) != (symbol, "stop")]
            self.orders.append(Order(symbol, "stop", exit_side, size, stop))
        if target is not None:
            self.orders = [o for o in self.orders if (o.symbol, o.kind) != (symbol, "target")]
            price, fraction = target
            quantity = floor(size * fraction / self.lot) * self.lot
            if quantity:
                self.orders.append(Order(symbol, "target", exit_side, quantity, price))
                self.orders[-1].exact = size * fraction
        self.fit_protection(symbol)

    def fit_protection(self, symbol, was=None):
        """Stops cover the whole position, targets no more than it; with it they end.

        Of a position that was larger a target keeps its share in whole lots, one at least.
        """
        held = self.held.get(symbol)
        if held is None:
            self.orders = [o for o in self.orders if o.symbol != symbol]
            return
        for order in self.orders:
            if order.symbol == symbol:
                size = abs(held.size)
                if order.kind == "stop" or order.quantity == was:
                    order.quantity = size
                elif was is not None:
                    order.quantity = max(floor(order.exact * size / was / self.lot), 1) * self.lot
                if was is not None:
                    order.exact = order.exact * size / was
                order.quantity = min(order.quantity, size)

    def fill_protection(self, order):
        self.orders.remove(order)
        where = self.held[order.symbol].pocket
        self.close_part(order.symbol, order.quantity, self.prices[order.symbol], order.kind)
        self.meet("sale", where, "main")

    def leverage_of(self, held, symbol, sign, leverage):
        """An order for more makes its leverage that of all of the position."""
        more = held.symbol == symbol and held.size * sign > 0
        return leverage if more else held.leverage

    def total_equity(self):
        return sum((self.equity(p, self.prices) for p in self.pocket_names()), Fraction(0))
