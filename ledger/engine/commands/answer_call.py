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


def answer(draft: Draft, command: AnswerCall) -> None:
    """Record the answer to the oldest open call and carry it out.

    A deposit goes to the pocket under call: for an isolated position it is moved there too.
    """
    command = replace(command, answer=_chosen(command.answer))
    call = _open_call(draft)
    sells = command.answer is Answer.SELL  # the payment or sale has to cure
    account = posted_now(draft.account, call.pocket, draft.market, selling=sells)
    pocket = account.pockets[call.pocket]
    amount, symbol, quantity = command.amount, command.symbol, command.quantity
    unasked = (amount if command.answer is Answer.DEPOSIT else quantity) is None
    if (
        command.answer in (Answer.DEPOSIT, Answer.SELL)
        and unasked
        and not shortfall(account, pocket, draft.market)
    ):
        raise Refusal("nothing is owed at this price; the call ends once health clears its level")
    if command.answer is Answer.DEPOSIT:
        if amount is None:
            amount = shortfall(account, pocket, draft.market)
        amount = cash.check_amount(draft, amount)
    elif command.answer is Answer.HEDGE:
        symbol, quantity = _hedge(draft, pocket, command)
    sales = _sales(draft, cure(account, pocket, draft.market), command) if sells else []
    if sales:
        symbol, quantity = sales[0]
    draft.record(
        e.CallAnswered(
            at=draft.market.time,
            pocket=call.pocket,
            call=call.seq,
            answer=command.answer,
            amount=amount,
            symbol=symbol,
            quantity=quantity,
        )
    )
    _carry_out(draft, call, replace(command, amount=amount, symbol=symbol, quantity=quantity))
    for other, size in sales[1:]:  # the other side, where one alone does not cure
        close(draft, ClosePosition(symbol=other, quantity=size))
        _raise_refused(draft)


def _sales(draft: Draft, cures: Cure, command: AnswerCall) -> list[tuple[str, Decimal]]:
    """Symbols and sizes to sell, in order: those in the command, else those that cure."""
    first = cures.position.symbol
    if command.quantity is not None:
        return [(command.symbol or first, command.quantity)]
    if command.symbol is not None and command.symbol != first:
        return [(command.symbol, abs(held_in(draft, command.symbol).quantity))]
    return [(position.symbol, size) for position, size in cures.whole]


def _chosen(word: str) -> Answer:
    """The answer of this name. Raises `Refusal` for any other word."""
    try:
        return Answer(word)
    except ValueError:
        raise Refusal(f"the answer must be one of {', '.join(Answer)}") from None


def _hedge(draft: Draft, pocket: Pocket, command: AnswerCall) -> tuple[str, Decimal]:
    """Symbol and size of an offset to the position that would be sold first.

    Defaults: the other listed instrument on the same underlying, and the value of the position.
    Raises `Refusal` if nothing listed offsets it.
    """
    account, prices = draft.account, draft.market.last
    at_risk = first_to_go(account, pocket, draft.market)
    symbol = command.symbol or next(iter(hedges_of(account, at_risk.symbol)), None)
    if symbol is None:
        raise Refusal(f"no instrument listed here offsets {at_risk.symbol}: sell some of it")
    if symbol == at_risk.symbol:
        raise Refusal(f"a hedge in {symbol} itself would be a sale: answer sell")
    instrument = listed(draft, symbol)
    if command.quantity is not None:
        return symbol, command.quantity
    value = abs(
        account.instruments[at_risk.symbol].notional(at_risk.quantity, prices[at_risk.symbol])
    )
    return symbol, floor_to(value / abs(instrument.notional(ONE, prices[symbol])), instrument.lot)


def _carry_out(draft: Draft, call: Call, command: AnswerCall) -> None:
    if command.answer is Answer.DEPOSIT and command.amount is not None:
        cash.deposit(draft, command.amount)
        inside = draft.account.pockets.get(call.pocket)
        if inside is not None and call.pocket != draft.account.main.name:
            cash.add_margin(draft, next(iter(inside.positions)), command.amount)
    if command.answer is Answer.SELL and command.symbol is not None:
        close(draft, ClosePosition(symbol=command.symbol, quantity=command.quantity))
        _raise_refused(draft)
    if command.answer is Answer.HEDGE and command.symbol is not None:
        at_risk = first_to_go(draft.account, draft.pocket(call.pocket), draft.market)
        order = PlaceOrder(
            symbol=command.symbol,
            side=at_risk.side.opposite,
            quantity=command.quantity,
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
