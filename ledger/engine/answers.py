"""The trader's answer to a margin call: pay, sell, or wait and see."""

from dataclasses import replace

from ledger.account import events as e
from ledger.account.commands import AnswerCall, ClosePosition
from ledger.account.state import Call
from ledger.engine import cash, ladder
from ledger.engine.acceptance import Refusal
from ledger.engine.draft import Draft
from ledger.engine.orders import close, held

ANSWERS = ("deposit", "sell", "wait")


def answer(draft: Draft, wish: AnswerCall) -> None:
    """Record the answer to the oldest open call and carry it out.

    A deposit goes to the pocket that is called: behind an isolated wall it is moved there too.
    """
    if wish.answer not in ANSWERS:
        raise Refusal(f"answer one of {', '.join(ANSWERS)}")
    call = _open_call(draft)
    pocket = draft.pocket(call.pocket)
    amount, symbol, quantity = wish.amount, wish.symbol, wish.quantity
    unasked = (amount if wish.answer == "deposit" else quantity) is None
    if (
        wish.answer != "wait"
        and unasked
        and not ladder.shortfall(draft.account, pocket, draft.market)
    ):
        raise Refusal("nothing is short at this price; the call ends once health is clear of it")
    if wish.answer == "deposit":
        if amount is None:
            amount = ladder.shortfall(draft.account, pocket, draft.market)
        amount = cash.check_amount(draft, amount)
    elif wish.answer == "sell" and quantity is None:
        position, quantity = ladder.quantity_to_cure(draft.account, pocket, draft.market)
        if symbol is not None and symbol != position.symbol:
            quantity = abs(held(draft, symbol).quantity)
        symbol = symbol or position.symbol
    elif wish.answer == "sell" and symbol is None:
        symbol = ladder.first_to_go(draft.account, pocket, draft.market).symbol
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


def _carry_out(draft: Draft, call: Call, wish: AnswerCall) -> None:
    if wish.answer == "deposit" and wish.amount is not None:
        cash.deposit(draft, wish.amount)
        inside = draft.account.pockets.get(call.pocket)
        if inside is not None and call.pocket != draft.account.main.name:
            cash.add_margin(draft, next(iter(inside.positions)), wish.amount)
    if wish.answer == "sell" and wish.symbol is not None:
        close(draft, ClosePosition(symbol=wish.symbol, quantity=wish.quantity))
        last = draft.events[-1]
        if isinstance(last, e.OrderRefused):
            raise Refusal(last.reason, last.largest)


def _open_call(draft: Draft) -> Call:
    calls = [call for call in draft.account.calls.values() if not call.expired]
    if not calls:
        raise Refusal("no margin call is open")
    return min(calls, key=lambda call: call.seq)
