"""The journal of an account: its trades, read from the ledger and put into lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.books.wire.codec import encode
from ledger.money import plain
from ledger.practice.review.entry import Entry, Missing, entry_of
from ledger.practice.sessions.find_account import find_branch
from ledger.refused import Refused
from ledger.reports.trades.round_trip import trades_from
from ledger.reports.trades.trade import Trade
from ledger.times import iso

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """Every trade of an account, in the order of opening."""

    account: str
    currency: str
    entries: tuple[Entry, ...]

    def entry(self, number: int) -> Entry:
        """The trade with a number. Raises `Refused` if there is none."""
        if not self.entries:
            raise Refused(f"{self.account} has no trades yet")
        if not 0 < number <= len(self.entries):
            raise Refused(f"there is no trade {number}; allowed: 1 to {len(self.entries)}")
        return self.entries[number - 1]


def journal(path: Path, account: str | None) -> Journal:
    """The journal of an account, or of the one used last. Raises `Refused`, and what `Ledger.open`
    raises."""
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        branch = find_branch(ledger, account)
        trades = trades_from(ledger.events(branch.id))
    return journal_of(branch.called, trades)


def journal_of(account: str, trades: tuple[Trade, ...]) -> Journal:
    """The journal of trades that were read before."""
    currency = trades[0].currency if trades else ""
    return Journal(account, currency, tuple(map(entry_of, trades)))


def entry_wire(entry: Entry) -> Wire:
    """A line of the journal for `--json`."""
    trade = entry.trade
    return {
        "number": entry.number,
        "opened": entry.opened,
        "closed": None if trade.closed_at is None else iso(trade.closed_at),
        "symbol": entry.symbol,
        "side": entry.direction.value,
        "mode": entry.mode.value,
        "leverage": plain(entry.leverage),
        "quantity": plain(entry.quantity),
        "entry_price": plain(entry.entry_price),
        "exit_price": _plain(entry.exit_price),
        "r": _plain(entry.r),
        "no_r": trade.risk.no_r,
        "mae_r": _plain(entry.mae_r),
        "mfe_r": _plain(entry.mfe_r),
        "gross": plain(trade.gross),
        "costs": plain(entry.costs),
        "absorbed": plain(trade.absorbed),
        "net": plain(entry.net),
        "closed_by": None if entry.closed_by is None else entry.closed_by.value,
        "stop_moves": entry.stop_moves,
        "calls": entry.calls,
        "tags": list(entry.tags),
        "missing": [word.value for word in Missing if word in entry.missing],
    }


def trade_wire(entry: Entry) -> Wire:
    """One trade with everything that is known of it, for `--json`."""
    trade = entry.trade
    return {
        **entry_wire(entry),
        "pocket": trade.pocket,
        "instrument": encode(trade.instrument),
        "currency": trade.currency,
        "scratch": trade.is_scratch,
        "peak_quantity": plain(trade.peak_quantity),
        "held": plain(trade.held),
        "placed_seq": trade.placed_seq,
        "opened_seq": trade.opened_seq,
        "closed_seq": trade.closed_seq,
        "decisions": list(trade.decisions),
        "risk": encode(trade.risk),
        "r_on_peak": _plain(trade.r_on_peak),
        "give_back_r": _plain(trade.give_back_r),
        "share_given_back": _plain(trade.share_given_back),
        "cost": {**encode(trade.costs), "total": plain(trade.costs.total)},
        "excursion": {
            **encode(trade.excursion),
            "mae": _plain(trade.excursion.mae(trade.entry_price, trade.side)),
            "mfe": _plain(trade.excursion.mfe(trade.entry_price, trade.side)),
        },
        "plan": encode(trade.plan),
        "later_plans": [encode(plan) for plan in trade.later_plans],
        "stop": {
            **encode(trade.stop),
            "moves": trade.stop.moves,
            "seconds_unprotected": trade.stop.seconds_unprotected,
        },
        "targets": [encode(change) for change in trade.targets],
        "fills": [{**encode(fill), "net": plain(fill.net)} for fill in trade.fills],
        "margin_calls": [encode(call) for call in trade.calls],
        "notes": [encode(note) for note in trade.notes],
    }


def _plain(value: Any) -> str | None:
    return None if value is None else plain(value)
