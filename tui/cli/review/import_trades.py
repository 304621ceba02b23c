"""`journal import FILE`: trades made elsewhere, marked and apart from the account's own money."""

from argparse import Namespace
from pathlib import Path

from ledger.practice.journal.elsewhere import store_of, take
from ledger.practice.journal.import_trades import parse_trades
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Read the file, keep what is new, and say how much that was."""
    if len(arguments.filter) != 2:
        raise Refused('journal import: one FILE, such as "trades.csv"')
    path, ledger = Path(arguments.filter[1]), ledger_path(arguments)
    mapping = _mapping(arguments.map)
    made = parse_trades(_content(path), mapping, clean(arguments.currency or "", 10))
    taken = take(ledger, made, remove=arguments.remove)
    if arguments.json:
        say_json({"file": str(path), "new": taken.new, "known": taken.known,
                  "removed": taken.known if arguments.remove else 0})  # fmt: skip
    elif arguments.remove:
        say(f"{taken.known} of {len(made)} trades removed; {taken.new} were not there")
    else:
        say(f"{taken.new} new, {taken.known} known already; they are in {store_of(ledger)}")
    return DONE


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or "not the name of a file"
        raise Refused(f"{clean(str(path), 200)}: cannot be read: {why}") from fault


def _mapping(texts: list[str]) -> dict[str, str]:
    """FIELD=COLUMN, each field once; which fields there are is checked with the file."""
    by_field: dict[str, str] = {}
    for text in texts:
        field, equals, column = text.partition("=")
        if not (field and equals and column):
            raise Refused(f'--map: "{clean(text, 40)}" is not FIELD=COLUMN, such as symbol=Ticker')
        if field in by_field:
            raise Refused(f"--map {clean(field, 40)}: given twice; allowed: once")
        by_field[field] = column
    return by_field
