"""What the buttons under answers do. Each press ends in one answer or one word why not."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import export, fix_forms, modals, names, views
from bot.admins import is_admin
from bot.again import TOO_OLD, Again, Change, again, answered, change, find, number, tweak_of
from bot.ask import replier
from bot.blocks import View
from bot.deeds import deed, entered
from bot.desk import Desk, Payload
from bot.post import Message, to_channel, to_response_url
from bot.reach import Visit, Work, attend, in_place, open_window, show, whisper
from bot.saving import Carried
from bot.settings import Settings
from intents.base import Answer, cite
from store import gaps, neighbours, ratings, shown
from store.errors import BotError
from store.shown import Shown

log = logging.getLogger(__name__)

FILED = "Thank you. The people who keep the notes will see this question."
FILED_BEFORE = "You have told the note keepers about this question already."
SHARED_BEFORE = "This answer is in the channel already."
NOT_SHARED = "I could not post the answer here. Invite me to the channel and press Share again."
NO_SUCH_PASSAGE = "That passage is not in the notes any more: they were loaded anew. Ask again."
NOT_KEPT = "I could not keep this so far. Please send it again in a moment."
KEPT_WITHIN = 2.5
"""Seconds that what people tell us has to be on disk in; Slack waits three for the acknowledgement."""
REACH = 2
"""How many passages before and behind one are shown with it."""

_TYPED_ABOVE = ("mention", "dm", "thread")
"""Where an answer stands under its question, so that it need not say it again."""
_OURS = re.compile(r"^recap:[\w:]{1,60}$")
_TICKET = re.compile(r"[\w-]{1,40}")


def answer_presses(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to every button under an answer, and to the form that asks what was wrong with one.

    Thumbs and remarks are acknowledged when they are kept, everything else at once.
    """

    async def on_press(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        if visit.deed.action == names.RATE:
            kept = asyncio.Event()
            await _once_kept(ack, kept, attend(visit, context, body, partial(_rate, kept)))
            return
        await ack()
        if work := _wanted(visit.deed.action):
            attend(visit, context, body, work)

    async def on_feedback(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        kept = asyncio.Event()
        work = attend(Visit(deed(body), desk, settings, client), context, body, partial(_explain, entered(body), kept))
        await _once_kept(ack, kept, work, response_action="errors", errors={names.REMARK: NOT_KEPT})

    app.action(_OURS)(on_press)
    app.view(names.FEEDBACK_FORM)(on_feedback)


async def _once_kept(ack: AsyncAck, kept: asyncio.Event, work: asyncio.Task[None], **otherwise: Any) -> None:
    """Acknowledge what is on disk by now, or was answered in words; to Slack, anything else did not work."""
    waiting = asyncio.create_task(kept.wait())
    await asyncio.wait({waiting, work}, timeout=KEPT_WITHIN, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if kept.is_set() or work.done():
        await ack()
    elif otherwise:
        await ack(**otherwise)


def _wanted(action: str) -> Work | None:
    """What a button does, by its name; None for a name that is none of ours."""
    if wanted := change(action):
        return partial(_change, wanted)
    if found := names.pattern(names.PASSAGE).fullmatch(action):
        place = number(found.group(1))
        return None if place is None else partial(_open_passage, place)
    return _WORK.get(action)


async def _change(wanted: Change, visit: Visit) -> None:
    """Another page, size, reading or question, in place of what is shown."""
    async with _turn(visit):
        await in_place(visit, await visit.desk.in_thread(_changed, visit, wanted))


def _changed(visit: Visit, wanted: Change) -> Message:
    desk, days = visit.desk, visit.settings.keep_days
    new = again(desk.journal, visit.deed.value, wanted, replier(visit.index), desk.clock(), days)
    return _message(new, private=visit.deed.hidden)


def _message(new: Again, *, private: bool) -> Message:
    asked = "" if new.row.surface in _TYPED_ABOVE else new.row.text
    sharer = new.row.user if new.row.surface == "share" else ""
    return views.message(new.answer, asked=asked, ticket=new.ticket, tweak=new.tweak, private=private, shared_by=sharer)


async def _why(visit: Visit) -> None:
    def make() -> View:
        row, answer = _found(visit)
        return modals.why(answer, tweak_of(row))

    await show(visit, make)


async def _export(visit: Visit) -> None:
    def make() -> View:
        row, answer = _found(visit)
        return modals.export(export.markdown(answer, row.text))

    await show(visit, make)


async def _open_passage(place: int, visit: Visit) -> None:
    """A passage where it stands; admins can go on to fix its note."""
    admin = await is_admin(visit.desk, visit.settings, visit.client, visit.deed.user)

    def make() -> View:
        _, answer = _found(visit)
        cited = answer.citations[place : place + 1]
        hit = next((hit for hit in answer.hits if cited and cite(hit) == cited[0]), None)
        around, at = neighbours.around(visit.index, hit.id, REACH) if hit else ([], 0)
        if not hit or not around:
            raise BotError(NO_SUCH_PASSAGE)
        around[at] = hit  # this one knows which words matched
        view = modals.passage(around, at)
        where = Carried(visit.deed.channel, visit.deed.url)
        return fix_forms.with_button(view, hit.source.file, where) if admin else view

    await show(visit, make)


async def _rate(kept: asyncio.Event, visit: Visit) -> None:
    """Keep a thumb; a thumb down opens the form that asks why, at once, since a trigger lives three seconds."""
    way, ticket = visit.deed.value.partition(":")[::2]
    helpful = f"{way}:" == names.UP
    if f"{way}:" not in (names.UP, names.DOWN) or not _TICKET.fullmatch(ticket):
        return
    writing = asyncio.ensure_future(_rated(kept, visit, ticket, helpful))
    try:
        if not helpful:
            await open_window(visit, modals.feedback(ticket))
    finally:
        if not await writing:
            raise BotError(TOO_OLD)


async def _rated(kept: asyncio.Event, visit: Visit, ticket: str, helpful: bool) -> bool:
    """Whether there is such an answer, now that the thumb is kept."""
    desk = visit.desk
    known = await _at_once(ratings.rate, desk.journal, ticket, visit.deed.user, helpful, desk.clock())
    kept.set()
    return known


async def _at_once(work: Callable[..., bool], *values: object) -> bool:
    """Not in the desk's threads: those may all be busy with answers, and Slack waits."""
    return await asyncio.to_thread(work, *values)


async def _explain(fields: dict[str, str], kept: asyncio.Event, visit: Visit) -> None:
    reason = fields.get(names.REASON, "")
    told = reason if reason in names.REASONS else "", fields.get(names.REMARK, "")
    desk = visit.desk
    await _at_once(ratings.explain, desk.journal, visit.deed.note, visit.deed.user, *told, desk.clock())
    kept.set()


async def _tell(visit: Visit) -> None:
    is_new = await visit.desk.in_thread(_file, visit)
    await whisper(visit, views.private_notice(FILED if is_new else FILED_BEFORE))


def _file(visit: Visit) -> bool:
    desk, ticket = visit.desk, visit.deed.value
    row = find(desk.journal, ticket, desk.clock(), visit.settings.keep_days)
    leaning = f"{row.text} (after “{row.earlier[-1]}”)" if row.earlier else row.text
    return gaps.file(desk.journal, ticket, visit.deed.user, leaning, desk.clock())


async def _share(visit: Visit) -> None:
    """Show everybody in the channel what only one person saw, once, with buttons of its own."""
    async with _turn(visit):
        ticket, thread, message = await visit.desk.in_thread(_to_share, visit)
        if not await _post_for_all(visit, thread, message):
            await visit.desk.in_thread(shown.forget, visit.desk.journal, ticket)
            raise BotError(NOT_SHARED)


def _to_share(visit: Visit) -> tuple[str, str, Message]:
    """The ticket, thread and message of an answer to be shared. Raises ``BotError`` where it was shared before."""
    desk, deed, days = visit.desk, visit.deed, visit.settings.keep_days
    row, answer = _found(visit)
    ticket = _ticket_of_copy(row, deed.value, deed.channel)
    if shown.read(desk.journal, ticket, desk.clock(), days):
        raise BotError(SHARED_BEFORE)
    thread = deed.thread or (row.thread if row.channel == deed.channel else "")
    row = replace(row, surface="share", user=deed.user, channel=deed.channel, thread=thread)
    shown.keep(desk.journal, ticket, row, desk.clock(), days)
    return ticket, thread, _message(Again(ticket, row, answer), private=False)


def _ticket_of_copy(row: Shown, ticket: str, channel: str) -> str:
    """The same for the same answer in the same channel, so that pressing twice does not post twice."""
    return hashlib.sha256(repr((ticket, channel, row)).encode("utf-8", "replace")).hexdigest()[:16]


async def _post_for_all(visit: Visit, thread: str, message: Message) -> bool:
    """Post where we are a member; elsewhere the press itself lets us, by its ``response_url``."""
    deed = visit.deed
    pause = visit.desk.pause
    if await to_channel(visit.client, deed.channel, thread, message, pause=pause):
        return True
    threaded = {"thread_ts": thread} if thread else {}
    if not deed.url or not await to_response_url(deed.url, {**message, **threaded}, everybody=True, pause=pause):
        return False
    log.info("The press itself let the answer be posted there after all.")
    return True


def _found(visit: Visit) -> tuple[Shown, Answer]:
    """What is shown under the ticket that was pressed. Raises ``BotError`` where that is gone."""
    desk = visit.desk
    row = find(desk.journal, visit.deed.value, desk.clock(), visit.settings.keep_days)
    return row, answered(row, replier(visit.index))


def _turn(visit: Visit) -> asyncio.Lock:
    """Lets one press on an answer after the other be worked on, so that what is shown is what was pressed last."""
    return visit.desk.turn(f"answer {visit.deed.value}")


_WORK: dict[str, Work] = {
    names.WHY: _why,
    names.EXPORT: _export,
    names.SHARE: _share,
    names.TELL: _tell,
}
