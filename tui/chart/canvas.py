"""The chart as a grid of characters: a pure function of candles, levels, fills and size.

Every cell holds two half rows, so a candle is exact to half a row. Where colour cannot tell a fall
from a rise (`Look.mono`, and in ASCII) the glyph does: a rise is solid, a fall lighter. Names and
figures are written last, so that no candle ever covers the price of a liquidation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui.chart.averages import moving_average
from tui.chart.axes import (
    Scale,
    Tag,
    figure_of,
    fit_scale,
    fitted,
    price_labels,
    stacked,
    tags_by_row,
    time_labels,
)
from tui.chart.fan import Fan, draw_fan, label_fan, width_of
from tui.chart.model import Candle, Grid, Level, Look, Mark, is_price
from tui.chart.model import resample as resample
from tui.text import format as fmt

_WICK = {"WW": "│", "W ": "╵", " W": "╷"}
_BLOCK = {"BB": "█", "B ": "▀", " B": "▄", "BW": "╿", "WB": "╽", **_WICK}
_THIN = {"BB": "┃", "B ": "╹", " B": "╻", "BW": "╿", "WB": "╽", **_WICK}
_ASCII_RISE = {key: "#" if "B" in key else "|" for key in _BLOCK}
_ASCII_FALL = {key: "o" if "B" in key else "|" for key in _BLOCK}
_LINES = {
    "entry": "╌", "stop": "┄", "target": "┄", "call": "╍", "liquidation": "━", "last": "·",
}  # fmt: skip
_MARKS = {"buy": fmt.UP, "sell": fmt.DOWN, "forced": "×"}
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_HOLE, _GRID = "┊", "·"
_AVERAGE, _CROSS = "•", "│─"
_EMPTY = (" ", _GRID, _HOLE)

_LEAST_WIDTH, _LEAST_HEIGHT = 16, 4
_VOLUME_FROM = 12
"""Rows from which a pane for the volume is worth its space."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The layout: widths of the plot and of its candles, rows of prices and of volume."""

    plot: int
    past: int
    prices: int
    volume: int


@dataclass(frozen=True, slots=True)
class _Column:
    """A visible candle and the column of its wick; `hole` is the column of the gap before it."""

    x: int
    candle: Candle
    hole: int | None


def draw(
    candles: Sequence[Candle],
    levels: Sequence[Level],
    width: int,
    height: int,
    *,
    marks: Sequence[Mark] = (),
    look: Look | None = None,
    fan: Fan | None = None,
) -> Grid:
    """The picture of the newest candles that fit, with every level named exactly once.

    A fan is drawn only with the newest candle in view: it begins there.
    """
    look = look or Look()
    grid = Grid(max(width, 0), max(height, 0))
    levels = [level for level in levels if is_price(level.price)]
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT or not (candles or levels):
        return grid
    last = _last_price(candles, levels)
    end = max(0, len(candles) - max(look.back, 0))
    if end < len(candles):
        marks = [mark for mark in marks if mark.time < candles[end].time]
        fan = None
    frame, columns = _fit(candles[:end], levels, grid, look, fan)
    ahead = range(frame.past, frame.plot)
    known = [column.candle for column in columns]
    reach = fan.reach if fan and ahead else ()
    scale = fit_scale(known, levels, frame.prices, reach, tall=look.tall, log=look.log)
    _draw_price_grid(grid, scale, frame)
    _draw_holes(grid, columns, frame)
    _draw_levels(grid, levels, scale)
    if fan is not None and ahead:
        draw_fan(grid, fan, scale, ahead, frame.prices)
    _draw_averages(grid, candles[:end], columns, scale, look)
    for column in columns:
        _draw_candle(grid, column, scale, look)
    _draw_volume(grid, columns, frame)
    _draw_marks(grid, marks, columns, scale, look)
    _draw_times(grid, columns, look, frame.past - 2 if ahead else grid.width)
    if fan is not None and ahead:
        label_fan(grid, fan, ahead)
    _draw_crosshair(grid, columns, scale, frame, look)
    tags = stacked(tags_by_row(levels, scale, look, last), scale.rows, grid.width)
    _draw_gutter(grid, tags, scale, frame)
    if look.ascii:
        grid.chars = [list(fmt.asciify("".join(row))) for row in grid.chars]
    return grid


