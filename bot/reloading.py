"""Reading the notes again on an admin's command, with progress and a report."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import views
from bot.desk import Desk, Payload, Tell, Whisper, to_the_asker
from bot.post import Message
from intents.base import counted
from store.errors import BotError
from store.load import TooMuchGone

STILL_WAITING = "Waiting to read the notes: the files are being listed, or another load is at work."


def answer_reload(app: AsyncApp, desk: Desk, command: str, admins: frozenset[str]) -> None:
    """Listen to the slash command that loads."""

    async def on_reload(ack: AsyncAck, body: Payload) -> None:
        await ack()
        tell = to_the_asker(desk, body)
        if body.get("user_id") in admins:
            force = str(body.get("text")).strip().lower() == "force"
            desk.start(load_and_tell(desk, tell, command, force=force), tell)
        else:
            desk.start(tell(views.sentence(_not_an_admin(command, admins))), tell)

    app.command(command)(on_reload)


def _not_an_admin(command: str, admins: frozenset[str]) -> str:
    if admins:
        return f"{command} is for the people listed in RECAP_ADMINS; ask one of them."
    return f"{command} is not open to anybody yet: who runs Recap can list member IDs in RECAP_ADMINS."


async def load_and_tell(desk: Desk, tell: Whisper, command: str, *, force: bool) -> None:
    """Load the notes unless that is being done already.

    ``tell`` shows progress and the report, each in place of the last. ``command`` is the slash command that would
    load in spite of a great loss.
    """
    if desk.loading.locked():
        await tell(views.sentence("The notes are being read already. Wait for that to end."))
        return
    async with desk.loading:
        await tell(views.sentence("Reading the notes …"))
        replace = partial(tell, replace=True)
        report = await _load_with_progress(desk, replace, command, force=force)
    await replace(report)


async def _load_with_progress(desk: Desk, tell: Tell, command: str, *, force: bool) -> Message:
    far, begun = list[int](), time.monotonic()

    def note(*counts: int) -> None:
        far[:] = counts

    load = asyncio.ensure_future(desk.in_thread(desk.reload, force, note))
    for seconds in desk.progress_after:
        await asyncio.wait({load}, timeout=seconds)
        if load.done():
            break
        await tell(views.sentence(_so_far(far, time.monotonic() - begun) if far else STILL_WAITING))
    try:
        return views.changes(await load)
    except TooMuchGone as error:
        return views.sentence(f"{error} Here that is {command} force.")
    except BotError as error:
        return views.sentence(str(error))


def _so_far(counts: Sequence[int], seconds: float) -> str:
    """How far a load is after some seconds, and how long it will go on; *counts* as ``store.load.Progress`` has them.

    >>> _so_far((50, 200, 1200, 1), 30.0)
    'Reading the notes … 50 of 200, 1200 passages, 1 rejected; about 2 minutes left'
    """
    done, total, passages, rejected = (*counts, 0, 0)[:4]
    told = f"Reading the notes … {done} of {total}"
    told += f", {counted(passages, 'passage')}" if passages else ""
    told += f", {rejected} rejected" if rejected else ""
    minutes = round(seconds * (total - done) / max(1, done) / 60)
    return told + (f"; about {counted(minutes, 'minute')} left" if minutes else "")
