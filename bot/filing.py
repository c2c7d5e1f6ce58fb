"""Notes that are added are put into the notes folder and loaded; those that were may be taken out again."""

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot import add_views, views
from bot.admins import is_paused, write_down
from bot.ask import SORRY, STATE_TROUBLE, trace
from bot.drafting import MOST_FILES
from bot.pending import previewed, waiting
from bot.post import Message
from bot.reach import Visit, in_place, whisper
from bot.saving import WRITES
from bot.settling import settle_answered
from intents.base import counted
from store import drafts, held, new_notes, sidecar
from store.drafts import Added
from store.errors import BotError, IndexProblem
from store.held import Held
from store.load import Changes
from store.model import NO_FIXES
from store.preview import written

log = logging.getLogger(__name__)

BEGUN = "{} in the notes folder. I am reading them …"
NOT_ADDED = "That note was taken out already."
PAUSED = "Automatic reload is paused since a load was undone. It will be there after the next {}-reload."
OUT_PAUSED = "Automatic reload is paused since a load was undone. Give {}-reload."


async def add(visit: Visit) -> None:
    """Store a draft under a name of its own, load it, and tell what came of it in the place of the preview.

    One that was added already, with others or twice, only turns into what came of it.
    """
    desk = visit.desk
    if before := await desk.in_thread(_added_before, visit):
        await in_place(visit, add_views.added(visit.deed.value, before))
        return
    async with desk.turn(WRITES):
        file = await desk.in_thread(stored, visit)
    await write_down(visit, "add a note", file)
    await in_place(visit, add_views.stored(file, desk.at_work.told() if desk.loading.locked() else ""))
    await in_place(visit, await _read(visit, file))


async def add_all(visit: Visit) -> None:
    """The same for several drafts, with one load for all of them."""
    files: dict[str, str] = {}
    troubles: list[str] = []
    for one in _each(visit):
        try:
            async with visit.desk.turn(WRITES):
                files[one.deed.value] = await visit.desk.in_thread(stored, one)
            await write_down(one, "add a note", files[one.deed.value])
        except BotError as error:
            troubles.append(str(error))
    if files:
        await in_place(visit, views.sentence(BEGUN.format(counted(len(files), "note"))))
        trouble = await _trouble(visit, PAUSED)
        troubles += [trouble] if trouble else []
    found = [await visit.desk.in_thread(_held, visit, file) for file in files.values()]
    await in_place(visit, add_views.added_all(list(files), list(filter(None, found)), troubles))


async def take_all_out(visit: Visit) -> None:
    """Remove several notes that were added, with one load for all of them."""
    files: list[str] = []
    troubles: list[str] = []
    for one in _each(visit):
        try:
            async with visit.desk.turn(WRITES):
                files.append(await visit.desk.in_thread(_removed, one))
            await write_down(one, "take out a note", files[-1])
        except BotError as error:
            troubles.append(str(error))
    if files:
        troubles.insert(0, await _trouble(visit, OUT_PAUSED))
    said = f"{counted(len(files), 'note')} out of the notes again."
    await in_place(visit, views.sentence(" ".join(filter(None, [said, *troubles]))))


def _each(visit: Visit) -> list[Visit]:
    """One press on each of the tickets under a button for all."""
    tickets = dict.fromkeys(visit.deed.value.split()[:MOST_FILES])
    return [replace(visit, deed=replace(visit.deed, value=ticket)) for ticket in tickets]


async def _trouble(visit: Visit, paused: str) -> str:
    """Load, and tell why that could not be; nothing where it could."""
    if await is_paused(visit.desk):
        return paused.format(visit.settings.command)
    try:
        await _load(visit)
    except BotError as error:
        return str(error)
    except Exception as error:
        log.error("The notes could not be loaded:\n%s", trace(error))
        return SORRY
    return ""


def stored(visit: Visit) -> str:
    """Put a draft into the notes folder and note that; gives its path there. Raises ``BotError``; it waits on then."""
    notes, journal, ticket = visit.settings.notes, visit.desk.journal, visit.deed.value
    draft = waiting(visit, ticket)
    told = previewed(visit, draft)
    if told.twin and not _was_interrupted(visit, told.twin):
        raise BotError(f"The same content is in the notes already, in {told.twin}.")
    data, beside = written(draft)
    file = told.twin or new_notes.add(notes, draft.name, data)
    mark = new_notes.digest(data)
    try:
        if beside != NO_FIXES:
            sidecar.write(notes / file, beside)
    except BotError:
        new_notes.take_out(notes, file, mark)
        raise
    try:
        drafts.note_added(journal, ticket, Added(visit.deed.user, file, mark), visit.desk.clock())
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so it is not known who added a note:\n%s", trace(error))
    return file


def _was_interrupted(visit: Visit, twin: str) -> bool:
    """Whether the same content was put there by somebody who was killed before that was noted: then this goes on."""
    try:
        return twin.startswith(f"{new_notes.INBOX}/") and not drafts.is_noted(visit.desk.journal, twin)
    except STATE_TROUBLE:
        return False


async def _read(visit: Visit, file: str) -> Message:
    """Load, and tell what the index holds of a note, or why it does not."""
    ticket = visit.deed.value
    if await is_paused(visit.desk):
        return add_views.not_read(ticket, file, PAUSED.format(visit.settings.command))
    try:
        report = await _load(visit)
    except BotError as error:
        return add_views.not_read(ticket, file, str(error))
    except Exception as error:
        log.error("The notes could not be loaded:\n%s", trace(error))
        return add_views.not_read(ticket, file, SORRY)
    if found := await visit.desk.in_thread(_held, visit, file):
        return add_views.added(ticket, found)
    reasons = [f"{problem.reason} ({problem.remedy})" for problem in report.problems if problem.file == file]
    return add_views.not_read(ticket, file, "; ".join(reasons) or "the next load will tell why.")


def _added_before(visit: Visit) -> Held | None:
    added = drafts.added(visit.desk.journal, visit.deed.value)
    return _held(visit, added.file) if added else None


def _held(visit: Visit, file: str) -> Held | None:
    with suppress(BotError, IndexProblem):
        return held.by_file(visit.index, file)
    return None


async def _load(visit: Visit) -> Changes:
    """Load once any other load is done. Raises ``BotError``."""
    desk = visit.desk
    async with desk.loading:
        desk.at_work.begin(visit.deed.user)
        report = await desk.in_thread(desk.reload, False, desk.at_work.note)
    desk.start(desk.in_thread(settle_answered, desk, report), partial(whisper, visit))
    return report


async def take_out(visit: Visit) -> None:
    """Remove a note that was added, if nobody changed it since, and load."""
    desk = visit.desk
    async with desk.turn(WRITES):
        file = await desk.in_thread(_removed, visit)
    await write_down(visit, "take out a note", file)
    await in_place(visit, await _without(visit, file))


def _removed(visit: Visit) -> str:
    journal, ticket = visit.desk.journal, visit.deed.value
    added = drafts.added(journal, ticket)
    if added is None:
        raise BotError(NOT_ADDED)
    new_notes.take_out(visit.settings.notes, added.file, added.digest)
    drafts.note_taken_out(journal, ticket)
    return added.file


async def _without(visit: Visit, file: str) -> Message:
    return add_views.taken_out(file, await _trouble(visit, OUT_PAUSED))
