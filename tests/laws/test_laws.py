"""What must hold after every command, whatever the trader tries and the market does."""

import json
from collections import defaultdict
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.risk.margin import equity, free_cash
from ledger.account.state import MAIN, Account, Cause, Side
from ledger.books.entries import balances, disagreements, legs_of
from ledger.books.wire.codec import to_wire
from ledger.engine.decide import decide
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import AccountKind
from ledger.money import ZERO, fits, settle
from ledger.practice.sessions.statement import statement
from tests.laws import tried
from tests.laws.scripts import SYMBOLS, Moment, Script, new_world, play, scripts
from tests.worlds import D, World

LOANS = ("broker", "broker with floors", "broker by the hour")
PERPETUALS = ("isolated", "cross", "both", "unprotected")
WALLED = ("isolated", "both", "unprotected")
REFUSALS = (e.OrderRefused, e.ActionRefused)


def everything(moments: list[Moment]) -> list[e.Event]:
    return [event for moment in moments for event in moment.events]


def steps(moments: list[Moment]) -> list[tuple[Account, e.Event, Account]]:
    """Every event with the account before and after it."""
    found = []
    for moment in moments:
        account = moment.before
        for event in moment.events:
            after = apply(account, event)
            found.append((account, event, after))
            account = after
    return found


def wire(events: list[e.Event]) -> str:
    return "\n".join(
        json.dumps(to_wire(event, number, "test")) for number, event in enumerate(events, 1)
    )


def as_sent(script: Script, commands: list[c.Command]) -> list[e.Event]:
    world = new_world(script)
    return world.do(*commands)


# the record


@tried(80)
@given(script=scripts())
def test_replaying_the_events_from_a_fresh_account_gives_the_same_account(script: Script) -> None:
    moments = play(script)
    account = new_world(script).account
    for event in everything(moments):
        account = apply(account, event)
    assert account == moments[-1].after


@tried(60)
@given(script=scripts())
def test_the_same_commands_give_the_same_events_byte_for_byte(script: Script) -> None:
    moments = play(script)
    again = as_sent(script, [moment.command for moment in moments])
    assert wire(again) == wire(everything(moments))


@tried(60)
@given(script=scripts())
def test_a_preview_is_the_execution_and_changes_nothing(script: Script) -> None:
    for moment in play(script):
        shown = (repr(moment.before), repr(moment.market))
        preview = decide(moment.before, moment.market, moment.command)
        assert list(preview.events) == moment.events
        assert preview.account == moment.after
        assert (repr(moment.before), repr(moment.market)) == shown


@tried(80)
@given(script=scripts())
def test_time_never_goes_backwards(script: Script) -> None:
    times = [event.at for event in everything(play(script))]
    assert times == sorted(times)


@tried(80)
@given(script=scripts())
def test_a_refused_wish_changes_nothing_but_the_count(script: Script) -> None:
    for moment in play(script):
        if moment.events and all(isinstance(event, REFUSALS) for event in moment.events):
            counted = replace(
                moment.before,
                seq=moment.after.seq,
                time=moment.after.time,
                orders_made=moment.after.orders_made,
            )
            assert moment.after == counted


@tried(80)
@given(script=scripts())
def test_no_name_of_a_resting_order_is_taken_twice(script: Script) -> None:
    for before, event, _ in steps(play(script)):
        if isinstance(event, e.OrderPlaced):
            assert event.order not in before.orders


# money


@tried(100)
@given(script=scripts())
def test_money_comes_from_somewhere(script: Script) -> None:
    """cash + savings + cost of what is owned - loan - interest owed = deposits - withdrawals
    + realized - interest - fees - funding - nights + interest on cash + what the venue absorbed, to
    the last unit."""
    for _, event, account in steps(play(script)):
        totals = account.totals
        stands = account.savings
        for pocket in account.pockets.values():
            stands += pocket.cash - pocket.loan.principal - pocket.loan.accrued
            for symbol, position in pocket.positions.items():
                if account.instruments[symbol].kind is Kind.SPOT:
                    stands += sum((lot.cost for lot in position.lots), ZERO)
        came = totals.deposited - totals.withdrawn + totals.realized_pnl + totals.absorbed
        came += totals.credit_interest
        went = totals.interest + totals.fees_paid + totals.funding_paid + totals.overnight
        assert stands == came - went, event


@tried(60)
@given(script=scripts(kinds=LOANS))
def test_interest_is_paid_owed_or_part_of_the_principal(script: Script) -> None:
    capitalized = drawn = repaid = ZERO
    for _, event, account in steps(play(script)):
        if isinstance(event, e.InterestCapitalized):
            capitalized += event.amount
        if isinstance(event, e.LoanDrawn):
            drawn += event.amount
        if isinstance(event, e.LoanRepaid):
            repaid += event.principal_part
        loan, totals = account.main.loan, account.totals
        assert totals.interest == totals.interest_paid + loan.capitalized + loan.accrued
        assert 0 <= loan.capitalized <= loan.principal
        assert loan.principal == drawn + capitalized - repaid


