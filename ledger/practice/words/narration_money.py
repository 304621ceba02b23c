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
    """Interest over a span of time, in whole periods, or on drawing the loan."""
    sentence = (
        f"Interest: {figure(wire.get('amount'))}{unit} at {percent(wire.get('rate'))} a year on "
    )
    sentence += figure(wire.get("principal"))
    if wire.get("from") == wire.get("to"):
        return f"{sentence}, first period, charged on drawing"
    return f"{sentence}, {when(wire.get('from'))} to {when(wire.get('to'))}{_periods(wire)}"


def _periods(wire: Wire) -> str:
    """How many whole periods, where interest is charged by the period."""
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
    kind = text(wire, "kind", 20).capitalize()
    amount = f"{figure(wire.get('amount'))}{unit}"
    if not wire.get("symbol"):
        return f"{kind}: {amount} of the wallet lost"
    return f"{kind} fee: {amount} on {symbol(wire)}"


def funding_paid(wire: Wire, unit: str) -> str:
    """What longs and shorts paid each other."""
    amount = figure(wire.get("amount"))
    direction = "received" if amount.startswith("-") else "paid"
    return (
        f"Funding {direction}: {amount.removeprefix('-')}{unit} on {symbol(wire)} at "
        f"{percent(wire.get('rate'))} of its value at {figure(wire.get('price'))} "
        f"({text(wire, 'judged_by', 10)} price)"
    )


def overnight_charged(wire: Wire, unit: str) -> str:
    """What holding a contract over the cut-off cost, or brought."""
    amount, nights = figure(wire.get("amount")), wire.get("nights")
    direction = "received" if amount.startswith("-") else "charged"
    rate = figure(wire.get("rate")).removeprefix("-")
    many = "one night" if nights == 1 else f"{figure(nights)} nights"
    return (
        f"Overnight {direction}: {amount.removeprefix('-')}{unit} on {symbol(wire)}, {many} at "
        f"{percent(rate)} a year of its value at {figure(wire.get('price'))} "
        f"({text(wire, 'judged_by', 10)} price)"
    )


def credit_interest_paid(wire: Wire, unit: str) -> str:
    """What cash earned."""
    short = number_of(wire.get("short"))
    against = f", and on {figure(wire.get('short'))} against shorts" if short else ""
    return (
        f"Credit interest: {figure(wire.get('amount'))}{unit} on {figure(wire.get('idle'))} of "
        f"idle cash{against}"
    )


def margin_added(wire: Wire, unit: str) -> str:
    """Margin from the wallet to an isolated position."""
    return f"Margin moved to {symbol(wire)}: {figure(wire.get('amount'))}{unit}"


def margin_removed(wire: Wire, unit: str) -> str:
    """And back to the wallet."""
    return f"Margin released from {symbol(wire)}: {figure(wire.get('amount'))}{unit}"
