"""What admins see of a note that they add from Slack. Pure: plain data in, messages out."""

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from bot import fix_forms, modals, names, views
from bot.blocks import ROOM, Message, View, actions, button, context, listed, post, section
from bot.mrkdwn import clip, link, mention, quoted
from bot.saving import Carried
from intents.base import counted
from store.drafts import Draft
from store.errors import BotError, NoteError
from store.fixable import Fixable
from store.held import Held
from store.model import Source
from store.new_notes import INBOX, LONGEST
from store.preview import Preview

FOUND = {
    "fixed": "as you set it",
    "front matter": "from its front matter",
    "title": "from its title",
    "file name": "from its file name",
    "text": "from its text",
}
"""How an event was found, in words."""
WAITS = "It waits here for a day. Nothing is in the notes before you press Add."
WAITS_IN_MEMORY = "It waits until I am started anew, a day at most. Nothing is in the notes before you press Add."
NOT_YOURS = "I do not read files that you share: adding notes is for the people who keep them. "
ASK_THEM = "{} can share it with me."
ASK_WHOEVER = "Who runs me can name them in RECAP_ADMINS."
NO_EVENT = "none found – choose one under Fix details, if you know it"


def preview(ticket: str, draft: Draft, told: Preview, *, in_memory: bool = False) -> Message:
    """What a load would make of a draft, and the buttons that decide on it."""
    source = told.source
    facts = [
        f"*Title:* {_linked(source)}",
        f"*Event:* {_event(draft, told)}",
        f"*Date:* {clip(source.date, 40) or 'none'}  ·  *Author:* {clip(source.author, 100) or 'none'}",
        f"*File:* {INBOX}/{clip(draft.name, 120)}  ·  {_size(told.passages, told.words)}",
    ]
    remarks = [clip(remark, 400) for remark in (draft.remark, *told.remarks[:3]) if remark]
    blocks = [
        section("*Shall I add this to the notes?*"),
        section("\n".join(facts)),
        section(quoted(told.opening, (), 450)),
        *[context(f"*Note:* {remark}") for remark in remarks],
        context(WAITS_IN_MEMORY if in_memory else WAITS),
        actions(
            [
                {**button(names.ADD, ticket, "Add", spoken=f"Add {source.title[:50]}"), "style": "primary"},
                button(names.ADD_FIX, ticket, "Fix details"),
                button(names.DISCARD, ticket, "Discard"),
            ]
        ),
    ]
    return post("\n".join(["Shall I add this to the notes?", *facts, *remarks]), blocks)


def form(note: Fixable, draft: Draft, what: Carried) -> View:
    """The form that fixes what is known of a draft, and how its file is called."""
    path = PurePosixPath(draft.name)
    field = modals.field(
        names.FILE_NAME,
        "File name",
        modals.typed(path.stem, longest=LONGEST),
        hint=f"{path.suffix} is put behind it. No other file is replaced: a name that is taken gets a number.",
    )
    return modals.form("Fix details", "Save", [*fix_forms.fields(note), field], names.ADD_FORM, str(what))


def not_yours(admins: Collection[str]) -> Message:
    """Who can add a file, for somebody who cannot; some of the admins by name."""
    people = list(filter(None, (mention(one) for one in sorted(admins))))[:5]
    whom = " or ".join(people) or "One of them"
    told = NOT_YOURS + (ASK_THEM.format(whom) if admins else ASK_WHOEVER)
    return post(told, [section(told)])


def offer_all(tickets: Sequence[str]) -> Message:
    """The button that adds all drafts above it."""
    told = f"{len(tickets)} notes wait above."
    return post(told, [section(told), actions([button(names.ADD_ALL, " ".join(tickets), f"Add all {len(tickets)}")])])


def added_all(tickets: Sequence[str], found: Sequence[Held], troubles: Sequence[str]) -> Message:
    """What came of several drafts. ``tickets`` are those of the notes that are in the folder now."""
    lines = [f"• {_linked(held.source)}: {_told(held)}" for held in found]
    lines += [f"• {clip(trouble, 700)}" for trouble in troubles]
    head = f"*Added:* {counted(len(found), 'note')}. Ask me about them." if found else "Nothing was added."
    if tickets and not found:
        head = f"{counted(len(tickets), 'note')} in the notes folder, but not in my answers yet."
    undo = button(names.TAKE_OUT_ALL, " ".join(tickets), "Take all out again")
    blocks = [section(head), *listed(lines, ROOM - 2_000, "… and {} more."), *([actions([undo])] if tickets else [])]
    return post("\n".join([head, *lines])[:3_500], blocks)


def unfit(name: str, why: BotError) -> Message:
    """Why something cannot become a note, and what to do."""
    reason, remedy = (why.reason, why.remedy) if isinstance(why, NoteError) else (str(why), "")
    told = f"I cannot add *{clip(name, 150)}*: {clip(reason, 600)}"
    told += f". What to do: {clip(remedy, 400)}." if remedy else ""
    return post(told, [section(told)])


def twin(name: str, there: Source) -> Message:
    """That a note with the same content is there already."""
    told = f"*{clip(name, 150)}* is in the notes already, as {_linked(there)} ({clip(there.file, 200)})."
    return post(told, [section(told)])


def stored(file: str, busy: str = "") -> Message:
    """That a note is in the folder, while it is being read; ``busy`` tells of a load that comes first."""
    told = f"{clip(file, 200)} is in the notes folder. " + (
        f"A load is at work already, and yours comes next. {clip(busy, 500)}" if busy else "I am reading it …"
    )
    return views.sentence(told) if not busy else post(told, [section(told)])


def added(ticket: str, held: Held) -> Message:
    """What came of a note that was added."""
    source = held.source
    told = f"*Added:* {_linked(source)}. {_told(held)}. Ask me about it."
    return post(told, [section(told), context(clip(source.file, 300)), actions([_undo(ticket)])])


def not_read(ticket: str, file: str, reason: str) -> Message:
    """That a note is in the folder, but not in the answers, and why."""
    told = f"{clip(file, 200)} is in the notes folder, but not in my answers yet: {clip(reason, 1_500)}"
    return post(told, [section(told), actions([_undo(ticket)])])


def taken_out(file: str, trouble: str = "") -> Message:
    """That a note was taken out again; ``trouble`` is why answers may still have it."""
    told = f"{clip(file, 200)} is out of the notes again."
    told += (
        f" The notes could not be read again, so answers may still have it: {clip(trouble, 1_500)}" if trouble else ""
    )
    return post(told, [section(told)])


def _told(held: Held) -> str:
    event = held.source.event
    return counted(held.passages, "passage") + (f", {clip(event, 200)}" if event else "")


def _event(draft: Draft, told: Preview) -> str:
    if told.source.event:
        return f"{clip(told.source.event, 200)} ({FOUND[told.found]})"
    return "none, as you set it" if draft.fixes.event == "" else NO_EVENT


def _undo(ticket: str) -> dict[str, object]:
    return button(names.TAKE_OUT, ticket, "Take it out again")


def _linked(source: Source) -> str:
    return link(source.url, clip(source.title, 250)) or "none"


def _size(passages: int, words: int) -> str:
    return f"{counted(passages, 'passage')}, {words:,} {'word' if words == 1 else 'words'}"
