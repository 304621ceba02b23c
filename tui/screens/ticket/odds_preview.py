"""A form that shows the odds of its order before it is sent, while its futures are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from ledger.account.commands import PlaceOrder
from ledger.practice.odds.ahead import FUTURES, Ahead, ahead
from ledger.practice.views.desk_view import DeskView
from ledger.refused import Refused
from tui.chart.chart import Chart
from tui.chart.fan import Fan
from tui.panels.odds_lines import fan_of, odds_lines
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, SideForm
from tui.text import format as fmt
from tui.widgets.lines import Line, wrap

PATIENCE = 0.25
"""Seconds after the last keystroke before futures are drawn."""
_GROUP = "odds"


@dataclass(frozen=True, slots=True)
class Asked:
    """The order whose odds are wanted, the desk after it, and the horizon."""

    order: PlaceOrder
    after: DeskView
    days: float


class Foresight(SideForm):
    """Subclasses set `asked` in `think`; futures are drawn in a thread, beside the keys."""

    @dataclass
    class Foreseen(Message):
        """What the chart should show of the plan; nothing if `after` is `None`."""

        form: Foresight
        symbol: str
        after: DeskView | None = None
        fan: Fan | None = None

    @dataclass
    class Drawn(Message):
        """More futures are drawn, or none can be: posted by the drawing thread."""

        asked: Asked
        ahead: Ahead | None
        fault: str = ""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.asked: Asked | None = None
        self._seen: Ahead | None = None
        self._fault = ""
        self._timer: Timer | None = None
        self._shown = False

    def below(self) -> ComposeResult:
        """The fan, under the figures if the desk's chart has no room for it."""
        yield Chart(id="fan-chart")

    @property
    def chart(self) -> Chart:
        """Its own chart; shown if the desk's has to make room for the form."""
        return self.query_one("#fan-chart", Chart)

    @property
    def drawing(self) -> bool:
        """Whether futures are still to come."""
        return self.asked is not None and not self._fault and not self._whole

    @property
    def _whole(self) -> bool:
        return self._seen is not None and self._seen.odds.futures == FUTURES

    def _rethink(self) -> None:
        before, self.asked = self.asked, None
        super()._rethink()
        if self.asked != before:
            self._forget()
            if self.asked is not None:
                self._timer = self.set_timer(PATIENCE, self._foresee)
            self._tell()

    def _forget(self) -> None:
        """Drop the odds of earlier values: futures still being drawn are not waited for."""
        if self._timer is not None:
            self._timer.stop()
        self.workers.cancel_group(self, _GROUP)
        self._seen, self._fault = None, ""
        self.chart.set_class(False, "-drawn")
        if self._shown and self.asked is None:
            self._shown = False
            self.post_message(self.Foreseen(self, self.bench.symbol))

    def _foresee(self) -> None:
        question = self.asked
        if question is None:
            return
        self._shown = True
        self.post_message(self.Foreseen(self, question.order.symbol, question.after))
        session = self.bench.session
        account, market = session.account, session.market
        tape = session.timeline.tapes[question.order.symbol]

        def draw() -> None:
            worker = get_current_worker()
            try:
                for seen in ahead(account, market, tape, question.order, question.days):
                    if worker.is_cancelled:
                        return
                    self.post_message(self.Drawn(question, seen))
            except Refused as fault:
                self.post_message(self.Drawn(question, None, str(fault)))

        self.run_worker(draw, thread=True, group=_GROUP, exclusive=True)

    def on_foresight_drawn(self, message: Drawn) -> None:
        """Show the odds so far, and their fan, unless the values have changed meanwhile."""
        message.stop()
        if message.asked is not self.asked:
            return
        self._seen, self._fault = message.ahead, message.fault
        self._tell()
        if message.ahead is not None:
            fan = fan_of(message.ahead)
            self.chart.set_class(True, "-drawn")
            question = message.asked
            self.post_message(self.Foreseen(self, question.order.symbol, question.after, fan))

    def hints(self) -> list[tuple[str, str]]:
        """The fan is below the figures if there is little room."""
        if self._seen is None or not self.screen.has_class("compact"):
            return []
        return [("  PgDn", "key"), (" fan", "dim")]

    def preview_lines(self) -> Sequence[Line]:
        """The preview, and the odds under it."""
        lines = list(self.thought.lines)
        if self.asked is None:
            return lines
        width = PREVIEW_WIDTH - 2
        if self._fault:
            words = wrap(f"No odds: {fmt.clean(self._fault, 200)}", width - 2)
            return [*lines, *([(f" {text}", "dim")] for text in words)]
        lines += odds_lines(self._seen, self.asked.days, self.bench.view.currency, width)
        if len(self.asked.order.targets) > 1:
            lines.append([(" closed in full at the nearest target", "dim")])
        return lines
