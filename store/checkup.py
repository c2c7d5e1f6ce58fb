"""Whether a database file of ours is whole, down to its last page."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

WAIT = 2.0
"""Seconds to wait for somebody who writes."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file says of itself, and every fault that SQLite found in it."""

    application: int
    version: int
    faults: tuple[str, ...]


def look(path: Path) -> Looked:
    """Read all of a database, its full-text indexes as well. Raises ``sqlite3.Error`` where it cannot be read.

    Writes nothing, but takes the writer's place for a moment.
    """
    try:
        return _look(path)
    except UnicodeDecodeError:
        raise sqlite3.DatabaseError("it is too damaged for SQLite to say where") from None


def _look(path: Path) -> Looked:
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)) as db:
        application, version = (
            db.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        told = [row[0] for row in db.execute("pragma integrity_check(5)")]
        faults = [fault for fault in told if fault != "ok"]
        return Looked(application, version, tuple(faults or _lost_words(db)))


def _lost_words(db: sqlite3.Connection) -> list[str]:
    """The full-text tables that do not agree with themselves; their check has the form of a write."""
    tables = "select name from sqlite_master where sql like '%using fts5 %' or sql like '%using fts5(%'"
    faults = []
    for (name,) in db.execute(tables).fetchall():
        db.execute("begin immediate")
        try:
            db.execute(f'insert into "{name}" ("{name}") values (\'integrity-check\')')  # noqa: S608 - a table of ours
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            faults.append(f"the full-text index {name} is damaged")
        finally:
            db.execute("rollback")
    return faults
