"""What the pictures of a review may hold, and where they put what they show."""

from array import array
from xml.etree import ElementTree

import pytest

from ledger.reports.performance.distribution import Excursion, histogram
from ledger.reports.performance.equity_curve import DayResult, Growth
from ledger.reports.performance.results import Result, Verdict
from ledger.reports.pictures import charts
from ledger.reports.pictures.axes import Frame, ticks
from ledger.reports.pictures.svg import Drawing
from ledger.times import DAY, parse_time
from tests.hostile import STORABLE

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing: Drawing, kind: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(drawing.svg()).findall(f".//{SVG}{kind}")


def drawn(title: str) -> list[Drawing]:
    times = array("q", range(0, 400 * DAY, DAY))
    index = array("d", (1 + (n % 90) / 300 for n in range(400)))
    days = [
        DayResult(parse_time("2020-03-12T00:00:00Z") // DAY + n, (n % 7 - 3) / 100, n % 7 - 3, 100)
        for n in range(400)
    ]
    points = [
        Excursion(number=n, mae_r=n / 5, mfe_r=1.0, r=1.0, verdict=verdict)
        for n, verdict in enumerate(Verdict)
    ]
    bins = histogram([Result(net=1, r=r / 3, number=r) for r in range(-20, 40)])
    return [
        charts.equity(Growth(times, index, None), title),
        charts.r_histogram(bins, title),
        charts.calendar(days, title, lambda gain: f"{title} {gain}"),
        charts.scatter(points, title),
    ]


def test_text_from_outside_is_text_and_nothing_else() -> None:
    """Neither markup nor what a terminal or reader would act on, whatever an account is called."""
    for title in ("</text><script>alert(1)</script>", '" onload="x', *STORABLE, "\ufffe\uffff"):
        for drawing in drawn(title)[1:2]:
            root = ElementTree.fromstring(drawing.svg())
            kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
            assert kinds <= {"svg", "style", "rect", "line", "text", "title"}
            assert not any(name.startswith("on") for x in root.iter() for name in x.attrib)
            assert "\x1b" not in drawing.svg()


def test_a_picture_loads_nothing_and_runs_nothing() -> None:
    for drawing in drawn("account"):
        kinds = {
            element.tag.removeprefix(SVG)
            for element in ElementTree.fromstring(drawing.svg()).iter()
        }
        assert kinds.isdisjoint({"script", "image", "a", "use", "foreignObject"})
        assert "href" not in drawing.svg()
        assert "url(" not in drawing.svg()


def test_it_can_be_read_on_light_and_on_dark() -> None:
    assert all("prefers-color-scheme:dark" in drawing.svg() for drawing in drawn("x"))


def test_everything_drawn_is_inside_the_picture() -> None:
    for drawing in drawn("x"):
        for circle in elements(drawing, "circle"):
            assert 0 <= float(circle.attrib["cx"]) <= drawing.width
            assert 0 <= float(circle.attrib["cy"]) <= drawing.height
        for rect in elements(drawing, "rect"):
            right = float(rect.get("x", "0")) + float(rect.attrib["width"])
            low = float(rect.get("y", "0")) + float(rect.attrib["height"])
            assert right <= drawing.width
            assert low <= drawing.height
        for line in elements(drawing, "polyline"):
            for place in line.attrib["points"].split():
                x, y = map(float, place.split(","))
                assert 0 <= x <= drawing.width
                assert 0 <= y <= drawing.height


def test_a_day_has_its_own_cell() -> None:
    cells = elements(charts.calendar([DayResult(18_333, 0.1, 5, 55)], "x", str), "rect")
    (tip,) = (cell[0].text for cell in cells if len(cell))
    assert tip == "2020-03-12: 5 (+10.00%)"


def test_many_points_are_thinned_and_keep_their_extremes() -> None:
    """Of a year of minutes the one minute at which all was lost is still to be seen."""
    many = 500_000
    index = array("d", [1.0]) * many
    index[many // 3] = 0.25
    drawing = charts.equity(Growth(array("q", range(many)), index, None), "x")
    places = elements(drawing, "polyline")[0].attrib["points"].split()
    assert len(places) < 2_000
    lowest = max(float(place.split(",")[1]) for place in places)
    assert lowest > 200


def test_nothing_to_show_says_so() -> None:
    for drawing in (
        charts.equity(Growth(array("q"), array("d"), None), "x"),
        charts.r_histogram([], "x"),
        charts.calendar([], "x", str),
        charts.scatter([], "x"),
    ):
        assert "Nothing to show" in drawing.svg()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 10, [0, 2, 4, 6, 8, 10]), (0.83, 1.07, [0.85, 0.9, 0.95, 1.0, 1.05]), (5, 5, [5])],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert [round(each, 9) for each in ticks(low, high)] == expected


def test_a_frame_puts_low_values_below() -> None:
    frame = Frame(10, 20, 100, 50, (0, 1), (0, 2))
    assert frame.place(0, 0) == (10, 70)
    assert frame.place(1, 2) == (110, 20)
