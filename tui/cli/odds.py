"""`odds`: how often a plan meets a call or a liquidation, over many drawn futures."""

from argparse import Namespace
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Convention, Side, Target, open_account
from ledger.engine.decide import decide
from ledger.market.faults import Refused
from ledger.market.instrument import Instrument, Kind
from ledger.market.quote import Market
from ledger.market.rulebook import AccountKind, Mode, Rulebook
from ledger.market.tape import Tape
from ledger.market.text import clean
from ledger.market.times import Time, parse_time
from ledger.money import atom, ceil_to
from ledger.practice import odds
from ledger.practice.catalog import load_tape, load_venue, tape_info
from ledger.practice.futures import Steps, fitted, steps_of, untrended
from ledger.practice.odds_end import Plan
from ledger.practice.odds_plan import plan_of
from tui.cli.output import Progress, say, say_json
from tui.cli.status import DONE

_BARS = " ▁▂▃▄▅▆▇█"


def run(arguments: Namespace) -> int:
    """Draw the futures, and tell what became of the plan in them."""
    tape = load_tape(arguments.tape)
    count = _whole(arguments.futures, "futures", 1_000_000)
    seed = _whole(arguments.seed, "seed", 2**62, least=0)
    days = float(_number(arguments.days, "days"))
    when = _when(arguments.at, tape)
    block = max(float(_number(arguments.block, "block")), 1.001)
    try:
        steps = steps_of(tape, block, when, days)
    except ValueError as error:
        raise Refused(
            f"tape: {error}; allowed: a longer tape of prices above zero, or a later --at"
        ) from None
    if arguments.trend == "none":
        steps = untrended(steps)
    if arguments.model == "jump":
        steps = fitted(steps, seed)
    plan = _plan(arguments, tape, when, steps, days)
    found = odds.Tally()
    progress = Progress(speaks=False)
    with _pool(arguments) as executor:
        for found in odds.run(plan, steps, count, seed, executor):
            progress.reach(len(found.ends), count, partial(_so_far, plan, found, steps))
    progress.done()
    told = odds.odds_of(plan, found, steps.pace)
    if arguments.json:
        say_json(_wire(plan, told, steps, arguments))
    else:
        say(*_lines(plan, told, steps, arguments))
    return DONE


def _so_far(plan: Plan, found: odds.Tally, steps: Steps) -> str:
    told = odds.odds_of(plan, found, steps.pace)
    shares = {"called": told.called, "liquidated": told.liquidated, "stopped": told.stopped}
    return "  ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _pool(arguments: Namespace) -> Any:
    workers = _whole(arguments.workers, "workers", 256)
    none: Executor | None = None
    return nullcontext(none) if workers == 1 else ProcessPoolExecutor(workers)


def _when(given: str | None, tape: Tape) -> Time:
    """When the order is placed: futures are made of what has ended by then, and of nothing else."""
    try:
        when = tape.end if given is None else parse_time(given)
    except ValueError:
        raise Refused(f"at: {clean(str(given), 40)!r} is no time; allowed: ISO 8601") from None
    if tape.find(when - tape.interval + 1) == 0:
        raise Refused("at: before the tape's first bar has ended")
    return when


def _plan(arguments: Namespace, tape: Tape, when: Time, steps: Steps, days: float) -> Plan:
    book = load_venue(arguments.venue).rulebook
    mode = Mode(arguments.mode) if arguments.mode else book.modes[0]
    if mode not in book.modes:
        raise Refused(f"mode: {mode} is not part of {book.id}; allowed: {', '.join(book.modes)}")
    price = tape.bar(tape.find(when - tape.interval + 1) - 1).close
    instrument = _instrument(arguments.tape, tape, book)
    account = open_account("odds", book, mode, Convention.WORST, {tape.symbol: instrument})
    prices = {tape.symbol: price}
    market = Market(time=when, last=prices, mark=prices, trading=frozenset(prices))
    wallet = _wallet(arguments, book.kind, price, book.max_leverage, book.minimum_equity)
    paid = decide(account, market, Deposit(amount=ceil_to(wallet, atom(book.currency))))
    side = Side.BUY if arguments.side == "long" else Side.SELL
    target = _maybe(arguments.target, "target")
    order = PlaceOrder(
        symbol=tape.symbol,
        side=side,
        quantity=_number(arguments.quantity, "quantity"),
        leverage=_maybe(arguments.leverage, "leverage"),
        stop_loss=_maybe(arguments.stop, "stop"),
        targets=() if target is None else (Target(target, Decimal(1)),),
    )
    return plan_of(paid.account, paid.market, order, steps, days)


