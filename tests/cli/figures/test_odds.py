"""`odds` from the command line: the same seed tells the same, and faults are told."""

import datetime
import json
from pathlib import Path

import pytest

from tests.cli.driving import tightrope

ASK = (
    *("odds", "--tape", "btcusdt-perp-binance-1h-2019-2025", "--quantity", "0.1"),
    *("--leverage", "10", "--days", "5", "--futures", "200"),
)


def test_the_shares_of_one_seed_are_told_twice_alike() -> None:
    first, again = (json.loads(tightrope(*ASK, "--json").out) for _ in range(2))
    assert first == again
    assert first["futures"] == 200
    assert 0 <= float(first["liquidated"]) <= float(first["called"]) <= 1
    other = json.loads(tightrope(*ASK, "--json", "--seed", "2").out)
    assert other["result"] != first["result"]


def test_figures_are_plain_decimals_however_large_or_small() -> None:
    """The first call of a loan comes after weeks: more than a million seconds."""
    gme = ("--tape", "gme-us-1d-2019-2024", "--quantity", "1000")
    asked = ("--venue", "us-reg-t@2026-11", *gme)
    told = tightrope("odds", *asked, "--days", "90", "--futures", "200", "--json").out
    assert float(json.loads(told)["seconds_to_first_call"]) > 1_000_000
    assert "e+" not in told
    assert "e-" not in told


def test_the_work_shared_among_processes_comes_to_the_same() -> None:
    alone = tightrope(*ASK, "--json").out
    assert tightrope(*ASK, "--json", "--workers", "2").out == alone


def daily(path: Path, closes: list[str]) -> str:
    """A tape of days, as a file."""
    rows = [
        f"{datetime.date(2024, 1, 1) + datetime.timedelta(days)},{price},{price},{price},{price},1"
        for days, price in enumerate(closes)
    ]
    path.write_text("\n".join(["time,open,high,low,close,volume", *rows]) + "\n")
    return str(path)


def test_what_comes_after_the_order_has_no_part_in_its_odds(tmp_path: Path) -> None:
    """Sixty calm days are followed by two bad ones, or by sixty calm ones."""
    calm = ["100", "101"] * 30
    tapes = [
        daily(tmp_path / "fell.csv", [*calm, "60", "36", "36"]),
        daily(tmp_path / "on.csv", calm + calm),
    ]
    asked = ["--quantity", "1", "--leverage", "5", "--futures", "100", "--json"]
    then = [*asked, "--at", "2024-02-15"]
    told = [tightrope("odds", "--tape", one, *then).out for one in tapes]
    assert told[0] == told[1]
    assert json.loads(told[0])["liquidated"] == "0"
    late = tightrope("odds", "--tape", tapes[0], *asked).out
    assert float(json.loads(late)["liquidated"]) > 0


def test_without_the_trend_a_market_that_only_rose_is_expected_to_stand_still(
    tmp_path: Path,
) -> None:
    """One percent a day for forty days: every future of them is the same straight line."""
    rising = daily(tmp_path / "up.csv", [f"{100 * 1.01**day:.4f}" for day in range(41)])
    asked = [
        "odds",
        "--tape",
        rising,
        "--quantity",
        "1",
        "--futures",
        "10",
        "--days",
        "10",
        "--json",
    ]
    goes_on, stands = (json.loads(tightrope(*asked, "--trend", t).out) for t in ("tape", "none"))
    price = 100 * 1.01**40
    fees = float(stands["result"]["p50"])
    assert fees < 0
    assert abs(float(goes_on["result"]["p50"]) - fees - price * (1.01**10 - 1)) < 0.05


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--stop", "nan"), "stop"),
        (("--seed", "-1"), "seed"),
        (("--venue", "nowhere"), "no rule book"),
        (("--leverage", "500"), "leverage"),
        (("--at", "noon"), "at:"),
        (("--at", "2019-09-09"), "at least 30 are needed"),
        (("--at", "2001-01-01"), "before the end of the tape's first bar"),
        (("--stop", "999999999"), "the stop of this order must be below"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(more: tuple[str, ...], told: str) -> None:
    ended = tightrope(*ASK, *more)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err


def test_a_fault_of_the_odds_names_the_option_that_was_typed() -> None:
    asked = ("odds", "--tape", "xbtusd-bitmex-1m-2020-03", "--futures", "10")
    for more, told in (
        (("--quantity", "1", "--wallet", "5.0000001"), "--wallet: 5.0000001 is finer than USDT"),
        (("--quantity", "-1"), "--quantity: '-1' is not a number above 0"),
        (("--quantity", "1", "--mode", "smart"), "--mode: binance-usdm has no mode smart"),
    ):
        ended = tightrope(*asked, *more)
        assert (ended.status, ended.out) == (2, "")
        assert ended.err.startswith(f"tightrope: {told}")
