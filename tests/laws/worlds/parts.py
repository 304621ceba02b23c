"""Partition: closing, buying, paying, taking out and waiting in parts equals doing it at once."""

import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import MAIN, Account, OrderType, Pocket, Position
from ledger.frozen import replace
from ledger.market.quote import Market
from ledger.money import atom, floor_to
from tests.laws.worlds import wealth as worth
from tests.laws.worlds.play import Moment, Play, played, replayed, sent
from tests.laws.worlds.wealth import NOTHING, as_text, unit
from tests.worlds import D

Here = tuple[Account, Market]


def chosen(seed: int, law: str) -> tuple[Play, Random]:
    """The world, and chance of its own for a law."""
    return played(seed), Random(f"{law}:{seed}")


def calm(moment: Moment) -> Here | None:
    """Where the trader stands after a command with a market that trades, and nothing resting;
    `None` where no market is open or something is wrong with the venue."""
    account, market = moment.after, moment.market_after
    if not market.trading or account.incidents:
        return None
    return replace(account, orders={}), market


def standing(play: Play, chance: Random, *, many: int = 2) -> list[tuple[Here, Position]]:
    """Some of the positions of a world, where they can be traded."""
    found: list[tuple[Here, Position]] = []
    for moment in play.moments:
        here = calm(moment)
        if here is None:
            continue
        held = (p for p in here[0].positions() if p.quantity and p.symbol in here[1].trading)
        found += [(here, position) for position in held]
    return chance.sample(found, min(many, len(found)))


def run(play: Play, here: Here, commands: Iterable[c.Command]) -> Play:
    """Commands sent from a place in a world."""
    return replayed(play.setting, commands, here)


def refused(play: Play) -> bool:
    return any(
        isinstance(x, e.OrderRefused | e.ActionRefused | e.OrderCancelled)
        for m in play.moments
        for x in m.events
    )


def forced(play: Play) -> bool:
    return any(isinstance(x, e.Liquidated | e.ForceSold) for m in play.moments for x in m.events)


def split(chance: Random, whole: Decimal, step: Decimal, most: int = 4) -> list[Decimal]:
    """A quantity in up to so many parts, each a whole number of steps."""
    count = int(whole / step)
    cuts = sorted(chance.sample(range(1, count), min(chance.randint(1, most - 1), count - 1)))
    edges = [0, *cuts, count]
    return [D(b - a) * step for a, b in itertools.pairwise(edges)]


def postings(play: Play) -> int:
    """How many amounts were rounded on the way."""
    return sum(
        isinstance(x, e.Fill | e.FeeCharged | e.InterestAccrued | e.MarginRemoved | e.MarginAdded)
        for m in play.moments
        for x in m.events
    )


def closing(seed: int) -> None:
    """Closing in parts at one price leaves what closing at once leaves: the same money in all, in
    the wallet, and owed; and nobody bears anything that the whole did not cost.

    Bounds: one unit for each amount that was rounded on the way. A loan charged when it is drawn
    anew and a part worth less than a unit of money are left out.
    """
    play, chance = chosen(seed, "closing")
    for here, position in standing(play, chance):
        account = here[0]
        instrument = account.instruments[position.symbol]
        size = abs(position.quantity)
        if size < 2 * instrument.lot:
            continue
        parts = split(chance, size, instrument.lot)
        whole = run(play, here, [c.ClosePosition(symbol=position.symbol)])
        many = run(play, here, [c.ClosePosition(symbol=position.symbol, quantity=q) for q in parts])
        if refused(whole) or refused(many) or forced(whole) or forced(many):
            continue
        if _drawn(whole) or _drawn(many):
            continue  # each drawing costs a period of its own
        bound = unit(account.currency) * (postings(whole) + postings(many))
        _same_end(whole, many, bound, f"{position.symbol} in {[str(q) for q in parts]}")


def _drawn(play: Play) -> bool:
    return any(isinstance(x, e.LoanDrawn) for m in play.moments for x in m.events)


