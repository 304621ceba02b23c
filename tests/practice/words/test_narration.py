"""Every event has its sentence, with the figures of its wire and nothing that a terminal obeys."""

from typing import Any

import pytest

from ledger.books.wire.codec import KINDS
from ledger.practice.words.narration import WORDS, narrate, word

CALL = {
    "type": "margin_call_issued",
    "time": "2024-01-10T00:00:00Z",
    "pocket": "main",
    "level": "house",
    "health": "0.28428571",
    "threshold": "0.3",
    "judged_by": "last",
    "shortfall": "220.00",
    "sale_to_cure": "733.34",
    "due": "2024-01-12T00:00:00Z",
    "would_sell": {"ACME": "11"},
}
SALE = {
    "type": "force_sold",
    "pocket": "main",
    "symbol": "ACME",
    "side": "sell",
    "quantity": "73",
    "price": "62",
    "value": "4526.00",
    "realized_pnl": "-2774.00",
    "threshold_price": "66.81481482",
    "judged_by": "last",
    "slippage": "0",
    "loan_repaid": "4526.00",
}
ORDER = {
    "type": "order_placed",
    "order": "o1",
    "symbol": "ACME",
    "side": "buy",
    "order_type": "market",
    "quantity": "200",
    "limit": None,
    "trigger": None,
    "leverage": "2",
    "mode": "cross",
    "cause": "trader",
    "stop_loss": "92",
    "targets": [{"price": "110", "fraction": "0.5"}],
    "reason": "first try",
}
HELD = {
    "pocket": "main",
    "symbol": "ACME",
    "side": "buy",
    "quantity": "200",
    "entry_price": "100",
    "leverage": "2",
    "margin": "10000.00",
    "mode": "cross",
}

