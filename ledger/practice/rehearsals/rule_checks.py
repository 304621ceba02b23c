"""Rule changes in a rehearsal: each is checked against the book that the last one left."""

from collections.abc import Iterable, Iterator

from ledger.account.commands import ChangeRules, StartIncident
from ledger.engine.commands.incidents import CHANGED, change_of, wrong_way
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Rulebook
from ledger.refused import Refused


def faults_of(
    book: Rulebook, changes: Iterable[tuple[int, object]]
) -> Iterator[tuple[int, str, str]]:
    """The number, action name and fault of each invalid rule change, in order of time.

    Other commands are skipped. Incidents that cut or raise a figure change the rules too.
    """
    for number, command in changes:
        action = "change_rules"
        if isinstance(command, StartIncident) and command.kind in CHANGED:
            action = "incident"
            if command.figure is None:
                continue  # reported where the file is read
            problem = wrong_way(book, command)
            if problem is not None:
                yield number, action, problem
            command = change_of(command)
        if not isinstance(command, ChangeRules):
            continue
        try:
            book = override(book, command.rules)
        except Refused as refused:
            for fault in refused.faults:
                yield number, action, fault.removeprefix("rules.")
