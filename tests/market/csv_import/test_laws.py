"""The laws of importing: no row is lost in silence, nothing but a refusal comes of garbage, and a
tape in another program's dress is the same tape."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.market.csv_import.import_tape import ForeignTape, read_foreign
from ledger.market.csv_import.layout import ImportOptions
from ledger.market.tapes.tape_file import HEADER, parse_tape
from ledger.refused import Refused
from tests.market.csv_import.tables import FOLDER, bars_of

Row = tuple[int, str, str, str, str, str]
"""Seconds since 1970, open, high, low, close, volume."""
FILES = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")


def lines_told(found: ForeignTape) -> set[int]:
    """Lines that are in the heading, that are bars, or that are told to be left out."""
    left_out = {
        line
        for fault in found.faults
        if fault.done.startswith("left out")
        for line in range(fault.line, fault.last_line + 1)
    }
    bars = set(found.lines)
    assert len(bars) == len(found.lines) == len(bars_of(found))
    assert not bars & set(found.heading)
    assert not bars & left_out
    return bars | left_out | set(found.heading)


def lines_of(text: str) -> set[int]:
    """The lines of a text that are not blank; separators alone hold nothing that could be lost."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return {number for number, line in enumerate(lines, start=1) if line.strip().strip("\t;|, ")}


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Refused):
        read_foreign(data, "t.csv")


@given(st.lists(st.sampled_from(["1", "2024-01-02", ";", ",", "\n", "\t", "open", '"', ".", "-"])))
def test_garbage_of_the_right_letters_is_refused_or_wholly_told(parts: list[str]) -> None:
    text = "Date,Open,High,Low,Close\n" + "".join(parts)
    try:
        found = read_foreign(text.encode(), "t.csv")
    except Refused:
        return
    assert lines_told(found) == lines_of(text)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_row_of_a_damaged_table_is_a_bar_or_told(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES))
    text = path.read_bytes().decode("utf-8-sig", "replace")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 30))
        junk = data.draw(st.text(alphabet="0123456789.,;-:TZ\t\n eNa\"'\u202e\x1b", max_size=8))
        text = text[:start] + junk + text[start + length :]
    try:
        found = read_foreign(text.encode(), path.name)
    except Refused:
        return
    assert lines_told(found) == lines_of(text)
    assert found.rows == len(lines_of(text)) - len(found.heading)


@given(st.data())
def test_rows_torn_repeated_and_shuffled_are_bars_or_told(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FILES))
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    heading = read_foreign(path.read_bytes(), path.name).heading
    every = text.strip("\n").split("\n")
    rows = every[len(heading) :]
    chosen = data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2 * len(rows)))
    text = "\n".join((*every[: len(heading)], *chosen))
    try:
        found = read_foreign(text.encode(), path.name, ImportOptions(dates="day-first"))
    except Refused:
        return
    assert lines_told(found) == lines_of(text)
    assert list(found.tape.times) == sorted(set(found.tape.times))


def moment(time: int) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def own(rows: list[Row]) -> bytes:
    lines = [f"{moment(row[0]):%Y-%m-%dT%H:%M:%SZ},{','.join(row[1:])}" for row in rows]
    return "\n".join((HEADER, *lines)).encode()


def padded(number: str) -> str:
    """With eight decimals, as Binance writes."""
    whole, _, part = number.partition(".")
    return f"{whole}.{part.ljust(8, '0')}"


def german(number: str) -> str:
    whole, _, part = number.partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{part}" if part else "")


def american(number: str) -> str:
    whole, _, part = number.partition(".")
    return f'"{int(whole):,}' + (f'.{part}"' if part else '"')


def binance(rows: list[Row], factor: int = 1_000) -> list[str]:
    return [
        ",".join((str(t * factor), *map(padded, rest), str((t + 3_600) * factor - 1), *"12345"))
        for t, *rest in rows
    ]


def kraken(rows: list[Row]) -> list[str]:
    return [f"{t},{','.join(rest)},17" for t, *rest in rows]


