"""Accounts of one's own by keys alone, on a real pseudo-terminal: chosen, begun and traded on."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.driving import installed, rows
from tests.terminal import Terminal

SIZES = [(120, 40), (80, 24)]
both_sizes = pytest.mark.parametrize("size", SIZES, ids=["120x40", "80x24"])


def desk(ledger: Path, size: tuple[int, int]) -> Terminal:
    """A first start, with nothing remembered from another: the first screen."""
    alone = {**os.environ, "XDG_CONFIG_HOME": str(ledger.parent / "settings")}
    command = [installed(), "--ledger", ledger]
    terminal = Terminal(command, width=size[0], height=size[1], environment=alone)
    terminal.wait_for("First call")
    return terminal


def find(terminal: Terminal, words: str, shown: str) -> None:
    """Search the list, until the row is the only one of its kind."""
    terminal.press(words)
    terminal.wait_for(f"search: {words}_")
    terminal.wait_for(shown)


def ether_at_binance(terminal: Terminal) -> None:
    """From the first screen to the form's last step, on six years of ETH at binance-usdm."""
    terminal.press("N")
    terminal.wait_for("1 of 3: what you trade")
    find(terminal, "six years of eth", "1 found")
    terminal.press("\r")
    terminal.wait_for("2 of 3: under whose rules")
    terminal.wait_for("binance-usdm")
    find(terminal, "usdm", ">binance-usdm")
    terminal.press("\r")
    terminal.wait_for("3 of 3: margin, start and money")
    terminal.wait_for("[mark and funding]")


def replace(terminal: Terminal, hint: str, text: str) -> None:
    """What a field proposes, by a text of one's own."""
    terminal.press("\x15")
    terminal.wait_for(hint)
    terminal.press(text)


def buy(terminal: Terminal, quantity: str) -> None:
    """At the market, at the leverage that the rule book proposes."""
    terminal.press("b")
    terminal.wait_for("Enter reviews")
    terminal.press(f"{quantity}\r")
    terminal.wait_for("Enter sends")
    terminal.press("\r")


def held(ledger: Path) -> list[tuple[str, str]]:
    """What was opened."""
    figures = "json_extract(body, '$.symbol'), json_extract(body, '$.quantity')"
    opened = rows(ledger, f"SELECT {figures} FROM events WHERE type = 'position_opened'")
    return [(symbol, str(quantity)) for symbol, quantity in opened]


def events(ledger: Path) -> list[str]:
    return [kind for (kind,) in rows(ledger, "SELECT type FROM events ORDER BY seq")]


def opened(ledger: Path) -> tuple[object, ...]:
    (found,) = rows(
        ledger,
        "SELECT json_extract(body, '$.venue'), json_extract(body, '$.mode') FROM events"
        " WHERE type = 'account_opened'",
    )
    return found


