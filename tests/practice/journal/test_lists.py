"""What a journal is listed by: its orders, its saved filters, its tags."""

from pathlib import Path

import pytest

from ledger.practice.journal.saved_filters import READY, read_filters, save_filter
from ledger.practice.journal.sorting import sort
from ledger.practice.journal.tags import completed, tags_of
from ledger.practice.review.entry import entry_of
from ledger.practice.review.filter import parse
from ledger.refused import Refused
from tests.reports.trades.played import buy, close, coin, trades


def test_the_highest_figure_comes_first_and_trades_without_it_last() -> None:
    world = coin()
    for stop, leaves in ((90, 110), (None, 130), (90, 95), (90, 120)):
        world.flat(100, buy(1, stop=stop))
        world.flat(leaves, close())
    entries = [entry_of(trade) for trade in trades(world)]
    by_r = [entry.number for entry in sort(entries, "R")]
    assert by_r == [4, 1, 3, 2]  # 2 R, 1 R, -0.5 R, none
    assert [entry.number for entry in sort(entries, "R", upwards=True)] == [3, 1, 4, 2]
    assert [entry.number for entry in sort(entries, "result")] == [2, 4, 1, 3]
    assert [entry.number for entry in sort(entries, "newest")] == [4, 3, 2, 1]


def test_a_filter_is_found_again_under_its_name_until_it_is_given_up(tmp_path: Path) -> None:
    file = tmp_path / "settings" / "filters.toml"
    assert read_filters(file) == ({}, "")
    save_filter(file, 'my "big" losses', 'r<-1 "too late"')
    assert read_filters(file) == ({'my "big" losses': 'r<-1 "too late"'}, "")
    save_filter(file, 'my "big" losses', "")
    assert read_filters(file) == ({}, "")


@pytest.mark.parametrize(("name", "text"), [("all", "loss"), ("x", "r<<"), ("", "loss")])
def test_a_filter_that_could_not_be_used_is_not_saved(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(Refused):
        save_filter(tmp_path / "filters.toml", name, text)
    assert not (tmp_path / "filters.toml").exists()


def test_a_damaged_file_of_filters_costs_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "filters.toml"
    for damaged in (b"\xff", b"filters = 3", b"[filters"):
        file.write_bytes(damaged)
        known, wrong = read_filters(file)
        assert known == {}
        assert str(file) in wrong


def test_the_filters_that_are_always_there_are_filters() -> None:
    for text in READY.values():
        parse(text)


def test_tags_are_words_between_commas_or_spaces() -> None:
    assert tags_of(" #late, fomo late\tx ") == ("late", "fomo", "x")
    assert tags_of(" , #") == ()


@pytest.mark.parametrize("tag", ["x\x1b[31m", "fo\u200bmo", "b" * 41])
def test_a_tag_that_cannot_be_kept_as_typed_is_refused(tag: str) -> None:
    with pytest.raises(Refused, match="tags: "):
        tags_of(f"late {tag}")


def test_the_last_tag_is_completed_as_far_as_the_known_ones_agree() -> None:
    known = ("breakout", "breakdown", "fomo")
    assert completed("late f", known) == "late fomo"
    assert completed("late,br", known) == "late,break"
    assert completed("x", known) == "x"
    assert completed("late ", known) == "late "
