"""Which conference a note is about: evidence is gathered, weighed, and has to reach a floor.

A mention of a conference ("OpenStack Summit", "PTG") is read together with the place, year, month, release
and season around it, and votes for the edition that fits. Title, tags and file name weigh most, then the
opening, then the rest. The posting date only helps to choose. No clear winner, no event.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache

from rapidfuzz import fuzz, process

from store.editions import NEAR_DAYS, Company, Context, by_place, resolve
from store.event_table import Event, Events, Series, latest, load_events
from store.mentions import GLUE, Lexicon, Mention, Word, mentions, read
from store.text import fold, words

__all__ = ["Event", "Events", "Series", "find_event", "load_events"]

LEAD_WORDS = 120
"""How much of a text is its opening."""

WEIGHTS = {"title": 8.0, "file": 4.0, "tags": 4.0, "lead": 3.0, "text": 1.0}
"""What one mention counts, by where it stands."""

MOST_VOTES = {"lead": 2, "text": 6}
"""How many mentions of one event count there; one counts elsewhere."""

FLOOR = 3.0
"""Votes that an event needs: one mention in title, tags, file name or opening, or several further down."""

MARGIN = 1.2
"""How many times the votes of the second event the first one needs."""

DIRECT_WORDS, NEAR_WORDS = 7, 10
"""Words between a conference and a place, year or release that belongs to it, or that may."""

NAMED_LIKE = 88.0
"""rapidfuzz similarity from which a front matter's event is the one of the table."""

HEADING_WORDS = 8
"""A paragraph this short is a heading, and says what the text below it is about."""

MOST_WORDS, MOST_ANCHORS, LONGEST_LABEL = 6000, 80, 1000
"""Words and conferences of a text, and characters of a label, that are looked at; what decides stands there."""

_LABELS = ("title", "file", "tags")
_ANCHORS = ("series", "short", "event")
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Zone:
    """A piece of the note: its words, which of them may stand between what belongs together, and mentions."""

    name: str
    words: Sequence[Word]
    glue: Sequence[bool]
    mentions: Sequence[Mention]


def find_event(
    events: Events,
    *,
    named: str = "",
    file: str = "",
    title: str = "",
    text: str = "",
    date: str = "",
    tags: str = "",
) -> Event | None:
    """The event that a note is about, or None where nothing tells.

    ``named`` is what the note's front matter says (an event that the table does not know is taken as it is
    written), ``text`` has its paragraphs parted by empty lines, ``date`` is the posting date (ISO, may be
    partial), ``tags`` is whatever else the note is filed under.
    """
    day = _day(date)
    if named.strip():
        return _named(events, " ".join(named.split())[:200], tags, day)
    votes = _count(events, _zones(events, file, title, tags, text), day)
    return _winner(votes, day)


def _named(events: Events, named: str, tags: str, day: Date | None) -> Event:
    """The event of the table that a name stands for, else one made of the name itself."""
    by_name = {" ".join(words(name)): e for e in events.all for name in (e.name, *e.aliases)}
    typed = " ".join(words(named))
    alike = [name for name in by_name if _digits(name) == _digits(typed)]
    best = process.extractOne(typed, alike, scorer=fuzz.token_sort_ratio, score_cutoff=NAMED_LIKE)
    if best:
        return by_name[best[0]]
    zones = _zones(events, "", named, tags, "")
    said = next((zone.mentions for zone in zones if zone.name == "title"), ())
    meant = _winner(_count(events, zones, day), day) if any(m.kind in _ANCHORS for m in said) else None
    return meant or _as_written(named, said, events)


def _as_written(named: str, found: Sequence[Mention], events: Events) -> Event:
    city = next((m.value for m in found if m.kind == "place" and m.value in events.cities), "")
    year = next((m.value for m in found if m.kind == "year"), "")
    return Event(named, city=city, country=events.cities.get(city, ""), start=year)


def _digits(text: str) -> set[str]:
    return {word for word in text.split() if word.isdigit()}


def _day(iso: str) -> Date | None:
    try:
        return latest(iso) if len(iso) in (7, 10) else None
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _lexicon(events: Events) -> Lexicon:
    return Lexicon(events)


def _zones(events: Events, file: str, title: str, tags: str, text: str) -> list[_Zone]:
    labels = [
        _zone(name, read(label[:LONGEST_LABEL]), events)
        for name, label in (("file", file), ("title", title), ("tags", tags))
    ]
    found = read(text[: MOST_WORDS * 8])[:MOST_WORDS]
    return [*labels, _zone("lead", found[:LEAD_WORDS], events), _zone("text", found[LEAD_WORDS:], events)]


def _zone(name: str, found: Sequence[Word], events: Events) -> _Zone:
    seen = mentions(found, _lexicon(events), label=name in _LABELS)
    covered = {at for mention in seen for at in range(mention.first, mention.last)}
    return _Zone(name, found, [at in covered or word.folded in GLUE for at, word in enumerate(found)], seen)


