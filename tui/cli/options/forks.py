"""What `fork` and `compare` take."""

from argparse import ArgumentParser

READY = ("stop-left", "plan-size", "call-sell", "call-pay", "half-at-1r", "half-leverage")
"""The ready-made forks, by name: what defines them is loaded only when one is made."""


def grow_fork(parser: ArgumentParser) -> None:
    """The options of `fork`."""
    parser.description = (
        "Go back to a decision and try another line. The account you played stays as it is. The "
        "fork has everything that happened before the decision, and undoes the decision itself: "
        "you are back in the market at that moment and can decide again."
    )
    parser.add_argument(
        "--at",
        metavar="SEQ",
        help="the decision to undo, by the number of any event it led to: an order, a stop or "
        "target, an answer to a call, margin, money in or out, a note (default: list them all)",
    )
    parser.add_argument(
        "--as", dest="name", metavar="NAME", help="the name of the fork (default: ACCOUNT-fork)"
    )
    parser.add_argument(
        "--ready",
        choices=READY,
        help="replace the decision by a rule, repeat your later commands and run to the account's "
        "present time: leave the stop where it was; size an add within the planned loss; answer "
        "the call (--at any event of it) at once by selling or by paying; take half off at a gain "
        "of 1 R; half the size at half the leverage",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def grow_compare(parser: ArgumentParser) -> None:
    """The options of `compare`."""
    parser.description = (
        "Compare the results of two accounts since they split. The rows add up to the difference "
        "(second minus first), to the cent, at the earlier of their two market times."
    )
    parser.add_argument("first", metavar="NAME", help="an account, such as the one that was forked")
    parser.add_argument("second", metavar="NAME", help="another, such as the fork")
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")
