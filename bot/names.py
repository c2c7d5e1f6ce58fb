"""What buttons, forms and shortcuts are called: the views write these names, the listeners wait for them.

A name that ends in ``:`` is followed by a number or a word, as in ``recap:page:2`` or ``recap:size:S``. All numbers
count from 0: pages as ``Tweak.page`` does, choices in ``Answer.choices``, passages in ``Answer.citations``, examples
in the list that was shown. The value of ``ASK`` is the question itself; that of all other buttons is the ticket.
"""

import re

PAGE = "recap:page:"
EXACT = "recap:exact"
DROP = "recap:drop:"
SIZE = "recap:size:"
CHOICE = "recap:choice:"
WHY = "recap:why"
PASSAGE = "recap:passage:"
RATE = "recap:rate"
SHARE = "recap:share"
EXPORT = "recap:export"
TELL = "recap:tell"
ASK = "recap:ask:"
LOAD = "recap:load"
"""The admins' button on Home."""
FORCE, CANCEL = "recap:load:force", "recap:load:cancel"
"""Load although most notes are gone; end the load that is at work."""
FIX = "recap:fix:"
"""Fix a note: the value is its key."""
ADD, ADD_FIX, DISCARD, TAKE_OUT = "recap:add", "recap:add:fix", "recap:add:discard", "recap:add:undo"
"""Add a note from Slack, fix its details before, drop it, and take it out again; the value is the draft's ticket."""
ADD_ALL, TAKE_OUT_ALL = "recap:add:all", "recap:add:undo:all"
"""The same for several; the value has their tickets, with spaces between."""
FORGET = "recap:forget"
"""Forget whoever presses it."""
DONE = "recap:gap:done"
"""An open question is dealt with; the value is the ticket of one that asks it."""

UP, DOWN = "up:", "down:"
"""What the value of a thumb begins with; the ticket follows."""

EVENT, YEAR, PERSON, QUESTION = "event", "year", "person", "question"
"""The fields of the search form; each block is called like the element in it."""
REASON, REMARK = "reason", "remark"
"""The fields of the form that asks why an answer was bad."""
REASONS = ("topic", "old", "incomplete", "other")
"""The values of ``REASON``."""

FIXES = {name: f"fix_{name}" for name in ("title", "event", "date", "author", "url")}
"""The fields of the form that fixes a note, by what they fix."""
FIX_NOTE = "fix_note"
"""The menu in which a note to fix is looked for."""

TABLE_ADD = "recap:table:add"
"""Add an entry to a table of the team's; the value is the table's name."""
TABLE_TEXT, TABLE_PIECE = "table_text", "table_piece"
"""The text of a table or of a piece of it, and the menu in which a piece is looked for."""
ALIASES = "alias_names"
EVENT_FIELDS = {name: f"event_{name}" for name in ("name", "series", "city", "start", "end", "aliases")}
"""The fields of the forms that add an entry."""

SEARCH_FORM = "recap.search"
TABLE_FORM, TABLE_VIEW = "recap.table", "recap.table.which"
ALIAS_FORM, EVENT_FORM = "recap.table.alias", "recap.table.event"
FIX_FORM, FIX_VIEW = "recap.fix", "recap.fix.which"
WHY_VIEW = "recap.why"
PASSAGE_VIEW = "recap.passage"
FEEDBACK_FORM = "recap.feedback"
EXPORT_VIEW = "recap.export"
NOTICE_VIEW = "recap.notice"

ADD_FORM = "recap.add"
FILE_NAME = "add_file"
"""The field for a new note's file name."""

MESSAGE_SHORTCUT = "recap_message"
ADD_SHORTCUT = "recap_add"
SEARCH_SHORTCUT = "recap_search"


def pattern(prefix: str) -> re.Pattern[str]:
    """What matches all names of a family, and finds what follows the colon.

    >>> pattern(PAGE).fullmatch("recap:page:2").group(1)
    '2'
    """
    return re.compile(re.escape(prefix) + r"(\w{1,20})")
