"""The incident deck: incidents drawn from a seed, with their times, the same ones each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from ledger.account.commands import StartIncident
from ledger.account.incident import LASTING, IncidentKind
from ledger.times import HOUR, Time

DRAWN = tuple(
    kind
    for kind in IncidentKind
    if kind in LASTING or kind in (IncidentKind.HACK, IncidentKind.AUTO_DELEVERAGING)
)
"""What a deck holds by default: the other kinds need figures that only a person can choose."""
_MARK = "deck/"
_HOURS = {IncidentKind.WITHDRAWAL_FREEZE: (24, 72)}
_SHARES = {
    IncidentKind.HACK: (5, 25),
    IncidentKind.ORDER_REJECTS: (20, 80),
    IncidentKind.PARTIAL_FILLS: (20, 60),
    IncidentKind.SPREAD_WIDENING: (1, 3),
}
"""The lowest and highest share, in percent."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An incident that strikes at the first bar from `at` on."""

    at: Time
    command: StartIncident


def draw(
    seed: int, draws: int, kinds: Sequence[IncidentKind], start: Time, end: Time
) -> list[Drawn]:
    """`draws` incidents between two times, in order of time."""
    chance = Random(f"deck {seed}")
    incidents = []
    for number in range(draws):
        kind = kinds[chance.randrange(len(kinds))]
        low, high = _HOURS.get(kind, (1, 6))
        lasts = chance.randint(low, high) * HOUR
        least, most = _SHARES.get(kind, (0, 0))
        share = Decimal(chance.randint(least, most)) / 100 if most else None
        command = StartIncident(
            kind=kind,
            lasts=lasts if kind in LASTING else 0,
            share=share,
            seconds=chance.randint(30, 900) if kind is IncidentKind.LATENCY else 0,
            seed=seed * 1000 + 500 + number,
        )
        incidents.append(Drawn(start + chance.randrange(max(end - start, 1)), command))
    return sorted(incidents, key=lambda drawn: drawn.at)


def named(seed: int, draws: int) -> str:
    """The mark of an account begun with a whole deck: enough to draw it again."""
    return f"{_MARK}{seed}/{draws}"


def is_deck(mark: str) -> bool:
    """Whether a mark is that of a deck."""
    return mark.startswith(_MARK)


def drawn_again(mark: str, start: Time, end: Time) -> list[Drawn]:
    """The deck a mark stands for; empty for any other mark."""
    seed, slash, draws = mark.removeprefix(_MARK).partition("/")
    if not (mark.startswith(_MARK) and slash and seed.isdecimal() and draws.isdecimal()):
        return []
    return draw(int(seed), int(draws), DRAWN, start, end)
