"""`rehearse`: a rehearsal file run to its end without a screen."""

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.account.events.kinds import Event
from ledger.books.file.errors import LedgerError
from ledger.books.wire.codec import to_wire
from ledger.market.instrument import in_contracts
from ledger.practice.accounts.names import checked_name, slug
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.scenarios.run import run as run_to_the_end
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.statement import Statement, write_statement
from ledger.text import clean
from tui.cli.output import Progress, leave_quietly, say, say_json
from tui.cli.paths import named_ledger
from tui.cli.records.events import event_line
from tui.cli.records.statement_text import statement_lines
from tui.exit_status import DONE, RunFailed


def run(arguments: Namespace) -> int:
    """Run the rehearsal to its end. Everything is checked before anything is written."""
    path = Path(arguments.file)
    ledger = named_ledger(arguments)
    name = account_name(path) if arguments.account is None else arguments.account
    checked_name(name, "--account")
    rehearsal = load_rehearsal(path)
    session = begin(rehearsal, ledger, name)
    listener = _Listener(session, as_json=arguments.json, stays=ledger is not None)
    try:
        _play(session, rehearsal, listener)
    except LedgerError as fault:
        raise RunFailed(str(fault)) from fault
    listener.conclude(session.statement())
    return DONE


def _play(session: Session, rehearsal: Rehearsal, listener: "_Listener") -> None:
    progress = Progress()
    actions = () if session.fate else rehearsal.actions  # a scenario's are sent automatically
    try:
        run_to_the_end(session, actions, listener.hear, progress.reach)
    finally:
        progress.done()
        session.close()


def account_name(path: Path) -> str:
    """The default name of an account: that of the file."""
    return slug(path.stem)


class _Listener:
    """Prints each event once it is committed, numbered as in the ledger.

    A run with a ledger goes on when nobody reads its output any more; another one may stop.
    """

    def __init__(self, session: Session, *, as_json: bool, stays: bool) -> None:
        self._account = session.account.name
        self._currency = session.account.currency
        self._labels = session.timeline.synthetic
        self._contracts = in_contracts(session.account.instruments)
        self._as_json = as_json
        self._stays = stays
        self._seq = 0
        if not as_json:
            self._print(*_made_up(self._labels))
        self.hear(session.began)

    def hear(self, events: tuple[Event, ...]) -> None:
        """Print the next events, in order."""
        for event in events:
            self._seq += 1
            self._say(to_wire(event, self._seq, self._account))

    def conclude(self, last: Statement) -> None:
        """Print the statement: one more line of JSON, or a page."""
        self._say(write_statement(last))

    def _say(self, wire: dict[str, Any]) -> None:
        if not self._as_json:
            if wire["type"] == "statement":
                self._print("", *statement_lines(wire))
            else:
                self._print(event_line(wire, self._currency, self._labels, self._contracts))
            return
        with self._unheard():
            say_json(wire, line=True)

    def _print(self, *lines: str) -> None:
        with self._unheard():
            say(*lines)

    @contextmanager
    def _unheard(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            if not self._stays:
                raise
            leave_quietly()


def _made_up(labels: Mapping[str, str]) -> list[str]:
    """Say before everything else which prices nobody recorded."""
    return [
        f"{clean(symbol, 24)}: {clean(label, 120)}. These prices were never traded."
        for symbol, label in labels.items()
    ]
