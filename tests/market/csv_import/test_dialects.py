"""Each program's table becomes the bars it was made of. The bars are written out from the rows."""

import gzip
import io
import zipfile

import pytest

from ledger.market.csv_import.import_tape import read_foreign
from tests.market.csv_import.tables import FOLDER, bars_of, by_line, read

BLACK_THURSDAY = """
2020-03-12T08:00:00Z,7397.35,7470,7308.24,7383.06,22828.364
2020-03-12T09:00:00Z,7382.85,7392.95,7335,7357.61,9270.072
2020-03-12T10:00:00Z,7358.51,7368.5,5199.17,5981.07,144622.787
2020-03-12T11:00:00Z,5974.24,6500,5724.96,6038.38,66804.395
2020-03-12T12:00:00Z,6046.39,6299,5855.53,6015.92,41460.01
2020-03-12T13:00:00Z,6016.43,6097.6,5711.1,5988.84,34784.239
2020-03-12T14:00:00Z,5988.82,6204.79,5903.1,6086.09,31228.67
2020-03-12T15:00:00Z,6087.15,6149.99,6008,6122.46,18766.041
"""
APPLE = """
2020-03-02T00:00:00Z,70.57,75.36,69.43,74.7025,341397200
2020-03-03T00:00:00Z,75.9175,76,71.45,72.33,319475600
2020-03-04T00:00:00Z,74.11,75.85,73.2825,75.685,219178400
2020-03-05T00:00:00Z,73.88,74.8875,72.8525,73.23,187572800
2020-03-06T00:00:00Z,70.5,72.705,70.3075,72.2575,226176800
2020-03-09T00:00:00Z,65.9375,69.5225,65.75,66.5425,286744800
2020-03-10T00:00:00Z,69.285,71.61,67.3425,71.335,285290000
2020-03-11T00:00:00Z,69.3475,70.305,67.965,68.8575,255598800
2020-03-12T00:00:00Z,63.985,67.5,62,62.0575,418474000
2020-03-13T00:00:00Z,66.2225,69.98,63.2375,69.4925,370732000
"""
SPY = """
2020-03-02T00:00:00Z,298,309.15,294.46,309.09,207524129
2020-03-03T00:00:00Z,309.55,313.8,297.57,300.24,276438674
2020-03-04T00:00:00Z,306.11,313.1,303.33,312.86,150015051
2020-03-05T00:00:00Z,304.95,308.47,300.02,302.46,162185198
2020-03-06T00:00:00Z,293.08,298.78,290.24,297.46,201271746
2020-03-09T00:00:00Z,275.6,284.14,273.46,274.23,280056192
2020-03-10T00:00:00Z,284.76,288.52,273.5,288.42,248563890
2020-03-11T00:00:00Z,280.73,281.91,270.89,274.36,232891616
2020-03-12T00:00:00Z,256.05,266.64,247.72,248.11,347822422
2020-03-13T00:00:00Z,263.34,271.06,249.58,269.32,287485966
"""
SPY_MINUTES = """
2020-03-06T20:30:00Z,292.18,294.72,291.75,294.32,4932500
2020-03-06T20:35:00Z,294.33,295.27,293,293.17,4141400
2020-03-06T20:40:00Z,293.18,295.02,292.98,294.89,3837000
2020-03-06T20:45:00Z,294.89,295.87,294.43,295.46,4042100
2020-03-06T20:50:00Z,295.49,297.88,295.39,297.08,11230000
2020-03-06T20:55:00Z,297.09,298.78,296.93,297.42,11225000
"""
EURO = """
2015-01-15T08:00:00Z,1.177715,1.17775,1.175,1.175975,100
2015-01-15T09:00:00Z,1.175975,1.176605,1.15721,1.17241,101
2015-01-15T10:00:00Z,1.17241,1.177445,1.16678,1.168725,102
2015-01-15T11:00:00Z,1.168725,1.173325,1.166665,1.169325,103
2015-01-15T12:00:00Z,1.169325,1.174795,1.168015,1.17374,104
"""
FRANC = """
2015-01-09T00:00:00Z,1.20081,1.20098,1.20063,1.20075,33566
2015-01-12T00:00:00Z,1.20078,1.20103,1.20064,1.20076,18172
2015-01-13T00:00:00Z,1.20077,1.2009,1.20068,1.20079,10924
2015-01-14T00:00:00Z,1.20078,1.20082,1.20066,1.20072,15687
2015-01-15T00:00:00Z,1.20073,1.20086,0.97013,0.9756,99355
2015-01-16T00:00:00Z,0.97497,1.02485,0.97489,0.99372,161635
"""
TESLA = """
2010-06-29T00:00:00Z,1.266667,1.666667,1.169333,1.592667,281494500
2010-06-30T00:00:00Z,1.719333,2.028,1.553333,1.588667,257806500
2010-07-01T00:00:00Z,1.666667,1.728,1.351333,1.464,123282000
2010-07-02T00:00:00Z,1.533333,1.54,1.247333,1.28,77097000
2010-07-06T00:00:00Z,1.333333,1.333333,1.055333,1.074,103003500
2010-07-07T00:00:00Z,1.093333,1.108667,0.998667,1.053333,103825500
2010-07-08T00:00:00Z,1.076,1.168,1.038,1.164,115671000
"""
BARS = {
    "LUNAUSDT-1m-2022-05.csv": """
2022-05-01T00:00:00Z,78.1,78.19,78.02,78.02,4371.65
2022-05-01T00:01:00Z,78.02,78.04,77.88,77.91,3467.23
2022-05-01T00:02:00Z,77.91,78.23,77.91,78.22,5210.98
2022-05-01T00:03:00Z,78.22,78.43,78.12,78.43,2546.56
2022-05-01T00:04:00Z,78.43,78.45,78.33,78.45,2571.68
2022-05-01T00:05:00Z,78.46,78.48,78.28,78.3,2344.6
""",
    "EURCHF_D1.csv": FRANC + "2015-01-19T00:00:00Z,0.99443,1.0213,0.98693,1.02038,163015\n",
    "TSLA.csv": TESLA,
    "gspc.csv": """
1989-04-17T00:00:00Z,301.36,302.01,300.71,301.72,128540000
1989-04-18T00:00:00Z,301.72,306.25,301.72,306.02,208650000
1989-04-19T00:00:00Z,306.02,307.68,305.36,307.15,191510000
1989-04-20T00:00:00Z,307.15,307.96,304.53,306.19,175970000
1989-04-21T00:00:00Z,306.19,309.61,306.19,309.61,187310000
""",
    "yahoo-null-row.csv": TESLA,
    "BTCUSDT-1h-2020-03.csv": BLACK_THURSDAY,
    "BTCUSDT-5m-2025-10.csv": """
2025-10-10T21:00:00Z,114200.4,115060,114200.4,115006.9,4624.926
2025-10-10T21:05:00Z,115006.9,115075.6,114313.3,114382.4,3476.763
2025-10-10T21:10:00Z,114382.3,114567.5,109069,112137.6,19781.509
2025-10-10T21:15:00Z,112137.6,112539.5,102193.6,103441.3,39820.621
2025-10-10T21:20:00Z,103441.3,109550,101516.5,108473,18875.923
2025-10-10T21:25:00Z,108548.1,109847.8,105000,109183,10917.216
2025-10-10T21:30:00Z,109183,111589.3,108668.3,111342.5,6055.964
2025-10-10T21:35:00Z,111374.6,112000,110710,111505.3,4228.667
""",
    "binance-seconds.csv": BLACK_THURSDAY,
    "binance-ms-then-us.csv": BLACK_THURSDAY,
    "XBTUSD_1.csv": """
2024-08-05T06:20:00Z,50893.99,51122,50730.07,50988,342.70128
2024-08-05T06:21:00Z,50990,51058.3,50500.02,50644,494.84235
2024-08-05T06:22:00Z,50643.99,50752.84,50185.34,50307.22,666.73022
2024-08-05T06:23:00Z,50338.17,50436.01,50000.02,50256,703.5015
2024-08-05T06:24:00Z,50256,50258,49000,49338.49,1629.30919
2024-08-05T06:25:00Z,49351.26,50241.22,49314.54,49705.23,1001.04293
2024-08-05T06:26:00Z,49703.39,50228.45,49689.87,50129.36,539.27258
2024-08-05T06:27:00Z,50129.36,50665.67,50106.01,50450,517.69047
2024-08-05T06:28:00Z,50450.01,50454,50040.16,50274.23,420.79511
2024-08-05T06:29:00Z,50274.24,50358.6,49974,50012.02,404.31916
""",
    "yfinance-three-rows.csv": APPLE,
    "yfinance-history.csv": APPLE,
    "yfinance-hours.csv": """
2020-03-06T19:00:00Z,71.2075,71.3725,70.4975,70.635,22176036
2020-03-06T20:00:00Z,70.625,72.705,70.4,72.2575,59580884
2020-03-09T13:00:00Z,65.875,68.7775,65.75,68.1625,32982796
2020-03-09T14:00:00Z,68.16,69.345,67.3275,67.865,50451068
2020-03-09T15:00:00Z,67.8575,69.4075,67.5075,69.03,37531792
""",
    "AMEX_SPY, 5.csv": SPY_MINUTES,
    "spy-databento.csv": SPY_MINUTES,
    "spy-interactive-brokers.csv": SPY_MINUTES,
    "BINANCE_ETHUSDT.P, 60.csv": """
2021-05-19T10:00:00Z,2975.45,2986.69,2822,2861.98,393376.451
2021-05-19T11:00:00Z,2861.88,2871.74,2432,2723.82,1222665.449
2021-05-19T12:00:00Z,2724.63,2774.4,1960,2333.82,1279723.578
2021-05-19T13:00:00Z,2332.92,2618,1400.73,2485.17,496256.392
2021-05-19T14:00:00Z,2485.74,2625.25,2286.24,2614.63,362287.568
2021-05-19T15:00:00Z,2614.75,2780,2518.46,2750.7,543082.084
""",
    "spy_us_d.csv": SPY,
    "spy.us.txt": SPY,
    "spy-5-minutes.us.txt": SPY_MINUTES,
    "Binance_BTCUSDT_1h.csv": BLACK_THURSDAY,
    "cryptodatadownload-old.csv": BLACK_THURSDAY,
    "EURUSD_H1.csv": EURO,
    "EURUSD60.csv": EURO,
    "european-bitcoin.csv": BLACK_THURSDAY,
    "european-days.csv": FRANC,
    "S&P 500 Historical Data.csv": """
1987-10-12T00:00:00Z,311.07,311.07,306.76,309.39,141900000
1987-10-13T00:00:00Z,309.39,314.53,309.39,314.52,172900000
1987-10-14T00:00:00Z,314.52,314.52,304.78,305.23,207400000
1987-10-15T00:00:00Z,305.21,305.23,298.07,298.08,263200000
1987-10-16T00:00:00Z,298.08,298.92,281.52,282.7,338500000
1987-10-19T00:00:00Z,282.7,282.7,224.83,224.84,604300000
1987-10-20T00:00:00Z,225.06,245.62,216.46,236.83,608100000
1987-10-21T00:00:00Z,236.83,259.27,236.83,258.38,449600000
1987-10-22T00:00:00Z,258.24,258.38,242.99,248.25,392200000
1987-10-23T00:00:00Z,248.29,250.7,242.76,248.22,245600000
""",
    "own-xbtusd.csv": (FOLDER / "own-xbtusd.csv").read_text().partition("\n")[2],
}
UNDERSTOOD = {
    # dialect, symbol, interval, tick, newest first
    "LUNAUSDT-1m-2022-05.csv": ("binance", "LUNAUSDT", "1m", "0.01", False),
    "EURCHF_D1.csv": ("metatrader", "EURCHF", "1d", "0.00001", False),
    "TSLA.csv": ("yahoo", "TSLA", "1d", "0.000001", False),
    "gspc.csv": ("yfinance", "GSPC", "1d", "0.01", False),
    "yahoo-null-row.csv": ("yahoo", "YAHOO", "1d", "0.000001", False),
    "BTCUSDT-1h-2020-03.csv": ("binance", "BTCUSDT", "1h", "0.01", False),
    "BTCUSDT-5m-2025-10.csv": ("binance", "BTCUSDT", "5m", "0.1", False),
    "binance-seconds.csv": ("binance", "SECONDS", "1h", "0.01", False),
    "binance-ms-then-us.csv": ("binance", "MS", "1h", "0.01", False),
    "XBTUSD_1.csv": ("kraken", "XBTUSD", "1m", "0.01", False),
    "yfinance-three-rows.csv": ("yfinance", "AAPL", "1d", "0.0001", False),
    "yfinance-history.csv": ("yfinance", "YFINANCE", "1d", "0.0001", False),
    "yfinance-hours.csv": ("yfinance", "YFINANCE", "1h", "0.0001", False),
    "AMEX_SPY, 5.csv": ("tradingview", "SPY", "5m", "0.01", False),
    "BINANCE_ETHUSDT.P, 60.csv": ("tradingview", "ETHUSDT", "1h", "0.01", False),
    "spy_us_d.csv": ("stooq", "SPY", "1d", "0.01", False),
    "spy.us.txt": ("stooq", "SPY.US", "1d", "0.01", False),
    "spy-5-minutes.us.txt": ("stooq", "SPY.US", "5m", "0.01", False),
    "Binance_BTCUSDT_1h.csv": ("cryptodatadownload", "BTCUSDT", "1h", "0.01", True),
    "cryptodatadownload-old.csv": ("cryptodatadownload", "BTCUSDT", "1h", "0.01", True),
    "EURUSD_H1.csv": ("metatrader", "EURUSD", "1h", "0.000001", False),
    "EURUSD60.csv": ("metatrader", "EURUSD60", "1h", "0.000001", False),
    "european-bitcoin.csv": ("european", "EUROPEAN", "1h", "0.01", False),
    "european-days.csv": ("european", "EUROPEAN", "1d", "0.00001", False),
    "S&P 500 Historical Data.csv": ("investing", "SP", "1d", "0.01", True),
    "spy-databento.csv": ("databento", "SPY", "5m", "0.01", False),
    "spy-interactive-brokers.csv": ("table", "SPY", "5m", "0.01", False),
    "own-xbtusd.csv": ("tightrope", "OWN", "1m", "0.1", False),
}


