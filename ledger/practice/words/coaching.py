"""A command as an instruction to the trader who is to give it: `Buy 200 ACME, stop at 92`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import OrderType, Side
from ledger.money import ONE, ZERO
from ledger.practice.words.formats import trimmed, trimmed_percent
from ledger.practice.words.incident_words import spoken

_EXACT = 12
"""Decimals that a price or a quantity may have."""


def proposed(command: c.TraderCommand, currency: str, drawn: Decimal = ZERO) -> str:
    """The command as an instruction, without a full stop.

    `drawn` is the loan that an order would draw, in the account's currency.
    """
    if isinstance(command, c.PlaceOrder):
        return _order(command, currency, drawn)
    return _WORDS[type(command)](command, currency)


def same_act(proposal: c.TraderCommand, done: c.TraderCommand) -> bool:
    """Whether what was `done` by hand is what was proposed, whatever its size and prices.

    A different amount or stop is the trader's own choice; proposing the same thing again would
    double it.
    """
    if type(proposal) is not type(done):
        return False
    return all(getattr(proposal, key, None) == getattr(done, key, None) for key in _SAME)


_SAME = ("symbol", "side", "answer")


def _order(order: c.PlaceOrder, currency: str, drawn: Decimal) -> str:
    verb = "Buy" if order.side is Side.BUY else "Sell"
    terms = ""
    if drawn:
        terms = f" with {_money(drawn, currency)} borrowed"
    elif order.leverage is not None and order.leverage != ONE:
        terms = f" with {_figure(order.leverage)}x leverage"
    parts = [f"{verb} {_size(order, currency)}{_kind(order)}{terms}"]
    if order.stop_loss is not None:
        parts.append(f"stop at {_figure(order.stop_loss)}")
    if order.targets:
        at = " and ".join(_figure(target.price) for target in order.targets)
        parts.append(f"target{'s' if len(order.targets) > 1 else ''} at {at}")
    return ", ".join(parts)


def _size(order: c.PlaceOrder, currency: str) -> str:
    if order.quantity is not None:
        return f"{_figure(order.quantity)} {order.symbol}"
    if order.notional is not None:
        return f"{order.symbol} for {_money(order.notional, currency)}"
    return f"{order.symbol} with {_money(order.risk or ZERO, currency)} at risk"


def _kind(order: c.PlaceOrder) -> str:
    if order.order_type is OrderType.LIMIT and order.limit is not None:
        return f" at {_figure(order.limit)} or better"
    if order.trigger is not None:
        return f" once it trades at {_figure(order.trigger)}"
    return ""


def _close(command: c.ClosePosition, _: str) -> str:
    if command.quantity is not None:
        return f"Close {_figure(command.quantity)} of the {command.symbol} position"
    if command.fraction != ONE:
        return f"Close {trimmed_percent(command.fraction, 2)} of the {command.symbol} position"
    return f"Close the {command.symbol} position"


def _stop(command: c.MoveStop, _: str) -> str:
    if command.price is not None:
        return f"Move the stop on {command.symbol} to {_figure(command.price)}"
    if command.trail is not None:
        return f"Trail the stop on {command.symbol} by {_figure(command.trail)}"
    behind = trimmed_percent(command.trail_fraction, 2)
    return f"Trail the stop on {command.symbol} by {behind}"


def _target(command: c.MoveTarget, _: str) -> str:
    where = "" if command.price is None else f" to {_figure(command.price)}"
    return f"Move the target on {command.symbol}{where}"


def _answer(command: c.AnswerCall, currency: str) -> str:
    if command.answer is Answer.WAIT:
        return "Let the margin call wait"
    if command.answer is Answer.DEPOSIT:
        amount = "what it asks for" if command.amount is None else _money(command.amount, currency)
        return f"Meet the margin call: deposit {amount}"
    verb = "sell" if command.answer is Answer.SELL else "hedge"
    of = [] if command.quantity is None else [_figure(command.quantity)]
    of += [] if command.symbol is None else [command.symbol]
    return " ".join([f"Meet the margin call: {verb}", *(of or ["what the broker would"])])


def _amount(words: str) -> Callable[[Any, str], str]:
    return lambda command, currency: words.format(_money(command.amount, currency))


_WORDS: dict[type, Callable[[Any, str], str]] = {
    c.Deposit: _amount("Deposit {}"),
    c.Withdraw: _amount("Withdraw {}"),
    c.Borrow: _amount("Borrow {}"),
    c.Repay: _amount("Repay {} of the loan"),
    c.Sweep: _amount("Sweep {} of profit out of the account"),
    c.ClosePosition: _close,
    c.MoveStop: _stop,
    c.RemoveStop: lambda command, _: f"Remove the stop on {command.symbol}",
    c.MoveTarget: _target,
    c.RemoveTarget: lambda command, _: f"Remove the target on {command.symbol}",
    c.AddMargin: lambda command, currency: (
        f"Add {_money(command.amount, currency)} of margin to {command.symbol}"
    ),
    c.RemoveMargin: lambda command, currency: (
        f"Take {_money(command.amount, currency)} of margin off {command.symbol}"
    ),
    c.CancelOrder: lambda command, _: f"Cancel order {command.id}",
    c.AmendOrder: lambda command, _: f"Amend order {command.id}",
    c.AnswerCall: _answer,
    c.AddNote: lambda command, _: f'Write a note: "{command.text}"',
    c.PlanSession: lambda command, _: f"Commit to the plan {command.preset or 'of your own'}",
    c.ReviewFinding: lambda command, _: f"Review the finding {command.finding}",
    c.CreateRule: lambda command, _: f'Give yourself rule v{command.version}: "{command.text}"',
    c.PickLots: lambda command, _: f"Pick the lots of the sale in event {command.sale}",
    c.Reveal: lambda _, __: "Show what the blind account hides",
    c.ChangeRules: lambda _, __: "The venue changes its rules",
    c.StartIncident: lambda command, _: f"Incident at the venue: {spoken(command.kind)}",
}


def _figure(value: Decimal) -> str:
    return trimmed(value, _EXACT)


def _money(value: Decimal, currency: str) -> str:
    return f"{trimmed(value, 8, least=2)} {currency}"
