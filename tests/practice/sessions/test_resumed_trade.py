"""A trade that is left and taken up again is told as one that was lived in one go."""

from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.books.checks.doctor import examine
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Session
from tests.worlds import D, only

TAPE = """time,open,high,low,close,volume
2024-05-06T00:00:00Z,100,121,95,97,9
2024-05-06T01:00:00Z,97,98,94,96,9
2024-05-06T02:00:00Z,96,99,93,98,9
2024-05-06T03:00:00Z,98,98.5,97,98,9
"""

FILE = """title = "A trade to be left"
venue = "binance-usdm"
mode  = "cross"

[rules]
trade_fee = "0"

[[tape]]
symbol = "XYZ"
source = "tape.csv"
"""

ENTRY = c.PlaceOrder(
    symbol="XYZ",
    side=Side.BUY,
    quantity=D(1),
    leverage=D(2),
    order_type=OrderType.LIMIT,
    limit=D(96),
    stop_loss=D(91),
)
MORE = c.PlaceOrder(symbol="XYZ", side=Side.BUY, quantity=D(1), leverage=D(2))
ACTS = {0: (c.Deposit(amount=D(1000)), ENTRY), 2: (MORE,), 3: (c.ClosePosition(symbol="XYZ"),)}


@pytest.mark.parametrize("left", [None, 0, 1, 2, 3])
def test_a_trade_that_is_taken_up_again_has_the_same_figures(
    tmp_path: Path, left: int | None
) -> None:
    """Bought at 96 on the way down from 121; R0 is 5. Best at 98 (+2), then one more at the open of
    96: at 93 both are 3 under, -6, and at 99 3 over, +6. Out at 98: 2 + 2."""
    (tmp_path / "tape.csv").write_text(TAPE, "utf-8")
    (tmp_path / "r.toml").write_text(FILE, "utf-8")
    path = tmp_path / "life.db"
    session = begin(load_rehearsal(tmp_path / "r.toml"), path, "r")
    events: list[e.Event] = []
    for number in range(4):
        events += session.open_step()
        if number == left:  # in the middle of a bar
            session = _again(session, path)
        for command in ACTS.get(number, ()):
            events += session.send(command)
        events += session.close_step()
        if number == left:
            session = _again(session, path)
    session.close()
    closed = only(x for x in events if isinstance(x, e.PositionClosed))
    assert (closed.mae_r, closed.mfe_r, closed.r_multiple) == (D("1.2"), D("1.2"), D("0.8"))
    assert (closed.quantity, closed.entry_price, closed.exit_price) == (2, 96, 98)
    assert not [check for check in examine(path, deep=True) if not check.ok]


def _again(session: Session, path: Path) -> Session:
    session.close()
    return resume(path)
