"""Which conference a note is about: evidence is gathered, weighed, and has to reach a floor.

A mention of a conference ("OpenStack Summit", "PTG") is read together with the place, year, month, release
and season around it, and votes for the edition that fits. What title or file name tell outright decides;
else title, tags and file name weigh most, then the opening, then the rest. The posting date only helps to
choose. No clear winner, no event, unless title, summary, heading or file name have the shape of a
conference's name.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import lru_cache

from rapidfuzz import fuzz, process

from store.editions import NEAR_DAYS, Company, Context, by_place, resolve, rival
from store.event_table import Event, Events, Series, latest, load_events
from store.mentions import GLUE, Lexicon, Mention, Word, mentions, path_words, read
from store.text import fold, words
from store.unlisted import unlisted

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

NAMED_LIKE, WORD_LIKE = 88.0, 70.0
"""rapidfuzz similarity from which a front matter's event is the one of the table: as a whole, and each word."""

HEADING_WORDS = 8
"""A paragraph this short is a heading, and says what the text below it is about."""

MOST_WORDS, MOST_ANCHORS, LONGEST_LABEL = 2500, 80, 1000
"""Words and conferences of a text, and characters of a label, that are looked at; what decides stands there."""

_LABELS = ("title", "file", "tags")
_ANCHORS = ("series", "short", "event")
_IN = frozenset(("in", "a", "en", "tai", "o", "nach"))
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Zone:
    """A piece of the note: its words, which of them may stand between what belongs together, and mentions."""

    name: str
    words: Sequence[Word]
    glue: Sequence[bool]
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class _Tally:
    """Votes for each event: all of them, those that title or file name tell outright, those of any label."""

    votes: Mapping[Event, float]
    told: Mapping[Event, float]
    labelled: frozenset[Event]


def find_event(
    events: Events,
    *,
    named: str = "",
    file: str = "",
    title: str = "",
    text: str = "",
    date: str = "",
    tags: str = "",
    about: Sequence[str] = (),
) -> Event | None:
    """The event that a note is about, or None where nothing tells.

    ``named`` is what the note's front matter says (an event that the table does not know is taken as it is
    written), ``text`` has its paragraphs parted by empty lines, ``date`` is the posting date (ISO, may be
    partial), ``tags`` is whatever else the note is filed under, ``about`` its summary and first heading.
    """
    day = _day(date)
    if named.strip():
        return _named(events, " ".join(named.split())[:200], tags, day)
    file = path_words(file[-LONGEST_LABEL:], _lexicon(events))
    zones = _zones(events, file, title, tags, text)
    tally = _count(events, zones, day)
    event = _winner(tally.told, day) or _winner(tally.votes, day)
    if event is None or event not in tally.told or _is_regional(event.series, events):
        labels = [label[:LONGEST_LABEL] for label in (title, *about)]
        made = unlisted(labels, file.split(" / "), text, events, date[:4])
        if made and not (event and _is_backed(event, made, tally, events)):
            event = made
    return _placed(event, zones, events) if event else None


def _is_regional(series: str, events: Events) -> bool:
    return any(event.region for event in events.all if event.series == series)


def _is_backed(event: Event, made: Event, tally: _Tally, events: Events) -> bool:
    """Whether an event of the table stands against one that only a label's shape speaks for."""
    if event.series == made.series and event in events.all and _is_regional(event.series, events):
        known = (event.series, event.name, event.city, event.country, events.place(event.region))
        return all(word.isdigit() or word in words(" ".join(known)) for word in words(made.name))
    same = event.year == made.year and (event.city == made.city or event.series == made.series)
    return same or event in tally.labelled


def _placed(event: Event, zones: Sequence[_Zone], events: Events) -> Event:
    """An edition that the table does not list, in the city that title or opening say: “AcmeCon in Dublin”."""
    if event.city or not event.series or event in events.all:
        return event
    series = events.series.get(event.series, Series(event.series))
    names = {word for name in (series.name, *series.aliases) for word in words(name)} - GLUE
    for zone in zones:
        for place in zone.mentions if zone.name in ("title", "lead") else ():
            country = events.cities.get(place.value)
            if place.kind == "place" and country and event.country in ("", country) and _is_in(zone, place, names):
                return replace(event, city=place.value, country=country)
    return event


def _is_in(zone: _Zone, place: Mention, names: Collection[str]) -> bool:
    """Whether “in” stands before a place, and a word of a conference's names shortly before that."""
    before = zone.words[max(0, place.first - DIRECT_WORDS) : place.first]
    same = [word.folded for word in before if word.part == place.part]
    ended = any(word.stop for word in (*before[1:], zone.words[place.first]))
    return bool(same) and same[-1] in _IN and not ended and any(word in names for word in same)


def _named(events: Events, named: str, tags: str, day: Date | None) -> Event:
    """The event of the table that a name stands for, else one made of the name itself."""
    by_name = {" ".join(words(name)): e for e in events.all for name in (e.name, *e.aliases)}
    typed = " ".join(words(named))
    alike = [name for name in by_name if _digits(name) == _digits(typed)]
    alike = [name for name in alike if _each_word_is_in(typed, name)]
    best = process.extractOne(typed, alike, scorer=fuzz.token_sort_ratio, score_cutoff=NAMED_LIKE)
    if best:
        return by_name[best[0]]
    zones = _zones(events, "", named, tags, "")
    said = next((zone.mentions for zone in zones if zone.name == "title"), ())
    meant = _winner(_count(events, zones, day).votes, day) if any(m.kind in _ANCHORS for m in said) else None
    if meant and (meant in events.all or _each_word_is_in(typed, " ".join(words(meant.name)))):
        return meant
    return _as_written(named, said, events, meant or unlisted([named], (), "", events, ""))


def _each_word_is_in(typed: str, name: str) -> bool:
    """Whether each word of one name is much like one of the other."""
    others = name.split()
    return all(any(fuzz.ratio(word, other) >= WORD_LIKE for other in others) for word in typed.split())


def _as_written(named: str, found: Sequence[Mention], events: Events, like: Event | None) -> Event:
    city = next((m.value for m in found if m.kind == "place" and m.value in events.cities), "")
    year = next((m.value for m in found if m.kind == "year"), "")
    return Event(named, like.series if like else "", city, events.cities.get(city, ""), start=year)


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


def _count(events: Events, zones: Sequence[_Zone], day: Date | None) -> _Tally:
    context = _context(events, zones, day)
    votes: dict[Event, float] = defaultdict(float)
    told: set[Event] = set()
    labelled: set[Event] = set()
    for zone in zones:
        strengths: dict[Event, list[float]] = defaultdict(list)
        for event, strength in _votes(zone, context):
            strengths[event].append(strength)
        for event, counted in strengths.items():
            kept = sorted(counted, reverse=True)[: MOST_VOTES.get(zone.name, 1)]
            votes[event] += WEIGHTS[zone.name] * sum(kept)
            if zone.name in _LABELS:
                labelled.add(event)
                told |= {event} if zone.name != "tags" and kept[0] >= 2 else set()
    return _Tally(votes, {event: votes[event] for event in told}, frozenset(labelled))


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
        event = next(e for e in context.events.all if fold(e.name) in whole)
        return rival(event, company, context) or event, 2.0
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
