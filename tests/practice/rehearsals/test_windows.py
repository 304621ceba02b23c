"""A scenario that begins at one of several moments: drawn by a seed, all else at its distance."""

from pathlib import Path

import pytest

from ledger.account.events import kinds as e
from ledger.practice.accounts.own_rehearsal import own_rehearsal, take_up
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.rehearsals.windows import at_window
from ledger.refused import Refused
from ledger.times import DAY, HOUR, iso, parse_time

FIRST = parse_time("2024-03-01T00:00:00Z")
PAGE = """
venue = "us-reg-t"
start = 2024-03-01T00:00:00Z
end   = 2024-03-02T00:00:00Z

[scenario]
kind = "drill"
goal = "lose nothing"
briefing = "A day, nobody says which."
debrief = "That was one of three."
starts = ["2024-03-01T00:00:00Z", "2024-03-04T00:00:00Z", "2024-03-07T00:00:00Z"]

[[tape]]
symbol = "XYZ"
source = "xyz.csv"

[[do]]
at = 2024-03-01T00:00:00Z
deposit = "1000"

[[do]]
at = 2024-03-01T05:00:00Z
note = { text = "five hours in" }
"""


def drill(folder: Path, page: str = PAGE) -> Path:
    """Ten days of hours, and the drill on one of them."""
    rows = [f"{iso(FIRST + hour * HOUR)},100,101,99,100,9" for hour in range(240)]
    (folder / "xyz.csv").write_text("\n".join(["time,open,high,low,close,volume", *rows, ""]))
    (folder / "drill.toml").write_text(page)
    return folder / "drill.toml"


def test_the_seed_draws_the_start_and_everything_stays_at_its_distance(tmp_path: Path) -> None:
    read = load_rehearsal(drill(tmp_path))
    drawn = {seed: at_window(read, seed) for seed in range(30)}
    assert {each.start for each in drawn.values()} == {FIRST, FIRST + 3 * DAY, FIRST + 6 * DAY}
    for seed, each in drawn.items():
        assert each.end - each.start == DAY
        assert [action.at - each.start for action in each.actions] == [0, 5 * HOUR]
        assert each == at_window(read, seed)
        assert each.seed == seed


def test_a_file_with_one_start_begins_there(tmp_path: Path) -> None:
    page = "\n".join(line for line in PAGE.split("\n") if not line.startswith("starts"))
    read = load_rehearsal(drill(tmp_path, page))
    assert at_window(read, 5) == read


def test_what_happens_by_itself_goes_on_from_the_drawn_start_when_it_is_resumed(
    tmp_path: Path,
) -> None:
    file, ledger = own_rehearsal(drill(tmp_path)), tmp_path / "l.db"
    seed = next(n for n in range(30) if at_window(file.rehearsal, n).start == FIRST + 6 * DAY)
    session = take_up(file, ledger, seed=seed)
    assert session.timeline.start == FIRST + 6 * DAY
    session.close()
    again = take_up(file, ledger)
    from ledger.practice.accounts.fate import bind_fate

    bind_fate(again)
    events: list[e.Event] = []
    while not again.ended:
        events += again.advance()
    (note,) = [event for event in events if isinstance(event, e.NoteAdded)]
    assert note.at == FIRST + 6 * DAY + 5 * HOUR
    again.close()


def test_a_start_from_which_the_tape_is_too_short_is_refused(tmp_path: Path) -> None:
    page = PAGE.replace("2024-03-07", "2024-03-11")
    with pytest.raises(Refused, match="XYZ has no bars for so long from there"):
        load_rehearsal(drill(tmp_path, page))
