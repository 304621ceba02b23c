"""What a page shows of a table: each figure and word that its file has, with unit and meaning."""

from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from ledger.market import rule_files
from ledger.market.rule_files.field_types import Sourced
from ledger.market.rule_files.figures import (
    Figure,
    Word,
    entries,
    label_of,
    says_of,
    text_of,
    unit_of,
)
from ledger.toml_file import Says, Unit
from tests.kinds import kinds_in, never_changes
from tests.worlds import D

Share = Annotated[Decimal, Unit.SHARE]
Times = Annotated[Decimal, Field(ge=1), Unit.TIMES]


class Tier(BaseModel):
    floor: Annotated[Decimal, Unit.MONEY]
    rate: Share
    most: Times | None = None


class Rung(BaseModel):
    rung: str
    mode: str | None = None
    multiple: Sourced[Decimal] | None = None


class Deep(BaseModel):
    day_count: Sourced[Annotated[int, Unit.DAYS]]


class Book(BaseModel):
    id: str
    title: str
    kind: Annotated[str, Says(loan="lends money", venue="lists contracts")] = "loan"
    modes: Annotated[list[str], Says(cross="the whole wallet", isolated="a wall")] = []
    taker_fee: Sourced[Share] | None = Field(default=None, description="of the notional")
    maker_fee: Sourced[Share] | None = Field(default=None, title="Fee of a maker")
    tiers: Sourced[list[Tier]] | None = None
    one: Sourced[Tier] | None = None
    steps: Sourced[list[Share]] | None = None
    interest: Deep | None = None
    level: list[Rung] = []
    plain: str = "unsaid"


def sourced(kind: Any, value: Any) -> Any:
    return Sourced[kind](value=value, source="there", date="2024", certainty="stated")


def shown(**given: Any) -> list[Figure | Word]:
    return [*entries(Book(id="a", title="A book", **given))]  # type: ignore[arg-type]


def test_a_page_has_what_the_file_has_but_for_its_heading() -> None:
    assert shown() == []
    assert [one.key for one in shown(plain="said", level=[], kind="loan")] == ["kind", "plain"]


def test_a_word_is_told_with_its_meaning_where_it_has_one() -> None:
    (kind,) = shown(kind="venue")
    assert kind == Word("kind", "venue", "lists contracts", "", "Kind", "")
    (other,) = shown(kind="unheard")
    assert isinstance(other, Word)
    assert other.says == ""
    (modes,) = shown(modes=["cross", "smart", "isolated"])
    assert isinstance(modes, Word)
    assert modes.value == "cross, smart, isolated"
    assert modes.says == "cross: the whole wallet; smart; isolated: a wall"


def test_a_figure_is_told_with_its_unit_and_its_source() -> None:
    (fee,) = shown(taker_fee=sourced(Share, D("0.0010")))
    assert isinstance(fee, Figure)
    assert (fee.key, fee.value, fee.label, fee.meaning) == (
        "taker_fee",
        "0.0010",
        "Taker fee",
        "of the notional",
    )
    assert (fee.source, fee.date, fee.certainty, fee.place) == ("there", "2024", "stated", "")
    ((part,),) = fee.rows
    assert (part.label, part.value, part.unit) == ("", "0.0010", Unit.SHARE)
    (titled,) = shown(maker_fee=sourced(Share, D(1)))
    assert titled.label == "Fee of a maker"


def told(figure: Figure | Word) -> list[list[tuple[str, str, Unit | None]]]:
    assert isinstance(figure, Figure)
    return [[(part.label, part.value, part.unit) for part in row] for row in figure.rows]


def test_a_list_of_tables_is_told_row_by_row_without_what_is_not_given() -> None:
    first, second = Tier(floor=D(0), rate=D("0.1")), Tier(floor=D(5), rate=D("0.2"), most=D(3))
    (tiers,) = shown(tiers=sourced(list[Tier], [first, second]))
    assert told(tiers) == [
        [("Floor", "0", Unit.MONEY), ("Rate", "0.1", Unit.SHARE)],
        [("Floor", "5", Unit.MONEY), ("Rate", "0.2", Unit.SHARE), ("Most", "3", Unit.TIMES)],
    ]
    (one,) = shown(one=sourced(Tier, second))
    assert told(one) == told(tiers)[1:]
    (steps,) = shown(steps=sourced(list[Share], [D("0.5"), D(1)]))
    assert told(steps) == [[("", "0.5", Unit.SHARE)], [("", "1", Unit.SHARE)]]


def test_a_table_within_is_told_with_its_place() -> None:
    (days,) = shown(interest=Deep(day_count=sourced(Annotated[int, Unit.DAYS], 360)))
    assert (days.key, days.place, days.label) == ("interest.day_count", "Interest", "Day count")
    assert told(days) == [[("", "360", Unit.DAYS)]]


def test_tables_of_a_list_are_told_by_what_they_are_called() -> None:
    rungs = [
        Rung(rung="call", mode="cross", multiple=sourced(Decimal, D(2))),
        Rung(rung="the last", multiple=sourced(Decimal, D(1))),
    ]
    found = shown(level=rungs)
    assert [(one.key, one.place) for one in found] == [
        ("level.call.mode", "Level: call"),
        ("level.call.multiple", "Level: call"),
        ("level.the-last.multiple", "Level: the last"),
    ]
    twice = shown(level=[Rung(rung="call", mode="a"), Rung(rung="call", mode="b")])
    assert [one.key for one in twice] == ["level.call-1.mode", "level.call-2.mode"]


def test_a_unit_and_meanings_are_found_at_any_depth_of_a_type() -> None:
    fields = Book.model_fields
    assert unit_of(fields["taker_fee"]) is Unit.SHARE
    assert unit_of(fields["plain"]) is None
    assert unit_of(Tier.model_fields["most"]) is Unit.TIMES
    assert says_of(fields["kind"])["loan"] == "lends money"
    assert says_of(fields["plain"]) == {}
    assert label_of("taker_fee", fields["taker_fee"]) == "Taker fee"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (D("1E+3"), "1000"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        ([D(1), D(2)], "1, 2"),
        (Tier(floor=D(1), rate=D("0.5"), most=D(2)), "floor 1, rate 0.5, most 2"),
        (
            [Tier(floor=D(1), rate=D("0.5"), most=D(2)), Tier(floor=D(3), rate=D(1), most=D(4))],
            "floor 1, rate 0.5, most 2; floor 3, rate 1, most 4",
        ),
    ],
)
def test_a_value_is_told_on_one_line(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("kind", kinds_in(rule_files))
def test_what_a_page_is_made_of_is_never_changed(kind: Any) -> None:
    assert never_changes(kind)
