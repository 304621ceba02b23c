"""Protection, and what is owed: what must hold of every account after every command."""

from decimal import Decimal
from fractions import Fraction

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import MAIN, Account, Cause, OrderType, Pocket
from ledger.market.quote import Bar
from ledger.market.rules.rulebook import AccountKind
from tests.laws.worlds import wealth as worth
from tests.laws.worlds.play import Moment, Play, played
from tests.laws.worlds.wealth import NOTHING, unit
from tests.worlds import D


def protection(seed: int) -> None:
    """Never more closed than is held, no stop or target without its position, each stop as large
    as the position and the targets no larger; a stop once given stays until somebody takes it."""
    play = played(seed)
    given: set[str] = set()
    for moment in play.moments:
        for event in moment.events:
            _keep_account(given, event)
        after = moment.after
        for order in after.orders.values():
            if order.cause is Cause.TRADER:
                continue
            held = after.position(order.symbol)
            assert held is not None, f"{order.id} protects nothing"
            assert held.quantity, f"{order.id} protects nothing"
            assert order.side is held.side.opposite, f"{order.id} would enlarge the position"
            assert order.reduce_only, f"{order.id} might open"
        for position in after.positions():
            _guarded(after, position.symbol, abs(position.quantity), position.symbol in given)
        _never_more_than_held(play, moment)


TAKEN = ("stop removed", "cancelled by the trader", "lost when", "delisted", "one cancels other")
"""Why a stop may end while its position stands."""


def _keep_account(given: set[str], event: e.Event) -> None:
    """Which symbols have a stop by now that nobody took away."""
    match event:
        case e.OrderPlaced(cause=Cause.STOP_LOSS):
            given.add(event.symbol)
        case e.PositionClosed():
            given.discard(event.symbol)
        case e.OrderCancelled(cause=Cause.STOP_LOSS) if event.reason.startswith(TAKEN):
            given.discard(event.symbol)


def _guarded(account: Account, symbol: str, size: Decimal, given: bool) -> None:
    mine = [o for o in account.orders.values() if o.symbol == symbol]
    stops = [o for o in mine if o.cause is Cause.STOP_LOSS]
    assert len(stops) <= 1, f"two stops on {symbol}"
    assert all(o.quantity == size for o in stops), f"the stop of {symbol} is not as large as it"
    assert stops or not given, f"{symbol} has lost the stop that it was given"
    targets = sum((o.quantity for o in mine if o.cause is Cause.TAKE_PROFIT), D(0))
    assert targets <= size, f"targets of {symbol} close more than is held"


def _never_more_than_held(play: Play, moment: Moment) -> None:
    """What only reduces never opens or turns a position; a fill keeps to its order."""
    account = moment.before
    for event, after in zip(moment.events, play.folded[id(moment)], strict=True):
        if isinstance(event, e.Fill):
            held = account.position(event.symbol)
            order = account.orders.get(getattr(event, "order", ""))
            if order is None or order.reduce_only:
                assert held is not None, event
                assert held.side is not event.side, event
                assert event.quantity <= abs(held.quantity), event
            if order is not None:
                assert event.quantity <= order.quantity, event
                assert order.within_limit(event.price), f"beyond its limit: {event}"
                if order.order_type in (OrderType.STOP, OrderType.TRAILING):
                    assert order.trigger is not None
                    beyond = (event.price - order.trigger) * order.side.sign
                    assert beyond >= 0, f"a stop better than its trigger: {event}"
            bar = moment.market_after.bars.get(event.symbol) or _bar(moment, event.symbol)
            if bar is not None and not isinstance(event, e.OptionSettled):
                assert bar.low <= event.price <= bar.high, f"nobody traded there: {event}"
        account = after


def _bar(moment: Moment, symbol: str) -> Bar | None:
    step = getattr(moment.command, "step", None)
    return step.bars.get(symbol) if step is not None else moment.market.bars.get(symbol)


def owing(seed: int) -> None:
    """Nobody owes less than nothing or has cash that is not there; with the last position all that
    is owed falls due, as far as cash goes; what a forced exit is told to repay is repaid.

    A loan drawn by hand stays beside the cash it brought, and where a book repays nothing by itself
    the debt waits for the trader.
    """
    play = played(seed)
    by_hand = False
    for moment in play.moments:
        by_hand |= isinstance(moment.command, c.Borrow)
        after = moment.after
        for pocket in after.pockets.values():
            loan = pocket.loan
            assert loan.principal >= 0, f"owes {loan.principal}"
            assert loan.accrued >= 0, f"owes interest of {loan.accrued}"
            assert pocket.name == MAIN or pocket.positions or not pocket.loan.owed(), (
                f"{pocket.name} owes after its position"
            )
            if after.rulebook.kind is AccountKind.LOAN:
                _no_cash_that_is_not_there(after, pocket)
        _repaid_as_told(moment)
        closed = any(isinstance(x, e.PositionClosed) for x in moment.events)
        if closed and not after.positions() and not by_hand and after.rulebook.auto_repay:
            main = after.main
            assert not main.loan.owed() or main.cash <= 0, f"owes beside cash: {main}"


