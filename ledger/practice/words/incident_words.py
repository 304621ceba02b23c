"""Each kind of incident in one sentence, and what a careful trader would have done before it."""

from ledger.account.incident import IncidentKind

WHAT: dict[IncidentKind, str] = {
    IncidentKind.OUTAGE: "The venue is down: orders bounce, and nothing there trades",
    IncidentKind.WITHDRAWAL_FREEZE: "Withdrawals are frozen: what is inside stays inside",
    IncidentKind.INSOLVENCY: "The venue is insolvent: its customers share the hole",
    IncidentKind.HACK: "Thieves have emptied a part of the venue's wallets",
    IncidentKind.LEVERAGE_CUT: "The largest leverage is cut",
    IncidentKind.MAINTENANCE_HIKE: "More equity must be kept from now on",
    IncidentKind.RATE_HIKE: "Borrowed money costs more from now on",
    IncidentKind.DELISTING: "An instrument is delisted: positions are closed, orders cancelled",
    IncidentKind.AUTO_DELEVERAGING: "Winners are closed, since the losers' money is gone",
    IncidentKind.ORDER_REJECTS: "The venue is overloaded and rejects orders at random",
    IncidentKind.LATENCY: "Orders arrive late",
    IncidentKind.PARTIAL_FILLS: "The book is thin: orders fill only in part",
    IncidentKind.SPREAD_WIDENING: "The spread is wide: whoever takes pays for it",
}

CAREFUL: dict[IncidentKind, str] = {
    IncidentKind.OUTAGE: "keep a distance to liquidation that a few blind hours cannot cross",
    IncidentKind.WITHDRAWAL_FREEZE: "sweep profits out while the door is open",
    IncidentKind.INSOLVENCY: "keep no more at a venue than the margin it needs",
    IncidentKind.HACK: "keep no more at a venue than the margin it needs",
    IncidentKind.LEVERAGE_CUT: "use less leverage than is allowed",
    IncidentKind.MAINTENANCE_HIKE: "hold equity above what the house asks for today",
    IncidentKind.RATE_HIKE: "size the loan so that twice the rate can be carried",
    IncidentKind.DELISTING: "leave thin instruments before they are announced",
    IncidentKind.AUTO_DELEVERAGING: "take profits in steps, and count a hedge that can be closed",
    IncidentKind.ORDER_REJECTS: "have the stop resting there before the rush",
    IncidentKind.LATENCY: "have the stop resting there before the rush",
    IncidentKind.PARTIAL_FILLS: "hold no more than the book takes on a bad day",
    IncidentKind.SPREAD_WIDENING: "use limits, and stay out while the spread is wide",
}


_ADVICE = "; a careful trader would "


def lesson(kind: IncidentKind, figures: str = "") -> str:
    """The two in one sentence; the figures stand with what has happened."""
    return f"{WHAT[kind]}{figures}{_ADVICE}{CAREFUL[kind]}"


def parted(told: str) -> tuple[str, str]:
    """The same as two sentences; the second is empty where there is no advice."""
    what, advice, careful = told.partition(_ADVICE)
    return f"{what}.", f"A careful trader would {careful}." if advice else ""


BADGE: dict[IncidentKind, str] = {
    IncidentKind.WITHDRAWAL_FREEZE: "FREEZE",
    IncidentKind.ORDER_REJECTS: "REJECTS",
    IncidentKind.PARTIAL_FILLS: "THIN",
    IncidentKind.SPREAD_WIDENING: "SPREAD",
}
"""The word while it lasts, where the kind's own is too long for a status line."""


def badge(kind: str) -> str:
    """One word in capitals for what is going on."""
    return BADGE.get(IncidentKind(kind), spoken(kind).upper())


def spoken(kind: str) -> str:
    """The kind as words."""
    return kind.replace("_", " ")
