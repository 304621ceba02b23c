"""The ticket and its sisters: what each type of order asks for, and what is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from textual.events import Key, Paste

from ledger.account.state import GoodFor, Order, OrderType, Side, Target
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import bitcoin_on_loan, first_call, settled_in_coin, stock_and_token
from tui.screens.card import LeaveCard

D = Decimal
DEPOSIT = ("d", "~10000", "enter", "enter")


@asynccontextmanager
async def ticket(side: str = "b", size: tuple[int, int] = WIDE) -> AsyncIterator[Hands]:
    """A ticket on a desk with 10,000, on the first day of ACME at 100."""
    async with desk(first_call(), size) as hands:
        await hands.press(*DEPOSIT, side)
        yield hands


async def fill(hands: Hands, **values: str) -> None:
    """Write into the fields, as a person would one after the other."""
    assert hands.desk.side.form is not None
    for name, value in values.items():
        hands.desk.side.form.fill(name, value)
        await hands.settle()


def shown(hands: Hands) -> set[str]:
    """The fields that the form asks for now."""
    form = hands.desk.side.form
    assert form is not None
    rows = {name: form.query_one(f"#field-{name}") for name in form.values}
    return {name for name, row in rows.items() if row.display}


def resting(hands: Hands) -> list[Order]:
    return list(hands.desk.conductor.session.account.orders.values())


ALWAYS = {
    "side", "type", "by", "amount", "leverage", "stop", "targets", "reason", "called", "sure",
    "tags", "only", "days",
}  # fmt: skip


async def test_what_is_typed_faster_than_it_is_drawn_lands_in_its_fields() -> None:
    """A terminal hands over a whole burst at once: amount, on to leverage, on to the stop."""
    async with ticket() as hands:
        for key in (*"55", "tab", *"2", "down", *"88"):
            hands.app.post_message(Key(key, key if len(key) == 1 else None))
        await hands.settle()
        assert hands.desk.side.form is not None
        values = hands.desk.side.form.values
        assert (values["amount"], values["leverage"], values["stop"]) == ("55", "2", "88")


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("market", {"follow"}),
        ("limit", {"price", "follow", "good", "tied"}),
        ("stop", {"price", "follow", "good", "tied"}),
        ("stop_limit", {"price", "limit", "follow", "good", "tied"}),
        ("trailing", {"trail", "good", "tied"}),
    ],
)
async def test_the_ticket_asks_for_what_the_type_needs(kind: str, own: set[str]) -> None:
    async with ticket() as hands:
        await fill(hands, type=kind)
        assert shown(hands) == ALWAYS | own


async def test_a_stop_limit_is_sent_with_its_trigger_and_its_limit() -> None:
    async with ticket() as hands:
        await fill(hands, type="stop_limit", price="103", limit="104", amount="10", good="day")
        told = hands.text("thought")
        assert "as if at 104.00" in told
        assert "if the price gaps past 104.00, it rests" in told
        assert "ends Tue 2 Jan 2024 00:00" in told
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.order_type, order.trigger, order.limit) == (OrderType.STOP_LIMIT, 103, 104)
        assert order.good_for is GoodFor.DAY


async def test_a_trailing_order_is_previewed_where_it_would_fill_and_sent() -> None:
    async with ticket() as hands:
        await fill(hands, type="trailing", trail="5", amount="10")
        told = hands.text("thought")
        assert "as if at 105.00" in told
        assert "follows the best price by 5.00" in told
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.order_type, order.trigger, order.trail) == (OrderType.TRAILING, 105, 5)


@pytest.mark.parametrize(("by", "amount"), [("notional", "10000"), ("power-%", "50")])
async def test_a_ticket_is_sized_by_value_or_by_a_share_of_buying_power(
    by: str, amount: str
) -> None:
    """Half of 20,000, which 10,000 buy at 50 % initial margin: 100 shares at 100."""
    async with ticket() as hands:
        await fill(hands, by=by, amount=amount)
        assert "Quantity" in hands.text("thought")
        await hands.press("enter", "enter")
        (held,) = hands.desk.conductor.session.account.main.positions.values()
        assert held.quantity == 100


async def test_a_market_order_may_bring_a_stop_that_trails() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", follow="5")
        # ten shares, five each: half a percent of 10,000
        assert "-50.00  0.5%" in hands.text("thought")
        await hands.press("enter", "enter")
        (stop,) = resting(hands)
        assert (stop.order_type, stop.trigger, stop.trail) == (OrderType.TRAILING, 95, 5)


async def test_two_orders_are_tied_by_a_name_and_cancelling_one_says_what_ends_with_it() -> None:
    async with ticket() as hands:
        await fill(hands, type="limit", price="95", amount="10", tied="range")
        await hands.press("enter", "enter", "b")
        await fill(hands, type="stop", price="105", amount="10", tied="range")
        assert "tied: one fills, the other ends" in hands.text("thought")
        await hands.press("enter", "enter")
        assert [order.oco for order in resting(hands)] == ["range", "range"]
        await hands.press("4", "x")
        assert "Ends with it: #2" in hands.text("thought")
        await hands.press("enter")
        assert not resting(hands)


async def test_an_order_that_only_reduces_asks_for_no_stop_and_sells_no_more() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter", "s")
        await fill(hands, only="yes", type="trailing", trail="5", amount="20")
        assert not shown(hands) & {"stop", "targets", "follow"}
        assert "most that would pass: 10" in hands.text("thought")
        await fill(hands, amount="10")
        await hands.press("enter", "enter")
        sale = next(order for order in resting(hands) if order.cause.value == "trader")
        assert (sale.side, sale.reduce_only, sale.trigger) == (Side.SELL, True, 95)


async def test_what_a_hidden_field_still_holds_is_not_sent() -> None:
    async with ticket() as hands:
        await fill(hands, type="stop_limit", price="103", limit="104", good="day", tied="x")
        await fill(hands, type="market", amount="10")
        await hands.press("enter", "enter")
        assert hands.desk.view.positions[0].quantity == 10


async def test_a_missing_price_is_asked_for_by_its_name() -> None:
    async with ticket() as hands:
        await fill(hands, type="stop_limit", price="103", amount="10")
        assert "Limit: enter a number" in " ".join(hands.text("thought").split())
        await fill(hands, type="trailing")
        assert "REFUSED: Trail by: enter a" in hands.text("thought")


async def test_a_stop_is_made_to_trail_and_to_stand_again() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter", "e")
        await fill(hands, trail="8")
        await hands.press("enter", "enter")
        (stop,) = resting(hands)
        assert (stop.order_type, stop.trigger) == (OrderType.TRAILING, 92)
        await hands.press("e")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["trail"] == "8"
        await fill(hands, trail="")
        await hands.press("enter", "enter")
        (stop,) = resting(hands)
        assert (stop.order_type, stop.trigger) == (OrderType.STOP, 92)


async def test_a_stop_is_given_a_price_or_a_trail_not_both() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter", "e")
        await fill(hands, stop="91", trail="8")
        assert "not both" in hands.text("thought")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_order_table_says_what_each_order_is(size: tuple[int, int]) -> None:
    async with ticket(size=size) as hands:
        await fill(hands, amount="10", follow="5")
        await hands.press("enter", "enter", "b")
        await fill(hands, type="stop_limit", price="103", limit="104", amount="1", good="day")
        await hands.press("enter", "enter", "4")
        screen = hands.screen()
        assert "stop, trails" in screen
        assert "stop-lim day" in screen


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_every_field_of_the_longest_ticket_can_be_reached(size: tuple[int, int]) -> None:
    async with ticket(size=size) as hands:
        await fill(hands, type="stop_limit")
        form = hands.desk.side.form
        assert form is not None
        await hands.press("up")
        while not focused(hands, "side"):
            await hands.press("up")
        for name in form.values:
            if name in shown(hands):
                assert focused(hands, name)
                row = form.query_one(f"#field-{name}").region
                assert form.query_one("#fields").region.contains_region(row), name
                await hands.press("down")


def focused(hands: Hands, name: str) -> bool:
    """Whether what is typed goes into this field."""
    entry = hands.app.focused
    return entry is not None and entry.parent is not None and entry.parent.id == f"field-{name}"


async def test_words_that_do_not_fit_are_counted_and_follow_the_chosen_one_if_they_fit() -> None:
    async with ticket() as hands:
        assert "◂ [market] limit    1/5 ▸" in hands.screen()
        await fill(hands, type="stop_limit")
        assert "◂ [stop_limit]      4/5 ▸" in hands.screen()
        await fill(hands, type="trailing")
        assert "◂ [trailing] market 5/5 ▸" in hands.screen()


# a trail in percent


async def test_a_trail_is_typed_as_a_distance_or_in_percent() -> None:
    async with ticket() as hands:
        await fill(hands, type="trailing", trail="5%", amount="10")
        assert "follows the best price by 5%" in hands.text("thought")
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.trigger, order.trail, order.trail_fraction) == (105, None, D("0.05"))
        await hands.press("4", "x")
        assert "5%" in hands.text("thought")


@pytest.mark.parametrize("typed", ["0%", "100%", "-5%", "%", "5%%"])
async def test_a_percentage_that_is_none_is_refused_as_it_was_typed(typed: str) -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", follow=typed)
        assert "REFUSED: Trailing: " in hands.text("thought")


async def test_a_stop_is_made_to_trail_in_percent_behind_e() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter", "e")
        await fill(hands, trail="8%")
        await hands.press("enter", "enter")
        (stop,) = resting(hands)
        assert (stop.order_type, stop.trigger, stop.trail_fraction) == (
            OrderType.TRAILING,
            92,
            D("0.08"),
        )
        await hands.press("e")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["trail"] == "8%"


# a resting order amended


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_an_order_is_amended_from_its_present_terms(size: tuple[int, int]) -> None:
    async with ticket(size=size) as hands:
        await fill(hands, type="limit", price="95", amount="10")
        await hands.press("enter", "enter", "4", "o")
        form = hands.desk.side.form
        assert form is not None
        brings = {"trail": "", "stop": "", "targets": ""}
        assert form.values == {"limit": "95", "quantity": "10", **brings}
        assert "Nothing changed yet" in hands.text("thought")
        await fill(hands, limit="96", quantity="12")
        assert "as if at 96.00" in hands.text("thought")
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.id, order.limit, order.quantity) == ("#1", 96, 12)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_a_resting_order_will_bring_is_amended_in_its_form(
    size: tuple[int, int],
) -> None:
    async with ticket(size=size) as hands:
        await fill(hands, type="limit", price="95", amount="10", stop="90", targets="110 120")
        await hands.press("enter", "enter", "4", "o")
        form = hands.desk.side.form
        assert form is not None
        assert (form.values["stop"], form.values["targets"]) == ("90", "110 120")
        await fill(hands, stop="", targets="110:30")
        assert "nothing limits the loss" in hands.text("thought")
        await fill(hands, stop="88")
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.stop_loss, order.targets) == (88, (Target(D(110), D("0.3")),))
        await hands.press("o")
        form = hands.desk.side.form
        assert form is not None
        assert form.values["targets"] == "110:30"
        await fill(hands, stop="", trail="5%", targets="")
        await hands.press("enter", "enter")
        (order,) = resting(hands)
        assert (order.stop_loss, order.trail_fraction, order.targets) == (None, D("0.05"), ())


async def test_what_cannot_be_amended_is_told_with_the_largest_that_passes() -> None:
    """10,000 and half down: 210 shares at 95 need 9,975, more than 210.5 do not pass."""
    async with ticket() as hands:
        await fill(hands, type="limit", price="95", amount="10")
        await hands.press("enter", "enter", "4", "o")
        await fill(hands, quantity="300")
        assert "most that would pass: 210" in hands.text("thought")
        assert resting(hands)[0].quantity == 10


async def test_each_of_several_targets_is_a_row_of_its_own_to_amend_or_take_away() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", targets="110:50 120:50")
        await hands.press("enter", "enter", "4", "down", "o")
        form = hands.desk.side.form
        assert form is not None
        assert form.values == {"limit": "120", "quantity": "5"}
        await fill(hands, limit="125", quantity="3")
        await hands.press("enter", "enter")
        assert [(o.limit, o.quantity) for o in resting(hands)] == [(110, 5), (125, 3)]
        await hands.press("e")
        assert shown(hands) == {"stop", "target", "target-2", "trail"}
        await fill(hands, **{"target": "", "target-2": "130"})
        await hands.press("enter", "enter")
        assert [(o.limit, o.quantity) for o in resting(hands)] == [(130, 3)]


async def test_a_stop_is_amended_in_its_row_and_a_move_away_is_told_first() -> None:
    async with ticket() as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter", "4", "o")
        form = hands.desk.side.form
        assert form is not None
        assert form.values == {"trigger": "90", "trail": ""}
        await fill(hands, trigger="85")
        assert "risk up by 0.50 R" in hands.text("thought")
        await fill(hands, trigger="90", trail="5%")
        await hands.press("enter", "enter")
        (stop,) = resting(hands)
        assert (stop.trigger, stop.trail_fraction) == (95, D("0.05"))


async def test_without_an_order_there_is_nothing_to_amend() -> None:
    async with ticket() as hands:
        await hands.press("escape", "o")
        assert hands.desk.side.form is None
        assert "no order to amend" in hands.screen()


# margin behind a wall at a lender


async def test_isolated_margin_goes_in_and_out_at_a_lender_of_coins() -> None:
    async with desk(bitcoin_on_loan()) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="3")
        await hands.press("enter", "enter", "m")
        form = hands.desk.side.form
        assert form is not None
        assert form.values["way"] == "add"
        await fill(hands, amount="500")
        await hands.press("enter", "enter")
        walled = hands.desk.conductor.session.account.pockets["isolated:XBTUSD"]
        assert walled.cash == 500
        await hands.press("m")
        await fill(hands, way="remove", amount="600")
        assert "can be taken from XBTUSD" in " ".join(hands.text("thought").split())
        await fill(hands, amount="100")
        await hands.press("enter", "enter")
        walled = hands.desk.conductor.session.account.pockets["isolated:XBTUSD"]
        assert walled.cash == 400
        await hands.press("m")
        await fill(hands, way="borrow", amount="50")
        await hands.press("enter", "enter")
        assert hands.desk.conductor.session.account.main.loan.principal == 50


async def test_what_is_lost_at_a_stop_in_dollar_contracts_is_told_in_the_coin() -> None:
    """A contract of a dollar wins 1 / entry - 1 / price bitcoin."""
    async with desk(settled_in_coin()) as hands:
        await hands.press("d", "~1", "enter", "enter", "b")
        await fill(hands, amount="7000", leverage="2")
        await hands.press("enter", "enter", "e")
        await fill(hands, stop="7000")
        entry = hands.desk.view.positions[0].entry
        loss = round(1 - 7000 / entry, 8)
        assert f"From entry to stop ▼-{loss:.8f}" in " ".join(hands.text("thought").split())


async def test_enter_on_an_empty_ticket_says_what_is_missing() -> None:
    async with ticket() as hands:
        await hands.press("enter")
        assert "Amount: type how much to trade" in " ".join(hands.text("thought").split())
        await hands.press("~5")
        assert "type how much" not in hands.text("thought")


async def test_a_paste_that_is_too_long_is_refused_with_a_sentence_and_changes_nothing() -> None:
    async with ticket() as hands:
        await hands.press("~7")
        hands.app.post_message(Paste("9" * 25))  # a number has at most 24 characters
        await hands.settle()
        assert hands.desk.side.form.values["amount"] == "7"
        assert "Too long: this field takes 24 characters" in " ".join(hands.text("thought").split())


async def test_lines_that_are_pasted_become_one_note() -> None:
    async with desk(first_call()) as hands:
        await hands.press("i")
        hands.app.post_message(Paste("bought the dip\nof the second day\n"))
        await hands.settle()
        assert hands.desk.side.form.values["text"] == "bought the dip of the second day"


async def test_ctrl_c_asks_before_it_throws_a_filled_ticket_away() -> None:
    async with ticket() as hands:
        await hands.press("~5", "ctrl+c")
        assert isinstance(hands.app.screen, LeaveCard)
        await hands.press("escape")
        assert hands.desk.side.form.values["amount"] == "5"
        await hands.press("ctrl+c")
        hands.app.post_message(Key("ctrl+c", None))
        await hands.pilot.pause()
        assert not hands.app.is_running, "who presses it twice means it"


async def test_ctrl_c_quits_at_once_where_nothing_is_typed() -> None:
    async with ticket() as hands:
        hands.app.post_message(Key("ctrl+c", None))
        await hands.pilot.pause()
        assert not hands.app.is_running


async def test_a_risk_far_over_the_usual_is_said_without_naming_a_plan_that_nobody_made() -> None:
    """A hundred shares, five each, of 10,000: two and a half times 2 %."""
    async with ticket() as hands:
        await fill(hands, amount="100", stop="95")
        assert "2.5x the usual 2% of equity" in hands.text("thought")


async def test_a_stop_moved_away_shows_beside_the_planned_risk_what_is_at_risk_now() -> None:
    """Ten shares at 100: ten each planned at a stop of 90, twenty each at one of 80."""
    async with ticket(size=NARROW) as hands:
        await fill(hands, amount="10", stop="90")
        await hands.press("enter", "enter")
        assert "risk planned 100.00, open 100.00" in hands.text("detail")
        await hands.press("e")
        await fill(hands, stop="80")
        await hands.press("enter", "enter")
        assert "risk planned 100.00, open 200.00" in hands.text("detail")


async def test_what_must_be_paid_in_full_is_bought_without_asking_for_leverage() -> None:
    async with desk(stock_and_token()) as hands:
        await hands.press(*DEPOSIT, "slash", "b", "~10")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["symbol"] == "TOKEN"
        assert "leverage" not in shown(hands)
        await hands.press("enter", "enter")
        (held,) = hands.desk.conductor.session.account.main.positions.values()
        assert (held.symbol, held.quantity, held.leverage) == ("TOKEN", 10, 1)
