"""What beancount, hledger and ledger say of a file, each run as a program.

Beancount comes with the extra `dev`; hledger and ledger are programs of the system.
"""

import csv
import io
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from tests.exports.ours import Balances, Months, cumulated

_QUERY = (
    "SELECT year, month, account, currency, sum(number) AS sum "
    "GROUP BY year, month, account, currency"
)


class Complaint(Exception):
    """What a program had to say against a file."""


def beancount(file: Path, _months: list[str]) -> Months:
    """`bean-check`, then what `bean-query` adds up."""
    _run(_beside_python("bean-check"), file)
    flows: dict[str, Balances] = defaultdict(dict)
    for row in _rows(_run(_beside_python("bean-query"), "-f", "csv", file, _QUERY)):
        month = f"{int(row['year']):04}-{int(row['month']):02}"
        flows[month][row["account"].strip(), row["currency"].strip()] = Decimal(row["sum"].strip())
    return cumulated(flows)


def hledger(file: Path, months: list[str]) -> Months:
    """`hledger check -s`, then its balances at the end of each month."""
    _run("hledger", "-f", file, "check", "-s")
    told = _run(
        *("hledger", "-f", file, "balance", "--flat", "-N", "-H", "-M", "-O", "csv"),
        *("--layout=bare", "-E"),
    )
    found: Months = {month: {} for month in months}
    for row in _rows(told):
        for month in months:
            amount = Decimal(row[month])
            if amount:
                found[month][row["account"], row["commodity"]] = amount
    return found


def ledger(file: Path, months: list[str]) -> Months:
    """Its balances at the end of each month, once it takes the file as a whole."""
    check = ("ledger", "-f", file, "--strict", "--pedantic")
    _run(*check, "balance")
    form = "%(account)\t%(quantity(display_total))\t%(commodity(display_total))\n"
    found: Months = {}
    for month in months:
        year, number = map(int, month.split("-"))
        end = f"{year + number // 12:04}-{number % 12 + 1:02}-01"
        told = _run(
            *(*check, "-e", end, "balance", "--flat", "--no-total", "--format", form),
        )
        cells = [line.split("\t") for line in told.splitlines()]
        found[month] = {(name, symbol.strip('"')): Decimal(n) for name, n, symbol in cells}
    return found


PROGRAMS: Mapping[str, Callable[[Path, list[str]], Months]] = {
    "beancount": beancount,
    "beancount-lots": beancount,
    "hledger": hledger,
    "ledger": ledger,
}
"""By the form that each reads: the balances at the end of each month. Raises `Complaint`."""


def is_there(form: str) -> bool:
    """Whether the program is installed."""
    wanted = _beside_python("bean-check") if form.startswith("beancount") else form
    return shutil.which(wanted) is not None


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _run(*arguments: object) -> str:
    ended = subprocess.run(
        [str(each) for each in arguments], capture_output=True, text=True, check=False
    )
    if ended.returncode or ended.stderr:
        raise Complaint((ended.stderr or ended.stdout)[-2000:])
    return ended.stdout


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))
