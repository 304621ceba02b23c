"""What may leave a pocket under margin and the rule book's restrictions, on whatever path."""

from decimal import Decimal

from ledger.account.risk.margin import assess, exact_shortfall, overnight_excess, required_equity
from ledger.account.state import Pocket
from ledger.engine.decision.draft import Draft
from ledger.market.rules.rulebook import Forbids, Level
from ledger.money import ZERO, atom, round_down, without_residue


def available(draft: Draft, pocket: Pocket) -> Decimal:
    """What may leave a pocket, cash or not: equity above initial margin, and no more than health
    can lose before withdrawals are restricted or what is held would be closed out."""
    account = draft.account
    rooms = unrestricted(draft, pocket)
    if any(position.quantity for position in pocket.positions.values()):
        rooms.append(_beyond(draft, pocket, account.rulebook.levels[-1]))
    if account.rulebook.close_test is not None:
        credit = max(account.memorandum, overnight_excess(account, draft.market.mark))
        rooms.append(round_down(credit, account.currency))
    free = without_residue(assess(account, pocket, draft.market.mark).available)
    return max(min([round_down(free, account.currency), *rooms]), ZERO)


def unrestricted(draft: Draft, pocket: Pocket) -> list[Decimal]:
    """What may leave before health falls to where the book forbids withdrawals, by each of its
    rules."""
    rules = draft.account.rulebook.restrictions
    levels = [rule.level for rule in rules if rule.forbids is Forbids.WITHDRAW]
    return [_beyond(draft, pocket, level) for level in levels]


def _beyond(draft: Draft, pocket: Pocket, level: Level) -> Decimal:
    """Cash that can leave before health is at the level; one unit less if that is too far."""
    account, mark = draft.account, draft.market.mark
    room = round_down(-exact_shortfall(account, pocket, mark, level), account.currency)
    owes = required_equity(account, pocket, mark, level) > 0
    return room - atom(account.currency) if level.inclusive and owes else room
