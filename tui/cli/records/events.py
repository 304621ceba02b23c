"""`ledger` and `watch`: what happened, a line each, worded as in the desk's log."""

import time
from argparse import Namespace
from collections.abc import Container, Iterable, Mapping
from typing import Any

from ledger.books.file.damage import ledger_errors
from ledger.practice.sessions.ledger_reader import Reading, reading
from ledger.practice.words.narration import WORDS, narrate, word
from ledger.practice.words.wording import figure, when
from ledger.refused import Refused, nearest
from ledger.text import clean
from tui.cli.output import say, say_json, say_now
from tui.cli.paths import ledger_path
from tui.cli.records.statement_text import health_text, in_contracts, made_up, priced
from tui.exit_status import DONE

_POLL = 0.25
"""Seconds between two reads of the ledger."""


def run(arguments: Namespace) -> int:
    """Print the log once, or as it grows."""
    path = ledger_path(arguments)
    if arguments.command == "ledger":
        kinds = _kinds(arguments.kind)
        with reading(path, arguments.account) as account, ledger_errors(path):
            events = _asked_for(account, kinds, arguments)
            if arguments.json:
                for event in events:
                    say_json(event, line=True)
                return DONE
            currency, statement = account.currency(), account.statement()
            labels, contracts = made_up(statement), in_contracts(statement)
            for event in events:
                say(event_line(event, currency, labels, contracts))
        return DONE
    with reading(path, arguments.account) as account, ledger_errors(path):
        _watch(account, once=arguments.once)
    return DONE


def _asked_for(
    account: Reading, kinds: tuple[str, ...], arguments: Namespace
) -> Iterable[Mapping[str, Any]]:
    """All events of these kinds between two numbers; or a page of them, next to the number
    given."""
    after, before, limit = arguments.after or 0, arguments.before, arguments.limit
    if limit is None:
        return account.events(after, kinds, before=before)
    oldest = arguments.after is not None and before is None
    return account.page(limit, kinds, after=after, before=before, oldest=oldest)


def event_line(
    event: Mapping[str, Any],
    currency: str,
    labels: Container[str],
    contracts: Container[object] = (),
) -> str:
    """Time, the log's word, and the sentence; `labels` has the symbols of synthetic prices."""
    sentence = narrate(event, currency, contracts) + priced(event, labels)
    return f"{when(event.get('time')):<21} {word(event):<6} {sentence}"


def _kinds(names: str | None) -> tuple[str, ...]:
    """The types that a type or a log word stands for."""
    if names is None:
        return ()
    kinds = tuple(kind for kind, short in WORDS.items() if names.upper() == short)
    if names.lower() in WORDS:
        kinds = (names.lower(),)
    if not kinds:
        known = sorted({*WORDS, *WORDS.values()})
        raise Refused(f'--kind: no event is called "{clean(names, 40)}"; {nearest(names, known)}')
    return kinds


def _watch(account: Reading, *, once: bool) -> None:
    """The clock's line, then each new event and the clock's line again, until interrupted."""
    currency, seen = account.currency(), account.last_seq()
    labels, contracts = made_up(account.statement()), in_contracts(account.statement())
    version, clock = account.version(), _clock_line(account, currency)
    say_now(clock)
    while not once:
        time.sleep(_POLL)
        if version == (version := account.version()):
            continue
        for event in account.events(since=seen):
            seen += 1  # numbers have no gaps, whatever a forged body says
            say_now(event_line(event, currency, labels, contracts))
        if clock != (clock := _clock_line(account, currency)):
            say_now(clock)


def _clock_line(account: Reading, currency: str) -> str:
    statement = account.statement()
    return (
        f"{when(statement.get('time')):<21} CLOCK  equity {figure(statement.get('equity'))} "
        f"{currency}, {health_text(statement.get('health'))}"
        f"{', at synthetic prices' if made_up(statement) else ''}"
    )
