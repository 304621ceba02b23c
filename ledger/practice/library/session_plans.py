"""Plans for a session: the shipped presets, and `[plan]` of a rehearsal file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from ledger.account.event_terms import Answer
from ledger.account.plan import LIMITS, PlanTerms
from ledger.market.rule_files.field_types import Leverage, Loose
from ledger.money import plain
from ledger.practice.library.files import assets, read_text
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.toml_file import Line, Number, Table, Whole, check_table, read_toml

Share = Annotated[Number, Field(gt=0, le=1)]
TYPED = "--set"
"""What faults of typed limits are reported under."""


class LimitsTable(Table):
    """The limits of a plan: each may be left out, but not all."""

    loss_per_trade: Share | None = None
    max_leverage: Leverage | None = None
    max_trades: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    answer_to_call: Annotated[Answer, Loose] | None = None
    put_aside: Share | None = None
    daily_loss: Share | None = None
    trailing_floor: Share | None = None

    def terms(self, preset: str, *, own: bool = False) -> PlanTerms:
        """As a plan by this name."""
        return PlanTerms(preset=preset, own=own, **self.model_dump(exclude_none=True))


class _PresetTable(Table):
    title: Line
    what: Line
    source: Line
    limits: LimitsTable


@dataclass(frozen=True, slots=True)
class Preset:
    """A shipped plan: what it is for in a sentence, and where its figures come from."""

    id: str
    title: str
    what: str
    source: str
    terms: PlanTerms


@cache
def presets() -> tuple[Preset, ...]:
    """Every shipped plan, the strictest loss first."""
    found = map(_preset, sorted((assets() / "plans").glob("*.toml")))
    return tuple(sorted(found, key=lambda each: (each.terms.loss_per_trade or Decimal(1), each.id)))


def find_preset(name: str, option: str = "--preset") -> Preset:
    """The plan of this name, given by this option. Raises `Refused`."""
    known = {each.id: each for each in presets()}
    if name not in known:
        problem = f'there is no plan called "{clean(name, 40)}"'
        raise Refused(f"{option}: {problem}; {nearest(name, list(known))}")
    return known[name]


def _preset(file: Path) -> Preset:
    text = read_text(file, file.name)
    table = check_table(_PresetTable, read_toml(text, file.name), text, file.name)
    terms = table.limits.terms(file.stem)
    return Preset(file.stem, table.title, table.what, table.source, terms)


def _as_ratio(text: str) -> str:
    """`2%` as 0.02; anything else as it stands."""
    digits = text.removesuffix("%")
    if digits == text or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", digits, re.ASCII):
        return text
    return plain(Decimal(digits).scaleb(-2))


def typed_plan(
    name: str | None, changes: Mapping[str, str], purse: Decimal | None = None
) -> PlanTerms:
    """A plan from a preset, some of whose limits are changed; `none` takes a limit away.

    `of=purse` makes the loss a share of what the `purse` holds. Raises `Refused`.
    """
    base = find_preset(name).terms if name is not None else PlanTerms()
    limits: dict[str, Any] = {key: getattr(base, key) for key in LIMITS}
    of = changes.get("of", "account")
    if of not in ("account", "purse"):
        raise Refused(f'{TYPED} of: "{clean(of, 40)}" is neither; allowed: account, purse')
    if of == "purse" and not purse:
        raise Refused(f"{TYPED} of: this account has no purse; allowed: account")
    for key, text in changes.items():
        if key == "of":
            continue
        if key not in LIMITS:
            raise Refused(f"{TYPED} {key}: not a limit of a plan; {nearest(key, [*LIMITS, 'of'])}")
        limits[key] = None if text == "none" else _as_ratio(text)
    given = {k: str(v) if isinstance(v, Decimal) else v for k, v in limits.items() if v is not None}
    if not given:
        raise Refused(f"{TYPED}: the plan sets no limit; give one, such as loss_per_trade=0.02")
    table = check_table(LimitsTable, given, "", TYPED)
    label = "" if name is None else name if not changes else f"{name}, changed"
    terms = table.terms(label)
    return PlanTerms(
        **{**vars(terms), "purse": purse if of == "purse" else None},
    )
