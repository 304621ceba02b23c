"""The plan for the session: a preset, and what of it is to be different."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.account.commands import PlanSession, TraderCommand
from ledger.account.event_terms import Answer
from ledger.account.plan import PlanTerms
from ledger.frozen import event_from
from ledger.practice.library.session_plans import find_preset, presets, typed_plan
from ledger.practice.views.preview import preview
from ledger.practice.words.narration_plan import limits_of
from ledger.refused import Refused
from tui.screens.ticket import effects
from tui.screens.ticket.form import Field, SideForm, Thought, Values
from tui.text.entry import Unreadable
from tui.widgets.lines import Line, wrap

NO_PRESET = "my own"
AS_PRESET = "as in preset"
_TYPED = {
    "loss_per_trade": ("Max loss", "2%"),
    "max_leverage": ("Leverage", "3"),
    "max_trades": ("Trades", "3"),
    "put_aside": ("Put aside", "25%"),
    "daily_loss": ("Day loss", "5%"),
    "trailing_floor": ("Trailing", "10%"),
}
"""The limits that are typed: an empty field leaves what the preset says, `none` takes it away."""


class PlanForm(SideForm):
    """Limits to commit to before the first order. They are judged, not enforced."""

    heading = "Plan for the session"

    def fields(self) -> Sequence[Field]:
        names = (*(each.id for each in presets()), NO_PRESET)
        answers = (AS_PRESET, *(answer.value for answer in Answer))
        of = ("account", "purse") if self.bench.session.funds is not None else ("account",)
        return (
            Field("preset", "Plan", names[0], names),
            Field("of", "Share of", "account", of),
            *(
                Field(key, label, hint=f"as in preset, or {hint}")
                for key, (label, hint) in _TYPED.items()
            ),
            Field("answer_to_call", "If called", AS_PRESET, answers),
        )

    def _terms(self, values: Values) -> PlanTerms:
        """Raises `Unreadable`."""
        name = None if values["preset"] == NO_PRESET else values["preset"]
        changes = {key: values[key].strip() for key in _TYPED if values[key].strip()}
        if values["answer_to_call"] != AS_PRESET:
            changes["answer_to_call"] = values["answer_to_call"]
        if values["of"] != "account":
            changes["of"] = values["of"]
        funds = self.bench.session.funds
        try:
            return typed_plan(name, changes, None if funds is None else funds.left)
        except Refused as refused:
            raise Unreadable(refused.faults[0].removeprefix("--set").lstrip(": ")) from None

    def commands(self, values: Values) -> list[TraderCommand]:
        return [event_from(PlanSession, self._terms(values))]

    def think(self, values: Values) -> Thought:
        terms = self._terms(values)
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen)
        lines: list[Line] = []
        for limit in limits_of(terms, self.bench.view.currency):
            first, *rest = wrap(limit, self._width() - 3)
            lines += [
                [(" - ", "dim"), (first, "strong")],
                *([("   ", ""), (x, "strong")] for x in rest),
            ]
        if values["preset"] != NO_PRESET:
            what = find_preset(values["preset"]).what
            lines += [[("", "")], *([(f" {x}", "dim")] for x in wrap(what, self._width() - 1))]
        return Thought(lines)

    def done(self) -> str:
        return "The plan is made. The first order locks it."
