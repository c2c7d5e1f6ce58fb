"""The index as questions see it: one snapshot per question, safe from any thread."""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from store import schema
from store.errors import IndexProblem
from store.meaning import Model
from store.model import Facets, Hit, KnownEvent, Passage, Scope, Source
from store.shelves import Shelf, from_bytes
from store.spelling import MOST_COMPLETED, Known, Vocabulary
from store.terms import SMALL_WORDS, Lexicon, common_stems, quoted
from store.text import stem as stem_of
from store.text import words
from store.vectors import KEY, Space, space

_SOURCE_COLUMNS = "file, title, event, city, date, release, author, people, url, language"

RANKED = 10_000
"""How many passages the database ranks for one question; each costs it about a microsecond."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: the stems of its title, heading and body, in order, and its note's number."""

    id: int
    note: int
    title: list[str]
    heading: list[str]
    body: list[str]


@dataclass(frozen=True, slots=True)
class Status:
    """What the index holds. ``problems`` are (file, reason, remedy, rejected) of the last load."""

    notes: int
    passages: int
    events: int
    loaded_at: str
    folder: str
    schema: int
    problems: tuple[tuple[str, str, str, bool], ...]


class Generation:
    """What stays the same until the next load, read once and shared by all threads."""

    def __init__(self, number: str, index: "Index") -> None:
        self.number = number
        self._index = index

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word of the notes, for look-up by spelling; shown as it is written most often."""
        return _Indexed(self._index)

    @cached_property
    def space(self) -> Space | None:
        """The passages as points of the index's model; None where they have no vectors, or another model's."""
        model = self._index.model
        if model is None or dict(self._index.rows("SELECT key, value FROM meta")).get(KEY) != model.name:
            return None
        return space(self._index, model.dimensions)

    @cached_property
    def facets(self) -> Facets:
        """What questions can be limited to."""
        return _facets(self._index)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What typed words are read against."""
        passages = self._index.passages
        count, together = cache(self._index.stem_count), cache(self._index.together)
        return Lexicon(
            self.vocabulary,
            count,
            passages,
            self._groups(),
            SMALL_WORDS,
            common_stems(),
            together,
            self._index.beside,
        )

    def _groups(self) -> list[list[tuple[str, ...]]]:
        """Terms that mean the same: the alias tables', then those that the notes explain themselves."""
        tables = self._index.rows("SELECT terms FROM aliases")
        learned = self._index.rows("SELECT DISTINCT short, long FROM acronyms ORDER BY 1, 2")
        told = [[tuple(name) for name in json.loads(terms)] for (terms,) in tables]
        return told + [[(short,), tuple(long.split())] for short, long in learned]


class _Indexed(Vocabulary):
    """The words as the index has them: read when they are asked for, since they may be hundreds of thousands."""

    def __init__(self, index: "Index") -> None:
        super().__init__()
        self._index = index
        self._read = lru_cache(maxsize=4096)(self._one)
        self._length = cache(self._shelf)

    def known(self, words: Iterable[str]) -> Known:
        """Those of some words that the notes have."""
        several = list(words)
        if len(several) == 1:
            return {several[0]: found} if (found := self._read(several[0])) else {}
        return self._rows("word IN (SELECT value FROM json_each(?))", [json.dumps(several)])

    def begun(self, beginning: str) -> Known:
        """The words that begin so, at most ``MOST_COMPLETED`` of them, the shortest first."""
        return self._rows(_FIRST_BEGUN, [beginning, f"{beginning}\U0010ffff", MOST_COMPLETED])

    def shelf(self, length: int) -> Shelf | None:
        """The words of a length that may be misspelt."""
        return self._length(length)

    def _one(self, word: str) -> tuple[int, str] | None:
        return self._rows("word = ?", [word]).get(word)

    def _shelf(self, length: int) -> Shelf | None:
        rows = self._index.rows("SELECT length, words, letters FROM spellings WHERE length = ?", [length])
        return from_bytes(*rows[0]) if rows else None

    def _rows(self, where: str, values: Sequence[object]) -> dict[str, tuple[int, str]]:
        sql = f"SELECT word, passages, shown FROM vocabulary WHERE {where} ORDER BY passages DESC, shown"  # noqa: S608 - fixed text
        found: dict[str, tuple[int, str]] = {}
        for word, passages, shown in self._index.rows(sql, values):
            total, usual = found.get(word, (0, shown))
            found[word] = total + passages, usual
        return found


_FIRST_BEGUN = (
    "word IN (SELECT DISTINCT word FROM vocabulary WHERE word >= ? AND word < ? ORDER BY length(word), word LIMIT ?)"
)


