"""What other programs call the columns of a price table, and how each program is recognised.

Data, not code: a new program is a line here. Names are compared in lower case, without brackets,
quotes, underscores and dots.
"""

import re
from typing import NamedTuple


def words(text: str) -> tuple[str, ...]:
    """The words between commas."""
    return tuple(text.split(","))


TIMES = words(
    "unix,unix timestamp,unixtime,unix time,epoch,timestamp,timestamps,time,date,datetime,"
    "date time,date/time,open time,opentime,open timestamp,start,start time,starttime,timeopen,"
    "candle begin time,kline open time,window start,begin,begins at,t,ts,ts event,gmt time,"
    "local time,utc,"
    "utc time,time utc,time (utc),date (utc),dtyyyymmdd,day,bar time,datum,zeit,uhrzeit,fecha,"
    "hora,data,ora,heure,czas,godzina,tijd,tid,дата,время"
)
"""Columns that may hold the time at which a bar opens."""

ENDS = words(
    "close time,closetime,time close,timeclose,close timestamp,closing time,end,end time,endtime,"
    "time end,timeend,bar end,candle end,period end,window end,interval end,kline close time"
)
"""Columns that hold the time at which a bar closes: used where none has its open."""

PREFERRED_TIMES = words("unix,unix timestamp,unixtime,unix time,open time,opentime,timeopen")
"""Where a table has several such columns, one of these is used."""

PRICES = {
    "open": (
        "open,o,open price,opening,openprice,first,erster,eröffnung,eroeffnung,eröffn,eroffnung,"
        "eröffnungskurs,apertura,ouverture,ouv,abertura,otwarcie,öppning,открытие,откр"
    ),
    "high": (
        "high,h,high price,highprice,max,hoog,hoch,höchst,hoechst,tageshoch,haut,+haut,plus haut,"
        "alto,máximo,maximo,máxima,maxima,máx,massimo,max price,najwyzszy,najwyższy,максимум,макс"
    ),
    "low": (
        "low,l,low price,lowprice,min,laag,tief,tiefst,tagestief,bas,+bas,plus bas,bajo,baixo,"
        "mínimo,minimo,mínima,minima,mín,basso,min price,najnizszy,najniższy,минимум,мин"
    ),
    "close": (
        "close,c,close price,closeprice,closing,schluss,schlusskurs,schlußkurs,cierre,clôture,"
        "cloture,clôt,chiusura,fechamento,zamkniecie,zamknięcie,закрытие,закр"
    ),
}
"""The names of each price, the most common first."""

LAST_PRICES = "close/last,last,price,zuletzt,letzter,laatste,ultimo,último,dernier,цена"
"""Used as the close where no column has one of its own names."""

VOLUMES = (
    "tickvol,tick volume,tickvolume,stuecke,stücke,volume,vol,base volume,base asset volume,"
    "v,total volume,trade volume,trading volume,total trade quantity,total traded quantity,"
    "traded quantity,tottrdqty,ttl trd qnty,no of shares,no. of shares,shares traded,"
    "volumen,volumes,volym,wolumen,obrót,volumi,umsatz,objem,hacim,forgalom,omsætning,volum,vaihto,"
    "qty,quantity,объем,объём"
)
"""The names of the volume, best first: units rather than money, ticks rather than zeros."""

VOLUME_PARTS = (("up", "down"), ("up volume", "down volume"), ("upvol", "downvol"))
"""Two columns that add up to the volume: TradeStation's, for upticks and downticks."""

ZONES = words("timezone,time zone,tz,zone,exchange timezone,exchangetimezonename")
"""Columns with the time zone of each row."""

BILLIONTHS = frozenset(("rtype", "publisher id", "ts event", "instrument id"))
"""Databento's columns: prices without a decimal point are whole numbers of billionths."""

MONEY = ("usd", "usdt", "usdc", "busd", "eur", "gbp", "currency", "quote", "krw", "jpy")
"""What a second volume is counted in, as in `Volume USDT`."""

