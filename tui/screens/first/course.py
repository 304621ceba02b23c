"""The course: the lessons, and one of them page by page, with what is to be done at its end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ledger.books.file.errors import LedgerError
from ledger.practice.course.lessons import Lesson, lessons
from ledger.practice.course.progress import done_in, keep_place, places, places_file
from ledger.refused import Refused
from tui.pages.guide_lines import guide_lines
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines
from tui.widgets.row import Column

_WIDEST = 96
"""The widest line that is easy to read."""
_BESIDE = 4
"""Cells beside the text: two on the left, and room for the bar that scrolls it."""
_COLUMNS = (Column("", 3, "right"), Column("Lesson", 50), Column("", 22))
_LIST = [
    Hint((("Enter", "none"),), "read"),
    Hint((("Esc", "back"),), "back"),
]
_LESSON = [
    Hint((("Enter", "turn(1)"), ("right", "turn(1)")), "next page"),
    Hint((("left", "turn(-1)"),), "page before"),
    Hint((("F1", "guide"),), "more in the guide"),
    Hint((("Esc", "back"),), "the lessons"),
]
_TASK = [
    Hint((("Enter", "play"),), "begin"),
    Hint((("d", "drill"),), "its drill"),
    Hint((("left", "turn(-1)"),), "page before"),
    Hint((("F1", "guide"),), "more in the guide"),
    Hint((("Esc", "back"),), "the lessons"),
]


class CourseScreen(PageScreen[str | None]):
    """Dismissed with the name of the scenario to play, or with `None`."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back", show=False),
        Binding("right,n,space", "turn(1)", "Next page", show=False),
        Binding("left,p", "turn(-1)", "Page before", show=False),
        Binding("enter", "go", "Next page, or begin", show=False),
        Binding("d", "drill", "The drill", show=False),
        Binding("f1", "guide", "Guide", show=False),
    ]

    def __init__(self, ledger: Path | None, *, at: str = "", ascii_only: bool = False) -> None:
        """`at` is the lesson that is chosen first; else the first that is not done."""
        super().__init__(ascii_only=ascii_only)
        self._ledger = ledger
        self._done: dict[str, bool] = {}
        self._places: dict[str, int] = {}
        self._wanted = at
        self._lesson: Lesson | None = None
        self._page = 0

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        yield DataGrid(_COLUMNS, id="rows", empty="no lesson", ascii_only=self.ascii_only)
        with VerticalScroll(id="reading"):
            yield Lines(id="page", ascii_only=self.ascii_only)
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(_LIST, id="keys")

    def on_mount(self) -> None:
        try:
            self._done = done_in(self._ledger)
        except (Refused, LedgerError) as fault:
            self._say(str(fault))
        self._places = places(places_file())
        self._list()
        names = [each.id for each in lessons()]
        first = next((n for n, each in enumerate(names) if not self._done.get(each)), 0)
        at = names.index(self._wanted) if self._wanted in names else first
        self.query_one(DataGrid).move_to(at)

    def fit(self) -> None:
        """The text takes the width that is left."""
        self.call_after_refresh(self._show)

    def _list(self) -> None:
        rows = [
            (
                each.id,
                (
                    (str(each.number), "dim"),
                    (fmt.plain(each.title, 60), "strong"),
                    (self._state(each), "up" if self._done.get(each.id) else "dim"),
                ),
            )
            for each in lessons()
        ]
        self.query_one(DataGrid).show(rows)

    def _state(self, each: Lesson) -> str:
        if self._done.get(each.id):
            return "done"
        read = self._places.get(each.id, 0)
        begun = f", at page {read + 1} of {len(each.pages) + 1}" if read else ""
        return f"{each.minutes} min{begun}"

    def _show(self) -> None:
        lesson = self._lesson
        grid, reading = self.query_one(DataGrid), self.query_one("#reading")
        grid.display, reading.display = lesson is None, lesson is not None
        head: list[tuple[str, str]] = [(" COURSE ", "title")]
        if lesson is None:
            done = sum(self._done.values())
            head.append((f" {done} of {len(lessons())} lessons done", "dim"))
            self.query_one(KeyBar).show(_LIST)
            grid.focus()
        else:
            pages = len(lesson.pages) + 1
            head.append((f" {lesson.number}. {lesson.title}", "strong"))
            head.append((f"  page {self._page + 1} of {pages}", "dim"))
            width = min(self.size.width - _BESIDE, _WIDEST)
            lines = [[(" ", ""), *line] for line in guide_lines(self._text(lesson), width)]
            self.query_one("#page", Lines).show(lines)
            self.query_one(KeyBar).show(_TASK if self._at_task else _LESSON)
            reading.focus()
        self.query_one("#filter", Lines).show([head])

    @property
    def _at_task(self) -> bool:
        return self._lesson is not None and self._page == len(self._lesson.pages)

    def _text(self, lesson: Lesson) -> str:
        if not self._at_task:
            return lesson.pages[self._page]
        done = "You have done this. " if self._done.get(lesson.id) else ""
        return (
            f"# Now you\n\n{done}{lesson.task}\n\n**Enter** begins: *{lesson.play.title}*. "
            f"{lesson.play.briefing}\n\n# What the figures will show\n\n{lesson.shows}\n\n"
            f"**d** opens the drill to go on with: *{lesson.drill.title}*.\n"
        )

    def _say(self, words: str) -> None:
        told: list[Line] = [[(f" {fmt.clean(words, 300)}", "warned")]] if words else []
        self.query_one("#notice", Lines).show(told)

    @on(DataGrid.RowSelected)
    def selected(self, message: DataGrid.RowSelected) -> None:
        """Read a lesson, from the page where it was left."""
        chosen = next(each for each in lessons() if each.id == message.key)
        self._lesson = chosen
        self._page = 0 if self._done.get(chosen.id) else self._places.get(chosen.id, 0)
        self._show()

    def action_turn(self, steps: int) -> None:
        """The next page, or the one before."""
        lesson = self._lesson
        if lesson is None:
            return
        self._page = min(max(self._page + steps, 0), len(lesson.pages))
        self._places[lesson.id] = self._page
        with suppress(Refused):  # only the place in the lesson is lost
            keep_place(places_file(), lesson, self._page)
        self._show()
        self.query_one("#reading").scroll_to(y=0, animate=False, immediate=True)

    def action_go(self) -> None:
        """The next page; at the task, begin it."""
        if self._at_task and self._lesson is not None:
            self.dismiss(self._lesson.play.id)
        else:
            self.action_turn(1)

    def action_play(self) -> None:
        """Begin the task."""
        self.action_go()

    def action_drill(self) -> None:
        """Begin the lesson's drill."""
        if self._lesson is not None:
            self.dismiss(self._lesson.drill.id)

    def action_guide(self) -> None:
        """The chapter of the guide that says more."""
        from tui.screens.guide import GuideScreen  # it reads Markdown

        chapter = self._lesson.chapter if self._lesson else ""
        self.app.push_screen(GuideScreen(chapter, ascii_only=self.ascii_only))

    def action_back(self) -> None:
        """Leave the lesson, then the course."""
        if self._lesson is None:
            self.dismiss(None)
            return
        self._lesson = None
        self._list()
        self._show()
