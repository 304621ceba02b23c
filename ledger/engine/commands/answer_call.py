"""The trader's answer to a margin call: pay, sell, hedge, or wait and see."""

from dataclasses import replace
from decimal import Decimal

from ledger.account.commands import AnswerCall, ClosePosition, PlaceOrder
from ledger.account.event_terms import Answer, CallMetBy
from ledger.account.events import kinds as e
from ledger.account.risk.requirement import hedges_of
from ledger.account.state import MAIN, Call, Pocket
from ledger.engine.calls import ladder
from ledger.engine.calls.curing import Cure, cure, shortfall
from ledger.engine.calls.restoring import first_to_go
from ledger.engine.commands import cash
from ledger.engine.commands.place_orders import close, place
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.margin.loans import posted_now
from ledger.engine.orders.acceptance import held_in, listed
from ledger.money import ONE, floor_to


def answer(draft: Draft, wish: AnswerCall) -> None:
    """Record the answer to the oldest open call and carry it out.

    A deposit goes to the pocket that is called: behind an isolated wall it is moved there too.
    """
    wish = replace(wish, answer=_chosen(wish.answer))
    call = _open_call(draft)
    sells = wish.answer is Answer.SELL  # what is paid, or sold, has to cure
    account = posted_now(draft.account, call.pocket, draft.market, selling=sells)
    pocket = account.pockets[call.pocket]
    amount, symbol, quantity = wish.amount, wish.symbol, wish.quantity
    unasked = (amount if wish.answer is Answer.DEPOSIT else quantity) is None
    if (
        wish.answer in (Answer.DEPOSIT, Answer.SELL)
        and unasked
        and not shortfall(account, pocket, draft.market)
    ):
        raise Refusal("nothing is owed at this price; the call ends once health clears its level")
    if wish.answer is Answer.DEPOSIT:
        if amount is None:
            amount = shortfall(account, pocket, draft.market)
        amount = cash.check_amount(draft, amount)
    elif wish.answer is Answer.HEDGE:
        symbol, quantity = _hedge(draft, pocket, wish)
    sales = _sales(draft, cure(account, pocket, draft.market), wish) if sells else []
    if sales:
        symbol, quantity = sales[0]
    draft.record(
        e.CallAnswered(
            at=draft.market.time,
            pocket=call.pocket,
            call=call.seq,
            answer=wish.answer,
            amount=amount,
            symbol=symbol,
            quantity=quantity,
        )
    )
    _carry_out(draft, call, replace(wish, amount=amount, symbol=symbol, quantity=quantity))
    for other, size in sales[1:]:  # of the other side, where one alone does not cure
        close(draft, ClosePosition(symbol=other, quantity=size))
        _raise_refused(draft)


def _sales(draft: Draft, cures: Cure, wish: AnswerCall) -> list[tuple[str, Decimal]]:
    """Symbols and sizes to sell, in order: what is wished, and for the rest what cures."""
    first = cures.position.symbol
    if wish.quantity is not None:
        return [(wish.symbol or first, wish.quantity)]
    if wish.symbol is not None and wish.symbol != first:
        return [(wish.symbol, abs(held_in(draft, wish.symbol).quantity))]
    return [(position.symbol, size) for position, size in cures.whole]


def _chosen(word: str) -> Answer:
    """Raises `Refusal` for what is not an answer."""
    try:
        return Answer(word)
    except ValueError:
        raise Refusal(f"the answer must be one of {', '.join(Answer)}") from None


def _hedge(draft: Draft, pocket: Pocket, wish: AnswerCall) -> tuple[str, Decimal]:
    """Symbol and size of what offsets the position that would be sold first.

    Without a symbol the other listed instrument on the same underlying; without a size as much
    value as the position has. Raises `Refusal` where nothing listed offsets it.
    """
    account, prices = draft.account, draft.market.last
    at_risk = first_to_go(account, pocket, draft.market)
    symbol = wish.symbol or next(iter(hedges_of(account, at_risk.symbol)), None)
    if symbol is None:
        raise Refusal(f"no instrument listed here offsets {at_risk.symbol}: sell some of it")
    if symbol == at_risk.symbol:
        raise Refusal(f"a hedge in {symbol} itself would be a sale: answer sell")
    instrument = listed(draft, symbol)
    if wish.quantity is not None:
        return symbol, wish.quantity
    value = abs(
        account.instruments[at_risk.symbol].notional(at_risk.quantity, prices[at_risk.symbol])
    )
    return symbol, floor_to(value / abs(instrument.notional(ONE, prices[symbol])), instrument.lot)


def _carry_out(draft: Draft, call: Call, wish: AnswerCall) -> None:
    if wish.answer is Answer.DEPOSIT and wish.amount is not None:
        cash.deposit(draft, wish.amount)
        inside = draft.account.pockets.get(call.pocket)
        if inside is not None and call.pocket != draft.account.main.name:
            cash.add_margin(draft, next(iter(inside.positions)), wish.amount)
    if wish.answer is Answer.SELL and wish.symbol is not None:
        close(draft, ClosePosition(symbol=wish.symbol, quantity=wish.quantity))
        _raise_refused(draft)
    if wish.answer is Answer.HEDGE and wish.symbol is not None:
        at_risk = first_to_go(draft.account, draft.pocket(call.pocket), draft.market)
        order = PlaceOrder(
            symbol=wish.symbol,
            side=at_risk.side.opposite,
            quantity=wish.quantity,
            leverage=at_risk.leverage,
            answer_to_call=Answer.HEDGE.value,
        )
        place(draft, order)
        _raise_refused(draft)
        ladder.meet(draft, CallMetBy.HEDGE, MAIN)


def _raise_refused(draft: Draft) -> None:
    last = draft.events[-1]
    if isinstance(last, e.OrderRefused):
        raise Refusal(last.reason, last.largest)


def _open_call(draft: Draft) -> Call:
    calls = [call for call in draft.account.calls.values() if not call.expired]
    if not calls:
        raise Refusal("no margin call is open")
    return min(calls, key=lambda call: call.seq)
