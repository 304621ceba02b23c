"""A twin for a new account: the same tapes, start and deposits under another mode or rule book."""

from dataclasses import replace

from ledger.market.rules.rulebook import Mode
from ledger.practice.accounts.new_account import AccountRequest, rehearsal_of
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import iso


def twin_of(request: AccountRequest, lead: Rehearsal) -> Rehearsal | None:
    """The rehearsal of the twin that a request asks for, beside that of the account itself.

    Overrides of figures go to it too where it has the same rule book; under another one it plays by
    that book as it is published. Marks and funding are left out where its book uses none. Raises
    `Refused` with every fault.
    """
    if request.twin is None:
        return None
    venue, mode = _chosen(request)
    same = venue == request.venue
    wanted = replace(
        request,
        venue=venue,
        mode=mode,
        start=iso(lead.start),
        rules=request.rules if same else (),
        incidents=None,
        twin=None,
    )
    try:
        twin = _read(wanted)
    except Refused as refused:
        raise Refused(*(f"--twin: {_bare(fault)}" for fault in refused.faults)) from None
    if twin.rulebook.currency != lead.rulebook.currency:
        raise Refused(
            f"--twin: {twin.rulebook.id} is in {twin.rulebook.currency} and {lead.rulebook.id} in "
            f"{lead.rulebook.currency}; choose a rule book in the same currency"
        )
    if (twin.rulebook.id, twin.mode) == (lead.rulebook.id, lead.mode):
        raise Refused(
            f"--twin: the account itself is {lead.rulebook.id} {lead.mode}; choose another mode or "
            "rule book"
        )
    return twin


def _chosen(request: AccountRequest) -> tuple[str, str | None]:
    """Venue and mode of `MODE`, `VENUE` or `VENUE:MODE`."""
    assert request.twin is not None, "one is asked for"
    if request.twin in {mode.value for mode in Mode}:
        return request.venue, request.twin
    venue, colon, mode = request.twin.rpartition(":")
    if not colon:
        venue, mode = request.twin, ""
    if not venue or (colon and mode not in {each.value for each in Mode}):
        raise Refused(
            f'--twin: "{clean(request.twin, 60)}" is not MODE, VENUE or VENUE:MODE; such as cross, '
            f"or {clean(request.venue, 60)}:isolated"
        )
    return venue, mode or None


def _bare(fault: str) -> str:
    """Without the option that names the account's own rule book or mode."""
    return fault.removeprefix("--venue: ").removeprefix("--mode: ").removeprefix("venue: ")


def _read(wanted: AccountRequest) -> Rehearsal:
    """With marks and funding if the book uses them, else without."""
    bare = tuple(replace(tape, mark=None, funding=None) for tape in wanted.tapes)
    book = rehearsal_of(replace(wanted, tapes=bare))
    return book if book.rulebook.funding is None else rehearsal_of(wanted)