def _instrument(source: str, tape: Tape, book: Rulebook) -> Instrument:
    """As a rehearsal would list it: the manifest's steps, the tape's else, the venue's kind."""
    kind = book.trades
    if kind is Kind.INVERSE:
        raise Refused(f"venue: {book.id} trades inverse contracts; allowed: any other here")
    info = tape_info(source)
    if info is not None:
        return replace(info.instrument, symbol=tape.symbol, kind=kind, currency=book.currency)
    lot = Decimal(1) if book.kind is AccountKind.LOAN else Decimal("0.001")
    return Instrument(
        symbol=tape.symbol, kind=kind, tick=tape.step, lot=lot, currency=book.currency
    )


def _wallet(
    arguments: Namespace, kind: AccountKind, price: Decimal, most: Decimal, least: Decimal
) -> Decimal:
    """What is given, or what the order needs with a hundredth on top for its fees."""
    given = _maybe(arguments.wallet, "wallet")
    if given is not None:
        return given
    leverage = _maybe(arguments.leverage, "leverage") or (
        most if kind is AccountKind.LOAN else Decimal(1)
    )
    value = price * _number(arguments.quantity, "quantity")
    return max(value / leverage + value / 100, least)


def _wire(plan: Plan, told: odds.Odds, steps: Steps, arguments: Namespace) -> dict[str, Any]:
    """Statistics: plain numbers with six digits, no promise beyond them."""

    def number(value: float | None) -> str | None:
        return None if value is None else f"{value:.6g}"

    def row(values: tuple[float, ...] | None) -> dict[str, str | None] | None:
        if values is None:
            return None
        names = [f"p{round(q * 100):02d}" for q in odds.QUANTILES]
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


def _lines(plan: Plan, told: odds.Odds, steps: Steps, arguments: Namespace) -> list[str]:
    shares = (
        ("called", told.called),
        ("liquidated", told.liquidated),
        ("stopped out", told.stopped),
        ("target reached", told.target),
    )
    lines = [
        f"{told.futures} futures of {plan.bars} steps of {steps.seconds // 60} minutes: "
        f"{_made(arguments)}",
        f"entry {plan.entry:,.6g}",
        *(f"{name:<16}{share:>8.1%}  {'█' * round(share * 40)}" for name, share in shares),
        _row("result", told.result),
        _row("interest, fees", told.interest),
    ]
    if told.r is not None:
        lines.append(_row("R", told.r))
    if told.first_call is not None:
        lines.append(f"{'first call':<16}{told.first_call / 86_400:,.1f} days, the median")
    if told.fan:
        lines += ["the price, 5 % to 95 %:", *_fan(told.fan)]
    return lines


def _row(name: str, values: tuple[float, ...]) -> str:
    figures = "  ".join(
        f"{round(q * 100)} %: {value:,.2f}" for q, value in zip(odds.QUANTILES, values, strict=True)
    )
    return f"{name:<16}{figures}"


def _fan(fan: tuple[tuple[float, ...], ...]) -> list[str]:
    """Each quantile as a line of blocks, on one scale."""
    low, high = min(point[0] for point in fan), max(point[-1] for point in fan)
    span = (high - low) or 1.0
    return [
        f"{round(q * 100):>4} % "
        + "".join(_BARS[1 + int((point[at] - low) / span * 7)] for point in fan)
        + f" {fan[-1][at]:,.6g}"
        for at, q in reversed(list(enumerate(odds.QUANTILES)))
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
