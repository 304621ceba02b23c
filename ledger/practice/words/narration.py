"""Each event as one plain English sentence with its figures, and as one short word for a log.

Reads the wire of `interface.md` (what `rehearse --json` prints and the ledger keeps), so that a
log can be read without loading what wrote it. Text from outside is cleaned once more here: a note
or a symbol in another person's ledger may carry control sequences for the terminal.
"""

from collections.abc import Callable, Container, Mapping

from ledger.account.event_terms import MAIN, Bearer, CallExpiredBy, CallMetBy, Side
from ledger.account.incident import IncidentKind
from ledger.practice.words import narration_corporate as corporate
from ledger.practice.words import narration_day, narration_plan, narration_review
from ledger.practice.words import narration_money as money
from ledger.practice.words import narration_orders as orders
from ledger.practice.words.incident_words import lesson
from ledger.practice.words.narration_blind import blind_mark, revealed
from ledger.practice.words.wording import (
    InContracts,
    Wire,
    counted,
    figure,
    is_zero,
    number_of,
    pairs,
    percent,
    reason,
    signed,
    size,
    symbol,
    synthetic,
    tags,
    text,
    texts,
    when,
)
from ledger.text import clean


def narrate(wire: Wire, currency: str = "", contracts: Container[object] = ()) -> str:
    """The event as a sentence; `currency` follows its leading amount where it is known, and
    quantities of the symbols in `contracts` are called contracts."""
    kind = str(wire.get("type"))
    sold = dict(pairs(wire.get("would_sell")))
    if any(name in contracts for name in (symbol(wire), *sold)):
        wire = InContracts(wire)
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return clean(kind, 40)
    return sentence(wire, f" {clean(currency, 10)}" if currency else "")


def word(wire: Wire) -> str:
    """At most six capitals, to scan a log by."""
    return WORDS.get(str(wire.get("type")), "EVENT")


def _amount(label: str) -> Callable[[Wire, str], str]:
    """A label and an amount."""
    return lambda wire, unit: f"{label}: {figure(wire.get('amount'))}{unit}"


def _account_opened(wire: Wire, unit: str) -> str:
    own = ", ".join(f"{key} {figure(value)}" for key, value in pairs(wire.get("overrides")))
    rules = f"; rule overrides: {own}" if own else ""
    return (
        f"Account opened: {clean(str(wire.get('venue')), 60)}, {text(wire, 'mode')} margin, "
        f"in {text(wire, 'currency', 10)}{rules}{synthetic(wire)}{blind_mark(wire)}"
    )


def _action_refused(wire: Wire, unit: str) -> str:
    of = f" of {symbol(wire)}" if wire.get("symbol") is not None else ""
    action = text(wire, "action", 40).capitalize()
    return f"{action}{of} refused{reason(wire)}{orders.largest(wire)}"


def _traded(wire: Wire, unit: str) -> str:
    """Size, price and value of any trade, what it booked, and what slipped."""
    gain, slipped = wire.get("realized_pnl"), wire.get("slippage")
    booked = "" if is_zero(gain) else f", realized {signed(gain)}"
    lost = "" if is_zero(slipped) else f", {figure(slipped)} a unit lost to slippage"
    value = f"{figure(wire.get('value'))}{unit}"
    return f"{size(wire)} at {figure(wire.get('price'))}, worth {value}{booked}{lost}"


def _order_filled(wire: Wire, unit: str) -> str:
    verb = "Bought" if wire.get("side") == Side.BUY else "Sold"
    fee = "" if is_zero(wire.get("fee")) else f", fee {figure(wire.get('fee'))}"
    return f"{verb} {_traded(wire, unit)}{fee}"


def _forced(wire: Wire, unit: str) -> str:
    repaid = wire.get("loan_repaid")
    loan = "" if is_zero(repaid) else f", {figure(repaid)} of it to the loan"
    threshold = figure(wire.get("threshold_price"))
    judged = text(wire, "judged_by", 10)
    return f"{_traded(wire, unit)}{loan} (threshold {threshold}, {judged} price)"


