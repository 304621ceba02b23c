"""What trades are told to have made adds up to what the account has made, to the last unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.risk.margin import equity
from ledger.account.state import Account, open_account
from ledger.money import DUST
from ledger.reports.trades.round_trip import trades_of
from tests.laws import tried
from tests.laws.skipping.passages import Journey, journey
from tests.laws.skipping.test_skipping import Run, stepped
from tests.laws.worlds import canaries
from tests.laws.worlds.reports.canaries import a_trade_forgets_its_fees
from tests.worlds import D


@tried(60)
@given(seed=st.integers(0, 2**48))
def test_closed_and_open_trades_add_up_to_the_change_of_equity(seed: int) -> None:
    _add_up(seed)


@pytest.mark.parametrize(
    "broken",
    [
        canaries.a_trade_leaves_out_its_fees,
        canaries.interest_is_borne_by_nobody,
        a_trade_forgets_its_fees,
    ],
    ids=lambda broken: broken.__name__,
)
def test_the_law_catches_a_trade_that_leaves_something_out(
    broken: canaries.Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    assert canaries.caught(_add_up, 60)


def _add_up(seed: int) -> None:
    """Equity changes by what was paid in and out, by what the trades made, and by costs of no
    trade: interest while nothing was held, and what was lost with the venue itself."""
    one = journey(seed)
    start = open_account("walker", one.book, one.mode, one.convention, one.instruments)
    run = stepped(one)
    account, market = run.session.account, run.session.market
    totals = account.totals
    flows = totals.deposited - totals.withdrawn - account.savings
    worth = sum(equity(account, pocket, market.mark) for pocket in account.pockets.values())
    events = (record.event for record in run.records)
    made = sum((x.net_pnl for x in events if isinstance(x, e.PositionClosed)), D(0))
    trades = made + _of_open(account, run)
    assert abs(worth - flows - trades + _of_no_trade(start, run)) <= DUST
    assert abs(trades - _as_told(one, run)) <= DUST


def _as_told(one: Journey, run: Run) -> Decimal:
    """What the reports' one definition of a trade says of the same events."""
    opening = e.AccountOpened(
        at=0,
        venue=one.book.id,
        mode=one.mode,
        currency=one.book.currency,
        rules_hash="",
        instruments=one.instruments,
    )
    mark = run.session.market.mark
    told = trades_of([opening, *(record.event for record in run.records)])
    return sum((x.net + (x.unrealized(mark[x.symbol]) if x.is_open else 0) for x in told), D(0))


def _of_open(account: Account, run: Run) -> Decimal:
    made = D(0)
    for held in account.positions():
        instrument = account.instruments[held.symbol]
        mark = run.session.market.mark[held.symbol]
        made += held.realized + instrument.unrealized(held.quantity, held.basis, mark)
        made -= held.fees + held.carry - held.absorbed
    return made


def _of_no_trade(account: Account, run: Run) -> Decimal:
    lost = D(0)
    for record in run.records:
        event = record.event
        if isinstance(event, e.InterestAccrued):
            held = account.pockets[event.pocket].positions
            lost += event.amount if event.borne_by is None else D(0)
            assert (event.borne_by is None) is (not held)
            assert event.borne_by is None or event.borne_by.keys() <= held.keys()
            assert event.borne_by is None or sum(event.borne_by.values()) == event.amount
        if isinstance(event, e.FeeCharged) and not event.symbol:
            lost += event.amount
        if isinstance(event, e.CreditInterestPaid):
            lost -= event.amount  # on cash, not on a position
        account = apply(account, event)
    return lost
