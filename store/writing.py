"""What a load writes into the index. Every function is part of the caller's transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlite_utils import Database

from store.model import KnownEvent, Passage, Source
from store.prepared import Prepared, Row, count_forms, count_stems
from store.schema import LATE_INDEXES, meta, set_meta
from store.shelves import Shelf, from_bytes, shelved
from store.spelling import is_shelved
from store.vectors import set_aside

KEPT_LOADS, KEPT_FILES = 10, 500
"""How many loads are remembered, and how many files of each that were added, changed or removed."""

MOST_SUMS = 500_000
"""Words, by the ways they are written, whose counts are kept in memory before they are written."""
MOST_LOOSE = 0.2
"""The share of words that may come to those where misspelt ones are looked for before all are put in order again."""
USUAL_HASH, MANY_HASH = 1 << 20, 32 << 20
"""Bytes of postings that FTS5 gathers in memory before it writes a segment: its own default, and for many notes."""


@dataclass(slots=True)
class Sums:
    """What a load adds to the counts over all notes (or takes off), put together before it is written.

    Most words stand in many notes: written note by note, they would be the most of a load's work.
    """

    forms: Counter[tuple[str, str]] = field(default_factory=Counter)
    stems: Counter[str] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)
    notes: int = 0
    passages: int = 0

    def add(self, forms: Mapping[tuple[str, str], int], stems: Mapping[str, int]) -> None:
        """The words of one more note."""
        self.forms.update(forms)
        self.stems.update(stems)

    def take_off(self, forms: Mapping[tuple[str, str], int], stems: Mapping[str, int]) -> None:
        """The words of a note that goes."""
        self.forms.subtract(forms)
        self.stems.subtract(stems)


def add_note(database: Database, note: Prepared, digest: str, sums: Sums, *, many: bool = False) -> None:
    """Add a note, its passages and what is learned from it; of *many* the topics are added up by ``finish_many``."""
    row = {**asdict(note.source), "digest": digest, "people": json.dumps(note.source.people, ensure_ascii=False)}
    number = int(database.table("notes").insert(row).last_pk or 0)
    _add_passages(database, number, note.rows)
    database.conn.executemany("INSERT INTO acronyms VALUES (?, ?, ?)", [(*pair, number) for pair in note.acronyms])
    rows = [(number, p.key, p.shown, p.passages, p.named) for p in sorted(note.topics, key=lambda topic: topic.key)]
    database.conn.executemany("INSERT INTO topics VALUES (?, ?, ?, ?, ?)", rows)
    if not many:
        _count_topics(database, number, +1)
    sums.add(note.forms, note.stems)
    sums.notes += 1
    sums.passages += len(note.rows)
    if len(sums.forms) > MOST_SUMS:
        write_sums(database, sums)


def _add_passages(database: Database, number: int, rows: Sequence[Row]) -> None:
    first = 1 + int(database.conn.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()[0])
    numbered = list(enumerate(rows, first))
    database.conn.executemany(
        "INSERT INTO passages (id, note, text, heading, first, last, page) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(id, number, *row[:5]) for id, row in numbered],
    )
    database.conn.executemany(
        "INSERT INTO stems (rowid, title, heading, body) VALUES (?, ?, ?, ?)", [(id, *row[5:]) for id, row in numbered]
    )


def remove_note(database: Database, file: str, sums: Sums) -> None:
    """Take a note out, with its passages and whatever was learned from it."""
    row = database.conn.execute("SELECT id, title, author FROM notes WHERE file = ?", [file]).fetchone()
    number, title, author = row
    held = database.conn.execute(
        "SELECT p.id, p.text, p.heading, s.title, s.heading, s.body FROM passages p JOIN stems s ON s.rowid = p.id "
        "WHERE note = ?",
        [number],
    ).fetchall()
    passages = [Passage(text, tuple(json.loads(heading))) for _, text, heading, *_ in held]
    sums.take_off(count_forms(Source(file, title, author=author), passages), count_stems(row[3:] for row in held))
    sums.notes -= 1
    sums.passages -= len(held)
    database.conn.executemany("DELETE FROM stems WHERE rowid = ?", [(row[0],) for row in held])
    set_aside(database, [row[0] for row in held])
    _count_topics(database, number, -1)
    for table in ("topics", "acronyms", "passages"):
        database.conn.execute(f"DELETE FROM {table} WHERE note = ?", [number])  # noqa: S608 - fixed names
    database.conn.execute("DELETE FROM notes WHERE id = ?", [number])


def write_sums(database: Database, sums: Sums) -> None:
    """Bring the counts over all notes up to date, and keep in *sums* the words that are new."""
    changed = sorted((word, shown, count) for (word, shown), count in sums.forms.items() if count)
    sums.words |= _unknown(database, {word for word, _, count in changed if count > 0})
    database.conn.executemany(
        "INSERT INTO vocabulary VALUES (?, ?, ?) "
        "ON CONFLICT (word, shown) DO UPDATE SET passages = passages + excluded.passages",
        changed,
    )
    gone = [(word, shown) for word, shown, count in changed if count < 0]
    database.conn.executemany("DELETE FROM vocabulary WHERE word = ? AND shown = ? AND passages <= 0", gone)
    database.conn.executemany(
        "INSERT INTO stem_totals VALUES (?, ?) "
        "ON CONFLICT (stem) DO UPDATE SET passages = passages + excluded.passages",
        sorted(pair for pair in sums.stems.items() if pair[1]),
    )
    less = [(stem,) for stem, count in sums.stems.items() if count < 0]
    database.conn.executemany("DELETE FROM stem_totals WHERE stem = ? AND passages <= 0", less)
    for name in ("notes", "passages"):
        set_meta(database, name, str(int(meta(database).get(name, 0)) + getattr(sums, name)))
    sums.forms.clear()
    sums.stems.clear()
    sums.notes = sums.passages = 0


def _unknown(database: Database, words: set[str]) -> set[str]:
    held = database.conn.execute(
        "SELECT DISTINCT word FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))", [json.dumps(list(words))]
    )
    return words - {word for (word,) in held}


def write_spellings(database: Database, words: Iterable[str]) -> None:
    """Put new words of the vocabulary where misspelt ones are looked for.

    Those that went stay there until so many came that all are put in order again: a look-up asks the vocabulary anyway.
    """
    new = sorted(filter(is_shelved, words))
    held = database.conn.execute("SELECT coalesce(sum(length(words) / length), 0) FROM spellings").fetchone()[0]
    loose = int(meta(database).get("loose_words", 0)) + len(new)
    if loose > MOST_LOOSE * held:
        every = (word for (word,) in database.conn.execute("SELECT DISTINCT word FROM vocabulary ORDER BY word"))
        shelves, loose = shelved(filter(is_shelved, every)), 0
        database.conn.execute("DELETE FROM spellings")
    else:
        shelves = {length: _grown(database, shelf) for length, shelf in shelved(new).items()}
    rows = [(shelf.length, shelf.words, shelf.letters_as_bytes()) for shelf in shelves.values()]
    database.conn.executemany("INSERT OR REPLACE INTO spellings VALUES (?, ?, ?)", rows)
    set_meta(database, "loose_words", str(loose))


def _grown(database: Database, new: Shelf) -> Shelf:
    row = database.conn.execute(
        "SELECT length, words, letters FROM spellings WHERE length = ?", [new.length]
    ).fetchone()
    return from_bytes(*row).joined(new) if row else new


def begin_many(database: Database) -> None:
    """Make ready for more notes than the index holds: what is quicker to build at the end is put aside."""
    for index in LATE_INDEXES:
        database.conn.execute(f"DROP INDEX {index}")
    database.conn.execute(f"INSERT INTO stems (stems, rank) VALUES ('hashsize', {MANY_HASH})")  # noqa: S608 - a number


def finish_many(database: Database) -> None:
    """Build what was put aside."""
    for statement in LATE_INDEXES.values():
        database.conn.execute(statement)
    database.conn.execute("DELETE FROM topic_totals")
    database.conn.execute(
        "INSERT INTO topic_totals SELECT key, sum(passages), count(*), sum(named) FROM topics GROUP BY key"
    )
    database.conn.execute(f"INSERT INTO stems (stems, rank) VALUES ('hashsize', {USUAL_HASH})")  # noqa: S608 - a number
    database.conn.execute("INSERT INTO stems (stems) VALUES ('optimize')")


def write_events(database: Database, events: Iterable[KnownEvent]) -> None:
    """Replace what is known about the notes' events."""
    database.conn.execute("DELETE FROM events")
    database.conn.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(e.name, e.series, e.city, e.start, *map(json.dumps, (e.releases, e.aliases, e.also))) for e in events],
    )


