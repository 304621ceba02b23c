"""The journal's filter: `tag:breakout r<-1 closed:liquidation 2020-03`, all of which must hold.

A term is a word of its own (`long`, `win`), a day, month or year in which the trade was opened, a
key with a value (`tag:breakout`), a figure compared (`r<-1`, `held>2h`), or any other text: that is
searched in the symbol, the reasons, the tags and the notes. Double quotes keep words together.
`not:` before a term turns it round. A figure that a trade does not have (R without a stop) fits no
comparison.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial

from ledger.account.event_terms import ClosedBy, Direction
from ledger.market.rules.rulebook import Mode
from ledger.money import LARGEST, plain, sound
from ledger.practice.review.entry import Entry, Missing, Outcome
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import END_OF_TIME, FIRST_TIME, parse_time

Test = Callable[[Entry], bool]

WORDS: dict[str, Test] = {
    "long": lambda entry: entry.direction is Direction.LONG,
    "short": lambda entry: entry.direction is Direction.SHORT,
    "open": lambda entry: entry.is_open,
    "closed": lambda entry: not entry.is_open,
    "win": lambda entry: entry.outcome is Outcome.WIN,
    "loss": lambda entry: entry.outcome is Outcome.LOSS,
    "scratch": lambda entry: entry.outcome is Outcome.SCRATCH,
    "called": lambda entry: entry.calls > 0,
    "elsewhere": lambda entry: entry.elsewhere,
}
"""Terms that stand by themselves."""

FIGURES: dict[str, Callable[[Entry], Decimal | int | None]] = {
    "number": lambda entry: entry.number,
    "r": lambda entry: entry.r,
    "mae": lambda entry: entry.mae_r,
    "mfe": lambda entry: entry.mfe_r,
    "net": lambda entry: entry.net,
    "costs": lambda entry: entry.costs,
    "quantity": lambda entry: entry.quantity,
    "leverage": lambda entry: entry.leverage,
    "moves": lambda entry: entry.stop_moves,
    "calls": lambda entry: entry.calls,
    "held": lambda entry: entry.seconds,
}
"""What can be compared. MAE and MFE are in R, `moves` those of the stop, `held` a time."""

_SIGNS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_COMPARED = re.compile(r"([a-z_]+)(<=|>=|<|>|=)(.*)", re.DOTALL)
_KEYED = re.compile(r"([a-z_]+):(.*)", re.DOTALL)
_NUMBERS = re.compile(r"\d{1,9}(,\d{1,9})*", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d[\d,]*(\.\d*)?|\.\d+)", re.ASCII)
_TERM = re.compile(r"""(?:"[^"]*"?|[^\s"])+""")
_LIKE_A_DATE = re.compile(r"\d{4}-[\d-]*")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a journal is narrowed down by: trades that pass every test."""

    tests: tuple[Test, ...] = ()

    def matches(self, entry: Entry) -> bool:
        """Whether a trade passes."""
        return all(test(entry) for test in self.tests)

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """The trades that pass, in their order."""
        if not self.tests:
            return list(entries)
        return [entry for entry in entries if self.matches(entry)]


def parse(text: str) -> Filter:
    """The filter of a text as typed. Raises `Refused` with a line for each term that is not one."""
    return filter_of(term.replace('"', "") for term in _TERM.findall(text))


def filter_of(terms: Iterable[str]) -> Filter:
    """The filter of terms that were separated already. Raises `Refused`, as `parse` does."""
    tests: list[Test] = []
    faults: list[str] = []
    for term in terms:
        if not term.strip():
            continue
        try:
            tests.append(_test(term))
        except _Unknown as unknown:
            faults.append(f"{clean(term, 60)}: {unknown}")
    if faults:
        raise Refused(*faults)
    return Filter(tuple(tests))


class _Unknown(Exception):
    """What is wrong with a term, and what is allowed."""


