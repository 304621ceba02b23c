"""What a header's names mean: units, symbols and other languages beside the names of prices."""

import pytest

from tests.market.csv_import.tables import bars_of, imported, refused

SPY = [
    "2020-03-02,298,309.15,294.46,309.09,207524129",
    "2020-03-03,309.55,313.8,297.57,300.24,276438674",
    "2020-03-04,306.11,313.1,303.33,312.86,150015051",
    "2020-03-05,304.95,308.47,300.02,302.46,162185198",
    "2020-03-06,293.08,298.78,290.24,297.46,201271746",
    "2020-03-09,275.6,284.14,273.46,274.23,280056192",
    "2020-03-10,284.76,288.52,273.5,288.42,248563890",
    "2020-03-11,280.73,281.91,270.89,274.36,232891616",
]
"""Genuine days of the shipped tape, as date, open, high, low, close, volume."""
BITCOIN = """
2020-03-12 09:00:00,7382.85,7392.95,7335,7357.61,9270.072
2020-03-12 10:00:00,7358.51,7368.5,5199.17,5981.07,144622.787
2020-03-12 11:00:00,5974.24,6500,5724.96,6038.38,66804.395
2020-03-12 12:00:00,6046.39,6299,5855.53,6015.92,41460.01
2020-03-12 13:00:00,6016.43,6097.6,5711.1,5988.84,34784.239
2020-03-12 14:00:00,5988.82,6204.79,5903.1,6086.09,31228.67
""".strip().split("\n")
"""Genuine hours of the shipped tape, in UTC."""
SPY_BARS = [row.replace(",", "T00:00:00Z,", 1) for row in SPY]
BITCOIN_BARS = [row.replace(" ", "T").replace(",", "Z,", 1) for row in BITCOIN]


def close_first(rows: list[str]) -> list[str]:
    """The columns in the order of yfinance: close, high, low, open, volume."""
    parts = [row.split(",") for row in rows]
    return [",".join((t, c, h, low, o, v)) for t, o, h, low, c, v in parts]


@pytest.mark.parametrize(
    "header",
    [
        "Date,\"('Close', 'SPY')\",\"('High', 'SPY')\",\"('Low', 'SPY')\","
        "\"('Open', 'SPY')\",\"('Volume', 'SPY')\"",
        "Date,Close_SPY,High_SPY,Low_SPY,Open_SPY,Volume_SPY",
        "Date,SPY_Close,SPY_High,SPY_Low,SPY_Open,SPY_Volume",
        "Date,Close (USD),High (USD),Low (USD),Open (USD),Volume (shares)",
        "date,close [$],high [$],low [$],open [$],volume",
    ],
)
def test_prices_are_found_beside_a_unit_or_a_symbol_in_any_order(header: str) -> None:
    assert bars_of(imported(header, *close_first(SPY))) == SPY_BARS


def test_prices_of_two_symbols_side_by_side_are_refused() -> None:
    header = "Date,Close_SPY,High_SPY,Low_SPY,Open_SPY,Close_GLD,High_GLD,Low_GLD,Open_GLD"
    rows = [f"{row.rpartition(',')[0]},1,1,1,1" for row in close_first(SPY)]
    assert "several sets of prices (spy, gld); import one symbol at a time" in refused(
        header, *rows
    )


def test_the_close_of_the_day_before_is_never_taken_for_the_close() -> None:
    rows = [f"{row.split(',')[0]},{row.split(',', 2)[2]}" for row in SPY]
    assert "close is missing" in refused("Date,High,Low,Prev Close,Open", *rows)


def test_columns_of_unknown_names_are_read_where_the_prices_tell_them() -> None:
    """Danish: each open lies nearer to the close before it than each close to the open before."""
    found = imported("Dato,Åbning,Høj,Lav,Luk,Volumen", *SPY)
    assert bars_of(found) == SPY_BARS
    assert dict(found.columns)["close"] == "Luk"
    back = imported("Dato,Åbning,Høj,Lav,Luk,Volumen", *reversed(SPY))
    assert bars_of(back) == SPY_BARS


