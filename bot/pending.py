"""Notes that wait to be added: previewed, kept until somebody decides, and fixed in a form before."""

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import PurePosixPath

from bot import add_views, fix_forms, names, views
from bot.ask import STATE_TROUBLE, trace
from bot.blocks import View
from bot.drafting import Unfit
from bot.fixing import troubles
from bot.post import Message
from bot.reach import Visit, in_place, show
from bot.saving import Carried, Saved
from store import drafts, held, new_notes
from store.drafts import Draft
from store.errors import BotError, IndexProblem
from store.fixable import KEYS, Fixable, merged
from store.held import Held
from store.model import NO_FIXES, Fixes, Source
from store.preview import Preview, checked_name, preview

log = logging.getLogger(__name__)

GONE = "That note does not wait any more: it was added or discarded, or a day went by. Share it again."
BEFORE = "That note was added already."
DISCARDED = "Discarded. Nothing was added to the notes."
NOT_KEPT = (
    "I cannot keep the note until you have decided: my state file fails. Who runs me finds the reason in the log."
)


async def begun(visit: Visit, one: Draft | Unfit) -> tuple[Message, str]:
    """What to say of something that was shared: its preview, or why it cannot be added; and its ticket if it waits."""
    if isinstance(one, Unfit):
        return add_views.unfit(one.name, one.why), ""
    try:
        return await visit.desk.in_thread(_kept, visit, one)
    except BotError as why:
        return add_views.unfit(one.name, why), ""


def _kept(visit: Visit, draft: Draft) -> tuple[Message, str]:
    """Keep a draft, unless it is in the notes already."""
    draft = _completed(visit, draft)
    told = previewed(visit, draft)
    if there := _there(visit, draft, told):
        return add_views.twin(draft.name, there), ""
    ticket = secrets.token_urlsafe(9)
    _keep(visit, ticket, draft)
    return _shown(visit, ticket, draft), ticket


def _keep(visit: Visit, ticket: str, draft: Draft) -> None:
    try:
        drafts.keep(visit.desk.journal, ticket, draft, visit.desk.clock())
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so a note that is to be added is not kept:\n%s", trace(error))
        raise BotError(NOT_KEPT) from None


def _shown(visit: Visit, ticket: str, draft: Draft) -> Message:
    in_memory = visit.desk.journal.unwritten is not None
    return add_views.preview(ticket, draft, previewed(visit, draft), in_memory=in_memory)


def _completed(visit: Visit, draft: Draft) -> Draft:
    """With the details of a file's message only where the file itself says nothing."""
    if draft.made or draft.fixes == NO_FIXES:
        return draft
    own = previewed(visit, replace(draft, fixes=NO_FIXES)).source
    said = {name: value for name, value in asdict(draft.fixes).items() if value and not getattr(own, name)}
    return replace(draft, fixes=Fixes(**said))


def previewed(visit: Visit, draft: Draft) -> Preview:
    """What a load would make of a draft. Raises ``NoteError`` where it would reject it."""
    return preview(visit.settings.notes, draft, visit.settings.max_note_bytes)


def _there(visit: Visit, draft: Draft, told: Preview) -> Source | None:
    """The note that has the same content, or is of the same message."""
    found: Held | None = None
    with suppress(BotError, IndexProblem):
        if told.twin:
            found = held.by_file(visit.index, told.twin)
        elif draft.made:
            found = held.by_url(visit.index, told.source.url)
    if found is None:
        return Source(told.twin, told.source.title) if told.twin else None
    return found.source


def waiting(visit: Visit, ticket: str) -> Draft:
    """The draft under a ticket. Raises ``BotError`` where it is gone."""
    journal = visit.desk.journal
    if draft := drafts.read(journal, ticket, visit.desk.clock()):
        return draft
    raise BotError(BEFORE if drafts.added(journal, ticket) else GONE)


async def open_form(visit: Visit) -> None:
    """Open the form that fixes what is known of a draft."""
    deed = visit.deed
    carry = Carried(deed.channel, deed.url, "" if deed.hidden else deed.message, deed.value)
    await show(visit, partial(_form, visit, carry))


def _form(visit: Visit, carry: Carried) -> View:
    draft = waiting(visit, carry.about)
    return add_views.form(_fixable(visit, draft), draft, carry)


def _fixable(visit: Visit, draft: Draft) -> Fixable:
    """A draft as something to be fixed: what holds now, what the file itself says, and what is fixed already."""
    now = _said(previewed(visit, draft).source)
    own = now if draft.made else _said(previewed(visit, replace(draft, fixes=NO_FIXES)).source)
    return Fixable(f"{new_notes.INBOX}/{draft.name}", now, own, draft.fixes)


def _said(source: Source) -> Fixes:
    return Fixes(**{name: getattr(source, name) for name in KEYS})


def save(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    """Keep what a form says of a draft, and show its preview anew; or complain."""
    draft = waiting(visit, carry.about)
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
    _keep(visit, carry.about, draft)
    return Saved(message=partial(_shown, visit, carry.about, draft))


def _renamed(draft: Draft, fixes: Fixes, typed: str) -> str:
    """The name that was typed; a message that was named by its title goes on to be. Raises ``BotError``."""
    before = new_notes.safe_name(draft.fixes.title or "", ".md", draft.fixes.date or "")
    path = PurePosixPath(draft.name)
    if draft.made and typed.strip() == path.stem and draft.name == before:
        return new_notes.safe_name(fixes.title or "", ".md", fixes.date or "")
    return new_notes.safe_name(checked_name(typed, draft.name), path.suffix)


async def discard(visit: Visit) -> None:
    """Forget the draft under the button that was pressed."""
    await visit.desk.in_thread(drafts.drop, visit.desk.journal, visit.deed.value)
    await in_place(visit, views.sentence(DISCARDED))
