"""Where a load shows how far it is: in the place of a press, or for a command in direct messages.

A command's own address takes five posts in half an hour, which is no way to show a bar that moves.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot import views
from bot.blocks import section
from bot.deeds import Deed
from bot.post import Message, to_person, to_response_url
from bot.reach import Visit, in_place, whisper
from store.errors import BotError

PACE = 1.5
"""Seconds between two changes of a message: Slack takes fifty a minute."""
ELSEWHERE = "Reading the notes … How far I am stands in our direct messages; the report comes here, too."


class Screen(Protocol):
    """Shows a load to who asked for it."""

    async def tell(self, message: Message) -> None:
        """Show the first word, or the last, in the place of what was shown."""

    async def progress(self, message: Message) -> float:
        """Show how far the load is; gives the seconds until that may be said again, 0 for never."""


@dataclass
class OnCommand:
    """A slash command: its address tells the first and the last word, direct messages what lies between."""

    visit: Visit
    told: bool = False
    direct: Deed | None = None
    sparse: list[float] = field(default_factory=list)

    async def tell(self, message: Message) -> None:
        """The first word, or the last one wherever something is shown."""
        await self._respond(message)
        if self.direct and self.direct.channel:
            await self._change(message)

    async def progress(self, message: Message) -> float:
        """Direct messages if they can be had, else the command's address, a few times."""
        if self.direct is None:
            visit = self.visit
            channel, ts = await to_person(visit.client, visit.deed.user, message, pause=visit.desk.pause)
            self.direct = Deed(user=visit.deed.user, channel=channel, message=ts)
            if channel:
                await self._respond(views.sentence(ELSEWHERE))
                return PACE
            self.sparse = list(visit.desk.progress_after[1:])
        if self.direct.channel:
            await self._change(message)
            return PACE
        await self._respond(message)
        return self.sparse.pop(0) if self.sparse else 0.0

    async def _respond(self, message: Message) -> None:
        deed, pause = self.visit.deed, self.visit.desk.pause
        await to_response_url(deed.url, message, replace=self.told, pause=pause)
        self.told = True

    async def _change(self, message: Message) -> None:
        assert self.direct
        with suppress(BotError):  # a message that is gone needs no progress
            await in_place(replace(self.visit, deed=self.direct), message)


@dataclass
class InPlace:
    """What was pressed, a window or a message, turns into the load's progress and report."""

    visit: Visit

    async def tell(self, message: Message) -> None:
        """In place of what was pressed."""
        await in_place(self.visit, message)

    async def progress(self, message: Message) -> float:
        """The same, but never where only a few changes are allowed: there the report has to be enough."""
        if self.visit.deed.hidden:
            return 0.0
        with suppress(BotError):
            await in_place(self.visit, message)
        return PACE


@dataclass
class Aside:
    """For a form that was sent off and closed: what it did, a word once loading takes long, and one at the end."""

    visit: Visit
    told: str

    async def tell(self, message: Message) -> None:
        """What was done and what a load says, to the person alone."""
        text = "\n".join(filter(None, (self.told, str(message["text"]))))
        await whisper(self.visit, {**message, "text": text, "blocks": [section(self.told), *message["blocks"]]})

    async def progress(self, message: Message) -> float:
        """Once: a form has no place of its own where a bar could move."""
        await self.tell(message)
        return 0.0
