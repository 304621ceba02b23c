"""Each kind of incident in one sentence, and what a careful trader would have done beforehand."""

from ledger.account.incident import IncidentKind

WHAT: dict[IncidentKind, str] = {
    IncidentKind.OUTAGE: "The venue is down: orders bounce and nothing trades there",
    IncidentKind.WITHDRAWAL_FREEZE: "Withdrawals are frozen: money on the venue stays there",
    IncidentKind.INSOLVENCY: "The venue is insolvent: its customers share the loss",
    IncidentKind.HACK: "Hackers have emptied part of the venue's wallets",
    IncidentKind.LEVERAGE_CUT: "The maximum leverage is cut",
    IncidentKind.MAINTENANCE_HIKE: "Maintenance margin is raised",
    IncidentKind.RATE_HIKE: "Borrowing rates go up",
    IncidentKind.DELISTING: "An instrument is delisted: positions are closed, orders cancelled",
    IncidentKind.AUTO_DELEVERAGING: "Winning positions are closed because the losers cannot pay",
    IncidentKind.ORDER_REJECTS: "The venue is overloaded and rejects orders at random",
    IncidentKind.LATENCY: "Orders arrive late",
    IncidentKind.PARTIAL_FILLS: "The book is thin: orders fill only partly",
    IncidentKind.SPREAD_WIDENING: "The spread is wide: takers pay for it",
}

CAREFUL: dict[IncidentKind, str] = {
    IncidentKind.OUTAGE: "keep enough distance to liquidation to survive a few blind hours",
    IncidentKind.WITHDRAWAL_FREEZE: "sweep profits out while the door is open",
    IncidentKind.INSOLVENCY: "keep no more on a venue than its positions need",
    IncidentKind.HACK: "keep no more on a venue than its positions need",
    IncidentKind.LEVERAGE_CUT: "use less than the maximum leverage",
    IncidentKind.MAINTENANCE_HIKE: "hold more equity than the house requires today",
    IncidentKind.RATE_HIKE: "size the loan so that it can bear twice the rate",
    IncidentKind.DELISTING: "leave thin instruments before a delisting is announced",
    IncidentKind.AUTO_DELEVERAGING: "take profits in steps, and not rely on the hedge",
    IncidentKind.ORDER_REJECTS: "have the stop resting on the venue before the rush",
    IncidentKind.LATENCY: "have the stop resting on the venue before the rush",
    IncidentKind.PARTIAL_FILLS: "hold no more than the book can absorb on a bad day",
    IncidentKind.SPREAD_WIDENING: "use limit orders, and stay out while the spread is wide",
}


_ADVICE = "; a careful trader would "


def lesson(kind: IncidentKind, figures: str = "") -> str:
    """Both in one sentence; the figures go with what has happened."""
    return f"{WHAT[kind]}{figures}{_ADVICE}{CAREFUL[kind]}"


def parted(sentence: str) -> tuple[str, str]:
    """The same as two sentences; the second is empty without advice."""
    what, advice, careful = sentence.partition(_ADVICE)
    return f"{what}.", f"A careful trader would {careful}." if advice else ""


BADGE: dict[IncidentKind, str] = {
    IncidentKind.WITHDRAWAL_FREEZE: "FREEZE",
    IncidentKind.ORDER_REJECTS: "REJECTS",
    IncidentKind.PARTIAL_FILLS: "THIN",
    IncidentKind.SPREAD_WIDENING: "SPREAD",
}
"""The badge of an incident whose kind is too long for a status line."""


def badge(kind: str) -> str:
    """One word in capitals for the status line."""
    return BADGE.get(IncidentKind(kind), spoken(kind).upper())


def spoken(kind: str) -> str:
    """`order_rejects` as `order rejects`."""
    return kind.replace("_", " ")
