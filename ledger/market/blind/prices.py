"""Tapes of prices and of funding rates behind a veil."""

from array import array
from collections.abc import Iterable
from dataclasses import replace

from ledger.market.blind.veil import Veil
from ledger.market.corporate import CorporateAction
from ledger.market.instrument import OptionTerms
from ledger.market.tapes.origin import Derived
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.times import Time

HIDDEN = "blind"
"""Stands where a tape's id or file would be named."""

PAST = 500
"""Bars that stay before the start: how many there are of a whole tape gives away its date."""

_VOLUME_DIGITS = 2
"""Decimals by which volumes become finer, so that little of them is lost by the division."""


def veiled_tape(tape: Tape, veil: Veil, start: Time) -> Tape:
    """The same prices under another name, on another scale, at other times, with `PAST` bars at
    most before the true start.

    It keeps its market's true sessions, and its label if it was worked out.
    """
    assert tape.recipe is None, "made-up prices have nothing to hide"
    finer = 10**_VOLUME_DIGITS
    first = max(tape.find(start) - PAST, 0)
    return replace(
        tape,
        symbol=veil.names[tape.symbol],
        source=HIDDEN,
        sha256=veil.fingerprint(tape.sha256),
        times=_moved(tape.times[first:], veil),
        opens=_scaled(tape.opens[first:], veil),
        highs=_scaled(tape.highs[first:], veil),
        lows=_scaled(tape.lows[first:], veil),
        closes=_scaled(tape.closes[first:], veil),
        volume_step=tape.volume_step.scaleb(-_VOLUME_DIGITS),
        volumes=[volume * finer // veil.factor for volume in tape.volumes[first:]],
        lent_by=None,
        derived=None if tape.derived is None else _derived(tape.derived, veil),
        actions=tuple(_action(a, veil) for a in tape.actions if tape.find(a.at) >= first),
        shift=tape.shift + veil.shift,
    )


def veiled_rates(rates: FundingTape, veil: Veil) -> FundingTape:
    """The same rates at other times."""
    return replace(
        rates,
        symbol=veil.names[rates.symbol],
        source=HIDDEN,
        sha256=veil.fingerprint(rates.sha256),
        times=_moved(rates.times, veil),
    )


def veiled_terms(terms: OptionTerms, veil: Veil) -> OptionTerms:
    """An option on the veiled underlying."""
    return replace(
        terms,
        on=veil.names[terms.on],
        strike=veil.price(terms.strike),
        expires=veil.time(terms.expires),
    )


def _derived(made_of: Derived, veil: Veil) -> Derived:
    if made_of.option is None:
        return made_of
    return replace(made_of, option=veiled_terms(made_of.option, veil))


def _action(action: CorporateAction, veil: Veil) -> CorporateAction:
    dividend = None if action.dividend is None else veil.price(action.dividend)
    return CorporateAction(
        symbol=veil.names[action.symbol],
        at=veil.time(action.at),
        dividend=dividend,
        split=action.split,
    )


def _moved(times: Iterable[int], veil: Veil) -> "array[int]":
    return array("q", (time + veil.shift for time in times))


def _scaled(prices: Iterable[int], veil: Veil) -> "array[int]":
    return array("q", (price * veil.factor for price in prices))
