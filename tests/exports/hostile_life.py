"""A life in which every text is somebody else's, and the same life in plain words."""

from collections.abc import Callable
from pathlib import Path

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.books.store import Ledger
from tests.books.lives import Life, begin, lived
from tests.books.shelves import keep
from tests.worlds import D, World, broker, stock

TEXTS = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1:A9)",
    "+1",
    "-1",
    "\t=1",
    "a\nb",
    "a\r\n2024-01-01 open Assets:X",
    'a"\n2024-01-02 * "b',
    "x; y",
    "x  ; date:2020-01-01",
    "@ 5 USD",
    "{100 USD}",
    "two  spaces  7.00 USD",
    '"quoted"',
    "it's",
    "\\",
    '\\"',
    "[2020-13-01]",
    "date:nonsense, date2:x",
    "a | b",
    ":a:b: c:: system('x')",
    "(1) = 5.00 USD",
    "include /etc/passwd",
    "end comment",
    "<script>alert(1)</script>&amp;<!--",
    "漢字 é ä",
    "\x1b]0;x\x07",
    "\u202eabc",
    "~ 0",
    "%!*#",
    "x" * 200,
)
"""What spreadsheets, markup and plain-text books would act on."""


def life(called: Callable[[int], str]) -> Life:
    """Shares under the names that are given by number, bought with a note each."""
    symbols = [called(at)[:40] or "X" for at in range(len(TEXTS))]
    world = World(broker(), *(stock(symbol) for symbol in symbols))
    start = begin(world)
    prices = dict.fromkeys(symbols, ("100.00",) * 4)
    world.bar(prices, c.Deposit(amount=D("100000.00")))
    for at, symbol in enumerate(symbols):
        world.bar(
            prices,
            c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(at + 1), reason=called(at)),
            c.AddNote(text=called(at), tags=(called(at),)),
        )
    return lived(world, start)


def tame(at: int) -> str:
    return f"S{at}"


def hostile(at: int) -> str:
    """Each differs from the others in more than what is cleaned away."""
    return f"{TEXTS[at][:36]}{at}" if len(TEXTS[at]) > 36 else f"{TEXTS[at]}{at}"


def kept(folder: Path, called: Callable[[int], str], name: str) -> Path:
    """A ledger of that life, under that account's name."""
    folder.mkdir()
    path = folder / "ledger.db"
    with Ledger.open(path) as ledger:
        keep(ledger, life(called), name)
    return path
