"""``/recap admin fix``: title, event, date, author and address of a note, put right in a form."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import fix_forms, names
from bot.admins import for_admins, turned_away
from bot.blocks import Element, View
from bot.deeds import deed, entered, typed
from bot.desk import Desk, Payload
from bot.reach import Visit, attend, in_forms_place, in_words, show, update_window, whisper
from bot.saving import NOTHING, Carried, Saved, answer_form, carried
from bot.settings import Settings
from store import fixable, lookup, sidecar
from store.errors import BotError, IndexProblem, NoteError
from store.model import Fixes

WHAT = "Fixing notes"
PATIENCE = 0.9
"""Seconds for what a menu offers; who types on asks again anyway."""
MEANWHILE = "Somebody changed what is known of this note meanwhile. Close this form and open it again to see it."


def answer_fixing(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to the choice of a note, to what is typed in the menus, and to the form. Comes before other presses."""

    async def on_choice(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins(WHAT, _open_chosen))

    async def on_typing(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        try:
            offered = await asyncio.wait_for(_offered(visit, context, body), PATIENCE)
        except (TimeoutError, IndexProblem):
            offered = []
        await ack(options=offered)

    async def on_picked(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        desk.start(in_forms_place(visit, ack, _picked(visit, context, body)), partial(whisper, visit))

    app.action(names.pattern(names.FIX))(on_choice)
    app.view(names.FIX_VIEW)(on_picked)
    for menu in (names.FIX_NOTE, names.FIXES["event"]):
        app.options(menu)(on_typing)
    answer_form(app, settings, desk, names.FIX_FORM, WHAT, _save)


async def open_fixing(rest: str, visit: Visit) -> None:
    """Open the form for the note that some words name, or a window in which one is chosen."""
    carry = Carried(visit.deed.channel, visit.deed.url)
    await show(visit, partial(_first, visit, rest[:200], carry))


def _first(visit: Visit, rest: str, carry: Carried) -> View:
    found = fixable.find(visit.index, rest) if rest else []
    return _form(visit, found[0].file, carry) if len(found) == 1 else fix_forms.which(found, rest, carry)


async def _open_chosen(visit: Visit) -> None:
    """Put the form in the place of the window in which a note was chosen, or on top of what else is open."""
    carry = carried(visit.deed.note)
    make = partial(_chosen, visit, carry)
    if carry == Carried():
        await show(visit, make)
    else:
        await update_window(visit, visit.deed.view, await in_words(visit.desk.in_thread(make)))


async def _picked(visit: Visit, context: AsyncBoltContext, body: Payload) -> View:
    """The form for the note that was chosen in the menu."""
    if refused := await turned_away(visit, context, body, WHAT):
        raise BotError(refused)
    picked = replace(visit, deed=replace(visit.deed, value=entered(body).get(names.FIX_NOTE, "")))
    return await visit.desk.in_thread(_chosen, picked, carried(visit.deed.note))


def _chosen(visit: Visit, carry: Carried) -> View:
    return _form(visit, fixable.by_key(visit.index, visit.deed.value), carry)


def _form(visit: Visit, file: str, carry: Carried) -> View:
    note = fixable.look(visit.index, visit.settings.notes, file, visit.settings.max_note_bytes)
    return fix_forms.form(note, replace(carry, about=fixable.key(file), mark=note.mark))


async def _offered(visit: Visit, context: AsyncBoltContext, body: Payload) -> list[Element]:
    """What a menu offers; nothing to those who may not fix. Not in the desk's threads: those may all be busy."""
    menu, so_far = typed(body)
    if visit.desk.index is None or await turned_away(visit, context, body, WHAT):
        return []
    return await asyncio.to_thread(_notes if menu == names.FIX_NOTE else _events, visit, so_far)


def _notes(visit: Visit, so_far: str) -> list[Element]:
    return fix_forms.found(fixable.find(visit.index, so_far))


def _events(visit: Visit, so_far: str) -> list[Element]:
    return fix_forms.events(lookup.all_events(visit.index.facets, so_far), so_far)


def _save(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    """Write what is to be fixed beside the note, unless it cannot be, or is not what the form began with any more."""
    notes = visit.settings.notes
    file = fixable.by_key(visit.index, carry.about)
    note = fixable.look(visit.index, notes, file, visit.settings.max_note_bytes)
    said = fix_forms.entered(note, fields)
    new = fixable.merged(note, said)
    if note.mark != carry.mark:
        return Saved(said=NOTHING) if new == note.fixed else _complaint("title", MEANWHILE)
    if wrong := troubles(new):
        return Saved(errors=fix_forms.errors(wrong))
    if new == note.fixed and not note.trouble:
        return Saved(said=NOTHING)
    try:
        sidecar.write(notes / file, new)
    except BotError as error:
        return _complaint("title", str(error))
    told = fix_forms.told(note, fixable.differences(note, new))
    return Saved(told=told, action="fix a note", detail=file)


def troubles(new: Fixes) -> dict[str, str]:
    """What is wrong with each detail, by its name."""
    found = {}
    for name, value in asdict(new).items():
        try:
            sidecar.checked(Fixes(**{name: value}))
        except NoteError as error:
            found[name] = f"{error.remedy[:1].upper()}{error.remedy[1:]}."
    return found


def _complaint(name: str, said: str) -> Saved:
    return Saved(errors=fix_forms.errors({name: said}))
