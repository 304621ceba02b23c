"""A plan for the session in words: for the log, for its form, and for a debrief."""

from collections.abc import Callable
from decimal import Decimal

from ledger.account.plan import PlanTerms
from ledger.money import plain
from ledger.practice.words.formats import trimmed_percent
from ledger.practice.words.wording import Wire, figure, is_zero, number_of, text
from ledger.text import clean


def session_planned(wire: Wire, unit: str) -> str:
    """The plan's name and its limits."""
    name = clean(str(wire["preset"]), 60) if wire.get("preset") else "of your own"
    return f"Plan for the session ({name}): {', '.join(limits(wire, unit)) or 'no limit'}"


def limits(wire: Wire, unit: str = "") -> list[str]:
    """Each limit that is set, in a few words."""
    return [say(wire, unit) for key, say in _LIMITS.items() if wire.get(key) is not None]


def limits_of(plan: PlanTerms, currency: str = "") -> list[str]:
    """The limits of a plan in a few words each."""
    wire = {
        key: plain(value) if isinstance(value, Decimal) else str(value)
        for key, value in {**plan.limits(), "purse": plan.purse}.items()
        if value is not None
    }
    return limits(wire, f" {currency}" if currency else "")


def _share(value: object) -> str:
    number = number_of(value)
    return figure(value) if number is None else trimmed_percent(number, 6)


def _per_trade(wire: Wire, unit: str) -> str:
    if not is_zero(wire.get("purse")):
        of = f"the purse ({figure(wire.get('purse'))}{unit})"
    else:
        of = "the account"
    return f"at most {_share(wire['loss_per_trade'])} of {of} lost on a trade"


def _trades(wire: Wire, unit: str) -> str:
    count = figure(str(wire["max_trades"]))
    return f"at most {count} {'trade' if count == '1' else 'trades'} a day"


_LIMITS: dict[str, Callable[[Wire, str], str]] = {
    "loss_per_trade": _per_trade,
    "max_leverage": lambda wire, unit: f"leverage up to {figure(wire['max_leverage'])}x",
    "max_trades": _trades,
    "answer_to_call": lambda wire, unit: f"if called: {text(wire, 'answer_to_call', 20)}",
    "put_aside": lambda wire, unit: f"{_share(wire['put_aside'])} of profit put aside",
    "daily_loss": lambda wire, unit: f"at most {_share(wire['daily_loss'])} lost in a day",
    "trailing_floor": lambda wire, unit: (
        f"never {_share(wire['trailing_floor'])} below the highest equity"
    ),
}
