"""Shortcuts: what the notes say to anybody's message, and a form to search them with."""

import asyncio
from collections.abc import Callable
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import modals, names
from bot.blocks import View
from bot.deeds import deed, entered, said, typed
from bot.desk import Desk, Payload
from bot.inbox import clean
from bot.manners import objection
from bot.offhand import answered
from bot.reach import (
    Visit,
    attend,
    in_forms_place,
    open_window,
    whisper,
    window,
)
from bot.settings import Settings
from intents.understand import MAX_QUESTION
from store import lookup
from store.errors import BotError, IndexProblem
from store.model import Facets

NO_TEXT = "There is no text in that message that I could look for in the notes."
PATIENCE = 0.9
"""Seconds for the names that a type-ahead offers; who types on asks again anyway."""

FIELDS: dict[str, Callable[[Facets, str], list[str]]] = {
    names.EVENT: lookup.events,
    names.YEAR: lookup.years,
    names.PERSON: lookup.people,
}
"""What each select of the search form offers."""
_OPERATORS = {names.EVENT: "event", names.YEAR: "year", names.PERSON: "by"}


def answer_shortcuts(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to both shortcuts, and to the search form: what is typed into it, and what is sent."""

    async def on_message(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        text = clean(said(body), context.bot_user_id or "")[:MAX_QUESTION]
        attend(Visit(deed(body), desk, settings, client), context, body, partial(_answer_message, text))

    async def on_search(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, _open_form)

    async def on_typing(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        try:
            found = await asyncio.wait_for(_names(visit, context, body), PATIENCE)
        except (TimeoutError, IndexProblem):
            found = []
        await ack(options=modals.options(found))

    async def on_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        desk.start(in_forms_place(visit, ack, _answer_form(visit, context, body)), partial(whisper, visit))

    app.shortcut({"type": "message_action", "callback_id": names.MESSAGE_SHORTCUT})(on_message)
    app.shortcut({"type": "shortcut", "callback_id": names.SEARCH_SHORTCUT})(on_search)
    app.view(names.SEARCH_FORM)(on_form)
    for field in FIELDS:
        app.options(field)(on_typing)


async def _answer_message(text: str, visit: Visit) -> None:
    """Tell the one who asks, and nobody else, what the notes say to a message."""
    if not text:
        raise BotError(NO_TEXT)
    deed = visit.deed
    thread = deed.thread or deed.message
    _, message = await answered(visit, text, "shortcut", deed.channel, thread=thread, private=True)
    await whisper(visit, message)


async def _open_form(visit: Visit) -> None:
    await open_window(visit, modals.search())


async def _names(visit: Visit, context: AsyncBoltContext, body: Payload) -> list[str]:
    """What a select offers; nothing to those who may not ask. Not in the desk's threads: those may all be busy."""
    field, so_far = typed(body)
    index = visit.desk.index
    if index is None or await objection(visit.desk.door, visit.settings, context, body):
        return []
    return await asyncio.to_thread(lambda: FIELDS[field](index.facets, so_far))


async def _answer_form(visit: Visit, context: AsyncBoltContext, body: Payload) -> View:
    if reason := await objection(visit.desk.door, visit.settings, context, body):
        return modals.notice("Recap", reason)
    _, message = await answered(visit, question(entered(body)), "search", visit.deed.view)
    return window("What the notes say", message)


def question(fields: dict[str, str]) -> str:
    """What a filled form asks, in the grammar of questions.

    >>> question({"question": "kuryr", "event": "Summit Tokyo 2015", "year": "2015"})
    'kuryr event:"Summit Tokyo 2015" year:"2015"'
    """
    limits = [f'{_OPERATORS[name]}:"{value}"' for name in FIELDS if (value := _bare(fields.get(name, "")))]
    return " ".join([clean(fields.get(names.QUESTION, "")), *limits]).strip()


def _bare(value: str) -> str:
    return " ".join(value.translate(dict.fromkeys(map(ord, '"“”„'), " ")).split())