def _no_cash_that_is_not_there(account: Account, pocket: Pocket) -> None:
    """What a short sale brought is held for the lender until it is bought back."""
    held_back = sum(
        (
            -lot.cost
            for symbol, p in pocket.positions.items()
            if p.quantity < 0 and account.instruments[symbol].owned
            for lot in p.lots
        ),
        D(0),
    )
    spare = pocket.cash - max(held_back, D(0))
    assert spare >= 0, f"{pocket.name} has {pocket.cash}, of which {held_back} is the lender's"


def _repaid_as_told(moment: Moment) -> None:
    """Forced exits tell what of the loan they repaid: as much as is repaid before the next one."""
    told, repaid = D(0), D(0)
    for event in moment.events:
        if isinstance(event, e.ForceSold | e.Liquidated):
            told += event.loan_repaid
        if isinstance(event, e.LoanRepaid):
            repaid += event.amount
    sold = any(isinstance(x, e.OrderFilled | e.Deposited | e.VenueClosed) for x in moment.events)
    if told and not sold and not isinstance(moment.command, c.Repay):
        assert told == repaid, f"told {told} of the loan as repaid, and {repaid} was"
    silent = [x for x in moment.events if isinstance(x, e.ForceSold | e.Liquidated)]
    if silent and not told and not sold:
        assert not repaid, f"told nothing of the loan as repaid, and {repaid} was"


def accepted(seed: int) -> None:
    """What is accepted at a price is not forced out at that very price, and what is drawn on a loan
    meets the tests of borrowing afterwards: least equity and initial margin.

    Not what somebody else did (a change of rules, an incident), nor who only closes: at a price
    beside the mark a sale may realize what the mark does not show.
    """
    for moment in played(seed).moments:
        wish = moment.command
        others = c.ChangeRules | c.StartIncident | c.ClosePosition | c.AnswerCall
        if not moment.wished or isinstance(wish, others) or getattr(wish, "reduce_only", False):
            continue
        exits = [x for x in moment.events if isinstance(x, e.ForceSold | e.Liquidated)]
        assert not exits, f"accepted, and forced out at once: {wish} {exits[0]}"
        drawn = [x for x in moment.events if isinstance(x, e.LoanDrawn) and x.pocket == MAIN]
        acts = c.Withdraw | c.Borrow | c.PlaceOrder | c.AddMargin | c.Sweep
        if not drawn or not isinstance(wish, acts):
            continue
        closes = any(isinstance(x, e.OrderFilled) and x.realized_pnl for x in moment.events)
        book, marks = moment.after.rulebook, moment.market_after.mark
        if closes or marks != moment.market_after.last:
            continue
        left = worth.of_pocket(moment.after, moment.after.main, marks)
        paid = sum((x.amount for x in moment.events if isinstance(x, e.FeeCharged)), D(0))
        paid += sum((x.amount for x in moment.events if isinstance(x, e.InterestAccrued)), D(0))
        assert left + Fraction(paid) >= book.minimum_equity, (
            f"{wish} draws a loan with less than the least equity"
        )


MAY_STAY = (
    "smaller than one lot",
    "worth less than the minimum order",
    "the venue is down",
    "rejected by the venue",
    "is delisted",
)


def leaving(seed: int) -> None:
    """Who holds something may close it: no margin, no leverage, no change of rules stands against
    it. Only a venue that is down or overloaded does, and a part of less than a lot or a unit of
    money."""
    for moment in played(seed).moments:
        wish = moment.command
        if not isinstance(wish, c.ClosePosition) or moment.before.position(wish.symbol) is None:
            continue
        refused = [x for x in moment.events if isinstance(x, e.OrderRefused | e.ActionRefused)]
        for event in refused:
            assert any(why in event.reason for why in MAY_STAY), f"kept in: {event.reason}"


def trades(seed: int) -> None:
    """What closed trades are told to have made is what the account made, in a world that begins
    and ends without a position and borrows nothing by hand.

    Bounds: half a unit a trade. What is charged to no trade (a venue's failure, a loan that a fee
    drew where nothing long is held) is left out as told: `InterestAccrued` without a long.
    """
    play = played(seed)
    if play.last.after.positions():
        return
    made, told, count = NOTHING, NOTHING, 0
    for account, event, _ in play.steps:
        if isinstance(event, e.PositionClosed):
            told, count = told + Fraction(event.net_pnl), count + 1
        if isinstance(event, e.FeeCharged) and not event.symbol:
            made -= -Fraction(event.amount)
        if isinstance(event, e.InterestAccrued) and not _longs(account, event.pocket):
            return
        if isinstance(event, e.IncidentStarted) and event.kind is IncidentKind.INSOLVENCY:
            return
        if isinstance(event, e.Deposited | e.CreditInterestPaid):
            made -= Fraction(event.amount)
        if isinstance(event, e.Withdrawn | e.Swept):
            made += Fraction(event.amount)
    if any(isinstance(m.command, c.Borrow | c.Withdraw) for m in play.moments):
        return
    if count:
        end = sum(Fraction(p.cash - p.loan.owed()) for p in play.last.after.pockets.values())
        half = unit(play.last.after.currency) / 2
        assert worth.near(end + made, told, half * count), (
            f"the account made {worth.as_text(end + made)}, its {count} trades "
            f"{worth.as_text(told)}"
        )


def _longs(account: Account, pocket: str) -> bool:
    inside = account.pockets.get(pocket)
    return inside is not None and any(p.quantity > 0 for p in inside.positions.values())