TOLD: dict[str, tuple[dict[str, Any], str]] = {
    "account_opened": (
        {"venue": "us-reg-t", "mode": "cross", "currency": "USD", "overrides": {"judged": "close"}},
        "Account opened: us-reg-t, cross margin, in USD; rule overrides: judged close",
    ),
    "deposited": ({"amount": "10000.00"}, "Deposited: 10,000.00 USD"),
    "withdrawn": ({"amount": "5.00"}, "Withdrawn: 5.00 USD"),
    "swept": ({"amount": "5.00"}, "Moved to savings: 5.00 USD"),
    "loan_drawn": (
        {"amount": "2500.00", "principal": "10000.00"},
        "Loan drawn: 2,500.00 USD, principal now 10,000.00",
    ),
    "loan_repaid": (
        {
            "amount": "4526.00",
            "principal": "5496.22",
            "interest_part": "22.22",
            "principal_part": "4503.78",
        },
        "Loan repaid: 4,526.00 USD (interest 22.22, principal 4,503.78), principal now 5,496.22",
    ),
    "interest_accrued": (
        {
            "amount": "2.22",
            "principal": "10000.00",
            "rate": "0.0683",
            "from": "2024-01-01T00:00:00Z",
            "to": "2024-01-02T00:00:00Z",
        },
        "Interest: 2.22 USD at 6.83% a year on 10,000.00, "
        "Mon 1 Jan 2024 00:00 to Tue 2 Jan 2024 00:00",
    ),
    "interest_capitalized": (
        {"amount": "45.43", "principal": "5541.65"},
        "Interest added to the loan: 45.43 USD, principal now 5,541.65",
    ),
    "fee_charged": (
        {"kind": "trade", "amount": "4.90", "symbol": "ACME"},
        "Trade fee: 4.90 USD on ACME",
    ),
    "funding_paid": (
        {
            "symbol": "XBTUSD",
            "amount": "-1.25",
            "rate": "-0.0001",
            "price": "7353.5",
            "judged_by": "mark",
        },
        "Funding received: 1.25 USD on XBTUSD at -0.01% of its value at 7,353.5 (mark price)",
    ),
    "overnight_charged": (
        {
            "symbol": "SPX",
            "amount": "16.92",
            "rate": "0.0688",
            "nights": 3,
            "price": "5905",
            "judged_by": "last",
        },
        "Overnight charged: 16.92 USD on SPX, 3 nights at 6.88% a year of its value at 5,905 "
        "(last price)",
    ),
    "credit_interest_paid": (
        {"amount": "21.49", "idle": "200000", "short": "150000", "carried": "0"},
        "Credit interest: 21.49 USD on 200,000 of idle cash, and on 150,000 against shorts",
    ),
    "dividend_paid": (
        {"symbol": "ACME", "quantity": "300", "per_share": "1.20", "amount": "-360.00"},
        "Dividend paid: 360.00 USD, 1.20 a share on 300 ACME",
    ),
    "split": (
        {
            "symbol": "ACME",
            "ratio": "3:2",
            "pocket": "main",
            "side": "sell",
            "was": "101",
            "quantity": "151.5",
            "entry_price": "20",
        },
        "ACME split 3:2: short 101 became 151.5 at 20",
    ),
    "order_adjusted": (
        {
            "order": "o1",
            "symbol": "ACME",
            "side": "buy",
            "quantity": "33",
            "limit": "31.66",
            "trigger": None,
            "trail": None,
            "stop_loss": "26.66",
        },
        "Order o1 adjusted for the split: buy 33 ACME limit 31.66, stop 26.66",
    ),
    "cash_in_lieu": (
        {
            "symbol": "ACME",
            "side": "buy",
            "quantity": "0.5",
            "price": "21",
            "value": "10.50",
            "realized_pnl": "-0.50",
        },
        "Cash in lieu paid: 10.50 USD for 0.5 ACME at 21, realized -0.50",
    ),
    "margin_added": (
        {"symbol": "XBTUSD", "amount": "1000.00"},
        "Margin moved to XBTUSD: 1,000.00 USD",
    ),
    "margin_removed": (
        {"symbol": "XBTUSD", "amount": "1.00"},
        "Margin released from XBTUSD: 1.00 USD",
    ),
    "order_placed": (
        ORDER,
        "Order o1: buy 200 ACME at the market, 2x cross, stop 92, target 110 for 50.00%: first try",
    ),
    "order_amended": (
        {
            "order": "o2",
            "symbol": "ACME",
            "cause": "stop_loss",
            "what": "price",
            "was": "92",
            "now": "80",
            "widened_r": "1.5",
        },
        "Stop o2 of ACME moved from 92 to 80, widened by 1.5 R",
    ),
    "order_triggered": (
        {
            "order": "o4",
            "symbol": "ACME",
            "side": "buy",
            "cause": "trader",
            "price": "103",
            "limit": "101",
            "rests": True,
        },
        "Order o4 of ACME triggered at 103: rests at 101",
    ),
    "order_cancelled": (
        {"order": "o3", "symbol": "ACME", "cause": "take_profit", "reason": "forced exit"},
        "Target o3 of ACME cancelled: forced exit",
    ),
    "order_refused": (
        {
            "order": "o1",
            "symbol": "ACME",
            "side": "buy",
            "cause": "trader",
            "quantity": "900",
            "reason": "too large",
            "largest": "200",
        },
        "Order o1 refused, buy 900 ACME: too large; the most that would pass is 200",
    ),
    "action_refused": (
        {"action": "move_stop", "symbol": "ACME", "reason": "ACME is not held", "largest": None},
        "Move stop of ACME refused: ACME is not held",
    ),
    "order_filled": (
        {
            "symbol": "ACME",
            "side": "sell",
            "quantity": "200",
            "price": "91.5",
            "value": "18300.00",
            "realized_pnl": "-1700.00",
            "slippage": "0.5",
            "fee": "9.15",
        },
        "Sold 200 ACME at 91.5, worth 18,300.00 USD, realized -1,700.00, "
        "0.5 a unit lost to slippage, fee 9.15",
    ),
    "force_sold": (
        SALE,
        "Forced sale: the broker sold 73 ACME at 62, worth 4,526.00 USD, realized -2,774.00, "
        "4,526.00 of it to the loan (threshold 66.81481482, last price)",
    ),
    "incident_started": (
        {"kind": "outage", "until": "2024-01-10T04:00:00Z", "time": "2024-01-10T00:00:00Z"},
        "The venue is down: orders bounce and nothing trades there, until Wed 10 Jan 2024 04:00; "
        "a careful trader would keep enough distance to liquidation to survive a few blind hours",
    ),
    "incident_ended": ({"kind": "order_rejects"}, "Incident over: order rejects"),
    "venue_closed": (
        {
            "side": "sell",
            "quantity": "2",
            "symbol": "BTC",
            "price": "110",
            "value": "220.00",
            "realized_pnl": "20.00",
            "incident": "auto_deleveraging",
        },
        "The venue closed 2 BTC at 110, worth 220.00 USD, realized +20.00: auto deleveraging",
    ),
    "option_settled": (
        {
            "side": "sell",
            "quantity": "2",
            "symbol": "OPT",
            "price": "10",
            "value": "2000.00",
            "realized_pnl": "1200.00",
            "underlying_price": "110",
        },
        "Option exercised at expiry: 2 OPT at 10, worth 2,000.00 USD, realized +1,200.00, "
        "the underlying at 110",
    ),
    "liquidated": (
        {**SALE, "side": "buy", "loan_repaid": "0", "judged_by": "mark"},
        "Liquidation: the venue bought back 73 ACME at 62, worth 4,526.00 USD, "
        "realized -2,774.00 (threshold 66.81481482, mark price)",
    ),
    "position_opened": (
        {**HELD, "risk": "1600.00"},
        "Opened long 200 ACME at 100, 2x cross, margin 10,000.00, 1 R = 1,600.00 USD",
    ),
    "position_changed": (
        {**HELD, "side": "sell"},
        "Now short 200 ACME at 100, 2x cross, margin 10,000.00",
    ),
    "leverage_changed": (
        {**HELD, "was": "2", "leverage": "1.5"},
        "Leverage of long 200 ACME changed from 2x to 1.5x",
    ),
    "position_closed": (
        {
            **HELD,
            "exit_price": "110",
            "realized_pnl": "2000.00",
            "net_pnl": "1980.00",
            "r_multiple": "1.25",
            "closed_by": "take_profit",
        },
        "Closed long 200 ACME, 100 to 110: +2,000.00 USD, +1,980.00 after costs, +1.25 R; "
        "by take profit",
    ),
    "profit_taken": (
        {"symbol": "ACME", "quantity": "100", "price": "110", "realized_pnl": "1000.00"},
        "Profit taken: 100 ACME at 110, +1,000.00 USD",
    ),
    "stopped_out": (
        {"symbol": "ACME", "quantity": "200", "price": "92", "realized_pnl": "-1600.00"},
        "Stopped out: 200 ACME at 92, -1,600.00 USD",
    ),
    "margin_warned": (
        {**CALL, "health": "0.64", "threshold": "0.64", "pocket": "isolated:XBTUSD"},
        "Margin warning (house, isolated XBTUSD): health 64.00% at 64.00%",
    ),
    "margin_warning_cleared": ({"pocket": "main"}, "Margin warning cleared"),
    "margin_call_issued": (
        CALL,
        "Margin call (house): health 28.43% below 30.00%: pay 220.00 or sell 733.34 (11 ACME) "
        "by Fri 12 Jan 2024 00:00",
    ),
    "margin_call_met": (
        {"call": 19, "by": "forced_sale"},
        "Margin call 19 met by a forced sale",
    ),
    "margin_call_expired": (
        {"call": 19, "by": "exchange"},
        "Margin call 19 cut short: the exchange level was breached",
    ),
    "initial_margin_tested": (
        {"equity": "10000.00", "required": "20000.00", "memorandum": "-10000.00"},
        "Initial margin at the close: equity 10,000.00 USD, required 20,000.00, special memorandum "
        "account -10,000.00",
    ),
    "day_call_issued": (
        {"kind": "initial", "amount": "10000.00", "due": CALL["due"]},
        "Call for initial margin: 10,000.00 USD lacking: pay it in or sell by "
        "Fri 12 Jan 2024 00:00",
    ),
    "day_call_met": (
        {"kind": "intraday", "call": 19, "by": "forced_sale"},
        "Intraday margin deficit met by a forced sale",
    ),
    "day_call_expired": (
        {"kind": "intraday", "call": 19, "frozen_until": CALL["due"]},
        "Intraday margin deficit expired: no new credit and no new short until "
        "Fri 12 Jan 2024 00:00",
    ),
    "credit_restored": ({}, "New credit is no longer frozen"),
    "call_answered": (
        {"call": 19, "answer": "sell", "amount": None, "symbol": "ACME", "quantity": "11"},
        "Margin call 19 answered: sell 11 ACME",
    ),
    "deficit_recorded": (
        {"amount": "312.50", "absorbed_by": "venue"},
        "Still owed after everything was sold: 312.50 USD, borne by the venue",
    ),
    "plan_recorded": (
        {
            "symbol": "ACME",
            "stop": "92",
            "target": None,
            "risk": "200.00",
            "reason": "support",
            "answer_to_call": "sell",
            "tags": ["swing"],
        },
        "Plan for ACME: stop 92, risk 200.00, if called: sell: support [swing]",
    ),
    "note_added": (
        {"text": "never again", "tags": ["size", "fear"], "symbol": "ACME"},
        "Note on ACME: never again [size, fear]",
    ),
    "session_planned": (
        {
            "preset": "two-percent",
            "loss_per_trade": "0.02",
            "purse": None,
            "max_leverage": "2",
            "max_trades": 3,
            "answer_to_call": "sell",
            "put_aside": "0.25",
            "daily_loss": "0.05",
            "trailing_floor": "0.1",
            "own": False,
        },
        "Plan for the session (two-percent): at most 2% of the account lost on a trade, "
        "leverage up to 2x, at most 3 trades a day, if called: sell, 25% of profit put aside, "
        "at most 5% lost in a day, never 10% below the highest equity",
    ),
    "revealed": (
        {
            "symbols": {"AAA": "BTCUSDT"},
            "tapes": {"AAA": "btcusdt"},
            "factor": 7,
            "true_time": "2020-03-12T10:00:00Z",
        },
        "Revealed: AAA is BTCUSDT; prices are times 7; in truth it was Thu 12 Mar 2020 10:00 UTC",
    ),
    "finding_reviewed": (
        {
            "finding": "no-stop-2",
            "detector": "no_stop",
            "version": 1,
            "verdict": "not_one",
            "said": "Trade 2 (XYZ) was opened without a stop.",
            "trades": [2],
            "compared": [],
            "after": None,
            "figure": None,
            "unit": "",
        },
        "Contested: trade 2 (XYZ) was opened without a stop.",
    ),
    "rule_created": (
        {"version": 2, "text": "No stop widened or taken off.", "test": "no_widening"},
        "Rule v2: No stop widened or taken off.",
    ),
    "lots_picked": (
        {"sale": 27, "lots": {"6": "10", "9": "0.5"}},
        "For tax, the sale in event 27 is held against 10 of lot 6 and 0.5 of lot 9",
    ),
    "rules_changed": (
        {
            "rules": {"maintenance_margin": "0.40", "judged": "always"},
            "was": {"maintenance_margin": "0.30"},
            "cause": "the house raises its margin",
            "source": "",
        },
        "Rules changed: maintenance_margin 0.30 to 0.40, judged always "
        "(the house raises its margin)",
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_an_event_is_told_in_one_sentence_with_its_figures(kind: str) -> None:
    wire, sentence = TOLD[kind]
    assert narrate({**wire, "type": kind}, "USD") == sentence


@pytest.mark.parametrize(
    ("wire", "sentence"),
    [
        (
            {"kind": "latency", "seconds": 600, "until": "2024-01-10T04:00:00Z"},
            "Orders arrive late, by 600 seconds, until Wed 10 Jan 2024 04:00; a careful trader "
            "would have the stop resting on the venue before the rush",
        ),
        (
            {"kind": "hack", "share": "0.1"},
            "Hackers have emptied part of the venue's wallets, 10.00%; a careful trader would "
            "keep no more on a venue than its positions need",
        ),
        ({"kind": "of a later version", "share": "0.1"}, "Incident: of a later version, 10.00%"),
    ],
)
def test_an_incident_tells_its_figures_with_what_happened(
    wire: dict[str, Any], sentence: str
) -> None:
    assert narrate({**wire, "type": "incident_started"}) == sentence


def test_a_repayment_tells_the_capitalized_interest_apart() -> None:
    wire = {
        "type": "loan_repaid",
        "amount": "100.00",
        "principal": "9971.13",
        "interest_part": "2.24",
        "principal_part": "97.76",
        "capitalized_part": "68.89",
    }
    told = "(interest 2.24, capitalized interest 68.89, principal 28.87)"
    assert told in narrate(wire, "USD")


def test_a_loss_of_the_wallet_names_no_instrument() -> None:
    wire = {"type": "fee_charged", "kind": "hack", "amount": "12.50", "symbol": ""}
    assert narrate(wire, "USD") == "Hack: 12.50 USD of the wallet lost"


@pytest.mark.parametrize(
    ("health", "sentence"),
    [
        ("0.28428571", "health 28.43% below 33.00%"),
        ("0.32997324", "health 32.997% below 33.000%"),  # both are 33.00% with two decimals
        ("0.32999999", "health 32.999999% below 33.000000%"),
    ],
)
def test_health_has_the_fewest_decimals_that_tell_it_from_its_level(
    health: str, sentence: str
) -> None:
    wire = {**CALL, "type": "margin_warned", "health": health, "threshold": "0.33"}
    assert narrate(wire, "USD").endswith(sentence)


def test_every_kind_of_event_has_its_sentence_and_its_word() -> None:
    assert set(TOLD) == set(KINDS) == set(WORDS)
    assert not [w for w in WORDS.values() if not (2 < len(w) <= 6 and w.isupper())]


@pytest.mark.parametrize(
    ("changed", "ending"),
    [
        ({"due": None}, "(11 ACME) (no deadline)"),
        ({"due": "2024-01-10T00:00:00Z"}, "(11 ACME) at once"),
    ],
    ids=["no deadline", "due at once"],
)
def test_a_call_says_how_long_there_is(changed: dict[str, Any], ending: str) -> None:
    assert narrate({**CALL, **changed}).endswith(ending)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"order_type": "limit", "limit": "99.5", "stop_loss": None, "targets": []},
            "Order o1: buy 200 ACME limit 99.5, 2x cross: first try",
        ),
        ({"cause": "stop_loss", "trigger": "92"}, "Stop o1 set: buy 200 ACME at 92"),
    ],
    ids=["a limit order", "a stop"],
)
def test_an_order_names_the_price_it_waits_for(changed: dict[str, Any], sentence: str) -> None:
    assert narrate({**ORDER, **changed}) == sentence


