"""The report on one page: what it shows, what hides, and that it is text and nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ledger.reports.exports.html_page import Page, Sheet, html_page
from tests.cli.driving import FIRST_CALL, tightrope
from tests.exports.hostile_life import TEXTS


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first-call") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


class Seen(HTMLParser):
    """The tags, and the text of each cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("td", "th"):
            self.cells.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    return parser


def test_the_page_has_the_reports_figures_the_trades_and_the_books(
    ledger: Path, tmp_path: Path
) -> None:
    assert tightrope("export", "html", tmp_path / "page", "--ledger", ledger).status == 0
    page = seen((tmp_path / "page").read_text("utf-8"))
    assert {"Return", "Sharpe ratio", "ACME", "-2,798.66", "loan_principal"} <= set(page.cells)
    assert "-5496.22" in page.cells
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "a", "form"} == set()
    sources = [told["src"] or "" for tag, told in page.tags if tag == "img"]
    assert len(sources) == 4
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)


def test_money_is_left_out_of_a_page_for_others(ledger: Path, tmp_path: Path) -> None:
    """It lost 2,798.66 of 10,000.00, of them 24.66 of interest, on 200 shares; R and percents
    stay."""
    for name, options in (("all", ()), ("hidden", ("--hide-money",))):
        ended = tightrope("export", "html", tmp_path / name, "--ledger", ledger, *options)
        assert ended.status == 0, ended.err
    whole, hidden = ((tmp_path / name).read_text("utf-8") for name in ("all", "hidden"))
    for told in ("2,798.66", "24.66", "5496.22", "12700.00"):
        assert told in whole
        assert told not in hidden
    assert len(re.findall("<img", hidden)) == 3  # without the calendar of gains
    assert "Hide money" in whole
    assert "Hide money" not in hidden
    assert seen(hidden).cells[1:9] == seen(whole).cells[1:9]
    percents = [cell for cell in seen(whole).cells if cell.endswith("%")]
    assert percents == [cell for cell in seen(hidden).cells if cell.endswith("%")]
    refused = tightrope("export", "csv", tmp_path / "x", "--ledger", ledger, "--hide-money")
    assert (refused.status, (tmp_path / "x").exists()) == (2, False)


def test_a_strangers_text_is_text() -> None:
    rows = tuple((text, "1") for text in TEXTS)
    sheet = Sheet("<b>x", ("<i>", "n"), rows)
    page = Page(title=TEXTS[25], about=TEXTS, sheets=(sheet,), pictures=())
    tame = Page(title="a", about=("a",) * len(TEXTS), sheets=(
        Sheet("a", ("a", "n"), (("a", "1"),) * len(TEXTS)),), pictures=())  # fmt: skip
    found, plain = (seen("\n".join(html_page(each))) for each in (page, tame))
    assert found.tags == plain.tags
    assert "<script>alert(1)</script>&amp;<!--" in found.cells
    assert len(found.cells) == len(plain.cells)
