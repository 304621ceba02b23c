"""`venues`: the rule books, one of them as a page, or two side by side."""

import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from ledger.market.rule_files.figures import Figure
from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.money import plain
from ledger.practice.calc.full_position import FullPosition
from ledger.practice.library.venue_shelf import (
    AT,
    VenueShelf,
    book_before,
    edition_dates,
    load_venue,
    venue_shelf,
    venue_text,
)
from ledger.practice.venues.changes import Revision, revisions
from ledger.practice.venues.choice import Choice, choice_of
from ledger.practice.venues.venue_page import Pair, compare, venue_page
from ledger.practice.venues.venue_words import Entry
from ledger.refused import Refused
from tui.cli.output import complain, say, say_json
from tui.exit_status import DONE
from tui.pages.venue_lines import change_lines, compare_lines, list_lines, page_lines, text_of
from tui.pages.venues.choice_lines import choice_lines

_LEAST_WIDTH = 60


def run(arguments: Namespace) -> int:
    """Print the list, a page, or a comparison."""
    match arguments.id:
        case [name] if arguments.toml:
            say(*venue_text(name).rstrip("\n").split("\n"))
        case _ if arguments.toml:
            raise Refused("--toml: needs exactly one ID")
        case [name] if arguments.changes:
            _changes(load_venue(name), as_json=arguments.json)
        case _ if arguments.changes:
            raise Refused("--changes: needs exactly one ID")
        case names if arguments.compare:
            _choose(names, as_json=arguments.json)
        case []:
            _list(venue_shelf(), as_json=arguments.json)
        case [name]:
            _one(load_venue(name), as_json=arguments.json)
        case [first, second]:
            _two(load_venue(first), load_venue(second), as_json=arguments.json)
        case more:
            raise Refused(f"venues: {len(more)} rule books given; allowed: none, one or two")
    return DONE


def _width() -> int | None:
    """The terminal's width; `None` for other output, which is not wrapped."""
    if not sys.stdout.isatty():
        return None
    return max(shutil.get_terminal_size().columns, _LEAST_WIDTH)


def _list(shelf: VenueShelf, *, as_json: bool) -> None:
    """The books that can be named; faults of the user's own are listed beside them."""
    if as_json:
        say_json([{**_heading(page), "own": page.rulebook.id in shelf.own} for page in shelf.pages])
    else:
        say(*text_of(list_lines([venue_page(page) for page in shelf.pages], shelf.own, _width())))
    complain(*shelf.faults)


def _choose(names: Sequence[str], *, as_json: bool) -> None:
    """The books named, or all of them, for a person who has to choose."""
    shelf = None if names else venue_shelf()
    pages = shelf.pages if shelf else [load_venue(name) for name in names]
    choices = [choice_of(page) for page in pages]
    if as_json:
        say_json([_choice(choice) for choice in choices])
    else:
        say(*text_of(choice_lines(choices, _width())))
    if shelf:
        complain(*shelf.faults)


def _choice(choice: Choice) -> dict[str, Any]:
    """Everything as the page shows it."""

    def sourced(figure: Figure | None) -> dict[str, str] | None:
        if figure is None:
            return None
        names = ("value", "source", "date", "certainty")
        return {name: getattr(figure, name) for name in names}

    names = ("id", "title", "leverage", "call", "liquidation", "month", "at_call", "below_zero")
    return {
        **{name: getattr(choice, name) for name in names},
        "bites": list(choice.bites),
        "who": sourced(choice.who),
        "protects": sourced(choice.protects),
    }


def _one(page: RulebookPage, *, as_json: bool) -> None:
    shown = venue_page(page)
    if not as_json:
        say(*text_of(page_lines(shown, _width())))
        return
    entries = {entry.key: entry for entry in shown.figures}
    figures = [
        {
            "key": figure.key,
            "value": figure.value,
            "source": figure.source,
            "date": figure.date,
            "certainty": figure.certainty,
            "label": figure.label,
            "shown": list(entries[figure.key].shown),
            "taken_from": entries[figure.key].taken or None,
        }
        for figure in page.figures
    ]
    full = [_full(position) for position in shown.full]
    editions = list(edition_dates(page.rulebook.id.partition(AT)[0]))
    say_json(
        {
            **_heading(page),
            "editions": editions,
            "assumed": shown.assumed,
            "full": full,
            "figures": figures,
        }
    )


def _changes(page: RulebookPage, *, as_json: bool) -> None:
    past = revisions(page, book_before)
    if as_json:
        say_json({**_heading(page), "revisions": [*map(_revision, past)]})
    else:
        say(*text_of(change_lines(page.rulebook.id, past, _width())))


def _revision(revision: Revision) -> dict[str, Any]:
    """`was` and `now` as the page shows them; empty if a book has no such key."""
    return {
        "after": revision.after.rulebook.id,
        "edition": revision.after.rulebook.edition,
        "before": revision.before.rulebook.id,
        "changes": [
            {
                "key": change.key,
                "section": change.section,
                "label": change.label,
                "was": list(change.was),
                "now": list(change.now),
                "source": change.source or None,
                "date": change.date or None,
                "certainty": change.certainty or None,
                "why": change.why or None,
            }
            for change in revision.changes
        ],
    }


def _two(left: RulebookPage, right: RulebookPage, *, as_json: bool) -> None:
    shown = venue_page(left), venue_page(right)
    pairs = compare(*shown)
    if as_json:
        say_json({"venues": [_heading(left), _heading(right)], "figures": [*map(_pair, pairs)]})
    else:
        say(*text_of(compare_lines(*shown, pairs, _width())))


def _heading(page: RulebookPage) -> dict[str, Any]:
    book = page.rulebook
    return {
        "id": book.id,
        "edition": book.edition or None,
        "title": book.title,
        "kind": book.kind.value,
        "currency": book.currency,
        "modes": [mode.value for mode in book.modes],
        "extends": page.extends or None,
    }


def _full(position: FullPosition) -> dict[str, Any]:
    """Moves are fractions of the entry price; `null` if no price alone leads there."""
    return {
        "mode": position.mode,
        "side": position.side,
        "leverage": plain(position.leverage),
        "moves": {
            step.rung: None if step.move is None else plain(step.move) for step in position.steps
        },
        "ruin": None if position.ruin is None else plain(position.ruin),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    """Values as the pages show them; `null` if a book has no such key."""
    return {
        "key": pair.key,
        "section": pair.section,
        "label": pair.label,
        "values": [_shown(pair.left), _shown(pair.right)],
        "certainty": [_certainty(pair.left), _certainty(pair.right)],
        "differs": pair.differs,
    }


def _shown(entry: Entry | None) -> list[str] | None:
    return None if entry is None else list(entry.shown)


def _certainty(entry: Entry | None) -> str | None:
    """`null` for a word and for a computed figure, which need no source."""
    return (entry.certainty or None) if entry else None
