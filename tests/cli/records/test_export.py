"""`export`: a file that is whole or is not there, and that never replaces another."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.practice.exports.whole_file import new_folder, write_lines
from ledger.refused import Refused
from tests.cli.driving import FIRST_CALL, contents, exact, tightrope
from tui.cli.options.exports import FORMATS


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_an_account_is_written_once_and_never_over_a_file(
    form: str, ledger: Path, tmp_path: Path
) -> None:
    target = tmp_path / "books"
    ended = tightrope("export", form, target, "--ledger", ledger)
    assert (ended.status, ended.err) == (0, "")
    events = len(tightrope("ledger", "--json", "--ledger", ledger).lines)
    many = "1 row of Form 8949" if form == "8949" else f"{events} events, "
    assert ended.out.startswith(f"wrote {target}: first-call, {many}")
    before = contents(tmp_path)
    assert [name for name in before if name.startswith(".")] == []
    again = tightrope("export", form, target, "--ledger", ledger)
    assert again.status == 2
    assert again.out == ""
    assert "already exists" in again.err
    assert contents(tmp_path) == before


def test_what_was_written_is_told_for_scripts(ledger: Path, tmp_path: Path) -> None:
    ended = tightrope("export", "hledger", tmp_path / "b", "--ledger", ledger, "--json")
    told = exact(ended.out)
    assert told == {
        "format": "hledger",
        "path": str(tmp_path / "b"),
        "account": "first-call",
        "events": len(tightrope("ledger", "--json", "--ledger", ledger).lines),
        "transactions": 17,
        "postings": 40,
    }
    text = (tmp_path / "b").read_text("utf-8")
    heads = [line for line in text.split("\n") if line.startswith("2024-")]
    assert len(heads) == 17 + 1  # the last one asserts the balances


@pytest.mark.skipif(os.name == "nt", reason="links and rights are of another kind there")
def test_a_link_is_not_followed_and_others_cannot_read_the_file(
    ledger: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    ended = tightrope("export", "ledger", tmp_path / "link", "--ledger", ledger)
    assert ended.status == 2
    assert not (tmp_path / "elsewhere").exists()
    assert tightrope("export", "ledger", tmp_path / "own", "--ledger", ledger).status == 0
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("beancount", "nowhere/books"), "there is no folder"),
        (("beancount", "books", "--account", "nobody"), "no account is called"),
        (("quicken", "books"), "invalid choice"),
        (("beancount", ""), "not a path"),
        (("beancount",), "PATH"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(
    asked: tuple[str, ...], told: str, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = tightrope("export", *asked, "--ledger", ledger)
    assert ended.status == 2
    assert told in ended.err
    assert contents(tmp_path) == {}


def fill(target: Path) -> None:
    with new_folder(target) as part:
        (part / "events.csv").write_text("begun")
        raise KeyboardInterrupt


def test_a_run_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield "begun"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_lines(tmp_path / "books", lines())
    with pytest.raises(KeyboardInterrupt):
        fill(tmp_path / "tables")
    assert contents(tmp_path) == {}


def test_a_file_that_another_program_made_meanwhile_stays(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        (tmp_path / "books").write_text("another's")
        yield "ours"

    with pytest.raises(Refused, match="already exists"):
        write_lines(tmp_path / "books", lines())
    assert contents(tmp_path).keys() == {"books"}
    assert (tmp_path / "books").read_text() == "another's"