def _force_sold(wire: Wire, unit: str) -> str:
    verb = "bought back" if wire.get("side") == Side.BUY else "sold"
    return f"Forced sale: the broker {verb} {_forced(wire, unit)}"


def _liquidated(wire: Wire, unit: str) -> str:
    verb = "bought back" if wire.get("side") == Side.BUY else "sold"
    return f"Liquidation: the venue {verb} {_forced(wire, unit)}"


def _option_settled(wire: Wire, unit: str) -> str:
    end = f"the underlying at {figure(wire.get('underlying_price'))}"
    if is_zero(wire.get("price")):
        return f"Option expired worthless, {end}"
    return f"Option exercised at expiry: {_traded(wire, unit)}, {end}"


def _held(wire: Wire) -> str:
    side = "long" if wire.get("side") == Side.BUY else "short"
    return f"{side} {size(wire)}"


def _holding(wire: Wire) -> str:
    return (
        f"{_held(wire)} at {figure(wire.get('entry_price'))}, "
        f"{figure(wire.get('leverage'))}x {text(wire, 'mode', 10)}, "
        f"margin {figure(wire.get('margin'))}"
    )


def _position_opened(wire: Wire, unit: str) -> str:
    risk = wire.get("risk")
    stake = f", 1 R = {figure(risk)}{unit}" if risk is not None else ", no stop, so R is unknown"
    return f"Opened {_holding(wire)}{stake}"


def _position_changed(wire: Wire, unit: str) -> str:
    return f"Now {_holding(wire)}"


def _leverage_changed(wire: Wire, unit: str) -> str:
    was, now = figure(wire.get("was")), figure(wire.get("leverage"))
    return f"Leverage of {_held(wire)} changed from {was}x to {now}x"


def _position_closed(wire: Wire, unit: str) -> str:
    multiple = wire.get("r_multiple")
    in_r = f", {signed(multiple)} R" if multiple is not None else ""
    return (
        f"Closed {_held(wire)}, {figure(wire.get('entry_price'))} to "
        f"{figure(wire.get('exit_price'))}: {signed(wire.get('realized_pnl'))}{unit}, "
        f"{signed(wire.get('net_pnl'))} after costs{in_r}; by {text(wire, 'closed_by', 40)}"
    )


def _part_closed(label: str) -> Callable[[Wire, str], str]:
    """A stop or a target that was filled."""
    return lambda wire, unit: (
        f"{label}: {size(wire)} at {figure(wire.get('price'))}, "
        f"{signed(wire.get('realized_pnl'))}{unit}"
    )


def _alert(wire: Wire) -> str:
    """Health against the level it crossed, with enough decimals to tell them apart."""
    health, threshold = wire.get("health"), wire.get("threshold")
    value, level = number_of(health), number_of(threshold)
    if value is None or level is None:
        return "equity is below the requirement"
    side = "below" if value < level else "above" if value > level else "at"
    apart = (n for n in range(2, 6) if percent(health, n) != percent(threshold, n))
    places = 2 if value == level else next(apart, 6)
    return f"health {percent(health, places)} {side} {percent(threshold, places)}"


def _pocket(wire: Wire) -> str:
    """The isolated position whose pocket it is; nothing for the main wallet."""
    pocket = str(wire.get("pocket"))
    return "" if pocket == MAIN else f", {clean(pocket.replace(':', ' '), 60)}"


def _margin_warned(wire: Wire, unit: str) -> str:
    return f"Margin warning ({text(wire, 'level', 40)}{_pocket(wire)}): {_alert(wire)}"


def _warning_cleared(wire: Wire, unit: str) -> str:
    return f"Margin warning cleared{_pocket(wire)}"


