"""What the calculators say is what the engine does, to the tick and to the last unit.

In every shipped rule book and each of its modes, for random longs and shorts under the book's own
figures and under others, with the clock and all other prices held still: the first prices that
call and that liquidate, what opening takes and keeping asks, what cures a call, what a loan costs.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import assess, equity, required_equity
from ledger.account.state import MAIN, Position, Side
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import loans
from ledger.market.instrument import Asset, Instrument, Kind
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook, Rung
from ledger.market.rules.schedule import Basis, Schedule
from ledger.money import atom, ceil_to, fits, floor_to, round_up, settle
from ledger.practice.calc import calculators
from ledger.practice.calc.answers import Liquidation
from ledger.practice.calc.call_calculator import Borrowed, margin_call
from ledger.practice.library.venue_shelf import load_venue, venue_ids
from ledger.times import HOUR
from tests.laws import tried
from tests.worlds import World

D = Decimal
TICK = D("0.01")
LENDERS = [name for name in venue_ids() if load_venue(name).rulebook.kind is AccountKind.LOAN]


def _calls(name: str) -> bool:
    return load_venue(name).rulebook.level(Rung.CALL) is not None


CLASSES = [
    (name, asset)
    for name in venue_ids()
    if load_venue(name).rulebook.by_class
    for asset in (*Asset, None)
]
BOOKS = [(name, mode) for name in venue_ids() for mode in load_venue(name).rulebook.modes]


def listed(rulebook: Rulebook) -> Instrument:
    lot = D(1) if rulebook.trades is Kind.INVERSE else D("0.001")
    return Instrument(
        symbol="X", kind=rulebook.trades, tick=TICK, lot=lot, currency=rulebook.currency
    )


def world(
    rulebook: Rulebook,
    mode: Mode,
    entry: Decimal,
    deposit: Decimal,
    asset: Asset | None = None,
) -> World:
    """A second for each bar: no interest comes between."""
    instrument = replace(listed(rulebook), asset=asset)
    made = World(rulebook, instrument, mode=mode, interval=1)
    made.flat(str(entry), c.Deposit(amount=deposit))
    return made


@pytest.mark.parametrize(("name", "mode"), BOOKS)
@tried(12)
@given(data=st.data())
def test_the_price_named_is_the_first_that_liquidates(
    name: str, mode: Mode, data: st.DataObject
) -> None:
    book = _figures(data, load_venue(name).rulebook)
    entry, order = _order(data, book, mode)
    made = world(book, mode, entry, _enough(book, mode, entry, order))
    made.flat(str(entry), order)
    _, own = _opened(made)
    named = _named(book, mode, entry, order, own)["liquidation_price"]
    at, before = _ticks(named, entry, order.side)
    made.flat(str(before))
    assert not _gone(made), f"already at {before}, named {named}"
    made.flat(str(at))
    assert _gone(made), f"not yet at {at}, named {named}"


@pytest.mark.parametrize(("name", "asset"), CLASSES)
@tried(6)
@given(data=st.data())
def test_the_prices_named_for_a_class_are_the_first_that_call_and_that_liquidate(
    name: str, asset: Asset | None, data: st.DataObject
) -> None:
    book = load_venue(name).rulebook
    mode, instrument = book.modes[0], replace(listed(book), asset=asset)
    own_book = book.narrowed(instrument)
    entry, order = _order(data, own_book, mode)
    made = world(book, mode, entry, _enough(book, mode, entry, order), asset)
    made.flat(str(entry), order)
    _, own = _opened(made)
    named = _named(own_book, mode, entry, order, own)
    for key, acts in (("call_price", _called), ("liquidation_price", _gone)):
        if acts(made):
            continue
        at, before = _ticks(named[key], entry, order.side)
        made.flat(str(before))
        assert not acts(made), f"{key}: already at {before}, named {named[key]}"
        made.flat(str(at))
        assert acts(made), f"{key}: not yet at {at}, named {named[key]}"


def _figures(data: st.DataObject, book: Rulebook) -> Rulebook:
    """The book as it is shipped, or with a figure or two replaced. Where requirements differ by
    symbol, what is traded has one of the tables, or none of its own."""
    if book.has_own:
        whose = data.draw(st.sampled_from(book.schedules))
        book = replace(book, schedules=tuple(_naming(s, s is whose) for s in book.schedules))
    choices: dict[str, list[str]] = {
        "trade_fee": ["0", "0.0007"],
        "liquidation_fee": ["0", "0.01"],
    }
    if book.schedule(book.call_level.schedule).basis is Basis.VALUE:
        own = book.schedule(book.call_level.schedule)
        if own.line:  # half of what the largest leverage leaves
            choices["maintenance_margin"] = [str(D("0.5") / book.max_leverage)]
        else:
            low = own.long_rate or own.tiers[0].rate
            choices["maintenance_margin"] = [str(low), str(low * D("1.2"))]
    if book.kind is AccountKind.DERIVATIVES:
        choices["maintenance_at"] = ["mark", "entry"]
        if not any(schedule.line for schedule in book.schedules):
            small = "0.00001" if book.trades is Kind.INVERSE else "0.5"
            choices["maintenance_amount"] = ["0", small]
    given = data.draw(st.sets(st.sampled_from(list(choices)), max_size=2))
    return override(book, {key: data.draw(st.sampled_from(choices[key])) for key in given})


def _naming(schedule: Schedule, its_own: bool) -> Schedule:
    named = (*schedule.symbols, "X") if its_own and not schedule.is_default else schedule.symbols
    return replace(schedule, symbols=named)


def _order(data: st.DataObject, book: Rulebook, mode: Mode) -> tuple[Decimal, c.PlaceOrder]:
    """An entry price, and an order there."""
    side = data.draw(st.sampled_from(Side))
    entry = data.draw(st.integers(5_00, 90_000_00)) * TICK
    size = data.draw(st.integers(1, 500))
    quantity = D(size) * (entry if book.trades is Kind.INVERSE else 1)
    quantity = floor_to(quantity, D(1)) if book.trades is Kind.INVERSE else quantity / 100
    most = book.most_at(listed(book), quantity, entry) or book.max_leverage
    leverage = data.draw(st.integers(2, max(int(min(most, book.most_leverage(mode))), 2)))
    order = c.PlaceOrder(symbol="X", side=side, quantity=quantity, leverage=D(leverage), mode=mode)
    return entry, order


def _opened(made: World) -> tuple[Position, Decimal]:
    """The position, and the equity behind it."""
    assume(bool(made.of(e.PositionOpened)) and not _gone(made))
    position = made.account.positions()[0]
    own = equity(made.account, made.account.pockets[position.pocket], made.market.mark)
    assume(own > 0)
    return position, own


def _named(
    book: Rulebook, mode: Mode, entry: Decimal, order: c.PlaceOrder, own: Decimal
) -> Liquidation:
    assert order.quantity is not None
    return calculators.liquidation(
        book.narrowed(listed(book)),
        mode=mode,
        side=order.side,
        entry=entry,
        quantity=order.quantity,
        leverage=order.leverage,
        wallet=own,
    )


def _ticks(named: Decimal | None, entry: Decimal, side: Side) -> tuple[Decimal, Decimal]:
    """The first tick beyond a price that is on none, and the one before it."""
    assume(named is not None and TICK < named < 10 * entry and not fits(named, TICK))
    assert named is not None
    at = floor_to(named, TICK) if side is Side.BUY else ceil_to(named, TICK)
    before = at + TICK * side.sign
    assume(at > 0 and (before - entry) * side.sign < 0)
    return at, before


def _called(made: World) -> bool:
    return bool(made.of(e.MarginCallIssued)) or _gone(made)


def _gone(made: World) -> bool:
    return bool(made.of(e.Liquidated) + made.of(e.ForceSold))


def _enough(book: Rulebook, mode: Mode, entry: Decimal, order: c.PlaceOrder) -> Decimal:
    """Behind a wall any wallet will do; a crossed one is made just large enough to be in danger."""
    assert order.quantity is not None
    assert order.leverage is not None
    value = abs(listed(book).notional(order.quantity, entry))
    if mode is Mode.ISOLATED:
        return floor_to(max(value * 4, D(5_000)), D("0.01"))
    lender = book.schedule(book.call_level.schedule).basis is Basis.LIABILITIES
    divisor = order.leverage - 1 if lender and order.side is Side.SELL else order.leverage
    needed = value / max(divisor, D(1)) + value / 50
    return ceil_to(max(needed, book.minimum_equity), D("0.01"))


@pytest.mark.parametrize(("name", "mode"), BOOKS)
@tried(6)
@given(data=st.data())
def test_the_call_named_is_the_first_price_that_calls(
    name: str, mode: Mode, data: st.DataObject
) -> None:
    """Below it (for a short above it) stands a call, or what is graver; a tick before it none."""
    book = _figures(data, load_venue(name).rulebook)
    entry, order = _order(data, book, mode)
    made = world(book, mode, entry, _enough(book, mode, entry, order))
    made.flat(str(entry), order)
    _, own = _opened(made)
    assume(not _called(made))
    named = _named(book, mode, entry, order, own)["call_price"]
    at, before = _ticks(named, entry, order.side)
    made.flat(str(before))
    assert not _called(made), f"already at {before}, named {named}"
    made.flat(str(at))
    assert _called(made), f"not yet at {at}, named {named}"


@pytest.mark.parametrize(("name", "mode"), BOOKS)
@tried(6)
@given(data=st.data())
def test_the_requirement_and_the_cost_are_the_engines(
    name: str, mode: Mode, data: st.DataObject
) -> None:
    """What is held as the engine opened it asks for what the calculator says, to the last unit; a
    wallet of the cost opens it, a unit less does not."""
    book = _figures(data, load_venue(name).rulebook)
    entry, order = _order(data, book, mode)
    asked = {
        "mode": mode,
        "side": order.side,
        "price": entry,
        "quantity": order.quantity,
        "leverage": order.leverage,
    }
    made = world(book, mode, entry, _enough(book, mode, entry, order))
    made.flat(str(entry), order)
    position, _ = _opened(made)
    pocket = made.account.pockets[position.pocket]
    margin = assess(made.account, pocket, made.market.mark)
    own = book.narrowed(listed(book))
    told = calculators.required(own, **asked)  # type: ignore[arg-type]
    kept = required_equity(made.account, pocket, made.market.mark, book.maintenance)
    assert told["initial_margin"] == round_up(margin.initial, book.currency)
    if not book.watches_debt:  # what is owed depends on the wallet, which the calculator has not
        assert told["maintenance_margin"] == round_up(kept, book.currency)
    cost = calculators.cost(own, **asked)["order_cost"]  # type: ignore[arg-type]
    assert cost is not None
    unit = atom(book.currency)
    assume(cost > max(book.minimum_equity, unit))
    for deposit, passes in ((cost, True), (cost - unit, False)):
        tried_with = world(book, mode, entry, deposit)
        tried_with.flat(str(entry), order)
        assert bool(tried_with.of(e.OrderFilled)) is passes, f"{deposit} of {cost}"


@pytest.mark.parametrize("name", LENDERS)
@tried(6)
@given(data=st.data())
def test_the_interest_is_what_the_engine_charges(name: str, data: st.DataObject) -> None:
    """Drawn at a full hour, whole hours on, in bars of an hour: the sum of what is posted."""
    book = load_venue(name).rulebook
    principal = D(data.draw(st.integers(1, 10**8))) / 100
    hours = data.draw(st.integers(1, 24 * 70))
    made = World(replace(book, auto_repay=False), listed(book), interval=HOUR)
    made.flat("100", c.Deposit(amount=max(principal * 2, book.minimum_equity)))
    begun = made.market.time
    made.do(c.Borrow(amount=principal))
    assume(bool(made.of(e.LoanDrawn)))
    made.do(c.Wait(until=begun + hours * HOUR))
    loans.accrue(draft := Draft(made.account, made.market), MAIN, begun + hours * HOUR)
    posted = [x for x in (*made.events, *draft.events) if isinstance(x, e.InterestAccrued)]
    told = calculators.interest(book, principal, hours * HOUR, begun)["interest"]
    assert told == settle(sum((x.amount for x in posted), D(0)), book.currency)


@pytest.mark.parametrize("name", [name for name in LENDERS if _calls(name)])
@tried(6)
@given(data=st.data())
def test_what_the_call_asks_is_what_the_calculator_says(name: str, data: st.DataObject) -> None:
    """Shortfall, sale, and lots that cure, of longs and shorts: as on the call's own record."""
    book = _figures(data, load_venue(name).rulebook)
    mode = book.modes[0]
    entry, order = _order(data, book, mode)
    made = world(book, mode, entry, _enough(book, mode, entry, order))
    made.flat(str(entry), order)
    _, own = _opened(made)
    named = _named(book, mode, entry, order, own)
    first, last = named["call_price"], named["liquidation_price"]
    assume(first is not None and last is not None)
    assert first is not None
    assert last is not None
    way = D(data.draw(st.integers(0, 99))) / 100
    made.flat(str(max(floor_to(first + (last - first) * way, TICK), TICK)))
    assume(bool(made.of(e.MarginCallIssued)) and not _gone(made))
    call, account = made.of(e.MarginCallIssued)[-1], made.account
    position, price = account.positions()[0], call.prices["X"]
    told = margin_call(
        book.narrowed(listed(book)),
        Borrowed(
            side=order.side,
            quantity=abs(position.quantity),
            price=price,
            loan=account.main.loan.owed(),
            cash=account.main.cash,
            entry=entry,
            leverage=position.leverage,
            lot=listed(book).lot,
        ),
    )
    assert told["shortfall"] == call.shortfall
    assert told["sale_to_cure"] == call.sale_to_cure
    assert told["quantity_to_cure"] == call.would_sell["X"]
