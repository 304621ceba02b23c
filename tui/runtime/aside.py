"""After a trade that closed with a profit: the offer to put a share of it aside."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ledger.account.commands import Sweep
from ledger.account.events.kinds import Event, PositionClosed, Swept
from ledger.money import ZERO, round_down
from ledger.practice.sessions.session import Session
from ledger.practice.views.preview import preview
from tui.text import format as fmt

FIFTH = Decimal("0.2")
"""The share offered where no plan names one."""


class Aside:
    """Remembers the last trade that closed. Nothing is moved without the key and two Enters."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: PositionClosed | None = None
        self._own = False

    def heard(self, events: Iterable[Event], *, own: bool = False) -> str:
        """Hear what happened; returns the offer to say now, if there is one.

        With `own` it follows from the trader's command, which has a sentence of its own: `coda`
        has the offer then.
        """
        closed = None
        for event in events:
            if isinstance(event, PositionClosed):
                closed = None if event is self._last else event
                self._last = event
            elif isinstance(event, Swept):
                self._last = closed = None
        if closed is None:
            return ""
        self._own = own
        return "" if own else self._offer()

    def coda(self) -> str:
        """The offer, once after the command that closed the trade."""
        own, self._own = self._own, False
        return self._offer() if own else ""

    def amount(self) -> Decimal | None:
        """A share of the last trade's profit, or as much of it as may leave; `None` for none."""
        net = ZERO if self._last is None else self._last.net_pnl
        plan = self._session.account.plan
        part = FIFTH if plan is None or plan.put_aside is None else plan.put_aside
        share = round_down(net * part, self._session.account.currency)
        if share <= 0:
            return None
        seen = preview(self._session, Sweep(amount=share))
        most = share if seen.refused is None else seen.largest
        return most or None

    def _offer(self) -> str:
        amount = self.amount()
        if amount is None:
            return ""
        currency = self._session.account.currency
        money = f"{fmt.money(amount, currency)} {currency}"
        return f" w puts {money} of the profit aside."
