"""Which Slack delivery calls what. Everything is acknowledged at once; answers are worked out in threads."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.ask import SORRY, Asked, claim, finish, trace
from bot.inbox import Incoming, from_command, from_event
from bot.post import Message, Patience, Pause, sdk_log, to_channel, to_response_url
from bot.settings import Settings
from intents.base import Intent
from store.errors import BotError
from store.journal import Journal
from store.load import Changes, TooMuchGone

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

REMEMBERED = 10_000
"""How many names of deliveries a process knows by heart, beside the state file."""

EVENTS = {"app_mention": "app_mentions:read", "message.im": "im:history"}
"""The events we answer, each with the scope that Slack wants for it."""
ASK, RELOAD = "/recap", "/recap-reload"
COMMANDS = {
    ASK: ("Ask what the conference notes say", "what was said about … | help"),
    RELOAD: ("Read the notes again (admins only)", "[force]"),
}
"""The slash commands, each with its description and a hint about what to type behind it."""

STILL_WAITING = "Waiting to read the notes: the files are being listed, or another load is at work."

_ANYTHING = re.compile(r"[\s\S]*")


@dataclass(frozen=True)
class Desk:
    """What the listeners work with: who answers, who loads, where state is kept.

    ``reload`` gets whether to load even if most notes are gone, and what to call with progress (from its own
    thread). ``progress_after`` are the seconds after which a load still running tells how far it is; with the
    first word and the report they make four of the five posts that Slack allows for one command. ``running``
    holds the tasks in flight, ``taken`` the names of what was taken on, ``turns`` who is at work on which
    conversation.
    """

    answer: Callable[[Incoming], Asked]
    reload: Callable[[bool, Progress], Changes]
    journal: Journal
    intents: Mapping[str, Intent]
    pool: ThreadPoolExecutor
    clock: Callable[[], float] = time.time
    pause: Pause = asyncio.sleep
    progress_after: tuple[float, ...] = (5.0, 30.0)
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    taken: dict[str, None] = field(default_factory=dict)
    turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def in_thread(self, work: Callable[..., T], *values: object) -> T:
        """The result of ``work(*values)``, computed off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, partial(work, *values))

    def turn(self, conversation: str) -> asyncio.Lock:
        """What lets one question of a conversation after the other be answered: each may lean on the last."""
        return self.turns.setdefault(conversation, asyncio.Lock())

    def start(self, work: Coroutine[Any, Any, object], tell: Tell) -> None:
        """Do ``work`` in a task of its own; should it fail, ``tell`` shows the person an apology.

        Not in the listener's task: Bolt forgets an acknowledgement whose listener fails soon after.
        """
        task = asyncio.create_task(_guarded(work, tell))
        self.running.add(task)
        task.add_done_callback(self.running.discard)


def build_app(settings: Settings, desk: Desk) -> AsyncApp:
    """The Bolt app with all its listeners. Build it inside the running event loop."""
    app = AsyncApp(name="recap", token=settings.bot_token, logger=sdk_log)
    app.client.base_url = settings.api_url
    app.client.retry_handlers = [Patience(desk.pause)]
    _answer_events(app, desk)
    _answer_commands(app, desk, settings.admins)
    _log_errors(app)
    _acknowledge_the_rest(app)
    return app


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


