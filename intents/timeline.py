"""How the talk about a topic went on: its first mention, then every event since, gaps too, each with a quote."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, groupby, zip_longest

from intents import language
from intents.base import Answer, Chart, Choice, Intent, Line, cite, counted
from intents.event_filters import events_in
from intents.find import corrections, find, query, refusal, topic_of
from intents.understand import Question
from store.index import Index
from store.model import KnownEvent
from store.quotes import marks
from store.search import search
from store.spread import Stop, gaps, required, said, spread, telling
from store.terms import Term
from store.text import fold
from store.topics import topics

PASSING = language.EMPTY_WORDS | frozenset("project projects team teams topic topics release openstack".split())
"""Words beside a topic that a passage about it need not hold."""
MOST_STOPS = 20
"""How many events stand one by one; beyond that, a year's events stand together."""
MOST_CHOICES = 4
LABEL = 20
"""Characters of a chart's label."""
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
UNDATED = "Undated"
_WHAT_COUNTS = "A mention is a passage (a paragraph or a few) that speaks of it."

_CHANGED = r"(?:change|changed|evolve|evolved|develop|developed|grow|grown|shift|shifted|go on|progress)"
_CAME_UP = r"(?:mentioned|discussed|talked about|brought up|named|shown|presented|come up|came up|appear|show up)"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"how (?:did|has|have|had) (?P<topic>.{{1,200}}?) {_CHANGED}(?: over (?:the )?(?:time|years))?[\s.?!]*$",
        rf"when (?:was|were|did|has|is) (?P<topic>.{{1,200}}?) first {_CAME_UP}[\s.?!]*$",
        r"when was the first (?:mention|time) of (?P<topic>.{1,200}?)[\s.?!]*$",
        r"(?P<topic>.{1,200}?) over (?:the )?(?:time|years)[\s.?!]*$",
        r"(?P<topic>.{1,200}?) time ?line[\s.?!]*$",
    )
)


def shaped(text: str) -> str | None:
    """The topic of a question that asks for a timeline by its shape; None where it does not.

    >>> shaped("how did the talk about containers change?"), shaped("when was Kuryr first mentioned")
    ('the talk about containers', 'Kuryr')
    """
    matches = (shape.match(text) for shape in _SHAPES)
    return next((match["topic"] for match in matches if match), None)


def timeline(question: Question, index: Index, limit: int = 10) -> Answer:
    """Every event that mentions a topic, in the order of time, each with a quote; the gaps between them, and a chart.

    ``hits`` are the passages quoted, the first mention first, then further ones event by event.
    """
    if not question.has_topic or question.absent:
        return _nothing_to_follow(question, index)
    found = search(index, query(question))
    asked = replace(query(question), weak=PASSING)
    terms = required(index, asked, found.terms) if found.hits else []
    stops = spread(index, asked, terms)
    if not stops:
        return replace(refusal(question, index, found), intent="timeline")
    topic = topic_of(question, replace(found, terms=tuple(terms)), index)
    silent = [] if question.scope else gaps(stops, index.facets.events)
    sections = _sections(stops, silent)
    quotes = [telling(section.hits, terms) for section in sections if section.hits]
    hits = dict.fromkeys((*(hit.id for hit, _, _ in quotes), *_further(sections)))
    return Answer(
        intent="timeline",
        heading=_heading(topic, stops),
        lines=tuple(_line(section, terms) for section in sections),
        hits=tuple(index.hits(list(hits)[:limit])),
        corrections=corrections(question, found),
        scope=question.scope,
        notices=(*_left_out(found.terms, terms), _WHAT_COUNTS),
        chart=_chart(topic, sections, index),
    )


def _left_out(terms: Iterable[Term], kept: Sequence[Term]) -> Iterator[str]:
    """What is not counted, since no passage holds all words of the topic."""
    left = [term.typed for term in terms if term not in kept and not PASSING.issuperset(term.typed.split())]
    if left:
        yield f"No passage speaks of all of it; “{' '.join(left)}” is left out."


def _sections(stops: Sequence[Stop], silent: Sequence[Stop]) -> list[Stop]:
    """What stands under a heading each, in order: events, or years where there are too many of them."""
    ordered = sorted((*stops, *silent), key=lambda stop: (not stop.start, stop.start, stop.name))
    if len(ordered) <= MOST_STOPS:
        return ordered
    years = groupby(ordered, key=lambda stop: stop.year)
    return [_together(year or UNDATED, list(same)) for year, same in years]


def _together(name: str, stops: Sequence[Stop]) -> Stop:
    """Several stops as one: a year's, or all that are undated."""
    hits = tuple(hit for stop in sorted(stops, key=lambda stop: -stop.passages) for hit in stop.hits)
    return Stop(
        name,
        start=name if name != UNDATED else "",
        passages=sum(stop.passages for stop in stops),
        notes=sum(stop.notes for stop in stops),
        hits=hits,
    )


def _further(sections: Sequence[Stop]) -> Iterator[int]:
    """The passages that are not quoted, one of each section after the other."""
    for row in zip_longest(*(section.hits for section in sections)):
        yield from (hit.id for hit in row if hit)


