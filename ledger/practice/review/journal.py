"""The journal of an account: its trades, read from the ledger and put into lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.books.branches import hash_at
from ledger.books.file.damage import ledger_errors
from ledger.books.kept_lines import Line, keep, kept
from ledger.books.store import Ledger
from ledger.books.wire.codec import KINDS, encode
from ledger.money import plain
from ledger.practice.review.entry import Entry, Missing, entry_from, entry_of, line_of
from ledger.practice.sessions.find_account import check_there, find_branch
from ledger.refused import Refused
from ledger.reports.trades.round_trip import TradeFold, concerns_trades
from ledger.reports.trades.trade import Trade
from ledger.times import iso

Wire = dict[str, Any]
Progress = Callable[[int, int], object]
"""Hears how many events of how many are read."""

_NOW_AND_THEN = 100
"""Events read from one word about progress to the next."""
_PASSED_OVER = frozenset(name for name, kind in KINDS.items() if not concerns_trades(kind))
"""Events that need not be read. An unknown kind is not among them: it is refused."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Every trade of an account, in the order of opening."""

    account: str
    currency: str
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, account: str, entries: Iterable[Entry]) -> "Journal":
        """The journal with these lines."""
        lines = tuple(entries)
        return cls(account, lines[0].currency if lines else "", lines)

    def entry(self, number: int) -> Entry:
        """The trade with a number. Raises `Refused` if there is none."""
        if not self.entries:
            raise Refused(f"{self.account} has no trades yet")
        if not 0 < number <= len(self.entries):
            raise Refused(f"there is no trade {number}; allowed: 1 to {len(self.entries)}")
        return self.entries[number - 1]


@dataclass(slots=True)
class _Read:
    """What was read of an account: up to which event, and that one's checksum."""

    seq: int = 0
    hash: str | None = None
    fold: TradeFold = field(default_factory=TradeFold)
    entries: dict[int, Entry] = field(default_factory=dict)
    kept: str | None = None
    """The checksum up to which its list was kept."""


class _Whole:
    """The trades of a list that was kept: the record is read when the first is asked for."""

    def __init__(self, reader: "JournalReader", account: str) -> None:
        self._reader, self._account = reader, account
        self._journal: Journal | None = None

    def trade(self, number: int) -> Trade:
        """One of them."""
        if self._journal is None:
            self._journal = self._reader.read(self._account, whole=True)
        return self._journal.entry(number).trade


class JournalReader:
    """Reads the journals of a ledger again and again: of each only what has come since.

    A record is gone on with if its last event that was read is still the same. The list of one with
    `long` events or more is kept beside the ledger, and read from there as long as the record is
    the same. Law: what is kept is what reading the record gives.
    """

    def __init__(self, path: Path, long: int = 5_000) -> None:
        self._path, self._long = path, long
        self._unread: set[str] = set()
        self._known: dict[int, _Read] = {}
        self._turn = Lock()

    def read(
        self,
        account: str | None,
        progress: Progress = lambda _done, _total: None,
        *,
        whole: bool = False,
    ) -> Journal:
        """The journal of an account, or of the one used last; with `whole`, the record is read
        though its list was kept. Raises `Refused`, and what `Ledger.open` raises."""
        check_there(self._path)
        with (
            self._turn,  # whoever asks meanwhile waits, and reads nothing twice
            Ledger.open(self._path, read_only=True) as ledger,
            ledger_errors(self._path),
        ):
            branch = find_branch(ledger, account)
            known = self._known.pop(branch.id, None) or _Read()
            if known.seq and _hash_at(ledger, branch.id, known.seq) != known.hash:
                known = _Read()
            head = _hash_at(ledger, branch.id, branch.last_seq)
            long = head is not None and branch.last_seq >= self._long
            if long and not known.seq and not whole:
                lines = kept(self._path, branch.id, head or "")
                if lines is not None:
                    return self._kept(branch.called, lines)
            for seq, event in ledger.events(branch.id, known.seq, *_PASSED_OVER):
                known.fold.take(seq, event)
                known.seq = seq
                if not seq % _NOW_AND_THEN:
                    progress(seq, branch.last_seq)
            known.hash = _hash_at(ledger, branch.id, known.seq)
        self._known[branch.id] = known
        self._unread.discard(branch.called)
        found = Journal.of(branch.called, [_entry(known, x) for x in known.fold.trades()])
        if long and known.hash is not None and known.hash != known.kept:
            keep(self._path, branch.id, known.hash, list(map(line_of, found.entries)))
            known.kept = known.hash
        return found

    def read_on(self) -> None:
        """Read the records whose lists were kept, before one of their trades is asked for."""
        for account in list(self._unread):
            self.read(account, whole=True)

    def _kept(self, account: str, lines: list[Line]) -> Journal:
        self._unread.add(account)
        later = _Whole(self, account)
        return Journal.of(account, [entry_from(x, partial(later.trade, x[0])) for x in lines])


def _hash_at(ledger: Ledger, branch_id: int, seq: int) -> str | None:
    with ledger.looking() as db:
        return hash_at(db, branch_id, seq)


def _entry(known: _Read, trade: Trade) -> Entry:
    """The line of a trade, the same as before if nothing has been said of it since."""
    entry = known.entries.get(trade.number)
    if entry is None or entry.trade is not trade:
        entry = known.entries[trade.number] = entry_of(trade)
    return entry


def journal(
    path: Path, account: str | None, progress: Progress = lambda _done, _total: None
) -> Journal:
    """The journal of an account, or of the one used last, read once. Raises `Refused`, and what
    `Ledger.open` raises."""
    return JournalReader(path).read(account, progress)


def journal_of(account: str, trades: tuple[Trade, ...]) -> Journal:
    """The journal of trades that were read before."""
    return Journal.of(account, map(entry_of, trades))


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
