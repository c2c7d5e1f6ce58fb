"""Which conferences the notes are about, with date, city and number of notes, each to go on with."""

import re
from collections.abc import Sequence
from dataclasses import replace

from intents import language
from intents.base import Answer, Choice, Intent, Line, counted
from intents.event_filters import events_in
from intents.find import find
from intents.timeline import month
from intents.understand import Question
from store.index import Index
from store.model import KnownEvent, Scope

SHOWN = 20
"""Events on a page."""
MOST_CHOICES = 10
UNDATED = "Undated"
_WHAT = r"(?:summits?|events?|conferences?|meetups?|ptgs?|konferenzen|veranstaltungen|gipfel)"
_REST = r"(?P<rest>(?:\s(?:in|of|from|at|for|during|since|im|von|aus|seit)\s.*)?)[\s?.!]*$"
_SINCE = re.compile(r"(?:since|seit)\b", re.IGNORECASE)
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?:what|which|how many) (?:other )?{_WHAT}(?: (?:do|have|did) (?:you|we|i) (?:know(?: of)?|have|got|cover)"
        rf"(?: notes (?:of|on|from|about))?| are there| were there| exist| are (?:known|covered|in the notes))?{_REST}",
        rf"(?:list|name|all|show|the)(?: me)?(?: all)?(?: of)?(?: the| your| our)?(?: known)? {_WHAT}{_REST}",
        rf"{_WHAT}(?: list)?{_REST}",
        rf"welche {_WHAT}(?: kennst du| gibt es| gab es)?{_REST}",
    )
)


def shaped(text: str) -> str | None:
    """What limits the events that are asked for; None where a text asks for none.

    >>> shaped("which summits do you know?"), shaped("list the events in 2016"), shaped("summit wifi")
    ('', 'in 2016', None)
    """
    matches = (shape.match(text) for shape in _SHAPES)
    return next((match["rest"].strip(" ?.!") for match in matches if match), None)


def events(question: Question, index: Index, limit: int = 10) -> Answer:
    """The events that the notes are about, in the order of time, page by page.

    There are no passages behind it, only what the notes are about.
    """
    if question.absent:
        return replace(find(question, index, limit), intent="events")
    unknown = set(question.about) - language.WEAK_WORDS or question.phrases or question.strangers
    known = [] if unknown else sorted(_meant(question, index), key=lambda event: (not event.start, event.start))
    start = question.page * SHOWN
    shown = known[start : start + SHOWN]
    if not shown:
        return _none(question, index, bool(known))
    notes = sum(event.notes for event in known)
    return Answer(
        intent="events",
        heading=f"{counted(len(known), 'event')}{_limits(question)}, {counted(notes, 'note')}",
        lines=tuple(Line(_told(event), section=event.year or UNDATED) for event in shown),
        corrections=question.corrections,
        scope=question.scope,
        choices=tuple(
            Choice(event.name, f"summarise {event.name}", event.notes) for event in _most_noted(shown)[:MOST_CHOICES]
        ),
        notices=_eventless(question.scope, index),
        more=len(known) - start - len(shown),
    )


def _meant(question: Question, index: Index) -> list[KnownEvent]:
    """The events of a place, a year or a release, or those since then."""
    scope = question.scope
    named = [event for event in events_in(scope, index.facets) if scope.release in ("", *event.releases)]
    if not _SINCE.match(question.said):
        return named
    first = scope.year if not (scope.event or scope.city) else min((event.start for event in named), default="")
    return [event for event in index.facets.events if event.start and event.start >= first]


def _limits(question: Question) -> str:
    """What was asked for, as it was typed: " in Tokyo"."""
    return f" {question.said.strip(' ?.!')[:100]}" if question.scope else ""


def _told(event: KnownEvent) -> str:
    """ "OpenStack Summit Tokyo 2015 · Oct 2015 · Tokyo · 6 notes"."""
    city = event.city if event.city and event.city not in event.name else ""
    return " · ".join(filter(None, (event.name, month(event.start), city, counted(event.notes, "note"))))


def _most_noted(shown: Sequence[KnownEvent]) -> list[KnownEvent]:
    return sorted(shown, key=lambda event: -event.notes)


def _eventless(scope: Scope, index: Index) -> tuple[str, ...]:
    """A word about the notes that are about no event."""
    count = 0 if scope else index.rows("SELECT count(*) FROM notes WHERE event = ''")[0][0]
    return (f"{counted(count, 'note')} of no event that I know.",) if count else ()


def _none(question: Question, index: Index, has_more: bool) -> Answer:
    asked = question.said.strip(" ?.!")[:100]
    heading = "Those are all the events." if has_more else f"The notes are about no event {asked}".rstrip() + "."
    years = sorted((year for year in {event.year for event in index.facets.events} if year), reverse=True)
    choices = tuple(Choice(year, f"events in {year}") for year in years[:MOST_CHOICES])
    return Answer("events", heading, scope=question.scope, choices=() if has_more else choices, refused=True)


INTENT = Intent(
    name="events",
    help="List the summits that the notes are about.",
    example="which summits do you know",
    answer=events,
    cues=(shaped,),
)
