"""`odds` from the command line: the same seed tells the same, and faults are told."""

import json

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


def test_the_work_shared_among_processes_comes_to_the_same() -> None:
    alone = tightrope(*ASK, "--json").out
    assert tightrope(*ASK, "--json", "--workers", "2").out == alone


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--stop", "nan"), "stop"),
        (("--seed", "-1"), "seed"),
        (("--venue", "nowhere"), "no rule book"),
        (("--leverage", "500"), "leverage"),
        (("--at", "noon"), "at:"),
        (("--stop", "999999999"), "the stop of this order must be below"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(more: tuple[str, ...], told: str) -> None:
    ended = tightrope(*ASK, *more)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err
