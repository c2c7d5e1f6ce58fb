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
    r"|people|developers|contributors|guests|folks)\b"
    r"|\b(?:attendance|attended by|total number of)\b[^.]{0,40}?(\d[\d,.]*\d)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\battend|\b(?:summit|event|conference|present|gathered|met|came|joined|registered|visitors|participants|delegates)\b",
    re.IGNORECASE,
)


def bearing(hits: Sequence[Hit], events: Iterable[KnownEvent]) -> Callable[[Hit], float]:
    """How much a passage counts for its event (at most 1).

    Less where neither its note's title and opening nor its own words name the event, and less where the note is
    older than the event and so cannot tell what happened.
    """
    known = {event.name: event for event in events}
    names = {name: _peculiar(event) for name, event in known.items()}

    def names_event(hit: Hit) -> bool:
        named = names.get(hit.source.event)
        return not named or bool(
            named.search(" ".join((hit.source.title, *hit.passage.heading, hit.passage.text)).lower())
        )

    of_notes = groupby(hits, key=lambda hit: hit.source.file)
    on_it = {file for file, same in of_notes if any(map(names_event, islice(same, OPENING)))}

    def counts(hit: Hit) -> float:
        source = hit.source
        near = source.file in on_it or names_event(hit)
        start = known[source.event].start if source.event in known else ""
        return (1.0 if near else AFAR) * (EARLY if "" < source.date < start[: len(source.date)] else 1.0)

    return counts


def heads(hits: Sequence[Hit], events: Iterable[KnownEvent]) -> Callable[[str], float]:
    """How many people a text says were at the one event that all the passages are about; 0 where it does not tell.

    A text that names the city of another event is taken to speak of that one.
    """
    about = {hit.source.event for hit in hits}
    cities = {word for event in events if event.name not in about for word in name_words(event.city)}
    cities -= {word for name in about for word in name_words(name)}

    def told(text: str) -> float:
        match = _HEADS.search(text)
        if len(about) > 1 or "" in about or not match or not _THERE.search(text) or cities.intersection(words(text)):
            return 0.0
        return float(re.sub(r"\D", "", match[1] or match[2]))

    return told


def _peculiar(event: KnownEvent) -> re.Pattern[str] | None:
    """What tells an event from others in a text in small letters: its city, and what is peculiar in its name."""
    told = f"{event.name} {event.city}"
    named = {*name_words(told), *told.lower().split()} - _EVERYWHERE
    telling = sorted(re.escape(word) for word in named if not word.isdigit())
    return re.compile(rf"\b(?:{'|'.join(telling)})") if telling else None
