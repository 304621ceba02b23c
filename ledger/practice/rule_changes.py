"""Rules that a rehearsal changes on its way: each change on the book that the last one left."""

from collections.abc import Iterable, Iterator

from ledger.account.commands import ChangeRules
from ledger.market.faults import Refused
from ledger.market.overrides import override
from ledger.market.rulebook import Rulebook


def faults_of(book: Rulebook, changes: Iterable[tuple[int, object]]) -> Iterator[tuple[int, str]]:
    """What is wrong with numbered commands in the order of their times; others are passed by."""
    for number, command in changes:
        if not isinstance(command, ChangeRules):
            continue
        try:
            book = override(book, command.rules)
        except Refused as refused:
            for problem in refused.faults:
                yield number, problem.removeprefix("rules.")
