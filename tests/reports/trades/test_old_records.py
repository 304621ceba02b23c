"""Trades are read from what an earlier program recorded, too."""

from ledger.account.events import kinds as e
from ledger.books.store import Ledger
from ledger.reports.trades.round_trip import trades_of
from tests.books.test_old_ledgers import old as old


def test_the_trades_of_an_old_ledger_made_what_it_says(old: object) -> None:
    closed = 0
    with Ledger.open(str(old), read_only=True) as ledger:
        for branch in ledger.branches():
            events = [event for _, event in ledger.events(branch.id)]
            recorded = [event for event in events if isinstance(event, e.PositionClosed)]
            ended = [trade for trade in trades_of(events) if trade.closed_seq is not None]
            told = sorted(ended, key=lambda trade: trade.closed_seq or 0)
            closed += len(recorded)
            assert [(x.symbol, x.gross, x.net) for x in told] == [
                (x.symbol, x.realized_pnl, x.net_pnl) for x in recorded
            ]
    assert closed
