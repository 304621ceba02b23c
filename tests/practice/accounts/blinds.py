"""Blind accounts, and the true ones that they hide."""

from pathlib import Path

from ledger.practice.accounts.first_money import begin_own
from ledger.practice.accounts.hiding import Hiding
from ledger.practice.accounts.new_account import AccountRequest, TapeChoice, rehearsal_of
from ledger.practice.sessions.session import Session

ETH = "ethusdt-perp-binance-1h-2019-2025"
RATES = "ethusdt-perp-binance-funding-8h-2019-2025"
CRASH = "2021-05-17T00:00:00Z"
"""Two days before ETH lost two fifths of its price in a day."""


def eth(
    ledger: Path | None = None,
    name: str = "own",
    *,
    hiding: Hiding = Hiding.BLIND,
    until: str | None = "2021-05-21T00:00:00Z",
    seed: int = 4,
) -> Session:
    """ETH at Binance on 4,000, from before the crash of May 2021, left open."""
    request = AccountRequest(
        name=name,
        venue="binance-usdm",
        mode="isolated",
        tapes=(TapeChoice(symbol="ETHUSDT", source=ETH, funding=RATES),),
        start=CRASH,
        until=until,
        deposit="4000",
        seed=str(seed),
        hiding=hiding,
    )
    return begin_own(rehearsal_of(request), ledger, name, hiding=hiding)