@pytest.mark.parametrize("step", [1, -1])
def test_open_and_close_that_changed_places_under_unknown_names_are_refused(step: int) -> None:
    """By their size alone, close, high, low, open would pass for open, high, low, close."""
    rows = close_first(BITCOIN)[::step]
    assert "no header names the columns" in refused("Dato,Luk,Høj,Lav,Åbning,Volumen", *rows)
    assert "no header names the columns" in refused(*rows)


def test_under_unknown_names_only_a_volume_is_taken_for_the_volume() -> None:
    """Copied from Yahoo's page: its names of close and adjusted close have a note behind them."""
    header = "Date,Open,High,Low,Close Close price adjusted for splits.,Adj Close Adjusted,Volume"
    rows = [f"{row.rpartition(',')[0]},{row.split(',')[4]},{row.rpartition(',')[2]}" for row in SPY]
    found = imported(header, *rows)
    assert bars_of(found) == SPY_BARS
    assert found.aside == ("Adj Close Adjusted",)


@pytest.mark.parametrize("name", ["Date(UTC)", "Date (GMT)", "Gmt time", "timestamp_utc", "UTC"])
def test_a_header_that_names_utc_leaves_no_zone_open(name: str) -> None:
    found = imported(f"{name},Open,High,Low,Close,Volume", *BITCOIN)
    assert bars_of(found) == BITCOIN_BARS
    assert (found.zone, found.zone_open) == ("UTC, from the header", False)
    moved = imported(f"{name},Open,High,Low,Close,Volume", *BITCOIN, zone="+01:00")
    assert bars_of(moved)[0].startswith("2020-03-12T08:00:00Z,")


def test_another_zone_in_a_header_is_not_taken_for_utc() -> None:
    header = "Time (EST),Open,High,Low,Close,Volume"
    assert "the times are in EST, which is ambiguous; add --zone" in refused(header, *BITCOIN)
    found = imported(header, *BITCOIN, zone="-05:00")
    assert dict(found.columns)["time"] == "Time (EST)"


@pytest.mark.parametrize("name", ["Time", "Czas", "Kello"])
def test_a_time_of_day_behind_the_date_is_taken_whatever_it_is_called(name: str) -> None:
    rows = [row.replace(" ", ",", 1) for row in BITCOIN]
    found = imported(f"Date,{name},Open,High,Low,Close,Volume", *rows)
    assert bars_of(found) == BITCOIN_BARS
    assert dict(found.columns)["time"] == f"Date + {name}"


def test_polish_stooq_and_a_kraken_dump_with_a_header_are_known() -> None:
    stooq = imported("Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie,Wolumen", *SPY)
    assert (stooq.dialect, bars_of(stooq)) == ("stooq", SPY_BARS)
    kraken = imported(
        "timestamp,open,high,low,close,volume,trades", *(f"{row},7" for row in BITCOIN)
    )
    assert (kraken.dialect, bars_of(kraken)) == ("kraken", BITCOIN_BARS)
    assert kraken.tape.continuous


def test_an_indicator_of_tradingview_may_be_called_as_a_price_is() -> None:
    rows = [f"{row.rpartition(',')[0]},1,2,{row.rpartition(',')[2]}" for row in BITCOIN]
    found = imported("time,open,high,low,close,High,Low,Volume", *rows)
    assert bars_of(found) == BITCOIN_BARS
    assert found.aside == ("High", "Low")


def test_investing_com_in_portuguese_is_read() -> None:
    """The last price first, newest first, all in quotes."""
    rows = []
    for row in reversed(SPY):
        (year, month, day), *prices = row.split(",")[0].split("-"), *row.split(",")[1:5]
        opened, high, low, close = (price.replace(".", ",") for price in prices)
        cells = (f"{day}.{month}.{year}", close, opened, high, low, "1,5M", "0,1%")
        rows.append(",".join(f'"{cell}"' for cell in cells))
    found = imported('"Data","Último","Abertura","Máxima","Mínima","Vol.","Var%"', *rows)
    wanted = [f"{row.rpartition(',')[0]},1500000" for row in SPY_BARS]
    assert (bars_of(found), found.newest_first) == (wanted, True)


def test_the_exchange_before_a_symbol_is_no_symbol() -> None:
    header = "time,open,high,low,close,Volume"
    for name in ("BATS_SPY, 1D.csv", "CBOE_DLY_SPY, 1D_8f2c1.csv", "SPY.csv"):
        assert imported(header, *SPY, name=name).symbol == "SPY"
