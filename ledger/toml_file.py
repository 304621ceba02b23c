"""Reading a TOML file that a person wrote: exact numbers, and every fault with its key and line.

Rule books and rehearsals are read through this. Numbers are taken digit for digit, as strings or as
TOML numbers; no float comes between the file and the ledger.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from ledger.money import LARGEST
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import END_OF_TIME, FIRST_TIME, from_datetime

LARGEST_FILE = 1_000_000
"""Characters. A rehearsal of a thousand actions has a tenth of this."""

LONGEST_LINE = 500
"""Characters of a title, a reason or a note."""

_WIDEST = 10_000
"""Characters in a line of the file. The TOML reader's time on `a.a.a…` grows with its square."""

_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_HEADER = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]")
_KEY = re.compile(r'\s*"?([\w-]+)"?\s*=')


@dataclass(frozen=True, slots=True)
class Digits:
    """A TOML float as written: neither converted to a float nor mistaken for text."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_toml(text: str, name: str) -> dict[str, Any]:
    """The file's tables. Raises `Refused` if it is too large, too deep or not TOML."""
    if len(text) > LARGEST_FILE:
        raise Refused(f"{name}: the file is too large; allowed: up to {LARGEST_FILE} characters")
    if any(len(line) > _WIDEST for line in text.split("\n")):
        raise Refused(f"{name}: a line is too long; allowed: up to {_WIDEST} characters")
    try:
        return tomllib.loads(text, parse_float=Digits)
    except RecursionError:
        raise Refused(f"{name}: the tables are nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{name}: not valid TOML: {clean(str(error))}") from None
    except ValueError:  # a whole number too long for Python to convert
        raise Refused(f"{name}: a number has thousands of digits; allowed: up to 20") from None


class Table(BaseModel):
    """A table whose keys are all known, with values that are never coerced."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    later: ClassVar[tuple[str, ...]] = ()
    """Keys that the design has and this version does not."""


T = TypeVar("T", bound=Table)


def shown(value: object) -> str:
    """A value of the file, as a fault line quotes it."""
    if isinstance(value, str):
        return f'"{clean(value, 40)}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else clean(str(value), 40)


def to_number(value: object) -> Decimal:
    """A plain decimal number, digit for digit. Raises a pydantic error for anything else."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    text = ""
    if isinstance(value, Digits):
        text = value.text.replace("_", "").removeprefix("+")
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        text = str(value)
    if not _PLAIN.fullmatch(text):
        raise PydanticCustomError("number", f"{shown(value)} is not a plain number")
    return Decimal(text)


def to_whole(value: object) -> int:
    """A whole number, as a string or a TOML number."""
    number = to_number(value)
    if number != number.to_integral_value():
        raise PydanticCustomError(
            "whole", f"{shown(value)} does not fit; allowed: whole numbers such as 2"
        )
    return int(number)


def to_time(value: object) -> int:
    """Seconds since 1970 of a TOML date or an ISO 8601 string; without an offset it is UTC."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - taken as UTC
        if isinstance(value, datetime):
            seconds = from_datetime(value)
            if FIRST_TIME <= seconds < END_OF_TIME:
                return seconds
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError(
        "time",
        f"{shown(value)} is not a time between 1900 and 2199 in whole seconds; "
        'write it as "2024-01-31T09:30:00Z"',
    )


def to_line(value: object) -> str:
    """One line of text, without anything that could make a screen lie."""
    if not isinstance(value, str):
        raise PydanticCustomError("text", f"{shown(value)} is not text; allowed: text in quotes")
    line = clean(value, LONGEST_LINE + 1).strip()
    if len(line) > LONGEST_LINE:
        raise PydanticCustomError("text", f"is too long; allowed: up to {LONGEST_LINE} characters")
    return line


class Unit(StrEnum):
    """What a number counts: named in its type, for everything that shows it to a person."""

    SHARE = "share"
    """A fraction that reads as percent."""
    TIMES = "times"
    MONEY = "money"
    REQUIREMENTS = "requirements"
    """Multiples of a requirement."""
    SPAN = "span"
    DAYS = "days"
    SESSIONS = "sessions"


class Says:
    """What each word that a key can have means to a person: named in its type."""

    def __init__(self, **words: str) -> None:
        self.words = words


def like(pattern: str, allowed: str) -> AfterValidator:
    """Text of a form that is described to a person in words."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value, re.ASCII):
            raise PydanticCustomError("like", f"{shown(value)} does not fit; allowed: {allowed}")
        return value

    return AfterValidator(check)


