"""The tables of a rehearsal file, as `interface.md` promises them: shapes and single values.

What depends on the tape, the instrument or the rule book is checked in `rehearsal` and `actions`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

from ledger.account.event_terms import Answer
from ledger.account.state import Convention, GoodFor, OrderType
from ledger.market.rule_files.field_types import Loose
from ledger.market.rule_files.overrides import Rules
from ledger.market.rules.rulebook import Mode
from ledger.market.tapes.sessions import Trades
from ledger.practice.library.corporate_tables import SymbolActionTable, TapeActionTable
from ledger.practice.library.instrument_table import InstrumentTable, Symbol
from ledger.practice.library.session_plans import LimitsTable
from ledger.practice.rehearsals.goal_file import GoalTable
from ledger.practice.rehearsals.incident_file import IncidentTable
from ledger.reports.grade.grade import Graded
from ledger.toml_file import (
    Line,
    Moment,
    Number,
    Positive,
    Table,
    Whole,
    shown,
    to_line,
    to_number,
)

Name = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=40)]
DrawnKind = Literal[
    "outage",
    "withdrawal_freeze",
    "hack",
    "auto_deleveraging",
    "order_rejects",
    "latency",
    "partial_fills",
    "spread_widening",
]
Part = Annotated[Number, Field(gt=0, le=1)]
Between = Annotated[Number, Field(gt=0, lt=1)]


def _later(allowed: str, *names: str) -> BeforeValidator:
    """Refuses words reserved for a later version."""

    def check(value: object) -> object:
        if isinstance(value, str) and value in names:
            raise PydanticCustomError(
                "later", f"{shown(value)} is not supported in this version; allowed: {allowed}"
            )
        return value

    return BeforeValidator(check)


def _source(value: object) -> object:
    """The name of a recorded tape, or the table of a synthetic one, which is read separately."""
    if isinstance(value, Mapping):
        return dict(value)
    name = to_line(value)
    if not name:
        raise PydanticCustomError(
            "source", "is empty; allowed: a tape's id, a path to a CSV, or { model = … }"
        )
    return name


def _recorded(value: object) -> object:
    if isinstance(value, Mapping):
        raise PydanticCustomError(
            "later",
            "synthetic marks are not supported in this version; "
            "allowed: a tape's id or a path to a CSV",
        )
    return value


def _funding(value: object) -> object:
    """A yearly rate as a number, anything else as the name of a tape."""
    if isinstance(value, str) and not value.lstrip("-").replace(".", "", 1).isdecimal():
        return to_line(value)
    return to_number(value)


def _targets(value: object) -> object:
    """A single price is a target for the whole position."""
    return value if isinstance(value, list) else [{"price": value, "fraction": "1"}]


def _in_table(key: str) -> Callable[[object], object]:
    return lambda value: {key: value} if isinstance(value, str) else value


class TapeTable(Table):
    symbol: Symbol
    source: Annotated[str | dict[str, Any], PlainValidator(_source)]
    market: Annotated[Trades, Loose] | None = None
    mark: Annotated[Line, BeforeValidator(_recorded)] | None = None
    funding: Annotated[Decimal | str, BeforeValidator(_funding)] | None = None
    action: list[TapeActionTable] = Field(default_factory=list)


class TargetTable(Table):
    price: Positive
    fraction: Part


class OrderTable(Table):
    """`buy` and `sell`. A trail (a distance, or a fraction of the best price) belongs to a
    trailing order itself, otherwise to the stop that comes with the order."""

    symbol: Symbol
    quantity: Positive | None = None
    notional: Positive | None = None
    risk: Positive | None = None
    buying_power: Part | None = None
    leverage: Annotated[Number, Field(ge=1, le=1000)] | None = None
    type: Annotated[OrderType, Loose] = OrderType.MARKET
    limit: Positive | None = None
    trigger: Positive | None = None
    trail: Positive | None = None
    trail_fraction: Between | None = None
    stop_loss: Positive | None = None
    take_profit: Annotated[list[TargetTable], BeforeValidator(_targets)] | None = None
    mode: Annotated[Mode, Loose] | None = None
    reason: Annotated[str, BeforeValidator(to_line)] = ""
    tags: list[Name] = Field(default_factory=list)
    answer_to_call: Annotated[Answer, Loose] | None = None
    confidence: Annotated[int, Field(ge=1, le=5)] | None = None
    reduce_only: bool = False
    oco: Name | None = None
    good_for: Annotated[GoodFor, Loose] = GoodFor.GTC
    id: Name | None = None


class CloseTable(Table):
    symbol: Symbol
    quantity: Positive | None = None
    fraction: Part | None = None


class StopTable(Table):
    """`move_stop`: a price, or the distance or fraction by which the stop trails."""

    symbol: Symbol
    price: Positive | None = None
    trail: Positive | None = None
    trail_fraction: Between | None = None


class NamedTargetTable(Table):
    """`remove_target`: the target at price `was`, or with the order's `id`; else all of them."""

    symbol: Symbol
    was: Positive | None = None
    id: Name | None = None