class Index:
    """A reader of one index file. Open it with ``open_index``."""

    def __init__(self, path: Path, model: Model | None = None) -> None:
        self.path = path
        self.model = model
        self._local = threading.local()
        self._lock = threading.Lock()
        self._generation: Generation | None = None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one state of the index, whatever is loaded meanwhile. May be nested."""
        if getattr(self._local, "depth", 0):
            yield
            return
        database = self._database()
        try:
            with schema.explained(self.path, database):
                database.conn.execute("BEGIN")
                self._local.depth = 1
                try:
                    yield
                finally:
                    self._local.depth = 0
                    database.conn.execute("COMMIT")
        except IndexProblem:
            self._forget()
            raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows of one query."""
        with self.snapshot():
            return self._database().conn.execute(sql, values).fetchall()

    @property
    def generation(self) -> Generation:
        """The caches that fit the state this thread's snapshot sees."""
        with self.snapshot():
            number = self.rows("SELECT value FROM meta WHERE key = 'generation'")[0][0]
            with self._lock:
                if self._generation is None or self._generation.number != number:
                    self._generation = Generation(number, self)
                return self._generation

    @property
    def facets(self) -> Facets:
        """What questions can be limited to."""
        with self.snapshot():
            return self.generation.facets

    @property
    def passages(self) -> int:
        """How many there are."""
        return int(self.rows("SELECT value FROM meta WHERE key = 'passages'")[0][0])

    def stem_count(self, stem: str) -> int:
        """How many passages hold a stem, in title, heading or body."""
        found = self.rows("SELECT passages FROM stem_totals WHERE stem = ?", [stem])
        return int(found[0][0]) if found else 0

    def together(self, stems: tuple[str, ...]) -> bool:
        """Whether some passage holds these stems side by side."""
        return bool(self.rows("SELECT 1 FROM stems WHERE stems MATCH ? LIMIT 1", [quoted(stems)]))

    def beside(self, stem: str) -> frozenset[str]:
        """The folded words that stand right before or after words of a stem, in the passages that hold most of it."""
        sql = "SELECT p.text FROM stems JOIN passages p ON p.id = stems.rowid WHERE stems MATCH ? LIMIT 50"
        found: set[str] = set()
        for (text,) in self.rows(sql, [quoted((stem,))]):
            for before, after in pairwise(words(text)):
                found.update((before,) if stem_of(after) == stem else ())
                found.update((after,) if stem_of(before) == stem else ())
        return frozenset(found)

    def candidates(
        self, match: str, limit: int, notes: Iterable[int] | None = None, *, ranked: bool = True
    ) -> list[Candidate]:
        """The passages that BM25 ranks highest for an FTS5 query, if given only those of some notes.

        Of more than ``RANKED`` passages only the first are ranked; if not *ranked*, it is the first that are given.
        """
        within, values = "", [match]
        if notes is not None:
            # SQLite limits the number of placeholders, not of values in here
            within = "JOIN passages p ON p.id = stems.rowid AND p.note IN (SELECT value FROM json_each(?))"
            values = [json.dumps(list(notes)), match]
        worth = "bm25(stems, 2.0, 1.5, 1.0)" if ranked else "0"
        found = (
            f"SELECT stems.rowid AS id, {worth} AS bm FROM stems {within} "  # noqa: S608 - fixed text
            f"WHERE stems MATCH ? LIMIT {RANKED if ranked else limit}"
        )
        best = f"SELECT id FROM ({found}) ORDER BY bm, id LIMIT ?"  # noqa: S608 - fixed text
        return self.read_candidates([id for (id,) in self.rows(best, [*values, limit])])

    def read_candidates(self, ids: Sequence[int]) -> list[Candidate]:
        """The passages with these numbers as candidates, in the order given."""
        sql = (
            "SELECT s.rowid, p.note, s.title, s.heading, s.body FROM stems s "
            "JOIN passages p ON p.id = s.rowid WHERE s.rowid IN (SELECT value FROM json_each(?))"
        )
        rows = self.rows(sql, [json.dumps(list(ids))])
        found = {
            id: Candidate(id, note, title.split(), heading.split(), body.split())
            for id, note, title, heading, body in rows
        }
        return [found[id] for id in ids if id in found]

    def notes_in(self, scope: Scope) -> set[int]:
        """The notes that a scope admits by what is known of them (not by what their text says)."""
        return {id for (id,) in self.rows(*_notes_in(scope))}

    def hits(self, ids: Sequence[int]) -> list[Hit]:
        """The passages with these numbers, in the order given."""
        sql = (
            f"SELECT p.id, p.text, p.heading, p.first, p.last, p.page, {_SOURCE_COLUMNS} "  # noqa: S608 - fixed text
            f"FROM passages p JOIN notes n ON n.id = p.note WHERE p.id IN ({','.join('?' * len(ids))})"
        )
        found = {row[0]: _hit(row) for row in self.rows(sql, ids)}
        return [found[id] for id in ids if id in found]

    def openings(self, scope: Scope, limit: int) -> list[Hit]:
        """The first passages of the notes that a scope admits, note by note, the first of each note first."""
        admitted = self.notes_in(scope)
        sql = (
            "SELECT id FROM (SELECT id, note, row_number() OVER (PARTITION BY note ORDER BY id) place "
            "FROM passages WHERE note IN (SELECT value FROM json_each(?))) ORDER BY place, note LIMIT ?"
        )
        return self.hits([id for (id,) in self.rows(sql, [json.dumps(list(admitted)), limit])])

    def status(self) -> Status:
        """What the index holds, and what the last load had to say."""
        with self.snapshot():
            facts = dict(self.rows("SELECT key, value FROM meta"))
            events = self.rows("SELECT count(DISTINCT event) FROM notes WHERE event > ''")[0][0]
            problems = self.rows("SELECT file, reason, remedy, rejected FROM problems ORDER BY file")
            return Status(
                int(facts["notes"]),
                int(facts["passages"]),
                events,
                loaded_at=facts.get("loaded_at", ""),
                folder=facts.get("folder", ""),
                schema=schema.VERSION,
                problems=tuple((f, why, remedy, bool(rejected)) for f, why, remedy, rejected in problems),
            )

    def close(self) -> None:
        """Close the calling thread's connection; the others close with their threads."""
        self._forget()

    def _database(self) -> Database:
        """This thread's connection, opened anew when the file was deleted and rebuilt."""
        if not getattr(self._local, "depth", 0):
            inode = self._inode()
            if getattr(self._local, "inode", None) != inode:
                self._forget()
                self._local.database = self._open()
                self._local.inode = inode
        database: Database = self._local.database
        return database

    def _open(self) -> Database:
        database = schema.connect(self.path)
        try:
            with schema.explained(self.path, database):
                schema.require_current(self.path, database)
        except BaseException:
            database.conn.close()
            raise
        return database

    def _inode(self) -> tuple[int, int]:
        try:
            stat = self.path.stat()
        except OSError:
            raise IndexProblem(f"There is no index at {self.path}. Make it with: recap load FOLDER") from None
        return stat.st_dev, stat.st_ino

    def _forget(self) -> None:
        database = getattr(self._local, "database", None)
        self._local.database = self._local.inode = None
        with self._lock:
            self._generation = None
        if database is not None:
            database.conn.close()


