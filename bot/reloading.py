"""Reading the notes again on an admin's word: with progress and a report, tried before, ended early, taken back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import names, views
from bot.admins import for_admins, is_paused, pause, write_down
from bot.blocks import actions, button, context, post, section
from bot.deeds import command_deed, deed
from bot.desk import Desk, Payload
from bot.mrkdwn import clip, mention
from bot.post import Message
from bot.reach import Visit, attend, whisper
from bot.screens import Aside, InPlace, OnCommand, Screen
from bot.settings import Settings
from bot.settling import settle_answered
from intents.base import counted
from store import previous
from store.errors import BotError
from store.load import Changes, TooMuchGone, reload

BEGUN = "Reading the notes …"
NOT_AT_WORK = "No load is at work, so there is nothing to cancel."
ENDING = "The load ends as soon as the file at hand is read."
WOULD = "Nothing was changed. A load would tell"
USAGE = "Write {0}, or behind it dry-run (tell what a load would do), cancel, or undo. I do not know “{1}”."
LATER = "Loading is paused, as since an undo, so it counts from the next {} on."
AFTERWARDS = "I read them once more when that is done."
UNDONE = (
    "The index of before the last removal is back: {}. Automatic reload is paused until the next {}, which will take "
    "out again whatever is still missing from the folder."
)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be loaded: even if most notes are gone, or only to see what that would do."""

    command: str
    force: bool = False
    rehearse: bool = False


def answer_reload(app: AsyncApp, desk: Desk, settings: Settings, command: str) -> None:
    """Listen to the slash command that loads, and to the buttons in what it shows."""

    async def on_reload(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        typed = str(body.get("text") or "").strip().lower()
        work = for_admins(command, partial(_obey, command, typed))
        attend(Visit(command_deed(body), desk, settings, client), context, body, work)

    async def on_force(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        work = for_admins("Loading the notes", partial(_load_in_place, Order(command, force=True)))
        attend(Visit(deed(body), desk, settings, client), context, body, work)

    async def on_cancel(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins("Cancelling a load", _cancel))

    app.command(command)(on_reload)
    app.action(names.FORCE)(on_force)
    app.action(names.CANCEL)(on_cancel)


async def _obey(command: str, typed: str, visit: Visit) -> None:
    """Do what follows the command."""
    orders = {
        "": Order(command),
        "force": Order(command, force=True),
        "dry-run": Order(command, rehearse=True),
    }
    if order := orders.get(typed):
        await load_and_tell(visit, OnCommand(visit), order)
    elif typed == "cancel":
        await _cancel(visit)
    elif typed == "undo":
        await _undo(command, visit)
    else:
        await whisper(visit, views.sentence(USAGE.format(command, typed[:40])))


async def _load_in_place(order: Order, visit: Visit) -> None:
    await load_and_tell(visit, InPlace(visit), order)


async def load_and_tell(visit: Visit, screen: Screen, order: Order) -> None:
    """Load the notes, or see what that would do, unless that is being done already."""
    desk = visit.desk
    if desk.loading.locked():
        await screen.tell(_busy(desk))
        return
    async with desk.loading:
        desk.at_work.begin(visit.deed.user)
        await screen.tell(views.sentence(BEGUN))
        report = await _report(visit, screen, order)
    await screen.tell(report)


async def load_written(visit: Visit, told: str) -> None:
    """Load after something was written into the notes folder, and tell in one message what came of both.

    ``told`` says in markup what was written. A load that is at work may have missed it: this one begins after it.
    """
    desk, screen = visit.desk, Aside(visit, told)
    if await is_paused(desk):
        await screen.tell(views.sentence(LATER.format(f"{visit.settings.command}-reload")))
        return
    if desk.loading.locked():
        busy = _busy(desk)
        await screen.tell({**busy, "blocks": [*busy["blocks"], context(AFTERWARDS)]})
    async with desk.loading:
        desk.at_work.begin(visit.deed.user)
        report = await _report(visit, screen, Order(f"{visit.settings.command}-reload"))
    await screen.tell(report)


async def _report(visit: Visit, screen: Screen, order: Order) -> Message:
    desk = visit.desk
    load = _rehearsal(visit) if order.rehearse else partial(desk.reload, order.force, desk.at_work.note)
    task = asyncio.ensure_future(desk.in_thread(load))
    try:
        await _show_progress(desk, screen, task)
        report = await task
    except TooMuchGone as error:
        return _too_much(error, order.command)
    except BotError as error:
        return views.sentence(str(error))
    if order.rehearse:
        return views.changes(report, WOULD)
    counts = len(report.added), len(report.changed), len(report.removed)
    await write_down(visit, "reload", "{} added, {} changed, {} removed".format(*counts))
    await pause(visit, on=False)
    desk.start(desk.in_thread(settle_answered, desk, report), partial(whisper, visit))
    return views.changes(report)


def _rehearsal(visit: Visit) -> Callable[[], Changes]:
    settings, note = visit.settings, visit.desk.at_work.note
    limit = settings.max_note_bytes
    return partial(reload, settings.notes, settings.db, rehearse=True, force=True, progress=note, limit=limit)


async def _show_progress(desk: Desk, screen: Screen, load: asyncio.Future[Changes]) -> None:
    """Tell how far a load is until it ends, as often as the screen allows."""
    wait = desk.progress_after[0] if desk.progress_after else 0.0
    while wait:
        await asyncio.wait({load}, timeout=wait)
        if load.done():
            return
        wait = await screen.progress(_progress(desk))


def _progress(desk: Desk) -> Message:
    told, bar = desk.at_work.told(), desk.at_work.bar()
    drawn = [context(bar)] if bar else []
    return post(told, [section(clip(told, 1_000)), *drawn, actions([button(names.CANCEL, "cancel", "Cancel")])])


def _busy(desk: Desk) -> Message:
    who = mention(desk.at_work.user)
    told = f"The notes are being read already{f' for {who}' if who else ''}. {clip(desk.at_work.told(), 1_000)}"
    return post(told, [section(told)])


def _too_much(error: TooMuchGone, command: str) -> Message:
    told = (
        f"{error.gone} of {counted(error.known, 'note')} are no longer in the folder, so nothing was changed. If that "
        f"is right, press the button or give {command} force; if not, check the folder (RECAP_NOTES)."
    )
    press = {**button(names.FORCE, "force", f"Load, and drop {counted(error.gone, 'note')}"), "style": "danger"}
    return post(told, [section(clip(told, 1_000)), actions([press])])


async def _cancel(visit: Visit) -> None:
    desk = visit.desk
    if not desk.loading.locked():
        raise BotError(NOT_AT_WORK)
    desk.at_work.ending = True
    await write_down(visit, "cancel a load")
    await whisper(visit, views.sentence(ENDING))


async def _undo(command: str, visit: Visit) -> None:
    """Bring back what the last load took out, and keep the clock and the folder from taking it out again."""
    desk = visit.desk
    if desk.loading.locked():
        await whisper(visit, _busy(desk))
        return
    async with desk.loading:
        desk.at_work.begin(visit.deed.user)
        notes = await desk.in_thread(previous.undo, visit.settings.db)
    await pause(visit, on=True)
    await write_down(visit, "undo a load", counted(notes, "note"))
    await whisper(visit, views.sentence(UNDONE.format(counted(notes, "note"), command)))
