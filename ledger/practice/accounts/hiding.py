"""Blind play: what an account hides of its prices, and what it says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ledger.account.commands import Reveal
from ledger.market.blind.veil import Veil
from ledger.practice.library.catalog import tape_info
from ledger.practice.sessions.open_session import own_files
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.setup import Setup
from ledger.practice.words.formats import day
from ledger.refused import Refused
from ledger.times import Time, iso

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal


class Hiding(StrEnum):
    """How an account is played."""

    NOTHING = "nothing"
    BLIND = "blind"
    """Symbols, dates, scale of prices and their source are hidden until revealed, or the end."""
    EXAM = "exam"
    """Blind, without forks before the end and without haste in a margin call."""


def hidden(rehearsal: "Rehearsal", hiding: Hiding) -> "Rehearsal":
    """The rehearsal as a blind account sees it. Raises `Refused` for what cannot be hidden."""
    from ledger.practice.rehearsals.blind import veiled  # for the few that need it

    return veiled(rehearsal, veil_of(rehearsal), exam=hiding is Hiding.EXAM)


def veil_of(rehearsal: "Rehearsal") -> Veil:
    """What hides it. Raises `Refused` for what cannot be hidden."""
    from ledger.practice.rehearsals.blind import veil_over  # for the few that need it

    if own_files(rehearsal):
        raise Refused(
            "--blind: the path of a file would stand in the ledger; import the file first, with "
            "`tightrope tapes import FILE`"
        )
    return veil_over(rehearsal)


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