def test_a_call_that_expired_reads_unlike_one_that_was_cut_short() -> None:
    told = narrate({"type": "margin_call_expired", "call": 7, "by": "due"})
    assert told == "Margin call 7 expired: the deadline has passed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"order_type": "stop_limit", "trigger": "100", "limit": "101", "good_for": "day"},
            "Order o1: buy 200 ACME limit 101 stop 100, 2x cross, stop 92, "
            "target 110 for 50.00%, day order: first try",
        ),
        (
            {"order_type": "trailing", "trigger": "105", "trail": "5", "oco": "entry"},
            "Order o1: buy 200 ACME stop 105, 5 behind the best price, 2x cross, stop 92, "
            "target 110 for 50.00%, one cancels the other: entry: first try",
        ),
        (
            {"trail": "5", "stop_loss": None, "targets": [], "reason": ""},
            "Order o1: buy 200 ACME at the market, 2x cross, stop trailing by 5",
        ),
        (
            {"order_type": "trailing", "cause": "stop_loss", "trigger": "95", "trail": "5"},
            "Stop o1 set: buy 200 ACME at 95, 5 behind the best price",
        ),
    ],
)
def test_an_order_is_told_with_its_prices_and_its_terms(
    changes: dict[str, object], sentence: str
) -> None:
    assert narrate({**ORDER, **changes}) == sentence


