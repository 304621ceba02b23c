"""Quantities of inverse contracts are told as contracts, wherever they are told."""

from pathlib import Path

from tests.cli.driving import exact, tightrope

REHEARSAL = """
title = "Inverse"
venue = "phemex-inverse"
mode = "isolated"

[[tape]]
symbol = "XBTUSD"
source = "btc.csv"

[[do]]
at = 2024-01-01T00:00:00Z
deposit = "1"

[[do]]
at = 2024-01-01T00:00:00Z
buy = { symbol = "XBTUSD", quantity = "5000", leverage = 5, stop_loss = "45000" }
"""
TAPE = """time,open,high,low,close,volume
2024-01-01T00:00:00Z,50000,50100,49900,50000,1
2024-01-01T01:00:00Z,50000,50100,49900,50000,1
"""


def kept(tmp_path: Path) -> Path:
    (tmp_path / "btc.csv").write_text(TAPE, "utf-8")
    (tmp_path / "inverse.toml").write_text(REHEARSAL, "utf-8")
    ledger = tmp_path / "ledger.db"
    ended = tightrope("rehearse", tmp_path / "inverse.toml", "--ledger", ledger)
    assert ended.status == 0, ended.err
    assert "Bought 5,000 contracts of XBTUSD at 50,000" in ended.out
    return ledger


def test_the_log_and_the_panels_count_contracts(tmp_path: Path) -> None:
    ledger = kept(tmp_path)
    log = tightrope("ledger", "--ledger", ledger).out
    assert "Opened long 5,000 contracts of XBTUSD" in log
    assert "sell 5,000 contracts of XBTUSD at 45,000" in log
    assert "XBTUSD long 5,000 contracts at" in tightrope("positions", "--ledger", ledger).out
    assert "sell 5,000 contracts XBTUSD" in tightrope("orders", "--ledger", ledger).out


def test_units_stay_units() -> None:
    page = tightrope("calc", "size", *(
        "--equity", "10000", "--risk-fraction", "0.02", "--entry", "100", "--stop", "92",
    )).lines  # fmt: skip
    assert page[0].split() == ["quantity", "25"]


def test_the_calculators_size_is_in_contracts() -> None:
    """0.02 coins at risk from 50,000 to 40,000: each contract loses 1/40,000 - 1/50,000."""
    typed = (
        *("calc", "size", "--venue", "phemex-inverse", "--equity", "1", "--leverage", "2"),
        *("--risk-fraction", "0.02", "--entry", "50000", "--stop", "40000"),
        *("--set", "trade_fee=0"),
    )
    assert tightrope(*typed).lines[0].split() == ["contracts", "4,000"]
    found = exact(tightrope(*typed, "--json").out)
    assert isinstance(found, dict)
    assert found["quantity"] == "4000"
