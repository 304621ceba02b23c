"""An account exported in each form, and every balance at each month's end held against ours."""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random

from ledger.practice.exports.export import BOOKS, LOTS, export_books
from tests.exports.ours import Months, ours
from tests.exports.programs import PROGRAMS, Complaint, is_there
from tests.exports.reader import Faulty, read


def exported(ledger: Path, account: str | None, folder: Path) -> dict[str, Path]:
    """A file in each form."""
    files = {form: folder / f"books.{form}" for form in BOOKS}
    for form, file in files.items():
        file.unlink(missing_ok=True)
        export_books(ledger, account, form, file, lambda *_: None)
    return files


def differences(
    ledger: Path, account: str | None, folder: Path, *, programs: bool = True
) -> Iterator[str]:
    """Where a form read back, by our own reader and by its program, does not say what we hold."""
    held = ours(ledger, account)
    for form, file in exported(ledger, account, folder).items():
        expected = as_lots(held) if form == LOTS else held
        yield from _apart(f"{form}, our reader", expected, read(file.read_text("utf-8"), form))
        if programs and is_there(form):
            try:
                found = PROGRAMS[form](file, sorted(expected))
            except Complaint as complaint:
                yield f"{form}: {complaint}"
            else:
                yield from _apart(form, expected, found)


def as_lots(held: Months) -> Months:
    """The same where what is owned is kept in lots: without the accounts of its cost, and of what
    its units were traded for."""
    costs = {name for month in held.values() for name, _ in month if ":Cost:" in name}
    gone = costs | {re.sub("^Assets:(.*?):Cost:", r"Equity:\1:Trading:", name) for name in costs}
    return {
        month: {key: amount for key, amount in balances.items() if key[0] not in gone}
        for month, balances in held.items()
    }


def _together(found: Months) -> Months:
    """Lots of isolated positions beside those of the wallet, and without what was rounded."""
    months: Months = {}
    for month, balances in found.items():
        whole: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for (name, symbol), amount in balances.items():
            if not name.endswith(":Rounding"):
                whole[name.replace(":Units-isolated:", ":Units:"), symbol] += amount
        months[month] = {key: amount for key, amount in whole.items() if amount}
    return months


def _apart(who: str, expected: Months, found: Months) -> Iterator[str]:
    found = _together(found)
    if expected.keys() != found.keys():
        yield f"{who}: months {sorted(found)}, not {sorted(expected)}"
    for month in expected.keys() & found.keys():
        for key in expected[month].keys() | found[month].keys():
            here, there = expected[month].get(key), found[month].get(key)
            if here != there:
                yield f"{who}, {month}: {key} is {there}, not {here}"


def amounts(text: str) -> list[int]:
    """Where a digit of an amount of a posting, or of what is asserted, stands in a file."""
    places, start = [], 0
    for line in text.split("\n"):
        posting = line.startswith("  ") and line.lstrip()[:1].isupper()
        if posting or " balance " in line[:20]:
            begin = line.index("  ", 4)
            places += [start + at for at in range(begin, len(line)) if _in_amount(line, at)]
        start += len(line) + 1
    return places


def _in_amount(line: str, at: int) -> bool:
    """A digit of a number with a point in it, not of a symbol; `~ 0` is no amount."""
    if not line[at].isdigit():
        return False
    begin, end = line.rfind(" ", 0, at) + 1, line.find(" ", at)
    return "." in line[begin:end] and line[begin:end].strip("-")[0].isdigit()


def changed(text: str, at: int, chance: Random) -> str:
    """The text with another digit in that place."""
    other = chance.choice([digit for digit in "0123456789" if digit != text[at]])
    return text[:at] + other + text[at + 1 :]


def is_caught(text: str, form: str, folder: Path, *, programs: bool = True) -> bool:
    """Whether our reader, and the program, refuse it."""
    try:
        read(text, form)
    except Faulty:
        pass
    else:
        return False
    if not (programs and is_there(form)):
        return True
    file = folder / f"changed.{form}"
    file.write_text(text, "utf-8")
    try:
        PROGRAMS[form](file, [])
    except Complaint:
        return True
    return False
