"""Rehearsals on made-up markets: the same file gives the same events, and says what it is."""

from pathlib import Path

import pytest

from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from ledger.refused import Refused
from tests.cli.driving import exact, of, tightrope

PROMISED = (
    '{ model = "jump", start_price = "100", drift = "0.05", volatility = "0.8", bars = 10000, '
    'interval = "1h" }'
)
SOURCES = {
    "gbm": '{ model = "gbm", bars = 600 }',
    "jump": PROMISED,
    "regimes": '{ model = "regimes", bars = 600, calm_days = "2", panic_days = "1" }',
    "gaps": '{ model = "gaps", bars = 600, gap_deviation = "0.05" }',
    "bootstrap": '{ model = "bootstrap", tape = "eurusd-oanda-1h-2014-2016", bars = 600, '
    'start_price = "100" }',
}
SCRIPT = """
[[do]]
at = 2024-01-01T00:00:00Z
deposit = "5000"

[[do]]
at = 2024-01-02T00:00:00Z
buy = { symbol = "ACME", notional = "9000", leverage = 10, stop_loss = "60" }
"""


def written(folder: Path, source: str, seed: int = 7, more: str = "") -> Path:
    path = folder / f"seed-{seed}.toml"
    path.write_text(
        f'venue = "binance-usdm"\nmode = "cross"\nstart = 2024-01-01T00:00:00Z\nseed = {seed}\n'
        f'[[tape]]\nsymbol = "ACME"\nsource = {source}\n{more}{SCRIPT}',
        "utf-8",
    )
    return path


@pytest.mark.parametrize("model", SOURCES)
def test_a_rehearsal_on_each_model_is_the_same_twice_and_another_with_another_seed(
    tmp_path: Path, model: str
) -> None:
    path = written(tmp_path, SOURCES[model])
    first, second = (tightrope("rehearse", path, "--json") for _ in "ab")
    assert (first.status, first.err) == (0, "")
    assert first.out == second.out
    events = [exact(line) for line in first.lines]
    assert of(events, "order_filled")
    other = written(tmp_path, SOURCES[model], seed=8)
    others = [exact(line) for line in tightrope("rehearse", other, "--json", "--account",
                                                "seed-7").lines]  # fmt: skip
    assert of(others, "order_filled") != of(events, "order_filled")
    assert others[-1]["state_hash"] != events[-1]["state_hash"]


def test_it_says_everywhere_that_nobody_traded_at_these_prices(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    path = written(tmp_path, SOURCES["gbm"])
    opened, *_, statement = [exact(line) for line in tightrope("rehearse", path, "--json").lines]
    assert opened["tapes"]["ACME"].startswith("synthetic gbm, seed 7, ")
    assert statement["synthetic"] == {"ACME": "synthetic gbm, seed 7"}
    plain = tightrope("rehearse", path, "--ledger", ledger).lines
    assert plain[0] == "ACME: synthetic gbm, seed 7. These prices were never traded."
    assert plain[1].endswith("; synthetic prices: ACME")
    assert "Prices              ACME: synthetic gbm, seed 7" in plain
    status = tightrope("status", "--ledger", ledger).lines
    assert "Prices              ACME: synthetic gbm, seed 7" in status
    held = tightrope("positions", "--ledger", ledger).lines
    assert held
    assert held[0].endswith(", at synthetic prices")
    for command in ("orders", "watch"):
        told = tightrope(command, *(["--once"] if command == "watch" else []), "--ledger", ledger)
        assert told.lines
        assert all(line.endswith(", at synthetic prices") for line in told.lines)
    logged = tightrope("ledger", "--ledger", ledger, "--kind", "order_filled").lines
    assert logged
    assert all(line.endswith(", at synthetic prices") for line in logged)
    assert set(logged) < set(plain)


def test_a_recorded_market_is_not_called_synthetic(tmp_path: Path) -> None:
    path = written(tmp_path, '"btcusdt-perp-binance-5m-2025-10"').with_name("seed-7.toml")
    text = path.read_text("utf-8").replace("2024-01-0", "2025-10-0").split("[[do]]")[0]
    path.write_text(text, "utf-8")
    ended = tightrope("rehearse", path)
    assert ended.status == 0, ended.err
    assert "synthetic" not in ended.out


@pytest.mark.parametrize("source", [PROMISED, SOURCES["bootstrap"], '{ model = "bootstrap", tape = '
                                    '"mine.csv", bars = 50, block = 3 }'])  # fmt: skip
def test_an_account_goes_on_where_it_was_left_on_the_same_market(
    tmp_path: Path, source: str
) -> None:
    own = tmp_path / "mine.csv"
    lines = [f"2024-01-0{day}T00:00:00Z,{day},{day},{day},{day},1" for day in range(1, 9)]
    own.write_text("\n".join(["time,open,high,low,close,volume", *lines]))
    ledger = tmp_path / "ledger.db"
    session = begin(load_rehearsal(written(tmp_path, source)), ledger, "made")
    for _ in range(20):
        session.advance()
    session.close()
    again = resume(ledger)
    assert again.place == session.place
    assert again.market.last == session.market.last
    tape, before = again.timeline.tapes["ACME"], session.timeline.tapes["ACME"]
    assert (tape.sha256, tape.recipe) == (before.sha256, before.recipe)
    assert again.statement() == session.statement()
    again.close()
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0


def test_a_lender_that_changed_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "mine.csv"
    lines = [f"2024-01-0{day}T00:00:00Z,{day},{day},{day},{day},1" for day in range(1, 9)]
    own.write_text("\n".join(["time,open,high,low,close,volume", *lines]))
    source = '{ model = "bootstrap", tape = "mine.csv", bars = 50 }'
    begin(load_rehearsal(written(tmp_path, source)), tmp_path / "l.db", "made").close()
    own.write_text(own.read_text().replace(",8,1", ",8,2"))
    with pytest.raises(Refused, match="restore the old file"):
        resume(tmp_path / "l.db")