def test_every_file_of_the_folder_is_here() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.name != "README.md"}
    assert files == set(BARS) == set(UNDERSTOOD)


@pytest.mark.parametrize("name", BARS)
def test_a_table_becomes_the_bars_it_was_made_of(name: str) -> None:
    assert bars_of(read(name)) == BARS[name].split()


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_was_understood_is_told(name: str) -> None:
    found = read(name)
    step = f"{found.tape.step:f}"
    assert (found.dialect, found.symbol, found.interval, step, found.newest_first) == (
        UNDERSTOOD[name]
    )


@pytest.mark.parametrize("name", BARS)
def test_the_same_table_packed_marked_and_with_other_line_ends_is_the_same_tape(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    text = data.replace(b"\r\n", b"\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.csv", data)
    others = [
        gzip.compress(data),
        packed.getvalue(),
        text.replace(b"\n", b"\r\n"),
        text.replace(b"\n", b"\r"),
        b"\n  \n" + text + b"\n\n",
    ]
    if "bitcoin" not in name:  # that one is Latin-1
        plain = data.decode("utf-8-sig")
        others += [plain.encode("utf-8-sig"), plain.encode("utf-16")]
    wanted = BARS[name].split()
    assert [bars_of(read_foreign(other, name)) for other in others] == [wanted] * len(others)


@pytest.mark.parametrize("name", ["TSLA.csv", "BTCUSDT-1h-2020-03.csv", "spy.us.txt"])
def test_blanks_around_the_fields_do_not_matter(name: str) -> None:
    text = (FOLDER / name).read_text().replace(",", " , ")
    assert bars_of(read_foreign(text.encode(), name)) == BARS[name].split()


def test_clean_tables_have_no_fault_but_what_is_there() -> None:
    faulty = {name: by_line(read(name)) for name in BARS if by_line(read(name))}
    assert faulty == {
        "TSLA.csv": [("closed", 6, 6)],  # the fifth of July 2010 was a holiday
        "yahoo-null-row.csv": [("empty", 5, 5), ("closed", 7, 7)],
        "gspc.csv": [("rounded", 2, 6)],
    }


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("LUNAUSDT-1m-2022-05.csv", "UTC (Unix time in milliseconds)"),
        ("BTCUSDT-5m-2025-10.csv", "UTC (Unix time in microseconds)"),
        ("binance-seconds.csv", "UTC (Unix time in seconds)"),
        ("binance-ms-then-us.csv", "UTC (Unix time in microseconds and milliseconds)"),
        ("AMEX_SPY, 5.csv", "converted to UTC by the offsets in the file"),
        ("TSLA.csv", "not needed: bars are dated 00:00 UTC on their day"),
    ],
)
def test_the_time_zone_is_told(name: str, zone: str) -> None:
    assert read(name).zone == zone


