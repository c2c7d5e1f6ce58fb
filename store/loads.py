"""What the last load that changed anything did to the notes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from store.index import Index
from store.model import Source


@dataclass(frozen=True, slots=True)
class Load:
    """Files that were added, changed and removed, relative to the notes folder; of a large load only the first 500.

    ``at`` is an ISO 8601 time in UTC, ``counts`` are the numbers of added, changed and removed files. ``is_first``
    tells that all notes came with it.
    """

    at: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    counts: tuple[int, int, int]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Dated:
    """A note by its number, and the ISO date that orders it: its own or its event's, as precise as it is known."""

    id: int
    source: Source
    when: str


def last_load(index: Index) -> Load | None:
    """The last load that added, changed or removed a note; None where the index was made otherwise."""
    with index.snapshot():
        loads = index.rows("SELECT number, at, added, changed, removed FROM loads ORDER BY number DESC LIMIT 1")
        if not loads:
            return None
        number, at, *counts = loads[0]
        files: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
        for kind, file in index.rows("SELECT kind, file FROM changes WHERE load = ? ORDER BY kind, file", [number]):
            files[kind].append(file)
        total = index.rows("SELECT count(*) FROM notes")[0][0]
        added, changed, removed = (tuple(files[kind]) for kind in ("added", "changed", "removed"))
        return Load(at, added, changed, removed, (counts[0], counts[1], counts[2]), counts[0] >= total)


def newest_first(
    index: Index, *, files: Iterable[str] | None = None, notes: Iterable[int] | None = None
) -> list[Dated]:
    """Notes given by file or by number, or all of them: the latest first, undated ones last."""
    where, values = "1", list[object]()
    if files is not None:
        where, values = "n.file IN (SELECT value FROM json_each(?))", [json.dumps(sorted(files))]
    elif notes is not None:
        where, values = "n.id IN (SELECT value FROM json_each(?))", [json.dumps(sorted(notes))]
    rows = index.rows(
        "SELECT n.id, n.file, n.title, n.event, n.city, n.date, n.release, n.author, n.url, n.language, "  # noqa: S608 - fixed text
        "CASE WHEN e.start > n.date OR n.date = '' THEN coalesce(e.start, '') ELSE n.date END "
        f"FROM notes n LEFT JOIN events e ON e.name = n.event WHERE {where}",
        values,
    )
    found = [
        Dated(id, Source(file, title, event, city, date, release, author, (), url, language), when)
        for id, file, title, event, city, date, release, author, url, language, when in rows
    ]
    found.sort(key=lambda note: note.source.file)
    return sorted(found, key=lambda note: note.when, reverse=True)
