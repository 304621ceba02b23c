"""The form of a synthetic market: its rows, and the rehearsal file that they stand for.

What is typed becomes the text of a rehearsal, so that the file's reader judges it: the same bounds,
the same faults, and nothing that a file could not contain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from ledger.market.rules.rulebook import Mode
from ledger.money import plain, trim
from ledger.times import INTERVALS
from tui.text.entry import number
from tui.widgets.fields import Field, Values

START = "2024-01-01T00:00:00Z"
SYMBOLS = ("ALFA", "BETA", "GAMMA", "DELTA")
DEFAULT_MODE = "default"
PATH, EXAMPLE = "this path", "another seed"
"""What the picture shows: the future of this very market, or one of the same kind that gives
nothing away."""

_MODELS = ("gbm", "jump", "regimes", "gaps", "bootstrap")
_OF = {
    "jump_rate": "jump",
    "jump_mean": "jump",
    "jump_deviation": "jump",
    "panic_volatility": "regimes",
    "calm_days": "regimes",
    "panic_days": "regimes",
    "gap_deviation": "gaps",
    "tape": "bootstrap",
    "block": "bootstrap",
}
"""Rows that apply to one model only."""
_WALKS = ("drift", "volatility", "interval")
_SHARES = ("drift", "volatility", "jump_mean", "jump_deviation", "panic_volatility",
           "gap_deviation", "correlation")  # fmt: skip
"""Typed as percent, fractions in a file."""
_TOLD = {
    "gbm": "Geometric Brownian motion: moves of constant volatility.",
    "jump": "Small moves with an occasional jump (Merton 1976).",
    "regimes": "Long calm spells, then a panic with much larger moves.",
    "gaps": "Sessions from Monday to Friday, with a gap every night.",
    "bootstrap": "Blocks of a recorded tape reshuffled: real moves, another history.",
}
_HUNDRED = Decimal(100)


def rows(venues: Sequence[str], seed: int = 1) -> tuple[Field, ...]:
    """Every row; `hidden` says which of them are shown."""
    return (
        Field("model", "Model", "jump", _MODELS),
        Field("seed", "Seed", str(seed), hint="another seed, another market"),
        Field("tape", "Tape", "gme-us-1d-2019-2024", hint="a tape's id", limit=80),
        Field("block", "Mean block", "20", hint="bars, or days"),
        Field("start_price", "First price", "100"),
        Field("drift", "Drift %", "5", hint="a year"),
        Field("volatility", "Vol. %", "80", hint="a year"),
        Field("jump_rate", "Jumps/year", "24"),
        Field("jump_mean", "Jump %", "-5", hint="mean of its logarithm"),
        Field("jump_deviation", "  +/- %", "8", hint="its deviation"),
        Field("panic_volatility", "Panic %", "240", hint="volatility in a panic"),
        Field("calm_days", "Calm days", "30", hint="mean length of a calm"),
        Field("panic_days", "Panic days", "3", hint="mean length of a panic"),
        Field("gap_deviation", "Gap %", "2", hint="deviation of a night's gap"),
        Field("bars", "Bars", "2000"),
        Field("interval", "Bar", "1h", tuple(INTERVALS)),
        Field("count", "Instruments", "1", ("1", "2", "3", "4")),
        Field("correlation", "Correl. %", "70", hint="of each two of them"),
        Field("venue", "Venue", venues[0], tuple(venues)),
        Field("mode", "Margin", DEFAULT_MODE, (DEFAULT_MODE, *Mode)),
        Field("deposit", "Deposit", "10000", hint="at the start"),
        Field("incidents", "Incidents", "0", hint="drawn by the seed"),
        Field("shown", "Shown", PATH, (PATH, EXAMPLE)),
    )


def hidden(values: Values) -> set[str]:
    """Rows that have no effect with these values."""
    model = values["model"]
    names = {name for name, of in _OF.items() if of != model}
    if model == "bootstrap":
        names |= {*_WALKS, "correlation"}
    if values["count"] == "1":
        names.add("correlation")
    return names


def example(values: Values) -> Values:
    """The same market with the next seed, if that is a number."""
    seed = values["seed"].strip()
    known = seed.isascii() and seed.isdecimal() and len(seed) < 19
    return {**values, "seed": str(int(seed) + 1)} if known else values


def describe(values: Values) -> str:
    """What the model is, in a sentence."""
    return _TOLD[values["model"]]


def page(values: Values, bars: int | None = None) -> str:
    """The rehearsal file; `bars` cuts it short. Raises `Unreadable` for what is not a number."""
    model = values["model"]
    whole = number(values["bars"], "Bars")
    most = whole if bars is None else min(whole, Decimal(bars))
    source = {"model": model, "start_price": values["start_price"], "bars": plain(trim(most))}
    shown = set(values) - hidden(values)
    source |= {name: values[name] for name in (*_OF, *_WALKS, "correlation") if name in shown}
    texts = ", ".join(f"{name} = {_text(name, value)}" for name, value in source.items())
    lines = [
        f'title = "Made-up {model}, seed {_digits(values["seed"])}"',
        f"venue = {_quoted(values['venue'])}",
        *([] if values["mode"] == DEFAULT_MODE else [f"mode = {_quoted(values['mode'])}"]),
        f"start = {START}",
        f"seed = {_quoted(values['seed'])}",
    ]
    for symbol in SYMBOLS[: int(values["count"])]:
        lines += ["[[tape]]", f'symbol = "{symbol}"', f"source = {{ {texts} }}"]
    draws = plain(trim(number(values["incidents"], "Incidents")))
    if draws != "0":
        lines += ["[deck]", f"draws = {draws}"]
    deposit = plain(trim(number(values["deposit"], "Deposit")))
    return "\n".join([*lines, "[[do]]", f"at = {START}", f'deposit = "{deposit}"', ""])


def complaint(fault: str) -> str:
    """A fault of the file in the form's words: which row, and what is allowed."""
    text = re.sub(r"^[^:\s]+(:\d+)?: ", "", fault)
    key, _, problem = text.partition(": ")
    name = key.split(".")[-1].split("[")[0]
    labels = {row.name: row.label.strip() for row in rows(("",))} | {"draws": "Incidents"}
    label = "+/- %" if name == "jump_deviation" else labels.get(name, name)
    factor = " (a file has fractions: 1 is 100%)" if name in _SHARES else ""
    return f"{label}: {problem}{factor}" if problem else text


def _text(name: str, typed: str) -> str:
    if name not in _SHARES:
        return _quoted(typed.strip())
    sign = "-" if typed.strip().startswith("-") else ""
    label = next(row.label.strip() for row in rows(("",)) if row.name == name)
    share = number(typed.strip().removeprefix("-"), label) / _HUNDRED
    return f'"{sign}{plain(trim(share))}"'


def _quoted(text: str) -> str:
    """A TOML string: JSON writes it the same way."""
    return json.dumps(text, ensure_ascii=False)


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")[:20]
