"""`venues`: a list, a page in which nothing is without its source, and two side by side."""

import json
import re
import sys
from pathlib import Path

import pytest

from ledger.practice.library.venue_shelf import load_venue, venues_folder
from ledger.practice.venues.venue_page import compare, venue_page
from tests.cli.driving import ROOT, exact, figure, tightrope
from tests.terminal import Terminal
from tui.pages.venue_lines import compare_lines, list_lines, page_lines, text_of

VENUES = sorted(path.stem for path in (ROOT / "assets" / "venues").glob("*.toml"))
every_book = pytest.mark.parametrize("name", VENUES)


def test_every_rule_book_that_is_shipped_is_listed() -> None:
    assert [line.split()[0] for line in tightrope("venues").lines[1:]] == VENUES
    listed = exact(tightrope("venues", "--json").out)
    assert [book["id"] for book in listed] == VENUES
    assert not any(book["own"] for book in listed)


@every_book
def test_each_figure_of_a_rule_book_stands_with_its_source_and_date(name: str) -> None:
    page = exact(tightrope("venues", name, "--json").out)
    assert page["id"] == name
    assert page["figures"]
    for found in page["figures"]:
        assert found["key"]
        assert found["value"]
        assert found["label"]
        assert found["shown"]
        assert len(found["source"]) > 10
        assert re.fullmatch(r"(read )?\d{4}(-\d\d){0,2}", found["date"])
        assert found["certainty"] in ("stated", "secondary", "assumed")
    assumed = [found for found in page["figures"] if found["certainty"] == "assumed"]
    assert page["assumed"] == len(assumed)


@every_book
def test_the_page_of_a_rule_book_reads_like_its_json(name: str) -> None:
    page = exact(tightrope("venues", name, "--json").out)
    lines = tightrope("venues", name).lines
    for found in page["figures"]:
        told = f"({found['certainty']}, {found['date']}): {found['source']}"
        at = lines.index(f"     {found['key']} {told}")
        rows = lines[at - len(found["shown"]) : at]
        assert [row.endswith(text) for row, text in zip(rows, found["shown"], strict=True)]
        mark = "?" if found["certainty"] == "assumed" else " "
        assert rows[0].startswith(f" {mark} ")
        label = rows[0].removesuffix(found["shown"][0]).lower()
        assert label.rstrip().endswith(found["label"].lower())
    counts = re.findall(r"\d+ assumed", lines[2])
    assert counts == [f"{page['assumed']} assumed"]


def test_the_page_has_how_far_a_full_position_may_fall() -> None:
    (long, _) = exact(tightrope("venues", "us-reg-t", "--json").out)["full"]
    assert (long["side"], long["leverage"]) == ("long", "2")
    # 1 - 0.5 / 0.70 = 2/7 and 1 - 0.5 / 0.75 = 1/3, as fractions with eight decimals
    assert figure(long["moves"]["call"]) == figure("0.28571429")
    assert figure(long["moves"]["liquidation"]) == figure("0.33333333")
    assert figure(long["ruin"]) == figure("0.5")


def test_the_picture_has_its_letters_where_the_falls_are() -> None:
    """60 cells up to a fall of 50 %: the call at 2/7 of the price is in cell 34, 1/3 in cell 40."""
    line = next(line for line in tightrope("venues", "us-reg-t").lines if "Long 2x" in line)
    bar = line.split("|")[1]
    assert (len(bar), bar.index("C"), bar.index("L")) == (60, 34, 40)


def test_two_rule_books_stand_side_by_side_with_what_differs_marked() -> None:
    told = exact(tightrope("venues", "us-reg-t", "binance-usdm", "--json").out)
    assert [book["id"] for book in told["venues"]] == ["us-reg-t", "binance-usdm"]
    pairs = {pair["key"]: pair for pair in told["figures"]}
    assert pairs["max_leverage"]["values"] == [["4x"], ["150x"]]
    assert pairs["max_leverage"]["differs"]
    assert pairs["interest.day_count"]["values"] == [["360 days"], None]
    assert not pairs["clear_band"]["differs"]
    lines = tightrope("venues", "us-reg-t", "binance-usdm").lines
    assert [line.split()[:4] for line in lines if "Maximum leverage " in line and "4x" in line] == [
        ["*", "Maximum", "leverage", "4x"]
    ]
    assert [line.split()[0] for line in lines if "Clear band" in line] == ["Clear"]


@every_book
@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_wider_than_the_terminal(name: str, width: int) -> None:
    pages = [venue_page(load_venue(name)) for name in (name, "binance-usdm")]
    both = compare_lines(pages[0], pages[1], compare(*pages), width)
    for lines in (page_lines(pages[0], width), both, list_lines(pages, frozenset(), width)):
        assert max(map(len, text_of(lines))) <= width


def test_on_a_terminal_a_page_is_as_wide_as_the_terminal() -> None:
    program = [sys.executable, "-m", "tui", "venues", "binance-usdm"]
    with Terminal(program, width=70, height=400) as terminal:
        assert terminal.wait_end() == 0
        assert "Ladder: liquidation" in terminal.screen
        assert max(len(line) for line in terminal.screen.lines) <= 70


def test_a_book_of_ones_own_is_listed_and_a_wrong_one_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    venues_folder().mkdir(parents=True)
    text = (ROOT / "assets" / "venues" / "us-reg-t.toml").read_text("utf-8")
    (venues_folder() / "mine.toml").write_text(text.replace('"us-reg-t"', '"mine"'), "utf-8")
    (venues_folder() / "wrong.toml").write_text("id = 7", "utf-8")
    ended = tightrope("venues")
    assert ended.status == 0
    assert next(line for line in ended.lines if line.startswith("mine ")).endswith("(yours)")
    assert "wrong.toml:1: id: 7 does not fit" in ended.err
    assert {book["id"]: book["own"] for book in exact(tightrope("venues", "--json").out)} == {
        **dict.fromkeys(VENUES, False),
        "mine": True,
    }


def test_three_rule_books_are_refused() -> None:
    ended = tightrope("venues", "us-reg-t", "us-reg-t", "us-reg-t")
    assert (ended.status, ended.out) == (2, "")
    assert "allowed: none, one or two" in ended.err


def test_a_shipped_book_s_file_is_there_to_begin_one_of_ones_own(tmp_path: Path) -> None:
    text = tightrope("venues", "us-reg-t", "--toml").out
    assert text == (ROOT / "assets" / "venues" / "us-reg-t.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    assert tightrope("venues", tmp_path / "mine.toml", "--toml").out == text
    assert tightrope("venues", "--toml").status == 2


def test_all_rule_books_stand_side_by_side_for_a_choice() -> None:
    lines = tightrope("venues", "--compare").out
    rows = {
        found["id"]: found for found in json.loads(tightrope("venues", "--compare", "--json").out)
    }
    assert {*rows} == {*VENUES}
    for name, row in rows.items():
        assert re.search(rf"^ {name} +{re.escape(row['leverage'])} ", lines, re.MULTILINE)
    (one,) = json.loads(tightrope("venues", "esma-cfd", "--compare", "--json").out)
    assert one == rows["esma-cfd"]
    assert one["protects"]["certainty"] == "secondary"
    assert tightrope("venues", "nowhere", "--compare").status == 2
