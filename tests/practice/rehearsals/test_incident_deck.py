"""The deck draws the same incidents for the same seed, and others for another."""

import re
from pathlib import Path

import pytest

from ledger.account.events import kinds as e
from ledger.account.events.kinds import Event
from ledger.account.incident import LASTING, IncidentKind
from ledger.practice.rehearsals.incident_deck import DRAWN, draw, drawn_again, named
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin
from ledger.refused import Refused
from ledger.times import HOUR

FILE = """
venue = "binance-usdm"
mode  = "isolated"
start = 2020-03-12T00:00:00Z
end   = 2020-03-12T12:00:00Z
seed  = SEED

[[tape]]
symbol = "XBTUSD"
source = "xbtusd-bitmex-1m-2020-03"

[deck]
draws = 4
kinds = ["outage", "latency", "hack"]

[[do]]
at = 2020-03-12T00:00:00Z
deposit = "3000"
"""


def struck(folder: Path, seed: int) -> list[tuple[int, IncidentKind]]:
    path = folder / "deck.toml"
    path.write_text(FILE.replace("SEED", str(seed)), "utf-8")
    rehearsal = load_rehearsal(path)
    heard: list[Event] = []
    run(begin(rehearsal, None, "deck"), rehearsal.actions, heard.extend)
    return [(x.at, x.kind) for x in heard if isinstance(x, e.IncidentStarted)]


def test_a_file_s_deck_strikes_as_its_seed_says(tmp_path: Path) -> None:
    first = struck(tmp_path, 7)
    assert len(first) == 4
    assert {kind for _, kind in first} <= {
        IncidentKind.OUTAGE,
        IncidentKind.LATENCY,
        IncidentKind.HACK,
    }
    assert struck(tmp_path, 7) == first
    assert struck(tmp_path, 8) != first


def test_what_is_drawn_lacks_nothing_and_lies_in_its_time() -> None:
    for seed in range(50):
        for drawn in draw(seed, 5, DRAWN, 1_000, 90_000):
            wish = drawn.command
            assert 1_000 <= drawn.at < 90_000
            assert (wish.lasts >= HOUR) is (wish.kind in LASTING)
            assert wish.share is None or 0 < wish.share <= 1


def test_a_deck_is_drawn_again_from_what_an_account_is_marked_with() -> None:
    for seed in (0, 7, 2**62):
        first = draw(seed, 5, DRAWN, 1_000, 90_000)
        assert drawn_again(named(seed, 5), 1_000, 90_000) == first
    for mark in ("", "first-call", "scenarios/2021-gme", "deck/", "deck/7", "deck/x/3", "7/3"):
        assert drawn_again(mark, 1_000, 90_000) == []


@pytest.mark.parametrize(
    ("incident", "fault"),
    [
        (
            '{ kind = "leverage_cut", max_leverage = 200 }',
            "max_leverage is 150; allowed: less than that",
        ),
        ('{ kind = "rate_hike", loan_rate = "0.2" }', "loan_rate: not part of binance-usdm"),
    ],
)
def test_a_change_of_rules_that_the_venue_cannot_make_is_refused_before_anything_is_run(
    tmp_path: Path, incident: str, fault: str
) -> None:
    path = tmp_path / "hike.toml"
    body = FILE.replace("SEED", "1")
    path.write_text(f"{body}\n[[do]]\nat = 2020-03-12T01:00:00Z\nincident = {incident}\n", "utf-8")
    with pytest.raises(Refused, match=re.escape(f"do[2].incident: {fault}")):
        load_rehearsal(path)
