"""Which conferences the notes are about, with date, city and number of notes, each to go on with."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from intents import language
from intents.base import Answer, Choice, Intent, Line, counted
from intents.event_filters import events_in
from intents.find import find
from intents.timeline import month
from intents.understand import Question
from intents.world import cities_in
from store.index import Index
from store.model import KnownEvent
from store.text import name_words, words

SHOWN = 20
"""Events on a page."""
MOST_CHOICES = 10
UNDATED = "Undated"
_WHAT = r"(?:summits?|events?|conferences?|konferenzen|veranstaltungen|gipfel)"
_KINDS = ("meetup", "ptg", "mid-?cycle", "hackathon", "gathering", "forum")
_WHICH = rf"(?:(?:other|all|openstack)\s)*(?P<kind>(?:{'|'.join(_KINDS)})s?\b)?\s?{_WHAT}?"
_NAMED = rf"\b(?:{_WHAT}|(?:{'|'.join(_KINDS)})s)\b|^(?:{'|'.join(_KINDS)})s? list\b"
_REST = r"(?P<rest>(?:\s(?:in|of|from|at|for|during|since|im|von|aus|seit)\s.*)?)[\s?.!]*$"
_SINCE = re.compile(r"(?:since|seit)\b", re.IGNORECASE)
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?:what|which|how many) {_WHICH}(?: (?:do|have|did) (?:you|we|i) (?:know(?: of)?|have|got|cover)"
        rf"(?: notes (?:of|on|from|about))?| are there| were there| exist| are (?:known|covered|in the notes)"
        rf"| (?:were|are|was|took place|happened))?{_REST}",
        rf"(?:list|name|all|show|the)(?: me)?(?: all)?(?: of)?(?: the| your| our)?(?: known)? {_WHICH}{_REST}",
        rf"{_WHICH}(?: list)?{_REST}",
        rf"welche {_WHICH}(?: kennst du| gibt es| gab es)?{_REST}",
    )
)


def shaped(text: str) -> str | None:
    """What limits the events that are asked for; None where a text asks for none.

    >>> shaped("which summits do you know?"), shaped("ptg events in 2016"), shaped("summit wifi")
    ('', 'ptg in 2016', None)
    """
    matches = (shape.match(text) for shape in _SHAPES)
    found = next((match for match in matches if match and re.search(_NAMED, match[0], re.IGNORECASE)), None)
    return f"{found['kind'] or ''}{found['rest']}".strip(" ?.!") if found else None


def events(question: Question, index: Index, limit: int = 10) -> Answer:
    """The events that the notes are about, in the order of time, page by page.

    There are no passages behind it, only what the notes are about.
    """
    if question.absent:
        return replace(find(question, index, limit), intent="events")
    kinds = {_singular(word) for word in words(question.said)} & _OF_KIND
    cities, place = cities_in(question.about)
    unknown = set(question.about) - language.WEAK_WORDS - set(place) - language.GATHERINGS - _OF_KIND
    unknown -= {f"{kind}s" for kind in kinds}
    if unknown or question.phrases or question.strangers:
        return _none(question, index, has_more=False)
    meant = [event for event in _meant(question, index) if not place or _is_in(event, cities, place)]
    known = sorted((event for event in meant if _is_of(event, kinds)), key=lambda event: (not event.start, event.start))
    start = question.page * SHOWN
    shown = known[start : start + SHOWN]
    if not shown:
        return _none(question, index, has_more=bool(known))
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
        notices=() if question.said else _eventless(index),
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


_OF_KIND = frozenset("meetup ptg midcycle hackathon gathering forum".split())
"""What not every event is."""


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _is_of(event: KnownEvent, kinds: Iterable[str]) -> bool:
    """Whether an event is called a meetup, a PTG or what else is asked for."""
    called = "".join(name_words(f"{event.name} {event.series} {' '.join(event.also)}"))
    return all(kind in called for kind in kinds)


def _is_in(event: KnownEvent, cities: Collection[str], place: Sequence[str]) -> bool:
    """Whether an event was in a country or a part of the world: by its city, else by its name."""
    return event.city in cities if event.city else set(place) <= set(name_words(event.name))


def _limits(question: Question) -> str:
    """What was asked for, as it was typed: " in Tokyo", " called “ptg”"."""
    typed = question.said.strip(" ?.!")[:100]
    kind, _, rest = typed.partition(" ")
    said = f"called “{kind}” {rest}" if _singular(kind.lower().replace("-", "")) in _OF_KIND else typed
    return f" {said}".rstrip()


def _told(event: KnownEvent) -> str:
    """ "OpenStack Summit Tokyo 2015 · Oct 2015 · Tokyo · 6 notes"."""
    city = event.city if event.city and event.city not in event.name else ""
    return " · ".join(filter(None, (event.name, month(event.start), city, counted(event.notes, "note"))))


def _most_noted(shown: Sequence[KnownEvent]) -> list[KnownEvent]:
    return sorted(shown, key=lambda event: -event.notes)


def _eventless(index: Index) -> tuple[str, ...]:
    """A word about the notes that are about no event."""
    count = index.rows("SELECT count(*) FROM notes WHERE event = ''")[0][0]
    return (f"{counted(count, 'note')} of no event that I know.",) if count else ()


def _none(question: Question, index: Index, *, has_more: bool) -> Answer:
    heading = "Those are all the events." if has_more else f"The notes are about no event{_limits(question)}."
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
