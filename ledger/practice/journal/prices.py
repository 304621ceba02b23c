"""The prices around a trade: of its account's tapes, and never later than its clock."""

from decimal import Decimal
from pathlib import Path

from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.market.tapes.tape import Tape
from ledger.practice.sessions.find_account import find_branch
from ledger.practice.sessions.find_tapes import timeline_of
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.setup import read_setup
from ledger.practice.sessions.stored_place import read_place
from ledger.practice.sessions.timeline import Timeline
from ledger.refused import Refused
from ledger.reports.trades.excursion import excursion_after
from ledger.reports.trades.trade import Trade
from ledger.times import DAY, Time


def clock_of(path: Path, account: str | None) -> tuple[Timeline, Place]:
    """An account's tapes, and where its clock was left. Raises `Refused` if a tape is gone."""
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        branch = find_branch(ledger, account)
        stored = ledger.place(branch.id)
        setup = branch.setup
    if stored is None:
        raise Refused(f"{branch.called}: this account was never opened")
    left = read_place(stored)
    return timeline_of(read_setup(setup), left.files), Place(left.index, left.phase)


def after_exit(trade: Trade, tape: Tape, now: Time) -> tuple[Decimal, Decimal, bool] | None:
    """How far prices went after the exit, per unit: against what was held, and for it; and whether
    the clock has passed the whole time that is looked at: as long as the trade lasted, and at least
    a day. `None` for a trade that is open, or where no bar has ended since."""
    if trade.closed_at is None or trade.exit_price is None:
        return None
    until = trade.closed_at + max(trade.seconds, DAY)
    bars = tape.part(trade.closed_at, min(until, now))
    ended = [n for n in bars if tape.times[n] >= trade.closed_at and tape.end_of(n) <= now]
    if not ended:
        return None
    unit = Decimal(1).scaleb(-tape.scale)
    path = ((tape.lows[n] * unit, tape.highs[n] * unit) for n in ended)
    against, in_favour = excursion_after(path, trade.exit_price, trade.side)
    return against, in_favour, now >= until
