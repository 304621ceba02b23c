"""`tapes`: a list in which nothing is without its source."""

import re

from tests.cli.driving import ROOT, exact, tightrope


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


def test_the_guide_lists_its_chapters_and_prints_one_as_plain_text() -> None:
    listed = [line.split()[1] for line in tightrope("guide").lines]
    assert listed[0] == "start"
    assert {"loan", "margin-modes", "ladder", "orders", "health", "own-venue"} < set(listed)
    ended = tightrope("guide", "start")
    assert ended.lines[0] == "WHAT THIS IS, AND THE FIRST CALL"
    assert ended.out == tightrope("guide", "1").out
    assert max(map(len, ended.lines)) <= 80
    assert "\x1b" not in ended.out
    assert "nearest: ladder" in tightrope("guide", "lader").err
