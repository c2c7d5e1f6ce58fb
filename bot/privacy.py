"""``/recap privacy`` and ``/recap forget-me``: what is kept of whoever asks, and its end."""

from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import names, views
from bot.blocks import actions, button, context, post, section
from bot.deeds import command_deed, deed
from bot.desk import Desk, Payload
from bot.manners import forget
from bot.post import Message
from bot.reach import Visit, Work, attend, in_place, whisper
from bot.settings import Settings
from intents.base import counted
from store import privacy
from store.privacy import Kept

FORGOTTEN = (
    "I have forgotten you: your questions, thumbs, remarks and threads. Messages in Slack stay until deleted there."
)
SURE = "Shall I forget your questions, thumbs, remarks and the threads in which you go on? It cannot be taken back."
NEVER = "Questions are never written down here; the last ones are known until I am started anew."


def answer_privacy(app: AsyncApp, settings: Settings, desk: Desk, command: str) -> None:
    """Listen to both subcommands and the button between them and the end. Comes before what asks."""
    works: dict[str, Work] = {"privacy": _tell, "forget-me": _ask}

    def named(body: Payload) -> str:
        return str(body.get("text") or "").strip().lower()

    async def is_ours(body: Payload) -> bool:
        return named(body) in works

    async def on_command(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(command_deed(body), desk, settings, client), context, body, works[named(body)])

    async def on_press(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, _forget)

    app.command(command, matchers=[is_ours])(on_command)
    app.action(names.FORGET)(on_press)


async def _tell(visit: Visit) -> None:
    desk = visit.desk
    kept = await desk.in_thread(privacy.kept, desk.journal, visit.deed.user)
    await whisper(visit, told(kept, visit.settings))


def told(kept: Kept, settings: Settings) -> Message:
    """What is kept of a person, for how long, and how to end that."""
    days = counted(settings.keep_days, "day")
    ways_on = (
        f"For {days}: {counted(kept.answers, 'question')} of yours under answers with buttons, and the last ones of "
        "each conversation that you had."
    )
    lines = [
        ways_on if settings.keep_days else NEVER,
        f"Until you have them deleted: {counted(kept.ratings, 'thumb')} with what you wrote to them, "
        f"{counted(kept.filed, 'question')} sent to the note keepers.",
        f"For a day: {counted(kept.threads, 'thread')} in which you go on without a mention.",
        *([f"For a day: {counted(kept.drafts, 'note')} that you began to add."] if kept.drafts else []),
        "Without your name: when an answer was given, of which kind, and how fast.",
    ]
    if kept.deeds:
        lines.append(f"As an admin: {counted(kept.deeds, 'action')} with your ID, which stay.")
    lines.append(f"{settings.command} forget-me deletes it.")
    text = "\n".join(f"• {line}" for line in lines)
    return post(text, [section(text), context("All of it is in a file on the machine that runs me, and nowhere else.")])


async def _ask(visit: Visit) -> None:
    press = {**button(names.FORGET, "me", "Forget me"), "style": "danger"}
    await whisper(visit, post(SURE, [section(SURE), actions([press])]))


async def _forget(visit: Visit) -> None:
    """Forget whoever presses, which nobody can do for another."""
    desk, person = visit.desk, visit.deed
    direct = person.channel if person.channel.startswith("D") else ""
    await desk.in_thread(partial(privacy.forget, desk.journal, person.user, direct))
    forget(desk.door, person.user)
    await in_place(visit, views.sentence(FORGOTTEN))
