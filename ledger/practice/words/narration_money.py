"""Sentences about money that moves without a trade: loans, interest, fees, funding, margin."""

from ledger.practice.words.wording import Wire, figure, number_of, percent, symbol, text, when


def loan_drawn(wire: Wire, unit: str) -> str:
    """Borrowed, and what is owed now."""
    principal = figure(wire.get("principal"))
    return f"Loan drawn: {figure(wire.get('amount'))}{unit}, principal now {principal}"


def loan_repaid(wire: Wire, unit: str) -> str:
    """Paid back, interest first."""
    lent, added = number_of(wire.get("principal_part")), number_of(wire.get("capitalized_part"))
    if lent is None or not added:
        parts = f"principal {figure(wire.get('principal_part'))}"
    else:
        parts = f"capitalized interest {figure(added)}, principal {figure(lent - added)}"
    return (
        f"Loan repaid: {figure(wire.get('amount'))}{unit} (interest "
        f"{figure(wire.get('interest_part'))}, {parts}), "
        f"principal now {figure(wire.get('principal'))}"
    )


def interest_accrued(wire: Wire, unit: str) -> str:
    """What the loan cost: over a span, in whole periods, or with the drawing."""
    told = f"Interest: {figure(wire.get('amount'))}{unit} at {percent(wire.get('rate'))} a year on "
    told += figure(wire.get("principal"))
    if wire.get("from") == wire.get("to"):
        return f"{told}, the first period, with the drawing"
    return f"{told}, {when(wire.get('from'))} to {when(wire.get('to'))}{_periods(wire)}"


def _periods(wire: Wire) -> str:
    """How many whole periods, where interest is counted in them."""
    count = wire.get("periods")
    if not isinstance(count, int) or count < 1:
        return ""
    return ", one whole period" if count == 1 else f", {count} whole periods"


def interest_capitalized(wire: Wire, unit: str) -> str:
    """Interest that bears interest from now on."""
    principal = figure(wire.get("principal"))
    amount = figure(wire.get("amount"))
    return f"Interest added to the loan: {amount}{unit}, principal now {principal}"


def fee_charged(wire: Wire, unit: str) -> str:
    """A fee by its kind."""
    kind = text(wire, "kind", 20).capitalize()
    amount = f"{figure(wire.get('amount'))}{unit}"
    if not wire.get("symbol"):
        return f"{kind}: {amount} of the wallet is gone"
    return f"{kind} fee: {amount} on {symbol(wire)}"


def funding_paid(wire: Wire, unit: str) -> str:
    """What longs and shorts paid each other."""
    amount = figure(wire.get("amount"))
    told = "received" if amount.startswith("-") else "paid"
    return (
        f"Funding {told}: {amount.removeprefix('-')}{unit} on {symbol(wire)} at "
        f"{percent(wire.get('rate'))} of its value at {figure(wire.get('price'))} "
        f"({text(wire, 'judged_by', 10)} price)"
    )


def margin_added(wire: Wire, unit: str) -> str:
    """Money behind an isolated position's wall."""
    return f"Margin moved to {symbol(wire)}: {figure(wire.get('amount'))}{unit}"


def margin_removed(wire: Wire, unit: str) -> str:
    """Money back from behind it."""
    return f"Margin back from {symbol(wire)}: {figure(wire.get('amount'))}{unit}"
