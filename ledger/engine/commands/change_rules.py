"""Rules that change while the clock runs: a house raises its margin, a lender its rate."""

from ledger.account.commands import ChangeRules
from ledger.account.event_terms import CallMetBy
from ledger.account.events import kinds as e
from ledger.engine.calls import ladder
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.margin.loans import accrue
from ledger.refused import Refused


def change(draft: Draft, command: ChangeRules) -> None:
    """Put new figures into force now.

    Interest up to now is charged at the old rate first. A pocket below the new requirement is
    judged like after any fall: at once, or at the session's close, as the level's rule says.
    """
    # imported here: it loads the file readers, which few accounts ever need
    from ledger.market.rule_files.overrides import override, parse_rules
    from ledger.market.rules.in_force import rules_in_force

    book = draft.account.rulebook
    try:
        rules = parse_rules(command.rules).texts()
        override(book, rules)
    except Refused as refused:
        raise Refusal("; ".join(refused.faults)) from None
    if not rules:
        raise Refusal("none of these rules would change")
    for name in draft.account.pockets:
        accrue(draft, name, draft.market.time)
    draft.record(
        e.RulesChanged(
            at=draft.market.time,
            rules=rules,
            was=rules_in_force(book, rules),
            cause=command.cause,
            source=command.source,
        )
    )
    ladder.meet(draft, CallMetBy.RULES)
