"""`calc`: the desk's arithmetic for one position, with the engine's own functions."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from ledger.market.rules.rulebook import Rulebook
from ledger.money import ONE, RATIO_STEP, ZERO, plain
from ledger.practice.calc import calculators
from ledger.practice.calc.answers import Answer
from ledger.practice.calc.call_calculator import Borrowed, margin_call
from ledger.practice.calc.carry_calculator import holding_cost
from ledger.practice.calc.nearest_stop import LIQUIDATED_FIRST
from ledger.practice.calc.one_position import lender
from ledger.practice.calc.size_calculator import size, size_at
from ledger.practice.words.wording import figure
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.figures.calc_typed import NUMBER, Typed
from tui.cli.output import say, say_json
from tui.exit_status import DONE

_WIDTH = 20

_SENTENCES = {
    "liquidated_first": f"{LIQUIDATED_FIRST}: the stop lies beyond the liquidation price.",
    "funding_unknown": "Funding is left out: give a yearly rate as --set funding_rate=RATE.",
}
"""What is said if a figure is true; nothing if it is false."""


def run(arguments: Namespace) -> int:
    """One calculation, as lines or as one JSON document."""
    typed = Typed(arguments)
    result = _wire(typed.asking(_CALCULATIONS[arguments.what]))
    if arguments.json:
        say_json(result)
    else:
        say(*_lines(result, typed.in_contracts))
    return DONE


def _token(typed: Typed) -> Answer:
    multiple = typed.number("multiple")
    moves = [_move(text) for text in typed.text("moves").split(",")]
    fee = typed.book(lender(ZERO)).taker_fee if "venue" in typed or typed.rules() else None
    return calculators.token(multiple, moves, fee)


def _move(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise Refused(
            f"moves: {clean(text, 40)!r} is not a plain number; allowed: such as -0.10,0.05"
        )
    return Decimal(text)


def _liquidation(typed: Typed) -> Answer:
    book = calculators.with_figures(typed.book(), {}, typed.maybe("close_fee", typed.number))
    entry = typed.price("entry")
    return calculators.liquidation(
        book,
        mode=typed.mode(book),
        side=typed.side(),
        entry=entry,
        quantity=typed.quantity(book),
        leverage=typed.number("leverage"),
        wallet=typed.maybe("wallet", _money(typed, book)),
        tick=typed.tick(entry),
    )


def _call(typed: Typed) -> Answer:
    if not {"maintenance", "venue"} & typed.given and "maintenance_margin" not in typed.rules():
        raise Refused("maintenance: is missing; give a rate, or --venue to use a rule book's")
    book = typed.book(lender(ZERO))
    money = _money(typed, book)
    if "venue" not in typed and not ZERO < book.schedules[0].long_rate < ONE:
        raise Refused("maintenance: is out of range; allowed: between 0 and 1")
    return margin_call(
        book,
        Borrowed(
            side=typed.side(),
            value=typed.maybe("value", money),
            quantity=typed.maybe("quantity", lambda _: typed.quantity(book)),
            price=typed.maybe("price", typed.price),
            loan=typed.maybe("loan", money) or ZERO,
            cash=typed.maybe("cash", money) or ZERO,
            entry=typed.maybe("entry", typed.price),
            leverage=typed.maybe("leverage", typed.number),
            lot=typed.lot(book),
        ),
    )


def _interest(typed: Typed) -> Answer:
    book = typed.book()
    since = typed.maybe("from", typed.time)
    hours, until = typed.maybe("hours", typed.number), typed.maybe("to", typed.time)
    seconds = calculators.seconds_of(hours, since, until)
    return calculators.interest(book, typed.number("principal"), seconds, since)


def _carry(typed: Typed) -> Answer:
    book = typed.book()
    since = typed.maybe("from", typed.time)
    hours, until = typed.maybe("hours", typed.number), typed.maybe("to", typed.time)
    return holding_cost(
        book,
        mode=typed.mode(book),
        side=typed.side(),
        price=typed.price("price"),
        quantity=typed.quantity(book),
        seconds=calculators.seconds_of(hours, since, until),
        leverage=typed.maybe("leverage", typed.number),
        since=since,
    )


def _size(typed: Typed) -> Answer:
    share, leverage = typed.number("risk_fraction"), typed.maybe("leverage", typed.number)
    book = typed.book(lender(ZERO))
    equity = typed.amount("equity", book.currency)
    entry, stop = typed.price("entry"), typed.price("stop")
    if "venue" in typed:
        mode, lot, tick = typed.mode(book), typed.lot(book), typed.tick(entry)
        return size_at(book, mode, equity, share, entry, stop, leverage, lot, tick)
    if "mode" in typed:
        raise Refused("mode: needs --venue")
    lot = typed.lot(book) if "lot" in typed else RATIO_STEP
    if "max_leverage" in typed.rules() or "initial_margin" in typed.rules():
        leverage = min(leverage or book.max_leverage, book.max_leverage)
    return size(equity, share, entry, stop, leverage, lot, book.taker_fee)


def _requirement(typed: Typed) -> Answer:
    book = typed.book()
    return calculators.required(
        book,
        mode=typed.mode(book),
        side=typed.side(),
        price=typed.price("price"),
        quantity=typed.quantity(book),
        leverage=typed.maybe("leverage", typed.number),
    )


def _cost(typed: Typed) -> Answer:
    book = typed.book()
    return calculators.cost(
        book,
        mode=typed.mode(book),
        side=typed.side(),
        price=typed.price("price"),
        quantity=typed.quantity(book),
        leverage=typed.maybe("leverage", typed.number),
    )


def _excess(typed: Typed) -> Answer:
    book = typed.book(calculators.regulation_t())
    names = ("value", "loan", "cash", "sma", "paid_in", "bought")
    amounts = {name: typed.amount(name, "USD") for name in names if name in typed}
    return calculators.excess(**amounts, margin=book.initial_margin)


def _money(typed: Typed, book: Rulebook) -> Callable[[str], Decimal]:
    return partial(typed.amount, currency=book.currency)


_CALCULATIONS: dict[str, Callable[[Typed], Answer]] = {
    "token": _token,
    "liquidation": _liquidation,
    "call": _call,
    "interest": _interest,
    "carry": _carry,
    "size": _size,
    "requirement": _requirement,
    "cost": _cost,
    "excess": _excess,
}


def _wire(value: Any) -> Any:
    """Decimals as strings in plain notation, all the way down; counts stay numbers."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return {key: _wire(item) for key, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, tuple) else value


def _lines(result: Mapping[str, Any], in_contracts: bool) -> list[str]:
    """A name and its figure per line; the rows of a list below their name."""
    lines = []
    for key, value in result.items():
        name = "contracts" if in_contracts and key == "quantity" else key.replace("_", " ")
        if isinstance(value, bool):
            lines += [_SENTENCES[key]] if value else []
            continue
        heading = f"{name:<{_WIDTH - 1}} "
        if isinstance(value, list):
            lines.append(heading.rstrip())
            lines += [f"  {_inline(row)}" for row in value]
        else:
            lines.append(f"{heading}{figure(value)}")
    return lines


def _inline(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {figure(value)}" for key, value in row.items())
