"""`report`: how an account has done, with each figure's definition beside it."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ledger.practice.review.review_view import ReviewView, read_review
from ledger.refused import Refused
from ledger.reports.performance.groups import By
from ledger.text import clean
from tui.cli.output import Progress, say, say_json
from tui.cli.paths import ledger_path, path_of
from tui.cli.records.report_wire import wire
from tui.exit_status import DONE
from tui.pages.performance_lines import (
    GROUP_HEADS,
    Section,
    group_cells,
    sections,
    span,
    telling,
)

_BAR = 40
_LONGEST = 4_096


def run(arguments: Namespace) -> int:
    """The figures as lines or as JSON, and the pictures if a folder for them was named."""
    first, last = arguments.first, arguments.last
    if first is not None and last is not None and first > last:
        raise Refused("--from is after --to; give the earlier date first")
    progress = Progress()
    view = read_review(ledger_path(arguments), arguments.account, first, last, progress.reach)
    progress.done()
    files = _pictures(arguments, view)
    if arguments.json:
        say_json(wire(view) | {"pictures": [clean(str(file), _LONGEST) for file in files]})
    else:
        say(*_lines(view), *([""] if files else []), *(f"wrote {file}" for file in files))
    return DONE


def _pictures(arguments: Namespace, view: ReviewView) -> list[Path]:
    if arguments.pictures is None:
        return []
    from ledger.practice.review.pictures import drawings, write_pictures  # only for these

    folder = path_of(arguments.pictures, "--pictures")
    return write_pictures(folder, drawings(view), arguments.format)


def _lines(view: ReviewView) -> list[str]:
    lines = [f"{view.account}, {span(view)}"]
    if view.first_day > view.last_day:
        return [f"{view.account}: nothing happened in this time"]
    for section in sections(view):
        lines += ["", section.title, *_rows(section)]
    if view.figures.histogram:
        lines += ["", "Results in R", *_histogram(view)]
    for by in By:
        if telling(view, by):
            lines += ["", f"By {by.value}", *_groups(view, by)]
    return lines


def _rows(section: Section) -> list[str]:
    wide = max(len(row.figure) for row in section.rows)
    return [f"  {row.label:<22}{row.figure:>{wide}}  {row.says}".rstrip() for row in section.rows]


def _histogram(view: ReviewView) -> list[str]:
    bins = view.figures.histogram
    most = max(each.n for each in bins)
    return [
        f"  {each.label:<18}{each.n:>6}  {'#' * -(-_BAR * each.n // most)}".rstrip()
        for each in bins
    ]


def _groups(view: ReviewView, by: By) -> list[str]:
    groups = view.figures.groups[by]
    rows: list[Sequence[str]] = [("", *GROUP_HEADS, "")]
    rows += [
        (group.key, *group_cells(group, view.currency), "(few)" if group.few else "")
        for group in groups
    ]
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        f"  {row[0]:<{max(wide[0], 22)}}"
        + "".join(f"{cell:>{width + 2}}" for cell, width in zip(row[1:], wide[1:], strict=True))
        .rstrip()
        for row in rows
    ]  # fmt: skip
