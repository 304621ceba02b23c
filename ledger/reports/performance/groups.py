"""Trades that have something in common, side by side: which of them earn, and which only cost."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from ledger.reports.performance.ratios import mean
from ledger.reports.performance.results import Result, Verdict
from ledger.times import DAY, HOUR

FEW = 4
"""A group of fewer trades is greyed: it shows nothing yet."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BANDS = (1, 2, 3, 5, 10, 20, 50)


class By(StrEnum):
    """What trades are grouped by. Hour and weekday are those of the opening, in UTC."""

    SYMBOL = "symbol"
    TAG = "tag"
    HOUR = "hour"
    WEEKDAY = "weekday"
    LEVERAGE = "leverage"
    MODE = "mode"
    CONFIDENCE = "confidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The trades with one `key`, by `trades` their numbers. `mean_r` is over the `with_r` of them
    that had a stop."""

    key: str
    n: int
    won: int
    lost: int
    net: float
    with_r: int
    mean_r: float | None
    trades: tuple[int, ...]

    @property
    def few(self) -> bool:
        """Whether there are too few to say anything."""
        return self.n < FEW


def groups(results: Iterable[Result], by: By) -> list[Group]:
    """The groups in the order of their keys; a trade with several tags is in several groups."""
    found: dict[tuple[int, str], list[Result]] = {}
    for result in results:
        for key in _KEYS[by](result):
            found.setdefault(key, []).append(result)
    return [_group(key, found[order, key]) for order, key in sorted(found)]


def _group(key: str, results: Sequence[Result]) -> Group:
    rs = [each.r for each in results if each.r is not None]
    verdicts = [each.verdict for each in results]
    return Group(
        key=key,
        n=len(results),
        won=verdicts.count(Verdict.WON),
        lost=verdicts.count(Verdict.LOST),
        net=fsum(each.net for each in results),
        with_r=len(rs),
        mean_r=mean(rs) if rs else None,
        trades=tuple(each.number for each in results),
    )


_Keys = list[tuple[int, str]]
"""Keys of one trade, each after the number that orders it among the others."""


def _hour(result: Result) -> _Keys:
    hour = result.opened % DAY // HOUR
    return [(hour, f"{hour:02}:00")]


def _weekday(result: Result) -> _Keys:
    day = (result.opened // DAY + 3) % 7  # 1 January 1970 was a Thursday
    return [(day, WEEKDAYS[day])]


def band(leverage: float) -> tuple[int, str]:
    """The band of a leverage: up to 1x, up to 2x, … each without its lower end."""
    for number, upper in enumerate(_BANDS):
        if leverage <= upper:
            lower = _BANDS[number - 1] if number else 0
            return number, f"{lower}–{upper}x" if lower else f"up to {upper}x"
    return len(_BANDS), f"over {_BANDS[-1]}x"


def _leverage(result: Result) -> _Keys:
    return [] if result.leverage is None else [band(result.leverage)]


def _confidence(result: Result) -> _Keys:
    given = result.confidence
    return [(0, "not given")] if given is None else [(given, f"{given} of 5")]


_KEYS: dict[By, Callable[[Result], _Keys]] = {
    By.SYMBOL: lambda result: [(0, result.symbol)],
    By.TAG: lambda result: [(0, tag) for tag in dict.fromkeys(result.tags)] or [(1, "no tag")],
    By.HOUR: _hour,
    By.WEEKDAY: _weekday,
    By.LEVERAGE: _leverage,
    By.MODE: lambda result: [(0, result.mode)],
    By.CONFIDENCE: _confidence,
}
