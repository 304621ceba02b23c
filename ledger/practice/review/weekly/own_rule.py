"""A rule of one's own: read from the record, stated from a condition, and put on record."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from ledger.account.commands import CreateRule
from ledger.account.events import kinds as e
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.money import plain, trim
from ledger.practice.sessions.find_account import check_there, find_branch
from ledger.practice.sessions.open_session import resume
from ledger.refused import Refused
from ledger.reports.discipline.own_rules import LIMITED, Condition, OwnRule
from ledger.text import clean, dropped

LONGEST = 200
"""Characters of a rule."""
MOST = Decimal(1000)
"""The largest limit of a rule."""

SAID = {
    Condition.ALWAYS_A_STOP: "No trade without a stop.",
    Condition.NO_WIDENING: "No stop widened or taken off.",
    Condition.NO_EARLY_EXIT: "No trade left by hand before its stop or target.",
    Condition.NO_TARGET_MOVED: "No target moved.",
    Condition.NO_AVERAGING_DOWN: "Nothing added to a losing trade.",
    Condition.NO_HEAT: "No larger risk after a loss or a gain.",
    Condition.NO_CALL_LEFT: "No margin call left alone.",
    Condition.REASON: "A reason written with every trade.",
    Condition.MOST_LOST: "No trade loses more than {} R.",
    Condition.MOST_TRADES: "At most {} trades a day.",
    Condition.MOST_LEVERAGE: "No leverage above {}x.",
}
_CONDITION = re.compile(r"([a-z_]+)(?:=([0-9]{1,4}(?:\.[0-9]{1,4})?))?")


def stated(typed: str, version: int) -> CreateRule:
    """The rule of what was typed: `no_widening`, `most_trades=3`, or a sentence, which cannot be
    tested. Raises `Refused`."""
    if hidden := dropped(typed):
        raise Refused(f"{hidden} cannot be shown; leave that character out of the rule")
    text = clean(typed, LONGEST + 1).strip()
    if not text:
        raise Refused("the rule is empty; write one, or name a condition that can be tested")
    matched = _CONDITION.fullmatch(text)
    if not matched or matched[1] not in {*Condition}:
        return CreateRule(version=version, text=_sentence(text))
    condition, given = Condition(matched[1]), matched[2]
    if condition not in LIMITED:
        if given is not None:
            raise Refused(f"{condition} has no limit; leave ={given} out")
        return CreateRule(version=version, text=SAID[condition], test=condition.value)
    return _limited(condition, LIMITED[condition] if given is None else Decimal(given), version)


def _sentence(text: str) -> str:
    if len(text) > LONGEST:
        raise Refused(f"a rule has at most {LONGEST} characters")
    if " " not in text and ("=" in text or "_" in text):
        raise Refused(f"{text[:60]} is not a condition; allowed: {conditions()}")
    return text


def _limited(condition: Condition, limit: Decimal, version: int) -> CreateRule:
    if not 0 < limit <= MOST:
        raise Refused(f"the limit of {condition} must be above 0 and at most {MOST}")
    if condition is Condition.MOST_TRADES and limit % 1:
        raise Refused(f"most_trades={plain(limit)}: not a whole number")
    text = SAID[condition].format(plain(trim(limit)))
    if condition is Condition.MOST_TRADES and limit == 1:
        text = "At most 1 trade a day."
    return CreateRule(version=version, text=text, test=condition.value, limit=limit)


def conditions() -> str:
    """The conditions by name, those with a limit shown with one."""
    return ", ".join(
        f"{each}={plain(LIMITED[each])}" if each in LIMITED else each.value for each in Condition
    )


def condition_words() -> dict[str, str]:
    """Every condition as it would be typed, with the limit proposed, and the rule it makes."""
    typed = conditions().split(", ")
    return {each: stated(each, 1).text for each in typed}


def rules_of(events: Iterable[tuple[int, e.Event]]) -> tuple[OwnRule, ...]:
    """The rules on record, oldest first; each is in force until the next. A condition that this
    version does not know is read as words."""
    made = [(seq, event) for seq, event in events if isinstance(event, e.RuleCreated)]
    ends: list[int | None] = [seq for seq, _ in made[1:]]
    return tuple(
        OwnRule(
            version=event.version,
            text=event.text,
            condition=Condition(event.test) if event.test in {*Condition} else None,
            limit=event.limit,
            seq=seq,
            until=until,
        )
        for (seq, event), until in zip(made, [*ends, None], strict=False)
    )


def rules_in(path: Path, account: str | None) -> tuple[str, tuple[OwnRule, ...]]:
    """The rules of an account, or of the one used last, and its name. Raises `Refused`, and what
    `Ledger.open` raises."""
    check_there(path)
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        branch = find_branch(ledger, account)
        return branch.called, rules_of(ledger.events(branch.id))


def create_rule(path: Path, account: str | None, typed: str) -> CreateRule:
    """Put a rule on record without the desk. Raises `Refused`, and then nothing is recorded; and as
    `resume`."""
    stated(typed, 1)  # faults of what was typed come before the ledger's
    name, rules = rules_in(path, account)
    command = stated(typed, len(rules) + 1)
    session = resume(path, name)
    try:
        session.send(command)
    finally:
        session.close()
    return command
