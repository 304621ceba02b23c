"""What stands above and below the list of accounts: how many there are, and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.practice.accounts.overview import AccountRow
from ledger.practice.accounts.purse import PurseRow
from tui.text import format as fmt
from tui.widgets.keybar import Hint
from tui.widgets.lines import Line

ASKED = (Hint((("Enter", "none"),), "done"), Hint((("Esc", "back"),), "cancel"))
"""The keys while a question is asked."""


def head(
    rows: Sequence[AccountRow],
    shown: int,
    purses: Sequence[PurseRow],
    sought: str,
    *,
    archived_too: bool,
) -> Line:
    """How many accounts there are, what the purses hold, and the filter."""
    away = sum(row.is_archived for row in rows)
    runs: list[tuple[str, str]] = [(" ACCOUNTS ", "title"), (f"  {shown} shown", "dim")]
    if away:
        words = "with the archived ones" if archived_too else f"{away} archived"
        runs.append((f", {words}", "dim"))
    held = [f"{fmt.money(p.left, p.currency)} {p.currency}" for p in purses]
    runs.append((f"   purse {', '.join(held)}" if held else "", ""))
    if sought:
        runs.append((f"  filter: {fmt.plain(sought, 40)} ", "tab"))
    return runs


def keys(row: AccountRow | None, rows: Sequence[AccountRow], *, archived_too: bool) -> list[Hint]:
    """What can be done with the selected account, and with the list."""
    hints = [] if row is None else [
        Hint((("Enter", "go_on"),), "go on there"),
        Hint((("r", "rename"),), "rename"),
        Hint((("a", "archive"),), "bring back" if row.is_archived else "archive"),
        Hint((("X", "reset"),), "reset"),
        Hint((("J", "journal"),), "journal"),
        *([Hint((("p", "purse"),), "purse")] if row.currency else []),
        *([Hint((("space", "mark"), ("c", "compare")), "mark, compare")] if len(rows) > 1 else []),
    ]  # fmt: skip
    if any(each.is_archived for each in rows):
        words = "hide archived" if archived_too else "show archived"
        hints.append(Hint((("h", "hidden"),), words))
    hints += [
        Hint((("N", "new"),), "new account"),
        Hint((("/", "filter"),), "filter"),
        Hint((("y", "copy"),), "copy"),
    ]
    return [*hints, Hint((("Esc", "back"),), "back")]


def pair_of(marked: Sequence[str], row: AccountRow | None) -> tuple[str, str] | None:
    """The two accounts to compare: the marked ones; one of them and the selected; or a fork and
    the account that it left."""
    if len(marked) == 2:
        return marked[0], marked[1]
    if row is None:
        return None
    if marked and marked[0] != row.account:
        return marked[0], row.account
    return None if row.parent is None else (row.parent, row.account)


def why_empty(rows: Sequence[AccountRow], sought: str, *, loaded: bool) -> str:
    """What stands where no account does."""
    if not loaded:
        return "reading …"
    if sought:
        return "no account fits the filter: / changes it"
    return "every account is archived: h shows them" if rows else "no account yet"


def sought_in(row: AccountRow) -> str:
    """What the filter looks through."""
    texts = (row.account, row.venue or "", row.mode or "", *(row.symbols or ()), row.state.value)
    return " ".join(texts).replace("_", " ").lower()
