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
from store.scoring import stem_weights
from store.search import Query
from store.terms import Term, match_query, occurrences, quoted
from store.text import fold, stem, stems

MOST_TERMS = 8
"""How many words of a topic, the rarest, a passage may have to hold."""
MOST = 0.5
"""From which share on the passages that spell a word as typed stand for all that hold its stem."""
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


def required(index: Index, query: Query, terms: Sequence[Term]) -> list[Term]:
    """The terms that a passage has to hold to speak of the topic: all that say something, as far as any holds them.

    *terms* are those that a search for *query* resolved. Where no passage of the scope holds all of them, the
    rarest is kept, and of the others those that some passage holds beside it.
    """
    known = [term for term in terms if term.forms]
    telling = [term for term in known if not query.weak.issuperset(term.typed.split())] or known
    if len(telling) < 2:
        return telling
    kept: list[Term] = []
    with index.snapshot():
        for term in sorted(telling, key=lambda term: -term.weight)[:MOST_TERMS]:
            if _passages(index, query, [*kept, term]):
                kept.append(term)
    return [term for term in telling if term in kept]


def spread(index: Index, query: Query, terms: Sequence[Term]) -> list[Stop]:
    """Every event, and every note about none, that has passages with all *terms*, earliest first and undated ones last.

    All passages within the query's scope are counted, however many they are.
    """
    with index.snapshot():
        found = _passages(index, query, terms)
        groups: dict[Stop, list[int]] = defaultdict(list)
        for note, stop in _stops(index, found):
            groups[stop].append(note)
        stops = [_counted(index, stop, notes, found) for stop, notes in groups.items()]
    return sorted(stops, key=lambda stop: (not stop.start, stop.start, stop.name))


def mentions(index: Index, query: Query, terms: Sequence[Term]) -> list[int]:
    """The numbers of all passages within the query's scope that hold all *terms*, those that say most first."""
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
    """The passages that speak of all terms, by note: (rank, number).

    A title speaks for its whole note: what it names need not stand in a passage again, as long as something of the
    topic does. A note that names it in its title alone counts with its best passage.
    """
    if not terms:
        return {}
    admitted = notes_of(index, query.scope)
    theirs = _named_or_written(index, query) if query.person else None
    own = {id for (id,) in index.rows(_HOLDING, [f"{{heading body}} : ({match_query(terms)})"])}
    speaking: dict[int, list[tuple[int, int]]] = defaultdict(list)
    titled: dict[int, list[tuple[int, int]]] = {}
    for rank, (id, note) in enumerate(_rows(index, _match(query, terms), terms)):
        if note in admitted and (theirs is None or id in theirs):
            if id in own:
                speaking[note].append((rank, id))
            else:
                titled.setdefault(note, [(rank, id)])
    return {**titled, **speaking}


_HOLDING = "SELECT rowid FROM stems WHERE stems MATCH ?"


def _rows(index: Index, match: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """(passage, note) of all that match and spell the words as they were typed, best first."""
    openings = spellings(terms)
    spelt = " AND ".join(["(p.text LIKE ? OR p.heading LIKE ? OR n.title LIKE ?)"] * len(openings)) or "1"
    values = [f"%{one}%" for one in openings for _ in range(3)]
    sql = (
        f"SELECT stems.rowid, n.id, {spelt} FROM stems JOIN passages p ON p.id = stems.rowid "  # noqa: S608 - fixed text
        "JOIN notes n ON n.id = p.note WHERE stems MATCH ? ORDER BY bm25(stems, 2.0, 1.5, 1.0), n.file, stems.rowid"
    )
    return spelt_alike(index.rows(sql, [*values, match]))


def spelt_alike(rows: Sequence[tuple[int, int, bool]]) -> list[tuple[int, int]]:
    """Of (passage, note, whether it spells the words as typed) only those that do, where they are most of all.

    A stem is also that of other words: "containers" of a page that contains links, "security" of securing a table.
    Where fewer do, people put it in other words as well, and all count.
    """
    strict = [(id, note) for id, note, alike in rows if alike]
    return strict if len(strict) >= MOST * len(rows) else [(id, note) for id, note, _ in rows]


def doers(terms: Iterable[Term]) -> list[str]:
    """Those of the terms that name what does a thing, in the singular: their stem is also that of the deed.

    Containers are not spoken of where a page "contains" links, nor developers where something is "developed".
    """
    named = [re.fullmatch(r"([a-z]{3,}(?:er|or))s?", word) for word in _single_words(terms)]
    return [match[1] for match in named if match and len(stem(match[1])) < len(match[1])]


def spellings(terms: Iterable[Term]) -> list[str]:
    """How words open that are spelt like those of the terms, whatever their number: "container" for containers."""
    return [opening(word) for word in _single_words(terms) if re.fullmatch(r"[a-z]{5,}", word)]


def opening(word: str) -> str:
    """A word without what its plural changes.

    >>> opening("containers"), opening("policies"), opening("policy")
    ('container', 'polic', 'polic')
    """
    return re.sub(r"(?:ies|[sye])$", "", word)


def _single_words(terms: Iterable[Term]) -> list[str]:
    return [term.correction.lower() or term.typed for term in terms if len(term.forms) == 1]


def notes_of(index: Index, scope: Scope) -> set[int]:
    """The notes of a scope, whoever its person; of a release, those about that very one, where there are any.

    Otherwise each summit would count for the release that was just out as well as for the one that it planned.
    """
    notes = index.notes_in(Scope(scope.event, scope.city, scope.year, scope.release))
    about = {id for (id,) in index.rows("SELECT id FROM notes WHERE release = ?", [scope.release])}
    return notes & about if scope.release and notes & about else notes


def _match(query: Query, terms: Sequence[Term]) -> str:
    """An FTS5 query for passages that hold all terms."""
    every = " AND ".join(f"({match_query([term])})" for term in terms)
    return f"({every})" + "".join(f" NOT {quoted((one,))}" for one in query.without)


def _named_or_written(index: Index, query: Query) -> set[int]:
    """The passages that name the query's person, or that they wrote."""
    written = index.notes_in(Scope(person=query.scope.person))
    by_them = index.rows(
        "SELECT id FROM passages WHERE note IN (SELECT value FROM json_each(?))", [json.dumps(list(written))]
    )
    match = " AND ".join(quoted((part,)) for part in query.person)
    naming = index.rows(_HOLDING, [match]) if match else []
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
    weights = stem_weights(terms)
    rated = (
        (_worth(hit, sentence, terms), -place, -sentence.start, sentence.end)
        for place, hit in enumerate(hits)
        for sentence in rate(hit.passage.text, weights)
    )
    _, place, start, end = max(rated)
    return hits[-place], -start, end


def said(text: str, terms: Iterable[Term]) -> frozenset[str]:
    """The stems by which a text names the terms, each form as a whole: not the "open" of "open source" alone."""
    held = stems(text)
    return frozenset(s for term in terms for form in term.forms if occurrences(form.stems, held) for s in form.stems)


def _worth(hit: Hit, sentence: Sentence, terms: Sequence[Term]) -> tuple[int, bool, float, int]:
    text = hit.passage.text[sentence.start : sentence.end]
    folded = fold(text)
    names = bool(said(text, terms)) + all(one in folded for one in spellings(terms))
    is_sentence = sentence.is_whole and text not in (*hit.passage.heading, hit.source.title)
    reads_well = (text[-1] in ENDS) + (len(text.split()) in READABLE)
    return names, is_sentence, round(sentence.score, 3), reads_well
