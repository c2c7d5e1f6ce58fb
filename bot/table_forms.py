"""The windows in which an admin changes aliases and events. Pure: plain data in, the ``view`` out."""

from collections.abc import Sequence

from bot import limits, modals, names
from bot.blocks import Block, Element, View, button, context, option, section
from bot.mrkdwn import clip, plain, units
from bot.saving import Carried
from intents.base import counted
from store.event_table import LONGEST_VALUE
from store.tables import FILES, label

TITLES = {"aliases": "Names meaning the same", "events": "Your own events"}
TELLING = {
    "aliases": "One list a line: the names in it mean the same, and a question for one finds them all.",
    "events": "Each begins with [[event]]; all but its name is optional. [[series]] and [places] may be here, too.",
}
EXAMPLES = {
    "aliases": 'same = [\n  ["OSA", "OpenStack-Ansible"],\n]',
    "events": '[[event]]\nname = "Acme Day Lisbon 2026"\ncity = "Lisbon"\nstart = "2026-05-06"',
}
ABOUT = {
    "aliases": "Other names that your team has for things, kept in aliases.toml in the notes folder.",
    "events": "Events that I do not know by myself, kept in events.toml in the notes folder.",
}
ADD = {"aliases": "Add names", "events": "Add an event"}
KEPT = "Lines that begin with # are remarks. What stood there before is kept in a file beside it."
TOO_LONG = "That entry is too long for a form of Slack's: change it in {} on the machine."


def whole(table: str, text: str, what: Carried) -> View:
    """All of a table that fits into one field."""
    whole = area(text, EXAMPLES[table])
    field = modals.field(
        names.TABLE_TEXT, f"All of {FILES[table]}", whole, optional=bool(text), hint=TELLING[table]
    )  # where there is something, all of it may be taken out
    return modals.form(TITLES[table], "Save", [_add(table), field, context(KEPT)], names.TABLE_FORM, str(what))


def which(table: str, count: int, what: Carried) -> View:
    """A table too long for one field: which piece of it is to be changed."""
    told = section(f"{FILES[table]} has {count} entries. Choose the one to change or to take out.")
    menu = modals.field(names.TABLE_PIECE, "Which one?", modals.select("Look for an entry", ""))
    return modals.form(TITLES[table], "Next", [_add(table), told, menu], names.TABLE_VIEW, str(what))


def piece(table: str, text: str, what: Carried) -> View:
    """One piece of a table."""
    if units(text) > limits.INPUT_TEXT:
        return modals.notice(TITLES[table], TOO_LONG.format(FILES[table]))
    hint = "Empty the field to take the entry out."
    field = modals.field(
        names.TABLE_TEXT, f"From {FILES[table]}", area(text, EXAMPLES[table]), optional=True, hint=hint
    )
    return modals.form(TITLES[table], "Save", [field, context(KEPT)], names.TABLE_FORM, str(what))


def add_names(what: Carried) -> View:
    """The form for one more list of names that mean the same."""
    hint = "One on each line, two at least: OSA on the first, OpenStack-Ansible on the second."
    field = modals.field(names.ALIASES, "Names of the same thing", area("", "OSA\nOpenStack-Ansible"), hint=hint)
    return modals.form(ADD["aliases"], "Add", [field], names.ALIAS_FORM, str(what))


def add_event(what: Carried) -> View:
    """The form for one more event."""
    short = modals.typed(longest=LONGEST_VALUE)
    day: Element = {"type": "datepicker"}
    labelled = (
        ("name", "Name", short, "With city and year, as in Acme Cloud Day Lisbon 2026."),
        ("series", "Series", short, "What it is called every time: Acme Cloud Day."),
        ("city", "City", short, ""),
        ("start", "First day", day, ""),
        ("end", "Last day", day, ""),
        ("aliases", "Other names", area("", "the offsite"), "One on each line."),
    )
    fields = [
        modals.field(names.EVENT_FIELDS[name], title, element, optional=name != "name", hint=hint)
        for name, title, element, hint in labelled
    ]
    return modals.form(ADD["events"], "Add", fields, names.EVENT_FORM, str(what))


def area(text: str, example: str) -> Element:
    """A field of several lines with the text as it is to the letter."""
    element = {"type": "plain_text_input", "multiline": True, "max_length": limits.INPUT_TEXT}
    placeholder = {"type": "plain_text", "text": example, "emoji": False}
    return {**element, "initial_value": text} if text.strip() else {**element, "placeholder": placeholder}


def options(labelled: Sequence[tuple[int, str]]) -> list[Element]:
    """Pieces as the choices of a menu, by their places."""
    return [option(label(text), str(place)) for place, text in labelled][: limits.SELECT_OPTIONS]


def told(table: str, lines: Sequence[str]) -> str:
    """What was changed, in markup: the lines that came and went, as many as a person reads."""
    shown = [f"{'Added' if line.startswith('+') else 'Taken out'}: {clip(line[1:], 150)}" for line in lines[:15]]
    more = [f"… and {counted(len(lines) - len(shown), 'more line')}"] if len(lines) > len(shown) else []
    return "\n".join([f"Wrote {FILES[table]}:", *shown, *more])


def complaint(name: str, said: str) -> dict[str, str]:
    """What is wrong, below a field."""
    return {name: plain(said, modals.HINT)}


def _add(table: str) -> Block:
    add = button(names.TABLE_ADD, table, ADD[table])
    return {**section(ABOUT[table]), "accessory": add}