@tried(60)
@given(script=scripts())
def test_the_books_agree_with_the_account_after_every_event(script: Script) -> None:
    books: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for before, event, after in steps(play(script)):
        for key, change in balances(legs_of(before, event)).items():
            books[key] += change
        assert not disagreements(after, books), event


@tried(60)
@given(script=scripts())
def test_equity_is_what_the_statement_adds_up_to(script: Script) -> None:
    for moment in play(script):
        said = statement(moment.after, moment.market_after, moment.market_after.time)
        if moment.after.rulebook.kind is AccountKind.LOAN:
            owed = said.loan + said.accrued_interest
            assert said.equity == said.cash + said.market_value - owed
        else:
            assert said.equity == said.cash + said.unrealized_pnl
        exact = sum(
            (
                equity(moment.after, pocket, moment.market_after.mark)
                for pocket in moment.after.pockets.values()
            ),
            ZERO,
        )
        assert said.equity == settle(exact, moment.after.currency)


@tried(80)
@given(script=scripts(kinds=LOANS))
def test_no_cash_is_spent_that_is_not_there(script: Script) -> None:
    """A loan account draws what it lacks; shorts' proceeds stay with the lender of the shares."""
    for moment in play(script):
        assert free_cash(moment.after, moment.after.main) >= 0


@tried(80)
@given(script=scripts(kinds=("isolated", "cross", "both")))
def test_a_protected_account_never_owes_once_nothing_is_held(script: Script) -> None:
    for moment in play(script):
        for pocket in moment.after.pockets.values():
            assert pocket.positions or pocket.cash >= 0


# walls


@tried(100)
@given(script=scripts(kinds=WALLED))
def test_no_event_of_one_position_moves_the_cash_of_anothers_pocket(script: Script) -> None:
    for before, event, after in steps(play(script)):
        names = {*before.pockets, *after.pockets}
        moved = {name for name in names if _cash(before, name) != _cash(after, name)}
        own = {getattr(event, "pocket", MAIN)}
        if isinstance(event, e.MarginAdded | e.MarginRemoved):
            own.add(MAIN)
        if isinstance(event, e.PositionClosed):
            assert not moved
        assert moved <= own, event


def _cash(account: Account, name: str) -> Decimal:
    return account.pockets[name].cash if name in account.pockets else ZERO


@tried(100)
@given(script=scripts(kinds=("isolated", "both")))
def test_an_isolated_position_never_costs_more_than_was_posted_to_it(script: Script) -> None:
    """From opening to close: the wallet gave the margin, and gets back nothing or something."""
    given_to: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for before, event, after in steps(play(script)):
        if isinstance(event, e.MarginAdded):
            given_to[event.pocket] += event.amount
        elif isinstance(event, e.MarginRemoved):
            assert event.amount > 0
            given_to[event.pocket] -= event.amount
        elif isinstance(event, e.DeficitRecorded):
            assert event.absorbed_by == "venue"
        if isinstance(event, e.OrderFilled | e.Liquidated) and event.realized_pnl < 0:
            assert before.main == after.main or event.pocket == MAIN
        for name, pocket in after.pockets.items():
            assert name == MAIN or pocket.positions or pocket.cash == ZERO or pocket.cash > 0


@tried(80)
@given(script=scripts(kinds=("isolated", "both")))
def test_a_pocket_ends_with_its_position(script: Script) -> None:
    for moment in play(script):
        for name, pocket in moment.after.pockets.items():
            assert name == MAIN or pocket.positions


@tried(80)
@given(script=scripts(kinds=("both",)))
def test_a_symbol_is_held_in_one_pocket_only(script: Script) -> None:
    for _, event, account in steps(play(script)):
        held = [s for pocket in account.pockets.values() for s in pocket.positions]
        assert len(held) == len(set(held)), event


# trades


@tried(100)
@given(script=scripts())
def test_nothing_fills_outside_its_bar_or_between_two_ticks(script: Script) -> None:
    bars: dict[str, Any] = {}
    for moment in play(script):
        if isinstance(moment.command, c.OpenBar):
            bars = dict(moment.command.step.bars)
        for event in moment.events:
            if isinstance(event, e.Fill):
                bar = bars[event.symbol]
                assert bar.low <= event.price <= bar.high
                assert fits(event.price, D("0.5"))


