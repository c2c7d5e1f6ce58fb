"""What changed between two parts of the notes: topics that came up, went away, grew louder, grew quieter, stayed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from store.index import Index
from store.model import Hit, Scope
from store.spread import notes_of, opening, spelt_alike
from store.terms import SMALL_WORDS, occurrences, quoted
from store.text import fold
from store.topics import Topic, quotable, topics

Kind = Literal["new", "dropped", "louder", "quieter", "kept"]
CONSIDERED = 30
"""How many topics of either side are held against the other side."""
FEWEST = 2
"""Passages of one side that a topic stands in; a topic of a single passage says nothing by its absence elsewhere."""
READ = 6
"""How many passages of each side are read for a quote."""
LOUDER = 1.75
"""How many times as often a topic has to stand on one side, by the share of its passages, to have grown louder.

It also has to stand in more of them: two passages of many and one of a few are the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a topic: in how many passages it stands on the first side and on the second.

    ``said_before`` and ``said_after`` are the best of these passages, by what a sentence of theirs says of it.
    """

    kind: Kind
    topic: Topic
    before: int
    after: int
    said_before: tuple[Hit, ...]
    said_after: tuple[Hit, ...]


def contrast(index: Index, before: Scope, after: Scope, limit: int = 3) -> list[Change]:
    """What became of the main topics of two parts of the notes: at most *limit* of each kind, the most telling first.

    Counts are of passages whose text holds a topic; louder and quieter go by their share as well, since one side may
    have many more notes than the other. Empty where one side has no notes.
    """
    with index.snapshot():
        sides = notes_of(index, before), notes_of(index, after)
        sizes = [_passages_of(index, notes) for notes in sides]
        kinds: dict[Kind, list[Change]] = {}
        for topic in _of_both(index, before, after) if all(sizes) else ():
            first, second = _held(index, topic, sides)
            same = kinds.setdefault(_kind(len(first), len(second), sizes), [])
            if len(same) < limit and max(len(first), len(second)) >= FEWEST:
                same.append(_change(index, topic, first, second, sizes))
        return [change for same in kinds.values() for change in same]


def _change(index: Index, topic: Topic, first: Sequence[int], second: Sequence[int], sizes: Sequence[int]) -> Change:
    kind = _kind(len(first), len(second), sizes)
    return Change(kind, topic, len(first), len(second), _best(index, topic, first), _best(index, topic, second))


def _of_both(index: Index, before: Scope, after: Scope) -> list[Topic]:
    """The topics of both sides, each once, by the greater of its weights."""
    weighed: dict[str, Topic] = {}
    for topic in (*topics(index, before, CONSIDERED), *topics(index, after, CONSIDERED)):
        known = weighed.get(topic.key)
        if known is None or topic.weight > known.weight:
            weighed[topic.key] = topic
    kept: list[Topic] = []
    for topic in sorted(weighed.values(), key=lambda topic: (topic.plain, -topic.weight, topic.key)):
        says = not any(SMALL_WORDS.issuperset(form) for form in topic.forms)
        if says and not any(_overlap(topic, other) for other in kept):
            kept.append(topic)
    return kept


def _overlap(topic: Topic, other: Topic) -> bool:
    """Whether one is a part of the other's name, as "metal" is of "bare metal"."""
    pairs = [(a, b) for a in topic.forms for b in other.forms]
    return any(occurrences(a, b) or occurrences(b, a) for a, b in pairs)


def _passages_of(index: Index, notes: Iterable[int]) -> int:
    sql = "SELECT count(*) FROM passages WHERE note IN (SELECT value FROM json_each(?))"
    return int(index.rows(sql, [json.dumps(sorted(notes))])[0][0])


def _held(index: Index, topic: Topic, sides: Sequence[set[int]]) -> tuple[list[int], list[int]]:
    """The passages of either side's notes that hold a topic, best first."""
    match = f"body : ({' OR '.join(map(quoted, topic.forms))})"
    single = len(topic.forms) == 1 and len(topic.forms[0]) == 1
    spelt = f"%{opening(fold(topic.shown))}%" if single else "%"
    rows = spelt_alike(index.rows(_HOLDING, [spelt, match, json.dumps(sorted(sides[0] | sides[1]))]))
    first, second = ([id for id, note in rows if note in notes] for notes in sides)
    return first, second


_HOLDING = (
    "SELECT stems.rowid, n.id, p.text LIKE ? FROM stems JOIN passages p ON p.id = stems.rowid "
    "JOIN notes n ON n.id = p.note WHERE stems MATCH ? AND n.id IN (SELECT value FROM json_each(?)) "
    "ORDER BY bm25(stems), n.file, stems.rowid"
)


def _best(index: Index, topic: Topic, ids: Sequence[int]) -> tuple[Hit, ...]:
    """The passages with the most telling sentences about a topic, of those that hold most of it."""
    matched = frozenset(s for form in topic.forms for s in form)
    hits = [replace(hit, matched=matched) for hit in index.hits(ids[:READ])]
    return tuple(sorted(hits, key=lambda hit: -quotable(hit, topic).score))


def _kind(first: int, second: int, sizes: Sequence[int]) -> Kind:
    if not first or not second:
        return "dropped" if first else "new"
    oftener = second / sizes[1] / (first / sizes[0])
    if oftener >= LOUDER and second > first:
        return "louder"
    return "quieter" if oftener <= 1 / LOUDER and second < first else "kept"
