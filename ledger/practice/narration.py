"""Each event as one plain English sentence with its figures, and as one short word for a log.

Reads the wire of `interface.md` (what `rehearse --json` prints and the ledger keeps), so that a
log can be told without loading what made it. Text from outside is cleaned here once more: a note
or a symbol in somebody else's ledger may carry what makes a terminal lie.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ledger.market.text import clean

Wire = Mapping[str, object]

NOTHING = "—"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def narrate(wire: Wire, currency: str = "") -> str:
    """The event as a sentence; `currency` follows its leading amount where it is known."""
    kind = str(wire.get("type"))
    told = _SENTENCES.get(kind)
    return told(wire, f" {clean(currency, 10)}" if currency else "") if told else clean(kind, 40)


def word(wire: Wire) -> str:
    """At most six capitals that a log can be scanned by."""
    return WORDS.get(str(wire.get("type")), "EVENT")


def when(time: object) -> str:
    """`2024-01-12T00:00:00Z` as `Fri 12 Jan 2024 00:00`; seconds only where there are any."""
    try:
        moment = datetime.fromisoformat(str(time))
    except ValueError:
        return clean(str(time), 40)
    seconds = f":{moment.second:02}" if moment.second else ""
    return (
        f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year} "
        f"{moment.hour:02}:{moment.minute:02}{seconds}"
    )


def figure(value: object) -> str:
    """`10,000.00`: every digit as it is recorded, thousands apart; a dash where there is none."""
    number = _decimal(value)
    if number is None:
        return NOTHING if value is None else clean(str(value), 40)
    return f"{number:,f}"


def percent(value: object) -> str:
    """`28.43 %` for 0.28428571: half up, at most six decimals for what is smaller than that."""
    number = _decimal(value)
    if number is None:
        return figure(value)
    scaled = number * 100
    places = "0.01" if abs(scaled) >= 1 or scaled == 0 else "0.000001"
    shown = scaled.quantize(Decimal(places), ROUND_HALF_UP)
    return f"{shown if places == '0.01' else shown.normalize():,f} %"


def _decimal(value: object) -> Decimal | None:
    try:
        number = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _is_zero(value: object) -> bool:
    return _decimal(value) in (None, Decimal(0))


def _text(wire: Wire, key: str, limit: int = 200) -> str:
    value = wire.get(key)
    return NOTHING if value is None else clean(str(value).replace("_", " "), limit)


def _symbol(wire: Wire) -> str:
    return NOTHING if wire.get("symbol") is None else clean(str(wire["symbol"]), 40)


def _size(wire: Wire) -> str:
    return f"{figure(wire.get('quantity'))} {_symbol(wire)}"


def _pairs(value: object) -> list[tuple[str, object]]:
    """What a table of the wire holds, its keys cleaned; nothing where it is no table."""
    return [(clean(str(k), 40), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def _texts(value: object) -> list[str]:
    return [clean(str(item), 40) for item in value] if isinstance(value, list | tuple) else []


def _reason(wire: Wire) -> str:
    """What the trader wrote, after a colon."""
    return f": {clean(str(wire['reason']))}" if wire.get("reason") else ""


def _tags(wire: Wire) -> str:
    tags = _texts(wire.get("tags"))
    return f" [{', '.join(tags)}]" if tags else ""


def _signed(value: object) -> str:
    shown = figure(value)
    return shown if shown.startswith("-") or _is_zero(value) else f"+{shown}"


def _amount(told: str) -> Callable[[Wire, str], str]:
    """A sentence that is a word and an amount."""
    return lambda wire, unit: f"{told}: {figure(wire.get('amount'))}{unit}"


def _account_opened(wire: Wire, unit: str) -> str:
    own = ", ".join(f"{key} {figure(value)}" for key, value in _pairs(wire.get("overrides")))
    rules = f"; rules of its own: {own}" if own else ""
    return (
        f"Account opened: {clean(str(wire.get('venue')), 60)}, {_text(wire, 'mode')} margin, "
        f"in {_text(wire, 'currency', 10)}{rules}"
    )


def _loan_drawn(wire: Wire, unit: str) -> str:
    principal = figure(wire.get("principal"))
    return f"Loan drawn: {figure(wire.get('amount'))}{unit}, principal now {principal}"


def _loan_repaid(wire: Wire, unit: str) -> str:
    return (
        f"Loan repaid: {figure(wire.get('amount'))}{unit} (interest "
        f"{figure(wire.get('interest_part'))}, principal {figure(wire.get('principal_part'))}), "
        f"principal now {figure(wire.get('principal'))}"
    )


def _interest_accrued(wire: Wire, unit: str) -> str:
    return (
        f"Interest: {figure(wire.get('amount'))}{unit} at {percent(wire.get('rate'))} a year on "
        f"{figure(wire.get('principal'))}, {when(wire.get('from'))} to {when(wire.get('to'))}"
    )


def _interest_capitalized(wire: Wire, unit: str) -> str:
    principal = figure(wire.get("principal"))
    amount = figure(wire.get("amount"))
    return f"Interest added to the loan: {amount}{unit}, principal now {principal}"


def _fee_charged(wire: Wire, unit: str) -> str:
    kind = _text(wire, "kind", 20).capitalize()
    return f"{kind} fee: {figure(wire.get('amount'))}{unit} on {_symbol(wire)}"


def _funding_paid(wire: Wire, unit: str) -> str:
    amount = figure(wire.get("amount"))
    told = "received" if amount.startswith("-") else "paid"
    return (
        f"Funding {told}: {amount.removeprefix('-')}{unit} on {_symbol(wire)} at "
        f"{percent(wire.get('rate'))} of its value at {figure(wire.get('price'))} "
        f"({_text(wire, 'judged_by', 10)} price)"
    )


def _margin_added(wire: Wire, unit: str) -> str:
    return f"Margin moved to {_symbol(wire)}: {figure(wire.get('amount'))}{unit}"


def _margin_removed(wire: Wire, unit: str) -> str:
    return f"Margin back from {_symbol(wire)}: {figure(wire.get('amount'))}{unit}"


def _order(wire: Wire) -> str:
    """What an order is called: by the trader, or for what it protects."""
    names = {"stop_loss": "Stop", "take_profit": "Target"}
    name = names.get(str(wire.get("cause")), "Order")
    return f"{name} {clean(str(wire.get('order')), 40)}"


def _order_placed(wire: Wire, unit: str) -> str:
    levels = [("at", wire.get("limit")), ("from", wire.get("trigger"))]
    price = "".join(f" {told} {figure(level)}" for told, level in levels if level is not None)
    size = f"{_text(wire, 'side', 10)} {_size(wire)}{price or ' at the market'}"
    if wire.get("cause") in ("stop_loss", "take_profit"):
        return f"{_order(wire)} set: {size}"
    stop = wire.get("stop_loss")
    guard = f", stop {figure(stop)}" if stop is not None else ""
    return (
        f"{_order(wire)}: {size}, {figure(wire.get('leverage'))}x {_text(wire, 'mode', 10)}"
        f"{guard}{_reason(wire)}"
    )


def _order_amended(wire: Wire, unit: str) -> str:
    told = "resized" if wire.get("what") == "quantity" else "moved"
    given = wire.get("widened_r")
    widened = f", {figure(given)} R given away" if given is not None else ""
    was, now = figure(wire.get("was")), figure(wire.get("now"))
    return f"{_order(wire)} of {_symbol(wire)} {told} from {was} to {now}{widened}"


def _order_cancelled(wire: Wire, unit: str) -> str:
    return f"{_order(wire)} of {_symbol(wire)} cancelled{_reason(wire)}"


def _largest(wire: Wire) -> str:
    largest = wire.get("largest")
    return f"; the largest that passes is {figure(largest)}" if largest is not None else ""


def _order_refused(wire: Wire, unit: str) -> str:
    wish = f"{_text(wire, 'side', 10)} {_size(wire)}"
    return f"{_order(wire)} refused, {wish}{_reason(wire)}{_largest(wire)}"


def _action_refused(wire: Wire, unit: str) -> str:
    of = f" of {_symbol(wire)}" if wire.get("symbol") is not None else ""
    action = _text(wire, "action", 40).capitalize()
    return f"{action}{of} refused{_reason(wire)}{_largest(wire)}"


def _traded(wire: Wire, unit: str) -> str:
    """Size, price and value of any trade, what it booked, and what slipped."""
    gain, slipped = wire.get("realized_pnl"), wire.get("slippage")
    booked = "" if _is_zero(gain) else f", realized {_signed(gain)}"
    lost = "" if _is_zero(slipped) else f", {figure(slipped)} a unit lost to slippage"
    value = f"{figure(wire.get('value'))}{unit}"
    return f"{_size(wire)} at {figure(wire.get('price'))}, worth {value}{booked}{lost}"


def _order_filled(wire: Wire, unit: str) -> str:
    told = "Bought" if wire.get("side") == "buy" else "Sold"
    fee = "" if _is_zero(wire.get("fee")) else f", fee {figure(wire.get('fee'))}"
    return f"{told} {_traded(wire, unit)}{fee}"


def _forced(wire: Wire, unit: str) -> str:
    repaid = wire.get("loan_repaid")
    loan = "" if _is_zero(repaid) else f", {figure(repaid)} of it to the loan"
    threshold = figure(wire.get("threshold_price"))
    judged = _text(wire, "judged_by", 10)
    return f"{_traded(wire, unit)}{loan} (the level was {threshold}, by the {judged} price)"


def _force_sold(wire: Wire, unit: str) -> str:
    told = "bought back" if wire.get("side") == "buy" else "sold"
    return f"Forced sale: the broker {told} {_forced(wire, unit)}"


def _liquidated(wire: Wire, unit: str) -> str:
    told = "bought back" if wire.get("side") == "buy" else "sold"
    return f"Liquidation: the venue {told} {_forced(wire, unit)}"


def _holding(wire: Wire) -> str:
    side = "long" if wire.get("side") == "buy" else "short"
    return (
        f"{side} {_size(wire)} at {figure(wire.get('entry_price'))}, "
        f"{figure(wire.get('leverage'))}x {_text(wire, 'mode', 10)}, "
        f"margin {figure(wire.get('margin'))}"
    )


def _position_opened(wire: Wire, unit: str) -> str:
    risk = wire.get("risk")
    stake = f", 1 R is {figure(risk)}{unit}" if risk is not None else ", no stop: R is unknown"
    return f"Opened {_holding(wire)}{stake}"


def _position_changed(wire: Wire, unit: str) -> str:
    return f"Now {_holding(wire)}"


def _position_closed(wire: Wire, unit: str) -> str:
    side = "long" if wire.get("side") == "buy" else "short"
    multiple = wire.get("r_multiple")
    in_r = f", {_signed(multiple)} R" if multiple is not None else ""
    return (
        f"Closed {side} {_size(wire)}, {figure(wire.get('entry_price'))} to "
        f"{figure(wire.get('exit_price'))}: {_signed(wire.get('realized_pnl'))}{unit}, "
        f"{_signed(wire.get('net_pnl'))} after costs{in_r}; by {_text(wire, 'closed_by', 40)}"
    )


def _part_closed(told: str) -> Callable[[Wire, str], str]:
    """A stop or a target that did its work."""
    return lambda wire, unit: (
        f"{told}: {_size(wire)} at {figure(wire.get('price'))}, "
        f"{_signed(wire.get('realized_pnl'))}{unit}"
    )


def _alert(wire: Wire) -> str:
    """Health against the level that it crossed, in the venue's own measure."""
    health, threshold = _decimal(wire.get("health")), _decimal(wire.get("threshold"))
    if health is None or threshold is None:
        return "equity does not cover the requirement"
    side = "below" if health < threshold else "above" if health > threshold else "at"
    return f"health {percent(wire['health'])} {side} {percent(wire['threshold'])}"


