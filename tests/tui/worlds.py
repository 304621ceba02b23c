"""Sessions to put on a desk: the first call and Black Thursday, without a disk."""

from decimal import Decimal
from pathlib import Path

from ledger.account.events import AccountOpened
from ledger.account.state import Convention, open_account
from ledger.books.codec import rules_hash
from ledger.books.writer import Keeper, MemoryWriter
from ledger.market.instrument import Instrument, Kind
from ledger.market.overrides import override
from ledger.market.rulebook import Mode
from ledger.market.times import parse_time
from ledger.practice.catalog import assets, load_tape, load_venue
from ledger.practice.session import Session
from ledger.practice.timeline import Timeline

ACME = Instrument(
    symbol="ACME", kind=Kind.SPOT, tick=Decimal("0.01"), lot=Decimal(1), currency="USD"
)
XBT = Instrument(
    symbol="XBTUSD",
    kind=Kind.LINEAR,
    tick=Decimal("0.5"),
    lot=Decimal("0.001"),
    currency="USDT",
)


def first_call(keeper: Keeper | None = None) -> Session:
    """Journey (a): a loan account over twelve days of ACME."""
    rules = {
        "loan_rate": "0.08",
        "day_count": "360",
        "maintenance_margin": "0.30",
        "exchange_margin": "0.25",
        "due_sessions": 2,
        "trade_fee": "0",
        "forced_sale_slippage": "0",
    }
    tape = load_tape("acme.csv", assets() / "rehearsals", "ACME")
    return _session(
        "us-reg-t", rules, Mode.CROSS, ACME, tape, "2024-01-01T00:00:00Z",
        "2024-01-13T00:00:00Z", keeper,
    )  # fmt: skip


def black_thursday(mode: Mode = Mode.ISOLATED, keeper: Keeper | None = None) -> Session:
    """12 March 2020 on one-minute bars, without fees, maintenance 0.5 %."""
    rules = {
        "maintenance_margin": "0.005",
        "trade_fee": "0",
        "liquidation_fee": "0",
        "forced_sale_slippage": "0",
    }
    tape = load_tape("xbtusd-bitmex-1m-2020-03")
    return _session(
        "binance-usdm", rules, mode, XBT, tape, "2020-03-12T09:00:00Z",
        "2020-03-13T12:00:00Z", keeper,
    )  # fmt: skip


def _session(
    venue: str,
    rules: dict[str, object],
    mode: Mode,
    instrument: Instrument,
    tape: object,
    start: str,
    end: str,
    keeper: Keeper | None,
) -> Session:
    book = override(load_venue(venue).rulebook, rules)
    listed = {instrument.symbol: instrument}
    account = open_account("rehearsal", book, mode, Convention.WORST, listed)
    timeline = Timeline({instrument.symbol: tape}, parse_time(start), parse_time(end))
    session = Session(account, timeline, keeper or MemoryWriter())
    session.open_account(
        AccountOpened(
            at=timeline.start,
            venue=book.id,
            mode=mode,
            currency=book.currency,
            rules_hash=rules_hash(book),
            instruments={instrument.symbol: instrument},
        )
    )
    return session


def folder() -> Path:
    """Where the rehearsals are."""
    return assets() / "rehearsals"
