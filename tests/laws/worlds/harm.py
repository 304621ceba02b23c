"""Monotone: more margin, a deposit, a nearer stop and lower leverage never bring harm earlier."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.frozen import replace
from ledger.market.rules.rulebook import AccountKind, Mode
from ledger.money import ONE, atom, ceil_to, floor_to
from tests.laws.worlds.drawing import Setting
from tests.laws.worlds.parts import chosen
from tests.laws.worlds.play import Play, replayed
from tests.worlds import D


@dataclass(frozen=True)
class Case:
    """One position in a world, to be tried with more and less behind it."""

    setting: Setting
    order: c.PlaceOrder
    clock: tuple[c.Command, ...]
    first: int
    """The number of the command at which the order is sent."""

    def commands(self, order: c.PlaceOrder, *more: tuple[int, c.Command]) -> list[c.Command]:
        found: list[c.Command] = [*self.clock]
        extra = [(self.first, order), *more]
        for at, wish in sorted(extra, key=lambda pair: -pair[0]):
            found.insert(at, wish)
        return found


def _case(play: Play, chance: Random) -> Case | None:
    """The largest order of the first symbol that passes at the first bar, or nearly as large."""
    setting = play.setting
    symbol = setting.instruments[0].symbol
    clock = tuple(
        m.command for m in play.moments if isinstance(m.command, c.OpenBar | c.CloseBar | c.Wait)
    )
    mode = chance.choice([x for x in setting.book.modes if x is not Mode.SMART] or [Mode.SMART])
    mode = mode if mode is Mode.ISOLATED else setting.mode
    most = setting.book.most_leverage(mode)
    leverage = chance.choice([D(n) for n in (2, 3, 5, 10, 20, 50) if n <= most] or [most])
    order = c.PlaceOrder(
        symbol=symbol,
        side=chance.choice(list(Side)),
        quantity=D(10) ** 9,
        leverage=leverage,
        mode=mode,
        order_type=OrderType.MARKET,
    )
    deposit = c.Deposit(amount=setting.money)
    asked = replayed(setting, [deposit, clock[0], order]).last.events
    refusal = next((x for x in asked if isinstance(x, e.OrderRefused)), None)
    if refusal is None or not refusal.largest:
        return None
    lot = setting.instruments[0].lot
    size = floor_to(refusal.largest * D(chance.choice((60, 80, 95))) / 100, lot)
    if size <= 0:
        return None
    return Case(setting, replace(order, quantity=size), (deposit, *clock), 2)


def harmed(play: Play) -> int | None:
    """Number of the first bar's open or close at which something was forced out; `None` never."""
    number = 0
    for moment in play.moments:
        number += isinstance(moment.command, c.OpenBar | c.CloseBar)
        if any(isinstance(x, e.ForceSold | e.Liquidated) for x in moment.events):
            return number
    return None


def _opened(play: Play) -> bool:
    return any(isinstance(x, e.PositionOpened) for m in play.moments for x in m.events)


def _no_earlier(less: Play, more: Play, told: str) -> None:
    if not (_opened(less) and _opened(more)):
        return
    was, now = harmed(less), harmed(more)
    if now is not None:
        assert was is not None, f"{told}: harmed at point {now}, and not at all without it"
        assert now >= was, f"{told}: harmed at point {now}, without it at {was}"


def monotone(seed: int) -> None:
    """Whatever makes a position safer never has it forced out earlier.

    Not lower leverage in the wallet of a lender: there the levels themselves go by leverage, and a
    venue calls 3x at 1.3 and 10x at 1.08. Behind a wall lower leverage posts more, which outweighs
    it. Nor where the rule book keeps more the lower the leverage: its bands are in its TOML.
    """
    play, chance = chosen(seed, "monotone")
    case = _case(play, chance)
    if case is None:
        return
    plain = replayed(case.setting, case.commands(case.order))
    kinds: list[Callable[[Case, Random, Play], None]] = [_deposit, _stop]
    if case.order.mode is Mode.ISOLATED:
        kinds += [_margin, _leverage, _margin]
    for kind in chance.sample(kinds, 2):
        kind(case, chance, plain)


def _amount(case: Case, chance: Random) -> Decimal:
    unit = atom(case.setting.book.currency)
    return max(ceil_to(case.setting.money * D(chance.randint(1, 60)) / 100, unit), unit)


def _point(case: Case, chance: Random) -> int:
    return chance.randint(case.first + 1, len(case.clock))


def _deposit(case: Case, chance: Random, plain: Play) -> None:
    more = (_point(case, chance), c.Deposit(amount=_amount(case, chance)))
    _no_earlier(plain, replayed(case.setting, case.commands(case.order, more)), f"{more}")


def _margin(case: Case, chance: Random, plain: Play) -> None:
    more = (
        _point(case, chance),
        c.AddMargin(symbol=case.order.symbol, amount=_amount(case, chance)),
    )
    _no_earlier(plain, replayed(case.setting, case.commands(case.order, more)), f"{more}")


def _leverage(case: Case, chance: Random, plain: Play) -> None:
    lower = chance.choice([D(n) for n in (1, 2, 3, 5, 10, 20) if n < case.order.leverage] or [ONE])
    order = replace(case.order, leverage=lower)
    told = f"{lower}x in place of {case.order.leverage}x"
    if case.setting.book.kind is AccountKind.LOAN and case.order.side is Side.SELL and lower == 1:
        return  # nothing is lent to sell short
    _no_earlier(plain, replayed(case.setting, case.commands(order)), told)


def _stop(case: Case, chance: Random, plain: Play) -> None:
    """A stop, and one nearer: what is forced out with the nearer one is so with the farther one."""
    listed = case.setting.instruments[0]
    price = case.setting.steps[0].bars[listed.symbol].open
    sign = case.order.side.sign
    far = abs(price) * case.setting.wild * D(chance.randint(5, 60)) / 10
    tick = listed.tick
    near = far * D(chance.randint(10, 90)) / 100
    stops = [floor_to(price - sign * max(x, tick), tick) for x in (far, near)]
    if min(stops) <= 0 or stops[0] == stops[1] or any((price - x) * sign <= 0 for x in stops):
        return
    worlds = [
        replayed(case.setting, case.commands(replace(case.order, stop_loss=stop))) for stop in stops
    ]
    _no_earlier(plain, worlds[0], f"a stop at {stops[0]}")
    _no_earlier(worlds[0], worlds[1], f"a stop at {stops[1]} in place of {stops[0]}")
