"""The fold of dividends and splits."""

from ledger.account.events import kinds as e
from ledger.account.lots import converted
from ledger.account.state import Account
from ledger.frozen import replace
from ledger.market.corporate import Ratio
from ledger.money import units


def fold_dividend(account: Account, event: e.DividendPaid) -> Account:
    """Cash in or out, to the trade's account."""
    pocket = account.pockets[event.pocket]
    held = pocket.positions[event.symbol]
    held = replace(held, carry=held.carry - event.amount)
    pocket = replace(
        pocket,
        cash=pocket.cash + event.amount,
        positions={**pocket.positions, event.symbol: held},
    )
    totals = replace(account.totals, dividends=account.totals.dividends + event.amount)
    return replace(account, pockets={**account.pockets, pocket.name: pocket}, totals=totals)


def fold_split(account: Account, event: e.Split) -> Account:
    """More units at a lower price, or fewer at a higher one; their cost stays."""
    if event.pocket is None or event.side is None:
        return account
    ratio = Ratio.of(event.ratio)
    pocket = account.pockets[event.pocket]
    held = pocket.positions[event.symbol]
    quantity = event.quantity * event.side.sign
    course = held.course
    if course is not None:
        course = replace(
            course,
            entered=units(ratio.quantity(course.entered)),
            exited=units(ratio.quantity(course.exited)),
            low=None if course.low is None else ratio.price(course.low),
            high=None if course.high is None else ratio.price(course.high),
        )
    split = replace(
        held,
        lots=converted(held.lots, ratio, quantity),
        quantity=quantity,
        peak=units(ratio.quantity(held.peak)),
        first_entry=ratio.price(held.first_entry),
        course=course,
    )
    pocket = replace(pocket, positions={**pocket.positions, event.symbol: split})
    return replace(account, pockets={**account.pockets, pocket.name: pocket})


def fold_order_adjusted(account: Account, event: e.OrderAdjusted) -> Account:
    """The order with its figures after a split."""
    order = account.orders[event.order]
    share = order.unrounded
    order = replace(
        order,
        quantity=event.quantity,
        limit=event.limit,
        trigger=event.trigger,
        trail=event.trail,
        stop_loss=event.stop_loss,
        targets=event.targets,
        unrounded=None if share is None else Ratio.of(event.ratio).quantity(share),
    )
    return replace(account, orders={**account.orders, order.id: order})
