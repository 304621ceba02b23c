"""An SVG document, made of a few shapes. What it looks like is in one style sheet, for light and
for dark; a program that ignores the second shows the first, on its own background."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from ledger.text import clean

_LONGEST = 120
_LIGHT = {
    "paper": "#ffffff",
    "text": "#1f2328",
    "dim": "#59636e",
    "rule": "#d1d9e0",
    "line": "#0969da",
    "up": "#1a7f37",
    "down": "#cf222e",
}
_DARK = {
    "paper": "#0d1117",
    "text": "#e6edf3",
    "dim": "#9198a1",
    "rule": "#3d444d",
    "line": "#58a6ff",
    "up": "#3fb950",
    "down": "#f85149",
}
Point = tuple[float, float]


def _style() -> str:
    def inks(colours: dict[str, str]) -> str:
        return "".join(
            f".{name}{{fill:{colour}}}.{name}-line{{stroke:{colour};fill:none}}"
            for name, colour in colours.items()
        )

    return (
        f"{inks(_LIGHT)}text{{font-family:sans-serif;font-size:12px}}.title{{font-size:15px}}"
        ".small{font-size:10px}.right{text-anchor:end}.middle{text-anchor:middle}"
        f"@media (prefers-color-scheme:dark){{{inks(_DARK)}}}"
    )


class Drawing:
    """Shapes in the order in which they are painted. Ink is the name of a colour of the style."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self.width, self.height = width, height
        self._title = title
        self._parts: list[str] = []

    def rect(
        self, at: Point, size: Point, ink: str, *, opacity: float = 1.0, tip: str = ""
    ) -> None:
        """A filled rectangle; a viewer shows the `tip` when it is pointed at."""
        (x, y), (width, height) = at, size
        shade = "" if opacity == 1 else f' fill-opacity="{_n(opacity)}"'
        self._shape(
            f'rect class="{ink}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            f"{shade}",
            tip,
        )

    def dot(self, at: Point, radius: float, ink: str, *, tip: str = "") -> None:
        """A filled circle."""
        self._shape(
            f'circle class="{ink}" cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}"'
            ' fill-opacity="0.75"',
            tip,
        )

    def ring(self, at: Point, radius: float, ink: str, *, tip: str = "") -> None:
        """An empty circle."""
        self._shape(
            f'circle class="{ink}-line" cx="{_n(at[0])}" cy="{_n(at[1])}" r="{_n(radius)}"'
            ' stroke-width="1.5"',
            tip,
        )

    def line(self, begin: Point, end: Point, ink: str, *, dashed: bool = False) -> None:
        """A thin straight line."""
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<line class="{ink}-line" x1="{_n(begin[0])}" y1="{_n(begin[1])}"'
            f' x2="{_n(end[0])}" y2="{_n(end[1])}"{dashes}/>'
        )

    def path(self, points: Iterable[Point], ink: str, *, width: float = 1.5) -> None:
        """A line through points."""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._parts.append(
            f'<polyline class="{ink}-line" stroke-width="{_n(width)}" points="{places}"/>'
        )

    def area(self, points: Sequence[Point], ink: str, *, opacity: float) -> None:
        """A filled polygon."""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._parts.append(
            f'<polygon class="{ink}" fill-opacity="{_n(opacity)}" points="{places}"/>'
        )

    def text(self, at: Point, words: str, *styles: str) -> None:
        """One line of text: the styles are classes of the sheet, `text` or `dim` among them."""
        shown = escape(_told(words))
        self._parts.append(
            f'<text class="{" ".join(styles or ("text",))}" x="{_n(at[0])}" y="{_n(at[1])}">'
            f"{shown}</text>"
        )

    def _shape(self, shape: str, tip: str) -> None:
        kind = shape.partition(" ")[0]
        inside = f"<title>{escape(_told(tip))}</title>" if tip else ""
        self._parts.append(f"<{shape}>{inside}</{kind}>" if inside else f"<{shape}/>")

    def svg(self) -> str:
        """The document."""
        named = quoteattr(_told(self._title))
        return "\n".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>',
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}"'
                f' height="{self.height}" viewBox="0 0 {self.width} {self.height}" role="img"'
                f" aria-label={named}>",
                f"<style>{_style()}</style>",
                f'<rect class="paper" width="{self.width}" height="{self.height}"/>',
                *self._parts,
                "</svg>\n",
            )
        )


def _n(value: float) -> str:
    """A coordinate, to a hundredth."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _told(words: str) -> str:
    """Text from outside, cleaned; two characters that XML cannot hold are left out."""
    return clean(words, _LONGEST).replace("\ufffe", "").replace("\uffff", "")