def _pocket(wire: Wire) -> str:
    """Behind which wall, where it is not the whole wallet."""
    pocket = str(wire.get("pocket"))
    return "" if pocket == "main" else f", {clean(pocket.replace(':', ' '), 60)}"


def _margin_warned(wire: Wire, unit: str) -> str:
    return f"Margin warning ({_text(wire, 'level', 40)}{_pocket(wire)}): {_alert(wire)}"


def _warning_cleared(wire: Wire, unit: str) -> str:
    return f"Margin warning over{_pocket(wire)}"


def _margin_call_issued(wire: Wire, unit: str) -> str:
    sale = ", ".join(f"{figure(size)} {name}" for name, size in _pairs(wire.get("would_sell")))
    due = wire.get("due")
    deadline = f"by {when(due)}" if due != wire.get("time") else "at once"
    return (
        f"Margin call ({_text(wire, 'level', 40)}{_pocket(wire)}): {_alert(wire)}: pay "
        f"{figure(wire.get('shortfall'))} or sell {figure(wire.get('sale_to_cure'))} ({sale}) "
        + (deadline if due is not None else "(no deadline)")
    )


def _margin_call_met(wire: Wire, unit: str) -> str:
    return f"Margin call {_call(wire)} is over, met by {_text(wire, 'by', 40)}"


