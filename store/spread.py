"""Where and when the notes speak of a topic: how many passages at which event, in the order of time."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from store.index import Index
from store.model import Hit, KnownEvent, Scope
from store.quotes import Sentence, rate
from store.search import Query, stem_weights
from store.terms import Term, match_query, quoted
from store.text import fold, stem

PLACES = ("{heading body}", "{title heading body}")
"""Where a topic has to stand: a title speaks for its whole note, and so counts only where nothing else does."""
READ = 4
"""How many passages of each event are read for a quote."""
READABLE, ENDS = range(8, 46), '.!?…"”’)'
"""How many words a good quote has, and with what it ends."""


@dataclass(frozen=True, slots=True)
class Stop:
    """An event, or a note that is about none, and how many of its passages speak of the topic.

    ``start`` is ISO 8601, as precise as is known, and empty where nothing tells; where only a release tells, it is
    ``release``. ``hits`` are the passages that say most of it, best first; at a gap there are none.
    """

    name: str
    event: str = ""
    start: str = ""
    release: str = ""
    passages: int = 0
    notes: int = 0
    hits: tuple[Hit, ...] = ()

    @property
    def year(self) -> str:
        """Four digits, or nothing."""
        return self.start[:4]


def spread(index: Index, query: Query, terms: Sequence[Term]) -> list[Stop]:
    """Every event, and every note about none, that speaks of the topic, earliest first and undated ones last.

    *terms* are those that a search for *query* resolved. All passages within the query's scope are counted,
    however many they are.
    """
    with index.snapshot():
        found = _passages(index, query, terms)
        groups: dict[Stop, list[int]] = defaultdict(list)
        for note, stop in _stops(index, found):
            groups[stop].append(note)
        stops = [_counted(index, stop, notes, found) for stop, notes in groups.items()]
    return sorted(stops, key=lambda stop: (not stop.start, stop.start, stop.name))


def mentions(index: Index, query: Query, terms: Sequence[Term]) -> list[int]:
    """The numbers of all passages within the query's scope that speak of the topic, those that say most of it first.

    *terms* are those that a search for the query resolved.
    """
    with index.snapshot():
        return [id for _, id in sorted(chain.from_iterable(_passages(index, query, terms).values()))]


def gaps(stops: Iterable[Stop], events: Iterable[KnownEvent]) -> list[Stop]:
    """The events that say nothing of a topic, from its first mention on, of every series that ever spoke of it."""
    said = {stop.event: stop.start for stop in stops if stop.event and stop.start}
    known = list(events)
    series = {event.series for event in known if event.name in said and event.series}
    first = min(said.values(), default="")
    silent = (e for e in known if e.series in series and e.name not in said and e.start > first)
    return [Stop(event.name, event.name, event.start, notes=event.notes) for event in silent]


def _counted(index: Index, stop: Stop, notes: Sequence[int], found: Mapping[int, Sequence[tuple[int, int]]]) -> Stop:
    """A stop with its passages; *found* has the (rank, number) of each note's."""
    ranked = sorted(passage for note in notes for passage in found[note])
    hits = index.hits([id for _, id in ranked[:READ]])
    return Stop(stop.name, stop.event, stop.start, stop.release, len(ranked), len(notes), tuple(hits))


def _passages(index: Index, query: Query, terms: Sequence[Term]) -> dict[int, list[tuple[int, int]]]:
    """The passages that speak of the topic, by note: (rank, number)."""
    admitted = _admitted(index, query.scope)
    theirs = _named_or_written(index, query) if query.person else None
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    agents = doers(terms)
    spelt = " AND (p.text LIKE ? OR p.heading LIKE ?)" * len(agents)
    values = [f"%{agent}%" for agent in agents for _ in range(2)]
    for match in _matches(query, terms):
        for rank, (id, note) in enumerate(index.rows(_FOUND.format(spelt), [match, *values])):
            if note in admitted and (theirs is None or id in theirs):
                found[note].append((rank, id))
        if found:
            break
    return found


def _admitted(index: Index, scope: Scope) -> set[int]:
    """The notes of a scope; of a release, those about that very one, where there are any.

    Otherwise each summit would count for the release that was just out as well as for the one that it planned.
    """
    notes = index.notes_in(Scope(scope.event, scope.city, scope.year, scope.release))
    about = {id for (id,) in index.rows("SELECT id FROM notes WHERE release = ?", [scope.release])}
    return notes & about if scope.release and notes & about else notes


