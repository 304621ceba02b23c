"""`tapes`: what can be practised on, each file with where it is from."""

from argparse import Namespace
from typing import Any

from ledger.market.times import iso
from ledger.practice.catalog import TapeInfo, tape_infos
from tui.cli.output import say, say_json
from tui.cli.status import DONE


def run(arguments: Namespace) -> int:
    """The list."""
    return _tapes(as_json=arguments.json)


def _tapes(*, as_json: bool) -> int:
    if as_json:
        say_json([_tape(info) for info in tape_infos()])
    else:
        say(*(_tape_line(info) for info in tape_infos()))
    return DONE


def _tape(info: TapeInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "kind": info.kind,
        "symbol": info.instrument.symbol,
        "currency": info.instrument.currency,
        "interval": info.interval,
        "bars": info.bars,
        "first": iso(info.first),
        "last": iso(info.last),
        "calendar": "continuous" if info.continuous else "session",
        "mark": info.mark,
        "funding": info.funding,
        "origin": info.origin,
        "licence": info.licence,
        "repository": info.repository,
        "done": info.done,
        "sha256": info.sha256,
    }


def _tape_line(info: TapeInfo) -> str:
    span = f"{iso(info.first)[:10]} to {iso(info.last)[:10]}"
    return f"{info.id:<46}{info.kind:<9}{info.interval:<5}{info.bars:>7}  {span}  {info.title}"
