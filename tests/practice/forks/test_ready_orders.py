"""Ready-made forks of orders, on a tape of four hours in which nothing but the add is at stake."""

from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side, Target
from ledger.practice.forks.fork import begin_fork, trunk_in
from ledger.practice.forks.ready import Ready, make_ready
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from tests.worlds import D, only

TAPE = """time,open,high,low,close,volume
2024-05-06T00:00:00Z,100,101,99,100,9
2024-05-06T01:00:00Z,100,106,100,105,9
2024-05-06T02:00:00Z,105,106,104,105,9
2024-05-06T03:00:00Z,105,106,104,105,9
"""
FILE = """title = "An add"
venue = "binance-usdm"
mode  = "cross"

[rules]
trade_fee = "0"

[[instrument]]
symbol = "XYZ"
tick = "0.01"
lot = "0.1"

[[tape]]
symbol = "XYZ"
source = "tape.csv"
"""


def buy(quantity: str, stop: str | None = None, *targets: Target) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="XYZ",
        side=Side.BUY,
        quantity=D(quantity),
        leverage=D(4),
        stop_loss=None if stop is None else D(stop),
        targets=targets,
    )


def played(path: Path, *commands: tuple[int, c.TraderCommand]) -> None:
    """An account that was given these at the opens of its bars."""
    (path.parent / "tape.csv").write_text(TAPE, "utf-8")
    (path.parent / "r.toml").write_text(FILE, "utf-8")
    session = begin(load_rehearsal(path.parent / "r.toml"), path, "r")
    for bar in range(4):
        session.open_step()
        if not bar:
            session.send(c.Deposit(amount=D(5000)))
        for at, command in commands:
            if at == bar:
                session.send(command)
        session.close_step()
    session.close()


def orders(path: Path, name: str) -> list[e.OrderPlaced]:
    """The trader's own orders of an account."""
    with trunk_in(path, name, read_only=True) as trunk:
        events = [event for _, event in trunk.ledger.events(trunk.branch.id)]
    return [x for x in events if isinstance(x, e.OrderPlaced) and x.cause == "trader"]


def seq_of(path: Path, order: str) -> int:
    with trunk_in(path, "r", read_only=True) as trunk:
        return only(
            seq
            for seq, event in trunk.ledger.events(trunk.branch.id)
            if isinstance(event, e.OrderPlaced) and event.order == order
        )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "l.db"


def test_an_add_is_no_larger_than_the_planned_loss_allows(path: Path) -> None:
    """10 at 100 with a stop at 95: R is 50. With the stop at 98 only 20 of it are at stake; at 105
    a unit more puts 7 there: of 30 that are left, 4.2 fit."""
    played(
        path,
        (0, buy("10", "95")),
        (2, c.MoveStop(symbol="XYZ", price=D(98))),
        (2, buy("20")),
    )
    add = orders(path, "r")[1]
    made = make_ready(path, "r", seq_of(path, add.order), Ready.PLAN_SIZE)
    assert [order.quantity for order in orders(path, made.name)] == [10, D("4.2")]


def test_an_add_for_which_the_plan_has_no_room_is_not_made(path: Path) -> None:
    played(path, (0, buy("10", "95")), (2, buy("20")))
    add = orders(path, "r")[1]
    made = make_ready(path, "r", seq_of(path, add.order), Ready.PLAN_SIZE)
    assert [order.quantity for order in orders(path, made.name)] == [10]


def test_an_add_within_the_plan_is_left_alone(path: Path) -> None:
    played(
        path,
        (0, buy("10", "95")),
        (2, c.MoveStop(symbol="XYZ", price=D(100))),
        (2, buy("2")),
    )
    add = orders(path, "r")[1]
    with pytest.raises(Refused, match="already within the plan"):
        make_ready(path, "r", seq_of(path, add.order), Ready.PLAN_SIZE)


def test_half_is_taken_at_one_r_and_what_was_planned_of_the_other_half(path: Path) -> None:
    """In at 100 with a stop at 95: half at 105, and the target of all at 110 takes the rest."""
    played(path, (0, buy("10", "95", Target(D(110), D(1)))))
    (entry,) = orders(path, "r")
    made = make_ready(path, "r", seq_of(path, entry.order), Ready.HALF_AT_1R)
    (order,) = orders(path, made.name)
    assert order.targets == (Target(D(105), D("0.5")), Target(D(110), D("0.5")))
    with trunk_in(path, made.name, read_only=True) as trunk:
        taken = [x for _, x in trunk.ledger.events(trunk.branch.id) if isinstance(x, e.ProfitTaken)]
    assert [(x.quantity, x.price) for x in taken] == [(5, 105)]


def test_what_closed_a_part_closes_the_same_part_of_half_the_position(path: Path) -> None:
    """4 of 10 were closed, and then all: of 5 it is 2, and then all."""
    played(
        path,
        (0, buy("10", "95")),
        (2, c.ClosePosition(symbol="XYZ", quantity=D(4))),
        (3, c.ClosePosition(symbol="XYZ")),
    )
    entry = orders(path, "r")[0]
    made = make_ready(path, "r", seq_of(path, entry.order), Ready.HALF_LEVERAGE)
    assert [(o.quantity, o.leverage) for o in orders(path, made.name)] == [(5, 2), (2, 2), (3, 2)]
    assert not made.untold


def test_a_fork_of_what_a_fork_shares_with_its_trunk_leaves_the_trunk(path: Path) -> None:
    played(path, (0, buy("10", "95")), (2, c.MoveStop(symbol="XYZ", price=D(98))))
    with trunk_in(path, "r", read_only=True) as trunk:
        moved = only(
            seq
            for seq, event in trunk.ledger.events(trunk.branch.id)
            if isinstance(event, e.OrderAmended)
        )
    first = begin_fork(path, "r", moved, "late")
    first.close()
    second: Session = begin_fork(path, "late", 2, "early")
    assert second.fork is not None
    assert (second.fork.parent, second.fork.seq) == ("r", 1)
    second.close()
