"""An answer that is shown already, asked for again as a press wants it: on, exact, wider, longer, something else."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast, get_args

from bot import names
from bot.ask import STATE_TROUBLE, Replier, keep, trace
from intents import CUES
from intents.base import Answer, Size, Slot, Tweak
from intents.cues import called
from store import shown
from store.errors import BotError
from store.journal import Journal
from store.shown import Shown

log = logging.getLogger(__name__)

TOO_OLD = "This answer is too old to go on from; ask again."

Change = Callable[[Shown], Shown]
"""What a press makes of the question that is shown. Raises ``BotError`` where it cannot be."""


@dataclass(frozen=True, slots=True)
class Again:
    """An answer as it is shown now: the ticket for the next press, how it was asked, and what it says."""

    ticket: str
    row: Shown
    answer: Answer

    @property
    def tweak(self) -> Tweak:
        """What presses changed so far."""
        return tweak_of(self.row)


def change(action: str) -> Change | None:
    """What the name of a button asks to be changed; None for any other name.

    >>> change("recap:page:2")(Shown("kuryr")).page
    2
    >>> change("recap:page:x"), change("recap:why")
    (None, None)
    """
    if action == names.EXACT:
        return lambda row: replace(row, exact=True, page=0)
    for prefix, parse in _FAMILIES.items():
        if found := names.pattern(prefix).fullmatch(action):
            return parse(found.group(1))
    return None


def number(text: str) -> int | None:
    """A count in the name of a button: up to three digits, anything else is nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else None


def find(journal: Journal, ticket: str, now: float, days: float) -> Shown:
    """How the answer under a ticket was asked for. Raises ``BotError`` where that is gone."""
    row = shown.read(journal, ticket, now, days) if ticket else None
    if row is None:
        raise BotError(TOO_OLD)
    return row


def answered(row: Shown, reply: Replier) -> Answer:
    """The answer to a kept question, as it was changed. Raises ``BotError`` where the index cannot be read."""
    return reply(row.text, row.earlier, intent=row.intent, tweak=tweak_of(row))


def again(journal: Journal, ticket: str, wanted: Change, reply: Replier, now: float, days: float) -> Again:
    """Ask the question under a ticket again, changed, and keep it so that the next press goes on from there.

    Another question gets a ticket of its own, so that who still sees the old answer can press what it offers.
    Raises ``BotError`` where the ticket is too old or the index cannot be read.
    """
    old = find(journal, ticket, now, days)
    row = wanted(old)
    begun = time.perf_counter()
    answer = answered(row, reply)
    milliseconds = round((time.perf_counter() - begun) * 1000)
    row = replace(row, choices=tuple(choice.question for choice in answer.choices))
    if row.text != old.text:
        return Again(keep(journal, conversation(row), row, answer, milliseconds, now, days), row, answer)
    try:
        shown.keep(journal, ticket, row, now, days)
    except STATE_TROUBLE as error:
        log.error("The state file cannot be written, so the next press goes on from before:\n%s", trace(error))
    return Again(ticket, row, answer)


def tweak_of(row: Shown) -> Tweak:
    """What presses changed about a kept question."""
    return Tweak(row.page, row.exact, cast("frozenset[Slot]", frozenset(row.drop)), cast("Size", row.size))


def conversation(row: Shown) -> str:
    """The name of the conversation that a kept question belongs to."""
    return f"{row.channel}:{row.thread or row.user}"


def _paged(text: str) -> Change | None:
    page = number(text)
    return None if page is None else lambda row: replace(row, page=page)


def _dropping(slot: str) -> Change | None:
    return (lambda row: replace(row, drop=tuple({*row.drop, slot}), page=0)) if slot in get_args(Slot) else None


def _sized(size: str) -> Change | None:
    return (lambda row: replace(row, size=size, page=0)) if size and size in get_args(Size) else None


def _chosen(text: str) -> Change | None:
    place = number(text)
    return None if place is None else lambda row: _choose(row, place)


def _choose(row: Shown, place: int) -> Shown:
    """One of the offered questions in place of the one asked: it stands alone, and says itself what it asks for."""
    if place >= len(row.choices):
        raise BotError(TOO_OLD)
    text = row.choices[place]
    intent = "" if called(text, CUES)[0] else row.intent
    return Shown(text, row.surface, row.channel, row.user, row.thread, intent=intent)


_FAMILIES: dict[str, Callable[[str], Change | None]] = {
    names.PAGE: _paged,
    names.DROP: _dropping,
    names.SIZE: _sized,
    names.CHOICE: _chosen,
}
