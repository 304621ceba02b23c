"""What is no table of bars is refused by its own name, with what to do about it."""

import io
import zipfile

import pytest

from ledger.market.csv_import.import_tape import ForeignTape, read_foreign
from ledger.refused import Refused
from tests.market.csv_import.tables import bars_of, refused

ROWS = [f"2024-01-0{n},10,11,9,10,5" for n in (1, 2, 3)]
TABLE = "\n".join(("Date,Open,High,Low,Close,Volume", *ROWS)).encode()


def read_file(data: bytes, name: str = "t.dat") -> ForeignTape:
    return read_foreign(data, name)


def why(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_file(data)
    return "\n".join(caught.value.faults)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "what", "help_"),
    [
        (b"PAR1\x15\x04", "a Parquet file", "pandas.read_parquet(FILE).to_csv"),
        (b"ARROW1\0\0", "a Feather file", "pandas.read_feather(FILE).to_csv"),
        (zipped(xl__workbook_xml=b"<a/>", other_xml=b""), "a spreadsheet", "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook", "save the sheet as CSV"),
        (b"\x28\xb5\x2f\xfd\x04", "a zstd-compressed file", "unpack it"),
        (b"[[1722816000000, 58208.0], [1, 2]]", "JSON", "write a table of time, open"),
        (b'{"candles": []}', "JSON", "write a table of time, open"),
        (b"<!DOCTYPE html><html>", "a web page", "download the prices as CSV"),
    ],
)
def test_a_format_that_is_not_read_is_named_with_what_to_do(
    data: bytes, what: str, help_: str
) -> None:
    said = why(data)
    assert said.startswith(f"t.dat: this is {what}")
    assert help_ in said


def test_funding_rates_are_sent_where_they_are_read() -> None:
    """Binance's archive has three columns."""
    rows = [f"{1704067200000 + n * 28800000},8,0.0001" for n in range(9)]
    said = refused("calc_time,funding_interval_hours,last_funding_rate", *rows)
    assert said.startswith("t.csv: these are funding rates, not prices; write them in two columns")
    assert 'under [[tape]]: funding = "FILE"' in said


@pytest.mark.parametrize(
    "header",
    [
        "time,price,qty",
        "id,price,qty,quote_qty,time,is_buyer_maker",
        "time,bid,ask",
        "t,ask,bid,v,w",
    ],
)
def test_trades_and_quotes_are_no_bars(header: str) -> None:
    row = ",".join(str(n + 1) for n in range(header.count(",") + 1))
    assert "these are single trades or quotes, not bars" in refused(header, *[row] * 9)


def test_prices_that_are_missing_are_named() -> None:
    """CoinGecko has one price a day."""
    rows = [f"2013-04-{n} 00:00:00 UTC,135.3,1500517590,0.0" for n in range(10, 20)]
    said = refused("snapped_at,price,market_cap,total_volume", *rows)
    assert said.startswith("t.csv: open, high and low are missing (found: price)")
    rows = [f"2024-01-0{n},10,11,9,5" for n in range(1, 9)]
    said = refused("Date,Open,High,Low,Volume", *rows)
    assert said.startswith("t.csv: close is missing (found: high, low, open)")


def test_the_table_beside_a_report_is_the_one_that_is_meant() -> None:
    found = read_file(zipped(EURUSD_csv=TABLE, EURUSD_txt=b"Status report"))
    assert len(bars_of(found)) == 3
    found = read_file(zipped(EURUSD_txt=TABLE, readme_txt=b"how to read"))
    assert len(bars_of(found)) == 3
    said = why(zipped(a_csv=TABLE, b_csv=TABLE))
    assert said == (
        "t.dat: 2 files are inside, 2 of them tables; unpack it, and import one at a time"
    )
