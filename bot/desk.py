"""What all listeners work with: who answers, who loads, where state is kept, and who is at work on what."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from bot import views
from bot.ask import SORRY, Asked, trace
from bot.inbox import Incoming
from bot.line import Line
from bot.manners import Door
from bot.post import Message, Pause, to_response_url
from bot.progress import AtWork
from intents.base import Intent
from store.errors import BotError
from store.index import Index
from store.journal import Journal
from store.load import Changes

log = logging.getLogger(__name__)

T = TypeVar("T")
Payload = dict[str, Any]
Progress = Callable[[int, int], None]
Tell = Callable[[Message], Coroutine[Any, Any, object]]
"""Shows a message to whoever asked."""
Whisper = partial[Coroutine[Any, Any, bool]]
"""A ``Tell`` that can also replace what it showed before."""

WORKERS = 4
"""Answers worked out side by side; more would only take the processor from each other and from the acks."""


@dataclass(frozen=True)
class Desk:
    """What the listeners work with: who answers, who loads, where state is kept.

    ``reload`` gets whether to load even if most notes are gone, and what to call with progress (from its own
    thread); ``at_work`` tells of the load that ``loading`` is locked for. ``progress_after`` are the seconds after
    which a load still running tells how far it is, where only five posts are allowed; ``groups`` are the members of
    user groups by id, each with when Slack was asked. ``running`` holds the tasks in flight, ``taken`` the names of
    what was taken on, ``turns`` who is at work on which conversation; ``door`` knows who may come in, and how often.
    ``index`` is what presses and Home look into, ``line`` tells how the connection to Slack is.
    """

    answer: Callable[[Incoming], Asked]
    reload: Callable[[bool, Progress], Changes]
    journal: Journal
    intents: Mapping[str, Intent]
    pool: ThreadPoolExecutor
    clock: Callable[[], float] = time.time
    pause: Pause = asyncio.sleep
    progress_after: tuple[float, ...] = (2.0, 30.0)
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    at_work: AtWork = field(default_factory=AtWork)
    groups: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)
    taken: dict[str, None] = field(default_factory=dict)
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    door: Door = field(default_factory=Door)
    index: Index | None = None
    line: Line = field(default_factory=Line)

    async def in_thread(self, work: Callable[..., T], *values: object) -> T:
        """The result of ``work(*values)``, computed off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, partial(work, *values))

    def turn(self, conversation: str) -> asyncio.Lock:
        """What lets one question of a conversation after the other be answered: each may lean on the last."""
        return self.turns.setdefault(conversation, asyncio.Lock())

    def start(self, work: Coroutine[Any, Any, object], tell: Tell) -> asyncio.Task[None]:
        """Do ``work`` in a task of its own; should it fail, ``tell`` shows the person an apology. Gives the task.

        Not in the listener's task: Bolt forgets an acknowledgement whose listener fails soon after.
        """
        task = asyncio.create_task(_guarded(work, tell))
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return task


def to_the_asker(desk: Desk, body: Payload) -> Whisper:
    """Shows a message privately to the one who gave a command or pressed a button, by its ``response_url``."""
    return partial(to_response_url, body["response_url"], pause=desk.pause)


async def _guarded(work: Coroutine[Any, Any, object], tell: Tell) -> None:
    """The one place that handles what nobody foresaw."""
    try:
        await work
    except Exception as error:
        log.error("A delivery from Slack could not be handled:\n%s", trace(error))
        try:
            await tell(views.sentence(str(error) if isinstance(error, BotError) else SORRY))
        except Exception as failed:
            log.error("Nor could that be told:\n%s", trace(failed))
