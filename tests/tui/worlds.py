"""Sessions to put on a desk: the first call and Black Thursday, without a disk."""

from array import array
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from ledger.account.events.kinds import AccountOpened
from ledger.account.state import Convention, open_account
from ledger.books.wire.codec import rules_hash
from ledger.books.writer import Keeper, MemoryWriter
from ledger.market.instrument import Instrument, Kind
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Mode
from ledger.market.tapes.tape import Tape
from ledger.practice.library.catalog import assets, load_tape
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Timeline
from ledger.times import HOUR, parse_time

T0 = 1_704_067_200
"""2024-01-01T00:00:00Z"""

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
        "us-reg-t@2026-11", rules, Mode.CROSS, ACME, tape, "2024-01-01T00:00:00Z",
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


def bitcoin_on_loan() -> Session:
    """The same morning at a lender of coins that keeps each position behind its own wall."""
    tape = load_tape("xbtusd-bitmex-1m-2020-03")
    return _session(
        "binance-margin", {"trade_fee": "0"}, Mode.ISOLATED, replace(XBT, kind=Kind.SPOT), tape,
        "2020-03-12T09:00:00Z", "2020-03-13T12:00:00Z", None,
    )  # fmt: skip


def settled_in_coin() -> Session:
    """The same morning in contracts of a dollar that win and lose bitcoin."""
    tape = load_tape("xbtusd-bitmex-1m-2020-03")
    listed = replace(XBT, kind=Kind.INVERSE, lot=Decimal(1), currency="BTC")
    return _session(
        "phemex-inverse", {"trade_fee": "0"}, Mode.CROSS, listed, tape,
        "2020-03-12T09:00:00Z", "2020-03-13T12:00:00Z", None,
    )  # fmt: skip


def swinging(hours: int) -> Session:
    """A perpetual that opens and closes each hour at 100, and reaches 110 and 90 in between.

    The clock stands after so many hours of two hundred.
    """
    rows = 200
    tape = Tape(
        symbol="SWING",
        source="a test",
        interval=HOUR,
        continuous=True,
        step=Decimal(1),
        volume_step=Decimal(1),
        sha256="",
        holes=0,
        times=array("q", [T0 + HOUR * row for row in range(rows)]),
        opens=array("q", [100] * rows),
        highs=array("q", [110] * rows),
        lows=array("q", [90] * rows),
        closes=array("q", [100] * rows),
        volumes=[0] * rows,
    )
    listed = replace(XBT, symbol="SWING", tick=Decimal("0.01"))
    session = _session(
        "binance-usdm", {"trade_fee": "0"}, Mode.ISOLATED, listed, tape,
        "2024-01-01T00:00:00Z", "2024-01-09T00:00:00Z", None,
    )  # fmt: skip
    for _ in range(hours):
        session.open_step()
        session.close_step()
    session.commit()
    return session


def two_stocks() -> Session:
    """The fund on the S&P 500 and Apple, daily, from the Monday on which Lehman had failed."""
    tapes = {
        "SPY": load_tape("spy-us-1d-1998-2021", symbol="SPY"),
        "AAPL": load_tape("aapl-us-1d-2000-2024", symbol="AAPL"),
    }
    listed = [replace(ACME, symbol=symbol, tick=Decimal("0.0001")) for symbol in tapes]
    return _run(
        "us-reg-t@2026-11", {"trade_fee": "0"}, Mode.CROSS, listed, tapes,
        "2008-09-15T00:00:00Z", "2008-12-31T00:00:00Z", None,
    )  # fmt: skip


def stock_and_token(token: str = "TOKEN") -> Session:
    """The first call's ACME at a US broker, and a token that must be paid in full beside it."""
    folder = assets() / "rehearsals"
    tapes = {symbol: load_tape("acme.csv", folder, symbol) for symbol in ("ACME", token)}
    listed = [ACME, replace(ACME, symbol=token, kind=Kind.TOKEN)]
    return _run(
        "us-reg-t@2026-11", {"trade_fee": "0"}, Mode.CROSS, listed, tapes,
        "2024-01-01T00:00:00Z", "2024-01-13T00:00:00Z", None,
    )  # fmt: skip


def _session(
    venue: str,
    rules: dict[str, object],
    mode: Mode,
    instrument: Instrument,
    tape: Tape,
    start: str,
    end: str,
    keeper: Keeper | None,
) -> Session:
    tapes = {instrument.symbol: tape}
    return _run(venue, rules, mode, [instrument], tapes, start, end, keeper)


def _run(
    venue: str,
    rules: dict[str, object],
    mode: Mode,
    instruments: list[Instrument],
    tapes: dict[str, Tape],
    start: str,
    end: str,
    keeper: Keeper | None,
) -> Session:
    book = override(load_venue(venue).rulebook, rules)
    listed = {one.symbol: one for one in instruments}
    account = open_account("rehearsal", book, mode, Convention.WORST, listed)
    timeline = Timeline(tapes, parse_time(start), parse_time(end))
    session = Session(account, timeline, keeper or MemoryWriter())
    session.open_account(
        AccountOpened(
            at=timeline.start,
            venue=book.id,
            mode=mode,
            currency=book.currency,
            rules_hash=rules_hash(book),
            instruments=listed,
        )
    )
    return session


def folder() -> Path:
    """Where the rehearsals are."""
    return assets() / "rehearsals"
