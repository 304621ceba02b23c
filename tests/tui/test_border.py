"""The desk's border: what a terminal gets of each screen, byte by byte, whatever the texts are."""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Header, Input, Label, Static

from ledger.account.commands import AddNote
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from tests.cli.driving import FIRST_CALL, ROOT, installed
from tests.hostile import CORPUS, STORABLE, drawn, spoken
from tests.terminal import Terminal
from tui.app import TightropeApp
from tui.widgets.fields import Typed

ENDED = b"\x1b[?1049l"


class Heedless(TightropeApp):
    """Every text as it is, in widgets that clean nothing."""

    def on_mount(self) -> None:
        """No ledger."""

    def compose(self) -> ComposeResult:
        """Two hundred rows, a title, fields."""
        yield Header()
        for text in CORPUS:
            yield Static(Text(text))
            yield Label(Text(text))
            yield Input(text)


async def test_no_widget_draws_anything_but_characters() -> None:
    app = Heedless(None)
    async with app.run_test(size=(100, 3 * 4 * len(CORPUS))):
        app.title = "".join(STORABLE)
        await asyncio.sleep(0.2)
        strips = app.screen._compositor.render_strips(app.size)
    text = "\n".join(strip.text for strip in strips)
    assert spoken(text.encode("utf-8", "surrogatepass")) == []
    assert "31337" in text
    assert {strip.cell_length for strip in strips} == {100}


async def test_what_is_pasted_into_a_field_is_what_is_seen_there() -> None:
    app = Heedless(None)
    async with app.run_test():
        field = Typed()
        await app.mount(field)
        for text in CORPUS:
            field.insert_text_at_cursor(text)
        assert spoken(field.value.encode()) == []
        app.copy_to_clipboard("".join(CORPUS))
        assert spoken(app.clipboard.encode(), lines="\n") == []


def strangers(tmp_path: Path) -> Path:
    """A ledger made by rules that are ours, with names, titles, reasons and notes that are not."""
    ledger = tmp_path / "ledger.db"
    asked = load_rehearsal(FIRST_CALL)
    hostile = "".join(STORABLE)
    titled = replace(asked, title="\x1b]0;31337\x07" + hostile)
    session = begin(titled, ledger, hostile, twin=titled)
    session.advance()
    for action in asked.actions[:2]:
        session.send(action.command)
    for text in STORABLE:
        session.send(AddNote(text=text, tags=(text,), symbol=text))
    session.commit().result()
    session.close()
    return ledger


PASTED = "\x1b[200~" + "".join(text for text in STORABLE if "\x1b" not in text) + "\x1b[201~"
VISITS = (
    *("2", "3", "4", "5", "\r", "\x1b", "z", "z", "L", "f", "\r", "\x1b", "o", "y", "\x1b"),
    *("V", "\r", "\x1b", "\x1b", "?", "\x1b", "R", "\x1b", "M", "\x1b", "\x10", "\x1b"),
    *("b", PASTED, "\t", PASTED, "\r", "\x1b", "i", PASTED, "\r", "d", PASTED, "\r", "\x1b"),
    *("J", "\r", "i", PASTED, "\t", PASTED, "\r", "e", PASTED, "\t", "\r", "#", PASTED, "\r"),
    *("\x1b", "/", PASTED, "\r", "w", PASTED, "\r", "f", "s", "y", "\x1b", "\x1b", "\x1b"),
    *("r", "m", "5", "G", "\r", PASTED, "\r", "2", "6", "7", "8", "9", "y", "\x1b", "\x1b"),
    *("A", "n", PASTED, "\r", "\x1b", "\x1b", "\x1b", "C", "\x1b", "v", "y", "\x1b"),
    *("R", PASTED, "\x1b", "\x1b", "N", "\r", "\x1b", "\x1b", "\x1b"),
)


def test_every_screen_of_a_strangers_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "tightrope" / "venues"
    folder.mkdir(parents=True)
    for number, text in enumerate(STORABLE[::20]):
        name = f"x{number}{text}".replace("/", "").replace("\0", "")
        (folder / f"{name}.toml").write_text("".join(STORABLE))
    environment = {"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    command = [installed(), "--ledger", strangers(tmp_path)]
    with Terminal(command, environment=environment) as terminal:
        terminal.wait_for("equity")
        for keys in VISITS:
            terminal.press(keys)
            terminal.read_for(0.25)
        assert terminal.process.poll() is None, str(terminal.screen)
        terminal.press("\x03")
        assert terminal.wait_end() == 0
        assert drawn(bytes(terminal.raw)) == []


def test_a_crash_is_told_in_one_clean_line(tmp_path: Path) -> None:
    hostile = "".join(STORABLE)
    code = (
        "import json, sys, tui.runtime.opener\n"
        "from tui.__main__ import main\n"
        f"text = json.loads({json.dumps(json.dumps(hostile))})\n"
        "def last(self, account):\n"
        "    raise RuntimeError(text)\n"
        "tui.runtime.opener.Door.last = last\n"
        f"sys.exit(main(['--ledger', {str(tmp_path / 'x.db')!r}]))\n"
    )
    script = tmp_path / "crash.py"
    script.write_text(code)
    with Terminal([sys.executable, script], environment={"PYTHONPATH": str(ROOT)}) as terminal:
        assert terminal.wait_end() == 1
        raw = bytes(terminal.raw)
    assert drawn(raw) == []
    said = raw.rpartition(ENDED)[2].decode()
    assert "error of Tightrope's own" in said
    assert "Traceback" not in said


def test_a_ledger_that_is_deleted_under_the_desk_is_told_on_the_screen(tmp_path: Path) -> None:
    ledger = strangers(tmp_path)
    with Terminal([installed(), "--ledger", ledger]) as terminal:
        terminal.wait_for("equity")
        ledger.unlink()
        terminal.press("L")
        terminal.wait_for(lambda screen: "no such" in " ".join(str(screen).split()))
        terminal.press("\x1b")
        terminal.wait_for("equity")
        terminal.press("q")
        assert terminal.wait_end() in (0, 1)
        after = bytes(terminal.raw).rpartition(ENDED)[2]
    assert b"Traceback" not in after
    assert drawn(after) == []
