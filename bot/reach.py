"""How what somebody did is answered: in place, in a window, on Home, or in a word to that person alone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import limits, modals, views
from bot.ask import SORRY, trace
from bot.blocks import View
from bot.deeds import Deed
from bot.desk import Desk, Payload
from bot.manners import objection
from bot.post import UNREACHABLE, Message, deliver, to_person, to_response_url, word
from bot.settings import Settings
from store.errors import BotError
from store.index import Index

log = logging.getLogger(__name__)

SOON = 0.7
"""Seconds to wait for what goes into a window, before one opens that asks for patience. Slack gives us three."""
TOO_LATE = "Slack did not let me open a window, since that took too long. Please press again."
NO_WINDOW = "Slack did not let me open a window. Please try again; what happened is written down in my log."
NOT_CHANGED = "I could not change that message. Ask the question again to go on from there."
NO_INDEX = "There are no notes to look into yet."

_MESSAGES_ONLY = frozenset({"context_actions"})
"""Kinds of blocks that Slack takes in messages, but not in windows."""
_OF_POSTS = frozenset({"unfurl_links", "unfurl_media"})
"""What can be told about a message that is posted for all, but not about any other."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody did something, and here is who sees to it."""

    deed: Deed
    desk: Desk
    settings: Settings
    client: AsyncWebClient

    @property
    def index(self) -> Index:
        """What to look into. Raises ``BotError`` where there is nothing."""
        if self.desk.index is None:
            raise BotError(NO_INDEX)
        return self.desk.index


Work = Callable[[Visit], Awaitable[object]]


def attend(visit: Visit, context: AsyncBoltContext, body: Payload, work: Work) -> asyncio.Task[None]:
    """Do what somebody wants, if they may have it; what stands against that is told to them alone. Gives the task."""
    return visit.desk.start(_attend(visit, context, body, work), partial(whisper, visit))


async def _attend(visit: Visit, context: AsyncBoltContext, body: Payload, work: Work) -> None:
    if reason := await objection(visit.desk.door, visit.settings, context, body):
        await whisper(visit, views.private_notice(reason))
        return
    try:
        await work(visit)
    except BotError as error:
        await whisper(visit, views.private_notice(str(error)))


async def whisper(visit: Visit, message: Message) -> bool:
    """Show a message to the one who did something: where they did it if that can be, else in a direct message."""
    deed = visit.deed
    threaded = {"thread_ts": deed.thread} if deed.thread else {}
    if deed.url and await to_response_url(deed.url, {**message, **threaded}, pause=visit.desk.pause):
        return True
    if deed.channel and not deed.channel.startswith("D"):
        where = {"channel": deed.channel, "user": deed.user, **threaded}
        if await deliver(partial(_sent, visit.client.chat_postEphemeral, where), _plain(message)):
            return True
    return bool(deed.user) and await to_person(visit.client, deed.user, message, pause=visit.desk.pause) != ("", "")


async def in_place(visit: Visit, message: Message) -> None:
    """Put a message in the place of the one that was pressed. Raises ``BotError`` where that cannot be."""
    deed = visit.deed
    if deed.in_window:
        await update_window(visit, deed.view, window("Recap", message))
        return
    place = {"channel": deed.channel, "ts": deed.message}
    if not deed.hidden and await deliver(partial(_sent, visit.client.chat_update, place), _plain(message)):
        return
    if not deed.url or not await to_response_url(deed.url, message, replace=True, pause=visit.desk.pause):
        raise BotError(NOT_CHANGED)
    if not deed.hidden:
        log.info("The press itself let the message be changed after all.")


async def open_window(visit: Visit, view: View) -> str:
    """Open a modal, on top of the one that is open; gives its id. Raises ``BotError`` where Slack does not let us."""
    call = visit.client.views_push if visit.deed.in_window else visit.client.views_open
    try:
        reply = await call(trigger_id=visit.deed.trigger, view=view)
    except (SlackApiError, *UNREACHABLE) as error:
        code = word(error)
        log.error("A window could not be opened (%s).", code)
        raise BotError(TOO_LATE if "trigger" in code else NO_WINDOW) from None
    opened = reply.get("view")
    return str(opened.get("id", "")) if isinstance(opened, dict) else ""


async def update_window(visit: Visit, window_id: str, view: View) -> None:
    """Put something else into an open modal; one that was closed meanwhile needs nothing any more."""
    try:
        await visit.client.views_update(view_id=window_id, view=view)
    except (SlackApiError, *UNREACHABLE) as error:
        log.warning("A window could not be filled (%s).", word(error))


async def show(visit: Visit, make: Callable[[], View]) -> None:
    """Open a modal with what ``make`` gives, worked out in a thread; a busy moment is bridged with a word."""
    work = asyncio.ensure_future(visit.desk.in_thread(make))
    try:
        if await soon(work):
            await open_window(visit, work.result())
            return
        opened = await open_window(visit, patience())
        await update_window(visit, opened, await in_words(work))
    finally:
        work.cancel()


async def soon(work: asyncio.Future[View]) -> bool:
    """Whether something is ready before a window has to open without it."""
    await asyncio.wait({work}, timeout=SOON)
    return work.done()


async def in_words(work: Awaitable[View]) -> View:
    """What goes into a window: the view itself, or what to tell instead of it."""
    try:
        return await work
    except BotError as error:
        return modals.notice("Recap", str(error))
    except Exception as error:
        log.error("A window's content could not be worked out:\n%s", trace(error))
        return modals.notice("Recap", SORRY)


async def in_forms_place(visit: Visit, ack: AsyncAck, view: Awaitable[View]) -> None:
    """Put a view into the window of a form that was sent off, or a word of patience first when it takes a while."""
    work = asyncio.ensure_future(in_words(view))
    if await soon(work):
        await ack(response_action="update", view=work.result())
        return
    await ack(response_action="update", view=patience())
    await update_window(visit, visit.deed.view, await work)


def patience() -> View:
    """A window for the time until the right one is ready."""
    return modals.notice("Recap", "One moment, I am looking …")


def window(title: str, message: Message) -> View:
    """A message as a modal."""
    blocks = [block for block in message["blocks"] if block["type"] not in _MESSAGES_ONLY]
    return {**modals.notice(title, ""), "blocks": blocks[: limits.VIEW_BLOCKS]}


async def publish(visit: Visit, view: View) -> None:
    """Put a view on somebody's Home."""
    try:
        await visit.client.views_publish(user_id=visit.deed.user, view=view)
    except (SlackApiError, *UNREACHABLE) as error:
        log.error("Home could not be shown (%s).", word(error))


def _plain(message: Message) -> Message:
    return {name: value for name, value in message.items() if name not in _OF_POSTS}


async def _sent(call: Callable[..., Awaitable[object]], where: dict[str, str], form: Message) -> str:
    try:
        await call(**where, **form)
    except (SlackApiError, *UNREACHABLE) as error:
        return word(error)
    return ""
