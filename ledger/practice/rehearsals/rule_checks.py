"""Rules that a rehearsal changes on its way: each change on the book that the last one left."""

from collections.abc import Iterable, Iterator

from ledger.account.commands import ChangeRules, StartIncident
from ledger.engine.commands.incidents import CHANGED, change_of, wrong_way
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Rulebook
from ledger.refused import Refused


def faults_of(
    book: Rulebook, changes: Iterable[tuple[int, object]]
) -> Iterator[tuple[int, str, str]]:
    """What is wrong with numbered commands in the order of their times, and the action's name.

    Others are passed by. A cut or a hike changes the rules too.
    """
    for number, command in changes:
        action = "change_rules"
        if isinstance(command, StartIncident) and command.kind in CHANGED:
            action = "incident"
            if command.figure is None:
                continue  # told where the file is read
            wrong = wrong_way(book, command)
            if wrong is not None:
                yield number, action, wrong
            command = change_of(command)
        if not isinstance(command, ChangeRules):
            continue
        try:
            book = override(book, command.rules)
        except Refused as refused:
            for problem in refused.faults:
                yield number, action, problem.removeprefix("rules.")
