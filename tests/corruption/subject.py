"""The ledger that is damaged: of every kind of entry something, and small enough for thousands."""

import shutil
from decimal import Decimal
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.books import acts, snapshots
from ledger.books.entries import legs_of
from ledger.books.replay import replay
from ledger.books.store import Batch, Fork, Ledger, Record
from ledger.books.wire.fingerprint import state_hash
from tests.cli.driving import FIRST_CALL, JOURNEY, tightrope

_ORDERS = """
title = "Orders and weather"
venue = "us-reg-t"
start = 2024-01-01T00:00:00Z
end   = 2024-01-13T00:00:00Z

[rules]
trade_fee = "0.001"

[[tape]]
symbol = "ACME"
source = "acme.csv"

[[action]]
at = 2024-01-05T00:00:00Z
dividend = "0.24"

[[do]]
at = 2024-01-01T00:00:00Z
deposit = "20000"

[[do]]
at = 2024-01-01T00:00:00Z
buy = { symbol = "ACME", quantity = 150, trail = "30", take_profit = "140", reason = "“so”" }

[[do]]
at = 2024-01-02T00:00:00Z
sell = { symbol = "ACME", quantity = 10, type = "limit", limit = "130", id = "late" }

[[do]]
at = 2024-01-03T00:00:00Z
cancel = "late"

[[do]]
at = 2024-01-03T00:00:00Z
borrow = "1000000"

[[do]]
at = 2024-01-04T00:00:00Z
change_rules = { loan_rate = "0.16", cause = "the lender raises its rate" }

[[do]]
at = 2024-01-05T00:00:00Z
incident = { kind = "withdrawal_freeze", hours = 72 }

[[do]]
at = 2024-01-06T00:00:00Z
close = { symbol = "ACME", fraction = "0.5" }
"""

_COINS = """
title = "Two coins that nobody traded"
venue = "binance-usdm"
mode  = "cross"
start = 2024-01-01T00:00:00Z
seed  = 8

[[tape]]
symbol = "ALFA"
source = { model = "regimes", start_price = "100", bars = 72, interval = "1h", \
  calm_volatility = "0.4", calm_days = "1", panic_days = "4", \
  panic_volatility = "2.5", panic_drift = "-20" }

[[do]]
at = 2024-01-01T00:00:00Z
deposit = "500"

[[do]]
at = 2024-01-01T01:00:00Z
buy = { symbol = "ALFA", notional = "8000", leverage = 20, stop_loss = "60" }

[[do]]
at = 2024-01-01T05:00:00Z
note = { text = "a note", tags = ["a"] }

[[do]]
at = 2024-01-02T01:00:00Z
incident = { kind = "spread_widening", hours = 2, share = "0.01" }
"""


def made(folder: Path) -> Path:
    """A ledger of three rehearsals and a what-if line, closed; with its tape in the same folder."""
    ledger = folder / "ledger.db"
    shutil.copy(JOURNEY / "acme.csv", folder)
    shutil.copy(FIRST_CALL, folder / "first-call.toml")
    (folder / "orders.toml").write_text(_ORDERS, "utf-8")
    (folder / "coins.toml").write_text(_COINS, "utf-8")
    for name in ("first-call", "orders", "coins"):
        ended = tightrope("rehearse", folder / f"{name}.toml", "--ledger", ledger)
        assert ended.status == 0, ended.err
    with Ledger.open(ledger) as opened:
        _what_if(opened, parent=1, seq=14)
    return ledger


def _what_if(ledger: Ledger, parent: int, seq: int) -> None:
    """A line that leaves the first account in the middle, with a snapshot of both."""
    branch = ledger.new_branch(
        "what-if", 7, "What if", ledger.branch(parent).setup, Fork(parent, seq)
    )
    account = replay(ledger, branch)
    assert account is not None
    for amount in ("100.00", "250.50"):
        event = e.Deposited(at=account.time, amount=Decimal(amount))
        records = (
            Record(account.seq + 1, event, legs_of(account, event), f"what-if:{account.seq + 1}"),
        )
        account = apply(account, event)
        place = {
            **(ledger.place(parent) or {}),
            "state_hash": state_hash(account),
            "script_done": 0,
        }
        ledger.append(branch, Batch(records, place))
    with ledger.together() as db:
        acts.record(db, parent, acts.Act.RENAMED, "first-call")
        acts.record(db, None, acts.Act.PURSE_SET, money=("USD", 10_000_000))
        acts.record(db, parent, acts.Act.FUNDED)
        for each in (parent, branch):
            kept = replay(ledger, each)
            assert kept is not None
            snapshots.keep(db, each, kept.seq, snapshots.body_of(kept))
