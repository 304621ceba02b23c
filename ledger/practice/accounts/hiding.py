"""Blind play: what an account hides of its prices, and what it says in the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any

from ledger.account.commands import Reveal
from ledger.market.blind.listing import veiled_instrument, veiled_rulebook
from ledger.market.blind.prices import veiled_rates, veiled_tape
from ledger.market.blind.veil import Veil
from ledger.market.instrument import Kind
from ledger.market.tapes.tape import Tape
from ledger.practice.library.catalog import tape_info
from ledger.practice.sessions.open_session import own_files
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.setup import Setup
from ledger.practice.words.formats import day
from ledger.refused import Refused
from ledger.times import DAY, Time, iso

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal


EPOCH = 4_197_052_800
"""Monday, 1 January 2103: a blind account starts in this week. Nobody takes the year for true."""

FACTORS = (3, 7, 11, 13, 17, 19, 23)
"""What prices may be multiplied by: no factor moves the decimal point alone, or only doubles."""

_WEEK = 7
_THURSDAY = 3
"""1 January 1970 was one; Monday is 0."""


class Hiding(StrEnum):
    """How an account is played."""

    NOTHING = "nothing"
    BLIND = "blind"
    """Symbols, dates, scale of prices and their source are hidden until revealed, or the end."""
    EXAM = "exam"
    """Blind, without forks before the end and without haste in a margin call."""


def hidden(rehearsal: "Rehearsal", hiding: Hiding) -> "Rehearsal":
    """The rehearsal as a blind account sees it. Raises `Refused` for what cannot be hidden."""
    return veiled(rehearsal, veil_of(rehearsal), exam=hiding is Hiding.EXAM)


def veil_of(rehearsal: "Rehearsal") -> Veil:
    """What hides it. Raises `Refused` for what cannot be hidden."""
    if own_files(rehearsal):
        raise Refused(
            "--blind: the path of a file would stand in the ledger; import the file first, with "
            "`tightrope tapes import FILE`"
        )
    return veil_over(rehearsal)


def veil_over(rehearsal: "Rehearsal") -> Veil:
    """The veil that the rehearsal's seed draws. Raises `Refused` for what cannot be hidden."""
    if rehearsal.rulebook.trades is Kind.INVERSE:
        raise Refused(
            f"--blind: accounts of {rehearsal.rulebook.id} are in the coin that is traded, which "
            "names it; choose another rule book"
        )
    made_up = [symbol for symbol, tape in rehearsal.tapes.items() if tape.recipe is not None]
    if made_up:
        raise Refused(
            f"--blind: the prices of {', '.join(made_up)} are synthetic: nobody knows them"
        )
    named = [symbol for symbol in rehearsal.tapes if symbol.lower() in rehearsal.title.lower()]
    if named:
        raise Refused(f"NAME: it names {named[0]}, which blind play hides; choose another")
    return draw_veil(rehearsal.tapes, rehearsal.start, rehearsal.seed)


def veiled(rehearsal: "Rehearsal", veil: Veil, *, exam: bool = False) -> "Rehearsal":
    """The same rehearsal with everything that gives away its prices replaced."""
    names = veil.names
    listed = rehearsal.instruments
    exposures = {each.exposed_to: names[symbol] for symbol, each in reversed(listed.items())}

    def over(tapes: dict[str, Tape]) -> dict[str, Tape]:
        return {
            names[symbol]: veiled_tape(tape, veil, rehearsal.start)
            for symbol, tape in tapes.items()
        }

    return replace(
        rehearsal,
        rulebook=veiled_rulebook(rehearsal.rulebook, veil),
        start=veil.time(rehearsal.start),
        end=veil.time(rehearsal.end),
        instruments={
            names[symbol]: veiled_instrument(
                each, veil, exposures, by_class=rehearsal.rulebook.by_class
            )
            for symbol, each in listed.items()
        },
        tapes=over(rehearsal.tapes),
        marks=over(rehearsal.marks),
        funding={names[s]: veiled_rates(rates, veil) for s, rates in rehearsal.funding.items()},
        actions=tuple(replace(action, at=veil.time(action.at)) for action in rehearsal.actions),
        veil=veil,
        behind=rehearsal,
        exam=exam,
    )


def draw_veil(symbols: Iterable[str], start: Time, seed: int) -> Veil:
    """The veil that a seed draws over an account on these symbols."""
    chance = Random(f"blind {seed}")
    names = {symbol: _neutral(number) for number, symbol in enumerate(symbols)}
    return Veil(
        shift=EPOCH - _monday_before(start),
        factor=FACTORS[chance.randrange(len(FACTORS))],
        names=names,
        salt=f"{chance.getrandbits(128):032x}",
    )


def _neutral(number: int) -> str:
    """AAA, BBB, …, ZZZ, AAA2, …"""
    again, letter = divmod(number, 26)
    return chr(ord("A") + letter) * 3 + (str(again + 1) if again else "")


def _monday_before(time: Time) -> Time:
    days = time // DAY
    return (days - (days + _THURSDAY) % _WEEK) * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a blind account was: `symbols` and `tapes` by the account's own symbols. Prices are
    multiplied by `factor`, times are `shift` seconds after the true ones, `start` and `end`."""

    symbols: Mapping[str, str]
    tapes: Mapping[str, str]
    factor: int
    shift: int
    start: Time
    end: Time

    def wire(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "symbols": dict(self.symbols),
            "tapes": dict(self.tapes),
            "factor": self.factor,
            "shift": self.shift,
            "start": iso(self.start),
            "end": iso(self.end),
        }

    def sentences(self, now: Time) -> list[str]:
        """What a person is told; `now` is the account's own time."""
        lines = []
        for name, true in self.symbols.items():
            info = tape_info(self.tapes[name])
            title = self.tapes[name] if info is None else f"{info.title} ({info.id})"
            lines.append(f"{name} is {true}: {title}")
        true_now = day(now - self.shift, weekday=True, year=True)
        return [
            *lines,
            f"Started on {day(self.start, weekday=True, year=True)}; now it is {true_now}.",
            f"Prices are shown times {self.factor}; money, weekdays and times of day are true.",
        ]


def truth_of(setup: Setup) -> Truth:
    """What the setup of a blind account says."""
    veil = setup.veil
    assert veil is not None, "of a blind account"
    return Truth(
        symbols={name: symbol for symbol, name in veil.names.items()},
        tapes={veil.names[symbol]: tape.origin.source for symbol, tape in setup.tapes.items()},
        factor=veil.factor,
        shift=veil.shift,
        start=setup.start,
        end=setup.end,
    )


def truth_behind(session: Session) -> Truth:
    """What it hides, or hid. Raises `Refused` where nothing ever was hidden."""
    if session.truth is None:
        raise Refused(f"{session.account.name} hides nothing: it is not blind")
    return truth_of(session.truth)


def revealing(session: Session) -> Reveal:
    """The command that ends blind play while the tape goes on. Raises as `truth_behind`."""
    truth = truth_behind(session)
    return Reveal(
        symbols=dict(truth.symbols),
        tapes=dict(truth.tapes),
        factor=truth.factor,
        true_time=session.market.time - truth.shift,
    )


def reveal(session: Session) -> Truth:
    """Show what it hides, on record while its tape goes on. Raises as `truth_behind`."""
    if session.hides:
        session.send(revealing(session))
    return truth_behind(session)
