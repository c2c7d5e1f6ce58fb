"""The index file: its tables, its version, and what to say when it cannot be used."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from store.errors import BotError, IndexProblem
from store.text import TEXT_VERSION

APPLICATION_ID = 0x52434150  # "RCAP", so that another program's database is not taken for an index
VERSION = 5
SMALLEST_PAGE = 512
"""Bytes that a database of SQLite has at least."""
WAIT = 10.0
"""Seconds that a load waits for another one to end."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE notes (
  id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
  title TEXT NOT NULL, event TEXT NOT NULL, city TEXT NOT NULL, date TEXT NOT NULL, release TEXT NOT NULL,
  author TEXT NOT NULL, people TEXT NOT NULL, url TEXT NOT NULL, language TEXT NOT NULL
);
CREATE INDEX notes_event ON notes (event);
CREATE TABLE passages (
  id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes (id), text TEXT NOT NULL,
  heading TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, page INTEGER NOT NULL
);
CREATE INDEX passages_note ON passages (note);
CREATE VIRTUAL TABLE stems USING fts5 (title, heading, body, tokenize = "ascii tokenchars '.,'");
CREATE VIRTUAL TABLE stem_counts USING fts5vocab (stems, row);
CREATE TABLE vocabulary (
  word TEXT NOT NULL, shown TEXT NOT NULL, passages INTEGER NOT NULL, PRIMARY KEY (word, shown)
) WITHOUT ROWID;
CREATE TABLE stem_totals (stem TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE spellings (length INTEGER PRIMARY KEY, words TEXT NOT NULL, letters BLOB NOT NULL);
CREATE TABLE events (
  name TEXT PRIMARY KEY, series TEXT NOT NULL, city TEXT NOT NULL, start TEXT NOT NULL,
  releases TEXT NOT NULL, aliases TEXT NOT NULL, also TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE acronyms (
  short TEXT NOT NULL, long TEXT NOT NULL, note INTEGER NOT NULL, PRIMARY KEY (short, long, note)
) WITHOUT ROWID;
CREATE INDEX acronyms_note ON acronyms (note);
CREATE TABLE topics (
  note INTEGER NOT NULL, key TEXT NOT NULL, shown TEXT NOT NULL, passages INTEGER NOT NULL, named INTEGER NOT NULL,
  PRIMARY KEY (note, key)
) WITHOUT ROWID;
CREATE TABLE topic_totals (
  key TEXT PRIMARY KEY, passages INTEGER NOT NULL, notes INTEGER NOT NULL, named INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE vectors (passage INTEGER PRIMARY KEY, digest BLOB NOT NULL, vectors BLOB NOT NULL);
CREATE TABLE aliases (terms TEXT NOT NULL);
CREATE TABLE loads (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL,
  added INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL
);
CREATE TABLE changes (
  load INTEGER NOT NULL, kind TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (load, kind, file)
) WITHOUT ROWID;
CREATE TABLE problems (
  file TEXT NOT NULL, reason TEXT NOT NULL, remedy TEXT NOT NULL, rejected INTEGER NOT NULL
);
"""
LATE_INDEXES = {
    "topics_key": "CREATE INDEX topics_key ON topics (key, shown, passages)",
    "topic_totals_passages": "CREATE INDEX topic_totals_passages ON topic_totals (passages)",
}
"""Those that are quicker to build at the end of a large load than to keep up."""

_NONE_OF_OURS = (json.JSONDecodeError, UnicodeDecodeError)
"""What reading raises where bytes are others than were written, though the pages they are in are in order."""


class OutdatedIndex(IndexProblem):
    """An index that an earlier version of Recap made, or in which no load was ever finished: a load rebuilds it.

    ``folder`` is where its notes came from, if it says so.
    """

    def __init__(self, text: str, folder: Path | None = None) -> None:
        super().__init__(text)
        self.folder = folder


def connect(path: Path, *, create: bool = False) -> Database:
    """A connection for the calling thread, in WAL mode, transactions begun by hand.

    Raises IndexProblem, naming the file and the remedy, where the file is missing (unless ``create``),
    damaged, another program's, or of a newer version.
    """
    if not create and not path.exists():
        raise IndexProblem(f"There is no index at {path} yet. Make it with: recap load FOLDER")
    if path.is_file() and 0 < path.stat().st_size < SMALLEST_PAGE:  # which SQLite would take for empty, and fill
        raise _not_an_index(path)
    try:
        return _open(path, create=create)
    except sqlite3.DatabaseError as error:
        raise unusable(path, error) from error
    except UnicodeDecodeError as error:  # of a complaint that quotes what is damaged
        raise damaged(path) from error


def _open(path: Path, *, create: bool) -> Database:
    address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)
    database = Database(connection, execute_plugins=False)
    try:
        _refuse_foreign(path, database)  # before anything is written into a file that may not be ours
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return database


def _refuse_foreign(path: Path, database: Database) -> None:
    owner = _pragma(database, "application_id")
    found = version(database)
    if found > VERSION:
        raise IndexProblem(
            f"The index {path} was made by a newer Recap (format {found}, this one knows {VERSION}). "
            "Install that version, or delete the file and run: recap load"
        )
    if owner != APPLICATION_ID and (found or database.table_names()):
        raise IndexProblem(f"{path} is a database, but not a Recap index. Set RECAP_DB to another file.")


def version(database: Database) -> int:
    """The format's number; 0 is a file without tables."""
    return _pragma(database, "user_version")


def is_current(database: Database) -> bool:
    """Whether the file's tables and the way its words were cut are this version's."""
    if version(database) != VERSION:
        return False
    row = database.conn.execute("SELECT value FROM meta WHERE key = 'text_version'").fetchone()
    return row is not None and row[0] == TEXT_VERSION


def require_current(path: Path, database: Database) -> None:
    """Raises OutdatedIndex where a load is needed before there is anything to read."""
    if not version(database):
        raise OutdatedIndex(f"The index {path} holds no notes yet. Fill it with: recap load FOLDER")
    if not is_current(database):
        text = f"The index {path} was made by an earlier version of Recap. Rebuild it with: recap load"
        raise OutdatedIndex(text, recorded_folder(database))


def recorded_folder(database: Database) -> Path | None:
    """The folder that the index was last loaded from, as far as an earlier version wrote it down."""
    try:
        folder = meta(database).get("folder")
    except sqlite3.Error:
        return None
    return Path(folder) if folder else None


def rebuild(database: Database) -> None:
    """Empty tables of this version in place of whatever is there; part of the caller's transaction."""
    for name in ("stem_counts", "stems"):  # virtual tables first: they own others
        database.conn.execute(f"DROP TABLE IF EXISTS {name}")
    for name in database.table_names():
        if not name.startswith("sqlite_"):
            database.conn.execute(f'DROP TABLE IF EXISTS "{name}"')
    for statement in (*filter(str.strip, _TABLES.split(";")), *LATE_INDEXES.values()):
        database.conn.execute(statement)
    database.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.conn.execute(f"PRAGMA user_version = {VERSION}")
    set_meta(database, "text_version", TEXT_VERSION)


def set_meta(database: Database, key: str, value: str) -> None:
    """Remember one fact about the index as a whole."""
    database.conn.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def meta(database: Database) -> dict[str, str]:
    """Every fact about the index as a whole."""
    return dict(database.conn.execute("SELECT key, value FROM meta"))


@contextmanager
def explained(path: Path, database: Database) -> Iterator[None]:
    """Whatever goes wrong inside because of the file becomes an IndexProblem; anything else is a bug and stays one."""
    try:
        yield
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    except BotError:
        raise
    except _NONE_OF_OURS as error:
        raise damaged(path) from error
    except Exception as error:
        if _is_sound(database):
            raise
        raise damaged(path) from error  # SQLite took something for a row that was none


def _is_sound(database: Database) -> bool:
    lost = "SELECT count(*) FROM passages p LEFT JOIN stems s ON s.rowid = p.id WHERE s.body IS NULL"
    try:
        if not version(database):
            return True  # there is nothing in it yet
        checked = database.conn.execute("PRAGMA quick_check(1)").fetchone()[0]
        return bool(checked == "ok" and not database.conn.execute(lost).fetchone()[0])
    except sqlite3.Error:
        return False


def unusable(path: Path, error: sqlite3.Error) -> IndexProblem:
    """What to tell a person about an error of SQLite's, by its kind."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return IndexProblem(f"The index {path} is in use by another load. Wait until it is done and try again.")
    if "full" in text:
        return IndexProblem(f"The disk that holds {path} is full. Make room and run: recap load")
    if "I/O" in text:  # so it is told, too, where a full disk has no room for what a reader needs beside the index
        return IndexProblem(
            f"The disk fails where {path} is read or written ({text}). See that it works and has room (recap doctor); "
            "then run: recap load"
        )
    if "readonly" in text or "unable to open" in text:
        return IndexProblem(f"{path} cannot be opened for writing. Check the folder and its permissions (RECAP_DB).")
    return _not_an_index(path) if "not a database" in text else damaged(path)


def _not_an_index(path: Path) -> IndexProblem:
    return IndexProblem(
        f"{path} is not a Recap index, or its beginning is damaged. Set RECAP_DB to another file; "
        "or delete this one, if it was an index, and run: recap load"
    )


def damaged(path: Path) -> IndexProblem:
    """What to tell a person about a file whose content is not what was written."""
    return IndexProblem(
        f"The index {path} is damaged. It holds nothing that is not in your notes: delete it and run: recap load"
    )


def _pragma(database: Database, name: str) -> int:
    return int(database.conn.execute(f"PRAGMA {name}").fetchone()[0])
