"""Alike: ten times the money, a mirrored tape, other names and another order of the list lead to
the same in kind."""

from collections.abc import Callable
from dataclasses import fields
from dataclasses import replace as made_anew
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account import events as e
from ledger.account.state import Convention, OrderType, Target
from ledger.frozen import replace
from ledger.market.instrument import Instrument
from ledger.market.quote import Bar, Step
from ledger.market.rulebook import Mode, Rulebook
from tests.laws.worlds import worth
from tests.laws.worlds.drawing import Setting
from tests.laws.worlds.parts import chosen, forced, refused
from tests.laws.worlds.play import Moment, Play, replayed
from tests.laws.worlds.worth import unit
from tests.worlds import D

COIN = "BTC"
"""The currency of the scaled worlds: with eight decimals, what rounding leaves decides nothing."""
TIMES = 10
SIZED = ("amount", "quantity", "notional", "risk")
BY_MONEY = ("minimum_equity", "maintenance_amount", "maintenance_margin")


def scale(seed: int) -> None:
    """Ten times the money, in lots ten times as large, does ten times as much: the same events at
    the same prices.

    Without what counts in absolute sums: tiers of notional and of loans, least equity and orders.
    Nor where a flat maintenance may be what an order's leverage posts, to the last digit.
    Bounds: amounts are rounded, so a thousand units of the eighth decimal.
    """
    play, _ = chosen(seed, "scale")
    if play.setting.contracts and "maintenance_margin" in play.setting.rules:
        return
    wishes = [m.command for m in play.moments if not _absolute(m.command)]
    once = _no_dust(play.setting)
    one, ten = (
        replayed(_scaled(play.setting, n), [_times(x, n) for x in wishes])
        for n in (once, TIMES * once)
    )
    if any(_too_large(x) for m in ten.moments for x in m.events):
        return
    for small, large in zip(one.moments, ten.moments, strict=True):
        events = _weighty(small, TIMES), _weighty(large, 1)
        kinds = [[type(x).__name__ for x in found] for found in events]
        told = f"{type(small.command).__name__}: {kinds[0]} at once, ten times {kinds[1]}"
        assert kinds[0] == kinds[1], told
        for a, b in zip(*events, strict=True):
            _ten_times(a, b)


def _weighty(moment: Moment, times: int) -> list[e.Event]:
    """What happened, but for amounts so small that a tenth of one is rounded to nothing."""
    small = 1000 * unit(COIN)
    posted = e.FeeCharged | e.FundingPaid | e.InterestCapitalized
    return [
        x
        for x in moment.events
        if not isinstance(x, posted) or abs(worth.Fraction(x.amount)) * times > small
    ]


def _no_dust(setting: Setting) -> int:
    """So many times as much that a lot is worth more than rounding can leave: a hundredth."""
    once = 1
    for listed in setting.instruments:
        worth = abs(listed.notional(listed.lot, _first(setting, listed.symbol)))
        while worth * once < D("0.01"):
            once *= 10
    return once


def _too_large(event: e.Event) -> bool:
    """More than a ledger holds."""
    return "larger than" in (why := getattr(event, "reason", "")) or "must be a number" in why


def _absolute(wish: c.Command) -> bool:
    return isinstance(wish, c.ChangeRules) and any(key in wish.rules for key in BY_MONEY)


def _flat(book: Rulebook) -> Rulebook:
    """The book without tiers and least sums."""
    schedules = tuple(made_anew(s, tiers=s.tiers[:1], amount=None) for s in book.schedules)
    interest = made_anew(book.interest, tiers=book.interest.tiers[:1])
    return made_anew(
        book, currency=COIN, schedules=schedules, interest=interest, minimum_equity=D(0)
    )


def _scaled(setting: Setting, times: int) -> Setting:
    listed = tuple(
        made_anew(i, lot=i.lot * times, min_notional=D(0), currency=COIN)
        for i in setting.instruments
    )
    return made_anew(setting, book=_flat(setting.book), instruments=listed)


def _times(wish: Any, times: int) -> c.Command:
    """The same wish for so many times as much."""
    changed = {
        name: getattr(wish, name) * times for name in SIZED if getattr(wish, name, None) is not None
    }
    found: c.Command = replace(wish, **changed) if changed else wish
    return found


_AS_THEY_ARE = ("price", "rate", "leverage", "limit", "trigger", "stop_loss", "slippage", "share")
_MONEY = ("amount", "value", "fee", "realized_pnl", "loan_repaid", "principal", "risk", "net_pnl")


