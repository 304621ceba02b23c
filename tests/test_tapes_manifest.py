"""The bundled tapes are what their manifest says, row by row."""

import gzip
import hashlib
import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.places import ROOT

TAPES = ROOT / "assets" / "tapes"
MANIFEST = tomllib.loads((TAPES / "manifest.toml").read_text("utf-8"))["tape"]
BY_ID = {tape["id"]: tape for tape in MANIFEST}
ROOM_FOR_TAPES = 7_600_000  # of the 8 MB that the wheel may weigh
STEPS = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
}
HEADERS = {
    "price": "time,open,high,low,close,volume",
    "mark": "time,open,high,low,close,volume",
    "funding": "time,funding_rate",
}
BELOW_ZERO = {"wti-nymex-1d-2019-2020"}  # oil was, in April 2020

Tape = dict[str, Any]
PRICES = [tape for tape in MANIFEST if tape["kind"] != "funding"]
every_tape = pytest.mark.parametrize("tape", MANIFEST, ids=list(BY_ID))
every_tape_of_prices = pytest.mark.parametrize("tape", PRICES, ids=[tape["id"] for tape in PRICES])


@every_tape
def test_a_tape_is_the_file_that_was_shipped(tape: Tape) -> None:
    assert tape["file"] == f"{tape['id']}.csv.gz"
    assert hashlib.sha256((TAPES / tape["file"]).read_bytes()).hexdigest() == tape["sha256"]


@every_tape
def test_a_tape_has_the_bars_it_claims(tape: Tape) -> None:
    header, *rows = lines(tape)
    times = [datetime.fromisoformat(row.partition(",")[0]) for row in rows]
    assert header == HEADERS[tape["kind"]]
    assert (len(times), times[0], times[-1]) == (tape["bars"], tape["first"], tape["last"])
    assert all(later - earlier >= STEPS[tape["interval"]] for earlier, later in pairwise(times))


@every_tape_of_prices
def test_every_price_is_sane_and_fits_the_tick(tape: Tape) -> None:
    places, step = in_ticks(tape["instrument"]["tick"])
    for row in lines(tape)[1:]:
        time, *prices, volume = row.split(",")
        atoms = [whole(price, places) for price in prices]
        opened, high, low, close = atoms
        assert all(atom % step == 0 for atom in atoms), time
        assert low <= min(opened, close) <= max(opened, close) <= high, time
        assert low > 0 or tape["id"] in BELOW_ZERO, time
        assert float(volume) >= 0, time


@every_tape
def test_a_tape_says_where_it_comes_from(tape: Tape) -> None:
    told = ("title", "licence", "origin", "done", "source_repository", "source_path")
    assert all(tape[key] for key in told)
    assert len(tape["source_commit"]) >= 12
    assert tape["calendar"] in {"continuous", "session"}


@every_tape
def test_events_lie_on_the_tape_in_order(tape: Tape) -> None:
    times = [event["time"] for event in tape["events"]]
    assert times == sorted(times)
    assert all(tape["first"] <= time <= tape["last"] for time in times)
    assert all(event["text"] for event in tape["events"])
    assert all(time.tzinfo == UTC for time in times)


@every_tape
def test_an_instrument_is_fully_described(tape: Tape) -> None:
    instrument = tape["instrument"]
    assert instrument["kind"] in {"spot", "linear"}
    assert instrument["currency"] in {"USD", "USDT", "CHF"}
    assert instrument["symbol"].isalnum()
    assert all(Decimal(instrument[key]) > 0 for key in ("tick", "lot"))
    assert len(instrument["lot"].partition(".")[2]) <= 8


@every_tape
def test_companions_are_of_the_same_instrument_and_never_coarser(tape: Tape) -> None:
    for kind in ("mark", "funding"):
        if kind in tape:
            companion = BY_ID[tape[kind]]
            assert companion["kind"] == kind
            assert companion["instrument"]["symbol"] == tape["instrument"]["symbol"]
    if "mark" in tape:
        assert STEPS[BY_ID[tape["mark"]]["interval"]] <= STEPS[tape["interval"]]


def test_every_file_is_in_the_manifest_once() -> None:
    assert len(BY_ID) == len(MANIFEST)
    assert {path.name for path in TAPES.glob("*.gz")} == {tape["file"] for tape in MANIFEST}


def test_the_tapes_leave_room_for_the_code() -> None:
    assert sum(path.stat().st_size for path in TAPES.iterdir()) < ROOM_FOR_TAPES


def lines(tape: Tape) -> list[str]:
    return gzip.decompress((TAPES / tape["file"]).read_bytes()).decode("utf-8").splitlines()


def in_ticks(tick: str) -> tuple[int, int]:
    """A tick as the places it is written in and the whole number it is there: 0.5 is (1, 5)."""
    places = len(tick.partition(".")[2])
    return places, whole(tick, places)


def whole(price: str, places: int) -> int:
    """A price in units of its last place, exact, and ten times quicker than a Decimal."""
    units, _, fraction = price.partition(".")
    assert not fraction[places:].strip("0"), f"{price} is finer than the tick"
    magnitude = int(units.lstrip("-") + fraction[:places].ljust(places, "0"))
    return -magnitude if units.startswith("-") else magnitude