@tried(80)
@given(script=scripts())
def test_a_limit_is_never_filled_worse_than_its_limit(script: Script) -> None:
    for before, event, _ in steps(play(script)):
        if isinstance(event, e.OrderFilled):
            limit = before.orders[event.order].limit
            if limit is not None:
                better = event.price <= limit if event.side is Side.BUY else event.price >= limit
                assert better


@tried(80)
@given(script=scripts())
def test_reduce_only_never_opens_and_never_flips(script: Script) -> None:
    for before, event, after in steps(play(script)):
        if isinstance(event, e.OrderFilled) and before.orders[event.order].reduce_only:
            was, now = before.position(event.symbol), after.position(event.symbol)
            assert was is not None
            assert now is not None
            assert abs(now.quantity) < abs(was.quantity)
            assert now.quantity * was.quantity >= 0


@tried(100)
@given(script=scripts())
def test_a_stop_covers_the_whole_position_and_targets_no_more_than_it(script: Script) -> None:
    for moment in play(script):
        account = moment.after
        for symbol in account.instruments:
            position = account.position(symbol)
            size = abs(position.quantity) if position else ZERO
            protecting = [o for o in account.orders.values() if o.symbol == symbol]
            stops = [o for o in protecting if o.cause is Cause.STOP_LOSS]
            targets = [o for o in protecting if o.cause is Cause.TAKE_PROFIT]
            assert [stop.quantity for stop in stops] in ([], [size])
            assert sum((target.quantity for target in targets), ZERO) <= size
            assert not position or all(o.side is not position.side for o in (*stops, *targets))


@tried(80)
@given(script=scripts())
def test_no_leverage_is_above_what_the_book_lends(script: Script) -> None:
    for _, event, account in steps(play(script)):
        if isinstance(event, e.OrderFilled):
            assert 1 <= event.leverage <= account.rulebook.max_leverage


@tried(80)
@given(script=scripts())
def test_the_largest_that_a_refusal_names_passes(script: Script) -> None:
    for moment in play(script):
        for event in moment.events:
            largest = getattr(event, "largest", None)
            if not isinstance(event, REFUSALS) or not largest:
                continue
            smaller = _with_size(moment.command, largest)
            if smaller is None:
                continue
            again = decide(moment.before, moment.market, smaller).events
            assert not any(isinstance(e_, REFUSALS) for e_ in again), (event, again)


def _with_size(command: c.Command, size: Decimal) -> c.Command | None:
    if isinstance(command, c.PlaceOrder):
        return replace(command, quantity=size)
    if isinstance(
        command, c.Withdraw | c.Borrow | c.Repay | c.Sweep | c.AddMargin | c.RemoveMargin
    ):
        return replace(command, amount=size)
    return None


# the ladder


@tried(100)
@given(script=scripts())
def test_a_call_is_met_expired_or_open_and_a_pocket_has_one(script: Script) -> None:
    standing: dict[str, tuple[int, bool]] = {}
    moments = play(script)
    for number, event in enumerate(everything(moments), 1):
        if isinstance(event, e.MarginCallIssued):
            assert standing.get(event.pocket, (0, True))[1], "the call before it must be over"
            standing[event.pocket] = (number, False)
        elif isinstance(event, e.MarginCallExpired):
            assert standing[event.pocket] == (event.call, False)
            standing[event.pocket] = (event.call, True)
        elif isinstance(event, e.MarginCallMet):
            assert standing.pop(event.pocket)[0] == event.call
        elif isinstance(event, e.CallAnswered):
            assert standing[event.pocket] == (event.call, False)
    calls = moments[-1].after.calls
    assert {pocket: (call.seq, call.expired) for pocket, call in calls.items()} == standing


@tried(80)
@given(script=scripts())
def test_a_call_ends_with_its_pocket(script: Script) -> None:
    for moment in play(script):
        for name in moment.after.calls:
            assert moment.after.pockets[name].positions


@tried(100)
@given(script=scripts())
def test_what_can_be_liquidated_is_never_left_standing(script: Script) -> None:
    """At the open and the close of a bar no pocket that trades is below its lowest level."""
    for moment in play(script):
        if not isinstance(moment.command, c.OpenBar | c.CloseBar):
            continue
        account = moment.after
        lowest = account.rulebook.levels[-1]
        from ledger.account.risk.margin import breached

        for pocket in account.pockets.values():
            trading = set(moment.command.step.bars).intersection(pocket.positions)
            if pocket.positions and trading:
                assert not breached(account, pocket, moment.market_after.mark, lowest)


@tried(100)
@given(script=scripts(kinds=LOANS))
def test_a_forced_sale_restores_the_requirement_or_sells_all_that_trades(script: Script) -> None:
    for moment in play(script):
        last = next((x for x in reversed(moment.events) if isinstance(x, e.ForceSold)), None)
        if last is None:
            continue
        met = [x for x in moment.events if isinstance(x, e.MarginCallMet) and x.by == "forced_sale"]
        unsold = [s for s in moment.after.main.positions if s not in moment.market.trading]
        assert met or unsold or moment.after.calls, moment.events


