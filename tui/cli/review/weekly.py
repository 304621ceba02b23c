"""`review`: the week in five parts, and the rule for the next one."""

from argparse import Namespace

from ledger.practice.review.weekly.own_rule import conditions, create_rule
from ledger.practice.review.weekly.span import Length
from ledger.practice.review.weekly.week import WeekReader
from ledger.practice.review.weekly.week_wire import review_wire
from ledger.practice.review.weekly.week_words import review_lines
from tui.cli.output import Progress, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The review as lines or as JSON, or a rule put on record."""
    if arguments.rule is not None:
        return _rule(arguments)
    length = Length.WEEK if arguments.month is None else Length.MONTH
    day = arguments.week if arguments.month is None else arguments.month
    progress = Progress(speaks=False)
    review = WeekReader(ledger_path(arguments), arguments.account).read(length, day, progress.reach)
    progress.done()
    if arguments.json:
        say_json(review_wire(review))
        return DONE
    say(*review_lines(review))
    if review.rule is None:
        say(f"Conditions that can be tested: {conditions()}", "`tightrope review --rule RULE`")
    return DONE


def _rule(arguments: Namespace) -> int:
    made = create_rule(ledger_path(arguments), arguments.account, arguments.rule)
    if arguments.json:
        say_json({"version": made.version, "text": made.text, "test": made.test or None})
        return DONE
    say(f"Rule v{made.version}: {made.text}")
    if not made.test:
        say("Not testable: the review will ask you to judge it yourself. To have it tested, name")
        say(f"a condition: {conditions()}")
    return DONE
