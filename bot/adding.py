"""Adding notes from Slack: files in direct messages and messages with a shortcut, and the buttons of their previews."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import add_views, filing, names, pending, views
from bot.admins import for_admins, is_admin
from bot.ask import finish
from bot.asking import STATUS_PATIENCE, Case, answer_once, claimed, may_ask, show_status, take_on, tell
from bot.deeds import Deed, deed
from bot.desk import Desk, Payload
from bot.drafting import MOST_FILES, TOO_MANY, Unfit, are_readable, of_files, of_message
from bot.inbox import from_event
from bot.post import Message
from bot.reach import Visit, Work, attend, whisper
from bot.saving import answer_form
from bot.settings import Settings
from store.drafts import Draft
from store.text import words

WHAT = "Adding notes"
READING = "is reading what you shared …"

WORK: dict[str, Work] = {
    names.ADD: filing.add,
    names.ADD_ALL: filing.add_all,
    names.ADD_FIX: pending.open_form,
    names.DISCARD: pending.discard,
    names.TAKE_OUT: filing.take_out,
    names.TAKE_OUT_ALL: filing.take_all_out,
}
"""What the buttons do."""


def answer_adding(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to files in direct messages, to the shortcut, and to the buttons. Comes before all that asks."""

    async def has_files(body: Payload) -> bool:
        return bool(_files(body)) and str(_event(body).get("channel") or "").startswith("D")

    async def on_drop(body: Payload, context: AsyncBoltContext) -> None:
        if incoming := from_event(body, context.bot_user_id or ""):
            case = Case(incoming, desk, settings, context, body)
            take_on(case, _receive(case))

    async def on_shortcut(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        work = for_admins(WHAT, partial(_begin_message, body))
        attend(Visit(deed(body), desk, settings, client), context, body, work)

    app.event("message", matchers=[has_files])(on_drop)
    app.shortcut({"type": "message_action", "callback_id": names.ADD_SHORTCUT})(on_shortcut)
    answer_form(app, settings, desk, names.ADD_FORM, WHAT, pending.save)
    for action, work in WORK.items():
        app.action(action)(_pressed(settings, desk, work))


def _pressed(settings: Settings, desk: Desk, work: Work) -> Callable[..., Awaitable[None]]:
    async def on_press(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins(WHAT, work))

    return on_press


async def _receive(case: Case) -> None:
    """See to files that somebody shared with us, or else to the question that came with them."""
    incoming, desk = case.incoming, case.desk
    files = _files(case.body)
    wanted = are_readable(files)
    admin = await is_admin(desk, case.settings, case.client, incoming.user)
    if words(incoming.text) and not (admin and wanted):
        if await answer_once(case) and wanted:
            await tell(case, add_views.not_yours(case.settings.admins))
        return
    async with desk.turn(incoming.conversation):
        if not await claimed(case):
            return
        if await may_ask(case):
            await (_begin_files(case, files) if admin else tell(case, add_views.not_yours(case.settings.admins)))
    await desk.in_thread(finish, desk.journal, incoming.keys, desk.clock())


async def _begin_files(case: Case, files: list[Mapping[str, Any]]) -> None:
    incoming, desk = case.incoming, case.desk
    here = Deed(user=incoming.user, channel=incoming.channel, message=incoming.ts, thread=incoming.thread)
    visit = Visit(here, desk, case.settings, case.client)
    status = asyncio.ensure_future(show_status(case, READING))
    try:
        found = await of_files(visit, files)
        await asyncio.wait({status}, timeout=STATUS_PATIENCE)
    finally:
        status.cancel()
    await _preview(visit, found, partial(tell, case))
    if len(files) > MOST_FILES:
        await tell(case, views.sentence(TOO_MANY.format(MOST_FILES)))


async def _begin_message(body: Payload, visit: Visit) -> None:
    """Show what would become of a message beside it: in its thread only if it is a reply there."""
    if visit.deed.thread == visit.deed.message:
        visit = replace(visit, deed=replace(visit.deed, thread=""))
    await _preview(visit, await of_message(visit, body), partial(whisper, visit))


async def _preview(visit: Visit, found: list[Draft | Unfit], say: Callable[[Message], Awaitable[object]]) -> None:
    """Say of each what would become of it, and offer to add all that wait."""
    tickets = []
    for one in found:
        message, ticket = await pending.begun(visit, one)
        await say(message)
        tickets += [ticket] if ticket else []
    if len(tickets) > 1:
        await say(add_views.offer_all(tickets))


def _event(body: Payload) -> Mapping[str, Any]:
    event = body.get("event")
    return event if isinstance(event, Mapping) else {}


def _files(body: Payload) -> list[Mapping[str, Any]]:
    files = _event(body).get("files")
    return [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []
