"""`odds`: how often a plan meets a call or a liquidation, over many drawn futures."""

from argparse import Namespace
from concurrent.futures import Executor
from contextlib import nullcontext
from decimal import Decimal
from functools import partial
from typing import Any

from ledger.account.state import Side
from ledger.money import plain
from ledger.practice.odds import simulate
from ledger.practice.odds.futures import Steps
from ledger.practice.odds.outcome import Plan
from ledger.practice.odds.question import Question
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time, parse_time
from tui.cli.output import Progress, say, say_json
from tui.cli.workers import workers
from tui.exit_status import DONE

_BARS = " ▁▂▃▄▅▆▇█"


def run(arguments: Namespace) -> int:
    """Draw the futures, and tell what became of the plan in them."""
    try:
        return _run(arguments)
    except Refused as refused:
        raise Refused(*(_as_typed(fault, arguments) for fault in refused.faults)) from None


def _as_typed(fault: str, arguments: Namespace) -> str:
    """A fault by the option that was typed."""
    name, colon, _ = fault.partition(":")
    return f"--{fault}" if colon and name in vars(arguments) else fault


def _run(arguments: Namespace) -> int:
    count = _whole(arguments.futures, "futures", 1_000_000)
    question = _question(arguments)
    plan, steps = question.answerable()
    found = simulate.Tally()
    progress = Progress(speaks=False)
    with _pool(arguments) as executor:
        for found in simulate.run(plan, steps, count, question.seed, executor):
            progress.reach(len(found.ends), count, partial(_so_far, plan, found, steps))
    progress.done()
    told = simulate.odds_of(plan, found, steps.pace)
    if arguments.json:
        say_json(_wire(plan, told, steps, arguments))
    else:
        say(*_lines(plan, told, steps, arguments))
    return DONE


def _question(arguments: Namespace) -> Question:
    """What was typed, as figures; what they mean is judged where the question is answered."""
    return Question(
        tape=arguments.tape,
        quantity=_number(arguments.quantity, "quantity"),
        venue=arguments.venue,
        mode=arguments.mode,
        side=Side.BUY if arguments.side == "long" else Side.SELL,
        leverage=_maybe(arguments.leverage, "leverage"),
        wallet=_maybe(arguments.wallet, "wallet"),
        stop=_maybe(arguments.stop, "stop"),
        target=_maybe(arguments.target, "target"),
        at=_time(arguments.at),
        days=float(_number(arguments.days, "days")),
        block=float(_number(arguments.block, "block")),
        model=arguments.model,
        trend=arguments.trend == "tape",
        seed=_whole(arguments.seed, "seed", 2**62, least=0),
    )


def _so_far(plan: Plan, found: simulate.Tally, steps: Steps) -> str:
    told = simulate.odds_of(plan, found, steps.pace)
    shares = {"called": told.called, "liquidated": told.liquidated, "stopped": told.stopped}
    return "  ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _pool(arguments: Namespace) -> Any:
    count = _whole(arguments.workers, "workers", 256)
    none: Executor | None = None
    return nullcontext(none) if count == 1 else workers(count)


def _time(given: str | None) -> Time | None:
    try:
        return None if given is None else parse_time(given)
    except ValueError:
        raise Refused(f"at: {clean(str(given), 40)!r} is no time; allowed: ISO 8601") from None


def _wire(plan: Plan, told: simulate.Odds, steps: Steps, arguments: Namespace) -> dict[str, Any]:
    """Statistics: plain numbers with six digits, no promise beyond them."""

    def number(value: float | None) -> str | None:
        return None if value is None else plain(Decimal(f"{value + 0.0:.6g}"))

    def row(values: tuple[float, ...] | None) -> dict[str, str | None] | None:
        if values is None:
            return None
        names = [f"p{round(q * 100):02d}" for q in simulate.QUANTILES]
        return {name: number(value) for name, value in zip(names, values, strict=True)}

    return {
        "futures": told.futures,
        "model": arguments.model,
        "trend": arguments.trend,
        "seed": int(arguments.seed),
        "step_seconds": steps.seconds,
        "steps": plan.bars,
        "entry": number(plan.entry),
        "call_price": number(plan.call.now if plan.call else None),
        "liquidation_price": number(plan.liquidation.now if plan.liquidation else None),
        "called": number(told.called),
        "liquidated": number(told.liquidated),
        "stopped": number(told.stopped),
        "target": number(told.target),
        "result": row(told.result),
        "r": row(told.r),
        "interest": row(told.interest),
        "seconds_to_first_call": number(told.first_call),
    }


def _made(arguments: Namespace) -> str:
    name = clean(arguments.tape, 60)
    how = "the moves of {}, in a new order"
    if arguments.model == "jump":
        how = "a jump-diffusion fitted to {}"
    return how.format(name) + (", without their trend" if arguments.trend == "none" else "")


def _lines(plan: Plan, told: simulate.Odds, steps: Steps, arguments: Namespace) -> list[str]:
    shares = (
        ("called", told.called),
        ("liquidated", told.liquidated),
        ("stopped out", told.stopped),
        ("target reached", told.target),
    )
    places = 6 if plan.inverse else 2  # coins, or dollars
    lines = [
        f"{told.futures} futures of {arguments.days} days, {plan.bars} steps of "
        f"{steps.seconds // 60} minutes: {_made(arguments)}",
        f"entry {plan.entry:,.6g}",
        *(f"{name:<16}{share:>8.1%}  {'█' * round(share * 40)}" for name, share in shares),
        _row("result", told.result, places),
        _row("interest, fees", told.interest, places),
    ]
    if told.r is not None:
        lines.append(_row("R", told.r, 2))
    if told.first_call is not None:
        lines.append(f"{'first call':<16}{told.first_call / 86_400:,.1f} days, the median")
    if told.fan:
        lines += ["the price, 5 % to 95 %:", *_fan(told.fan)]
    return lines


def _row(name: str, values: tuple[float, ...], places: int) -> str:
    figures = "  ".join(
        f"{round(q * 100)}%: {value:,.{places}f}"
        for q, value in zip(simulate.QUANTILES, values, strict=True)
    )
    return f"{name:<16}{figures}"


def _fan(fan: tuple[tuple[float, ...], ...]) -> list[str]:
    """Each quantile as a line of blocks, on one scale."""
    low, high = min(point[0] for point in fan), max(point[-1] for point in fan)
    span = (high - low) or 1.0
    return [
        f"{round(q * 100):>4}% "
        + "".join(_BARS[1 + int((point[at] - low) / span * 7)] for point in fan)
        + f" {fan[-1][at]:,.6g}"
        for at, q in reversed(list(enumerate(simulate.QUANTILES)))
    ]


def _number(text: str, name: str) -> Decimal:
    found = _maybe(text, name)
    assert found is not None, "it was given"
    return found


def _maybe(text: str | None, name: str) -> Decimal | None:
    if text is None:
        return None
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()) or len(text) > 30 or Decimal(text) <= 0:
        raise Refused(f"{name}: {clean(text, 40)!r} does not fit; allowed: a number above 0")
    return Decimal(text)


def _whole(text: str, name: str, most: int, least: int = 1) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise Refused(f"{name}: {clean(text, 40)!r} does not fit; allowed: {least} to {most}")
    return int(text)