@tried(80)
@given(script=scripts(kinds=("broker", "broker with floors")))
def test_paying_what_a_call_asks_for_meets_it(script: Script) -> None:
    _answer_meets(script, "deposit")


@tried(80)
@given(script=scripts(kinds=PERPETUALS))
def test_paying_what_a_venues_call_asks_for_meets_it(script: Script) -> None:
    _answer_meets(script, "deposit")


@tried(80)
@given(script=scripts(kinds=(*LOANS, "cross")))
def test_selling_what_a_call_asks_for_meets_it_fees_included(script: Script) -> None:
    """Not behind an isolated wall: there a part that is closed takes its share of the margin."""
    _answer_meets(script, "sell")


def _answer_meets(script: Script, answer: str) -> None:
    for moment in play(script):
        if not moment.market_after.trading and not isinstance(moment.command, c.CloseBar):
            continue
        open_calls = [call for call in moment.after.calls.values() if not call.expired]
        if not open_calls:
            continue
        held = set(moment.after.main.positions)
        if answer == "sell" and not held.intersection(moment.market_after.trading):
            continue
        call = min(open_calls, key=lambda call: call.seq)
        events = decide(moment.after, moment.market_after, c.AnswerCall(answer=answer)).events
        if any(isinstance(x, e.ActionRefused) for x in events):
            shown = next(x for x in events if isinstance(x, e.ActionRefused)).reason
            assert "wallet can provide" in shown or "nothing is owed" in shown, shown
            continue
        assert any(isinstance(x, e.MarginCallMet) and x.call == call.seq for x in events)


# what does not matter


@tried(60)
@given(script=scripts())
def test_a_symbols_name_changes_no_number(script: Script) -> None:
    """The same world with names that sort the other way round."""
    other = dict(zip(SYMBOLS, ("TOM", "ANN", "SUE"), strict=True))
    moments = play(script)
    world = new_world(script)
    renamed = World(
        world.account.rulebook,
        *(replace(i, symbol=other[s]) for s, i in world.account.instruments.items()),
        mode=world.account.mode,
        convention=world.account.convention,
    )
    events = renamed.do(*(_renamed(moment.command, other) for moment in moments))
    said = wire(everything(moments))
    for old, new in other.items():
        said = said.replace(old, new)
    assert wire(events) == said


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new) if type(value) is str else value
        return value
    if isinstance(value, dict):
        return {_renamed(k, names): _renamed(v, names) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _renamed(getattr(value, f.name), names) for f in fields(value)}
        return replace(value, **changed)
    return value


@tried(80)
@given(script=scripts(), cut=st.integers(1, 86_399))
def test_splitting_a_quiet_bar_in_two_changes_nothing_but_times(script: Script, cut: int) -> None:
    moments = play(script)
    whole = moments[-1]
    account, market = whole.after, replace(whole.market_after, trading=frozenset(), bars={})
    if not market.last:
        return
    begins = market.time + (-market.time) % 86_400
    prices = {s: (p, p, p, p) for s, p in market.last.items()}
    from ledger.market.quote import Bar, Step

    def step(start: int, end: int, ends: bool) -> Step:
        bars = {s: Bar(start, *row, D(1)) for s, row in prices.items()}
        ahead = tuple(begins + 86_400 * n for n in range(2, 6))
        return Step(time=start, closes=end, bars=bars, session_end=ends, sessions=ahead)

    once = step(begins, begins + 86_400, True)
    first, second = (
        step(begins, begins + cut, False),
        step(begins + cut, begins + 86_400, True),
    )
    one = _run(account, market, [once])
    two = _run(account, market, [first, second])
    assert _timeless(one[0]) == _timeless(two[0])
    assert _timeless(one[1]) == _timeless(two[1])


def _run(account: Account, market: Any, bars: list[Any]) -> tuple[list[e.Event], Account]:
    events: list[e.Event] = []
    for bar in bars:
        for command in (c.OpenBar(step=bar), c.CloseBar(step=bar)):
            decision = decide(account, market, command)
            account, market = decision.account, decision.market
            events += decision.events
    return events, account


TIMES = ("at", "time", "due", "from_", "to", "issued_at", "opened_at", "placed_at", "accrued_to")


def _timeless(value: Any) -> Any:
    if isinstance(value, list):
        return [_timeless(x) for x in value]
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, {
            f.name: _timeless(getattr(value, f.name)) for f in fields(value) if f.name not in TIMES
        }
    return value
