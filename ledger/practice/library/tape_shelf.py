"""Every price tape in the library, as a person chooses from them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.market.tapes.tape_file import parse_tape
from ledger.practice.library.catalog import tape_infos
from ledger.practice.library.listing import wrong_currency
from ledger.practice.library.own_tapes import OwnTape, own_tapes
from ledger.practice.library.pictures import picture
from ledger.refused import Refused
from ledger.times import DAY, Time, month_of

_BEFORE = 200
"""Bars of history before the proposed start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedTape:
    """A tape in the list. `currency` is empty if no file states it, `own` marks an imported one;
    `mark` and `funding` are the tapes that go with it. One that is `made` from the tape `source`
    has the keys of a token or an option."""

    id: str
    symbol: str
    title: str
    interval: str
    bars: int
    first: Time
    last: Time
    currency: str
    picture: str
    own: bool
    mark: str = ""
    funding: str = ""
    made: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @property
    def text(self) -> str:
        """The text that a search looks through: each year that it has prices of is in it, too."""
        first, last = month_of(self.first)[0], month_of(self.last)[0]
        years = " ".join(str(year) for year in range(first, last + 1))
        return f"{self.id} {self.symbol} {self.title} {self.interval} {self.currency} {years}"

    def cannot_trade(self, book: Rulebook) -> str:
        """Why a rule book's venue does not trade it; empty where it does."""
        if self.made and book.kind is not AccountKind.LOAN:
            return (
                f"{book.id} cannot trade {self.symbol}: it lends no money, so it has no tokens "
                "and no options"
            )
        problem = wrong_currency(self.source or self.id, book)
        return f"{book.id} cannot trade {self.symbol}: it {problem}" if problem else ""

    def suits(self, book: Rulebook) -> bool:
        """Whether it is what such a venue lists: in its money, and a perpetual where its book has
        funding."""
        has_funding = book.funding is not None
        return not self.currency or (
            self.currency == book.currency and bool(self.funding) == has_funding
        )


@dataclass(frozen=True, slots=True)
class TapeShelf:
    """The tapes; `faults` has a line for each imported one that cannot be read."""

    tapes: tuple[ShelvedTape, ...]
    faults: tuple[str, ...]


def tape_shelf() -> TapeShelf:
    """Imported tapes first, then the shipped ones in the manifest's order."""
    own, faults = own_tapes()
    wrong = list(faults)
    mine = list(_imported(own, wrong))
    shipped = [
        ShelvedTape(
            id=info.id,
            symbol=info.instrument.symbol,
            title=info.title,
            interval=info.interval,
            bars=info.bars,
            first=info.first,
            last=info.last,
            currency=info.instrument.currency,
            picture=info.picture,
            own=False,
            mark=info.mark or "",
            funding=info.funding or "",
        )
        for info in tape_infos()
        if info.kind == "price"
    ]
    return TapeShelf((*mine, *shipped), tuple(wrong))


def proposed_start(tapes: list[ShelvedTape]) -> Time:
    """About the first midnight at which every tape has 200 bars behind it, if it is long enough;
    of tapes that end before midnight, the time itself."""
    about = max(
        tape.first + (tape.last - tape.first) * min(_BEFORE, tape.bars // 2) // max(tape.bars, 1)
        for tape in tapes
    )
    midnight = -(-about // DAY) * DAY
    return midnight if midnight < min(tape.last for tape in tapes) else about


def _imported(own: tuple[OwnTape, ...], wrong: list[str]) -> Iterator[ShelvedTape]:
    """Those that can be read; the faults of the others are added to `wrong`."""
    for page in own:
        try:
            tape = parse_tape(
                page.read(),
                name=page.file.name,
                symbol=page.symbol,
                source=page.id,
                interval=page.seconds,
                continuous=page.continuous,
                market=page.market,
            )
        except Refused as refused:
            wrong += refused.faults
            continue
        yield ShelvedTape(
            id=page.id,
            symbol=page.symbol,
            title=f"yours, from {page.original}",
            interval=page.interval,
            bars=page.bars,
            first=page.first,
            last=page.last,
            currency="",
            picture=picture(tape.closes),
            own=True,
        )
