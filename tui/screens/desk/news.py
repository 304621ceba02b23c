"""The sentence at the foot about what the clock brought: why it stopped, and what was filled."""

from __future__ import annotations

from collections.abc import Container, Sequence

from ledger.account.events.kinds import Event, OrderFilled, ProfitTaken, StoppedOut
from ledger.account.state import Cause
from ledger.books.wire.codec import to_wire
from ledger.practice.words.narration import narrate
from tui.text.display import masked

_MEANINGS: dict[type[Event], str] = {StoppedOut: "down", ProfitTaken: "up", OrderFilled: "strong"}


def news_of(
    events: Sequence[Event], stopped_for: Event | None, currency: str, contracts: Container[object]
) -> tuple[str, str] | None:
    """A sentence with its meaning; empty if nothing was filled and nothing stopped the clock.

    A stop or a target says more than the fill that it came with.
    """
    stopped = any(event is stopped_for for event in events)
    ends = [event for event in events if isinstance(event, StoppedOut | ProfitTaken)]
    fills = [e for e in events if isinstance(e, OrderFilled) and e.cause is Cause.TRADER]
    if stopped and stopped_for is not None and not isinstance(stopped_for, OrderFilled):
        reported: list[Event] = [*ends, *([] if stopped_for in ends else [stopped_for])]
    else:
        reported = [*ends, *fills]
    if not reported:
        return None
    sentences = [
        narrate(masked(to_wire(event, 0, "")), currency, contracts) for event in reported[:2]
    ]
    more = f" and {len(reported) - 2} more, on record" if len(reported) > 2 else ""
    text = f"{'. '.join(sentences)}{more}."
    return f"The clock stopped. {text}" if stopped else text, _MEANINGS.get(
        type(reported[0]), "warned"
    )
