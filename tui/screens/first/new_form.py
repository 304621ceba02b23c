"""The form of a new account: its rows, and the request that they make.

The request is that of `tightrope new`, which checks it: a form and a command give the same account.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ledger.market.rules.rulebook import Rulebook
from ledger.money import plain, round_down, trim
from ledger.practice.accounts.first_money import first_purse
from ledger.practice.accounts.hiding import Hiding
from ledger.practice.accounts.known import Known
from ledger.practice.accounts.names import slug
from ledger.practice.accounts.new_account import RANDOM, AccountRequest, TapeChoice
from ledger.practice.funds import MUCH, Funds
from ledger.practice.library.tape_shelf import ShelvedTape, proposed_start
from ledger.practice.library.venue_shelf import venue_shelf
from ledger.refused import Refused
from ledger.times import iso
from tui.text.entry import Unreadable, number
from tui.widgets.fields import Field, Values

NO_TWIN = "none"
ON_A_DATE, AT_RANDOM = "on a date", "anywhere at random"
_BOTH, _MARK, _FUNDING, _NEITHER = "mark and funding", "mark", "funding", "neither"
_NOT_HIDDEN = "nothing"
_HIDING = {
    "symbol, dates, scale": Hiding.BLIND,
    "the same, as an exam": Hiding.EXAM,
}
_ALL_TAPES, _ONE_TAPE = "all of these", "one of them, drawn"
_LESS, _MORE = "the usual", "more"
_IN_MORE = ("fills", "until", "rules", "incidents", "seed")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?Z?)?")
_LABELS = {
    "NAME": "Name",
    "--venue": "Rule book",
    "--mode": "Margin",
    "--tape": "Tape",
    "--start": "Date",
    "--until": "Until",
    "--deposit": "Deposit",
    "--twin": "Twin",
    "--fills": "Fills",
    "--set": "Rules",
    "--incidents": "Incidents",
    "--seed": "Seed",
    "--blind": "Hide",
}


def rows(tapes: Sequence[ShelvedTape], book: Rulebook, known: Known) -> tuple[Field, ...]:
    """Every row; `hidden` says which of them are shown. `taken` are names of accounts."""
    start = iso(proposed_start(list(tapes)))
    purse = first_purse(book.currency)
    funds = known.purses.get(book.currency, Funds(purse))
    return (
        Field("name", "Name", _free(tapes, known.taken), hint="small letters, digits, -", limit=40),
        Field("mode", "Margin", "", tuple(book.modes)),
        Field("beside", "Also use", "", _beside(tapes, book) or (_NEITHER,)),
        Field("start", "Start", "", (ON_A_DATE, AT_RANDOM)),
        Field("date", "Date", _shown(start), hint="2021-01-04 or 2021-01-04 09:00"),
        Field("purse", "Purse", plain(purse), hint=f"all your practice money, {book.currency}"),
        Field("deposit", "Deposit", _deposit(funds.left, book.currency), hint=book.currency),
        Field("twin", "Twin", NO_TWIN, (NO_TWIN, *twins_of(book))),
        Field("blind", "Hide", "", (_NOT_HIDDEN, *_HIDING)),
        Field("drawn", "Trade", "", (_ALL_TAPES, _ONE_TAPE)),
        Field("show", "Show", "", (_LESS, _MORE)),
        Field("fills", "Fills", "", ("worst", "ohlc")),
        Field("until", "Until", "", hint="a date; else the tapes' end"),
        Field("rules", "Rules", "", hint="loan_rate=0.08 trade_fee=0", limit=300),
        Field("incidents", "Incidents", "0", hint="drawn by the seed"),
        Field("seed", "Seed", "", hint="else one is drawn"),
    )


def _deposit(purse: Decimal, currency: str) -> str:
    """A fifth of what the purse holds: with more in accounts, much is said to be at risk."""
    return plain(trim(round_down(purse * MUCH, currency)))


def _shown(start: str) -> str:
    """`2021-01-04`, with the time where it is not midnight."""
    return start[:10] if start[11:16] == "00:00" else f"{start[:10]} {start[11:16]}"


def hidden(values: Values, tapes: Sequence[ShelvedTape], book: Rulebook, known: Known) -> set[str]:
    """Rows that have no effect with these values."""
    found = set() if values["show"] == _MORE else set(_IN_MORE)
    if values["start"] == AT_RANDOM:
        found.add("date")
    if not _beside(tapes, book):
        found.add("beside")
    if len(tapes) == 1 or any(tape.made for tape in tapes) or values["blind"] == _NOT_HIDDEN:
        found.add("drawn")
    if book.currency in known.purses:
        found.add("purse")
    return found


def requested(
    values: Values, tapes: Sequence[ShelvedTape], book: Rulebook, drawn: int
) -> AccountRequest:
    """The request in the form; `drawn` is the seed if none is given and chance decides something.

    Raises `Unreadable` for what is not a date, number or pair.
    """
    at_random = values["start"] == AT_RANDOM
    incidents = values["incidents"].strip()
    hiding = _HIDING.get(values["blind"], Hiding.NOTHING)
    chance = at_random or incidents not in ("", "0") or hiding is not Hiding.NOTHING
    return AccountRequest(
        name=values["name"].strip(),
        venue=book.id,
        mode=values["mode"],
        tapes=tuple(_tape(tape, values["beside"]) for tape in tapes),
        start=RANDOM if at_random else moment(values["date"], "Date"),
        until=moment(values["until"], "Until") if values["until"].strip() else None,
        deposit=_amount(values["deposit"]),
        fills=values["fills"],
        rules=_pairs(values["rules"]),
        incidents=incidents or None,
        seed=values["seed"].strip() or (str(drawn) if chance else "0"),
        twin=None if values["twin"] == NO_TWIN else values["twin"],
        hiding=hiding,
        draws_tape=hiding is not Hiding.NOTHING and values["drawn"] == _ONE_TAPE,
    )


def twins_of(book: Rulebook) -> tuple[str, ...]:
    """What a twin can be under: another mode of the book, or another book in its currency."""
    modes = [mode.value for mode in book.modes] if len(book.modes) > 1 else []
    others = [
        f"{page.rulebook.id}:{mode.value}"
        for page in venue_shelf().pages
        if page.rulebook.currency == book.currency and page.rulebook.id != book.id
        for mode in page.rulebook.modes
    ]
    return (*reversed(modes), *others)


def renamed(values: Values, tapes: Sequence[ShelvedTape], known: Known) -> str:
    """The name as far as it was only proposed: that of a blind account tells no symbol."""
    proposed = {_free(tapes, known.taken), _free_stem("blind", known.taken)}
    if values["name"] not in proposed:
        return values["name"]
    is_blind = values["blind"] != _NOT_HIDDEN
    return _free_stem("blind", known.taken) if is_blind else _free(tapes, known.taken)


def moment(typed: str, field: str) -> str:
    """`2021-01-04`, or with an hour `2021-01-04 09:00`, as the wire has it."""
    found = _DATE.fullmatch(typed.strip())
    if found is None:
        raise Unreadable(f"{field}: not a date; write it like 2021-01-04 or 2021-01-04 09:00")
    return f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}Z"


def complaints(refused: Refused) -> list[str]:
    """Faults of the command's options, naming the rows of the form."""
    return [_by_row(fault) for fault in refused.faults]


