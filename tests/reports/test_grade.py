"""The grade: each part is won or lost by what was done, whatever it earned."""

from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import Side
from ledger.reports.grade import Grade, grade_of
from tests.worlds import DAY, World, broker, stock

D = Decimal
PLANNED = c.PlaceOrder(
    symbol="ACME",
    side=Side.BUY,
    quantity=D(100),
    stop_loss=D(90),
    reason="it stood on its average",
)


def world() -> World:
    made = World(broker(), stock(tick=D("0.01")))
    made.flat(100, c.Deposit(amount=D(10_000)))
    return made


def won(made: World) -> dict[str, int]:
    found = grade_of(made.events, DAY)
    assert isinstance(found, Grade)
    return {part.name: part.won for part in found.parts}


def test_who_trades_nothing_is_not_graded() -> None:
    assert grade_of(world().events, DAY) is None


def test_a_planned_trade_with_a_stop_and_a_note_has_all_points_also_at_a_loss() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.bar({"ACME": (100, 100, 80, 85)})
    made.flat(85, c.AddNote(text="the average broke"))
    found = grade_of(made.events, DAY)
    assert found is not None
    assert found.total == 100


def test_an_entry_without_a_stop_and_a_plan_loses_three_parts() -> None:
    made = world()
    made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10)))
    parts = won(made)
    assert parts["a stop within a bar of each entry"] == 0
    assert parts["size within the plan"] == 0
    assert parts["the plan and an afterthought written down"] == 0
    assert sum(parts.values()) == 50


def test_a_stop_set_a_bar_later_still_counts_and_two_bars_later_does_not() -> None:
    for bars, points in ((1, 20), (2, 0)):
        made = world()
        made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10)))
        for _ in range(bars - 1):
            made.flat(100)
        made.flat(100, c.MoveStop(symbol="ACME", price=D(90)))
        assert won(made)["a stop within a bar of each entry"] == points


def test_a_stop_moved_away_loses_its_part_and_one_moved_nearer_does_not() -> None:
    for price, points in (("85", 0), ("95", 20)):
        made = world()
        made.flat(100, PLANNED)
        made.flat(100, c.MoveStop(symbol="ACME", price=D(price)))
        assert won(made)["no stop widened or removed"] == points


def test_a_stop_taken_off_loses_its_part() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.flat(100, c.RemoveStop(symbol="ACME"))
    assert won(made)["no stop widened or removed"] == 0


def test_a_call_paid_in_time_keeps_its_part_and_a_forced_sale_loses_it() -> None:
    for answers, points in ((True, 20), (False, 0)):
        made = world()
        made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2)))
        made.flat(70)  # equity 4,000 of 14,000: below 30 %
        made.flat(70, *([c.AnswerCall(answer=Answer.DEPOSIT, amount=D(1_000))] if answers else []))
        for _ in range(4):
            made.flat(70)
        assert won(made)["calls answered in time by the trader"] == points


def test_a_bigger_entry_at_once_after_a_loss_is_heat() -> None:
    def after(seconds: int, quantity: int) -> int:
        made = World(broker(), stock(tick=D("0.01")), interval=seconds)
        made.flat(100, c.Deposit(amount=D(20_000)))
        made.flat(100, PLANNED)
        made.bar({"ACME": (100, 100, 80, 85)})
        again = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity))
        made.flat(85, again)
        return won(made)["no bigger entry after a loss or a streak"]

    assert after(60, 150) == 0  # 12,750 after 10,000, within minutes
    assert after(60, 100) == 10  # no larger
    assert after(DAY, 150) == 10  # slept over
