"""What a load writes into the index. Every function is part of the caller's transaction."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlite_utils import Database

from store.acronyms import explained
from store.model import KnownEvent, Note, Passage, Source
from store.phrases import phrases
from store.text import ADDRESS, spans, stems
from store.vectors import set_aside

KEPT_LOADS, KEPT_FILES = 10, 500
"""How many loads are remembered, and how many files of each that were added, changed or removed."""


def add_note(database: Database, note: Note, digest: str, places: Iterable[str] = ()) -> None:
    """Add a note, its passages and what is learned from it; *places* (folded) are no topics."""
    source = note.source
    row = {**asdict(source), "digest": digest, "people": json.dumps(source.people, ensure_ascii=False)}
    number = int(database.table("notes").insert(row).last_pk or 0)
    for passage in note.passages:
        _add_passage(database, number, source, passage)
    _count_words(database, _forms(source, note.passages), +1)
    pairs = {pair for passage in note.passages for pair in explained(passage.text)}
    database.conn.executemany("INSERT INTO acronyms VALUES (?, ?, ?)", [(*pair, number) for pair in pairs])
    _add_topics(database, number, note, places)


def remove_note(database: Database, file: str) -> None:
    """Take a note out, with its passages and whatever was learned from it."""
    row = database.conn.execute("SELECT id, title, author FROM notes WHERE file = ?", [file]).fetchone()
    number, title, author = row
    passages = [
        (id, Passage(text, tuple(json.loads(heading))))
        for id, text, heading in database.conn.execute(
            "SELECT id, text, heading FROM passages WHERE note = ?", [number]
        )
    ]
    _count_words(database, _forms(Source(file, title, author=author), [p for _, p in passages]), -1)
    database.conn.executemany("DELETE FROM stems WHERE rowid = ?", [(id,) for id, _ in passages])
    set_aside(database, [id for id, _ in passages])
    _count_topics(database, number, -1)
    for table in ("topics", "acronyms", "passages"):
        database.conn.execute(f"DELETE FROM {table} WHERE note = ?", [number])  # noqa: S608 - fixed names
    database.conn.execute("DELETE FROM notes WHERE id = ?", [number])


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


def _add_passage(database: Database, note: int, source: Source, passage: Passage) -> None:
    heading = json.dumps(passage.heading, ensure_ascii=False)
    row = (note, passage.text, heading, passage.first, passage.last, passage.page)
    number = database.conn.execute(
        "INSERT INTO passages (note, text, heading, first, last, page) VALUES (?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    fields = (stems(_titled(source)), stems(" ".join(passage.heading)), _body(passage.text))
    database.conn.execute(
        "INSERT INTO stems (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
        [number, *(" ".join(field) for field in fields)],
    )


def _add_topics(database: Database, number: int, note: Note, places: Iterable[str]) -> None:
    rows = [(number, p.key, p.shown, p.passages, p.named) for p in phrases(note, places)]
    database.conn.executemany("INSERT INTO topics VALUES (?, ?, ?, ?, ?)", rows)
    _count_topics(database, number, +1)


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


def _body(text: str) -> list[str]:
    """The stems of a passage; words that stand only in web addresses come last, and once."""
    said = stems(ADDRESS.sub(" ", text))
    linked = dict.fromkeys(stems(" ".join(ADDRESS.findall(text))))
    return said + [s for s in linked if s not in set(said)]


def _titled(source: Source) -> str:
    """The words that every passage of a note answers to: its title and who wrote it."""
    return f"{source.title}\n{source.author}"


def _forms(source: Source, passages: Iterable[Passage]) -> Counter[tuple[str, str]]:
    """In how many passages each word stands, by the way it is written there first."""
    counted: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        text = "\n".join((passage.text, *passage.heading, _titled(source)))
        first: dict[str, str] = {}
        for word, start, end in spans(text):
            first.setdefault(word, text[start:end])
        counted.update(first.items())
    return counted


def _count_words(database: Database, forms: Counter[tuple[str, str]], sign: int) -> None:
    database.conn.executemany(
        "INSERT INTO vocabulary VALUES (?, ?, ?) "
        "ON CONFLICT (word, shown) DO UPDATE SET passages = passages + excluded.passages",
        [(word, shown, sign * count) for (word, shown), count in forms.items()],
    )
    if sign < 0:
        database.conn.executemany("DELETE FROM vocabulary WHERE word = ? AND shown = ? AND passages <= 0", list(forms))
