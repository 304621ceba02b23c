"""The pictures of a review, drawn and written to files."""

from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from ledger.practice.review.review_view import ReviewView
from ledger.practice.words.formats import day, money
from ledger.refused import Refused
from ledger.reports.pictures import charts
from ledger.reports.pictures.svg import Drawing
from ledger.text import clean
from ledger.times import DAY

FORMATS = ("svg", "png", "pdf")
_SHARPER = 2
"""Pixels of a PNG for each of the drawing."""


def drawings(view: ReviewView) -> dict[str, Drawing]:
    """The four pictures, by the names of their files."""
    figures, account = view.figures, clean(view.account, 40)
    first, last = (day(each * DAY, year=True) for each in (view.first_day, view.last_day))
    where = f"{account}, {first}" if first == last else f"{account}, {first} to {last}"

    def cash(amount: float) -> str:
        return f"{money(Decimal(str(amount)), view.currency)} {view.currency}"

    return {
        "equity": charts.equity(figures.growth, where),
        "r-histogram": charts.r_histogram(figures.histogram, where),
        "calendar": charts.calendar(figures.days, where, cash),
        "excursions": charts.scatter(figures.excursions, where),
    }


def write_pictures(folder: Path, made: Mapping[str, Drawing], form: str) -> list[Path]:
    """Write them into a folder, which is made if need be, and return the files.

    A file that is there is never replaced. Raises `Refused`: for such a file, a folder that cannot
    be written, or a form that needs what is not installed.
    """
    render = _renderer(form)
    files = {folder / f"{name}.{form}": drawing for name, drawing in made.items()}
    for file in files:
        if file.exists():
            raise Refused(f"{file}: already exists; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, drawing in files.items():
            content = drawing.svg().encode() if render is None else render(drawing)
            with file.open("xb") as out:
                out.write(content)
    except (OSError, ValueError) as fault:
        raise Refused(f"{folder}: the pictures cannot be written: {fault}") from None
    return list(files)


class _Renderer:
    """CairoSVG, which turns an SVG into other forms."""

    def __init__(self, form: str) -> None:
        missing = (
            f"{form} pictures need CairoSVG and the library cairo: "
            "pip install 'tightrope[pictures]', or leave --format out for SVG"
        )
        try:
            module = import_module("cairosvg")
        except (ImportError, OSError):  # or it is there, and the library that it loads is not
            raise Refused(missing) from None
        self._convert = {"png": module.svg2png, "pdf": module.svg2pdf}[form]

    def __call__(self, drawing: Drawing) -> bytes:
        """The file's content."""
        content: bytes = self._convert(bytestring=drawing.svg().encode(), scale=_SHARPER)
        return content


def _renderer(form: str) -> _Renderer | None:
    return None if form == FORMATS[0] else _Renderer(form)
