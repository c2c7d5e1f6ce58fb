"""Questions that come in from Slack: mentions, direct messages and the command."""

from collections.abc import Sequence
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.ask import claim, finish
from bot.desk import Desk, Payload, Tell, to_the_asker
from bot.inbox import Incoming, from_command, from_event
from bot.post import Message, to_channel

REMEMBERED = 10_000
"""How many names of deliveries a process knows by heart, beside the state file."""

EVENTS = {"app_mention": "app_mentions:read", "message.im": "im:history"}
"""The events we answer, each with the scope that Slack wants for it."""


def answer_events(app: AsyncApp, desk: Desk) -> None:
    """Listen to everything that somebody may say to us."""

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


def answer_command(app: AsyncApp, desk: Desk, command: str) -> None:
    """Listen to the slash command that asks."""

    async def on_ask(ack: AsyncAck, body: Payload) -> None:
        await ack()
        tell = to_the_asker(desk, body)
        desk.start(_answer_privately(desk, from_command(body), tell), tell)

    app.command(command)(on_ask)


async def _answer_privately(desk: Desk, incoming: Incoming, tell: Tell) -> None:
    async with desk.turn(incoming.conversation):
        message = await desk.in_thread(_message, desk, incoming)
    await tell(message)
