"""A new account: the request becomes the text of a rehearsal file.

So the file's reader checks it, with the same bounds and faults, and nothing can be requested here
that is not a rehearsal.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from ledger.market.tapes.tape import Tape
from ledger.practice.accounts.hiding import Hiding, veil_of
from ledger.practice.rehearsals.rehearsal import Rehearsal, read_rehearsal
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time, iso

HISTORY = 200
"""Bars before a random start, if the tapes have them, and as many to play."""
RANDOM = "random"
_FEWEST = 2
"""Bars of which the end can be drawn."""

_FILE = Path("new-account.toml")
"""The request's name among files; relative paths in it start at the working folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeChoice:
    """One symbol and its prices: a tape's id or a path; `funding` may be a yearly rate.

    Prices `made` from another tape, a token's or an option's, are the keys and values of a source.
    """

    symbol: str
    source: str
    mark: str | None = None
    funding: str | None = None
    made: tuple[tuple[str, str], ...] = ()

    @property
    def option(self) -> str:
        """The option of the command that asks for it."""
        return f"--{self.made[0][0] if self.made else 'tape'} {clean(self.symbol, 40)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRequest:
    """The options as typed; `None` for those that were not. `rules` are pairs of key and value."""

    name: str
    venue: str
    mode: str | None
    tapes: tuple[TapeChoice, ...]
    start: str
    deposit: str
    until: str | None = None
    fills: str | None = None
    rules: tuple[tuple[str, str], ...] = ()
    incidents: str | None = None
    seed: str = "0"
    twin: str | None = None
    """What else is played beside it: MODE, VENUE or VENUE:MODE."""
    hiding: Hiding = Hiding.NOTHING
    draws_tape: bool = False
    """Only one of the tapes is traded, drawn by the seed."""


def tape_choice(text: str) -> TapeChoice:
    """`SYMBOL=ID[,mark=ID][,funding=ID or rate]` in its parts. Raises `Refused`."""
    named, *others = re.split(r",(?=(?:mark|funding)=)", text)
    symbol, equals, source = named.partition("=")
    chosen = dict(other.split("=", 1) for other in others)
    if not (equals and symbol and source):
        raise Refused(
            f'--tape: "{clean(text, 60)}" is not SYMBOL=ID; '
            "such as BTCUSDT=btcusdt-perp-binance-1h-2019-2025"
        )
    if len(chosen) < len(others):
        raise Refused(f"--tape {clean(symbol, 40)}: mark or funding is given twice")
    return TapeChoice(
        symbol=symbol, source=source, mark=chosen.get("mark"), funding=chosen.get("funding")
    )


def rehearsal_of(request: AccountRequest) -> Rehearsal:
    """The rehearsal with which the account begins. Raises `Refused` with every fault."""
    start = request.start
    if request.draws_tape:
        request = replace(request, tapes=(_drawn(request),), draws_tape=False)
    if start == RANDOM:
        probe = _read(request, None)
        until = probe.end if request.until is not None else None
        start = iso(start_at_random(probe.tapes.values(), probe.seed, until))
    found = _read(request, start)
    if request.hiding is not Hiding.NOTHING:
        veil_of(found)  # refused here, where faults of a request are reported
        if request.until is None:
            return _read(replace(request, until=iso(end_at_random(found))), start)
    return found


def _drawn(request: AccountRequest) -> TapeChoice:
    if any(tape.made for tape in request.tapes):
        raise Refused("--draw-tape: a token or an option is not drawn; leave it out")
    return request.tapes[Random(f"tape {request.seed}").randrange(len(request.tapes))]