@both_sizes
def test_eth_in_2021_at_binance_with_cross_margin_at_5x(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A fifth of 10,000 is proposed; 5 ETH at about 1,000 are a position at 5x, with 1,000 of
    margin."""
    ledger = tmp_path / "ledger.db"
    with desk(ledger, size) as terminal:
        ether_at_binance(terminal)
        terminal.press("\t")  # from the name to the margin
        terminal.press("c")
        terminal.wait_for("[cross]")
        terminal.press("\t\t\t")  # what else is used, the kind of start, its date
        replace(terminal, "2021-01-04 or 2021-01-04 09:00", "2021-01-04 09:00")
        terminal.wait_for("Start: Mon 4 Jan 2021 09:00")
        terminal.press("\r")
        terminal.wait_for("2,000.00")
        terminal.wait_for("Mon 4 Jan 2021 09:00")
        terminal.press("b")
        terminal.wait_for("Enter")
        terminal.press("5\t\x155\r")
        terminal.wait_for("Enter")
        terminal.press("\r")
        terminal.wait_for("LONG" if size[0] > 80 else "ETHUSDT")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert opened(ledger) == ("binance-usdm", "cross")
    assert events(ledger)[:2] == ["account_opened", "deposited"]
    (held,) = rows(
        ledger,
        "SELECT json_extract(body, '$.quantity'), json_extract(body, '$.leverage') FROM events"
        " WHERE type = 'position_opened'",
    )
    assert [str(figure) for figure in held] == ["5", "5"]


@both_sizes
def test_spy_and_aapl_in_2008_at_a_us_broker(tmp_path: Path, size: tuple[int, int]) -> None:
    """Two tapes are marked; the search ends before the second is looked for."""
    ledger = tmp_path / "ledger.db"
    with desk(ledger, size) as terminal:
        terminal.press("N")
        terminal.wait_for("1 of 3: what you trade")
        find(terminal, "spy-us-1d", "1 found")
        terminal.press("\t")
        terminal.wait_for("[x] SPY")
        terminal.press("\x1b")
        terminal.wait_for("type to search")
        find(terminal, "aapl-us-1d", "1 found")
        terminal.press("\t")
        terminal.wait_for("[x] AAPL")
        terminal.press("\r")
        terminal.wait_for("2 of 3: under whose rules")
        terminal.wait_for("us-reg-t")
        find(terminal, "regulation", ">us-reg-t")
        terminal.press("\r")
        terminal.wait_for("SPY, AAPL at US stock broker")
        terminal.press("\t\t\t")  # margin, the kind of start, its date
        replace(terminal, "2021-01-04 or 2021-01-04 09:00", "2008-01-02")
        terminal.wait_for("Start: Wed 2 Jan 2008 00:00")
        terminal.press("\r")
        terminal.wait_for("Wed 2 Jan 2008")
        terminal.wait_for("2,000.00")
        buy(terminal, "5")
        terminal.wait_for("Bought 5 SPY")
        terminal.press("/")
        buy(terminal, "50")
        terminal.wait_for("Bought 50 AAPL")
        terminal.press(".")
        terminal.wait_for("Thu 3 Jan 2008")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert opened(ledger) == ("us-reg-t", "cross")
    ((symbols,),) = rows(
        ledger, "SELECT json_extract(body, '$.tapes') FROM events WHERE type = 'account_opened'"
    )
    assert list(json.loads(symbols)) == ["SPY", "AAPL"]
    assert held(ledger) == [("SPY", "5"), ("AAPL", "50")]
    with Terminal([installed(), "--ledger", ledger], width=size[0], height=size[1]) as terminal:
        terminal.wait_for("Thu 3 Jan 2008")
        terminal.press("R")
        terminal.wait_for("spy-aapl")  # among the accounts to go on with
        terminal.press("q")
        terminal.wait_for("Thu 3 Jan 2008")
        terminal.press("q")
        assert terminal.wait_end() == 0


@both_sizes
def test_an_imported_file_at_a_rule_book_of_one_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """Nothing is found, its path is typed on the desk, and the tape comes back chosen."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    book = tmp_path / "home" / "tightrope" / "venues" / "my-broker.toml"
    book.parent.mkdir(parents=True)
    book.write_text('extends = "us-reg-t"\nid = "my-broker"\ntitle = "My broker"\n', "utf-8")
    days = [f"2024-01-{day:02}T00:00:00Z,100,101,99,100,5" for day in range(1, 29)]
    file = tmp_path / "my prices.csv"
    file.write_text("\n".join(["time,open,high,low,close,volume", *days]), "utf-8")
    ledger = tmp_path / "ledger.db"
    with desk(ledger, size) as terminal:
        terminal.press("N")
        terminal.wait_for("1 of 3: what you trade")
        find(terminal, "zinc", "ctrl+o imports a file")
        terminal.press("\x0f")
        terminal.wait_for("IMPORT A PRICE FILE")
        terminal.press(str(file))
        terminal.wait_for("Enter imports it as my-prices")
        terminal.press("\r")
        terminal.wait_for("1 of 3: what you trade")
        terminal.wait_for("yours, from my prices.csv")
        terminal.press("\r")
        terminal.wait_for("2 of 3: under whose rules")
        terminal.wait_for("my-broker")
        find(terminal, "yours", ">my-broker")
        terminal.press("\r")
        terminal.wait_for("at My broker")
        terminal.wait_for("Bars before it: ")
        terminal.press("\r")
        terminal.wait_for("2,000.00")
        buy(terminal, "30")
        terminal.wait_for("Bought 30 MY")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert opened(ledger) == ("my-broker", "cross")
    assert events(ledger)[:2] == ["account_opened", "deposited"]
    assert held(ledger) == [("MY", "30")]


def test_what_is_typed_faster_than_the_pages_come_waits_for_them(tmp_path: Path) -> None:
    """From the first screen to the desk in one go: each key is for the page it is meant for."""
    ledger = tmp_path / "ledger.db"
    with desk(ledger, (120, 40)) as terminal:
        chosen = "six years of eth\r" + "usdm\r"
        filled = "\t" + "c" + "\t\t\t" + "\x15" + "2021-01-04 09:00" + "\r"
        terminal.press("N" + chosen + filled)
        terminal.wait_for("equity 2,000.00 USDT")
        terminal.wait_for("Mon 4 Jan 2021 09:00")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert opened(ledger) == ("binance-usdm", "cross")
