"""App Home and the agent view: what Recap knows, and what to ask it; for admins how it fares."""

import logging
from dataclasses import replace

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import home, names, views
from bot.admins import for_admins, is_admin
from bot.ask import STATE_TROUBLE, trace
from bot.blocks import View, section
from bot.deeds import Deed, deed
from bot.desk import Desk, Payload
from bot.home import Home
from bot.manners import objection
from bot.mrkdwn import clip
from bot.offhand import answered
from bot.post import UNREACHABLE, Message, to_person, word
from bot.reach import Visit, attend, open_window, patience, publish
from bot.reloading import Order, load_and_tell
from bot.screens import InPlace
from bot.settings import Settings
from intents.base import counted
from store import gaps, ratings, shown
from store.errors import BotError, IndexProblem
from store.journal import DAY
from store.load import Problem
from store.news import news

log = logging.getLogger(__name__)

NOT_SENT = "I could not write to you directly. Ask me under Messages, please."
STATE_FAILS = (
    "*The state file fails*, so conversations, ratings and open questions are not kept. My log and `recap doctor` tell "
    "what is wrong with it; answers go on."
)
WEEK = 7 * DAY


def answer_surfaces(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to Home and the agent view being opened, and to the examples and the load button there."""

    async def on_opened(body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        event = body.get("event")
        opened = event if isinstance(event, dict) else {}
        user, channel = (str(opened.get(name) or "") for name in ("user", "channel"))
        visit = Visit(Deed(user=user, channel=channel, home=True), desk, settings, client)
        if opened.get("tab") == "messages":
            desk.start(_suggest(visit, context, body), _say_nothing)
        elif user:
            desk.start(_show_home(visit, context, body), _say_nothing)

    async def on_example(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, _ask_example)

    async def on_load(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins("Loading the notes", _load))

    app.event("app_home_opened")(on_opened)
    app.action(names.pattern(names.ASK))(on_example)
    app.action(names.LOAD)(on_load)


async def _say_nothing(message: Message) -> None:
    """Whoever just looks asked nothing, and needs no apology."""


async def _suggest(visit: Visit, context: AsyncBoltContext, body: Payload) -> None:
    """Offer questions where somebody opens the agent view. Not every app has it: a refusal changes nothing."""
    if await objection(visit.desk.door, visit.settings, context, body):
        return
    prompts = views.prompts(visit.desk.intents)
    try:
        await visit.client.assistant_threads_setSuggestedPrompts(channel_id=visit.deed.channel, prompts=prompts)
    except (SlackApiError, *UNREACHABLE) as error:
        log.debug("No questions are suggested (%s).", word(error))


async def _show_home(visit: Visit, context: AsyncBoltContext, body: Payload) -> None:
    if reason := await objection(visit.desk.door, visit.settings, context, body):
        await publish(visit, {"type": "home", "blocks": [section(clip(reason, 1_000))]})
    else:
        admin = await is_admin(visit.desk, visit.settings, visit.client, visit.deed.user)
        await publish(visit, await visit.desk.in_thread(_home, visit, admin))


def _home(visit: Visit, admin: bool) -> View:
    desk, settings = visit.desk, visit.settings
    told = Home(
        examples=views.examples(desk.intents),
        command=settings.command,
        admin=admin,
        loading=desk.loading.locked(),
    )
    try:
        told = _with_notes(told, visit)
    except (BotError, IndexProblem) as error:
        told = replace(told, status=(str(error),))
    return home.home(_with_state(told, visit) if told.admin else told)


def _with_notes(told: Home, visit: Visit) -> Home:
    with visit.index.snapshot():
        status = visit.index.status()
        return replace(
            told,
            notes=status.notes,
            passages=status.passages,
            loaded=status.loaded_at,
            events=visit.index.facets.events[::-1],
            news=news(visit.index),
            status=(f"The notes are read from {status.folder}.",),
            problems=tuple(Problem(*problem) for problem in status.problems),
        )


def _with_state(told: Home, visit: Visit) -> Home:
    journal = visit.desk.journal
    try:
        week = ratings.usage(journal, visit.desk.clock() - WEEK)
        open_questions = tuple(gap.text for gap in gaps.unanswered(journal))
    except STATE_TROUBLE as error:
        log.error("The state file cannot be read, so Home tells nothing of it:\n%s", trace(error))
        return replace(told, status=(*told.status, STATE_FAILS))
    counts = (
        f"In the last seven days: {counted(week.answers, 'answer')}, {week.refused} of them "
        f"{'a refusal' if week.refused == 1 else 'refusals'}; "
        f"thumbs: {week.up} up, {week.down} down."
    )
    return replace(told, status=(*told.status, counts), gaps=open_questions)


async def _ask_example(visit: Visit) -> None:
    """Answer a question that was pressed, not typed, in the person's direct messages."""
    text = visit.deed.value.strip()
    if not text:
        return
    ticket, message = await answered(visit, text, "home", visit.deed.user)
    channel, ts = await to_person(visit.client, visit.deed.user, message, pause=visit.desk.pause)
    if not channel:
        raise BotError(NOT_SENT)
    await visit.desk.in_thread(_settle, visit, ticket, channel, ts)


def _settle(visit: Visit, ticket: str, channel: str, ts: str) -> None:
    """Let what is asked under the answer go on from it: its message is the root of a thread of its own."""
    journal, now, days = visit.desk.journal, visit.desk.clock(), visit.settings.keep_days
    try:
        if row := shown.read(journal, ticket, now, days):
            shown.keep(journal, ticket, replace(row, channel=channel, thread=ts), now, days)
            journal.remember(f"{channel}:{ts}", row.text, now)
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so nothing goes on from this answer:\n%s", trace(error))


async def _load(visit: Visit) -> None:
    """Read the notes again, with progress and the report in a window, and show what Home has to say then."""
    opened = await open_window(visit, patience())
    in_window = replace(visit, deed=replace(visit.deed, view=opened, home=False))
    await load_and_tell(visit, InPlace(in_window), Order(f"{visit.settings.command}-reload"))
    await publish(visit, await visit.desk.in_thread(_home, visit, True))
