"""The course of a trade, and its record when it closes."""

from decimal import Decimal

from ledger.account.course import Course
from ledger.account.event_terms import ClosedBy
from ledger.account.events import kinds as e
from ledger.account.state import Position
from ledger.engine.decision.draft import Draft
from ledger.engine.trades.settlement import Deal
from ledger.frozen import replace
from ledger.market.quote import Bar
from ledger.money import ZERO, figured_price, ratio, settle


def closed_event(
    draft: Draft, after: Position, before: Position, deal: Deal, by: ClosedBy
) -> e.PositionClosed:
    """The end of a trade. `after` holds its sums, `before` what was held until the last deal.

    R = net result / R0, with fees, interest and funding in the result and without what the venue
    bore (`metrics.md`); without a stop at entry there is no R. MAE and MFE are the lowest and the
    highest sum of realized and unrealized profit while the trade was open, before fees, over R0:
    `person.md` section 6, the version of the position. Quantity is everything that was bought and
    sold again, and the prices are its averages: quantity x (exit - entry) is what was realized.
    """
    course, instrument = (
        course_of(draft, before, after, deal),
        draft.account.instruments[after.symbol],
    )
    entry = instrument.entry(course.entered, course.entry_value)
    left = instrument.entry(course.exited, course.exit_value)
    net = after.realized - after.fees - after.carry + after.absorbed
    return e.PositionClosed(
        at=draft.market.time,
        pocket=before.pocket,
        symbol=before.symbol,
        side=before.side,
        quantity=max(course.entered, before.peak),  # older ledgers recorded less
        entry_price=figured_price(entry, instrument.tick),
        exit_price=figured_price(left, instrument.tick),
        last_exit_price=deal.price,
        leverage=before.leverage,
        margin=settle(abs(before.basis) / before.leverage, draft.account.currency),
        realized_pnl=after.realized,
        net_pnl=settle(net, draft.account.currency),
        r_multiple=_in_r(net, before.risk),
        mae_r=_in_r(-course.worst, before.risk),
        mfe_r=_in_r(course.best, before.risk),
        closed_by=by,
        course=course,
    )


def _in_r(amount: Decimal, risk: Decimal | None) -> Decimal | None:
    return ratio(amount / risk) if risk else None


def course_of(draft: Draft, before: Position | None, after: Position, deal: Deal) -> Course:
    """The course of a trade up to and with a fill that has just been recorded.

    Between two fills the holding stays the same, so its profit is linear in the price and furthest
    at the lowest or the highest price between them. Only prices on the path count: those after the
    earlier fill and before the later one.
    """
    bar, here = draft.market.bars.get(after.symbol), draft.market.last[after.symbol]
    course = _fresh(draft) if before is None else _known(before)
    made, seen = [course.worst, course.best, _made(draft, after, here)], [here]
    if before is not None:
        seen += _seen(draft, before.symbol, course, bar)
        made += [_made(draft, before, price) for price in (min(seen), max(seen))]
    traded = abs(draft.account.instruments[after.symbol].notional(deal.quantity, deal.price))
    traded = traded.copy_sign(deal.price)  # below zero where the seller pays
    ways, low_ahead, high_ahead = _place(draft, after.symbol, bar)
    moved = replace(
        course,
        worst=min(made),
        best=max(made),
        bar=draft.market.time - 1 if bar is None else bar.time,
        ways=ways,
        low_ahead=low_ahead,
        high_ahead=high_ahead,
    )
    if before is None:
        moved = replace(moved, low=here, high=here)
    elif course.low is not None and course.high is not None:
        moved = replace(moved, low=min(course.low, *seen), high=max(course.high, *seen))
    if before is not None and abs(after.quantity) < abs(before.quantity):
        return replace(
            moved, exited=course.exited + deal.quantity, exit_value=course.exit_value + traded
        )
    return replace(
        moved, entered=course.entered + deal.quantity, entry_value=course.entry_value + traded
    )


def _fresh(draft: Draft) -> Course:
    return Course(
        entered=ZERO,
        entry_value=ZERO,
        exited=ZERO,
        exit_value=ZERO,
        worst=ZERO,
        best=ZERO,
        bar=draft.market.time,
        ways=0,
        low_ahead=True,
        high_ahead=True,
    )


def _known(before: Position) -> Course:
    """The course that a position brings; one opened before courses were recorded counts as bought
    at the open of its first bar."""
    return before.course or Course(
        entered=abs(before.quantity),
        entry_value=abs(before.basis),
        exited=ZERO,
        exit_value=ZERO,
        worst=ZERO,
        best=ZERO,
        bar=before.opened_at,
        ways=0,
        low_ahead=True,
        high_ahead=True,
    )


def _made(draft: Draft, position: Position, price: Decimal) -> Decimal:
    """Realized and unrealized profit of a trade at a price."""
    instrument = draft.account.instruments[position.symbol]
    if not position.quantity:
        return position.realized
    return position.realized + instrument.unrealized(position.quantity, position.basis, price)


def _place(draft: Draft, symbol: str, bar: Bar | None) -> tuple[int, bool, bool]:
    """How far prices are inside the running bar: the number of moves done, and whether its low and
    its high are still to come. A bar that runs on after this step is at its open."""
    if bar is None:
        return 0, False, False
    if draft.ahead is None or bar.low == bar.high:
        return 0, True, True
    ends = {prices[symbol] for prices in draft.ahead}
    return len(draft.passed), bar.low in ends, bar.high in ends


def _seen(draft: Draft, symbol: str, course: Course, bar: Bar | None) -> list[Decimal]:
    """The furthest prices between a course's last fill and now."""
    ways, _, _ = _place(draft, symbol, bar)
    inside = [prices[symbol] for prices in draft.passed[:ways]]
    if bar is not None and bar.time == course.bar:
        return inside[course.ways :]
    now = draft.market.time if bar is None else bar.time
    seen: list[Decimal] = []
    entered = draft.market.history.bar(symbol, course.bar, now)
    if entered is not None:
        seen.append(entered.close)
        seen += [entered.low] if course.low_ahead else []
        seen += [entered.high] if course.high_ahead else []
    seen += draft.market.history.extremes(symbol, course.bar + 1, now) or ()
    return seen if bar is None else [*seen, bar.open, *inside]
