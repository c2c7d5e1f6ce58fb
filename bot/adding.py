"""Adding notes from Slack: a message or a file is previewed, fixed, stored and loaded, and can be taken out again."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import add_views, fix_forms, names, views
from bot.add_views import Held
from bot.admins import for_admins, is_admin, is_paused, write_down
from bot.ask import SORRY, STATE_TROUBLE, finish, trace
from bot.asking import STATUS_PATIENCE, Case, answer_once, claimed, may_ask, show_status, take_on, tell
from bot.blocks import View
from bot.deeds import Deed, deed
from bot.desk import Desk, Payload
from bot.drafting import MOST_FILES, TOO_MANY, Unfit, are_readable, of_files, of_message
from bot.fixing import troubles
from bot.inbox import from_event
from bot.post import Message
from bot.reach import Visit, attend, in_place, show, whisper
from bot.saving import WRITES, Carried, Saved, answer_form
from bot.settings import Settings
from bot.settling import settle_answered
from store import drafts, new_notes, sidecar
from store.drafts import Added, Draft
from store.errors import BotError, IndexProblem
from store.fixable import KEYS, Fixable, merged
from store.load import Changes
from store.model import NO_FIXES, Fixes, Source
from store.preview import Preview, checked_name, preview, written
from store.text import words

log = logging.getLogger(__name__)

WHAT = "Adding notes"
GONE = "That note does not wait any more: it was added or discarded, or a day went by. Share it again."
BEFORE = "That note was added already."
NOT_ADDED = "That note was taken out already."
READING = "is reading what you shared …"
DISCARDED = "Discarded. Nothing was added to the notes."
NOT_KEPT = (
    "I cannot keep the note until you have decided: my state file fails. Who runs me finds the reason in the log."
)
PAUSED = "automatic reload is paused since a load was undone. It will be there after the next {}-reload."
OUT_PAUSED = "automatic reload is paused since a load was undone. Give {}-reload."


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
    answer_form(app, settings, desk, names.ADD_FORM, WHAT, _save)
    for action, work in _WORK.items():
        app.action(action)(_pressed(settings, desk, work))


def _pressed(settings: Settings, desk: Desk, work: Any) -> Any:
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
        for one in await of_files(visit, files):
            await asyncio.wait({status}, timeout=STATUS_PATIENCE)
            await tell(case, await _begun(visit, one))
    finally:
        status.cancel()
    if len(files) > MOST_FILES:
        await tell(case, views.sentence(TOO_MANY.format(MOST_FILES)))


async def _begin_message(body: Payload, visit: Visit) -> None:
    for one in await of_message(visit, body):
        await whisper(visit, await _begun(visit, one))


async def _begun(visit: Visit, one: Draft | Unfit) -> Message:
    """What to say of something that was shared: its preview, or why it cannot be added."""
    if isinstance(one, Unfit):
        return add_views.unfit(one.name, one.why)
    try:
        return await visit.desk.in_thread(_kept, visit, one)
    except BotError as why:
        return add_views.unfit(one.name, why)


def _kept(visit: Visit, draft: Draft) -> Message:
    """Keep a draft, unless it is in the notes already."""
    draft = _completed(visit, draft)
    told = _previewed(visit, draft)
    if there := _there(visit, draft, told):
        return add_views.twin(draft.name, there)
    return _kept_as(visit, secrets.token_urlsafe(9), draft, told)


def _kept_as(visit: Visit, ticket: str, draft: Draft, told: Preview) -> Message:
    journal = visit.desk.journal
    try:
        drafts.keep(journal, ticket, draft, visit.desk.clock())
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so a note that is to be added is not kept:\n%s", trace(error))
        raise BotError(NOT_KEPT) from None
    return add_views.preview(ticket, draft, told, in_memory=journal.unwritten is not None)


def _completed(visit: Visit, draft: Draft) -> Draft:
    """With the details of a file's message only where the file itself says nothing."""
    if draft.made or draft.fixes == NO_FIXES:
        return draft
    own = _previewed(visit, replace(draft, fixes=NO_FIXES)).source
    said = {name: value for name, value in asdict(draft.fixes).items() if value and not getattr(own, name)}
    return replace(draft, fixes=Fixes(**said))


def _previewed(visit: Visit, draft: Draft) -> Preview:
    return preview(visit.settings.notes, draft, visit.settings.max_note_bytes)


def _there(visit: Visit, draft: Draft, told: Preview) -> Source | None:
    """The note that has the same content, or is of the same message."""
    if told.twin:
        return _known(visit, "file", told.twin) or Source(told.twin, told.source.title)
    return _known(visit, "url", told.source.url) if draft.made and told.source.url else None


def _known(visit: Visit, column: str, value: str) -> Source | None:
    held = _held(visit, column, value)
    return held.source if held else None


def _held(visit: Visit, column: str, value: str) -> Held | None:
    """What the index holds of a note, looked for by its ``file`` or ``url``; None where it holds none, or fails."""
    sql = (
        "SELECT n.file, n.title, n.event, n.date, n.author, n.url, "  # noqa: S608 - a column's name of ours
        f"(SELECT count(*) FROM passages p WHERE p.note = n.id) FROM notes n WHERE n.{column} = ? ORDER BY n.file"
    )
    try:
        rows = visit.index.rows(sql, [value])
    except (BotError, IndexProblem):
        return None
    for file, title, event, date, author, url, count in rows:
        return Held(Source(file, title, event, date=date, author=author, url=url), count)
    return None