def columns_seen(
    candles: Sequence[Candle], levels: Sequence[Level], width: int, height: int, look: Look
) -> int:
    """How many candles a picture of this size shows, where no fan is drawn."""
    end = max(0, len(candles) - max(look.back, 0))
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT or not end:
        return 0
    return len(_fit(candles[:end], levels, Grid(width, height), look, None)[1])


def legend(candle: Candle, look: Look, *, brief: bool = False) -> str:
    """The four prices of one candle in words, for the border of the chart, and its change; `brief`
    without it."""
    if not candle.is_drawable:
        return ""
    prices = (candle.open, candle.top, candle.bottom, candle.close)
    figures = [fmt.price(Decimal(repr(value)), look.tick) for value in prices]
    gap = " " if brief else "  "
    text = gap.join(f"{name} {figure}" for name, figure in zip("OHLC", figures, strict=True))
    if brief or candle.open <= 0:
        return text
    return f"{text}  {fmt.signed_percent(Decimal(repr(candle.close / candle.open - 1)), 2)}"


def _last_price(candles: Sequence[Candle], levels: Sequence[Level]) -> float | None:
    price = next((level.price for level in levels if level.kind == "last"), None)
    if price is None and candles and candles[-1].is_drawable:
        return candles[-1].close
    return price


