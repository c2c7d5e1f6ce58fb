"""Whole notes read from the index, for answers about all of what they say."""

import json
from collections.abc import Collection, Iterable

from store.index import Index
from store.model import Hit

MOST_READ = 800
"""Passages that are read for one answer: of each note the first ones."""

Title = tuple[int, str, str, str]
"""A note's number, title, file and author."""


def passages_of(index: Index, notes: Iterable[int], most: int = MOST_READ) -> list[Hit]:
    """The passages of notes (their numbers) in reading order: notes by time, then file; at most *most*."""
    sql = (
        "SELECT id FROM (SELECT p.id, row_number() OVER (PARTITION BY p.note ORDER BY p.id) place, p.note, "
        "coalesce(nullif(e.start, ''), n.date) start, n.date, n.file "
        "FROM passages p JOIN notes n ON n.id = p.note LEFT JOIN events e ON e.name = n.event "
        "WHERE p.note IN (SELECT value FROM json_each(?)) ORDER BY place, n.file LIMIT ?) "
        "ORDER BY start, date, file, place"
    )
    return index.hits([id for (id,) in index.rows(sql, [json.dumps(sorted(notes)), most])])


def in_reading_order(index: Index, hits: Iterable[Hit], notes: Collection[int] | None = None) -> list[Hit]:
    """The same passages as they follow each other in their notes, notes by time; if given, only those of *notes*."""
    by_id = {hit.id: hit for hit in hits}
    sql = (
        "SELECT p.id, p.note FROM passages p JOIN notes n ON n.id = p.note LEFT JOIN events e ON e.name = n.event "
        "WHERE p.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY coalesce(nullif(e.start, ''), n.date), n.date, n.file, p.id"
    )
    rows = index.rows(sql, [json.dumps(sorted(by_id))])
    return [by_id[id] for id, note in rows if notes is None or note in notes]


def notes_since(index: Index, start: str, *, after: bool = False) -> set[int]:
    """The notes whose event, or else they themselves, are of *start* (ISO 8601) or later; *after* leaves out that day.

    A time less precise than *start* counts as its beginning; undated notes are none of them.
    """
    rows = index.rows(
        "SELECT n.id, coalesce(nullif(e.start, ''), n.date) FROM notes n LEFT JOIN events e ON e.name = n.event"
    )
    return {id for id, when in rows if when > start or (when == start and not after)}


def titles(index: Index, notes: Collection[int] | None = None) -> list[Title]:
    """Each note's number, title, file and author, in the order of the files; if given, only those of *notes*."""
    rows = index.rows("SELECT id, title, file, author FROM notes ORDER BY file")
    return [(id, title, file, author) for id, title, file, author in rows if notes is None or id in notes]
