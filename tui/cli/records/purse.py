"""`purse`: what there is for practice outside the accounts, and `purse set AMOUNT`."""

from argparse import Namespace

from ledger.money import plain
from ledger.practice.accounts.purse import PurseRow, purses, set_purse
from ledger.practice.words.wording import figure
from ledger.refused import Refused
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The purses, or one after it was set."""
    path = ledger_path(arguments)
    if arguments.act is None:
        rows = [r for r in purses(path) if arguments.currency in (None, r.currency)]
    elif arguments.amount is None:
        raise Refused("purse set: the amount is missing, such as `tightrope purse set 10000`")
    else:
        rows = [set_purse(path, arguments.amount, arguments.currency)]
    if arguments.json:
        say_json([row.wire() for row in rows])
    elif rows:
        say(*(line for row in rows for line in _lines(row)))
    else:
        complain("no purse yet; `tightrope new` or `tightrope purse set AMOUNT` sets one")
    return DONE


def _lines(row: PurseRow) -> list[str]:
    money = row.currency
    head = (
        f"The purse holds {figure(plain(row.left))} {money}"
        f" (set to {figure(plain(row.set_to))} {money})"
    )
    paid = [
        f"  {name}: {figure(plain(abs(amount)))} {money} {'paid in' if amount > 0 else 'paid out'}"
        for name, amount in row.paid_in.items()
        if amount
    ]
    return [head, *paid]
