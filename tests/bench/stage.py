"""What the measurements are made on: a compiled program, and accounts left in the middle of it."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from tests.cli.driving import REHEARSALS, installed
from tests.terminal import Terminal

START = datetime(2024, 1, 1, tzinfo=UTC)
SYMBOLS = [f"COIN{number:02}" for number in range(1, 21)]


def compiled() -> dict[str, str]:
    """The environment of a user who has started the program before."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def desk(ledger: Path) -> Terminal:
    """The desk on a terminal of 120x40."""
    return Terminal([installed(), "--ledger", ledger], environment=compiled())


def left_in_the_middle(rehearsal: Path, ledger: Path, bars: int) -> None:
    """An account that was played for some bars, with what its file wants done until then."""
    plan = load_rehearsal(rehearsal)
    session = begin(plan, ledger, rehearsal.stem)
    waiting = list(plan.actions)
    for _ in range(bars):
        session.advance()
        while waiting and waiting[0].at <= session.market.time:
            session.send(waiting.pop(0).command)
    session.close()


def crash(ledger: Path) -> None:
    """A bitcoin long in March 2020, an hour after it was bought."""
    left_in_the_middle(REHEARSALS / "black-thursday-isolated.toml", ledger, 120)


def twenty_positions(folder: Path, bars: int) -> Path:
    """A ledger with twenty perpetuals held at once, and a long tape of minutes ahead."""
    lines = ['title = "Twenty at once"', 'venue = "binance-usdm"', 'mode = "cross"']
    lines += ["[[do]]", f"at = {START:%Y-%m-%dT%H:%M:%SZ}", 'deposit = "1000000"']
    for place, symbol in enumerate(SYMBOLS):
        (folder / f"{symbol}.csv").write_text(_tape(place, bars), "utf-8")
        lines += ["[[tape]]", f'symbol = "{symbol}"', f'source = "{symbol}.csv"']
        lines += ["[[do]]", f"at = {START:%Y-%m-%dT%H:%M:%SZ}"]
        lines += [f'buy = {{ symbol = "{symbol}", quantity = "10", leverage = 2 }}']
    rehearsal, ledger = folder / "twenty.toml", folder / "ledger.db"
    rehearsal.write_text("\n".join(lines), "utf-8")
    left_in_the_middle(rehearsal, ledger, 10)
    return ledger


def _tape(place: int, bars: int) -> str:
    """Minutes that go up and down by a few cents around 100, each tape at its own pace."""
    rows = ["time,open,high,low,close,volume"]
    level = 10_000
    for bar in range(bars):
        step = (bar * (place + 3)) % 41 - 20
        close = 10_000 + step
        high, low = max(level, close) + 5, min(level, close) - 5
        time = f"{START + timedelta(minutes=bar):%Y-%m-%dT%H:%M:%SZ}"
        prices = ",".join(f"{cents // 100}.{cents % 100:02}" for cents in (level, high, low, close))
        rows.append(f"{time},{prices},1")
        level = close
    return "\n".join(rows) + "\n"


def told(what: str, seconds: list[float]) -> str:
    """Least, median and 95th percentile in milliseconds."""
    high = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    return (
        f"{what:<28} least {1000 * min(seconds):7.1f} ms   median {1000 * median(seconds):7.1f} ms"
        f"   p95 {1000 * high:7.1f} ms   ({len(seconds)} times)"
    )