def _ten_times(one: e.Event, ten: e.Event) -> None:
    for name in (x.name for x in fields(one)):
        a, b = getattr(one, name), getattr(ten, name)
        if name == "quantity" and a is not None:
            assert a * TIMES == b, f"{name}: {one} {ten}"
        elif name in _MONEY and isinstance(a, Decimal):
            bound = 1000 * unit(COIN) + abs(worth.Fraction(a)) / 10**8
            assert worth.near(a * TIMES, b, bound), f"{name}: {one} {ten}"
        elif (
            name in _AS_THEY_ARE and isinstance(a, Decimal) and not isinstance(one, e.OrderAmended)
        ):
            assert worth.near(a, b, abs(worth.Fraction(a)) / 10**6), f"{name}: {one} {ten}"


def names(seed: int) -> None:
    """What things are called changes nothing: the same world with other symbols, in the same order,
    has the same events but for the names."""
    play, _ = chosen(seed, "names")
    new = {"MID": "QQQ", "ZED": "BBB", "ACE": "XYZ"}
    setting = made_anew(
        play.setting,
        instruments=tuple(_renamed(i, new) for i in play.setting.instruments),
    )
    other = replayed(setting, [_named(m.command, new) for m in play.moments])
    for one, two in zip(play.moments, other.moments, strict=True):
        seen = [_as_named(repr(x), new) for x in one.events]
        assert seen == [repr(x) for x in two.events], f"{seen} {two.events}"


def _as_named(text: str, new: dict[str, str]) -> str:
    for old, name in new.items():
        text = text.replace(old, name)
    return text


def _renamed(instrument: Instrument, new: dict[str, str]) -> Instrument:
    terms = instrument.option
    if terms is not None:
        terms = made_anew(terms, on=new[terms.on])
    return made_anew(instrument, symbol=new[instrument.symbol], option=terms)


def _named(wish: Any, new: dict[str, str]) -> c.Command:
    if isinstance(wish, c.OpenBar | c.CloseBar):
        step = wish.step
        parts = {
            name: {new[s]: x for s, x in getattr(step, name).items()}
            for name in ("bars", "marks", "funding")
        }
        actions = tuple(made_anew(x, symbol=new[x.symbol]) for x in step.actions)
        return type(wish)(step=replace(step, **parts, actions=actions))
    symbol = getattr(wish, "symbol", None)
    found: c.Command = replace(wish, symbol=new[symbol]) if symbol is not None else wish
    return found


def order_of_the_list(seed: int) -> None:
    """The order in which symbols are listed decides nothing but who is first among equals: as long
    as nobody is forced out and nothing refused, the same trades, and the same money in the end.

    Bounds: a unit for each posting, since sums are rounded in another order.
    """
    play, _ = chosen(seed, "order_of_the_list")
    if len(play.setting.instruments) < 2:
        return
    setting = made_anew(play.setting, instruments=play.setting.instruments[::-1])
    other = replayed(setting, [m.command for m in play.moments])
    if forced(play) or forced(other) or refused(play) or refused(other):
        return
    trades = [
        sorted(
            (x.at, x.symbol, x.side.value, x.quantity, x.price)
            for m in world.moments
            for x in m.events
            if isinstance(x, e.Fill)
        )
        for world in (play, other)
    ]
    assert trades[0] == trades[1]
    ends = [worth.of_account(x.last.after, x.last.market_after.mark) for x in (play, other)]
    many = sum(len(m.events) for m in play.moments)
    assert worth.near(*ends, many * unit(play.last.after.currency)), f"{ends}"


# the mirror


def mirror(seed: int) -> None:
    """Shorts on a mirrored tape (every price as far above the first as it was below) fare as longs
    do: the same events with the sides turned, the same money.

    For linear contracts opened at the first price, with maintenance on the entry and no fees:
    everything else is a part of the price, which a mirror does not keep. Entries later than that,
    what counts the initial margin at the price of now, and funding are left out.
    """
    play, _ = chosen(seed, "mirror")
    setting = play.setting
    if not setting.contracts or setting.book.contract.value != "linear":
        return
    firsts = {i.symbol: _first(setting, i.symbol) for i in setting.instruments if not i.owned}
    image = _Image(firsts)
    if any(not image.fits(step) for step in setting.steps):
        return
    book = _frictionless(setting.book)
    listed = tuple(i for i in setting.instruments if not i.owned)  # a mirror of contracts
    convention = setting.convention
    if any(image.tied(step) for step in setting.steps):
        convention = Convention.WORST
    known = {i.symbol for i in listed}
    plain = made_anew(setting, book=book, instruments=listed, convention=convention)
    wishes = _mirrored_wishes(play, known)
    one = replayed(plain, [image.plain(x) for x in wishes])
    two = replayed(plain, [image.of(x) for x in wishes])
    _alike(one, two, image)


def _first(setting: Setting, symbol: str) -> Decimal:
    return setting.steps[0].bars[symbol].open


