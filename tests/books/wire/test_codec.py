"""The wire: every event there and back, and everything else refused in clear words."""

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.event_terms import CallMetBy
from ledger.account.events import kinds as e
from ledger.account.state import Cause, Convention, OrderType, Side, Target
from ledger.books.wire import codec
from ledger.books.wire.codec import (
    HEADER,
    KINDS,
    BadWire,
    canonical,
    compact,
    decode,
    encode,
    from_wire,
    rules_hash,
    to_wire,
    wire_name,
)
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode, Rulebook
from tests.books.lives import first_call
from tests.worlds import D, broker, perpetual, stock, venue

decimals = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**20), 10**20),
    st.integers(0, 8),
)
times = st.integers(0, 4_102_444_800)
words = st.text(max_size=20)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a field of this type can be."""
    if hint is Decimal:
        return decimals
    if get_origin(hint) is Annotated:
        return times
    if get_origin(hint) in (Union, UnionType):
        (inner,) = (part for part in get_args(hint) if part is not type(None))
        return st.none() | values(inner)
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(words, values(get_args(hint)[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    if is_dataclass(hint):
        return of_kind(hint)
    return {str: words, int: st.integers(), bool: st.booleans()}[hint]


def of_kind(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in fields(kind)})


def over_text(wire: dict[str, object]) -> dict[str, Any]:
    """As it comes back from a file."""
    back: dict[str, Any] = json.loads(compact(wire))
    return back


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(data=st.data())
def test_every_event_comes_back_as_it_went(kind: type[e.Event], data: st.DataObject) -> None:
    event = data.draw(of_kind(kind))
    assert from_wire(over_text(to_wire(event, 7, "desk"))) == event


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_event_has_a_field_that_the_header_uses(kind: type[e.Event]) -> None:
    names = {field.name.rstrip("_") for field in fields(kind)} - {"at"}
    assert not names & set(HEADER)


def test_the_keys_of_a_fill_stand_in_their_order() -> None:
    event = e.OrderFilled(
        at=1_583_971_200,
        pocket="main",
        symbol="ACME",
        side=Side.SELL,
        quantity=D("73"),
        price=D("62.00"),
        value=D("4526.00"),
        realized_pnl=D("-2774.00"),
        order="o1",
        order_type=OrderType.MARKET,
        cause=Cause.STOP_LOSS,
        fee=D("0.00"),
        slippage=D("0"),
        convention=Convention.WORST,
        leverage=D("2"),
    )
    assert compact(to_wire(event, 12, "desk")) == (
        '{"seq":12,"time":"2020-03-12T00:00:00Z","type":"order_filled","account":"desk",'
        '"pocket":"main","symbol":"ACME","side":"sell","quantity":"73","price":"62.00",'
        '"value":"4526.00","realized_pnl":"-2774.00","order":"o1","order_type":"market",'
        '"cause":"stop_loss","fee":"0.00","slippage":"0","convention":"worst","leverage":"2"}'
    )


def test_interest_says_from_and_to_as_times() -> None:
    event = e.InterestAccrued(
        at=86_400,
        pocket="main",
        amount=D("2.22"),
        principal=D("10000.00"),
        rate=D("0.08"),
        from_=0,
        to=86_400,
        carried=D("69120"),
    )
    wire = to_wire(event, 1, "desk")
    assert (wire["from"], wire["to"]) == ("1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z")


def test_a_target_is_its_price_and_fraction() -> None:
    assert encode(Target(D("8000"), D("0.5"))) == {"price": "8000", "fraction": "0.5"}


def test_an_amount_is_never_written_with_an_exponent() -> None:
    wire = to_wire(e.Deposited(at=0, amount=D("1E+3")), 1, "desk")
    assert wire["amount"] == "1000"


def test_wire_names_are_the_class_names_in_snake_case() -> None:
    assert wire_name(e.MarginCallIssued) == "margin_call_issued"
    assert wire_name(e.Deposited(at=0, amount=D(1))) == "deposited"


def deposit(**changes: object) -> dict[str, object]:
    return {**to_wire(e.Deposited(at=0, amount=D("1.00")), 1, "desk"), **changes}


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (deposit(type="paid_in"), "'paid_in' is not a kind of event"),
        (deposit(type="fill"), "'fill' is not a kind of event"),
        (deposit(type=None), "None is not a kind of event"),
        (deposit(colour="red"), "deposited: unknown field colour"),
        (deposit(amount=1.5), "deposited.amount: 1.5 where str is expected"),
        (deposit(amount="1e3"), "deposited.amount: '1e3' is not a number in plain notation"),
        (deposit(amount="NaN"), "deposited.amount: 'NaN' is not a number in plain notation"),
        (deposit(amount="ten"), "deposited.amount: 'ten' is not a number"),
        (deposit(time="yesterday"), "deposited.time: 'yesterday' is not a time"),
        (deposit(time="2020-03-12T00:00:00+01:00"), "is not a UTC time in whole seconds"),
        ({k: v for k, v in deposit().items() if k != "amount"}, "deposited: amount is missing"),
        (
            {
                **to_wire(
                    e.MarginCallMet(at=0, pocket="main", call=1, by=CallMetBy.SALE), 2, "desk"
                ),
                "by": "magic",
            },
            "margin_call_met.by: 'magic' is not one of deposit, repayment, sale",
        ),
    ],
)
def test_what_is_no_event_is_refused(wire: dict[str, object], message: str) -> None:
    with pytest.raises(BadWire, match=message):
        from_wire(wire)


def test_an_older_body_is_brought_up_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(body: dict[str, Any]) -> dict[str, Any]:
        return {("amount" if key == "sum" else key): value for key, value in body.items()}

    monkeypatch.setitem(codec.UPGRADES, ("deposited", 0), renamed)
    old = {"seq": 1, "time": "1970-01-01T00:00:00Z", "type": "deposited", "account": "desk"}
    assert from_wire({**old, "sum": "1.00"}, version=0) == e.Deposited(at=0, amount=D("1.00"))


def test_a_field_that_came_later_is_its_default_in_older_bodies() -> None:
    wire = to_wire(e.NoteAdded(at=0, text="so", tags=("a",), symbol="ACME"), 1, "desk")
    del wire["tags"]
    assert from_wire(wire) == e.NoteAdded(at=0, text="so", tags=(), symbol="ACME")


@pytest.mark.parametrize("book", [broker(), venue()], ids=["broker", "venue"])
def test_a_rule_book_comes_back_as_it_went(book: Rulebook) -> None:
    assert decode(Rulebook, json.loads(canonical(encode(book)))) == book


def test_rule_books_with_other_figures_have_other_hashes() -> None:
    assert rules_hash(broker()) == rules_hash(broker())
    assert rules_hash(broker()) != rules_hash(broker(taker_fee=D("0.001")))


@pytest.mark.parametrize("listed", [stock(), perpetual(multiplier=D("0.1"))])
def test_an_instrument_comes_back_from_its_terms(listed: Instrument) -> None:
    assert decode(Instrument, encode(listed)) == listed


def test_the_listing_keeps_its_order() -> None:
    opened = e.AccountOpened(
        at=0,
        venue="broker",
        mode=Mode.CROSS,
        currency="USD",
        rules_hash="",
        instruments={s: stock(s) for s in ("ZINC", "ACME")},
    )
    back = from_wire(over_text(to_wire(opened, 1, "desk")))
    assert isinstance(back, e.AccountOpened)
    assert list(back.instruments) == ["ZINC", "ACME"]


def test_canonical_text_has_sorted_keys_and_no_spaces() -> None:
    assert canonical({"b": [1, None, True], "a": {"d": "é", "c": "x"}}) == (
        '{"a":{"c":"x","d":"é"},"b":[1,null,true]}'
    )


@pytest.mark.parametrize("write", [canonical, compact])
def test_a_float_has_no_exact_text(write: Any) -> None:
    with pytest.raises(BadWire, match="float"):
        write({"a": [{"b": 0.1}]})


def test_a_lived_account_comes_back_from_its_lines() -> None:
    events = first_call().events
    lines = [compact(to_wire(event, n, "test")) for n, event in enumerate(events, 1)]
    assert tuple(from_wire(json.loads(line)) for line in lines) == events