def _count(events: Events, zones: Sequence[_Zone], day: Date | None) -> dict[Event, float]:
    context = _context(events, zones, day)
    votes: dict[Event, float] = defaultdict(float)
    for zone in zones:
        strengths: dict[Event, list[float]] = defaultdict(list)
        for event, strength in _votes(zone, context):
            strengths[event].append(strength)
        for event, counted in strengths.items():
            kept = sorted(counted, reverse=True)[: MOST_VOTES.get(zone.name, 1)]
            votes[event] += WEIGHTS[zone.name] * sum(kept)
    return votes


def _context(events: Events, zones: Sequence[_Zone], day: Date | None) -> Context:
    places: Counter[str] = Counter()
    for zone in zones:
        for mention in zone.mentions:
            if mention.kind == "place" and mention.sure:
                places[mention.value] += int(WEIGHTS[zone.name])
    early = [m for zone in zones if zone.name != "text" for m in zone.mentions if m.sure]
    return Context(
        events,
        frozenset(word.folded for zone in zones for word in zone.words),
        dict(places),
        frozenset(m.value for m in early if m.kind == "year"),
        frozenset(m.value for m in early if m.kind == "release"),
        day,
    )


def _votes(zone: _Zone, context: Context) -> Iterator[tuple[Event, float]]:
    """Each mention's event with its strength, twice that in a heading."""
    anchors = [m for m in zone.mentions if m.kind in _ANCHORS][:MOST_ANCHORS]
    spans = {(m.first, m.last): [a for a in anchors if a.first == m.first] for m in anchors}
    owned = _owned(zone, list(spans))
    lengths = Counter(word.part for word in zone.words)
    for span, same in spans.items():
        weight = 2.0 if zone.name == "text" and lengths[same[0].part] <= HEADING_WORDS else 1.0
        if found := _meant(same, owned[span], context):
            yield found[0], found[1] * weight
    if zone.name != "text":
        taken = {m for company in owned.values() for m in (*company.direct, *company.near)}
        alone = [m for m in zone.mentions if m.kind == "place" and m not in taken]
        yield from by_place(alone, lambda m: _beside(zone, m), context)


def _meant(same: Sequence[Mention], company: Company, context: Context) -> tuple[Event, float] | None:
    """The event that one place in the text means, which may be a name of several things."""
    whole = {m.value for m in same if m.kind == "event"}
    if len(whole) == 1:
        return next((e, 2.0) for e in context.events.all if fold(e.name) in whole)
    names = [m.value for m in same if m.kind != "event"]
    return resolve(names, all(m.kind == "short" for m in same), company, context)


def _owned(zone: _Zone, spans: Sequence[_Span]) -> dict[_Span, Company]:
    """Each place, year, release … goes to the conference next to it; the one before wins a tie."""
    direct: dict[_Span, list[Mention]] = defaultdict(list)
    near: dict[_Span, list[Mention]] = defaultdict(list)
    for mention in zone.mentions:
        gaps = [(gap, span) for span in spans if (gap := _gap(zone, mention, span)) is not None]
        if mention.kind in _ANCHORS or not gaps:
            continue
        gap, span = min(gaps)
        belongs = gap <= DIRECT_WORDS and _is_joined(zone, mention, span)
        (direct if belongs else near)[span].append(mention)
    return {span: Company(direct[span], near[span]) for span in spans}


def _gap(zone: _Zone, mention: Mention, span: _Span) -> int | None:
    """Words between a mention and a conference, or None where they are too far apart."""
    gap = max(mention.first - span[1], span[0] - mention.last, 0)
    return gap if gap <= NEAR_WORDS and zone.words[span[0]].part == mention.part else None


def _is_joined(zone: _Zone, mention: Mention, span: _Span) -> bool:
    """Whether only glue stands between, and no end of a sentence."""
    first, last = sorted((span, (mention.first, mention.last)))
    if not all(zone.glue[first[1] : last[0]]):
        return False
    return zone.name in _LABELS or not any(word.stop for word in zone.words[first[1] : last[0] + 1])


def _beside(zone: _Zone, place: Mention) -> Company:
    """What stands directly beside a place that belongs to no conference."""
    span = (place.first, place.last)
    direct = [m for m in zone.mentions if _gap(zone, m, span) is not None and _is_joined(zone, m, span)]
    return Company([m for m in direct if m != place], [])


def _winner(votes: Mapping[Event, float], day: Date | None) -> Event | None:
    """The event with the most votes, if they are enough and well more than the next one's."""
    weighed = {e: count * _timeliness(e, day) for e, count in votes.items() if count >= FLOOR}
    ranked = sorted(weighed, key=lambda event: weighed[event], reverse=True)
    second = weighed[ranked[1]] if len(ranked) > 1 else 0.0
    return ranked[0] if ranked and weighed[ranked[0]] >= MARGIN * second else None


def _timeliness(event: Event, day: Date | None) -> float:
    """More for an event around the posting date, less for one that was a long time ahead."""
    days = event.days_from(day) if day else None
    if days is None:
        return 1.0
    return 1.5 if abs(days) <= NEAR_DAYS else 0.3 if days < -400 else 1.0