def tradingview(rows: list[Row]) -> list[str]:
    """In the time of New York in summer."""
    return [
        "time,open,high,low,close,Volume,EMA",
        *(
            f"{moment(t) - timedelta(hours=4):%Y-%m-%dT%H:%M:%S}-04:00,{','.join(rest)},NaN"
            for t, *rest in rows
        ),
    ]


def crypto_data(rows: list[Row]) -> list[str]:
    return [
        "https://www.CryptoDataDownload.com",
        "unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount",
        *(
            f"{t}.0,{moment(t):%Y-%m-%d %I-%p},BTC/USDT,{','.join(rest)},1,NULL"
            for t, *rest in reversed(rows)
        ),
    ]


def stooq(rows: list[Row]) -> list[str]:
    return [
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
        *(f"BTC,60,{moment(t):%Y%m%d,%H%M%S},{','.join(rest)},0" for t, *rest in rows),
    ]


def metatrader(rows: list[Row]) -> list[str]:
    return [
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>",
        *("\t".join((f"{moment(t):%Y.%m.%d\t%H:%M:%S}", *rest, "0", "3")) for t, *rest in rows),
    ]


def european(rows: list[Row]) -> list[str]:
    return [
        "Datum;Uhrzeit;Eröffnung;Hoch;Tief;Schlusskurs;Volumen",
        *(";".join((f"{moment(t):%d.%m.%Y;%H:%M}", *map(german, rest))) for t, *rest in rows),
    ]


def grouped(rows: list[Row]) -> list[str]:
    """Thousands in quotes, and a clock of twelve hours."""
    return [
        "Date,Open,High,Low,Close,Volume",
        *(
            ",".join((f"{moment(t):%d/%m/%Y %I:%M %p}", *map(american, rest)))
            for t, *rest in reversed(rows)
        ),
    ]


DRESSES: dict[str, Callable[[list[Row]], list[str]]] = {
    "binance, milliseconds": binance,
    "binance, seconds": lambda rows: binance(rows, 1),
    "binance, microseconds": lambda rows: binance(rows, 1_000_000),
    "kraken": kraken,
    "tradingview": tradingview,
    "cryptodatadownload": crypto_data,
    "stooq": stooq,
    "metatrader": metatrader,
    "european": european,
    "grouped": grouped,
}
MIDDLE = 1_718_280_000
"""2024-06-13T12:00:00Z: a day above twelve."""


@st.composite
def tapes(draw: st.DrawFn) -> list[Row]:
    """Hours of June 2024; prices with two decimals, one of them always written."""
    count = draw(st.integers(3, 30))
    rows: list[Row] = []
    for number in range(count):
        cents = draw(st.lists(st.integers(50_000, 7_000_000), min_size=4, max_size=4))
        low, opened, close, high = sorted(cents)
        four = [plain(cents_) for cents_ in (opened, high, low, close)]
        rows.append((MIDDLE + number * 3_600, *four, plain(draw(st.integers(1, 10**9)))))
    first = rows[0]
    return [(*first[:5], first[5].partition(".")[0] + ".25"), *rows[1:]]


def plain(cents: int) -> str:
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("dress", DRESSES)
@given(rows=tapes())
@settings(max_examples=30, deadline=None)
def test_a_tape_in_another_dress_is_the_same_tape(dress: str, rows: list[Row]) -> None:
    wanted = parse_tape(own(rows), name="own.csv", symbol="T")
    text = "\n".join(DRESSES[dress](rows))
    found = read_foreign(text.encode(), "t.csv").tape
    for column in ("times", "opens", "highs", "lows", "closes", "volumes"):
        assert list(getattr(found, column)) == list(getattr(wanted, column))
    assert (found.step, found.volume_step) == (wanted.step, wanted.volume_step)
    assert found.interval == wanted.interval == 3_600


@given(tapes())
def test_the_tape_that_is_kept_is_the_tape_that_was_read(rows: list[Row]) -> None:
    found = read_foreign(own(rows), "own.csv")
    assert gzip.decompress(found.packed).rstrip(b"\n") == own(rows)
    assert found.dialect == "tightrope"
