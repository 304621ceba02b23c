"""The keys of each event, as scripts and classrooms rely on them: none changes in silence."""

from dataclasses import fields

import pytest

from ledger.books.wire.codec import KINDS

_AMOUNT = "amount"
_ORDER = "order symbol side order_type reason"
_POSITION = "symbol side quantity entry_price leverage margin"
_ALERT = "pocket level health threshold judged_by shortfall sale_to_cure due"
_FORCED = "symbol quantity price threshold_price judged_by slippage realized_pnl loan_repaid"

PROMISED = {
    "account_opened": "venue mode currency rules_hash",
    "deposited": _AMOUNT,
    "withdrawn": _AMOUNT,
    "swept": _AMOUNT,
    "loan_drawn": "amount principal",
    "loan_repaid": "amount principal interest_part principal_part",
    "interest_accrued": "amount principal rate from to",
    "interest_capitalized": "amount principal",
    "fee_charged": "kind amount symbol",
    "funding_paid": "symbol amount rate",
    "dividend_paid": "symbol side quantity per_share amount",
    "split": "symbol ratio side was quantity entry_price",
    "order_adjusted": "order symbol ratio quantity limit trigger trail stop_loss targets",
    "cash_in_lieu": "symbol side quantity price value realized_pnl ratio",
    "order_placed": f"{_ORDER} quantity limit trigger",
    "order_amended": f"{_ORDER} was now widened_r",
    "order_cancelled": f"{_ORDER} limit trigger",
    "order_refused": f"{_ORDER} limit trigger",
    "order_filled": "order symbol side quantity price fee convention",
    "position_opened": _POSITION,
    "position_changed": _POSITION,
    "leverage_changed": "pocket symbol side quantity was leverage",
    "position_closed": f"{_POSITION} exit_price realized_pnl r_multiple mae_r mfe_r closed_by",
    "profit_taken": "symbol quantity price realized_pnl",
    "stopped_out": "symbol quantity price realized_pnl",
    "margin_warned": _ALERT,
    "margin_call_issued": _ALERT,
    "margin_call_met": "call by",
    "margin_call_expired": "call by",
    "call_answered": "call answer",
    "initial_margin_tested": "equity required memorandum",
    "day_call_issued": "kind amount due",
    "day_call_met": "kind call by",
    "day_call_expired": "kind call frozen_until",
    "plan_recorded": "symbol stop target risk reason answer_to_call",
    "force_sold": _FORCED,
    "liquidated": _FORCED,
    "deficit_recorded": "amount absorbed_by",
    "incident_started": "kind",
    "incident_ended": "kind",
    "note_added": "text tags symbol",
    "session_planned": "preset loss_per_trade max_leverage max_trades answer_to_call put_aside "
    "daily_loss trailing_floor",
}


@pytest.mark.parametrize("name", PROMISED)
def test_an_event_has_the_keys_that_scripts_were_promised(name: str) -> None:
    words = {"at": "time", "from_": "from"}  # Python's names for two of them
    keys = {words.get(field.name, field.name) for field in fields(KINDS[name])}
    assert set(PROMISED[name].split()) <= keys
