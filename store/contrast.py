"""What changed between two parts of the notes: topics that came up, went away, grew louder, grew quieter, stayed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from store.index import Index
from store.model import Hit, Scope
from store.terms import occurrences, quoted
from store.topics import Topic, quotable, topics

Kind = Literal["new", "dropped", "louder", "quieter", "kept"]
CONSIDERED = 30
"""How many topics of either side are held against the other side."""
FEWEST = 2
"""Passages of one side that a topic stands in; a topic of a single passage says nothing by its absence elsewhere."""
READ = 6
"""How many passages of each side are read for a quote."""
LOUDER = 1.75
"""How many times as often a topic has to stand on one side, by the share of its passages, to have grown louder."""


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


def contrast(index: Index, before: Scope, after: Scope) -> list[Change]:
    """What became of the main topics of two parts of the notes, those that tell most of either first.

    Counts are of passages whose text holds a topic; louder and quieter are told by their share, since one side may
    have many more notes than the other. Empty where one side has no notes.
    """
    with index.snapshot():
        sides = index.notes_in(before), index.notes_in(after)
        sizes = [_passages_of(index, notes) for notes in sides]
        considered = _of_both(index, before, after) if all(sizes) else []
        changes = (_change(index, topic, _held(index, topic, sides), sizes) for topic in considered)
        return [change for change in changes if max(change.before, change.after) >= FEWEST]


def _change(index: Index, topic: Topic, held: tuple[list[int], list[int]], sizes: Sequence[int]) -> Change:
    first, second = held
    kind = _kind(len(first) / sizes[0], len(second) / sizes[1])
    return Change(kind, topic, len(first), len(second), _best(index, topic, first), _best(index, topic, second))


def _of_both(index: Index, before: Scope, after: Scope) -> list[Topic]:
    """The topics of both sides, each once, by the greater of its weights."""
    weighed: dict[str, Topic] = {}
    for topic in (*topics(index, before, CONSIDERED), *topics(index, after, CONSIDERED)):
        known = weighed.get(topic.key)
        if known is None or topic.weight > known.weight:
            weighed[topic.key] = topic
    kept: list[Topic] = []
    for topic in sorted(weighed.values(), key=lambda topic: (-topic.weight, topic.key)):
        if not any(_overlap(topic, other) for other in kept):
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
    rows = index.rows(_HOLDING, [match])
    first, second = ([id for id, note in rows if note in notes] for notes in sides)
    return first, second


_HOLDING = (
    "SELECT stems.rowid, n.id FROM stems JOIN passages p ON p.id = stems.rowid JOIN notes n ON n.id = p.note "
    "WHERE stems MATCH ? ORDER BY bm25(stems), n.file, stems.rowid"
)


def _best(index: Index, topic: Topic, ids: Sequence[int]) -> tuple[Hit, ...]:
    """The passages with the most telling sentences about a topic, of those that hold most of it."""
    matched = frozenset(s for form in topic.forms for s in form)
    hits = [replace(hit, matched=matched) for hit in index.hits(ids[:READ])]
    return tuple(sorted(hits, key=lambda hit: -quotable(hit, topic).score))


def _kind(before: float, after: float) -> Kind:
    if not before or not after:
        return "dropped" if before else "new"
    if after >= LOUDER * before:
        return "louder"
    return "quieter" if before >= LOUDER * after else "kept"