def _fit(
    candles: Sequence[Candle], levels: Sequence[Level], grid: Grid, look: Look, fan: Fan | None
) -> tuple[_Frame, list[_Column]]:
    plot = grid.width - min(_gutter(candles, levels, look), grid.width // 2)
    past = plot - width_of(fan, plot)
    columns = _columns(candles, past, look.step)
    has_volume = any(_traded(column.candle) > 0 for column in columns)
    pays = look.volume and has_volume and grid.height >= _VOLUME_FROM
    volume = max(2, grid.height // 7) if pays else 0
    return _Frame(plot, past, grid.height - 1 - volume, volume), columns


def _gutter(candles: Sequence[Candle], levels: Sequence[Level], look: Look) -> int:
    """The width of the longest tag of a level on the scale, or of the longest price on the axis."""
    tags = (len(f" {fmt.plain(level.name, 14)} {figure_of(level, look.tick)} ") for level in levels)
    close = next((c.close for c in reversed(candles) if c.is_drawable), 0.0)
    return max(*tags, len(fmt.price(Decimal(repr(close)), look.tick)) + 2, 0)


def _columns(candles: Sequence[Candle], plot: int, step: int) -> list[_Column]:
    """As many columns as there is room for, from the newest candle at the right."""
    half, right = _half_body(step), plot - 2
    columns: list[_Column] = []
    for candle in reversed(candles):
        if right - 2 * half < 0:
            break
        if not candle.is_drawable:
            continue
        x, right = right - half, right - max(step, 1)
        hole = right - half if candle.hole_before else None
        columns.append(_Column(x, candle, hole))
        if hole is not None:
            right -= max(step, 1)
    return columns[::-1]


def _half_body(step: int) -> int:
    """Columns of the body on either side of the wick."""
    return max(0, (step - 2) // 2)


def _draw_price_grid(grid: Grid, scale: Scale, frame: _Frame) -> None:
    for y in price_labels(scale):
        for x in range(1, frame.plot, 4):
            grid.put(x, y, _GRID, "grid")


def _draw_holes(grid: Grid, columns: Sequence[_Column], frame: _Frame) -> None:
    for column in columns:
        if column.hole is not None:
            for y in range(frame.prices + frame.volume):
                grid.put(column.hole, y, _HOLE, "hole")


def _draw_levels(grid: Grid, levels: Sequence[Level], scale: Scale) -> None:
    """Draw the last price first: it is the line that others may hide."""
    for level in sorted(levels, key=lambda level: level.kind != "last"):
        if scale.holds(level.price):
            grid.write(0, scale.row(level.price), _LINES[level.kind] * grid.width, level.kind)


def _draw_candle(grid: Grid, column: _Column, scale: Scale, look: Look) -> None:
    candle = column.candle
    if candle.bottom > scale.high or candle.top < scale.low:
        return
    rises = candle.close >= candle.open
    style = "up" if rises else "down"
    glyphs = _glyphs(rises, look)
    top, bottom = scale.half(candle.top), scale.half(candle.bottom)
    body = sorted((scale.half(candle.open), scale.half(candle.close)))
    side = _half_body(look.step)
    for y in range(top // 2, bottom // 2 + 1):
        key = _part(2 * y, top, bottom, body) + _part(2 * y + 1, top, bottom, body)
        grid.put(column.x, y, glyphs[key], style)
        if side and "B" in key:
            wing = glyphs[key.replace("W", " ")]
            grid.write(column.x - side, y, wing * side, style)
            grid.write(column.x + 1, y, wing * side, style)


def _glyphs(rises: bool, look: Look) -> dict[str, str]:
    """Blocks; thin lines where candles touch each other, or where they must mark a fall."""
    if look.ascii:
        return _ASCII_RISE if rises else _ASCII_FALL
    thin = not rises if look.mono else look.step < 2
    return _THIN if thin else _BLOCK


def _part(half: int, top: int, bottom: int, body: list[int]) -> str:
    if body[0] <= half <= body[1]:
        return "B"
    return "W" if top <= half <= bottom else " "


def _draw_averages(
    grid: Grid,
    candles: Sequence[Candle],
    columns: Sequence[_Column],
    scale: Scale,
    look: Look,
) -> None:
    """Each as a dotted line through the columns, over the candles' own past, seen or not."""
    drawable = [candle for candle in candles if candle.is_drawable]
    for number, length in enumerate(look.averages):
        values = moving_average(drawable, length)[len(drawable) - len(columns) :]
        for column, value in zip(columns, values, strict=True):
            if value is not None and scale.holds(value):
                grid.put(column.x, scale.row(value), _AVERAGE, f"average-{number % 2 + 1}")


def _draw_crosshair(
    grid: Grid, columns: Sequence[_Column], scale: Scale, frame: _Frame, look: Look
) -> None:
    """Through the candle that is looked at, up and down, and across at its close."""
    if look.cursor is None or look.cursor >= len(columns):
        return
    column = columns[-1 - look.cursor]
    close = column.candle.close
    for y in range(frame.prices + frame.volume):
        if grid.chars[y][column.x] in _EMPTY:
            grid.put(column.x, y, _CROSS[0], "crosshair")
    if scale.holds(close):
        y = scale.row(close)
        for x in range(frame.plot):
            if x != column.x and grid.chars[y][x] in _EMPTY:
                grid.put(x, y, _CROSS[1], "crosshair")


def _draw_volume(grid: Grid, columns: Sequence[_Column], frame: _Frame) -> None:
    if not frame.volume:
        return
    traded = [_traded(column.candle) for column in columns]
    most = max(traded)
    floor = frame.prices + frame.volume - 1
    for column, volume in zip(columns, traded, strict=True):
        rises = column.candle.close >= column.candle.open
        eighths = round(volume / most * 8 * frame.volume)
        for up in range(frame.volume):
            if part := min(max(eighths - 8 * up, 0), 8):
                style = "volume-up" if rises else "volume-down"
                grid.put(column.x, floor - up, _EIGHTHS[part], style)
    label = f"{fmt.compact(Decimal(repr(most)))} "
    grid.write(grid.width - len(label), frame.prices, label, "axis")


def _traded(candle: Candle) -> float:
    return candle.volume if is_price(candle.volume) and candle.volume > 0 else 0.0


def _draw_marks(
    grid: Grid, marks: Sequence[Mark], columns: Sequence[_Column], scale: Scale, look: Look
) -> None:
    """Draw each fill at its price, in the gap before its candle if there is one."""
    times = [column.candle.time for column in columns]
    for mark in marks:
        index = bisect_right(times, mark.time) - 1
        if index >= 0 and is_price(mark.price):
            x = max(0, columns[index].x - look.step // 2)
            grid.put(x, scale.row(mark.price), _MARKS[mark.kind], f"mark-{mark.kind}")


def _draw_times(grid: Grid, columns: Sequence[_Column], look: Look, width: int) -> None:
    places = [(column.x, column.candle.time) for column in columns]
    for x, text in time_labels(places, max(look.step, 1), width):
        grid.write(x, grid.height - 1, text, "axis")


def _draw_gutter(grid: Grid, tags: dict[int, list[Tag]], scale: Scale, frame: _Frame) -> None:
    """Draw the prices of the axis, then the tags over them; both end at the right edge."""
    for y, label in price_labels(scale).items():
        if y not in tags:
            grid.write(max(frame.plot, grid.width - len(label) - 1), y, label, "axis")
    for y, row_tags in tags.items():
        row = fitted(row_tags, grid.width)
        x = grid.width - sum(len(text) for text, _ in row)
        for text, style in row:
            grid.write(x, y, text, style)
            x += len(text)
