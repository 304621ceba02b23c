"""`venues` and `tapes`: what can be practised with, each figure and file with where it is from."""

from argparse import Namespace
from typing import Any

from ledger.market.rulebook_file import RulebookPage
from ledger.market.text import clean
from ledger.market.times import iso
from ledger.practice.catalog import TapeInfo, load_venue, tape_infos, venue_ids
from tui.cli.output import say, say_json
from tui.cli.status import DONE


def run(arguments: Namespace) -> int:
    """A list, or one rule book's page."""
    if arguments.command == "tapes":
        return _tapes(as_json=arguments.json)
    if arguments.id is None:
        return _venues(as_json=arguments.json)
    page = load_venue(arguments.id)
    if arguments.json:
        say_json(_page(page))
    else:
        say(*_page_lines(page))
    return DONE


def _venues(*, as_json: bool) -> int:
    pages = [load_venue(name) for name in venue_ids()]
    if as_json:
        say_json([_heading(page) for page in pages])
    else:
        say(*(f"{page.rulebook.id:<16}{page.rulebook.title}" for page in pages))
    return DONE


def _heading(page: RulebookPage) -> dict[str, Any]:
    book = page.rulebook
    return {
        "id": book.id,
        "title": book.title,
        "kind": book.kind.value,
        "currency": book.currency,
        "modes": [mode.value for mode in book.modes],
    }


def _page(page: RulebookPage) -> dict[str, Any]:
    figures = [
        {
            "key": figure.key,
            "value": figure.value,
            "source": figure.source,
            "date": figure.date,
            "certainty": figure.certainty,
        }
        for figure in page.figures
    ]
    return {**_heading(page), "figures": figures}


def _page_lines(page: RulebookPage) -> list[str]:
    """The heading, then each figure above its source."""
    book = page.rulebook
    lines = [
        f"{clean(book.title)} ({book.id})",
        f"{book.kind.value} account in {book.currency}, {' and '.join(book.modes)} margin",
    ]
    for figure in page.figures:
        lines += [
            "",
            f"{clean(figure.key)} = {clean(figure.value, 2000)}",
            f"    {figure.certainty}, {clean(figure.date)}: {clean(figure.source, 500)}",
        ]
    return lines


def _tapes(*, as_json: bool) -> int:
    if as_json:
        say_json([_tape(info) for info in tape_infos()])
    else:
        say(*(_tape_line(info) for info in tape_infos()))
    return DONE


def _tape(info: TapeInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "kind": info.kind,
        "symbol": info.instrument.symbol,
        "currency": info.instrument.currency,
        "interval": info.interval,
        "bars": info.bars,
        "first": iso(info.first),
        "last": iso(info.last),
        "calendar": "continuous" if info.continuous else "session",
        "mark": info.mark,
        "funding": info.funding,
        "origin": info.origin,
        "licence": info.licence,
        "repository": info.repository,
        "done": info.done,
        "sha256": info.sha256,
    }


def _tape_line(info: TapeInfo) -> str:
    span = f"{iso(info.first)[:10]} to {iso(info.last)[:10]}"
    return f"{info.id:<46}{info.kind:<9}{info.interval:<5}{info.bars:>7}  {span}  {info.title}"
