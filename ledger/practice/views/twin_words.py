"""The difference between an account and its twin, in sentences, and what each of them refused."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.account.event_terms import Direction
from ledger.market.rules.rulebook import Mode
from ledger.money import settle
from ledger.practice.views.twin_view import Both, Side, Wire
from ledger.practice.words import formats
from ledger.practice.words.narration import narrate
from ledger.practice.words.wording import figure, text, when
from ledger.text import clean
from ledger.times import parse_time

_TIMES = Decimal("1.05")
"""From this ratio on one is so many times the other."""
_SYMBOLS = 3
"""Of how many symbols the levels are told in words: the table has them all."""
_HOUR, _DAY = 3_600, 86_400


def difference(both: Both) -> list[str]:
    """Who lived longer, what it made of the money, what it cost, how far the price may go, and who
    refused something."""
    sentences = [*_lives(both), *_costs(both), *_levels(both), *_refusals(both)]
    return [sentence for sentence in sentences if sentence] or ["Nothing sets them apart so far."]


def _lives(both: Both) -> Iterator[str]:
    """Who was closed out by the broker or venue, and what each has made."""
    outs = [side.past.forced for side in both.sides]
    one, other = both.names
    if outs[0] is not None and outs[1] is not None:
        times = [parse_time(str(out["time"])) for out in outs if out is not None]
        longer = times[1] - times[0]
        if not longer:
            yield f"Both were closed out at the same time. {_made(both)}"
        else:
            yield _lived(both, 1 if longer > 0 else 0, abs(longer))
        return
    for name, rest, out in ((one, other, outs[0]), (other, one, outs[1])):
        if out is not None:
            at = f"{when(out['time'])} at {figure(out.get('price'))}"
            yield f"{_begin(name)} {_fate(out)} on {at}; {rest} was not. {_made(both)}"
            return
    yield _made(both)


def _lived(both: Both, which: int, longer: int) -> str:
    """One of them lived longer, and perhaps it also lost more, which is one sentence."""
    sentence = f"{_begin(both.names[which])} lived {_lasted(longer)} longer"
    whose, did = _result(both)
    return f"{sentence} and {did}." if whose == which else f"{sentence}. {_made(both)}"


def _fate(out: Wire) -> str:
    return {"liquidated": "was liquidated", "force_sold": "was sold out by the broker"}.get(
        text(out, "type").replace(" ", "_"), "was closed by the venue"
    )


def _made(both: Both) -> str:
    whose, did = _result(both)
    if whose is not None:
        return f"{_begin(both.names[whose])} {did}."
    return f"Both are {did}." if did else ""


def _result(both: Both) -> tuple[int | None, str]:
    """Which of them lost more or is ahead, and by how much; `None` if they are even."""
    results, money = [side.result for side in both.sides], both.first.view.currency
    if results[0] == results[1]:
        way = "up" if results[0] > 0 else "down"
        made = f"{way} {formats.money(abs(results[0]), money)} {money}"
        return None, made if results[0] else ""
    worse = 0 if results[0] < results[1] else 1
    if results[0] < 0 and results[1] < 0:
        lost = [abs(result) for result in results]
        times = _times(lost[worse], lost[1 - worse])
        much = f"{times} as much" if times else "more"
        shown = [formats.money(each, money) for each in lost]
        return worse, f"lost {much}: {shown[worse]} against {shown[1 - worse]} {money}"
    apart = formats.money(abs(results[0] - results[1]), money)
    return 1 - worse, f"is {apart} {money} ahead of {both.names[worse]}"


def _costs(both: Both) -> Iterator[str]:
    paid, money = [side.paid for side in both.sides], both.first.view.currency
    if settle(paid[0], money) == settle(paid[1], money):
        return
    more = 0 if paid[0] > paid[1] else 1
    times = _times(paid[more], paid[1 - more])
    much = f"{times} as much" if times else "more"
    name = _begin(both.names[more])
    shown = [formats.money(each, money) for each in paid]
    yield (
        f"{name} paid {much} in interest, fees and funding: {shown[more]} against "
        f"{shown[1 - more]} {money}."
    )


def _levels(both: Both) -> Iterator[str]:
    """How far each price may go against what both of them hold."""
    for symbol in both.symbols[:_SYMBOLS]:
        held = [side.held(symbol) for side in both.sides]
        far = [None if each is None else each.liquidation_distance for each in held]
        if far[0] is None or far[1] is None or far[0] == far[1] or min(far[0], far[1]) < 0:
            continue
        first = held[0]
        goes = "fall" if first is not None and first.side is Direction.LONG else "rise"
        shown = [formats.percent(each, 2) for each in far]
        one, other = both.names
        yield (
            f"{clean(symbol, 40)} can {goes} {shown[0]} before {one} is {_end(both.first)}, and "
            f"{shown[1]} before {other} is{_other_end(both)}."
        )


def _end(side: Side) -> str:
    return "sold out" if side.view.borrows else "liquidated"


def _other_end(both: Both) -> str:
    ends = [_end(side) for side in both.sides]
    return "" if ends[0] == ends[1] else f" {ends[1]}"


def _times(more: Decimal, less: Decimal) -> str:
    """`3.1 times`; empty where a ratio says nothing."""
    if less <= 0 or more / less < _TIMES:
        return ""
    return f"{formats.fixed(more / less, 1)} times"


def _refusals(both: Both) -> Iterator[str]:
    for name, refused in zip(both.names, both.refused_alone(), strict=True):
        if refused:
            many = "a command" if len(refused) == 1 else f"{len(refused)} commands"
            yield f"{_begin(name)} refused {many} that the other took."


def _begin(name: str) -> str:
    """A name at the beginning of a sentence: a rule book's stays as it is."""
    return name.capitalize() if name in {mode.value for mode in Mode} else name


def _lasted(seconds: int) -> str:
    """`12 h 46 min`, `3 d 4 h`."""
    if seconds >= _DAY:
        return f"{seconds // _DAY} d {seconds % _DAY // _HOUR} h"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR} h {seconds % _HOUR // 60} min"
    return f"{max(seconds // 60, 1)} min"


def told(side: Side, wire: Wire) -> str:
    """One event of a side, with its time."""
    return f"{when(wire.get('time'))}  {narrate(wire, side.view.currency, side.view.contracts)}"