def write_aliases(database: Database, groups: Iterable[Iterable[Iterable[str]]]) -> None:
    """Replace the groups of terms that mean the same."""
    database.conn.execute("DELETE FROM aliases")
    rows = [(json.dumps([list(term) for term in group], ensure_ascii=False),) for group in groups]
    database.conn.executemany("INSERT INTO aliases VALUES (?)", rows)


def write_problems(database: Database, problems: Iterable[tuple[str, str, str, bool]]) -> None:
    """Replace what the last load had to say: (file, reason, remedy, rejected)."""
    database.conn.execute("DELETE FROM problems")
    database.conn.executemany("INSERT INTO problems VALUES (?, ?, ?, ?)", list(problems))


def write_changes(
    database: Database, at: str, added: Sequence[str], changed: Sequence[str], removed: Sequence[str]
) -> None:
    """Keep what a load did, *at* an ISO 8601 time, unless it did nothing; of many files only the first are named."""
    kinds = {"added": added, "changed": changed, "removed": removed}
    if not any(kinds.values()):
        return
    counts = [len(files) for files in kinds.values()]
    load = database.conn.execute("INSERT INTO loads VALUES (NULL, ?, ?, ?, ?)", [at, *counts]).lastrowid
    rows = [(load, kind, file) for kind, files in kinds.items() for file in sorted(files)[:KEPT_FILES]]
    database.conn.executemany("INSERT INTO changes VALUES (?, ?, ?)", rows)
    for table, column in (("loads", "number"), ("changes", "load")):
        forgotten = f"DELETE FROM {table} WHERE {column} <= ? - {KEPT_LOADS}"  # noqa: S608 - fixed names
        database.conn.execute(forgotten, [load])


def _count_topics(database: Database, number: int, sign: int) -> None:
    """Add a note's rows to the sums over all notes, or take them off."""
    database.conn.execute(
        "INSERT INTO topic_totals SELECT key, ?1 * passages, ?1, ?1 * named FROM topics WHERE note = ?2 "
        "ON CONFLICT (key) DO UPDATE SET passages = passages + excluded.passages, "
        "notes = notes + excluded.notes, named = named + excluded.named",
        (sign, number),
    )
    if sign < 0:
        database.conn.execute(
            "DELETE FROM topic_totals WHERE notes <= 0 AND key IN (SELECT key FROM topics WHERE note = ?)", [number]
        )