def _by_row(fault: str) -> str:
    option, colon, problem = fault.partition(": ")
    word, _, which = option.partition(" ")
    if not colon or word not in _LABELS:
        return fault
    return f"{' '.join(filter(None, (_LABELS[word], which)))}: {problem}"


def _beside(tapes: Sequence[ShelvedTape], book: Rulebook) -> tuple[str, ...]:
    """The mark and funding tapes that can be used too."""
    if book.funding is None:
        return ()
    marks, rates = any(tape.mark for tape in tapes), any(tape.funding for tape in tapes)
    fitting = {_BOTH: marks and rates, _MARK: marks, _FUNDING: rates}
    found = tuple(word for word, fits in fitting.items() if fits)
    return (*found, _NEITHER) if found else ()


def _tape(tape: ShelvedTape, beside: str) -> TapeChoice:
    if tape.made:
        return TapeChoice(symbol=tape.symbol, source=tape.source, made=tape.made)
    return TapeChoice(
        symbol=tape.symbol,
        source=tape.id,
        mark=tape.mark if tape.mark and beside in (_BOTH, _MARK) else None,
        funding=tape.funding if tape.funding and beside in (_BOTH, _FUNDING) else None,
    )


def _amount(typed: str) -> str:
    number(typed, "Deposit")
    return typed.strip().replace(",", "")


def _pairs(typed: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for text in typed.split():
        key, equals, value = text.partition("=")
        if not (key and equals and value) or key in found:
            raise Unreadable("Rules: write each once, like loan_rate=0.08")
        found[key] = value
    return tuple(found.items())


def _free(tapes: Sequence[ShelvedTape], taken: Sequence[str]) -> str:
    """A name made of the symbols that no account has."""
    return _free_stem(slug("-".join(tape.symbol for tape in tapes))[:36].strip("-"), taken)


def _free_stem(stem: str, taken: Sequence[str]) -> str:
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)
