"""``/recap admin aliases`` and ``/recap admin events``: the team's own tables, changed in a form."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import limits, names, table_forms
from bot.admins import for_admins, turned_away
from bot.blocks import Element, View
from bot.deeds import deed, entered, typed
from bot.desk import Desk, Payload
from bot.mrkdwn import units
from bot.reach import Visit, attend, in_forms_place, in_words, show, update_window, whisper
from bot.saving import NOTHING, Carried, Saved, answer_form, carried
from bot.settings import Settings
from intents.base import counted
from store import tables
from store.errors import BotError
from store.folder import check
from store.tables import FILES

WHAT = "Changing aliases and events"
NO_ENTRY = "That entry is not there any more. Open the list again."
FEW_NAMES = "Write two names at least, one on each line."
CURLY = ' Write straight quotes (") in place of curly ones.'


def answer_tables(app: AsyncApp, settings: Settings, desk: Desk) -> None:
    """Listen to the forms that change aliases and events. Comes before other presses."""

    async def on_add(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        await ack()
        attend(Visit(deed(body), desk, settings, client), context, body, for_admins(WHAT, _open_adding))

    async def on_typing(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        with suppress(BotError):
            await ack(options=await _offered(visit, context, body))
            return
        await ack(options=[])

    async def on_picked(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        visit = Visit(deed(body), desk, settings, client)
        desk.start(in_forms_place(visit, ack, _picked(visit, context, body)), partial(whisper, visit))

    app.action(names.TABLE_ADD)(on_add)
    app.options(names.TABLE_PIECE)(on_typing)
    app.view(names.TABLE_VIEW)(on_picked)
    for form, save in ((names.TABLE_FORM, _save), (names.ALIAS_FORM, _add_names), (names.EVENT_FORM, _add_event)):
        answer_form(app, settings, desk, form, WHAT, save)


async def open_table(table: str, rest: str, visit: Visit) -> None:
    """Open a table, or the one piece of it that some words name."""
    await show(visit, partial(_opened, visit, table, rest[:200]))


def _opened(visit: Visit, table: str, rest: str) -> View:
    check(visit.settings.notes)
    text = tables.read(_path(visit, table))
    carry = Carried(visit.deed.channel, visit.deed.url, about=table, mark=tables.mark(text))
    if units(text) <= limits.INPUT_TEXT:
        return table_forms.whole(table, text, carry)
    found = tables.entries(table, text, rest) if rest else []
    if len(found) == 1:
        return table_forms.piece(table, found[0][1], replace(carry, about=f"{table} {found[0][0]}"))
    return table_forms.which(table, len(tables.entries(table, text)), carry)


async def _open_adding(visit: Visit) -> None:
    """Put the form for one more entry in the place of the window it was called from."""
    carry = carried(visit.deed.note)
    await update_window(visit, visit.deed.view, await in_words(visit.desk.in_thread(_adding, visit, carry)))


def _adding(visit: Visit, carry: Carried) -> View:
    table, _ = _about(carry)
    carry = replace(carry, about=table, mark=tables.mark(tables.read(_path(visit, table))))
    return table_forms.add_names(carry) if table == "aliases" else table_forms.add_event(carry)


async def _offered(visit: Visit, context: AsyncBoltContext, body: Payload) -> list[Element]:
    if await turned_away(visit, context, body, WHAT):
        return []
    return await asyncio.to_thread(_pieces, visit, typed(body)[1])


def _pieces(visit: Visit, so_far: str) -> list[Element]:
    table, _ = _about(carried(visit.deed.note))
    return table_forms.options(tables.entries(table, tables.read(_path(visit, table)), so_far))


async def _picked(visit: Visit, context: AsyncBoltContext, body: Payload) -> View:
    """The piece that was chosen."""
    if refused := await turned_away(visit, context, body, WHAT):
        raise BotError(refused)
    return await visit.desk.in_thread(_piece, visit, entered(body).get(names.TABLE_PIECE, ""))


def _piece(visit: Visit, chosen: str) -> View:
    carry = carried(visit.deed.note)
    table, place = _about(replace(carry, about=f"{_about(carry)[0]} {chosen}"))
    text = tables.read(_path(visit, table))
    cut = tables.pieces(table, text)
    if tables.mark(text) != carry.mark or place is None or place >= len(cut):
        raise BotError(NO_ENTRY)
    return table_forms.piece(table, cut[place], replace(carry, about=f"{table} {place}"))


def _save(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    """Put what was typed in the place of the whole text, or of a piece."""
    table, place = _about(carry)
    typed = fields.get(names.TABLE_TEXT, "")
    text = tables.read(_path(visit, table))
    if tables.mark(text) != carry.mark:
        return _complaint(names.TABLE_TEXT, tables.MEANWHILE.format(FILES[table]))
    before = "" if place is None else "".join(tables.pieces(table, text)[:place])
    new = tables.tidy(typed) if place is None else tables.replaced(table, text, place, typed)
    return _written(visit, table, text, new, names.TABLE_TEXT, before.count("\n"))


def _add_names(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    said = [line.strip() for line in fields.get(names.ALIASES, "").splitlines() if line.strip()]
    if len(said) < 2:
        return _complaint(names.ALIASES, FEW_NAMES)
    text = tables.read(_path(visit, "aliases"))
    return _written(visit, "aliases", text, tables.with_names(text, said), names.ALIASES)


def _add_event(visit: Visit, carry: Carried, fields: Mapping[str, str]) -> Saved:
    said = {name: fields.get(field, "") for name, field in names.EVENT_FIELDS.items() if name != "aliases"}
    also = [line.strip() for line in fields.get(names.EVENT_FIELDS["aliases"], "").splitlines() if line.strip()]
    text, field = tables.read(_path(visit, "events")), names.EVENT_FIELDS["name"]
    try:
        new = tables.with_event(text, said, also)
    except BotError as error:
        return _complaint(field, str(error))
    return _written(visit, "events", text, new, field)


def _written(visit: Visit, table: str, old: str, new: str, field: str, before: int = 0) -> Saved:
    """Check a text and write it; *before* are the lines above what is seen of it."""
    lines = list(tables.differences(old, new))
    if not lines:
        return Saved(said=NOTHING)
    try:
        tables.check(table, new)
        tables.write(_path(visit, table), new, tables.mark(old))
    except BotError as error:
        curly = CURLY if any(quote in new for quote in "“”„") and "TOML" in str(error) else ""
        return _complaint(field, tables.near(str(error), before).replace(" and load again", "") + curly)
    detail = counted(len(lines), "line")
    return Saved(told=table_forms.told(table, lines), action=f"change {FILES[table]}", detail=detail)


def _complaint(field: str, said: str) -> Saved:
    return Saved(errors=table_forms.complaint(field, said))


def _about(carry: Carried) -> tuple[str, int | None]:
    """Which table a window is about, and which piece of it. Raises ``BotError`` for what is none of ours."""
    table, _, place = carry.about.partition(" ")
    if table not in FILES:
        raise BotError(NO_ENTRY)
    return table, int(place) if place.isdecimal() else None


def _path(visit: Visit, table: str) -> Path:
    return visit.settings.notes / FILES[table]
