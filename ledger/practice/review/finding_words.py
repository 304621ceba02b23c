"""A finding as a sentence that names the trades it compared."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ledger.account.commands import ReviewFinding
from ledger.account.events.kinds import FindingReviewed
from ledger.account.written import Review
from ledger.money import plain
from ledger.practice.review.discipline import Discipline
from ledger.practice.review.entry_words import in_r, moment
from ledger.practice.review.managed_words import signed
from ledger.practice.words.formats import fixed, percent
from ledger.reports.discipline.calls import Response
from ledger.reports.discipline.entries import AFTER_WIN
from ledger.reports.discipline.findings import Detector, Finding, Unit
from ledger.reports.discipline.findings import in_r as in_r_together
from ledger.reports.trades.trade import Trade
from ledger.text import clean
from ledger.times import iso

Trades = Mapping[int, Trade]

TITLES = {
    Detector.NO_STOP: "Opened without a stop",
    Detector.STOP_WIDENED: "Stop widened or removed",
    Detector.PAST_STOP: "Lost more than planned",
    Detector.EARLY_EXIT: "Left before stop or target",
    Detector.TARGET_MOVED: "Target moved",
    Detector.AVERAGED_DOWN: "Averaged down",
    Detector.AFTER_LOSS: "Larger after a loss",
    Detector.AFTER_GAIN: "Larger after a gain",
    Detector.CALL_LEFT: "Margin call left alone",
    Detector.FED_A_LOSER: "Sold a winner to keep a loser",
    Detector.CLOSE_STOPS: "Stops close to the entry",
    Detector.CARRY: "Carry ate the result",
}


def sentence(finding: Finding, trades: Trades) -> str:
    """What was found, in one sentence."""
    return _SENTENCES[finding.detector](finding, trades)


def _trade(number: int, trades: Trades) -> str:
    trade = trades.get(number)
    return f"trade {number}" if trade is None else f"trade {number} ({clean(trade.symbol, 40)})"


def _about(finding: Finding, trades: Trades) -> str:
    return _trade(finding.about[0], trades)


def _listed(numbers: Sequence[int]) -> str:
    """`3, 5 and 9`."""
    texts = [str(number) for number in numbers]
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def _trades(numbers: Sequence[int]) -> str:
    return f"{'trade' if len(numbers) == 1 else 'trades'} {_listed(numbers)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _worth(r: Decimal) -> str:
    if in_r(abs(r)) == "0.00":
        return "made no difference"
    return f"{'gained' if r > 0 else 'cost'} {in_r(abs(r))} R"


def _no_stop(finding: Finding, trades: Trades) -> str:
    return f"{_capital(_about(finding, trades))} was opened without a stop."


def _stop_widened(finding: Finding, trades: Trades) -> str:
    what = _about(finding, trades)
    return f"Giving {what} more room than its first stop {_worth(finding.figure)}."


def _past_stop(finding: Finding, trades: Trades) -> str:
    trade = trades[finding.about[0]]
    return (
        f"{_capital(_about(finding, trades))} lost {in_r(abs(trade.r or finding.figure))} R, "
        f"{in_r(abs(finding.figure))} R beyond the 1.20 R of a stop that holds."
    )


def _early_exit(finding: Finding, trades: Trades) -> str:
    return f"Leaving {_about(finding, trades)} by hand {_worth(finding.figure)}."


def _target_moved(finding: Finding, trades: Trades) -> str:
    return f"Moving the target of {_about(finding, trades)} {_worth(finding.figure)}."


def _averaged_down(finding: Finding, trades: Trades) -> str:
    added = f", adding {in_r(finding.figure)} R of risk" if finding.unit is Unit.TIMES else ""
    return f"{_capital(_about(finding, trades))} was added to while it was losing{added}."


def _in_the_wake(finding: Finding, trades: Trades) -> str:
    assert finding.after is not None, "it came after a result"
    r = trades[finding.after].r
    result = f", {signed(r)} R" if r is not None else ""
    streak = finding.detector is Detector.AFTER_GAIN and (r is None or r < AFTER_WIN)
    wins = "a third win in a row, " if streak else ""
    return (
        f"{_capital(_about(finding, trades))} risked {fixed(finding.figure, 2)} times the median "
        f"of {_trades(finding.compared)}, after {wins}trade {finding.after}{result}."
    )


def _call_left(finding: Finding, trades: Trades) -> str:
    return (
        f"The margin call of {moment(finding.at)} was left to the broker or venue: "
        f"{_trades(finding.about)}."
    )


def _fed_a_loser(finding: Finding, trades: Trades) -> str:
    return (
        f"A margin call was answered by selling {_trades(finding.about)}, in profit, and keeping "
        f"{_trades(finding.compared)}, at a loss."
    )


def _close_stops(finding: Finding, trades: Trades) -> str:
    return (
        f"Nine in ten of {len(finding.compared)} winners came as near as {percent(finding.figure)} "
        f"of the way to their stop; nearest: {_trades(finding.about)}."
    )


def _carry(finding: Finding, trades: Trades) -> str:
    return (
        f"Interest and funding of {_about(finding, trades)} were {percent(finding.figure)} of what "
        "its price made or lost."
    )


_SENTENCES: dict[Detector, Callable[[Finding, Trades], str]] = {
    Detector.NO_STOP: _no_stop,
    Detector.STOP_WIDENED: _stop_widened,
    Detector.PAST_STOP: _past_stop,
    Detector.EARLY_EXIT: _early_exit,
    Detector.TARGET_MOVED: _target_moved,
    Detector.AVERAGED_DOWN: _averaged_down,
    Detector.AFTER_LOSS: _in_the_wake,
    Detector.AFTER_GAIN: _in_the_wake,
    Detector.CALL_LEFT: _call_left,
    Detector.FED_A_LOSER: _fed_a_loser,
    Detector.CLOSE_STOPS: _close_stops,
    Detector.CARRY: _carry,
}


def grouped(findings: Sequence[Finding]) -> dict[Detector, list[Finding]]:
    """The findings by detector, in the order of the detectors."""
    groups: dict[Detector, list[Finding]] = {}
    for detector in Detector:
        same = [finding for finding in findings if finding.detector is detector]
        if same:
            groups[detector] = same
    return groups


def heading(detector: Detector, findings: Sequence[Finding]) -> str:
    """`Stop widened or removed: 3, -2.40 R`."""
    measured = any(finding.r is not None for finding in findings)
    total = f", {signed(in_r_together(findings))} R" if measured else ""
    return f"{TITLES[detector]}: {len(findings)}{total}"


def reviewing(finding: Finding, trades: Trades, verdict: Review) -> ReviewFinding:
    """The command that puts on record what the trader says of a finding, and how it was told."""
    return ReviewFinding(
        finding=finding.id,
        detector=finding.detector.value,
        version=finding.version,
        verdict=verdict,
        said=sentence(finding, trades),
        trades=finding.about,
        compared=finding.compared,
        after=finding.after,
        figure=None if finding.unit is Unit.NONE else finding.figure,
        unit="" if finding.unit is Unit.NONE else finding.unit.value,
    )


def finding_wire(finding: Finding, seen: Discipline) -> dict[str, Any]:
    """A finding for `--json`; `review` is what the trader said of it."""
    said = seen.reviews.get((finding.id, finding.version))
    return {
        "id": finding.id,
        "detector": finding.detector.value,
        "version": finding.version,
        "time": iso(finding.at),
        "trades": list(finding.about),
        "compared": list(finding.compared),
        "after": finding.after,
        "figure": None if finding.unit is Unit.NONE else plain(finding.figure),
        "unit": None if finding.unit is Unit.NONE else finding.unit.value,
        "sentence": sentence(finding, seen.trades),
        "review": None if said is None else said.verdict.value,
    }


def call_wire(response: Response) -> dict[str, Any]:
    """How a margin call was answered, for `--json`."""
    used, call = response.time_used, response.record.call
    return {
        "seq": call.seq,
        "time": iso(call.at),
        "level": call.level,
        "shortfall": plain(call.shortfall),
        "trades": list(response.record.trades),
        "time_used": None if used is None else plain(used),
        "self_cured": plain(response.self_cured),
        "left_alone": response.left,
    }


def discipline_lines(seen: Discipline) -> list[str]:
    """The findings under their headings, each with the id by which it is contested."""
    lines: list[str] = []
    for detector, findings in grouped(seen.counting).items():
        lines += ["", heading(detector, findings)] if lines else [heading(detector, findings)]
        wide = max(len(finding.id) for finding in findings)
        lines += [f"  {x.id:<{wide}}  {sentence(x, seen.trades)}" for x in findings]
    contested = [finding for finding in seen.findings if seen.contested(finding)]
    if contested:
        ids = ", ".join(finding.id for finding in contested)
        lines += [*([""] if lines else []), f"Contested by you, and not counted: {ids}"]
    past = earlier(seen)
    if past:
        lines += [*([""] if lines else []), "Reviewed by you, as an earlier rule told it"]
        lines += [f"  {x.finding}  {clean(x.said, 300)} ({_VERDICTS[x.verdict]})" for x in past]
    return lines


_VERDICTS = {Review.ACCEPTED: "accepted", Review.NOT_ONE: "contested"}


def earlier(seen: Discipline) -> list[FindingReviewed]:
    """What was reviewed and is told no more, since its detector has changed: as it was told."""
    told = {(finding.id, finding.version) for finding in seen.findings}
    return [event for key, event in seen.reviews.items() if key not in told]


def earlier_wire(event: FindingReviewed) -> dict[str, Any]:
    """A finding of an earlier rule for `--json`, as it was reviewed."""
    return {
        "id": event.finding,
        "detector": event.detector,
        "version": event.version,
        "reviewed": iso(event.at),
        "trades": list(event.trades),
        "sentence": event.said,
        "review": event.verdict.value,
    }
