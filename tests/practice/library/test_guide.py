"""The guide: what it says works, and no key of a file is missing from it."""

import re
import shlex
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ledger.market.rule_files.rulebook_tables import BookTable
from ledger.practice.library.guide import Chapter, chapter, chapters, text_of
from ledger.practice.library.venue_shelf import load_venue, venues_folder
from ledger.practice.rehearsals.synthetic_file import TABLES
from ledger.practice.rehearsals.tables import RehearsalTable
from ledger.refused import Refused
from tests.cli.driving import ROOT, figure, of, rehearsed, tightrope
from tui.keymap import markdown

every_chapter = pytest.mark.parametrize("found", chapters(), ids=lambda found: found.id)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(name: str, kind: str) -> list[str]:
    """The code of one kind in a chapter."""
    return [text for found, text in FENCE.findall(text_of(chapter(name))) if found == kind]


def tables_in(annotation: Any, seen: set[Any]) -> Iterator[type[BaseModel]]:
    """Every table that can stand in a file, found in the types."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from tables_in(field.annotation, seen)
    for part in get_args(annotation):
        yield from tables_in(part, seen)


def keys_of(model: type[BaseModel]) -> set[str]:
    return {key for table in tables_in(model, set()) for key in table.model_fields}


def test_every_key_of_a_rule_book_is_in_the_chapter_about_ones_own() -> None:
    text = text_of(chapter("own-venue"))
    missing = [key for key in keys_of(BookTable) if f"`{key}`" not in text and key not in text]
    assert not missing, "rulebook_keys.py does not find them"


def test_every_key_of_a_rehearsal_file_is_in_its_chapter() -> None:
    text = text_of(chapter("rehearsals"))
    missing = sorted(key for key in keys_of(RehearsalTable) if not re.search(rf"\b{key}\b", text))
    assert not missing, f"say in a table of assets/guide/8-rehearsals.md what they are: {missing}"


def test_every_key_of_a_made_up_market_is_in_the_chapter_on_prices() -> None:
    keys = {key for table in TABLES.values() for key in table.model_fields}
    assert "jump_rate" in keys
    text = text_of(chapter("prices"))
    assert not [key for key in sorted(keys) if f"`{key}`" not in text]


def test_the_table_of_keys_is_the_one_the_desk_binds() -> None:
    assert markdown() in text_of(chapter("keys"))


def test_chapters_follow_their_numbers_beyond_nine() -> None:
    assert [found.file.name.partition("-")[0] for found in chapters()] == [
        str(number) for number in range(1, len(chapters()) + 1)
    ]


@every_chapter
def test_a_chapter_has_a_title_and_can_be_asked_for(found: Chapter) -> None:
    assert found.title
    assert chapter(found.id) == found
    text = text_of(found)
    assert text.startswith(f"# {found.title}\n")
    assert "{keys" not in text
    assert "{venues" not in text


@every_chapter
def test_every_command_in_the_guide_works(
    found: Chapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in ("HOME", "XDG_DATA_HOME"):  # what a command begins is no other test's
        monkeypatch.setenv(home, str(tmp_path))
    (tmp_path / "assets").symlink_to(ROOT / "assets")  # as in a checkout, which stays as it is
    monkeypatch.chdir(tmp_path)
    commands = [
        line
        for kind, text in FENCE.findall(text_of(found))
        if not kind
        for line in text.splitlines()
        if line.startswith("tightrope ")
    ]
    for command in commands:
        ended = tightrope(*shlex.split(command)[1:])
        assert (ended.status, ended.err) == (0, ""), command


@every_chapter
def test_every_file_the_guide_names_is_there(found: Chapter) -> None:
    named = re.findall(r"assets/[\w/-]+\.toml", text_of(found))
    assert not [name for name in named if not (ROOT / name).is_file()]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The rule books, tape and rehearsal of the chapter, saved as it says."""
    book, extending, rehearsal = blocks("own-venue", "toml")
    (tape,) = blocks("own-venue", "csv")
    for name, text in (
        ("my-broker.toml", book), ("my-house.toml", extending),
        ("acme.csv", tape), ("at-my-broker.toml", rehearsal),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_rule_book_from_a_folder_of_ones_own_is_loaded_and_traded_on(own: Path) -> None:
    """5,000 at 12 % over 365 days: 3.29 after two. At 82: 0.40 x 8,200 - (8,200 - 5,003.29)."""
    events, statement = rehearsed(own / "at-my-broker.toml")
    assert events[0]["venue"] == "my-broker"
    (loan,) = of(events, "loan_drawn")
    assert figure(loan["amount"]) == 5000
    (call,) = of(events, "margin_call_issued")
    owed = Decimal(5000) + (Decimal(5000) * Decimal("0.12") * 2 / 365).quantize(Decimal("0.01"))
    assert figure(call["shortfall"]) == Decimal("0.40") * 8200 - (8200 - owed)
    assert f"{call['shortfall']}." in text_of(chapter("own-venue"))
    assert figure(statement["accrued_interest"]) == Decimal("6.58")


def test_the_same_book_is_traded_on_by_its_name(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.setenv("XDG_DATA_HOME", str(own))
    venues_folder().mkdir(parents=True)
    (own / "my-broker.toml").rename(venues_folder() / "my-broker.toml")
    file = own / "at-my-broker.toml"
    file.write_text(file.read_text("utf-8").replace('"my-broker.toml"', '"my-broker"'), "utf-8")
    events, _ = rehearsed(file)
    assert of(events, "margin_call_issued")
    assert load_venue("my-broker").rulebook.title == "A broker of my own"
    assert str(venues_folder()) in text_of(chapter("own-venue"))


def test_a_rule_book_may_begin_as_another(own: Path) -> None:
    page = load_venue(str(own / "my-house.toml"))
    house, exchange = page.rulebook.schedules
    assert (house.long_rate, exchange.long_rate) == (Decimal("0.35"), Decimal("0.25"))
    assert [tier.rate for tier in page.rulebook.interest.tiers] == [Decimal("0.0950")]
    assert {figure.key for figure in page.figures} - page.taken == {
        "interest.rates",
        "schedule.house.long_rate",
    }


def test_the_rehearsal_of_the_chapter_runs(tmp_path: Path) -> None:
    (text,) = blocks("rehearsals", "toml")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    events, _ = rehearsed(tmp_path / "mine.toml")
    assert of(events, "order_filled")


def test_a_chapter_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match="nearest: loan"):
        chapter("lone")
    assert chapter("2").id == "loan"