def _answer_events(app: AsyncApp, desk: Desk) -> None:
    async def on_question(body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        if incoming := from_event(body, context.bot_user_id or ""):
            tell = partial(to_channel, client, incoming.channel, incoming.thread)
            desk.start(_answer_once(desk, incoming, tell), tell)

    for kind in {name.partition(".")[0] for name in EVENTS}:
        app.event(kind)(on_question)


async def _answer_once(desk: Desk, incoming: Incoming, tell: Tell) -> None:
    """Answer unless that was done already; Slack delivers again what it believes lost."""
    async with desk.turn(incoming.conversation):
        if _taken(desk, incoming.keys) or not await desk.in_thread(claim, desk.journal, incoming.keys, desk.clock()):
            return
        message = await desk.in_thread(_message, desk, incoming)
    await tell(message)
    await desk.in_thread(finish, desk.journal, incoming.keys, desk.clock())


def _taken(desk: Desk, keys: Sequence[str]) -> bool:
    """Whether this process took it on already. The state file knows that too, unless it fails."""
    if any(key in desk.taken for key in keys):
        return True
    desk.taken.update(dict.fromkeys(keys))
    while len(desk.taken) > REMEMBERED:
        del desk.taken[next(iter(desk.taken))]
    return False


def _message(desk: Desk, incoming: Incoming) -> Message:
    if incoming.text.lower() in ("", "help"):
        return views.help(desk.intents)
    asked = desk.answer(incoming)
    if asked.answer.intent == "help":
        return views.help(desk.intents)
    return views.message(asked.answer, asked=incoming.text if incoming.surface == "command" else "")


def _answer_commands(app: AsyncApp, desk: Desk, admins: frozenset[str]) -> None:
    async def on_ask(ack: AsyncAck, body: Payload) -> None:
        await ack()
        tell = _to_the_asker(desk, body)
        desk.start(_answer_privately(desk, from_command(body), tell), tell)

    async def on_reload(ack: AsyncAck, body: Payload) -> None:
        await ack()
        tell = _to_the_asker(desk, body)
        if body.get("user_id") in admins:
            desk.start(_reload(desk, tell, force=body.get("text", "").strip().lower() == "force"), tell)
        else:
            desk.start(tell(views.sentence(_not_an_admin(admins))), tell)

    app.command(ASK)(on_ask)
    app.command(RELOAD)(on_reload)


def _not_an_admin(admins: frozenset[str]) -> str:
    if admins:
        return f"{RELOAD} is for the people listed in RECAP_ADMINS; ask one of them."
    return f"{RELOAD} is not open to anybody yet: who runs Recap can list member IDs in RECAP_ADMINS."


def _to_the_asker(desk: Desk, body: Payload) -> Whisper:
    return partial(to_response_url, body["response_url"], pause=desk.pause)


async def _answer_privately(desk: Desk, incoming: Incoming, tell: Tell) -> None:
    async with desk.turn(incoming.conversation):
        message = await desk.in_thread(_message, desk, incoming)
    await tell(message)


async def _reload(desk: Desk, tell: Whisper, *, force: bool) -> None:
    if desk.loading.locked():
        await tell(views.sentence("The notes are being read already. Wait for that to end."))
        return
    async with desk.loading:
        await tell(views.sentence("Reading the notes …"))
        replace = partial(tell, replace=True)
        await replace(await _load_with_progress(desk, replace, force=force))


async def _load_with_progress(desk: Desk, tell: Tell, *, force: bool) -> Message:
    far = [0, 0]

    def note(done: int, total: int) -> None:
        far[:] = done, total

    load = asyncio.ensure_future(desk.in_thread(desk.reload, force, note))
    for seconds in desk.progress_after:
        await asyncio.wait({load}, timeout=seconds)
        if load.done():
            break
        await tell(views.sentence(f"Reading the notes … {far[0]} of {far[1]}" if far[1] else STILL_WAITING))
    try:
        return views.changes(await load)
    except TooMuchGone as error:
        return views.sentence(f"{error} Here that is {RELOAD} force.")
    except BotError as error:
        return views.sentence(str(error))


def _log_errors(app: AsyncApp) -> None:
    """Bolt itself would log the error's text, which can quote what somebody wrote."""

    async def on_error(error: Exception) -> None:
        log.error("A listener failed:\n%s", trace(error))

    app.error(on_error)


def _acknowledge_the_rest(app: AsyncApp) -> None:
    """What nobody listens to is acknowledged too, or Slack delivers it again and shows people a failure."""

    async def do_nothing(ack: AsyncAck) -> None:
        await ack()

    kinds = (app.event, app.command, app.action, app.shortcut, app.view, app.view_closed, app.options)
    for kind in kinds:
        kind(_ANYTHING)(do_nothing)
