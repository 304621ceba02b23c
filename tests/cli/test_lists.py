"""`venues` and `tapes`: lists and pages in which nothing is without its source."""

import re

import pytest

from tests.cli.driving import ROOT, exact, tightrope

VENUES = sorted(path.stem for path in (ROOT / "assets" / "venues").glob("*.toml"))


def test_every_rule_book_that_is_shipped_is_listed() -> None:
    assert [line.split()[0] for line in tightrope("venues").lines] == VENUES
    assert [book["id"] for book in exact(tightrope("venues", "--json").out)] == VENUES


@pytest.mark.parametrize("name", VENUES)
def test_each_figure_of_a_rule_book_stands_with_its_source_and_date(name: str) -> None:
    page = exact(tightrope("venues", name, "--json").out)
    assert page["id"] == name
    assert page["figures"]
    for figure in page["figures"]:
        assert figure["key"]
        assert figure["value"]
        assert len(figure["source"]) > 10
        assert re.fullmatch(r"(read )?\d{4}(-\d\d){0,2}", figure["date"])
        assert figure["certainty"] in ("stated", "secondary", "assumed")


@pytest.mark.parametrize("name", VENUES)
def test_the_page_of_a_rule_book_reads_like_its_json(name: str) -> None:
    page = exact(tightrope("venues", name, "--json").out)
    lines = tightrope("venues", name).lines
    for figure in page["figures"]:
        assert f"{figure['key']} = {figure['value']}" in lines
        assert f"    {figure['certainty']}, {figure['date']}: {figure['source']}" in lines


def test_the_broker_s_page_names_the_law() -> None:
    lines = tightrope("venues", "us-reg-t").lines
    assert lines[:4] == [
        "US stock broker, Regulation T (us-reg-t)",
        "loan account in USD, cross margin",
        "",
        "initial_margin = 0.50",
    ]
    assert "12 CFR 220.12(a)" in lines[4]


def test_every_tape_is_listed_with_where_it_comes_from() -> None:
    manifest = (ROOT / "assets" / "tapes" / "manifest.toml").read_text("utf-8")
    ids = re.findall(r'^id = "(.+)"$', manifest, re.MULTILINE)
    tapes = exact(tightrope("tapes", "--json").out)
    assert [tape["id"] for tape in tapes] == ids
    assert [line.split()[0] for line in tightrope("tapes").lines] == ids
    for tape in tapes:
        assert re.fullmatch("[0-9a-f]{64}", tape["sha256"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", tape["first"])
        assert tape["first"] < tape["last"]
        assert tape["origin"]
        assert tape["licence"]