def _same_end(one: Play, other: Play, bound: Fraction, told: str) -> None:
    """Two ways to the same place end in the same account."""
    a, b = one.last.after, other.last.after
    marks = one.last.market_after.mark
    for name in {*a.pockets, *b.pockets}:
        left, right = (x.pockets.get(name) or Pocket(name=name) for x in (a, b))
        for what in ("cash", "owed"):
            x, y = (p.cash if what == "cash" else p.loan.owed() for p in (left, right))
            assert worth.near(x, y, bound), f"{told}: {what} of {name}: {x} at once, {y} in parts"
        sizes = [
            {s: p.quantity for s, p in pocket.positions.items() if p.quantity}
            for pocket in (left, right)
        ]
        assert sizes[0] == sizes[1], f"{told}: {sizes}"
    worths = [worth.of_account(x, marks) for x in (a, b)]
    assert worth.near(*worths, bound), f"{told}: worth {as_text(worths[0])} {as_text(worths[1])}"
    borne = [_borne(one), _borne(other)]
    assert worth.near(*borne, bound), f"{told}: absorbed {borne}"


def _borne(play: Play) -> Fraction:
    return sum(
        (
            Fraction(x.amount)
            for m in play.moments
            for x in m.events
            if isinstance(x, e.DeficitRecorded) and x.absorbed_by == "venue"
        ),
        NOTHING,
    )


def shares(seed: int) -> None:
    """A part closed of an isolated position leaves the rest its share of the pocket's equity: its
    liquidation price is what it was. So too whatever lots the books take first.

    Bounds: fees of the part go with the part; a unit for each amount that is rounded. While called
    what a sale frees stays, and is left out.
    """
    play, chance = chosen(seed, "shares")
    for here, position in standing(play, chance):
        account, market = here
        lot = account.instruments[position.symbol].lot
        size = abs(position.quantity)
        called = position.pocket in account.calls  # while called, what is freed stays to cure
        if position.pocket == MAIN or size < 2 * lot or called:
            continue
        part = floor_to(size * D(chance.randint(5, 95)) / 100, lot) or lot
        book = replace(account.rulebook, maker_fee=D(0), taker_fee=D(0))
        start = replace(account, rulebook=book)
        before = worth.of_pocket(start, start.pockets[position.pocket], market.mark)
        if market.last[position.symbol] != market.mark[position.symbol]:
            continue  # what is sold beside the mark is worth something else at once
        if before <= 0:
            continue
        sold = run(play, (start, market), [c.ClosePosition(symbol=position.symbol, quantity=part)])
        if refused(sold) or forced(sold):
            continue
        after = sold.last.after.pockets[position.pocket]
        left = worth.of_pocket(sold.last.after, after, market.mark)
        wanted = before * Fraction(size - part) / Fraction(size)
        bound = unit(account.currency) * (postings(sold) + 1)
        assert worth.near(left, wanted, bound), (
            f"{position.symbol}: {as_text(left)} behind the rest, its share is {as_text(wanted)}"
        )


def buying(seed: int) -> None:
    """Buying (or selling short) in parts at one price and leverage makes the same position, with
    the same money behind it and owed.

    Bounds: a unit for each amount that is rounded; a position that another leverage or tier is
    asked of, and loans that charge each drawing, are rounded once a drawing.
    """
    play, chance = chosen(seed, "buying")
    filled = [
        m
        for m in play.moments
        if isinstance(m.command, c.PlaceOrder)
        and m.command.order_type is OrderType.MARKET
        and any(isinstance(x, e.OrderFilled) for x in m.events)
        and not m.before.incidents
        and not m.command.oco
    ]
    for moment in chance.sample(filled, min(2, len(filled))):
        wish = moment.command
        assert isinstance(wish, c.PlaceOrder)
        fills = [x for x in moment.events if isinstance(x, e.OrderFilled)]
        size = sum((x.quantity for x in fills), D(0))
        lot = moment.before.instruments[wish.symbol].lot
        called = {x.pocket for x in fills} & {*moment.before.calls}
        if size < 2 * lot or called:
            continue  # while called what a sale frees stays, and the first part may end the call
        mode = next(x.mode for x in moment.events if isinstance(x, e.OrderPlaced))
        wish = replace(wish, mode=mode)  # told, since a wish without one takes what is held
        plain = replace(
            wish, stop_loss=None, targets=(), trail=None, trail_fraction=None, id=None,
            quantity=size, risk=None, notional=None,
        )  # fmt: skip
        here = replace(moment.before, orders={}), moment.market
        whole = run(play, here, [plain])
        parts = split(chance, size, lot, 3)
        many = run(play, here, [replace(plain, quantity=q) for q in parts])
        if refused(whole) or refused(many) or forced(whole) or forced(many):
            continue
        bound = unit(here[0].currency) * (postings(whole) + postings(many))
        _same_end(whole, many, bound, f"{wish.symbol} in {[str(q) for q in parts]}")