def test_times_without_a_zone_are_said_to_be_taken_as_utc() -> None:
    found = read("EURUSD_H1.csv")
    assert found.zone.startswith("none in the file: taken as UTC")
    assert found.zone_open


def test_a_zone_that_is_told_brings_the_times_to_utc() -> None:
    """Athens is two hours ahead in January and three in July."""
    found = read("EURUSD_H1.csv", zone="Europe/Athens")
    assert bars_of(found)[0].startswith("2015-01-15T06:00:00Z,")
    assert found.zone == "Europe/Athens, from --zone"
    fixed = read("EURUSD_H1.csv", zone="+03:00")
    assert bars_of(fixed)[0].startswith("2015-01-15T05:00:00Z,")


def test_columns_that_make_no_bar_are_named() -> None:
    assert read("TSLA.csv").aside == ("Adj Close",)
    assert read("EURUSD_H1.csv").aside == ("<VOL>", "<SPREAD>")
    assert dict(read("EURUSD_H1.csv").columns)["time"] == "<DATE> + <TIME>"
    assert dict(read("Binance_BTCUSDT_1h.csv").columns)["volume"] == "Volume BTC"
    assert read("Binance_BTCUSDT_1h.csv").heading == (1, 2)
    assert read("yfinance-three-rows.csv").heading == (1, 2, 3)


def test_exchanges_of_coins_never_close_and_stocks_have_sessions() -> None:
    coins = {"binance", "kraken", "cryptodatadownload"}
    continuous = {name for name in BARS if read(name).tape.continuous}
    assert continuous == {name for name, known in UNDERSTOOD.items() if known[0] in coins}
