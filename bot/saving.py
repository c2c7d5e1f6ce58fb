"""Admins' forms that write into the notes folder: checked, written one after the other, and loaded."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.admins import turned_away, write_down
from bot.deeds import deed, entered
from bot.desk import Desk, Payload
from bot.post import Message
from bot.reach import Visit, in_place, whisper
from bot.reloading import load_written
from bot.settings import Settings
from store.errors import BotError

WRITES = "writes into the notes folder"
"""The name of the turn that all who write there take."""
NOTHING = "Nothing was changed, so nothing was written."


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a form: complaints by the names of fields, or what was written.

    ``told`` says that in markup, ``action`` and ``detail`` for the log; ``said`` is a plain sentence where nothing
    had to be written. ``message`` makes, in a thread, what takes the place of the message
    from which the form was opened.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    told: str = ""
    action: str = ""
    detail: str = ""
    said: str = ""
    message: Callable[[], Message] | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """What a window carries along: where to answer, what it is about, and a mark of what was shown in it.

    ``message`` is the ``ts`` of the message from which it was opened, empty where only that person sees it.
    """

    channel: str = ""
    url: str = ""
    message: str = ""
    about: str = ""
    mark: str = ""

    def __str__(self) -> str:
        """As a view's metadata."""
        return json.dumps(asdict(self))


Save = Callable[[Visit, Carried, Mapping[str, str]], Saved]
"""Checks and writes, in a thread; gets what was entered by the names of fields."""


def carried(metadata: str) -> Carried:
    """Reads a view's metadata; whatever is not of ours is empty.

    >>> carried(str(Carried(about="tokyo.md"))).about, carried("[]") == carried("{") == Carried()
    ('tokyo.md', True)
    """
    try:
        read = json.loads(metadata)
    except ValueError:
        return Carried()
    known = {name: read.get(name) for name in asdict(Carried())} if isinstance(read, dict) else {}
    return Carried(**{name: value for name, value in known.items() if isinstance(value, str)})


def answer_form(app: AsyncApp, settings: Settings, desk: Desk, form: str, what: str, save: Save) -> None:
    """Listen to a form. ``what`` names in a sentence's beginning what it does."""

    async def on_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        done = deed(body)
        known = carried(done.note)
        visit = Visit(replace(done, channel=known.channel, url=known.url), desk, settings, client)
        work = partial(save, visit, known, entered(body))
        desk.start(_see_to(visit, ack, context, body, what, work, known), partial(whisper, visit))

    app.view(form)(on_form)


async def _see_to(
    visit: Visit,
    ack: AsyncAck,
    context: AsyncBoltContext,
    body: Payload,
    what: str,
    save: Callable[[], Saved],
    known: Carried,
) -> None:
    """Write and then close the form, or leave it open with what is wrong. Others than admins are told so privately."""
    desk = visit.desk
    if refused := await turned_away(visit, context, body, what):
        await ack()
        await whisper(visit, views.private_notice(refused))
        return
    try:
        async with desk.turn(WRITES):
            saved = await desk.in_thread(save)
    except BotError as error:
        saved = Saved(said=str(error))
    if saved.errors:
        await ack(response_action="errors", errors=dict(saved.errors))
        return
    await ack()
    if saved.message:
        place = replace(visit.deed, view="", message=known.message, hidden=not known.message)
        await in_place(replace(visit, deed=place), await desk.in_thread(saved.message))
    if saved.said:
        await whisper(visit, views.private_notice(saved.said))
    if saved.told:
        await write_down(visit, saved.action, saved.detail)
        await load_written(visit, saved.told)
