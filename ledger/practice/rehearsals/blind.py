"""A rehearsal behind a veil: its engine, its books and every screen see only this one."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from ledger.market.blind.listing import veiled_instrument, veiled_rulebook
from ledger.market.blind.prices import veiled_rates, veiled_tape
from ledger.market.blind.veil import Veil
from ledger.market.instrument import Kind
from ledger.market.tapes.tape import Tape
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.refused import Refused
from ledger.times import DAY, Time

EPOCH = 4_197_052_800
"""Monday, 1 January 2103: a blind account starts in this week. Nobody takes the year for true."""

FACTORS = (3, 7, 11, 13, 17, 19, 23)
"""What prices may be multiplied by: no factor moves the decimal point alone, or only doubles."""

_WEEK = 7
_THURSDAY = 3
"""1 January 1970 was one; Monday is 0."""


def veil_over(rehearsal: Rehearsal) -> Veil:
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


def veiled(rehearsal: Rehearsal, veil: Veil, *, exam: bool = False) -> Rehearsal:
    """The same rehearsal with everything that gives away its prices replaced."""
    names = veil.names
    first = {each.underlying: names[s] for s, each in reversed(rehearsal.instruments.items())}

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
            names[symbol]: veiled_instrument(each, veil, first)
            for symbol, each in rehearsal.instruments.items()
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
    day = time // DAY
    return (day - (day + _THURSDAY) % _WEEK) * DAY
