"""Rehearsal files: what they may say, and how every fault is named by file, line and key."""

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import Convention, GoodFor, OrderType, Side, Target
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Mode
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.refused import Refused
from ledger.times import parse_time
from tests.places import REHEARSALS

D = Decimal
SHIPPED = sorted(REHEARSALS.glob("*.toml"))
PRICES = "\n".join(
    ["time,open,high,low,close,volume"]
    + [f"2024-01-{day:02}T00:00:00Z,100,101.5,99.25,100,10" for day in range(1, 11)]
)
HEAD = """
title = "Test"
venue = "us-reg-t"
start = 2024-01-02T00:00:00Z
end   = 2024-01-09T00:00:00Z

[[tape]]
symbol = "ACME"
source = "acme.csv"
"""
PERPETUAL = """
venue = "binance-usdm"
start = 2020-03-12T09:00:00Z
end   = 2020-03-12T12:00:00Z

[[tape]]
symbol = "BTC"
source = "xbtusd-bitmex-1m-2020-03"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.csv").write_text(PRICES)
    return tmp_path


def load(folder: Path, text: str) -> Rehearsal:
    path = folder / "r.toml"
    path.write_text(text, "utf-8")
    return load_rehearsal(path)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(Refused) as caught:
        load(folder, text)
    return "\n".join(caught.value.faults)


def do(action: str, at: str = "2024-01-02T00:00:00Z") -> str:
    return f"\n[[do]]\nat = {at}\n{action}\n"


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_every_shipped_rehearsal_loads(path: Path) -> None:
    found = load_rehearsal(path)
    assert found.title
    assert found.actions


def test_the_first_call_is_read_as_it_is_written() -> None:
    found = load_rehearsal(next(path for path in SHIPPED if path.stem == "first-call"))
    assert (found.mode, found.fills, found.seed) == (Mode.CROSS, Convention.WORST, 0)
    assert found.overrides["loan_rate"] == "0.08"
    assert [type(action.command) for action in found.actions] == [
        c.Deposit,
        c.PlaceOrder,
        c.MoveStop,
        c.RemoveStop,
        c.AnswerCall,
    ]
    order = found.actions[1].command
    assert isinstance(order, c.PlaceOrder)
    assert (order.side, order.quantity, order.leverage) == (Side.BUY, 200, 2)
    assert (order.stop_loss, order.reason) == (D(92), "first try")


def test_what_is_not_said_comes_from_the_venue_and_the_tape(folder: Path) -> None:
    found = load(folder, HEAD)
    assert (found.mode, found.fills, found.seed) == (Mode.CROSS, Convention.WORST, 0)
    acme = found.instruments["ACME"]
    assert (acme.kind, acme.tick, acme.lot, acme.currency) == (Kind.SPOT, D("0.01"), 1, "USD")
    bare = 'venue = "us-reg-t"\n[[tape]]\nsymbol = "ACME"\nsource = "acme.csv"'
    whole = load(folder, bare)
    assert (whole.title, whole.start) == ("r", parse_time("2024-01-01T00:00:00Z"))
    assert whole.end == parse_time("2024-01-11T00:00:00Z")


def test_a_shipped_tape_brings_its_instrument(folder: Path) -> None:
    found = load(folder, PERPETUAL)
    bitcoin = found.instruments["BTC"]
    assert (bitcoin.symbol, bitcoin.kind, bitcoin.currency) == ("BTC", Kind.LINEAR, "USDT")
    assert (bitcoin.tick, bitcoin.lot) == (D("0.5"), D("0.00001"))
    assert found.mode is Mode.ISOLATED


def test_the_file_may_change_parts_of_an_instrument(folder: Path) -> None:
    found = load(folder, PERPETUAL + '\n[[instrument]]\nsymbol = "BTC"\nlot = 0.001\n')
    bitcoin = found.instruments["BTC"]
    assert (bitcoin.tick, bitcoin.lot) == (D("0.5"), D("0.001"))


def test_every_action_becomes_its_command(folder: Path) -> None:
    book = load(
        folder,
        PERPETUAL
        + "".join(
            do(action, "2020-03-12T10:00:00Z")
            for action in (
                'deposit = "3000"',
                "withdraw = 10.5",
                "repay = 1",
                "borrow = 1",
                "sweep = 1",
                'buy = { symbol = "BTC", risk = "100", stop_loss = "7000", type = "limit", '
                'limit = "7300.5", id = "one", tags = ["a", "b"], mode = "cross", take_profit = '
                '[{ price = "8000", fraction = "0.5" }, { price = "9000", fraction = "0.25" }] }',
                'sell = { symbol = "BTC", notional = 500, type = "stop", trigger = 7000, '
                "reduce_only = true, take_profit = 6000 }",
                'buy = { symbol = "BTC", quantity = 1, type = "stop_limit", trigger = "7400.5", '
                'limit = 7410, trail = 50, good_for = "day", oco = "one" }',
                'sell = { symbol = "BTC", quantity = 1, type = "trailing", trail = "12.5" }',
                'close = { symbol = "BTC" }',
                'close = { symbol = "BTC", fraction = "0.5" }',
                'move_stop = { symbol = "BTC", price = "7100" }',
                'move_stop = { symbol = "BTC", trail = 50 }',
                'move_target = { symbol = "BTC", price = "7900" }',
                'remove_stop = { symbol = "BTC" }',
                'add_margin = { symbol = "BTC", amount = "5" }',
                'remove_margin = { symbol = "BTC", amount = "5" }',
                'cancel = "one"',
                'answer_call = "deposit"\namount = "220"',
                'answer_call = { answer = "sell", symbol = "BTC", quantity = "0.1" }',
                'answer_call = "wait"',
                'change_rules = { maintenance_margin = "0.01", cause = "a house" }',
                'note = { text = "so far so good", tags = ["calm"], symbol = "BTC" }',
            )
        ),
    )
    assert [action.command for action in book.actions] == [
        c.Deposit(amount=D(3000)),
        c.Withdraw(amount=D("10.5")),
        c.Repay(amount=D(1)),
        c.Borrow(amount=D(1)),
        c.Sweep(amount=D(1)),
        c.PlaceOrder(
            symbol="BTC",
            side=Side.BUY,
            risk=D(100),
            order_type=OrderType.LIMIT,
            limit=D("7300.5"),
            mode=Mode.CROSS,
            stop_loss=D(7000),
            targets=(Target(D(8000), D("0.5")), Target(D(9000), D("0.25"))),
            id="one",
            tags=("a", "b"),
        ),
        c.PlaceOrder(
            symbol="BTC",
            side=Side.SELL,
            notional=D(500),
            order_type=OrderType.STOP,
            trigger=D(7000),
            targets=(Target(D(6000), D(1)),),
            reduce_only=True,
        ),
        c.PlaceOrder(
            symbol="BTC",
            side=Side.BUY,
            quantity=D(1),
            order_type=OrderType.STOP_LIMIT,
            trigger=D("7400.5"),
            limit=D(7410),
            trail=D(50),
            good_for=GoodFor.DAY,
            oco="one",
        ),
        c.PlaceOrder(
            symbol="BTC",
            side=Side.SELL,
            quantity=D(1),
            order_type=OrderType.TRAILING,
            trail=D("12.5"),
        ),
        c.ClosePosition(symbol="BTC"),
        c.ClosePosition(symbol="BTC", fraction=D("0.5")),
        c.MoveStop(symbol="BTC", price=D(7100)),
        c.MoveStop(symbol="BTC", trail=D(50)),
        c.MoveTarget(symbol="BTC", price=D(7900)),
        c.RemoveStop(symbol="BTC"),
        c.AddMargin(symbol="BTC", amount=D(5)),
        c.RemoveMargin(symbol="BTC", amount=D(5)),
        c.CancelOrder(id="one"),
        c.AnswerCall(answer=Answer.DEPOSIT, amount=D(220)),
        c.AnswerCall(answer=Answer.SELL, symbol="BTC", quantity=D("0.1")),
        c.AnswerCall(answer=Answer.WAIT),
        c.ChangeRules(rules={"maintenance_margin": "0.01"}, cause="a house"),
        c.AddNote(text="so far so good", tags=("calm",), symbol="BTC"),
    ]


def test_actions_run_in_time_and_those_of_one_time_in_the_order_of_the_file(folder: Path) -> None:
    found = load(
        folder,
        HEAD
        + do("deposit = 3", "2024-01-04T00:00:00Z")
        + do("deposit = 1", "2024-01-03T00:00:00Z")
        + do("deposit = 4", "2024-01-04T00:00:00Z")
        + do("deposit = 2", "2024-01-03T12:00:00Z"),
    )
    assert [action.index for action in found.actions] == [2, 4, 1, 3]


def test_a_yearly_funding_rate_is_an_override(folder: Path) -> None:
    found = load(folder, PERPETUAL + 'funding = "0.1095"\n')
    assert found.overrides == {"funding_rate": "0.1095"}
    assert found.rulebook.funding is not None
    assert found.rulebook.funding.rate == D("0.1095")


def test_mark_and_funding_tapes_are_loaded_by_symbol(folder: Path) -> None:
    text = PERPETUAL.replace("xbtusd-bitmex-1m-2020-03", "btcusdt-perp-binance-1h-2019-2025")
    found = load(
        folder,
        text
        + 'mark = "btcusdt-perp-binance-mark-1h-2019-2025"\n'
        + 'funding = "btcusdt-perp-binance-funding-8h-2019-2025"\n',
    )
    assert set(found.marks) == set(found.funding) == {"BTC"}


def test_a_mark_tape_coarser_than_the_prices_is_refused(folder: Path) -> None:
    fault = refused(folder, PERPETUAL + 'mark = "btcusdt-perp-binance-mark-1h-2019-2025"\n')
    assert "r.toml:9: tape[1].mark: its bars last 3600 seconds" in fault


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ("deposit = 0", "deposit: 0 is too small"),
        ("deposit = -5", "deposit: -5 is too small"),
        ("deposit = 10.001", "deposit: 10.001 is finer than USD; allowed: multiples of 0.01"),
        ("deposit = 1000000000000", "deposit: 1000000000000 is too large"),
        ("deposit = nan", "deposit: nan is not a plain number"),
        ("deposit = inf", "deposit: inf is not a plain number"),
        ("deposit = 1e3", "deposit: 1e3 is not a plain number"),
        ('deposit = "١٠"', "is not a plain number"),
        ("deposit = true", "deposit: true is not a plain number"),
        ("deposit = 5\nrepay = 5", "2 actions; allowed: one of"),
        ("", "no actions; allowed: one of"),
        ("surprise = 5", "do[1].surprise: is not a key; allowed: add_margin, "),
        ('incident = { kind = "outage" }', "do[1].incident: outage needs hours"),
        ('cancel = "one"', 'no earlier action has the id "one"'),
        ('close = { symbol = "XYZ" }', 'close.symbol: "XYZ" has no tape; allowed: ACME'),
        ('close = { symbol = "ACME", quantity = 1, fraction = 1 }', "one of them or neither"),
        ('close = { symbol = "ACME", fraction = 1.5 }', "fraction: 1.5 is too large"),
        ('move_stop = { symbol = "ACME", price = 99.001 }', "price: 99.001 is off the tick"),
        ('move_stop = { symbol = "ACME", trail = 0.001 }', "trail: 0.001 is off the tick"),
        ('move_stop = { symbol = "ACME" }', "no level given; allowed: one of price, trail"),
        ('move_stop = { symbol = "ACME", price = 9, trail = 1 }', "price and trail given"),
        ('move_target = { symbol = "ACME" }', "no level given; give price, fraction"),
        ('move_target = { symbol = "ACME", was = 9.001, price = 9 }', "was: 9.001 is off the tick"),
        ('remove_target = { symbol = "XYZ" }', '"XYZ" has no tape'),
        ('amend = { id = "one", limit = 5 }', 'amend.id: no earlier action has the id "one"'),
        (
            'amend = { id = "one" }',
            "amends nothing; give at least one of quantity, limit, trigger, trail",
        ),
        ('answer_call = "pray"', '"pray" is not known; allowed: deposit, sell, hedge, wait'),
        ('answer_call = "wait"\namount = 5', 'amount: does not go with "wait"'),
        ('answer_call = "sell"\nquantity = 5', "quantity: needs symbol"),
        ("deposit = 5\namount = 5", "amount: belongs to answer_call, not to deposit"),
        ("note = { tags = [] }", "note.text: is missing"),
        (
            f'note = {{ text = "{"x" * 501}" }}',
            "note.text: is too long; allowed: up to 500 characters",
        ),
        (
            'note = "hello"',
            'note: "hello" is not a table; allowed: { … } with keys of symbol, tags',
        ),
        ('note = { text = "a", tags = "b" }', 'note.tags: "b" is not a list; allowed: [ … ]'),
        ("deposit = " + "9" * 5000, "a number has thousands of digits"),
        ('change_rules = { cause = "none" }', "changes no rule; give at least one key of [rules]"),
        ('change_rules = { margin = "0.4" }', "change_rules.margin: is not a key; allowed: "),
        ('change_rules = { rollover_fee = "0" }', "which has no rollover fee; allowed: "),
        ('change_rules = { maintenance_margin = "0.6" }', "called at once"),
    ],
)
def test_what_an_action_may_not_say(folder: Path, action: str, fault: str) -> None:
    assert fault in refused(folder, HEAD + do(action))


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        ("", "no size given; allowed: one of quantity, notional, risk, buying_power"),
        ("quantity = 1, notional = 5", "quantity and notional given"),
        (
            "quantity = 1.5",
            "buy.quantity: 1.5 is not a whole number of lots; allowed: multiples of 1",
        ),
        ("quantity = -1", "buy.quantity: -1 is too small"),
        ("risk = 100", "buy.risk: needs stop_loss"),
        ("notional = 5.001", "buy.notional: 5.001 is finer than USD"),
        ('quantity = 1, type = "limit"', 'type = "limit" needs limit'),
        ('quantity = 1, type = "stop"', 'type = "stop" needs trigger'),
        (
            "quantity = 1, limit = 5",
            'limit: belongs to type = "limit" or "stop_limit", not "market"',
        ),
        ('quantity = 1, type = "limit", limit = 5, trigger = 5', "trigger: belongs to type = "),
        ('quantity = 1, type = "stop_limit", limit = 5', 'type = "stop_limit" needs trigger'),
        ('quantity = 1, type = "stop_limit", trigger = 5', 'type = "stop_limit" needs limit'),
        ('quantity = 1, type = "trailing"', 'type = "trailing" needs trail'),
        ('quantity = 1, type = "trailing", trail = 5, trigger = 9', "trigger: belongs to type = "),
        ('quantity = 1, type = "fancy"', "allowed: market, limit, stop, stop_limit, trailing"),
        ("quantity = 1, trail = 5.001", "buy.trail: 5.001 is off the tick"),
        ("quantity = 1, trail = 0", "buy.trail: 0 is too small"),
        ("quantity = 1, trail_fraction = 1", "buy.trail_fraction: 1 is too large"),
        (
            "quantity = 1, trail = 5, trail_fraction = 0.1",
            "trail and trail_fraction are both given",
        ),
        ('risk = 100, type = "trailing", trail = 5', "buy.risk: needs stop_loss"),
        ('quantity = 1, good_for = "week"', '"week" is not known; allowed: gtc, day'),
        ('quantity = 1, id = "a", oco = "a"', "oco: is the order's own id"),
        ("quantity = 1, stop_loss = 9.999", "stop_loss: 9.999 is off the tick"),
        ("quantity = 1, leverage = 0.5", "leverage: 0.5 is too small"),
        ('quantity = 1, mode = "smart"', 'us-reg-t has no mode "smart"; allowed: cross'),
        ('quantity = 1, mode = "isolated"', 'us-reg-t has no mode "isolated"; allowed: cross'),
        ("quantity = 1, take_profit = 100.001", "take_profit: 100.001 is off the tick"),
        (
            "quantity = 1, take_profit = [{ price = 5, fraction = 0.6 }, "
            "{ price = 6, fraction = 0.6 }]",
            "the fractions add up to more than 1",
        ),
        ("quantity = 1, take_profit = [{ price = 5 }]", "take_profit[1].fraction: is missing"),
        (
            "quantity = 1, surprise = 1",
            "buy.surprise: is not a key; allowed: answer_to_call, buying_power,",
        ),
    ],
)
def test_what_an_order_may_not_say(folder: Path, order: str, fault: str) -> None:
    action = 'buy = { symbol = "ACME"' + (f", {order}" if order else "") + " }"
    assert fault in refused(folder, HEAD + do(action))


def test_an_order_id_is_given_once(folder: Path) -> None:
    order = do('buy = { symbol = "ACME", quantity = 1, id = "one" }')
    assert '"one" is taken by an earlier order' in refused(folder, HEAD + order + order)


@pytest.mark.parametrize(
    ("at", "fault"),
    [
        ("2024-01-01T00:00:00Z", "is before the start; allowed: 2024-01-02T00:00:00Z or later"),
        ("2024-01-08T00:00:01Z", "no bar opens between it and the end"),
        ('"soon"', '"soon" is not a time'),
        ("2024-01-02T00:00:00.5Z", "is not a time between 1900 and 2199 in whole seconds"),
    ],
)
def test_an_action_needs_a_bar_in_the_run(folder: Path, at: str, fault: str) -> None:
    assert fault in refused(folder, HEAD + do("deposit = 5", at))


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('"us-reg-t"', '"us-reg-x"', "r.toml:3: venue: venue: no rule book is called"),
        ('"acme.csv"', '"no.csv"', "r.toml:9: tape[1].source: no.csv: there is no such file"),
        ('"acme.csv"', '{ model = "garch" }', 'r.toml:9: tape[1].source.model: "garch" is not'),
        ("2024-01-09", "2024-01-01", "r.toml:5: end: is not after the start"),
        ("2024-01-02", "2023-01-02", ""),
        ('"Test"', "5", "title: 5 is not text"),
        ("title", "titel", "titel: is not a key; allowed: action, deck, do, end"),
        ("start", 'mode = "isolated"\nstart', 'us-reg-t has no mode "isolated"'),
        ("start", 'mode = "smart"\nstart', 'us-reg-t has no mode "smart"; allowed: cross'),
        ("start", 'fills = "best"\nstart', '"best" is not known; allowed: worst, ohlc'),
        ("start", "seed = 1.5\nstart", "seed: 1.5 does not fit"),
        ('"acme.csv"', '"acme.csv"\nfunding = 0.1', "is not used: us-reg-t has no funding"),
        ('"acme.csv"', '"eurchf-fx-1d-2015-2023"', "is priced in CHF, but the account is in USD"),
        ("[[tape]]", '[rules]\nfee = "0"\n\n[[tape]]', "r.toml:8: rules.fee: is not a key"),
        (
            "[[tape]]",
            '[rules]\nfunding_rate = "0"\n\n[[tape]]',
            "r.toml:8: rules.funding_rate: not part of us-reg-t",
        ),
        (
            "[[tape]]",
            '[[instrument]]\nsymbol = "ACME"\nkind = "option"\n\n[[tape]]',
            'instrument[1].kind: "option" is not traded at us-reg-t; allowed: spot',
        ),
        (
            "[[tape]]",
            '[[instrument]]\nsymbol = "ACME"\nkind = "linear"\n\n[[tape]]',
            '"linear" is not traded at us-reg-t; allowed: spot',
        ),
        ("[[tape]]", '[[instrument]]\nsymbol = "XYZ"\n\n[[tape]]', '"XYZ" has no tape'),
        (
            "[[tape]]",
            '[[tape]]\nsymbol = "ACME"\nsource = "acme.csv"\n\n[[tape]]',
            '"ACME" already has a tape',
        ),
    ],
)
def test_what_a_file_may_not_say(folder: Path, was: str, now: str, fault: str) -> None:
    text = HEAD.replace(was, now, 1)
    if fault:
        assert fault in refused(folder, text)
    else:
        assert load(folder, text)


def test_without_a_start_a_time_before_the_first_bar_means_that_bar(folder: Path) -> None:
    """The first bar that opens at or after it, as for every other time."""
    whole = HEAD.replace("start = 2024-01-02T00:00:00Z\n", "")
    found = load(folder, whole + do("deposit = 5", "2023-12-31T14:30:00Z"))
    assert found.start == found.tapes["ACME"].first
    assert len(found.actions) == 1


def test_a_start_after_every_bar_is_told_at_the_start(folder: Path) -> None:
    text = HEAD.replace("2024-01-02", "2025-01-02").replace("end   = 2024-01-09T00:00:00Z\n", "")
    fault = "start: no tape has a bar at or after it; allowed: before 2024-01-11T00:00:00Z"
    assert fault in refused(folder, text)


CRASH = ["100,100,100,100", "100,101,40,90", "90,90,90,90", "45,46,44,45"]
"""A wick that no neighbour confirms, and a fall to the half like an unadjusted split."""


def test_a_crash_in_a_table_of_another_program_is_taken_as_it_stands(folder: Path) -> None:
    rows = [f"{1704067200 + 3600 * hour},{bar},10" for hour, bar in enumerate(CRASH) if hour != 2]
    (folder / "acme.csv").write_text("\n".join(["Date,Open,High,Low,Close,Volume", *rows]))
    tape = load(folder, HEAD.replace("2024-01-02", "2024-01-01")).tapes["ACME"]
    assert [tape.bar(index).low for index in range(len(tape.times))] == [100, 40, 44]
    assert tape.times[2] - tape.times[1] == 2 * 3600  # the hole stays a hole


def test_a_table_that_needs_a_repair_is_refused(folder: Path) -> None:
    rows = [f"{1704067200 + 3600 * hour},{bar},10" for hour, bar in enumerate(CRASH)]
    rows[1] = rows[1].replace("101,40", "40,101")
    (folder / "acme.csv").write_text("\n".join(["Date,Open,High,Low,Close,Volume", *rows]))
    faults = refused(folder, HEAD)
    assert "acme.csv:3: the high 40 is below the low 101" in faults
    assert "needs no repair and leaves nothing open" in faults


def test_a_run_needs_bars(folder: Path) -> None:
    text = HEAD.replace("2024-01-02", "2025-01-02").replace("2024-01-09", "2025-01-09")
    assert "no bar between start and end; allowed: within 2024-01-01" in refused(folder, text)


def test_all_faults_are_told_together_with_their_lines(folder: Path) -> None:
    faults = refused(
        folder,
        HEAD + do("deposit = 1.234") + do('sell = { symbol = "XYZ", quantity = 1 }'),
    ).splitlines()
    assert [fault.partition(": ")[0] for fault in faults] == ["r.toml:13", "r.toml:17"]


def test_text_is_cleaned_at_the_border(folder: Path) -> None:
    note = do('note = { text = "a\\u001b[31mb\\u202ec" }')
    found = load(folder, HEAD.replace('"Test"', '"x\\u0007y"') + note)
    assert found.title == "xy"
    assert found.actions[0].command == c.AddNote(text="a[31mbc")


def test_a_missing_or_damaged_file_is_refused(folder: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        load_rehearsal(folder / "none.toml")
    with pytest.raises(Refused, match="this is a folder, not a file"):
        load_rehearsal(folder)
    assert "not valid TOML" in refused(folder, "title = ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_rehearsal_is_read_or_refused(folder: Path, data: st.DataObject) -> None:
    text = HEAD + do('buy = { symbol = "ACME", quantity = 5, stop_loss = 92 }') + do("deposit = 5")
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    damaged = text[:start] + data.draw(st.text(max_size=6)) + text[start + length :]
    with suppress(Refused):
        load(folder, damaged.encode("utf-8", "replace").decode())