Number = Annotated[Decimal, BeforeValidator(to_number)]
Positive = Annotated[Number, Field(gt=0, lt=LARGEST)]
Fraction = Annotated[Number, Field(ge=0, le=1), Unit.SHARE]
"""From 0 to 1."""
Whole = Annotated[int, BeforeValidator(to_whole)]
Moment = Annotated[int, BeforeValidator(to_time)]
Line = Annotated[str, BeforeValidator(to_line), Field(min_length=1)]
Location = tuple[str | int, ...]


def path_of(location: Location) -> str:
    """`do[3].buy.quantity`: lists are counted from one, as a reader counts them."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            path += f".{part}" if path else part
    return path


def line_of(text: str, location: Location) -> int | None:
    """The line of a key, found by the headers and keys at the start of lines; `None` if it is not
    found."""
    if not location:
        return None
    block, *rest = location
    wanted = 1
    if rest and isinstance(rest[0], int):
        wanted += rest[0]
        del rest[0]
    found, inside, seen, headed = None, False, 0, False
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            headed = True
            seen += header[1] == block
            inside = header[1] == block and seen == wanted
            found = number if inside else found
        elif (key := _KEY.match(line)) and (
            (inside and rest and key[1] == rest[0]) or (not headed and key[1] == block)
        ):
            return number
    return found


def fault(name: str, text: str, location: Location, problem: str) -> str:
    """One line: file, line, key, what is wrong and what is allowed."""
    line = line_of(text, location)
    where = f"{name}:{line}" if line else name
    return f"{where}: {path_of(location)}: {problem}" if location else f"{where}: {problem}"


def check_table(
    model: type[T],
    tables: Mapping[str, Any],
    text: str,
    name: str,
    at: Location = (),
    home: Callable[[Location], Location | None] = lambda place: place,
) -> T:
    """The tables, which are `at` a place in the file, as a model. Raises `Refused`.

    `home` gives the place in the file of tables that come from several.
    """
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise Refused(
            *(
                _told(name, text, (*at, *found["loc"]), _problem(model, found), home)
                for found in error.errors(include_url=False)
            )
        ) from None


def _told(
    name: str,
    text: str,
    place: Location,
    problem: str,
    home: Callable[[Location], Location | None],
) -> str:
    own = home(place)
    return fault(name, "", place, problem) if own is None else fault(name, text, own, problem)


def _problem(model: type[Table], found: ErrorDetails) -> str:
    kind, value, context = found["type"], found["input"], found.get("ctx", {})
    match kind:
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return _unknown(_table_at(model, found["loc"][:-1]), str(found["loc"][-1]))
        case "number":
            return f'{found["msg"]}; allowed: digits with at most one point, such as "1234.50"'
        case "enum" | "literal_error":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return f"{shown(value)} is not known; allowed: {allowed}"
        case "greater_than":
            return f"{shown(value)} is too small; allowed: more than {_limit(context['gt'])}"
        case "greater_than_equal":
            return f"{shown(value)} is too small; allowed: {_limit(context['ge'])} or more"
        case "less_than":
            return f"{shown(value)} is too large; allowed: less than {_limit(context['lt'])}"
        case "less_than_equal":
            return f"{shown(value)} is too large; allowed: at most {_limit(context['le'])}"
        case "too_short":
            return f"{shown(value)} has too few; allowed: at least {context['min_length']}"
        case "model_type":
            known = ", ".join(sorted(_table_at(model, found["loc"]).model_fields))
            return f"{shown(value)} is not a table; allowed: {{ … }} with keys of {known}"
        case "list_type":
            return f"{shown(value)} is not a list; allowed: [ … ], or [[ … ]] for tables"
        case "bool_type" | "bool_parsing":
            return f"{shown(value)} does not fit; allowed: true, false"
        case "string_too_short":
            return f"{shown(value)} is too short; allowed: text in quotes"
        case _ if "input should" in found["msg"].lower():
            return f"{shown(value)} does not fit; allowed: {found['msg'][13:].strip()}"
        case _:
            return found["msg"].removeprefix("Value error, ")


def _limit(bound: object) -> str:
    """A bound as a person writes it; pydantic gives decimals as `Decimal('1')`."""
    return str(bound).removeprefix("Decimal('").removesuffix("')")


def _unknown(table: type[Table], key: str) -> str:
    known = ", ".join(sorted(table.model_fields))
    what = "is not in this version" if key in table.later else "is not a key"
    return f"{what}; allowed: {known}"


def _table_at(model: type[Table], location: Location) -> type[Table]:
    """The table at a location."""
    here = model
    for part in location:
        if isinstance(part, str) and (field := here.model_fields.get(part)):
            here = _table_in(field.annotation) or here
    return here


def _table_in(annotation: Any) -> type[Table] | None:
    """The table inside `X | None`, `list[X]` or `Annotated[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((found for part in get_args(annotation) if (found := _table_in(part))), None)
