"""A trader who tries everything, in sizes that matter where the account stands."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from ledger.account import commands as c
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.risk.margin import equity
from ledger.account.state import MAIN, Account, Cause, GoodFor, Order, OrderType, Side, Target
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE, atom, ceil_to, floor_to
from tests.laws.worlds.drawing import Setting
from tests.worlds import D

WISHES = {
    "order": 14,
    "close": 4,
    "stop": 3,
    "trail": 1,
    "no stop": 1,
    "target": 2,
    "one target": 1,
    "no target": 1,
    "amend": 2,
    "deposit": 1,
    "withdraw": 2,
    "add": 2,
    "remove": 2,
    "cancel": 1,
    "answer": 5,
    "borrow": 1,
    "repay": 1,
    "sweep": 1,
    "rules": 1,
    "incident": 1,
}
ABOUT_HELD = ("close", "stop", "trail", "no stop", "target", "one target", "no target")
ABOUT_WALLED = ("add", "remove")
PARTS = tuple(D(part) for part in ("1.3", "1", "0.97", "0.9", "0.8", "0.5", "0.25", "0.05"))
TYPES = (
    *(OrderType.MARKET,) * 6,
    OrderType.LIMIT,
    OrderType.LIMIT,
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING,
)
FIGURES = {
    "loan_rate": ("0.02", "0.4"),
    "trade_fee": ("0", "0.003"),
    "maintenance_margin": ("0.02", "0.2", "0.35"),
    "max_leverage": ("2", "5"),
    "minimum_equity": ("0", "3000"),
    "rollover_fee": ("0.0005",),
    "borrow_fee": ("0.5",),
    "funding_rate": ("0.3", "-0.3"),
    "liquidation_fee": ("0.01",),
    "clear_band": ("0.02",),
}


def plan(chance: Random) -> c.PlanSession:
    """A session plan with a few limits, mostly tight ones."""
    shares = {
        key: D(chance.choice((1, 5, 20))) / 100
        for key in ("loss_per_trade", "daily_loss", "trailing_floor", "put_aside")
        if chance.random() < 0.6
    }
    return c.PlanSession(max_trades=chance.choice((1, 1, 2)), **shares)


class Trader:
    """Wishes made out of chance and the state they are made in."""

    def __init__(self, setting: Setting, chance: Random) -> None:
        self.setting, self.chance = setting, chance
        self.told: dict[str, Callable[[Account, Market, str], c.TraderCommand]] = {
            "order": self.order,
            "close": self._close,
            "stop": self._stop,
            "trail": self._trail,
            "no stop": lambda account, market, symbol: c.RemoveStop(symbol=symbol),
            "target": self._target,
            "one target": self._one_target,
            "no target": lambda a, m, s: c.RemoveTarget(symbol=s, id=self._a_target(a, s)),
            "amend": self._amend,
            "deposit": lambda a, m, s: c.Deposit(amount=self._money(a, m)),
            "withdraw": lambda a, m, s: c.Withdraw(amount=self._money(a, m)),
            "add": lambda a, m, s: c.AddMargin(symbol=s, amount=self._money(a, m)),
            "remove": lambda a, m, s: c.RemoveMargin(symbol=s, amount=self._money(a, m)),
            "cancel": self._cancel,
            "answer": self._answer,
            "borrow": lambda a, m, s: c.Borrow(amount=self._money(a, m)),
            "repay": lambda a, m, s: c.Repay(amount=self._money(a, m)),
            "sweep": lambda a, m, s: c.Sweep(amount=self._money(a, m)),
            "rules": self._rules,
            "incident": self._incident,
        }

    def wish(self, account: Account, market: Market) -> c.TraderCommand:
        """Something to try now; most of what is held is tried again."""
        (word,) = self.chance.choices(list(WISHES), list(WISHES.values()))
        held = [p.symbol for p in account.positions()]
        walled = [p.symbol for p in account.positions() if p.pocket != MAIN]
        if (word == "answer" and not account.calls) or (word in ABOUT_HELD and not held):
            word = "order"
        if word in ABOUT_WALLED and not walled:
            word = "close" if held else "order"
        listed = [i.symbol for i in self.setting.instruments if i.symbol in market.last]
        about = held if word in ABOUT_HELD or (held and self.chance.random() < 0.7) else listed
        about = walled if word in ABOUT_WALLED else about
        return self.told[word](account, market, self.chance.choice(about))

    # money

    def _worth(self, account: Account, market: Market) -> Decimal:
        main = account.pockets[MAIN]
        return max(equity(account, main, market.mark), self.setting.money / 10)

    def _money(self, account: Account, market: Market) -> Decimal:
        unit = atom(account.currency)
        part = D(self.chance.choice((5, 20, 50, 90, 130)) * self.chance.randint(50, 100)) / 10_000
        return max(floor_to(self._worth(account, market) * part, unit), unit)

    # orders

    def _away(self, instrument: Instrument, price: Decimal, sign: int) -> Decimal:
        """A price some way off, above or below by sign; never nothing."""
        far = abs(price) * self.setting.wild * D(self.chance.randint(2, 30)) / 10
        moved = price + sign * max(far, instrument.tick)
        tick = instrument.tick
        return max(floor_to(moved, tick) if sign < 0 else ceil_to(moved, tick), tick)

    def first(self, account: Account, market: Market, symbol: str) -> c.PlaceOrder:
        """An order that fills at once, mostly, so that something is held from the start."""
        wish = self.order(account, market, symbol)
        if self.chance.random() < 0.2:
            return wish
        plain = replace(wish, order_type=OrderType.MARKET, limit=None, trigger=None)
        return replace(plain, trail=None, trail_fraction=None)

    def order(self, account: Account, market: Market, symbol: str) -> c.PlaceOrder:
        chance, setting = self.chance, self.setting
        instrument = account.instruments[symbol]
        held, last = account.position(symbol), market.last[symbol]
        side = chance.choice(list(Side))
        if held is not None and chance.random() < 0.45:
            side = held.side
        mode = self._mode(account, symbol)
        leverage = self._leverage(account, symbol, mode)
        unit = abs(instrument.notional(ONE, last)) or instrument.tick
        worth = min(self._worth(account, market), D(10) ** 9)
        size = worth * leverage * chance.choice(PARTS) / unit
        if held is not None and side is not held.side and chance.random() < 0.7:
            size = abs(held.quantity) * chance.choice((D("0.3"), D("0.5"), ONE, ONE, D("1.4")))
        quantity = max(floor_to(size, instrument.lot), instrument.lot)
        if chance.random() < 0.04:
            quantity = instrument.lot * chance.randint(1, 3)
        kind = chance.choice(TYPES)
        level = self._away(instrument, last, -side.sign if kind is OrderType.LIMIT else side.sign)
        limit = max(
            level + side.sign * instrument.tick * chance.choice((0, 3, -2)), instrument.tick
        )
        at = {OrderType.MARKET: last, OrderType.STOP_LIMIT: limit}.get(kind, level)
        reduces = held is not None and side is not held.side and chance.random() < 0.2
        stop = self._away(instrument, at, -side.sign) if chance.random() < 0.4 else None
        targets = self._targets(instrument, at, side) if chance.random() < 0.3 else ()
        own = kind is OrderType.TRAILING
        trail = self._distance(instrument, last) if own or chance.random() < 0.07 else None
        return c.PlaceOrder(
            symbol=symbol,
            side=side,
            **self._sized(quantity, unit, worth, stop, reduces),
            order_type=kind,
            limit={OrderType.LIMIT: level, OrderType.STOP_LIMIT: limit}.get(kind),
            trigger=level if kind in (OrderType.STOP, OrderType.STOP_LIMIT) else None,
            **self._trailing(None if reduces and not own else trail),
            leverage=leverage,
            mode=mode,
            stop_loss=None if reduces else stop,
            targets=() if reduces else targets,
            reduce_only=reduces,
            oco=self._tied(account) if chance.random() < 0.08 else None,
            good_for=GoodFor.DAY if chance.random() < 0.1 else GoodFor.GTC,
            id=f"mine-{account.seq}" if chance.random() < 0.1 else None,
            reason="tried" if setting.seed % 7 == 0 else "",
        )

    def _trailing(self, trail: Decimal | None) -> dict[str, Decimal | None]:
        """A distance, or now and then a part of the price."""
        if trail is not None and self.chance.random() < 0.3:
            return {"trail_fraction": D(self.chance.choice((1, 3, 10))) / 100}
        return {"trail": trail}

    def _sized(
        self,
        quantity: Decimal,
        unit: Decimal,
        worth: Decimal,
        stop: Decimal | None,
        reduces: bool,
    ) -> dict[str, Decimal]:
        drawn = self.chance.random()
        if stop is not None and drawn < 0.15 and not reduces:
            return {"risk": worth * D(self.chance.choice((5, 20, 100))) / 1000}
        if drawn > 0.9 and not reduces:
            return {"notional": quantity * unit}
        return {"quantity": quantity}

    def _mode(self, account: Account, symbol: str) -> Mode | None:
        if account.instruments[symbol].paid_in_full:
            return None if account.mode is Mode.CROSS else Mode.CROSS
        if len(account.rulebook.modes) < 2 or self.chance.random() < 0.6:
            return None
        return self.chance.choice(account.rulebook.modes)

    def _leverage(self, account: Account, symbol: str, mode: Mode | None) -> Decimal:
        held = account.position(symbol)
        if account.instruments[symbol].paid_in_full:
            return ONE
        if held is not None and self.chance.random() < 0.6:
            return held.leverage
        most = account.rulebook.most_leverage(mode or account.mode)
        fitting = [D(n) for n in (1, 2, 2, 3, 5, 10, 20, 50, 100) if n <= most]
        return self.chance.choice((*fitting, *fitting[2:], most))

    def _targets(self, instrument: Instrument, at: Decimal, side: Side) -> tuple[Target, ...]:
        parts = self.chance.choice((("1",), ("0.5", "0.5"), ("0.25", "0.25", "0.5"), ("0.4",)))
        prices = sorted({self._away(instrument, at, side.sign) for _ in parts})
        return tuple(Target(price, D(part)) for price, part in zip(prices, parts, strict=False))

    def _distance(self, instrument: Instrument, price: Decimal) -> Decimal:
        far = abs(price) * self.setting.wild * D(self.chance.randint(3, 25)) / 10
        return max(floor_to(far, instrument.tick), instrument.tick)

    def _tied(self, account: Account) -> str:
        """A group that has not filled yet, or the order that rests longest."""
        mine = (o.id for o in account.orders.values() if o.cause is Cause.TRADER)
        resting = next(mine, None)
        first = resting is not None and self.chance.random() < 0.5
        return resting if first and resting else f"group-{len(account.ocos_filled)}"

    # what is held

    def _close(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        part = self.chance.choice((D("0.25"), D("0.5"), D("0.5"), D("0.7"), ONE))
        return c.ClosePosition(symbol=symbol, fraction=part)

    def _stop(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        held = account.position(symbol)
        sign = -1 if held is not None and held.quantity < 0 else 1
        price = self._away(account.instruments[symbol], market.last[symbol], -sign)
        return c.MoveStop(symbol=symbol, price=price)

    def _trail(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        trail = self._distance(account.instruments[symbol], market.last[symbol])
        return c.MoveStop(symbol=symbol, trail=trail)

    def _target(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        held = account.position(symbol)
        sign = -1 if held is not None and held.quantity < 0 else 1
        price = self._away(account.instruments[symbol], market.last[symbol], sign)
        return c.MoveTarget(symbol=symbol, price=price)

    def _a_target(self, account: Account, symbol: str) -> str | None:
        targets = [
            o.id
            for o in account.orders.values()
            if o.symbol == symbol and o.cause is Cause.TAKE_PROFIT
        ]
        return self.chance.choice(targets) if targets else None

    def _one_target(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        held = account.position(symbol)
        sign = -1 if held is not None and held.quantity < 0 else 1
        price = self._away(account.instruments[symbol], market.last[symbol], sign)
        fraction = self.chance.choice((None, D("0.2"), D("0.6")))
        target = self._a_target(account, symbol)
        return c.MoveTarget(symbol=symbol, price=price, id=target, fraction=fraction)

    def _amend(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        """A resting order's price or size, a little up or down."""
        if not account.orders:
            return self.order(account, market, symbol)
        order = self.chance.choice(list(account.orders.values()))
        instrument = account.instruments[order.symbol]
        last = market.last[order.symbol]
        opens = order.cause is Cause.TRADER and not order.reduce_only
        if opens and order.level is not None and self.chance.random() < 0.5:
            return self._protect(order, instrument, order.level)
        if order.level is None or self.chance.random() < 0.4:
            size = order.quantity * self.chance.choice((D("0.5"), D("1.5"), D(2)))
            lots = max(floor_to(size, instrument.lot), instrument.lot)
            return c.AmendOrder(id=order.id, quantity=lots)
        side = 1 if order.level > last else -1
        price = self._away(instrument, last, side if self.chance.random() < 0.8 else -side)
        if order.trail is not None or order.trail_fraction is not None:
            return c.AmendOrder(id=order.id, trail=self._distance(instrument, last))
        if order.awaits_trigger():
            return c.AmendOrder(id=order.id, trigger=price)
        return c.AmendOrder(id=order.id, limit=price)

    def _protect(self, order: Order, instrument: Instrument, at: Decimal) -> c.TraderCommand:
        """Another stop and other targets for an order to bring, or none."""
        stop = self._away(instrument, at, -order.side.sign)
        none = self.chance.random() < 0.2
        return c.AmendOrder(
            id=order.id,
            stop_loss=None if none else stop,
            remove_stop=none,
            targets=self.chance.choice((None, (), self._targets(instrument, at, order.side))),
        )

    def _cancel(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        resting = list(account.orders)
        return c.CancelOrder(id=self.chance.choice(resting) if resting else "none")

    def _answer(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        return c.AnswerCall(answer=self.chance.choice(("deposit", "sell", "sell", "wait", "hedge")))

    # what others do

    def _rules(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        key = self.chance.choice(list(FIGURES))
        return c.ChangeRules(rules={key: self.chance.choice(FIGURES[key])}, cause="a test")

    def _incident(self, account: Account, market: Market, symbol: str) -> c.TraderCommand:
        kind = self.chance.choice(list(IncidentKind))
        return c.StartIncident(
            kind=kind,
            lasts=self.chance.choice((1, 3)) * 3600 * 3,
            symbol=symbol if kind is IncidentKind.DELISTING else None,
            share=D(self.chance.choice((1, 10, 50, 90))) / 100,
            seconds=3600,
            seed=self.setting.seed % 1000,
            figure=self.chance.choice((D("0.2"), D("0.5"), D(2), D(3))),
            stops=self.chance.choice(list(StopsThere)),
        )