_FOUND = (
    "SELECT stems.rowid, p.note FROM stems JOIN passages p ON p.id = stems.rowid WHERE stems MATCH ?{} "
    "ORDER BY bm25(stems, 2.0, 1.5, 1.0), stems.rowid"
)


def doers(terms: Iterable[Term]) -> list[str]:
    """Those of the terms that name what does a thing, in the singular: their stem is also that of the deed.

    Containers are not spoken of where a page "contains" links, nor developers where something is "developed".
    """
    singular = (term.correction.lower() or term.typed for term in terms if len(term.forms) == 1)
    named = [re.fullmatch(r"([a-z]{3,}(?:er|or))s?", word) for word in singular]
    return [match[1] for match in named if match and len(stem(match[1])) < len(match[1])]


def _matches(query: Query, terms: Sequence[Term]) -> Iterable[str]:
    """FTS5 queries for passages that speak of the whole topic, the strictest first."""
    known = [term for term in terms if term.forms]
    telling = [term for term in known if not query.weak.issuperset(term.typed.split())] or known
    rarest = sorted(telling, key=lambda term: -term.weight)
    for kept in range(len(rarest), 0, -1):
        every = " AND ".join(f"({match_query([term])})" for term in rarest[:kept])
        without = "".join(f" NOT {quoted((one,))}" for one in query.without)
        for place in PLACES:
            yield f"{place} : ({every}){without}"


def _named_or_written(index: Index, query: Query) -> set[int]:
    """The passages that name the query's person, or that they wrote."""
    written = index.notes_in(Scope(person=query.scope.person))
    by_them = index.rows(
        "SELECT id FROM passages WHERE note IN (SELECT value FROM json_each(?))", [json.dumps(list(written))]
    )
    match = " AND ".join(quoted((part,)) for part in query.person)
    naming = index.rows("SELECT rowid FROM stems WHERE stems MATCH ?", [match]) if match else []
    return {id for (id,) in (*by_them, *naming)}


def _stops(index: Index, notes: Iterable[int]) -> Iterable[tuple[int, Stop]]:
    """What each note is counted under."""
    planned = _planned_at(index)
    sql = (
        "SELECT n.id, n.event, coalesce(nullif(e.start, ''), n.date), n.release, n.title, n.file FROM notes n "
        "LEFT JOIN events e ON e.name = n.event WHERE n.id IN (SELECT value FROM json_each(?)) ORDER BY n.file"
    )
    for id, event, start, release, title, file in index.rows(sql, [json.dumps(list(notes))]):
        told = "" if start else release
        yield id, Stop(event or title or file, event or "", start or planned.get(told, ""), told)


def _planned_at(index: Index) -> dict[str, str]:
    """When each release was planned: at the first event that knows of it."""
    facets = index.facets
    starts: dict[str, str] = {}
    for event in sorted((*facets.events, *facets.absent), key=lambda event: event.start, reverse=True):
        starts.update(dict.fromkeys(event.releases, event.start) if event.start else {})
    return starts


def telling(hits: Sequence[Hit], terms: Sequence[Term]) -> tuple[Hit, int, int]:
    """The sentence of some passages that says most of a topic, as (passage, start, end).

    Sentences go before headings and labels; of two that say as much, it is the one that reads like a
    sentence, then the one of the better passage.
    """
    weights, agents = stem_weights(terms), doers(terms)
    rated = (
        (_worth(hit, sentence, agents), -place, -sentence.start, sentence.end)
        for place, hit in enumerate(hits)
        for sentence in rate(hit.passage.text, weights)
    )
    _, place, start, end = max(rated)
    return hits[-place], -start, end


def _worth(hit: Hit, sentence: Sentence, agents: Sequence[str]) -> tuple[bool, bool, float, int]:
    text = hit.passage.text[sentence.start : sentence.end]
    is_sentence = sentence.is_whole and text not in (*hit.passage.heading, hit.source.title)
    names = all(agent in fold(text) for agent in agents)
    reads_well = (text[-1] in ENDS) + (len(text.split()) in READABLE)
    return names, is_sentence and sentence.score > 0, round(sentence.score, 3), reads_well