def _test(term: str) -> Test:
    small = term.strip().lower()
    if small.startswith("not:"):
        turned = small.removeprefix("not:")
        if not turned.strip():
            raise _Unknown("a term is missing after not:")
        inner = _test(turned)
        return lambda entry: not inner(entry)
    if small in WORDS:
        return WORDS[small]
    if _DATE.fullmatch(small) and _is_day(small):
        return lambda entry: entry.opened.startswith(small)
    if _DATE.fullmatch(small) or _LIKE_A_DATE.fullmatch(small):
        raise _Unknown("not a date; write 2020, 2020-03 or 2020-03-12, from 1900 to 2199")
    if compared := _COMPARED.fullmatch(small):
        return _comparison(*compared.groups())
    if keyed := _KEYED.fullmatch(small):
        return _keyed(*keyed.groups())
    return partial(_says, small)


def _says(text: str, entry: Entry) -> bool:
    return text in entry.words


def _comparison(name: str, sign: str, text: str) -> Test:
    figure = FIGURES.get(name)
    if figure is None:
        raise _Unknown(f"no figure is called {name}; allowed: {', '.join(FIGURES)}")
    given = _time(text) if name == "held" else _number(text)
    compare = _SIGNS[sign]

    def test(entry: Entry) -> bool:
        value = figure(entry)
        return value is not None and compare(value, given)

    return test


def _is_day(text: str) -> bool:
    try:
        time = parse_time(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return FIRST_TIME <= time < END_OF_TIME


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _Unknown("not a number; write it like r<-1 or net>=1000")
    number = Decimal(text.replace(",", ""))
    if not sound(number):
        raise _Unknown(f"too large; a figure is below {plain(LARGEST)}")
    return number


def _time(text: str) -> Decimal:
    if not text or text[-1] not in _UNITS:
        raise _Unknown(f"not a time; write it like held>2h (units: {', '.join(_UNITS)})")
    return _number(text[:-1]) * _UNITS[text[-1]]


def _keyed(key: str, value: str) -> Test:
    make = KEYS.get(key)
    if make is None:
        raise _Unknown(f"no key is called {key}; allowed: {', '.join((*KEYS, 'not'))}")
    if not value:
        raise _Unknown(f"a value is missing after {key}:")
    return make(value)


def _tagged(value: str) -> Test:
    return lambda entry: any(tag.lower() == value for tag in entry.tags)


def _symbol(value: str) -> Test:
    return lambda entry: entry.symbol.lower() == value


def _text(value: str) -> Test:
    return partial(_says, value)


def _side(value: str) -> Test:
    side = _one_of(Direction, value)
    return lambda entry: entry.direction is side


def _mode(value: str) -> Test:
    mode = _one_of(Mode, value)
    return lambda entry: entry.mode is mode


def _closed(value: str) -> Test:
    by = _one_of(ClosedBy, value)
    return lambda entry: entry.closed_by is by


def _lacks(value: str) -> Test:
    missing = _one_of(Missing, value)
    return lambda entry: missing in entry.missing


def _numbered(value: str) -> Test:
    if not _NUMBERS.fullmatch(value):
        raise _Unknown("not trade numbers; write them like number:3,5,9")
    chosen = frozenset(map(int, value.split(",")))
    return lambda entry: entry.number in chosen


KEYS: dict[str, Callable[[str], Test]] = {
    "number": _numbered,
    "tag": _tagged,
    "symbol": _symbol,
    "side": _side,
    "mode": _mode,
    "closed": _closed,
    "missing": _lacks,
    "text": _text,
}
"""What a trade can be asked by; each makes a test of a value."""


Word = type[Direction] | type[Mode] | type[ClosedBy] | type[Missing]


def _one_of(words: Word, value: str) -> StrEnum:
    for word in words:
        if word.value.replace(" ", "_") == value.replace("-", "_").replace(" ", "_"):
            return word
    known = ", ".join(word.value.replace(" ", "_") for word in words)
    raise _Unknown(f"no such value; allowed: {known}")