def _margin_call_issued(wire: Wire, unit: str) -> str:
    sold = pairs(wire.get("would_sell"))
    sale = ", ".join(f"{figure(count)} {counted(wire)}{name}" for name, count in sold)
    due = wire.get("due")
    deadline = f"by {when(due)}" if due != wire.get("time") else "at once"
    return (
        f"Margin call ({text(wire, 'level', 40)}{_pocket(wire)}): {_alert(wire)}: pay "
        f"{figure(wire.get('shortfall'))} or sell {figure(wire.get('sale_to_cure'))} ({sale}) "
        + (deadline if due is not None else "(no deadline)")
    )


def _margin_call_met(wire: Wire, unit: str) -> str:
    article = "the" if wire.get("by") == CallMetBy.MARKET else "a"
    return f"Margin call {_call(wire)} met by {article} {text(wire, 'by', 40)}"


def _margin_call_expired(wire: Wire, unit: str) -> str:
    if wire.get("by") == CallExpiredBy.DUE:
        return f"Margin call {_call(wire)} expired: the deadline has passed"
    return f"Margin call {_call(wire)} cut short: the {text(wire, 'by', 40)} level was breached"


def _call_answered(wire: Wire, unit: str) -> str:
    amount = wire.get("amount")
    paid = f" {figure(amount)}{unit}" if amount is not None else ""
    sold = f" {size(wire)}" if wire.get("quantity") is not None else ""
    return f"Margin call {_call(wire)} answered: {text(wire, 'answer', 20)}{paid}{sold}"


def _call(wire: Wire) -> str:
    return clean(str(wire.get("call")), 20)


def _deficit_recorded(wire: Wire, unit: str) -> str:
    bearer = "the trader" if wire.get("absorbed_by") == Bearer.TRADER else "the venue"
    owed = f"{figure(wire.get('amount'))}{unit}"
    return f"Still owed after everything was sold: {owed}, borne by {bearer}"


def _plan_recorded(wire: Wire, unit: str) -> str:
    keys = ("stop", "target", "risk")
    levels = [f"{key} {figure(wire[key])}" for key in keys if wire.get(key) is not None]
    called = text(wire, "answer_to_call", 60) if wire.get("answer_to_call") else ""
    parts = [*levels, *([f"if called: {called}"] if called else [])]
    if wire.get("confidence") is not None:
        parts.append(f"confidence {clean(str(wire['confidence']), 20)} of 5")
    plan = ", ".join(parts) or "no stop, no target"
    return f"Plan for {symbol(wire)}: {plan}{reason(wire)}{tags(wire)}"


def _note_added(wire: Wire, unit: str) -> str:
    on = f" on {symbol(wire)}" if wire.get("symbol") is not None else ""
    if wire.get("revises") is not None:
        on = f" #{clean(str(wire['revises']), 20)} revised"
    elif wire.get("before"):
        on = f" before a trade{on}"
    off = f" [off: {', '.join(texts(wire['untags']))}]" if wire.get("untags") else ""
    words = clean(str(wire.get("text")), 500)
    said = f": {words}" if words else ""
    return f"{'Note' if words else 'Tags'}{on}{said}{tags(wire)}{off}"


def _rule(value: object) -> str:
    """The value of a rule: a figure or a word."""
    return figure(value) if number_of(value) is not None else clean(str(value), 40)


def _rules_changed(wire: Wire, unit: str) -> str:
    was = dict(pairs(wire.get("was")))
    changes = [
        f"{key} {_rule(was[key])} to {_rule(now)}" if key in was else f"{key} {_rule(now)}"
        for key, now in pairs(wire.get("rules"))
    ]
    cause = f" ({text(wire, 'cause', 200)})" if wire.get("cause") else ""
    return f"Rules changed: {', '.join(changes)}{cause}"


def _incident_started(wire: Wire, unit: str) -> str:
    on = f" ({symbol(wire)})" if wire.get("symbol") is not None else ""
    share = f", {percent(wire['share'])}" if wire.get("share") is not None else ""
    late = f", by {figure(wire['seconds'])} seconds" if wire.get("seconds") else ""
    until = f", until {when(wire.get('until'))}" if wire.get("until") is not None else ""
    try:
        return lesson(IncidentKind(str(wire.get("kind"))), on + share + late + until)
    except ValueError:  # a kind that a later version writes
        return f"Incident: {text(wire, 'kind', 40)}{on}{share}{late}{until}"


