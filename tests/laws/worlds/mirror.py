"""The mirror: shorts on a mirrored tape fare as longs do on the tape."""

from collections.abc import Callable
from dataclasses import replace as made_anew
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Convention, OrderType, Target
from ledger.frozen import replace
from ledger.market.quote import Bar, Step
from ledger.market.rules.rulebook import Mode, Rulebook
from tests.laws.worlds.alike import first_price
from tests.laws.worlds.drawing import START
from tests.laws.worlds.parts import chosen, refused
from tests.laws.worlds.play import Play, replayed
from tests.worlds import D


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
    firsts = {i.symbol: first_price(setting, i.symbol) for i in setting.instruments if not i.owned}
    image = _Image(firsts)
    if any(not image.fits(step) for step in setting.ends):
        return
    book = _frictionless(setting.book)
    listed = tuple(i for i in setting.instruments if not i.owned)  # a mirror of contracts
    convention = setting.convention
    if any(image.tied(step) for step in setting.ends):
        convention = Convention.WORST
    known = {i.symbol for i in listed}
    plain = made_anew(setting, book=book, instruments=listed, convention=convention)
    wishes = _mirrored_wishes(play, known)
    one = replayed(plain, [image.plain(x) for x in wishes])
    two = replayed(plain, [image.of(x) for x in wishes])
    _alike(one, two, image)


def _frictionless(book: Rulebook) -> Rulebook:
    schedules = tuple(
        made_anew(s, tiers=s.tiers[:1], amount=None, at_entry=True, close_fee=D(0))
        for s in book.schedules
    )
    exits = made_anew(book.forced_exit, fee=D(0), slippage=D(0))
    return made_anew(
        book, maker_fee=D(0), taker_fee=D(0), stop_slippage=D(0), funding=None,
        overnight=(),        posts_close_fee=False, schedules=schedules, forced_exit=exits,
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
            mode = None if wish.mode is Mode.SMART else wish.mode
            found.append(replace(wish, mode=mode, trail_fraction=None))  # a part of a price
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
        if step.time == START:
            marks = {}  # what is opened there asks for its margin at the mark
        later = {
            s: tuple(change(s, bar) for bar in bars_of)
            for s, bars_of in step.later_marks.items()
            if s in marks
        }
        return replace(step, bars=bars, marks=marks, later_marks=later, funding={})

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
