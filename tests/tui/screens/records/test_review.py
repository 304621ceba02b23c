"""The review on the desk: its question is answered by keys, and its rule is put on record.

Ten shares at 100 with a stop at 90, so that R is 100. The stop would have sold at 88, for -1.2 R;
it was moved to 80, and sold at 79, for -2.1 R.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.cli.driving import tightrope
from tests.cli.records.test_accounts import run
from tests.tui.desks import NARROW, WIDE
from tui.app import TightropeApp
from tui.screens.desk.desk import Desk
from tui.screens.records.journal import JournalScreen
from tui.screens.records.review import ReviewScreen


def played(folder: Path) -> Path:
    acts = [
        (0, 'deposit = "10000"'),
        (0, 'buy = { symbol = "XYZ", quantity = "10", stop_loss = "90", leverage = 1 }'),
        (1, 'move_stop = { symbol = "XYZ", price = "80" }'),
    ]
    return run(folder, ["100", "95", "88", "79", "79"], acts)


@asynccontextmanager
async def desk(ledger: Path, size: tuple[int, int]) -> AsyncIterator[Pilot[Exception]]:
    app = TightropeApp(ledger, "t", ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await until(lambda: isinstance(app.screen, Desk))
        yield pilot


async def until(true: object) -> None:
    assert callable(true)
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not come")


async def press(pilot: Pilot[Exception], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
        await until(lambda: not getattr(pilot.app.screen, "is_changing", False))
        await pilot.pause()


def shown(pilot: Pilot[Exception]) -> str:
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    return "\n".join(strip.text.rstrip() for strip in strips)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_three_keys_say_whether_moving_the_stops_helped_this_month(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with desk(played(tmp_path), size) as pilot:
        await press(pilot, "r", "m", "3")
        assert "January 2024" in shown(pilot)
        assert "Moving your stops cost 0.90 R in 1 of 1 trade (widened stops -0.90 R)." in shown(
            pilot
        )
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, JournalScreen)
        await until(lambda: "filter: number:1" in shown(pilot))
        assert [entry.number for entry in pilot.app.screen.entries] == [1]


async def test_every_page_is_drawn_from_the_same_week(tmp_path: Path) -> None:
    said = {
        "1": "The plan was kept on 0 of 1 day of trading.",
        "2": "1 of them lost more than 1.20 R: trade 1.",
        "4": "stop-widened-1  Giving trade 1 (XYZ) more room than its first stop cost 0.90 R.",
        "5": "Rule v1, from here on: choose one with Enter",
        "6": "Fri 5 Jan 2024",
        "7": "deepest drawdown 2.10%",  # 210 of 10,000
        "8": "-2.10",
        "9": "By weekday of opening",
    }
    async with desk(played(tmp_path), WIDE) as pilot:
        await press(pilot, "r")
        for key, words in said.items():
            await press(pilot, key)
            assert words in shown(pilot)


async def test_a_rule_and_a_contested_finding_are_on_record(tmp_path: Path) -> None:
    ledger = played(tmp_path)
    async with desk(ledger, WIDE) as pilot:
        await press(pilot, "r", "5", "down", "down", "down", "down", "enter", "enter")
        assert "rule v1 is on record: No stop widened or taken off." in shown(pilot)
        assert "Rule v1: No stop widened or taken off. No trade was opened under it." in shown(
            pilot
        )
        await press(pilot, "4", "down", "n")
        assert "stop-widened-1 is contested, and counts no more" in shown(pilot)
        assert "Contested by you, and not counted" in shown(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, ReviewScreen)
        pilot.app.exit()
    assert isinstance(pilot.app, TightropeApp)
    pilot.app.close_session()
    told = tightrope("review", "--ledger", ledger).lines
    assert told[-1] == "Rule v1: No stop widened or taken off. No trade was opened under it."
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
