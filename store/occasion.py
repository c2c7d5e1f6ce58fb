"""How passages bear on the event that their notes are about: whether they name it, and how many they say were there."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, islice

from store.model import Hit, KnownEvent
from store.text import name_words, words

AFAR, EARLY = 0.5, 0.5
"""What a passage counts that does not name the event, and one of a note from before it."""
OPENING = 2
"""How many passages at the beginning of a note tell what it is about."""

_EVERYWHERE = frozenset(
    "summit conference conf event meetup meeting ptg midcycle hackathon forum days day open openstack".split()
)
"""Words in the names of events that tell none from the others."""
_HEADS = re.compile(
    r"(\d[\d,.]*\d)\+?(?: [\w-]+){0,3} (?:attendees|participants|visitors|delegates|attended|registered|in attendance"
    r"|people|guests|folks)\b|\b(?:attendance|attended by|total number of)\b[^.]{0,40}?(\d[\d,.]*\d)",
    re.IGNORECASE,
)
_GATHERING = re.compile(
    r"\b(?:summit|event|conference|ptg|hackathon|hackfest|mid-?cycle|meetup|gathering|convention)\b", re.IGNORECASE
)
LARGE = 1000
"""From so many people on it is the event that they were at, and not a room in it."""


def bearing(hits: Sequence[Hit], events: Iterable[KnownEvent]) -> Callable[[Hit], float]:
    """How much a passage counts for its event (at most 1).

    Less where neither its note's title and opening nor its own words name the event, or where its own words name
    only another one; and less where the note is older than the event and so cannot tell what happened.
    """
    known = {event.name: event for event in events}
    any_event = _names({name for event in known.values() for name in (event.city, event.series) if " " not in name})
    this_event = {name: _names(_peculiar(event)) for name, event in known.items()}

    def speaks_of_it(hit: Hit, *further: str) -> bool:
        ours = this_event.get(hit.source.event)
        text = " ".join((*further, *hit.passage.heading, hit.passage.text)).lower()
        return ours is None or bool(ours.search(text))

    of_notes = groupby(hits, key=lambda hit: hit.source.file)
    on_it = {
        file for file, same in of_notes if any(speaks_of_it(one, one.source.title) for one in islice(same, OPENING))
    }

    def counts(hit: Hit) -> float:
        source, event = hit.source, known.get(hit.source.event)
        elsewhere = any_event.search(" ".join((*hit.passage.heading, hit.passage.text)).lower())
        near = speaks_of_it(hit) or (source.file in on_it and not elsewhere)
        early = event is not None and "" < source.date < event.start[: len(source.date)]
        return (1.0 if near else AFAR) * (EARLY if early else 1.0)

    return counts


def heads(hits: Sequence[Hit], events: Iterable[KnownEvent]) -> Callable[[str], float]:
    """How many people a text says were at the one event that all the passages are about; 0 where it does not tell.

    A text that names the city of another event is taken to speak of that one, and one that names no event of a room.
    """
    about = {hit.source.event for hit in hits}
    ours = {word for event in events if event.name in about for word in name_words(f"{event.name} {event.city}")}
    cities = {word for event in events for word in name_words(event.city)} - ours

    def told(text: str) -> float:
        counts = [float(re.sub(r"\D", "", first or second)) for first, second in _HEADS.findall(text)]
        count = max(counts, default=0.0)
        if not count or len(about) != 1 or "" in about or not cities.isdisjoint(words(text)):
            return 0.0
        return count if count >= LARGE or _GATHERING.search(text) else 0.0

    return told


def _names(said: Iterable[str]) -> re.Pattern[str]:
    """One of some names in a text in small letters; nothing where there are none."""
    telling = sorted(re.escape(name.lower()) for name in said if name)
    return re.compile(rf"\b(?:{'|'.join(telling)})\b" if telling else r"(?!)")


def _peculiar(event: KnownEvent) -> frozenset[str]:
    """The words in small letters that tell an event from others: its city, and what is peculiar in its name."""
    told = f"{event.name} {event.city}"
    named = {*name_words(told), *told.lower().split()} - _EVERYWHERE
    return frozenset(word for word in named if not word.isdigit() and len(word) > 2)
