"""`plan`: the session plan of an account and the plans to choose from, or a new one."""

from argparse import Namespace
from decimal import Decimal
from typing import Any

from ledger.account.plan import PlanTerms
from ledger.money import plain
from ledger.practice.accounts.session_plan import Planned, make_plan, plan_in
from ledger.practice.library.session_plans import Preset, presets
from ledger.practice.words.narration_plan import limits_of
from ledger.practice.words.wording import when
from ledger.text import clean
from ledger.times import iso
from tui.cli.options.pairs import pairs
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Show the plan, or make one."""
    path, changes = ledger_path(arguments), pairs(arguments.set)
    if arguments.preset is not None or changes:
        planned: Planned | None = make_plan(path, arguments.account, arguments.preset, changes)
    else:
        planned = plan_in(path, arguments.account) if path.exists() else None
    if arguments.json:
        say_json({**_wire(planned), "presets": [_preset_wire(each) for each in presets()]})
        return DONE
    say(*_lines(planned))
    if planned is None or planned.plan is None:
        say("Plans to choose from:", *map(_line, presets()))
        say("`tightrope plan --preset ID` makes one; --set KEY=VALUE changes a limit.")
    return DONE


def _lines(planned: Planned | None) -> list[str]:
    if planned is None:
        return ["There is no account yet."]
    name = clean(planned.account, 60)
    if planned.plan is None:
        return [f"{name} has no plan."]
    plan = planned.plan
    called = clean(plan.preset, 60) or "of your own"
    made = when(iso(plan.at))
    return [
        f"{name}: plan {called}, made {made} UTC",
        *(f"  {limit}" for limit in limits_of(plan, planned.currency)),
    ]


def _line(each: Preset) -> str:
    return f"  {each.id:<14}{each.what}"


def _wire(planned: Planned | None) -> dict[str, Any]:
    if planned is None:
        return {"account": None, "plan": None}
    plan = planned.plan
    if plan is None:
        return {"account": planned.account, "plan": None}
    made = {"time": iso(plan.at), "preset": plan.preset, "own": plan.own}
    return {"account": planned.account, "plan": {**made, **_limits(plan)}}


def _limits(plan: PlanTerms) -> dict[str, Any]:
    given = {**plan.limits(), **({} if plan.purse is None else {"purse": plan.purse})}
    return {key: plain(x) if isinstance(x, Decimal) else x for key, x in given.items()}


def _preset_wire(each: Preset) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "what": each.what,
        "source": each.source,
        "limits": _limits(each.terms),
    }
