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
    """Draw the futures, and report how the plan ended on them."""
    try:
        return _run(arguments)
    except Refused as refused:
        raise Refused(*(_as_typed(fault, arguments) for fault in refused.faults)) from None


def _as_typed(fault: str, arguments: Namespace) -> str:
    """A fault with the option that was typed."""
    name, colon, _ = fault.partition(":")
    return f"--{fault}" if colon and name in vars(arguments) else fault


def _run(arguments: Namespace) -> int:
    count = _whole(arguments.futures, "futures", 1_000_000)
    question = _question(arguments)
    plan, steps = question.answerable()
    tally = simulate.Tally()
    progress = Progress(speaks=False)
    with _pool(arguments) as executor:
        for tally in simulate.run(plan, steps, count, question.seed, executor):
            progress.reach(len(tally.ends), count, partial(_so_far, plan, tally, steps))
    progress.done()
    result = simulate.odds_of(plan, tally, steps.pace)
    if arguments.json:
        say_json(_wire(plan, result, steps, arguments))
    else:
        say(*_lines(plan, result, steps, arguments))
    return DONE


def _question(arguments: Namespace) -> Question:
    """The options as figures; the answer checks what they mean."""
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


def _so_far(plan: Plan, tally: simulate.Tally, steps: Steps) -> str:
    result = simulate.odds_of(plan, tally, steps.pace)
    shares = {"called": result.called, "liquidated": result.liquidated, "stopped": result.stopped}
    return "  ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _pool(arguments: Namespace) -> Any:
    count = _whole(arguments.workers, "workers", 256)
    none: Executor | None = None
    return nullcontext(none) if count == 1 else workers(count)


def _time(text: str | None) -> Time | None:
    try:
        return None if text is None else parse_time(text)
    except ValueError:
        raise Refused(
            f"at: {clean(str(text), 40)!r} is not a time; allowed: such as 2024-01-01T00:00:00Z"
        ) from None


def _wire(plan: Plan, result: simulate.Odds, steps: Steps, arguments: Namespace) -> dict[str, Any]:
    """Statistics: plain numbers with six digits, which is as exact as they are."""

    def number(value: float | None) -> str | None:
        return None if value is None else plain(Decimal(f"{value + 0.0:.6g}"))

    def row(values: tuple[float, ...] | None) -> dict[str, str | None] | None:
        if values is None:
            return None
        names = [f"p{round(q * 100):02d}" for q in simulate.QUANTILES]
        return {name: number(value) for name, value in zip(names, values, strict=True)}

    return {
        "futures": result.futures,
        "model": arguments.model,
        "trend": arguments.trend,
        "seed": int(arguments.seed),
        "step_seconds": steps.seconds,
        "steps": plan.bars,
        "entry": number(plan.entry),
        "call_price": number(plan.call.now if plan.call else None),
        "liquidation_price": number(plan.liquidation.now if plan.liquidation else None),
        "called": number(result.called),
        "liquidated": number(result.liquidated),
        "stopped": number(result.stopped),
        "target": number(result.target),
        "result": row(result.result),
        "r": row(result.r),
        "interest": row(result.interest),
        "seconds_to_first_call": number(result.first_call),
    }


def _source(arguments: Namespace) -> str:
    name = clean(arguments.tape, 60)
    how = "the moves of {} in a new order"
    if arguments.model == "jump":
        how = "a jump-diffusion fitted to {}"
    return how.format(name) + (", drift removed" if arguments.trend == "none" else "")


def _lines(plan: Plan, result: simulate.Odds, steps: Steps, arguments: Namespace) -> list[str]:
    shares = (
        ("called", result.called),
        ("liquidated", result.liquidated),
        ("stopped out", result.stopped),
        ("target reached", result.target),
    )
    places = 6 if plan.inverse else 2  # coins, or dollars
    lines = [
        f"{result.futures} futures of {arguments.days} days, {plan.bars} steps of "
        f"{steps.seconds // 60} minutes: {_source(arguments)}",
        f"entry {plan.entry:,.6g}",
        *(f"{name:<16}{share:>8.2%}  {'█' * round(share * 40)}" for name, share in shares),
        _row("result", result.result, places),
        _row("interest, fees", result.interest, places),
    ]
    if result.r is not None:
        lines.append(_row("R", result.r, 2))
    if result.first_call is not None:
        lines.append(f"{'first call':<16}{result.first_call / 86_400:,.1f} days (median)")
    if result.fan:
        lines += ["the price, 5% to 95%:", *_fan(result.fan)]
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
    number = _maybe(text, name)
    assert number is not None, "a required option"
    return number


def _maybe(text: str | None, name: str) -> Decimal | None:
    if text is None:
        return None
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()) or len(text) > 30 or Decimal(text) <= 0:
        raise Refused(f"{name}: {clean(text, 40)!r} is not a number above 0")
    return Decimal(text)


def _whole(text: str, name: str, most: int, least: int = 1) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise Refused(f"{name}: {clean(text, 40)!r} is out of range; allowed: {least} to {most}")
    return int(text)