def _line(stop: Stop, terms: Sequence[Term]) -> Line:
    """A quote, or a sentence of our own about a gap."""
    if not stop.hits:
        where = f"at {stop.name}" if stop.event else f"in {stop.name}"
        return Line(f"Not mentioned {where} ({counted(stop.notes, 'note')}).", section=section_title(stop))
    hit, start, end = telling(stop.hits, terms)
    sentence = hit.passage.text[start:end]
    return Line(sentence, cite(hit), marks(sentence, said(sentence, terms)), section=section_title(stop))


def section_title(stop: Stop) -> str:
    """ "Oct 2015 · OpenStack Summit Tokyo · 4 mentions"; where nothing tells the time, it is undated."""
    name = stop.name.removesuffix(stop.year).strip() if stop.event else stop.name
    said = counted(stop.passages, "mention") if stop.passages else ""
    return " · ".join(dict.fromkeys(filter(None, (_when(stop), name, said))))


def _when(stop: Stop) -> str:
    return f"{stop.release} cycle" if stop.release and stop.start else month(stop.start) or UNDATED


def month(iso: str) -> str:
    """A date as people say it, as precise as it is.

    >>> month("2015-10-27"), month("2015"), month("")
    ('Oct 2015', '2015', '')
    """
    return f"{MONTHS[int(iso[5:7]) - 1]} {iso[:4]}" if len(iso) >= 7 else iso


def _heading(topic: str, stops: Sequence[Stop]) -> str:
    first = next((stop for stop in stops if stop.start), None)
    mentions = counted(sum(stop.passages for stop in stops), "mention")
    notes = counted(sum(stop.notes for stop in stops), "note")
    since = f", first {'at' if first.event else 'in'} {_once_dated(first)}" if first else ""
    return f"Timeline of {topic}: {mentions} in {notes}{since}"


def _once_dated(stop: Stop) -> str:
    """An event with its month, a note's title in quotation marks with its own."""
    name = stop.name.removesuffix(stop.year).strip() if stop.event else f"“{stop.name}”"
    return f"{name} ({_when(stop)})"


def _chart(topic: str, sections: Sequence[Stop], index: Index) -> Chart:
    short = {event.name: short_name(event) for event in index.facets.events}
    labels = distinct(short.get(stop.event, _when(stop)) for stop in sections)
    return Chart(f"Mentions of {topic}", "mentions", tuple(zip(labels, (s.passages for s in sections), strict=True)))


def short_name(event: KnownEvent) -> str:
    """What people call an event: by its city and year, where its name holds the city, as "Tokyo 2015"."""
    called_by_city = event.city and fold(event.city) in fold(event.name)
    return f"{event.city} {event.year}".strip() if called_by_city else event.name


def distinct(names: Iterable[str], longest: int = LABEL) -> list[str]:
    """Names cut to so many characters, with their year where they end in one, and numbered where two would be the same.

    >>> distinct(["Tokyo", "Austin", "Tokyo", "Open Source Summit Europe 2017"])
    ['Tokyo', 'Austin', 'Tokyo (2)', 'Open Source… 2017']
    """
    seen: dict[str, None] = {}
    for name in names:
        numbered = (f"{_cut(name, longest - len(str(n)) - 3)} ({n})" for n in count(2))
        seen[next(label for label in chain([_cut(name, longest)], numbered) if label not in seen)] = None
    return list(seen)


def _cut(name: str, longest: int) -> str:
    """A name of at most so many characters, cut between words where it can be."""
    if len(name) <= longest:
        return name
    year = match[0] if (match := re.search(r" \d{4}$", name)) and len(match[0]) < longest // 2 else ""
    room = longest - len(year) - 1
    head = name[: room + 1]
    whole = head.rsplit(" ", 1)[0].rstrip(" +&·,:-") if " " in head.strip() else ""
    return (whole or name[:room]) + "…" + year


def _nothing_to_follow(question: Question, index: Index) -> Answer:
    """No topic is named, or it is asked for at an event that no note is about."""
    if question.absent:
        return replace(find(question, index), intent="timeline")
    there = events_in(question.scope, index.facets) if question.scope else []
    told = [] if there else topics(index, limit=MOST_CHOICES)
    return Answer(
        "timeline",
        "What shall I follow over time? Name a topic, a project or a person.",
        corrections=question.corrections,
        scope=question.scope,
        choices=(
            *(Choice(event.name, event.name) for event in there[:MOST_CHOICES]),
            *(Choice(topic.shown, f"timeline of {topic.shown}", topic.passages) for topic in told),
        ),
        refused=True,
        asks=True,
    )


INTENT = Intent(
    name="timeline",
    help="See how the talk about a topic went on, from its first mention, event by event.",
    example="timeline of containers",
    answer=timeline,
    cues=(
        shaped,
        *("timeline of", "timeline for", "timeline on", "timeline about", "timeline", "time line of"),
        *("history of", "chronology of", "evolution of", "development of", "first mention of"),
        *("when was the first mention of", "zeitleiste", "verlauf von", "chronologie"),
    ),
)
