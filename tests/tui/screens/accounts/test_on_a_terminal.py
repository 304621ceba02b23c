"""On a real pseudo-terminal: two accounts switched between by keys; one is reset, then archived."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.practice.accounts.overview import accounts
from tests.cli.driving import FIRST_CALL, installed, tightrope
from tests.terminal import Screen, Terminal

PAID_IN = {"calm": "1000", "wild": "2000"}


def begun(ledger: Path) -> None:
    for name, money in PAID_IN.items():
        ended = tightrope(
            *("new", name, "--ledger", ledger, "--venue", "us-reg-t", "--deposit", money),
            *("--tape", f"ACME={FIRST_CALL.with_name('acme.csv')}"),
            *("--start", "2024-01-01T00:00:00Z"),
        )
        assert ended.status == 0, ended.err


def is_head(name: str, equity: str) -> Callable[[Screen], bool]:
    """Whether the top line names the account, its venue and mode, and shows this equity."""

    def shown(screen: Screen) -> bool:
        top = screen.lines[0]
        return f" {name}  us-reg-t cross " in top and equity in top

    return shown


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24)])
def test_of_two_accounts_switched_between_by_keys_one_is_reset_then_archived(
    tmp_path: Path, width: int, height: int
) -> None:
    ledger = tmp_path / "l.db"
    begun(ledger)
    with Terminal([installed(), "--ledger", ledger], width=width, height=height) as terminal:
        terminal.wait_for(is_head("wild", "2,000.00"))
        terminal.press("A")
        terminal.wait_for("calm")
        terminal.wait_for(">*")
        terminal.press("j\r")  # the other one
        terminal.wait_for(is_head("calm", "1,000.00"))
        terminal.press("d")
        terminal.wait_for("Amount")
        terminal.press("500\r\r")
        terminal.wait_for(is_head("calm", "1,500.00"))
        terminal.press("A")
        terminal.wait_for(">*")
        terminal.press("X")
        terminal.wait_for("Reset calm?")
        terminal.press("\r")
        terminal.wait_for("archived as calm-old")
        terminal.press("\x1b")
        terminal.wait_for(is_head("calm", "1,000.00"))
        terminal.press("A/wild\r\r")  # at one go: the list, the filter, and Enter twice
        terminal.wait_for(is_head("wild", "2,000.00"))
        terminal.press("A/calm\ra")
        terminal.wait_for("calm is archived: h shows it")
        terminal.press("\x1b\x1b")
        terminal.wait_for(is_head("wild", "2,000.00"))
        terminal.press("q")
        assert terminal.wait_end() == 0
    found = {row.account: (row.equity, row.opens_next, row.is_archived) for row in accounts(ledger)}
    assert found == {
        "calm": ("1000.00", False, True),
        "calm-old": ("1500.00", False, True),
        "wild": ("2000.00", True, False),
    }
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
