"""`twin`: an account and its twin side by side, as plain lines, also while the desk runs."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from ledger.books.file.errors import LedgerUnusable
from ledger.practice.sessions.find_account import check_there
from ledger.practice.sessions.ledger_reader import reading
from ledger.practice.sessions.open_session import look
from ledger.practice.views.twin_view import Both, Past, Side, past_of, rows, side_of
from ledger.practice.views.twin_words import difference, told
from ledger.practice.words.wording import when
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import iso
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE

_LABEL, _WIDE = 14, 32


def run(arguments: Namespace) -> int:
    """The table and the difference in words, or the same as JSON."""
    both = _read(ledger_path(arguments), arguments.name or arguments.account)
    if arguments.json:
        say_json({**both.wire(), "difference": difference(both)})
    else:
        say(*_lines(both))
    return DONE


def _read(path: Path, name: str | None) -> Both:
    check_there(path)
    session = look(path, name, LedgerUnusable(path, "it was opened to be read"))
    try:
        account, twin = session.account, session.twin
        if twin is None:
            raise Refused(
                f"{clean(account.name, 60)} has no twin; `tightrope new … --twin MODE` begins an "
                "account with one"
            )
        other = twin.session.account
        return Both(
            side_of(account, session.market, _past(path, account.name)),
            side_of(other, twin.session.market, _past(path, other.name)),
        )
    finally:
        session.close()


def _past(path: Path, name: str) -> Past:
    with reading(path, name) as account:
        return past_of(account)


def _lines(both: Both) -> Iterator[str]:
    first = both.first.view
    yield f"At {when(iso(first.time))} UTC, in {first.currency}:"
    yield ""
    for label, one, other in (
        ("", *(clean(side.account, _WIDE - 2) for side in both.sides)),
        ("rule book", *(clean(side.venue, _WIDE - 2) for side in both.sides)),
        ("margin mode", *(side.mode for side in both.sides)),
        *rows(both),
    ):
        yield f"{clean(label, 40):<{_LABEL}}{one:>{_WIDE}}{other:>{_WIDE}}".rstrip()
    yield ""
    yield from difference(both)
    for word, events in (
        ("Closed", [side.past.closed for side in both.sides]),
        ("Refused", both.refused_alone()),
    ):
        for side, wires in zip(both.sides, events, strict=True):
            yield from _list(word, side, [*wires])


def _list(word: str, side: Side, wires: list[object]) -> Iterator[str]:
    if wires:
        yield ""
        yield f"{word} in {clean(side.account, 60)}:"
        yield from (f"  {told(side, wire)}" for wire in wires if isinstance(wire, dict))