def _margin_call_expired(wire: Wire, unit: str) -> str:
    if wire.get("by") == "due":
        return f"Margin call {_call(wire)} expired: its time is up"
    return f"Margin call {_call(wire)} withdrawn: the {_text(wire, 'by', 40)} level was breached"


def _call_answered(wire: Wire, unit: str) -> str:
    amount = wire.get("amount")
    paid = f" {figure(amount)}{unit}" if amount is not None else ""
    sold = f" {_size(wire)}" if wire.get("quantity") is not None else ""
    return f"Margin call {_call(wire)} answered: {_text(wire, 'answer', 20)}{paid}{sold}"


def _call(wire: Wire) -> str:
    return clean(str(wire.get("call")), 20)


def _deficit_recorded(wire: Wire, unit: str) -> str:
    bearer = "a debt of the trader's" if wire.get("absorbed_by") == "trader" else "the venue's loss"
    return f"Still owed after everything was sold: {figure(wire.get('amount'))}{unit}, {bearer}"


def _plan_recorded(wire: Wire, unit: str) -> str:
    told = [("stop", "stop"), ("target", "target"), ("risk", "risk")]
    levels = [f"{name} {figure(wire[key])}" for name, key in told if wire.get(key) is not None]
    called = _text(wire, "answer_to_call", 60) if wire.get("answer_to_call") else ""
    parts = [*levels, *([f"if called: {called}"] if called else [])]
    plan = ", ".join(parts) or "no stop, no target"
    return f"Plan for {_symbol(wire)}: {plan}{_reason(wire)}{_tags(wire)}"