class MoveTargetTable(NamedTargetTable):
    """`move_target`: to another price, or for another fraction of the position."""

    price: Positive | None = None
    fraction: Part | None = None


class AmendTable(Table):
    """`amend`: the terms that change; the others stay. `take_profit = []` leaves no target."""

    id: Name
    quantity: Positive | None = None
    limit: Positive | None = None
    trigger: Positive | None = None
    trail: Positive | None = None
    trail_fraction: Between | None = None
    stop_loss: Positive | None = None
    take_profit: Annotated[list[TargetTable], BeforeValidator(_targets)] | None = None
    remove_stop: bool = False


class SymbolTable(Table):
    symbol: Symbol


class MarginTable(Table):
    symbol: Symbol
    amount: Positive


class AnswerTable(Table):
    answer: Annotated[Answer, Loose]
    amount: Positive | None = None
    symbol: Symbol | None = None
    quantity: Positive | None = None


class NoteTable(Table):
    text: Line
    tags: list[Name] = Field(default_factory=list)
    symbol: Symbol | None = None


class ChangeTable(Rules):
    """`change_rules`: keys of `[rules]`, and why they change."""

    cause: Annotated[str, BeforeValidator(to_line)] = ""
    source: Annotated[str, BeforeValidator(to_line)] = ""

    def rules(self) -> dict[str, str]:
        """The rules alone, as recorded."""
        rules = self.texts()
        return {key: rules[key] for key in Rules.model_fields if key in rules}


class ActionTable(Table):
    """`[[do]]`: a time and one action; `amount`, `symbol`, `quantity` belong to `answer_call`."""

    at: Moment
    deposit: Positive | None = None
    withdraw: Positive | None = None
    borrow: Positive | None = None
    repay: Positive | None = None
    sweep: Positive | None = None
    buy: OrderTable | None = None
    sell: OrderTable | None = None
    close: CloseTable | None = None
    move_stop: StopTable | None = None
    move_target: MoveTargetTable | None = None
    remove_target: NamedTargetTable | None = None
    remove_stop: SymbolTable | None = None
    add_margin: MarginTable | None = None
    remove_margin: MarginTable | None = None
    cancel: Name | None = None
    amend: AmendTable | None = None
    answer_call: Annotated[AnswerTable, BeforeValidator(_in_table("answer"))] | None = None
    note: NoteTable | None = None
    change_rules: ChangeTable | None = None
    incident: IncidentTable | None = None
    amount: Positive | None = None
    symbol: Symbol | None = None
    quantity: Positive | None = None

    def actions(self) -> dict[str, Any]:
        """The actions given: exactly one if the file is correct."""
        aside = ("at", "amount", "symbol", "quantity")
        return {key: value for key, value in self if value is not None and key not in aside}


class DeckTable(Table):
    """`[deck]`: incidents drawn by the file's seed, of these kinds or of all that can be drawn."""

    draws: Annotated[Whole, Field(ge=1, le=50)]
    kinds: Annotated[list[DrawnKind], Field(min_length=1)] | None = None


class ScenarioTable(Table):
    """`[scenario]`: what makes a rehearsal a scenario to play. `graded` are the parts of the grade
    that it is about; without it, all. Each attempt begins at one of `starts`, drawn by its seed."""

    kind: Literal["history", "drill"]
    goal: Line
    briefing: Line
    debrief: Line
    picture: Line | None = None
    graded: Annotated[list[Annotated[Graded, Loose]], Field(min_length=1)] | None = None
    starts: Annotated[list[Moment], Field(max_length=1_000)] = Field(default_factory=list)


class RehearsalTable(Table):
    title: Annotated[str, BeforeValidator(to_line)] = ""
    venue: Line
    mode: Annotated[Mode, Loose] | None = None
    fills: Annotated[Convention, Loose] = Convention.WORST
    start: Moment | None = None
    end: Moment | None = None
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 0
    tape: Annotated[list[TapeTable], Field(min_length=1)]
    instrument: list[InstrumentTable] = Field(default_factory=list)
    action: list[SymbolActionTable] = Field(default_factory=list)
    rules: Rules = Field(default_factory=Rules)
    lesson: Annotated[str, BeforeValidator(to_line), Field(max_length=600)] = ""
    scenario: ScenarioTable | None = None
    plan: LimitsTable | None = None
    goal: list[GoalTable] = Field(default_factory=list)
    deck: DeckTable | None = None
    do: list[ActionTable] = Field(default_factory=list)
