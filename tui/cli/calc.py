"""`calc`: the desk's arithmetic for one position, with the engine's own functions."""

import re
from argparse import Namespace
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ledger.account.state import Side
from ledger.market.faults import Refused
from ledger.market.rulebook import Mode, Rulebook
from ledger.market.text import clean
from ledger.market.times import Time, parse_time
from ledger.money import LARGEST, plain
from ledger.practice import calculators
from ledger.practice.catalog import load_venue
from ledger.practice.wording import figure
from tui.cli.output import say, say_json
from tui.cli.status import DONE

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_SIDES = {"long": Side.BUY, "short": Side.SELL}
_WIDTH = 20


def run(arguments: Namespace) -> int:
    """One calculation, as lines or as one JSON document."""
    typed = {
        name.removeprefix("calc_"): text
        for name, text in vars(arguments).items()
        if name.startswith("calc_") and text is not None
    }
    result = _wire(_CALCULATIONS[arguments.what](typed))
    if arguments.json:
        say_json(result)
    else:
        say(*_lines(result))
    return DONE


def _token(typed: Mapping[str, str]) -> Mapping[str, Any]:
    moves = typed["moves"].split(",")
    faulty = next((move for move in moves if not _NUMBER.fullmatch(move)), None)
    if faulty is not None:
        raise Refused(f"--moves: {clean(faulty, 40)!r} is no plain number; allowed: -0.10,0.05")
    if not _NUMBER.fullmatch(typed["multiple"]):
        raise Refused("--multiple: allowed: a plain number such as 3 or -3")
    return calculators.token(Decimal(typed["multiple"]), [Decimal(move) for move in moves])


def _liquidation(typed: Mapping[str, str]) -> Mapping[str, Any]:
    keys = {
        "maintenance": "maintenance_margin",
        "maintenance_amount": "maintenance_amount",
        "maintenance_at": "maintenance_at",
    }
    rules = {rule: typed[key] for key, rule in keys.items() if key in typed}
    try:
        book = calculators.with_figures(_book(typed), rules, _maybe(typed, "close_fee"))
    except Refused as refused:
        raise Refused(*(_as_typed(fault, keys) for fault in refused.faults)) from None
    return calculators.liquidation(
        book,
        mode=Mode(typed["mode"]),
        side=_SIDES[typed["side"]],
        entry=_number(typed, "entry"),
        quantity=_number(typed, "quantity"),
        leverage=_number(typed, "leverage"),
        wallet=_maybe(typed, "wallet"),
    )


def _call(typed: Mapping[str, str]) -> Mapping[str, Any]:
    return calculators.call(
        _number(typed, "value"),
        _number(typed, "loan"),
        _number(typed, "maintenance"),
        _maybe(typed, "price"),
    )


def _interest(typed: Mapping[str, str]) -> Mapping[str, Any]:
    since = _time(typed, "from")
    seconds = calculators.seconds_of(_maybe(typed, "hours"), since, _time(typed, "to"))
    return calculators.interest(_book(typed), _number(typed, "principal"), seconds, since)


def _size(typed: Mapping[str, str]) -> Mapping[str, Any]:
    return calculators.size(
        _number(typed, "equity"),
        _number(typed, "risk_fraction"),
        _number(typed, "entry"),
        _number(typed, "stop"),
        _maybe(typed, "leverage"),
    )


def _requirement(typed: Mapping[str, str]) -> Mapping[str, Any]:
    return calculators.required(
        _book(typed),
        side=_SIDES[typed["side"]],
        price=_number(typed, "price"),
        quantity=_number(typed, "quantity"),
        leverage=_maybe(typed, "leverage"),
    )


def _cost(typed: Mapping[str, str]) -> Mapping[str, Any]:
    return calculators.cost(
        _book(typed),
        mode=Mode(typed["mode"]),
        side=_SIDES[typed["side"]],
        price=_number(typed, "price"),
        quantity=_number(typed, "quantity"),
        leverage=_maybe(typed, "leverage"),
    )


def _excess(typed: Mapping[str, str]) -> Mapping[str, Any]:
    return calculators.excess(**{key: _number(typed, key) for key in typed})


_CALCULATIONS = {
    "token": _token,
    "liquidation": _liquidation,
    "call": _call,
    "interest": _interest,
    "size": _size,
    "requirement": _requirement,
    "cost": _cost,
    "excess": _excess,
}


def _book(typed: Mapping[str, str]) -> Rulebook:
    return load_venue(typed["venue"]).rulebook


def _number(typed: Mapping[str, str], key: str) -> Decimal:
    """An exact number below the largest that a ledger can hold."""
    text = typed[key]
    if not _NUMBER.fullmatch(text):
        shown = clean(text, 40)
        raise Refused(f'{key}: "{shown}" is no plain number; allowed: digits with one point')
    number = Decimal(text)
    if abs(number) >= LARGEST:
        raise Refused(f"{key}: {clean(text, 40)} is too large; allowed: less than {plain(LARGEST)}")
    return number


def _maybe(typed: Mapping[str, str], key: str) -> Decimal | None:
    return _number(typed, key) if key in typed else None


def _time(typed: Mapping[str, str], key: str) -> Time | None:
    if key not in typed:
        return None
    try:
        return parse_time(typed[key])
    except (ValueError, OverflowError):
        shown = clean(typed[key], 40)
        raise Refused(
            f'{key}: "{shown}" is no time; allowed: such as 2024-01-01T00:00:00Z'
        ) from None


def _as_typed(fault: str, keys: Mapping[str, str]) -> str:
    """A fault by the option that was typed instead of the rule it stands for."""
    named = {rule: key for key, rule in keys.items()}
    rule, colon, problem = fault.partition(": ")
    return f"{named.get(rule, rule)}{colon}{problem}"


def _wire(value: Any) -> Any:
    """Decimals as strings in plain notation, all the way down; counts stay numbers."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return {key: _wire(item) for key, item in value.items()}
    return [_wire(item) for item in value] if isinstance(value, list) else value


def _lines(result: Mapping[str, Any], indent: str = "") -> list[str]:
    """A name and its figure a line; the rows of a list below their name."""
    lines = []
    for key, value in result.items():
        told = f"{indent}{key.replace('_', ' '):<{_WIDTH}}"
        if isinstance(value, list):
            lines.append(told.rstrip())
            lines += [f"  {_inline(row)}" for row in value]
        else:
            lines.append(f"{told}{figure(value)}")
    return lines


def _inline(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {figure(value)}" for key, value in row.items())
