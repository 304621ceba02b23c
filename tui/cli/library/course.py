"""`course`: the lessons with what was done of them, or one of them as plain text."""

from argparse import Namespace
from typing import Any

from ledger.practice.course.lessons import Lesson, after, lesson, lessons
from ledger.practice.course.progress import done_in
from tui.cli.library.guide import width
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """List the lessons, or print one as wide as the terminal."""
    done = done_in(ledger_path(arguments))
    if arguments.json:
        chosen = lessons() if arguments.lesson is None else [lesson(arguments.lesson)]
        say_json([_wire(each, done=done[each.id]) for each in chosen])
    elif arguments.lesson is None:
        for each in lessons():
            state = "done" if done[each.id] else f"{each.minutes} min"
            say(f"{each.number:>2}  {state:<6} {each.id:<20} {each.title}")
        following = after(done)
        if following is not None:
            say("", f"next: tightrope course {following.id}, or Course on the first screen")
    else:
        _print(lesson(arguments.lesson))
    return DONE


def _print(chosen: Lesson) -> None:
    from tui.pages.guide_lines import guide_lines  # the list needs no Markdown reader

    text = "\n".join([f"# {chosen.number}. {chosen.title}\n", *chosen.pages, _end(chosen)])
    lines = guide_lines(text, width(), ticks=True)
    say(*("".join(text for text, _ in line).rstrip() for line in lines))


def _end(chosen: Lesson) -> str:
    return (
        f"## Now you\n\n{chosen.task}\n\n`tightrope play {chosen.play.id}`\n\n{chosen.shows}\n\n"
        f"Practise it with `tightrope play {chosen.drill.id}`; `tightrope guide {chosen.chapter}` "
        "says more.\n"
    )


def _wire(each: Lesson, *, done: bool) -> dict[str, Any]:
    return {
        "id": each.id,
        "number": each.number,
        "title": each.title,
        "minutes": each.minutes,
        "done": done,
        "task": each.task,
        "play": each.play.id,
        "drill": each.drill.id,
        "guide": each.chapter,
    }