PARTS = frozenset(
    words(
        "contract,contract symbol,contract month,contract code,code,ts code,stock,stock code,ric,"
        "isin,cusip,tic,security,security id,product,instrument id,instrument name,expiry,"
        "expiration,expiry date,delivery,delivery month,maturity,strike,strike price,option type"
    )
)
"""Columns that identify the instrument of a row, other than by its symbol."""

SYMBOLS = frozenset(("symbol", "ticker", "instrument", "pair", "sym", "secid", "name", "asset"))

_NUMBERED = re.compile(r"^\d+[a-z]?\. ")
_SIGN = re.compile(r"[\s(\[]+[$€£¥₿]+[)\]]*$")
"""A currency sign after a name."""


def plain_name(name: str) -> str:
    """A column's name without what varies between programs.

    pandas writes yfinance's two header rows as one: `('Close', 'SPY')`.
    """
    name = name.strip().strip("<>[]\"'“”\ufeff ").lower()
    if name.startswith("('") and name.endswith("')"):
        name = name[2:-2].replace("', '", " ")
    name = _SIGN.sub("", _NUMBERED.sub("", name))
    return re.sub(r"[_\s]+", " ", name).strip(" .:*")


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name returned by `plain_name`: `date(utc)` has two."""
    return tuple(re.findall(r"[^\W_]+", name))


class Dialect(NamedTuple):
    """A program, known by the names (as `plain_name` gives them) that its header `has`.

    `continuous`: its markets never close.
    """

    id: str
    title: str
    has: frozenset[str] = frozenset()
    continuous: bool = False


def _known(id_: str, title: str, has: str, *, continuous: bool = False) -> Dialect:
    return Dialect(id_, title, frozenset(has.split(",")), continuous)


OWN = Dialect("tightrope", "Tightrope's own format")
BINANCE = Dialect("binance", "Binance klines", continuous=True)
KRAKEN = Dialect("kraken", "Kraken OHLCVT", continuous=True)
CRYPTO_DATA = Dialect("cryptodatadownload", "CryptoDataDownload", continuous=True)
METATRADER = Dialect("metatrader", "MetaTrader export")
TRADINGVIEW = Dialect("tradingview", "TradingView export")
YFINANCE = Dialect("yfinance", "yfinance table")
STOOQ_TABLE = Dialect("stooq", "Stooq daily table")
DATABENTO = Dialect("databento", "Databento, prices in billionths")
HISTDATA = Dialect("histdata", "HistData")
EUROPEAN = Dialect("european", "European table")
TABLE = Dialect("table", "table with a header")
BARE = Dialect("table", "table without a header")

BY_HEADER = (
    _known("cryptodatadownload", CRYPTO_DATA.title, "unix,date,symbol", continuous=True),
    _known("binance", BINANCE.title, "open time,close time", continuous=True),
    _known("kraken", KRAKEN.title, "vwap,count", continuous=True),
    _known("kraken", KRAKEN.title, "vwap,trades", continuous=True),
    _known("kraken", KRAKEN.title, "timestamp,volume,trades", continuous=True),
    _known("stooq", "Stooq export", "ticker,per"),
    _known("stooq", STOOQ_TABLE.title, "otwarcie,zamkniecie"),
    _known("metatrader", METATRADER.title, "tickvol"),
    _known("yfinance", YFINANCE.title, "dividends,stock splits"),
    _known("yahoo", "Yahoo Finance", "adj close"),
    _known("investing", "Investing.com", "price,change %"),
    _known("investing", "Investing.com", "zuletzt,+/- %"),
    _known("nasdaq", "Nasdaq.com", "close/last"),
)
"""Programs known by names in their header; the first match wins."""

STOOQ_HEADER = ("Date", "Open", "High", "Low", "Close", "Volume")
YFINANCE_HEADER = ("Close", "High", "Low", "Open", "Volume")
TRADINGVIEW_HEADER = ("time", "open", "high", "low", "close")
CRYPTO_DATA_MARK = "cryptodatadownload"
