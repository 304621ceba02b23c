"""A report as one page of HTML: no script, nothing loaded from elsewhere, fit to be printed.

A box at its top hides money, for whoever looks on; a page made without money has none in it.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from ledger import __version__
from ledger.reports.exports.heading import EDUCATION
from ledger.text import clean

_LONGEST = 2_000
HIDDEN = "–"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the page. `money` are the places of its columns that tell money; `right` those of
    figures."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    money: frozenset[int] = frozenset()
    right: frozenset[int] = frozenset()
    secret: frozenset[int] = frozenset()
    """The places of rows whose figures all tell money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a report shows. `pictures` are SVG documents, with whether they tell money."""

    title: str
    about: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    pictures: tuple[tuple[str, bool], ...]


def html_page(page: Page, *, money: bool = True) -> Iterator[str]:
    """The lines of the file; without `money`, none of it is in there."""
    title = _text(page.title)
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    yield "style-src 'unsafe-inline'; img-src data:\">"
    yield f"<title>{title}</title><style>{_STYLE}</style></head><body>"
    if money:
        yield '<input type="checkbox" id="hide"><label for="hide">Hide money</label>'
    yield f"<main><h1>{title}</h1>"
    yield from (f"<p>{_text(line)}</p>" for line in page.about)
    for picture, tells in page.pictures:
        if money or not tells:
            kind = ' class="money"' if tells else ""
            source = b64encode(picture.encode()).decode()
            yield f'<p{kind}><img alt="" src="data:image/svg+xml;base64,{source}"></p>'
    for sheet in page.sheets:
        yield from _sheet(sheet, money)
    yield f"<footer><p>{_text(EDUCATION)} Exported by Tightrope {__version__}.</p></footer>"
    yield "</main></body></html>"


def _sheet(sheet: Sheet, money: bool) -> Iterator[str]:
    yield f"<h2>{_text(sheet.title)}</h2><table><thead>"
    yield _row("th", sheet.heads, sheet, frozenset(), money=True)
    yield "</thead><tbody>"
    for place, cells in enumerate(sheet.rows):
        secret = sheet.right if place in sheet.secret else sheet.money
        yield _row("td", cells, sheet, secret, money=money)
    yield "</tbody></table>"


def _row(
    tag: str, cells: Iterable[str], sheet: Sheet, secret: frozenset[int], *, money: bool
) -> str:
    parts = []
    for place, cell in enumerate(cells):
        kinds = {"right": place in sheet.right, "money": place in secret}
        classes = " ".join(kind for kind, is_so in kinds.items() if is_so)
        named = f' class="{classes}"' if classes else ""
        told = cell if money or place not in secret else HIDDEN
        inner = f"<span>{_text(told)}</span>" if place in secret else _text(told)
        parts.append(f"<{tag}{named}>{inner}</{tag}>")
    return f"<tr>{''.join(parts)}</tr>"


def _text(words: str) -> str:
    """Text of anybody's, on one line and without markup."""
    return escape(clean(words, _LONGEST))


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;"
    "color:#1c2128;background:#fff}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #d8dee4;"
    "vertical-align:top;overflow-wrap:anywhere}"
    ".right{text-align:right}img{max-width:100%}footer{color:#59636e}"
    "#hide:checked~main .money span,#hide:checked~main p.money{display:none}"
    "@media print{#hide,label{display:none}}"
)