def start_at_random(tapes: Iterable[Tape], seed: int, until: Time | None = None) -> Time:
    """The open of a bar that the seed draws, with `HISTORY` bars of each tape before it and as many
    after; in a tape too short for that, half and a quarter of it. Raises `Refused`."""
    rows = [tape.times[: len(tape) if until is None else tape.find(until)] for tape in tapes]
    if not all(rows):
        raise Refused("--until: a tape has no bar before it")
    low = max(times[min(HISTORY, len(times) // 2)] for times in rows)
    high = min(times[-1 - min(HISTORY, len(times) // 4)] for times in rows)
    open_to = [time for time in rows[0] if low <= time <= high]
    if not open_to:
        raise Refused(
            "--start: the tapes have too few bars in common; give a time instead of random"
        )
    return open_to[Random(f"start {seed}").randrange(len(open_to))]


def end_at_random(rehearsal: Rehearsal) -> Time:
    """The open of a bar in the second half of what is left: how far it is to a tape's own end gives
    away the date."""
    tape = next(iter(rehearsal.tapes.values()))
    left = tape.part(rehearsal.start, rehearsal.end)
    if len(left) < _FEWEST:
        return rehearsal.end
    half = len(left) // 2
    return tape.times[left[half + Random(f"end {rehearsal.seed}").randrange(len(left) - half)]]


def history(rehearsal: Rehearsal) -> dict[str, int]:
    """The number of bars of each symbol before the start."""
    return {symbol: tape.find(rehearsal.start) for symbol, tape in rehearsal.tapes.items()}


def _read(request: AccountRequest, start: str | None) -> Rehearsal:
    try:
        return read_rehearsal("\n".join([*_lines(request, start), ""]), _FILE)
    except Refused as refused:
        faults = [_in_options(request, fault) for fault in refused.faults]
        raise Refused(*dict.fromkeys(faults)) from None


def _lines(request: AccountRequest, start: str | None) -> Iterator[str]:
    """The lines of the file. Without a start it has no deposit either, which needs a time."""
    head = {
        "title": request.name,
        "venue": request.venue,
        "mode": request.mode,
        "fills": request.fills,
        "start": start,
        "end": request.until,
        "seed": request.seed,
    }
    yield from _keys(head)
    for tape in request.tapes:
        yield "[[tape]]"
        if tape.made:
            yield from _keys({"symbol": tape.symbol})
            yield f"source = {{ {', '.join(_keys(dict(tape.made)))} }}"
            continue
        row = {"symbol": tape.symbol, "source": tape.source}
        yield from _keys({**row, "mark": tape.mark, "funding": tape.funding})
    if request.rules:
        yield "[rules]"
        yield from _keys(dict(request.rules))
    if request.incidents is not None and request.incidents != "0":
        yield "[deck]"
        yield from _keys({"draws": request.incidents})
    if start is not None:
        yield "[[do]]"
        yield from _keys({"at": start, "deposit": request.deposit})


def _keys(values: dict[str, str | None]) -> Iterator[str]:
    return (f"{_quoted(key)} = {_quoted(text)}" for key, text in values.items() if text is not None)


def _quoted(text: str) -> str:
    """A TOML string: JSON writes it the same way, except for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_OPTIONS = {
    "venue": "--venue",
    "mode": "--mode",
    "fills": "--fills",
    "start": "--start",
    "end": "--until",
    "seed": "--seed",
    "deck.draws": "--incidents",
    "do[1].at": "--start",
    "do[1].deposit": "--deposit",
}


def _in_options(request: AccountRequest, fault: str) -> str:
    """A fault of the file, naming the option instead of the key."""
    match = re.fullmatch(rf"{re.escape(_FILE.name)}(?::\d+)?: ([^\s:]+): (.*)", fault, re.DOTALL)
    if match is None:
        return fault.removeprefix(f"{_FILE.name}: ")
    key, problem = match[1], match[2]
    if of_tape := re.fullmatch(r"tape\[(\d+)\]\.(?:source\.)?(\w+)", key):
        tape, part = request.tapes[int(of_tape[1]) - 1], of_tape[2]
        aside = "" if part in ("symbol", "source") else f", {part}"
        return f"{tape.option}{aside}: {problem}"
    if made := next((tape for tape in request.tapes if tape.made and tape.symbol == key), None):
        return f"{made.option}, {problem}"
    if key.startswith("rules."):
        return f"--set {key.removeprefix('rules.')}: {problem}"
    return f"{_OPTIONS.get(key, key)}: {problem}"