def _note_added(wire: Wire, unit: str) -> str:
    on = f" on {_symbol(wire)}" if wire.get("symbol") is not None else ""
    return f"Note{on}: {clean(str(wire.get('text')), 500)}{_tags(wire)}"


_KINDS: Mapping[str, tuple[str, Callable[[Wire, str], str]]] = {
    "account_opened": ("ACCT", _account_opened),
    "deposited": ("DEPOST", _amount("Deposited")),
    "withdrawn": ("WITHDR", _amount("Withdrawn")),
    "swept": ("SWEEP", _amount("Moved to savings")),
    "loan_drawn": ("BORROW", _loan_drawn),
    "loan_repaid": ("REPAY", _loan_repaid),
    "interest_accrued": ("INTRST", _interest_accrued),
    "interest_capitalized": ("INTRST", _interest_capitalized),
    "fee_charged": ("FEE", _fee_charged),
    "funding_paid": ("FUNDNG", _funding_paid),
    "margin_added": ("MARGIN", _margin_added),
    "margin_removed": ("MARGIN", _margin_removed),
    "order_placed": ("ORDER", _order_placed),
    "order_amended": ("AMEND", _order_amended),
    "order_cancelled": ("CANCEL", _order_cancelled),
    "order_refused": ("REFUSD", _order_refused),
    "action_refused": ("REFUSD", _action_refused),
    "order_filled": ("FILL", _order_filled),
    "force_sold": ("SOLD", _force_sold),
    "liquidated": ("LIQ", _liquidated),
    "position_opened": ("OPEN", _position_opened),
    "position_changed": ("HOLD", _position_changed),
    "position_closed": ("CLOSE", _position_closed),
    "profit_taken": ("TAKE", _part_closed("Profit taken")),
    "stopped_out": ("STOP", _part_closed("Stopped out")),
    "margin_warned": ("WARN", _margin_warned),
    "margin_warning_cleared": ("CLEAR", _warning_cleared),
    "margin_call_issued": ("CALL", _margin_call_issued),
    "margin_call_met": ("MET", _margin_call_met),
    "margin_call_expired": ("EXPIRD", _margin_call_expired),
    "call_answered": ("ANSWER", _call_answered),
    "deficit_recorded": ("DEBT", _deficit_recorded),
    "plan_recorded": ("PLAN", _plan_recorded),
    "note_added": ("NOTE", _note_added),
}

WORDS: Mapping[str, str] = {kind: short for kind, (short, _) in _KINDS.items()}
"""The log's word for each kind of event."""

_SENTENCES = {kind: told for kind, (_, told) in _KINDS.items()}
