"""How the figures are told: the machine, a table, and a chart that is a plain SVG."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from html import escape
from importlib.metadata import PackageNotFoundError, version
from math import ceil, floor, log10
from pathlib import Path
from statistics import fmean

WIDTH, LEFT, LINE = 860, 270, 26
"""Of the chart, in pixels: all of it, where the bars begin, the height of a row."""
OURS, OTHERS = "#2f6f9f", "#b9b9b9"


@dataclass(frozen=True, slots=True)
class Row:
    """One entrant's figures; `scale` is 1, or bars of the workload over those that were played."""

    title: str
    load: float
    runs: tuple[float, ...]
    busy: tuple[float, ...]
    scale: float
    remark: str
    """What it did, next to what the plain loop did; or why there are no figures."""

    @property
    def seconds(self) -> float:
        """The mean run, for the whole workload.

        A run of many seconds is a mean over whatever else the machine did meanwhile. Short ones
        are played as long as that, and averaged the same way: their median would be the machine's
        better or worse state, whichever prevailed.
        """
        return fmean(self.runs) * self.scale


def machine(packages: list[str]) -> list[str]:
    """What this ran on, and with which versions."""
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = "  ".join(f"{name} {_version(name)}" for name in packages)
    return [
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, {python}",
        f"load of the machine over 1, 5 and 15 minutes: {busy}",
        versions,
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def table(title: str, rows: list[Row], bars: int, against: str) -> list[str]:
    """Lines of a table: means, extremes, and how many times faster than one of the rows."""
    base = next((row.seconds for row in rows if row.title == against and row.runs), None)
    head = f"{'':<34}{'load s':>9}{'run s':>10}{'least':>10}{'most':>10}{'cpu s':>10}{'us/bar':>9}"
    lines = [title, f"{head}{'ratio':>12}  work"]
    for row in rows:
        if not row.runs:
            lines.append(f"{row.title:<34}{row.remark}")
            continue
        least, most = min(row.runs) * row.scale, max(row.runs) * row.scale
        ratio = _times(base / row.seconds) if base else ""
        lines.append(
            f"{row.title:<34}{row.load:9.3f}{row.seconds:10.4f}{least:10.4f}{most:10.4f}"
            f"{fmean(row.busy) * row.scale:10.4f}{row.seconds / bars * 1e6:9.3f}{ratio:>12}"
            f"  {row.remark}"
        )
    return [*lines, f"ratio: how many times faster than {against}, by the means of this run"]


def _times(ratio: float) -> str:
    """How many times faster; slower ones as a fraction."""
    return f"{ratio:,.2f}" if ratio >= 0.1 else f"1/{1 / ratio:,.0f}"


def chart(title: str, rows: list[Row], machine_line: str) -> str:
    """Seconds of each as bars on a logarithmic scale, as an SVG document."""
    shown = [row for row in rows if row.runs]
    low = floor(log10(min(row.seconds for row in shown)))
    high = ceil(log10(max(row.seconds for row in shown)))
    room = WIDTH - LEFT - 90
    height = 60 + LINE * len(shown) + 30

    def across(seconds: float) -> float:
        return LEFT + room * (log10(seconds) - low) / max(high - low, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="12" y="22" font-size="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="12" y="40" fill="#666">{escape(machine_line)}</text>',
    ]
    for power in range(low, high + 1):
        x = across(10.0**power)
        parts.append(f'<path d="M{x:.0f} 52V{height - 26}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{x:.0f}" y="{height - 10}" fill="#666" text-anchor="middle">'
            f"{10.0**power:g} s</text>"
        )
    for number, row in enumerate(shown):
        y, end = 56 + LINE * number, across(row.seconds)
        colour = OURS if row.title.startswith("ours") else OTHERS
        scaled = " (scaled)" if row.scale != 1 else ""
        parts += [
            f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(row.title)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{max(end - LEFT, 1):.0f}" height="18" '
            f'fill="{colour}"/>',
            f'<text x="{end + 6:.0f}" y="{y + 14}">{row.seconds:.3g} s{scaled}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
