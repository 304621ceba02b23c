"""An account and its twin."""

from pathlib import Path

from ledger.practice.accounts.first_money import begin_own
from ledger.practice.accounts.new_account import AccountRequest, TapeChoice, rehearsal_of
from ledger.practice.accounts.twin_choice import twin_of
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.practice.sessions.session import Session
from tests.practice.accounts.purses import SYMBOL, tape
from tests.worlds import D

BTC = "XBTUSD"
THURSDAY = AccountRequest(
    name="thu",
    venue="binance-usdm",
    mode="isolated",
    tapes=(TapeChoice(symbol=BTC, source="xbtusd-bitmex-1m-2020-03"),),
    start="2020-03-12T10:00:00Z",
    until="2020-03-13T12:00:00Z",
    deposit="3000",
    rules=(("maintenance_margin", "0.005"), ("trade_fee", "0"), ("liquidation_fee", "0")),
    twin="cross",
)
"""Journey (b): 12 March 2020, 0.5% maintenance, no fees."""


def wandering(folder: Path, seed: int, venue: str, mode: str, twin: str) -> AccountRequest:
    """An account on prices that open far away now and then, funded from the purse."""
    return AccountRequest(
        name="own",
        venue=venue,
        mode=mode,
        tapes=(TapeChoice(symbol=SYMBOL, source=str(tape(folder, seed))),),
        start="2024-01-03T00:00:00Z",
        deposit="2000",
        twin=twin,
    )


def begun(asked: AccountRequest, ledger: Path | None, purse: str = "10000") -> Session:
    """The account with its twin, left open."""
    lead = rehearsal_of(asked)
    held, twin = D(purse) if ledger else None, twin_of(asked, lead)
    return begin_own(lead, ledger, asked.name, purse=held, twin=twin)


def rehearsal_alone(asked: AccountRequest) -> Rehearsal:
    """The twin's rehearsal, to play it alone."""
    found = twin_of(asked, rehearsal_of(asked))
    assert found is not None
    return found
