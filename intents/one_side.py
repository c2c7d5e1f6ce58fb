"""What to say where one side of a comparison is missing: the other one is shown, the nearest ones are offered."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from rapidfuzz import fuzz, process

from intents.base import Answer, Choice, Line, cite
from intents.find import query, spelt
from intents.sides import Sides
from intents.timeline import short_name
from intents.understand import Question
from store.index import Index
from store.model import Facets, Hit, KnownEvent
from store.quotes import marks
from store.search import search
from store.spread import required, spread
from store.text import fold
from store.topics import Topic, holding, quotable, topics

SHOWN = 5
"""How many topics of the side that is known are shown."""
NEAREST, LIKE = 4, 60
"""How many events are offered, and how much like the typed name one has to be (rapidfuzz) to be near it."""


def asked_back(compared: Sides, index: Index) -> Answer:
    """There is one side, or none: the other one is asked for, with the nearest or the most telling as choices."""
    common = compared.common
    known = [place_of(side, index.facets) for side in compared.sides]
    missing = search(index, query(common), 1).missing if common.has_topic else ()
    if missing and compared.sides:
        heading = f"I know no summit called {spelt(missing, common.text)}."
    else:
        what = [*known, *([spelt(common.about, common.text)] if common.about and not known else [])]
        heading = f"Compare {what[0]} with what?" if what else "Compare what? Name two summits, years or topics."
    return Answer(
        "compare", heading, corrections=common.corrections, choices=others(compared, index, missing), refused=True
    )


def others(compared: Sides, index: Index, typed: Sequence[str] = ()) -> tuple[Choice, ...]:
    """Comparisons to go on with: the known side with the events nearest to what was typed, or that say most."""
    facets, common = index.facets, compared.common
    typed = typed or [side.absent for side in compared.sides if side.absent]
    asks = common.has_topic and not typed
    said = _speaking(common, index) if asks else []
    first = next((place_of(side, facets) for side in compared.sides if not side.absent), "")
    names = [short_name(event) for event in (said if asks else _near(" ".join(typed), facets))]
    first, *rest = [*dict.fromkeys(filter(None, (first, *names))), ""][: NEAREST + 1]
    about = f"{' '.join(common.about)}: " if asks else ""
    asked = [f"{about}{first} vs {name}" for name in filter(None, rest)]
    asked += [f"timeline of {' '.join(common.about)}"] if asks and not compared.sides else []
    return tuple(Choice(question, question) for question in asked)


def _speaking(common: Question, index: Index) -> list[KnownEvent]:
    """The events that say most of a topic."""
    terms = required(index, query(common), search(index, query(common), 1).terms)
    stops = spread(index, query(common), terms)
    passages = {stop.event: stop.passages for stop in stops}
    events = [event for event in index.facets.events if event.name in passages]
    return sorted(events, key=lambda event: -passages[event.name])


def _near(typed: str, facets: Facets) -> list[KnownEvent]:
    """The events whose city or name is most like what was typed; the ones with most notes where none is."""
    if typed:
        names = {i: fold(event.city or event.name) for i, event in enumerate(facets.events)}
        alike = process.extract(fold(typed), names, scorer=fuzz.WRatio, score_cutoff=LIKE, limit=NEAREST)
        if alike:
            return [facets.events[i] for _, _, i in alike]
    return sorted(facets.events, key=lambda event: (-event.notes, event.start, event.name))[: NEAREST + 2]


def one_side(compared: Sides, index: Index, limit: int) -> Answer:
    """A side without notes says so; what the others are about is shown all the same."""
    facets = index.facets
    lines: list[Line] = []
    columns: list[list[Hit]] = []
    for side in compared.sides:
        name = place_of(side, facets)
        known = [] if side.absent else topics(index, side.scope, SHOWN)
        found = [(topic, hit) for topic in known for hit in holding(index, topic, side.scope, 1)]
        told = [replace(topic_line(hit, topic), section=f"Topics of {name}: {topic.shown}") for topic, hit in found]
        lines = [*lines, *told] if found else [Line(f"I have no notes from {name}."), *lines]
        columns.append([hit for _, hit in found])
    return Answer(
        intent="compare",
        heading=f"{listed([place_of(side, facets) for side in compared.sides])}: there is nothing to compare",
        lines=tuple(lines),
        hits=alternating(columns)[:limit],
        corrections=compared.common.corrections,
        choices=others(compared, index),
        refused=not any(columns),
    )


def place_of(side: Question, facets: Facets) -> str:
    """How people call an event, a year or a release: "Tokyo 2015"."""
    scope = side.scope
    if side.absent or not scope:
        return side.absent
    event = next((event for event in facets.events if event.name == scope.event), None)
    if event:
        return short_name(event)
    place = scope.event or scope.city
    year = scope.year if scope.year not in place else ""
    return " ".join(filter(None, (place, year, scope.release))) or scope.person


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence: "Tokyo, Austin and Boston"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def alternating(columns: Iterable[Sequence[Hit]]) -> tuple[Hit, ...]:
    """One passage of each side after the other, each passage once."""
    rows = chain.from_iterable(zip_longest(*columns))
    return tuple({hit.id: hit for hit in rows if hit}.values())


def topic_line(hit: Hit, topic: Topic) -> Line:
    """The sentence of a passage that says most of a topic, with its source."""
    sentence = quotable(hit, topic)
    text = hit.passage.text[sentence.start : sentence.end]
    return Line(text, cite(hit), marks(text, hit.matched))
