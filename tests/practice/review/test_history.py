"""An account read back: equity at every bar, what its days made, and where that came from."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.events import kinds as e
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.review.history import History, history_of, read_history
from ledger.practice.review.review_view import review_of
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin
from tests.laws import tried
from tests.places import REHEARSALS
from tests.practice.recorded import Told, told


def played(folder: Path, name: str) -> History:
    rehearsal = load_rehearsal(REHEARSALS / f"{name}.toml")
    session = begin(rehearsal, folder / "l.db", name)
    run(session, rehearsal.actions, lambda _: None)
    session.close()
    return read_history(folder / "l.db", None)


def flows(one: Told) -> float:
    """What was paid in less what was paid out."""
    signs = {e.Deposited: 1, e.Withdrawn: -1, e.Swept: -1}
    events = (event for _, event in one.trunk.ledger.events(one.trunk.branch.id, 0))
    return float(sum(signs.get(type(x), 0) * getattr(x, "amount", Decimal(0)) for x in events))


@tried(5)
@given(seed=st.integers(0, 2**48))
def test_equity_is_marked_as_it_was_at_every_close_at_which_something_was_held(seed: int) -> None:
    with told(seed) as one:
        history = history_of(one.trunk)
        marked: dict[int, list[float]] = {}
        for stretch in history.curve.stretches:
            for time, equity in zip(stretch.times, stretch.equity, strict=True):
                marked.setdefault(time, []).append(equity)
        for time, equity, held in one.closes:
            near = (abs(float(equity) - each) < 1e-5 for each in marked.get(time, ()))
            assert any(near) or not held
        assert one.closes[-1][0] in marked


@tried(5)
@given(seed=st.integers(0, 2**48))
def test_gains_are_what_equity_gained_beyond_its_flows_and_the_return_is_the_accounts_own(
    seed: int,
) -> None:
    with told(seed) as one:
        history = history_of(one.trunk)
        last = history.curve.stretches[-1].equity[-1] if history.curve.stretches else 0.0
        gained = last - flows(one)
        assert float(history.rows(None, None).total) == pytest.approx(gained, abs=1e-4)
        stored = one.trunk.place["summary"]
        assert stored["return_basis"] == "time-weighted"
        assert history.curve.growth().total == pytest.approx(float(stored["return"]), abs=1e-6)
        changes = (s.equity[-1] - s.equity[0] for s in history.curve.stretches)
        assert sum(changes) == pytest.approx(gained, abs=1e-4)


@tried(3)
@given(seed=st.integers(0, 2**48))
def test_the_rows_of_spans_add_up_to_those_of_the_whole(seed: int) -> None:
    with told(seed) as one:
        history = history_of(one.trunk)
        first, last = history.first_day, history.last_day
        middle = (first + last) // 2
        parts = history.rows(None, middle).total + history.rows(middle + 1, None).total
        assert parts == history.rows(None, None).total
        assert len(history.closed(None, middle)) + len(history.closed(middle + 1, None)) == sum(
            not trade.is_open for trade in history.trades
        )


def test_the_first_call_read_back_by_hand(tmp_path: Path) -> None:
    """200 ACME at 100, half of it lent at 8% a year of 360 days: 2.22 a day. At 98 on the second
    day 19,600 - 10,000 - 4.44 = 9,595.56. At 62 the broker sells 73, 38 below their price: 2,774;
    the other 127 lost 4,826. The interest posted is 24.66, so 2,375.34 of 10,000 are left."""
    history = played(tmp_path, "first-call")
    view = review_of(history)
    figures = view.figures
    assert (view.account, view.currency, view.per_year) == ("first-call", "USD", 365)
    assert round(figures.days[1].equity, 6) == 9_595.56
    assert figures.growth.total == pytest.approx(2_375.34 / 10_000 - 1)
    assert (figures.costs.gross, figures.costs.forced, figures.costs.interest) == (
        *(-4_826, 2_774, 24.66),
    )
    assert figures.costs.net == pytest.approx(-7_624.66)
    assert figures.costs.carry_drag == pytest.approx(24.66 / 4_826)
    assert figures.drawdown is not None
    assert figures.drawdown.depth == pytest.approx(0.762466)
    assert (figures.expectancy.n, len(view.trades)) == (0, 1), "it is still open"


def test_one_day_of_it_is_measured_from_the_evening_before(tmp_path: Path) -> None:
    """The second day alone: from 9,997.78 to 9,595.56, of which 2.22 are interest."""
    history = played(tmp_path, "first-call")
    second = history.first_day + 1
    figures = review_of(history, second, second).figures
    assert [round(each.gain, 6) for each in figures.days] == [-402.22]
    assert figures.growth.total == pytest.approx(9_595.56 / 9_997.78 - 1)
    assert (figures.costs.gross, figures.costs.interest) == (-400, 2.22)
    after = review_of(history, history.last_day + 1)
    assert (after.figures.days, after.figures.costs.net) == ([], 0)
