"""The windows in which an admin fixes a note. Pure: plain data in, the ``view`` out, and back from a filled form."""

from collections.abc import Iterable, Mapping, Sequence

from bot import limits, modals, names
from bot.blocks import Block, Element, View, actions, button, context, option, section, words
from bot.mrkdwn import clip, plain
from bot.saving import Carried
from store.fixable import KEYS, Fixable, key
from store.folder import SIDECAR
from store.model import Source
from store.sidecar import LONGEST

LISTED = 20
"""Notes that are listed with a button each; others are found by typing."""
NO_EVENT = "-"
"""The value of the choice that a note is about no event."""
LABELS = {"title": "Title", "event": "Event", "date": "Date", "author": "Author", "url": "Address (URL)"}
LOOK = "Type the beginnings of words from its title, file name, event or author."
KEPT = "The note itself stays as it is: what you change is kept beside it, in {}. Empty a field to say there is none."
BROKEN = "{} Saving puts it aside and writes a new one."


def which(notes: Sequence[Source], wanted: str, what: Carried) -> View:
    """The window in which a note is chosen: by typing, or by a button of one of the first that were found."""
    told = [section(_counted(notes, clip(wanted, 100)))] if wanted else []
    title = "Or another one" if wanted and notes else "Which note?"
    menu = modals.field(names.FIX_NOTE, title, modals.select("Look for a note", ""), hint=LOOK)
    found = [_line(note, place) for place, note in enumerate(notes[:LISTED])] if wanted else []
    return modals.form("Fix a note", "Next", [*told, *found, menu], names.FIX_VIEW, str(what))


def _counted(notes: Sequence[Source], wanted: str) -> str:
    if len(notes) > LISTED:
        return f"{len(notes)} notes fit “{wanted}”. These are the {LISTED} latest; write more words to find fewer."
    return f"{len(notes)} notes fit “{wanted}”." if notes else f"No note fits “{wanted}”."


def _line(note: Source, place: int) -> Block:
    about = " · ".join(clip(part, 200) for part in (note.file, note.event, note.date, note.author) if part)
    fix = button(f"{names.FIX}{place}", key(note.file), "Fix", spoken=f"Fix {note.title}")
    return {**section(f"*{clip(note.title, 200)}*\n{about}"), "accessory": fix}


def with_button(view: View, file: str, what: Carried) -> View:
    """A window about a note, with a button that puts the form in its place."""
    fix = button(f"{names.FIX}0", key(file), "Fix this note")
    return {**view, "blocks": [*view["blocks"], actions([fix])], "private_metadata": str(what)}


def found(notes: Sequence[Source]) -> list[Element]:
    """Notes as the choices of a menu: title and event above, the file below."""
    return [
        {
            **option(" · ".join(filter(None, (note.title, note.event))), key(note.file)),
            "description": words(note.file, limits.OPTION_TEXT),
        }
        for note in notes[: limits.SELECT_OPTIONS]
    ]


def events(known: Sequence[str], wanted: str) -> list[Element]:
    """The events to choose from; what was typed is one of them, and so is none at all."""
    wanted = " ".join(wanted.split())
    offered = modals.options(known)[: limits.SELECT_OPTIONS - 1]
    if not wanted:
        return [option("No event", NO_EVENT), *offered]
    new = modals.options([wanted]) if wanted not in known else []
    return [*offered, *({**one, "text": words(f"New: {wanted}", limits.OPTION_TEXT)} for one in new)]


def form(note: Fixable, what: Carried) -> View:
    """The form with what holds now in its fields, and below them what the note itself says where that differs."""
    file = clip(note.file, 300)
    broken = [section(BROKEN.format(clip(note.trouble, 800)))] if note.trouble else []
    sidecar = clip(note.file.rpartition("/")[2] + SIDECAR, 300)
    blocks = [section(f"*{file}*"), *broken, *fields(note), context(KEPT.format(sidecar))]
    return modals.form("Fix a note", "Save", blocks, names.FIX_FORM, str(what))


def fields(note: Fixable) -> list[Block]:
    """A field for each detail, filled with what holds now."""
    return [
        modals.field(
            names.FIXES[name], LABELS[name], _element(name, note), optional=name != "title", hint=_hint(name, note)
        )
        for name in KEYS
    ]


def _element(name: str, note: Fixable) -> Element:
    filled = as_filled(name, getattr(note.shown, name))
    if name == "event":
        return modals.select("Choose one, or type a new one", filled)
    if name == "date":
        return {"type": "datepicker", **({"initial_date": filled} if filled else {})}
    return modals.typed(filled, longest=LONGEST[name])


def as_filled(name: str, value: str) -> str:
    """What a field holds for a value: nothing where it can show no such value, as a date without a day."""
    if name == "event":
        return value if modals.options([value]) else ""
    if name == "date":
        return value if len(value) == LONGEST["date"] else ""
    return plain(value, LONGEST[name]) if value.strip() else ""


def _hint(name: str, note: Fixable) -> str:
    shown, own = getattr(note.shown, name), getattr(note.own, name)
    now = f"Now: {shown}. " if shown and not as_filled(name, shown) else ""
    if own == shown:
        return now
    return now + (f"The note itself: {own}" if own else "The note itself says none.")


def entered(note: Fixable, fields: Mapping[str, str]) -> dict[str, str]:
    """What a filled form says of each detail; one that was not touched says what is known of it."""
    said: dict[str, str] = {}
    for name in KEYS:
        shown, typed = getattr(note.shown, name), fields.get(names.FIXES[name], "").strip()
        typed = "" if name == "event" and typed == NO_EVENT else typed
        said[name] = shown if typed == as_filled(name, shown) else typed
    return said


def told(note: Fixable, changes: Iterable[tuple[str, str, str]]) -> str:
    """What was fixed, in a line of markup for each detail."""
    lines = [
        f"• {LABELS[name]}: *{clip(after, 200) or 'none'}* (before: {clip(before, 200) or 'none'})"
        for name, before, after in changes
    ]
    return "\n".join([f"Fixed {clip(note.file, 300)}:", *lines])


def errors(troubles: Mapping[str, str]) -> dict[str, str]:
    """Complaints by the blocks under which Slack shows them."""
    return {names.FIXES[name]: plain(said, modals.HINT) for name, said in troubles.items()}