def _frictionless(book: Rulebook) -> Rulebook:
    schedules = tuple(
        made_anew(s, tiers=s.tiers[:1], amount=None, at_entry=True, close_fee=D(0))
        for s in book.schedules
    )
    exits = made_anew(book.forced_exit, fee=D(0), slippage=D(0))
    return made_anew(
        book, maker_fee=D(0), taker_fee=D(0), stop_slippage=D(0), funding=None,
        posts_close_fee=False, schedules=schedules, forced_exit=exits,
    )  # fmt: skip


def _mirrored_wishes(play: Play, known: set[str]) -> list[c.Command]:
    """What a mirror keeps: entries on the first bar, and what closes, guards or pays in later."""
    found: list[c.Command] = []
    kept = c.ClosePosition | c.MoveStop | c.RemoveStop | c.MoveTarget
    bars = 0
    for moment in play.moments:
        wish = moment.command
        bars += isinstance(wish, c.OpenBar | c.CloseBar)
        if isinstance(wish, c.OpenBar | c.CloseBar | c.Wait | c.Deposit) or (
            isinstance(wish, kept) and wish.symbol in known
        ):
            found.append(wish)
        elif (
            isinstance(wish, c.PlaceOrder)
            and bars == 1
            and wish.symbol in known
            and wish.order_type is OrderType.MARKET
            and wish.quantity is not None
        ):
            found.append(replace(wish, mode=None if wish.mode is Mode.SMART else wish.mode))
    return found


class _Image:
    """The mirror: a price as far on the other side of the first one."""

    def __init__(self, firsts: dict[str, Decimal]) -> None:
        self.firsts = firsts

    def price(self, symbol: str, price: Decimal) -> Decimal:
        return 2 * self.firsts[symbol] - price

    def fits(self, step: Step) -> bool:
        both = [x for x in (*step.bars.items(), *step.marks.items()) if x[0] in self.firsts]
        return all(bar.low > 0 and self.price(s, bar.high) > 0 for s, bar in both)

    def tied(self, step: Step) -> bool:
        """Whether nobody can say which extreme is nearer: the convention takes the low one."""
        return any(bar.open - bar.low == bar.high - bar.open for bar in step.bars.values())

    def plain(self, wish: c.Command) -> c.Command:
        """The wish with the bars of what is left of the list."""
        if isinstance(wish, c.OpenBar | c.CloseBar):
            return type(wish)(step=self._step(wish.step, lambda _, bar: bar))
        return wish

    def of(self, wish: Any) -> c.Command:
        if isinstance(wish, c.OpenBar | c.CloseBar):
            return type(wish)(step=self._step(wish.step, self._bar))
        changed: dict[str, Any] = {}
        for name in ("stop_loss", "price"):
            if getattr(wish, name, None) is not None:
                changed[name] = self.price(wish.symbol, getattr(wish, name))
        if isinstance(wish, c.PlaceOrder):
            changed["side"] = wish.side.opposite
            changed["targets"] = tuple(
                Target(self.price(wish.symbol, x.price), x.fraction) for x in wish.targets
            )
        found: c.Command = replace(wish, **changed) if changed else wish
        return found

    def _step(self, step: Step, change: Callable[[str, Bar], Bar]) -> Step:
        bars, marks = (
            {s: change(s, bar) for s, bar in x.items() if s in self.firsts}
            for x in (step.bars, step.marks)
        )
        return replace(step, bars=bars, marks=marks, funding={})

    def _bar(self, symbol: str, bar: Bar) -> Bar:
        first, high, low, close = (
            self.price(symbol, x) for x in (bar.open, bar.low, bar.high, bar.close)
        )
        return Bar(bar.time, first, high, low, close, bar.volume)


def _alike(one: Play, two: Play, image: _Image) -> None:
    for left, right in zip(one.moments, two.moments, strict=True):
        seen = [_told(x) for x in left.events]
        turned = [_told(x) for x in right.events]
        if any(p <= 0 for p in _prices(left, image)):
            return  # a stop below zero has no mirror image
        if isinstance(right.command, c.MoveStop) and refused(Play(one.setting, [right])):
            return  # nor has a trail as long as the price
        assert seen == turned, f"{type(left.command).__name__}: {seen} {turned}"


def _prices(moment: Any, image: _Image) -> list[Decimal]:
    wish = moment.command
    found = [getattr(wish, x, None) for x in ("stop_loss", "price")]
    found += [t.price for t in getattr(wish, "targets", ())]
    return [image.price(wish.symbol, x) for x in found if x is not None]


def _told(event: e.Event) -> tuple[Any, ...]:
    """Kind, time, size and money: what a mirror keeps."""
    kept = ("symbol", "quantity", "realized_pnl", "amount", "net_pnl", "shortfall", "closed_by")
    return (type(event).__name__, event.at, *(getattr(event, x, None) for x in kept))
