"""`new`: an account of one's own, begun as any rehearsal is."""

from argparse import Namespace
from dataclasses import replace
from random import SystemRandom
from typing import Any

from ledger.money import plain
from ledger.practice.accounts.derived_choice import derived_choice
from ledger.practice.accounts.first_money import begin_own
from ledger.practice.accounts.hiding import Hiding
from ledger.practice.accounts.names import checked_name
from ledger.practice.accounts.new_account import (
    RANDOM,
    AccountRequest,
    TapeChoice,
    rehearsal_of,
    tape_choice,
)
from ledger.practice.accounts.purse import typed_amount
from ledger.practice.accounts.twin_choice import twin_of
from ledger.practice.funds import MUCH
from ledger.practice.library.session_plans import find_preset
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.practice.sessions.session import Session
from ledger.practice.words.wording import figure, percent, when
from ledger.refused import Refused
from ledger.times import iso
from tui.cli.options.pairs import pairs
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE

_SEEDS = 1_000_000
"""The number of seeds to draw from if none is given: short enough to be typed again."""


def run(arguments: Namespace) -> int:
    """Begin the account. Everything is checked before the ledger is opened."""
    request = _requested(arguments)
    rehearsal = rehearsal_of(request)
    twin = twin_of(request, rehearsal)
    purse = None if arguments.purse is None else typed_amount(arguments.purse, "--purse")
    plan = None if arguments.plan is None else find_preset(arguments.plan, "--plan").terms
    session = begin_own(
        replace(rehearsal, plan=plan),
        ledger_path(arguments),
        request.name,
        purse=purse,
        twin=None if twin is None else replace(twin, plan=plan),
        hiding=request.hiding,
    )
    session.close()
    begun = _wire(session, rehearsal)
    if arguments.json:
        say_json(begun)
    else:
        say(*_lines(begun, session))
    return DONE


def _requested(arguments: Namespace) -> AccountRequest:
    hiding = _hiding(arguments)
    drawn = (
        arguments.start == RANDOM or arguments.incidents is not None or hiding is not Hiding.NOTHING
    )
    seed = str(SystemRandom().randrange(_SEEDS)) if drawn else "0"
    return AccountRequest(
        name=checked_name(arguments.name, "NAME"),
        venue=arguments.venue,
        mode=arguments.mode,
        tapes=_tapes(arguments),
        start=arguments.start,
        until=arguments.until,
        deposit=arguments.deposit,
        fills=arguments.fills,
        rules=tuple(pairs(arguments.set).items()),
        incidents=arguments.incidents,
        seed=seed if arguments.seed is None else arguments.seed,
        twin=arguments.twin,
        hiding=hiding,
        draws_tape=arguments.draw_tape,
    )


def _hiding(arguments: Namespace) -> Hiding:
    if arguments.exam:
        return Hiding.EXAM
    return Hiding.BLIND if arguments.blind else Hiding.NOTHING


def _tapes(arguments: Namespace) -> tuple[TapeChoice, ...]:
    """Recorded tapes first, then what is made from them."""
    found = [
        *map(tape_choice, arguments.tape),
        *(derived_choice("token", text) for text in arguments.token),
        *(derived_choice("option", text) for text in arguments.option),
    ]
    if not found:
        raise Refused("--tape: enter at least one, or a --token")
    return tuple(found)


def _wire(session: Session, rehearsal: Rehearsal) -> dict[str, Any]:
    account, timeline = session.account, session.timeline
    return {
        "account": account.name,
        "venue": rehearsal.rulebook.id,
        "mode": rehearsal.mode.value,
        "currency": account.currency,
        "symbols": list(timeline.tapes),
        "time": iso(session.market.time),
        "start": iso(timeline.start),
        "end": iso(timeline.end),
        "deposit": plain(account.totals.deposited),
        "fills": rehearsal.fills.value,
        "seed": rehearsal.seed,
        "incidents": sum(not action.index for action in rehearsal.actions),
        "rules": dict(rehearsal.overrides),
        "history": {s: tape.find(timeline.start) for s, tape in timeline.tapes.items()},
        "purse": plain(session.funds.left) if session.funds else None,
        "blind": session.truth is not None,
        "exam": session.exam,
        "twin": _twin(session),
    }


def _twin(session: Session) -> dict[str, str] | None:
    if session.twin is None:
        return None
    account = session.twin.session.account
    return {
        "account": account.name,
        "venue": account.rulebook.id,
        "mode": account.mode.value,
    }


def _lines(begun: dict[str, Any], session: Session) -> list[str]:
    symbols = ", ".join(begun["symbols"])
    bars = ", ".join(f"{symbol} {count:,}" for symbol, count in begun["history"].items())
    return [
        f"{begun['account']}: {begun['venue']}, {begun['mode']}, {symbols}",
        f"Paid in {figure(begun['deposit'])} {begun['currency']}; the clock stands at "
        f"{when(begun['time'])} UTC, the tapes end {when(begun['end'])} UTC (seed {begun['seed']})",
        f"Bars before the start: {bars}",
        *_twin_lines(begun),
        *_blind_lines(begun),
        *_purse_lines(session),
        "`tightrope` opens it on the desk.",
    ]


def _twin_lines(begun: dict[str, Any]) -> list[str]:
    twin = begun["twin"]
    if twin is None:
        return []
    return [
        f"Twin: {twin['account']}, {twin['venue']}, {twin['mode']}. Every command goes to both; "
        "its money is not from your purse. `tightrope twin` shows them side by side."
    ]


def _blind_lines(begun: dict[str, Any]) -> list[str]:
    if not begun["blind"]:
        return []
    played = "An exam: blind, and not forked before it has ended" if begun["exam"] else "Blind"
    return [
        f"{played}: symbols, dates and the scale of prices are not the true ones; "
        f"`tightrope reveal {begun['account']}` shows them, on record"
    ]


def _purse_lines(session: Session) -> list[str]:
    funds, currency = session.funds, session.account.currency
    if funds is None:
        return []
    share = funds.at_risk(session.statement().equity)
    much = ": more than a fifth" if share > MUCH else ""
    return [
        f"The purse holds {figure(plain(funds.left))} {currency} more; {percent(plain(share))} of "
        f"your practice money is in accounts{much}"
    ]
