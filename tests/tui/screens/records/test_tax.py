"""Tax on the desk: rows with their arithmetic, the forms, other rules, a lot that is picked.

73 ACME that cost 7,300.00 were sold for the trader at 62; 20 more were bought at 60, and 10 sold.
"""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.cli.driving import tightrope
from tests.cli.tax.test_tax import BUYS_BACK, act, played, told
from tests.tui.desks import NARROW, WIDE
from tests.tui.screens.records.test_review import press, shown, until
from tui.app import TightropeApp
from tui.screens.desk.desk import Desk
from tui.screens.records.journal import JournalScreen
from tui.screens.records.tax import TaxScreen


async def opened(pilot: Pilot[Exception]) -> None:
    """Off the card of a run that has ended, into the journal, and on to its tax."""
    app = pilot.app
    await until(lambda: isinstance(app.screen, Desk))
    await press(pilot, "escape", "J")
    await until(lambda: isinstance(app.screen, JournalScreen))
    await press(pilot, "x")
    await until(lambda: isinstance(app.screen, TaxScreen))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_year_its_forms_and_other_rules_are_keys_away(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = TightropeApp(played(tmp_path), "month", ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await until(lambda: "4,526.00 - 7,300.00 = -2,774.00" in shown(pilot))
        assert "This is education on paper money, not advice." in shown(pilot)
        await press(pilot, "f")
        assert "What forced sales did" in shown(pilot)
        await press(pilot, "f", "u")
        await until(lambda: "the average cost of what was held" in shown(pilot))
        assert "pool" not in shown(pilot)
        await press(pilot, "m")
        assert "These rules leave no choice of lots." in shown(pilot)


async def test_the_lot_of_a_sale_is_picked_on_its_page(tmp_path: Path) -> None:
    sale = act(15, 'close = { symbol = "ACME", quantity = "10" }')
    ledger = played(tmp_path, *BUYS_BACK, sale)
    lot = told(tightrope("tax", "2024", "--json", "--ledger", ledger))["held"][1]["lot"]
    app = TightropeApp(ledger, "month", ascii_only=False)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await until(lambda: "-2,774.00" in shown(pilot))
        await press(pilot, "end", "p")
        assert f"lot {lot}: 20 for 1,200.00" in shown(pilot)
        await press(pilot, *f"{lot}:11", "enter")
        await until(lambda: "more was picked" in shown(pilot))
        await press(pilot, "p", *f"{lot}:10", "enter")
        await until(lambda: "us, specific" in shown(pilot))
        await until(lambda: "600.00 - 600.00 = 0" in shown(pilot).replace("basis ", ""))
    asked = tightrope("tax", "2024", "--method", "specific", "--json", "--ledger", ledger)
    assert told(asked)["years"][0]["disposals"][-1]["basis"] == "600.00"