def test_a_trigger_that_followed_the_price_is_told_as_trailed() -> None:
    wire = {**TOLD["order_amended"][0], "type": "order_amended", "what": "trail", "widened_r": None}
    assert narrate(wire) == "Stop o2 of ACME trailed from 92 to 80"


def test_an_amended_order_is_told_with_each_of_its_new_terms() -> None:
    changes = [
        {"what": "quantity", "was": "1", "now": "2"},
        {"what": "limit", "was": "95", "now": "97"},
        {"what": "trail", "was": "5", "now": None},
        {"what": "trail_fraction", "was": None, "now": "0.05"},
    ]
    wire = {
        **TOLD["order_amended"][0],
        "type": "order_amended",
        "cause": "trader",
        "what": "terms",
        "changes": changes,
    }
    assert narrate(wire) == "Order o2 of ACME amended: quantity 1 to 2, limit 95 to 97, trail 5.00%"


@pytest.mark.parametrize(
    ("was", "now", "targets", "told"),
    [
        (None, "88", [{"price": "110", "fraction": "0.5"}], "stop loss 88, target 110 for 50.00%"),
        ("90", None, [], "no stop loss (was 90), no target"),
        ("90", "88", None, "stop loss 90 to 88"),
    ],
)
def test_what_an_order_will_bring_is_told_where_it_is_amended(
    was: str | None, now: str | None, targets: list[dict[str, str]] | None, told: str
) -> None:
    wire = {
        **TOLD["order_amended"][0],
        "type": "order_amended",
        "cause": "trader",
        "what": "terms",
        "changes": [{"what": "stop_loss", "was": was, "now": now}],
        "targets": targets,
    }
    assert narrate(wire) == f"Order o2 of ACME amended: {told}"


def test_a_trail_as_a_fraction_is_told_in_percent() -> None:
    wire = {**TOLD["order_placed"][0], "type": "order_placed", "trail_fraction": "0.05"}
    assert "stop trailing by 5.00%" in narrate(wire)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    "hostile",
    ["\x1b]0;PWNED\x07", "\x1b[2J", "a\nb\rc", "\u202eevil", "9" * 400, "1E+999999", "NaN", ""],
)
def test_no_field_of_a_strange_ledger_reaches_the_terminal(kind: str, hostile: str) -> None:
    """Every field set to what a forged ledger may hold: printable, one line, of bounded length."""
    wire = dict.fromkeys(TOLD[kind][0], hostile) | {"type": kind}
    told = narrate(wire, hostile)
    assert told.isprintable()
    assert len(told) < 1500
    assert word(wire) in WORDS.values()


def test_a_kind_that_is_not_known_is_shown_as_it_is_called() -> None:
    assert narrate({"type": "moon\x1b[31m_landing"}) == "moon[31m_landing"
    assert word({"type": "moon_landing"}) == "EVENT"
