"""What the ledger itself holds at the end of each month, added up from its legs in plain SQL."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from ledger.practice.exports.read_record import record_in
from ledger.practice.sessions.ledger_reader import account_in
from ledger.reports.exports.chart import chart_of

Balances = dict[tuple[str, str], Decimal]
"""By account and commodity, as they are written in a file."""
Months = dict[str, Balances]
"""By the month at whose end they stand, such as `2020-03`. What is zero is left out."""

_LEGS = (
    "SELECT substr(time, 1, 7), name, asset, per_unit, sum(atoms) FROM ("
    "SELECT branch_id, time, debit AS name, asset, per_unit, amount AS atoms FROM v_legs UNION ALL "
    "SELECT branch_id, time, credit, asset, per_unit, -amount FROM v_legs) "
    "WHERE branch_id = ? GROUP BY 1, 2, 3, 4"
)


def ours(ledger: Path, account: str | None = None) -> Months:
    """Of one account, or of the one used last."""
    with record_in(ledger, account) as reader:
        record = reader.record
    chart = chart_of(record)
    written = {
        (each.name, each.asset): (name, symbol.written)
        for each, name, symbol in zip(record.accounts, chart.names, chart.holds, strict=True)
    }
    flows: dict[str, Balances] = defaultdict(dict)
    with account_in(ledger, account) as (db, branch_id, _):
        for month, name, asset, per_unit, atoms in db.execute(_LEGS, (branch_id,)):
            flows[month][written[name, asset]] = Decimal(atoms) / per_unit
    return cumulated(flows)


def cumulated(flows: dict[str, Balances]) -> Months:
    """Balances from what came and went in each month."""
    held: Balances = defaultdict(Decimal)
    months: Months = {}
    for month in sorted(flows):
        for key, amount in flows[month].items():
            held[key] += amount
        months[month] = {key: amount for key, amount in held.items() if amount}
    return months