def paying(seed: int) -> None:
    """Deposits, withdrawals, margin in and out, loans and repayments in parts equal the whole; what
    the whole may be, the parts may.

    Bounds: a unit for each drawing, which is charged and rounded by itself. Where each drawing
    costs a period of interest at once, a loan in parts leaves less to borrow on: those are not
    drawn in parts.
    """
    play, chance = chosen(seed, "paying")
    places = [m for m in play.moments if not m.after.incidents and m.market_after.last]
    for moment in chance.sample(places, min(2, len(places))):
        here = moment.after, moment.market_after
        for kind, more in _payments(here, chance):
            most = _most(here, kind, more)
            one = atom(here[0].currency)
            amount = floor_to(most * D(chance.choice((100, 100, 60))) / 100, one)
            if amount < 2 * one:
                continue
            parts = split(chance, amount, one, 3)
            whole = run(play, here, [kind(amount=amount, **more)])
            many = run(play, here, [kind(amount=part, **more) for part in parts])
            told = f"{kind.__name__} of {amount} in {[str(p) for p in parts]}"
            assert not refused(whole), f"{told}: the largest is refused"
            assert not refused(many), f"{told}: refused in parts"
            bound = unit(here[0].currency) * 2 * _drawings(many)
            _same_end(whole, many, bound, told)


def _drawings(play: Play) -> int:
    return sum(isinstance(x, e.LoanDrawn) for m in play.moments for x in m.events)


def _payments(here: Here, chance: Random) -> Sequence[tuple[type, dict[str, str]]]:
    found: list[tuple[type, dict[str, str]]] = [
        (kind, {}) for kind in (c.Withdraw, c.Borrow, c.Repay, c.Sweep)
    ]
    walled = [p.symbol for p in here[0].positions() if p.pocket != MAIN]
    if walled:
        found += [(kind, {"symbol": walled[0]}) for kind in (c.AddMargin, c.RemoveMargin)]
    if here[0].rulebook.interest.at_drawing:
        found = [x for x in found if x[0] is not c.Borrow]
    return [chance.choice(found), (c.Deposit, {})]


def _most(here: Here, kind: type, more: dict[str, str]) -> Decimal:
    """The largest amount that passes, as a refusal of too much names it."""
    if kind is c.Deposit:
        return D(1000)
    asked = sent(*here, kind(amount=D(10) ** 11, **more))
    found = next((x for x in asked.events if isinstance(x, e.ActionRefused)), None)
    return found.largest or D(0) if found is not None else D(0)


def waiting(seed: int) -> None:
    """Time passes in parts as it passes at once: the same interest, fees and funding, to the last
    unit, wherever it is cut."""
    play, chance = chosen(seed, "waiting")
    held = [m for m in play.moments if m.after.positions() or m.after.main.loan.principal]
    for moment in chance.sample(held, min(2, len(held))):
        account = moment.after
        market = replace(moment.market_after, trading=frozenset(), bars={})
        book = account.rulebook
        daily = book.interest.post_every >= 86_400 and book.borrow_fee is None
        whole = chance.choice((3600, 9 * 3600, 86_400, (40 if daily else 2) * 86_400))
        whole += chance.choice((0, 0, 1, 1799))
        cuts = sorted(chance.sample(range(1, whole), chance.randint(1, 3)))
        cuts = [chance.choice((cut, cut - cut % 3600 or cut)) for cut in cuts]
        start = market.time
        at_once = run(play, (account, market), [c.Wait(until=start + whole)])
        waits = [c.Wait(until=start + cut) for cut in sorted({*cuts, whole})]
        in_parts = run(play, (account, market), waits)
        told = f"{whole} s cut at {cuts}"
        _same_end(at_once, in_parts, NOTHING, told)
        one, other = (x.last.after.totals for x in (at_once, in_parts))
        assert one == other, f"{told}: {one} at once, {other} in parts"
        loans = [
            {n: (p.loan, p.cash) for n, p in x.last.after.pockets.items()}
            for x in (at_once, in_parts)
        ]
        assert loans[0] == loans[1], f"{told}: {loans}"
