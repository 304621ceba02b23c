"""The card of a margin call: what else it offers than paying, selling and waiting."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import first_call
from tui.screens.call_card import CallCard
from tui.widgets.lines import Lines

PAGE = """
venue = "crypto-com-exchange"
mode  = "smart"

[rules]
maintenance_margin = "0.10"
trade_fee = "0"

[[tape]]
symbol = "BTC"
source = "btc.csv"

[[tape]]
symbol = "BTC-H"
source = "btc.csv"

[[instrument]]
symbol = "BTC-H"
underlying = "BTC"
"""


def fallen(folder: Path, *closes: str) -> Session:
    """An hour at 100, then hours that open at the last close and go straight to the next."""
    rows, last = ["2024-01-01T00:00:00Z,100,100,100,100,1"], "100"
    for hour, close in enumerate(closes, 1):
        high, low = max(last, close, key=Decimal), min(last, close, key=Decimal)
        rows.append(f"2024-01-01T{hour:02}:00:00Z,{last},{high},{low},{close},1")
        last = close
    text = "\n".join(["time,open,high,low,close,volume", *rows, ""])
    (folder / "btc.csv").write_text(text, "utf-8")
    (folder / "hedge.toml").write_text(PAGE, "utf-8")
    return begin(load_rehearsal(folder / "hedge.toml"), None, "hedge")


LONG = ("d", "~1000", "enter", "enter", "b", "~20", "tab", "ctrl+u", "~2", "enter", "enter")
"""20 at 100 with 1,000: called below 62.5, where 20 P - 1,000 is 2 x 10 % of 20 P."""


async def until_called(hands: Hands) -> None:
    for _ in range(10):
        await hands.press("n")
        if isinstance(hands.app.screen, CallCard):
            return
    raise AssertionError("no call")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_call_is_answered_by_a_hedge_where_something_offsets_what_is_held(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with desk(fallen(tmp_path, "100", "60", "60"), size) as hands:
        await hands.press(*LONG)
        await until_called(hands)
        card = hands.screen()
        assert "h  hedge with 20" in card
        assert "h hedge" in card
        await hands.press("h", "enter", "enter", ".")  # it fills at the next open
        held = {p.symbol: (p.side, p.quantity) for p in hands.desk.view.positions}
        assert held == {"BTC": ("long", 20), "BTC-H": ("short", 20)}
        assert [call.answer for call in hands.desk.view.calls] == ["hedge"]


async def test_where_nothing_offsets_what_is_held_no_hedge_is_offered() -> None:
    async with desk(first_call()) as hands:
        await hands.press("d", "~10000", "enter", "enter", "b", "~200", "enter", "enter")
        await until_called(hands)
        assert "hedge" not in hands.screen()
        await hands.press("h")
        assert isinstance(hands.app.screen, CallCard)


async def test_a_call_that_nothing_is_short_of_any_more_is_met_by_any_payment(
    tmp_path: Path,
) -> None:
    # at 62.6 equity is 252.00 against 250.40 at the call, and 252.90 with 1 % to be clear of it
    async with desk(fallen(tmp_path, "100", "60", "62.6", "62.6"), WIDE) as hands:
        await hands.press(*LONG)
        await until_called(hands)
        await hands.press("w", ".", ".", "a")
        assert isinstance(hands.app.screen, CallCard)
        card = hands.screen()
        assert "is met again, but only just, at BTC 62.6" in card
        assert "below the call level 50.00%" in card, "which is a level to stay below"
        assert "nothing is owed now; the call ends 1.0% above the level" in card
        assert "deposit any amount" in card
        assert "refused" not in card
        await hands.press("question_mark")
        assert "raises one call, not many" in hands.screen()
        await hands.press("escape")
        alert = hands.desk.query_one("#alert", Lines).text
        assert "nothing is owed now, but the call still stands" in alert
        await hands.press("d", "ctrl+u", "~0.01", "enter", "enter")
        assert not hands.desk.view.calls
