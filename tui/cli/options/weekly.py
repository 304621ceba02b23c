"""What `review` takes."""

from argparse import ArgumentParser

from tui.cli.options.report import day


def grow(parser: ArgumentParser) -> None:
    """The options of `review`."""
    parser.description = (
        "The review of a week in five parts: was the plan kept, results in R, what managing the "
        "trades brought, findings, and one rule for the next week, which its review tests. Weeks "
        "run from Monday to Sunday of the account's market time."
    )
    span = parser.add_mutually_exclusive_group()
    span.add_argument(
        "--week",
        metavar="DATE",
        type=day,
        help="the week with this day (YYYY-MM-DD); default: the one the clock stands in",
    )
    span.add_argument("--month", metavar="DATE", type=day, help="the month with this day instead")
    span.add_argument(
        "--rule",
        metavar="RULE",
        help="put a rule on record that replaces the one before: a condition that can be tested "
        "(no_widening, most_trades=3, …), or a sentence",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")