def _draft(visit: Visit, ticket: str) -> Draft:
    """The draft under a ticket. Raises ``BotError`` where it is gone."""
    journal = visit.desk.journal
    if draft := drafts.read(journal, ticket, visit.desk.clock()):
        return draft
    raise BotError(BEFORE if drafts.added(journal, ticket) else GONE)


async def _open_form(visit: Visit) -> None:
    """Open the form that fixes what is known of a draft."""
    deed = visit.deed
    carry = Carried(deed.channel, deed.url, "" if deed.hidden else deed.message, deed.value)
    await show(visit, partial(_form, visit, carry))


def _form(visit: Visit, carry: Carried) -> View:
    draft = _draft(visit, carry.about)
    return add_views.form(_fixable(visit, draft), draft, carry)


def _fixable(visit: Visit, draft: Draft) -> Fixable:
    """A draft as something to be fixed: what holds now, what the file itself says, and what is fixed already."""
    now = _said(_previewed(visit, draft).source)
    own = now if draft.made else _said(_previewed(visit, replace(draft, fixes=NO_FIXES)).source)
    return Fixable(f"{new_notes.INBOX}/{draft.name}", now, own, draft.fixes)


def _said(source: Source) -> Fixes:
    return Fixes(**{name: getattr(source, name) for name in KEYS})


def _save(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    """Keep what a form says of a draft, and show its preview anew; or complain."""
    draft = _draft(visit, carry.about)
    note = _fixable(visit, draft)
    fixes = merged(note, fix_forms.entered(note, fields))
    wrong = fix_forms.errors(troubles(fixes))
    try:
        name = _renamed(draft, fixes, fields.get(names.FILE_NAME, ""))
    except BotError as error:
        wrong = {**wrong, names.FILE_NAME: str(error)}
    if wrong:
        return Saved(errors=wrong)
    draft = replace(draft, fixes=fixes, name=name)
    return Saved(message=_kept_as(visit, carry.about, draft, _previewed(visit, draft)))


def _renamed(draft: Draft, fixes: Fixes, typed: str) -> str:
    """The name that was typed; a message that was named by its title goes on to be. Raises ``BotError``."""
    before = new_notes.safe_name(draft.fixes.title or "", ".md", draft.fixes.date or "")
    path = PurePosixPath(draft.name)
    if draft.made and typed.strip() == path.stem and draft.name == before:
        return new_notes.safe_name(fixes.title or "", ".md", fixes.date or "")
    return new_notes.safe_name(checked_name(typed, draft.name), path.suffix)


async def _discard(visit: Visit) -> None:
    await visit.desk.in_thread(drafts.drop, visit.desk.journal, visit.deed.value)
    await in_place(visit, views.sentence(DISCARDED))


async def _add(visit: Visit) -> None:
    """Store a draft under a name of its own, load it, and tell what came of it in the place of the preview."""
    desk = visit.desk
    async with desk.turn(WRITES):
        file = await desk.in_thread(_stored, visit)
    await write_down(visit, "add a note", file)
    await in_place(visit, add_views.stored(file, desk.at_work.told() if desk.loading.locked() else ""))
    await in_place(visit, await _read(visit, file))


def _stored(visit: Visit) -> str:
    """Put a draft into the notes folder and note that; gives its path there. Raises ``BotError``; it waits on then."""
    notes, journal, ticket = visit.settings.notes, visit.desk.journal, visit.deed.value
    draft = _draft(visit, ticket)
    told = _previewed(visit, draft)
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
    if held := await visit.desk.in_thread(_held, visit, "file", file):
        return add_views.added(ticket, held)
    reasons = [f"{problem.reason} ({problem.remedy})" for problem in report.problems if problem.file == file]
    return add_views.not_read(ticket, file, "; ".join(reasons) or "the next load will tell why.")


async def _load(visit: Visit) -> Changes:
    """Load once any other load is done. Raises ``BotError``."""
    desk = visit.desk
    async with desk.loading:
        desk.at_work.begin(visit.deed.user)
        report = await desk.in_thread(desk.reload, False, desk.at_work.note)
    desk.start(desk.in_thread(settle_answered, desk, report), partial(whisper, visit))
    return report


async def _take_out(visit: Visit) -> None:
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
    if await is_paused(visit.desk):
        return add_views.taken_out(file, OUT_PAUSED.format(visit.settings.command))
    try:
        await _load(visit)
    except BotError as error:
        return add_views.taken_out(file, str(error))
    except Exception as error:
        log.error("The notes could not be loaded:\n%s", trace(error))
        return add_views.taken_out(file, SORRY)
    return add_views.taken_out(file)


def _event(body: Payload) -> Mapping[str, Any]:
    event = body.get("event")
    return event if isinstance(event, Mapping) else {}


def _files(body: Payload) -> list[Mapping[str, Any]]:
    files = _event(body).get("files")
    return [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []


_WORK = {
    names.ADD: _add,
    names.ADD_FIX: _open_form,
    names.DISCARD: _discard,
    names.TAKE_OUT: _take_out,
}
