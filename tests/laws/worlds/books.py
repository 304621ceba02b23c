"""The shipped rule books as worlds use them: as they are, and with `[rules]` drawn by chance."""

from functools import lru_cache
from random import Random

from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Rulebook
from ledger.practice.library.files import assets
from ledger.practice.library.venue_shelf import load_venue
from ledger.refused import Refused

VARIANTS = 24
"""Of each rule book so many ways to override it are drawn; the first is the book as it is."""

RULES: dict[str, tuple[str, ...]] = {
    "initial_margin": ("0.05", "0.25", "0.4", "0.5", "1"),
    "maintenance_margin": ("0.01", "0.05", "0.15", "0.25", "0.40"),
    "exchange_margin": ("0.15", "0.25", "0.30"),
    "maintenance_amount": ("0", "1", "50"),
    "maintenance_at": ("mark", "entry"),
    "max_leverage": ("2", "3", "10", "20"),
    "loan_rate": ("0", "0.05", "0.10", "0.60"),
    "day_count": ("360", "365"),
    "trade_fee": ("0", "0.0004", "0.002", "0.01"),
    "opening_fee": ("0", "0.001"),
    "rollover_fee": ("0", "0.001"),
    "borrow_fee": ("0", "0.30"),
    "liquidation_fee": ("0", "0.005", "0.03"),
    "forced_sale_slippage": ("0", "0.01"),
    "funding_rate": ("0.5", "-0.4"),
    "due_sessions": ("0", "1", "3"),
    "clear_band": ("0", "0.05"),
    "judged": ("always", "close"),
    "minimum_equity": ("0", "2000", "5000"),
    "auto_borrow": ("true", "false"),
    "auto_repay": ("true", "false"),
}
"""Keys of `[rules]` with what they are drawn from; what a book has not is left out of it."""


@lru_cache(1)
def names() -> tuple[str, ...]:
    """The shipped rule books, by their ids."""
    return tuple(sorted(path.stem for path in (assets() / "venues").glob("*.toml")))


@lru_cache(None)
def book(name: str, variant: int) -> tuple[Rulebook, dict[str, str]]:
    """A rule book and the keys of `[rules]` that it was given."""
    plain = load_venue(name).rulebook
    if not variant:
        return plain, {}
    chance = Random(f"{name}:{variant}")
    rules: dict[str, str] = {}
    for key in chance.sample(list(RULES), 8):
        tried = {**rules, key: chance.choice(RULES[key])}
        if len(tried) <= 1 + variant % 4 and _fits(plain, tried):
            rules = tried
    return override(plain, rules), rules


def _fits(plain: Rulebook, rules: dict[str, str]) -> bool:
    try:
        override(plain, rules)
    except Refused:
        return False
    return True