def _incident_ended(wire: Wire, unit: str) -> str:
    return f"Incident over: {text(wire, 'kind', 40)}"


def _venue_closed(wire: Wire, unit: str) -> str:
    incident = text(wire, "incident", 40)
    return f"The venue closed {_traded(wire, unit)}: {incident}"


_KINDS: Mapping[str, tuple[str, Callable[[Wire, str], str]]] = {
    "account_opened": ("ACCT", _account_opened),
    "deposited": ("DEPOST", _amount("Deposited")),
    "withdrawn": ("WITHDR", _amount("Withdrawn")),
    "swept": ("SWEEP", _amount("Moved to savings")),
    "loan_drawn": ("BORROW", money.loan_drawn),
    "loan_repaid": ("REPAY", money.loan_repaid),
    "interest_accrued": ("INTRST", money.interest_accrued),
    "interest_capitalized": ("INTRST", money.interest_capitalized),
    "fee_charged": ("FEE", money.fee_charged),
    "funding_paid": ("FUNDNG", money.funding_paid),
    "overnight_charged": ("NIGHT", money.overnight_charged),
    "credit_interest_paid": ("CREDIT", money.credit_interest_paid),
    "dividend_paid": ("DIVIDD", corporate.dividend_paid),
    "split": ("SPLIT", corporate.split),
    "order_adjusted": ("ADJUST", corporate.order_adjusted),
    "cash_in_lieu": ("INLIEU", corporate.cash_in_lieu),
    "margin_added": ("MARGIN", money.margin_added),
    "margin_removed": ("MARGIN", money.margin_removed),
    "order_placed": ("ORDER", orders.order_placed),
    "order_amended": ("AMEND", orders.order_amended),
    "order_triggered": ("TRIGGR", orders.order_triggered),
    "order_cancelled": ("CANCEL", orders.order_cancelled),
    "order_refused": ("REFUSD", orders.order_refused),
    "action_refused": ("REFUSD", _action_refused),
    "order_filled": ("FILL", _order_filled),
    "force_sold": ("SOLD", _force_sold),
    "liquidated": ("LIQ", _liquidated),
    "option_settled": ("EXPIRY", _option_settled),
    "position_opened": ("OPEN", _position_opened),
    "position_changed": ("HOLD", _position_changed),
    "leverage_changed": ("LEVER", _leverage_changed),
    "position_closed": ("CLOSE", _position_closed),
    "profit_taken": ("TAKE", _part_closed("Profit taken")),
    "stopped_out": ("STOP", _part_closed("Stopped out")),
    "margin_warned": ("WARN", _margin_warned),
    "margin_warning_cleared": ("CLEAR", _warning_cleared),
    "margin_call_issued": ("CALL", _margin_call_issued),
    "margin_call_met": ("MET", _margin_call_met),
    "margin_call_expired": ("EXPIRD", _margin_call_expired),
    "call_answered": ("ANSWER", _call_answered),
    **narration_day.KINDS,
    "deficit_recorded": ("DEBT", _deficit_recorded),
    "plan_recorded": ("PLAN", _plan_recorded),
    "note_added": ("NOTE", _note_added),
    "session_planned": ("LIMITS", narration_plan.session_planned),
    "revealed": ("REVEAL", revealed),
    "finding_reviewed": ("REVIEW", narration_review.finding_reviewed),
    "rule_created": ("RULE", narration_review.rule_created),
    "lots_picked": ("LOTS", narration_review.lots_picked),
    "rules_changed": ("RULES", _rules_changed),
    "incident_started": ("INCDNT", _incident_started),
    "incident_ended": ("OVER", _incident_ended),
    "venue_closed": ("TAKEN", _venue_closed),
}

WORDS: Mapping[str, str] = {kind: short for kind, (short, _) in _KINDS.items()}
"""The log's word for each kind of event."""

_SENTENCES = {kind: sentence for kind, (_, sentence) in _KINDS.items()}
