"""Alike: ten times the money, other names and another order of the list lead to the same in kind;
and behind a wall it is the same, whatever else is traded."""

import re
from dataclasses import fields
from dataclasses import replace as made_anew
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.frozen import replace
from ledger.market.instrument import Instrument
from ledger.market.rules.carry import BorrowBase
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.money import ONE
from tests.laws.worlds import wealth as worth
from tests.laws.worlds.drawing import Setting
from tests.laws.worlds.parts import chosen, forced, refused
from tests.laws.worlds.play import Moment, Play, replayed
from tests.laws.worlds.wealth import unit
from tests.worlds import D

COIN = "BTC"
"""The currency of the scaled worlds: with eight decimals, what rounding leaves decides nothing."""
TIMES = 10
SMALL = 1000 * unit(COIN)
"""What is no more than this is left out: a tenth of it might be rounded to nothing."""
SIZED = ("amount", "quantity", "notional", "risk")
BY_MONEY = ("minimum_equity", "maintenance_amount", "maintenance_margin")


def scale(seed: int) -> None:
    """Ten times the money, in lots ten times as large, does ten times as much: the same events at
    the same prices.

    Without what counts in absolute sums: tiers of notional, of loans and of cash, round lots, least
    equity, deficits and orders.
    Nor where a level may be met to the last digit: a flat maintenance of what leverage posts.
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
        if kinds[0] != kinds[1] and any(map(_to_the_last_digit, (*events[0], *events[1]))):
            return
        assert kinds[0] == kinds[1], told
        for a, b in zip(*events, strict=True):
            _ten_times(a, b)


def _to_the_last_digit(event: e.Event) -> bool:
    """An alert at equality itself, or an amount just as small as is left out: rounding decides."""
    if isinstance(event, e.FeeCharged | e.FundingPaid | e.InterestCapitalized):
        least = SMALL / TIMES
        return any(worth.near(event.amount, x, least / 5) for x in (least, -least)) or any(
            worth.near(event.amount, x, SMALL / 5) for x in (SMALL, -SMALL)
        )
    if not isinstance(event, e.MarginAlert) or event.health is None:
        return False
    levels = (event.threshold, ONE)  # at one it is sold out: an order that leads there is refused
    return any(x is not None and worth.near(event.health, x, Fraction(1, 10**6)) for x in levels)


def _weighty(moment: Moment, times: int) -> list[e.Event]:
    """What happened, but for amounts so small that a tenth of one is rounded to nothing."""
    posted = e.FeeCharged | e.FundingPaid | e.InterestCapitalized
    return [
        x
        for x in moment.events
        if not isinstance(x, posted) or abs(Fraction(x.amount)) * times > SMALL
    ]


def _no_dust(setting: Setting) -> int:
    """So many times as much that a lot is worth more than rounding can leave: a hundredth."""
    once = 1
    for listed in setting.instruments:
        worth = abs(listed.notional(listed.lot, first_price(setting, listed.symbol)))
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
    schedules = tuple(
        made_anew(
            s,
            tiers=s.tiers[:1],
            amount=None,
            line=s.line and made_anew(s.line, per_unit=D(0)),
        )
        for s in book.schedules
    )
    interest = made_anew(book.interest, tiers=book.interest.tiers[:1])
    lent = book.borrow_fee and made_anew(book.borrow_fee, base=BorrowBase.VALUE)
    intraday = book.intraday and made_anew(book.intraday, least=D(0))
    return made_anew(
        book,
        currency=COIN,
        schedules=schedules,
        interest=interest,
        borrow_fee=lent,
        intraday=intraday,
        credit=None,
        forced_exit=made_anew(book.forced_exit, part=None),
        minimum_equity=D(0),
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
            bound = 1000 * unit(COIN) + abs(Fraction(a)) / 10**8
            assert worth.near(a * TIMES, b, bound), f"{name}: {one} {ten}"
        elif (
            name in _AS_THEY_ARE and isinstance(a, Decimal) and not isinstance(one, e.OrderAmended)
        ):
            assert worth.near(a, b, abs(Fraction(a)) / 10**6), f"{name}: {one} {ten}"


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
        text = re.sub(rf"\b{old}\b", name, text)  # whole words: there is a ZED in RESIZED
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
            for name in ("bars", "marks", "later_marks", "funding")
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


def first_price(setting: Setting, symbol: str) -> Decimal:
    """What a symbol begins at."""
    return setting.steps[0].bars[symbol].open


# walls


def walls(seed: int) -> None:
    """Nothing in one pocket moves another's figures: what happens to an isolated position is the
    same whatever else is traded in the account, as long as the wallet could pay for both."""
    play, chance = chosen(seed, "walls")
    if Mode.ISOLATED not in play.setting.book.modes or len(play.setting.instruments) < 2:
        return
    mine = chance.choice(play.setting.instruments).symbol
    rich = [c.Deposit(amount=D(10) ** 10)]
    commands: list[c.Command] = []
    for moment in play.moments:
        wish = moment.command
        if isinstance(wish, c.StartIncident | c.ChangeRules | c.AnswerCall):
            continue
        if isinstance(wish, c.PlaceOrder):
            owned = play.last.after.instruments[wish.symbol].paid_in_full
            wish = replace(wish, mode=Mode.CROSS if owned else Mode.ISOLATED, oco=None, id=None)
        if isinstance(wish, c.CancelOrder | c.AmendOrder):
            continue
        if isinstance(wish, c.MoveTarget | c.RemoveTarget):
            wish = replace(wish, id=None)
        commands.append(wish)
    alone = [
        x
        for x in commands
        if getattr(x, "symbol", mine) == mine or isinstance(x, c.OpenBar | c.CloseBar | c.Wait)
    ]
    both = replayed(play.setting, rich + commands)
    one = replayed(play.setting, rich + alone)
    if play.last.after.instruments[mine].paid_in_full:
        return
    seen, wanted = (_history(x, mine) for x in (both, one))
    assert seen == wanted, _first_difference(wanted, seen)


_COUNTED = {"order", "call", "seq", "largest"}
"""Numbers that are counted over the whole account; and what the wallet could still pay for."""


def _history(play: Play, symbol: str) -> list[str]:
    """What happened behind one wall, but for numbers that are counted over the whole account."""
    found = []
    for moment in play.moments:
        for event in moment.events:
            about = getattr(event, "symbol", None), getattr(event, "pocket", None)
            if about[0] == symbol or about[1] == f"isolated:{symbol}":
                told = {k: v for k, v in vars(event).items() if k not in _COUNTED}
                found.append(re.sub(r"#\d+", "#", f"{type(event).__name__} {told}"))
    return found


def _first_difference(one: list[str], other: list[str]) -> str:
    pairs = zip([*one, "the end"], [*other, "the end"], strict=False)
    return next((f"alone {a}\nbeside others {b}" for a, b in pairs if a != b), "")