def open_index(path: Path, model: Model | None = None) -> Index:
    """An index to ask, by words and (with a model) by meaning.

    Raises IndexProblem (naming file and remedy) where it cannot be read.
    """
    index = Index(path, model)
    with index.snapshot():
        return index


def _hit(row: Sequence[Any]) -> Hit:
    id, text, heading, first, last, page, *source = row
    return Hit(id, _source(*source), Passage(text, tuple(json.loads(heading)), first, last, page))


def _source(*row: str) -> Source:
    file, title, event, city, date, release, author, people, url, language = row
    return Source(file, title, event, city, date, release, author, tuple(json.loads(people)), url, language)


def _notes_in(scope: Scope) -> tuple[str, list[str]]:
    clauses: list[tuple[str, list[str]]] = []
    if scope.event:
        clauses.append(("(n.event = ? OR e.series = ?)", [scope.event, scope.event]))
    if scope.city:
        clauses.append(("(n.city = ? OR e.city = ?)", [scope.city, scope.city]))
    if scope.year:
        clauses.append(("substr(CASE WHEN e.start > '' THEN e.start ELSE n.date END, 1, 4) = ?", [scope.year]))
    if scope.release:
        planned = "EXISTS (SELECT 1 FROM json_each(e.releases) WHERE value = ?)"
        clauses.append((f"(n.release = ? OR {planned})", [scope.release] * 2))
    if scope.person:
        clauses.append(("instr(n.author, ?) > 0", [scope.person]))
    where = " AND ".join(clause for clause, _ in clauses) or "1"
    sql = f"SELECT n.id FROM notes n LEFT JOIN events e ON e.name = n.event WHERE {where}"  # noqa: S608 - fixed text
    return sql, [value for _, values in clauses for value in values]


def _listed(names: str) -> tuple[str, ...]:
    return tuple(json.loads(names))


def _facets(index: Index) -> Facets:
    known = [
        KnownEvent(name, series, city, start, _listed(releases), _listed(aliases), _listed(also), notes)
        for name, series, city, start, releases, aliases, also, notes in index.rows(
            "SELECT e.name, e.series, coalesce(nullif(e.city, ''), max(n.city), ''), e.start, e.releases, e.aliases, "
            "e.also, count(n.id) FROM events e LEFT JOIN notes n ON n.event = e.name "
            "GROUP BY e.name ORDER BY e.start, e.name"
        )
    ]
    events = tuple(event for event in known if event.notes)
    return Facets(
        events=events,
        absent=tuple(event for event in known if not event.notes),
        years=frozenset({e.year for e in events if e.year})
        | {year for (year,) in index.rows("SELECT DISTINCT substr(date, 1, 4) FROM notes WHERE date > ''")},
        releases=frozenset({r for (r,) in index.rows("SELECT DISTINCT release FROM notes WHERE release > ''")})
        | {r for e in events for r in e.releases},
        people=tuple(p for (p,) in index.rows("SELECT DISTINCT value FROM notes, json_each(notes.people) ORDER BY 1")),
        authors=tuple(a for (a,) in index.rows("SELECT DISTINCT author FROM notes WHERE author > '' ORDER BY 1")),
    )
