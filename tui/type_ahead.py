"""Type-ahead: keys typed faster than the desk answers wait for the answer.

A key that opens a form is followed by text for it. Law: the order of keys is kept, and no key
reaches what was on the screen before the key in front of it was answered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual.events import Key, Paste
from textual.message import Message
from textual.widget import Widget

AT_ONCE = ("ctrl+c", "ctrl+q")
"""Keys that never wait."""


class Heard(Message):
    """A message that follows a key on the same path: once it is here, the key was handled.

    The answer to an Enter takes the same path again, hence the `rounds`. Without a `number` it
    belongs to no key: a form has opened or closed.
    """

    def __init__(self, start: Widget | None = None, number: int = 0, rounds: int = 0) -> None:
        super().__init__()
        self.start = start
        self.number = number
        self.rounds = rounds


class TypeAhead:
    """Keys in their order, one at a time."""

    def __init__(
        self,
        hand_on: Callable[[Key | Paste], Awaitable[None]],
        receiver: Callable[[], Widget | None],
        waits: Callable[[], bool],
    ) -> None:
        """`receiver` gets the next key, `None` if keys need no order; while it `waits` a form is on
        its way."""
        self._hand_on = hand_on
        self._receiver = receiver
        self._waits = waits
        self._held: deque[Key | Paste] = deque()
        self._under_way: Widget | None = None
        self._number = 0

    async def take(self, event: Key | Paste) -> None:
        """Take the next key: hand it on now, or when those before it were handled."""
        self._held.append(event)
        await self._go_on()

    async def heard(self, message: Heard) -> None:
        """The key under way has arrived, or a form is there."""
        start, number, rounds = message.start, message.number, message.rounds
        if rounds and start is not None and start.post_message(Heard(start, number, rounds - 1)):
            return
        if number == self._number:
            self._under_way = None
        await self._go_on()

    async def _go_on(self) -> None:
        if self._under_way is not None and not self._under_way.is_attached:
            self._under_way = None  # its form is closed: keys on their way to it are dropped
        while self._held and self._under_way is None and not self._waits():
            event = self._held.popleft()
            start = self._receiver()
            if start is None:
                await self._hand_on(event)
                continue
            self._number += 1
            self._under_way = start
            await self._hand_on(event)
            rounds = 1 if isinstance(event, Key) and event.key == "enter" else 0
            if not start.post_message(Heard(start, self._number, rounds)):
                self._under_way = None
