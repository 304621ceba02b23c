"""A blind account by keys alone, on a real pseudo-terminal: opened, traded on, and revealed."""

from pathlib import Path

from tests.cli.driving import rows
from tests.cli.run.test_new_on_the_desk import both_sizes, desk, ether_at_binance, events
from tests.terminal import Terminal

SECRETS = ("ETHUSDT", "ethusdt", "2021", "2020", "2019", "ETH")


def hides(terminal: Terminal) -> bool:
    """Whether nothing on the screen says what the prices are."""
    shown = str(terminal.screen)
    return not [secret for secret in SECRETS if secret in shown]


@both_sizes
def test_a_blind_account_is_opened_traded_on_and_revealed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    ledger = tmp_path / "ledger.db"
    with desk(ledger, size) as terminal:
        ether_at_binance(terminal)
        terminal.press("\t\t\t\x1b[C")  # the start: anywhere at random
        terminal.wait_for("[anywhere at random]")
        terminal.press("\t\t\t\t\x1b[C")  # past purse, deposit and twin: what is hidden
        terminal.wait_for("[symbol, dates, scale]")
        terminal.wait_for("weekdays and times of day stay")
        terminal.press("\r")
        terminal.wait_for("BLIND")
        terminal.wait_for("2,000.00")
        assert hides(terminal), str(terminal.screen)
        terminal.press("b")
        terminal.wait_for("Enter")
        terminal.press("0.01\r")
        terminal.wait_for("Enter")
        terminal.press("\r")
        terminal.wait_for("LONG" if size[0] > 80 else "AAA")
        terminal.press(".")
        assert hides(terminal), str(terminal.screen)
        terminal.press("W")
        terminal.wait_for("Reveal what is hidden?")
        assert hides(terminal), str(terminal.screen)
        terminal.press("\r")
        terminal.wait_for("AAA is ETHUSDT")
        terminal.press("\x1b")
        terminal.wait_for(lambda screen: "What it was" not in screen)
        terminal.press("q")
        assert terminal.wait_end() == 0
    kinds = events(ledger)
    assert kinds[:2] == ["account_opened", "deposited"]
    assert "position_opened" in kinds
    assert kinds[-1] == "revealed"
    (name,) = rows(ledger, "SELECT name FROM branches")
    assert name == ("blind",)
