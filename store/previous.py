"""The index as it was before notes left it: kept beside it, so that a load can be taken back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from store import schema
from store.errors import BotError, IndexProblem

PATIENCE = 40
"""How often an undo tries to write while a load from elsewhere is at it, a quarter of a second apart."""

NOTHING_KEPT = "There is nothing to undo: an index is kept only by a load that removes notes, until it is brought back."


def place(index: Path) -> Path:
    """Where the index of before is kept."""
    return index.with_name(f"{index.name}.previous")


def keep(index: Path) -> None:
    """Copy what readers see of an index, whatever a load has written but not committed yet.

    The copy appears whole or not at all, in place of an older one. Raises ``sqlite3.Error`` or ``IndexProblem``
    where it cannot be written.
    """
    unfinished = place(index).with_name(f"{place(index).name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(unfinished)) as copy, closing(_reader(index)) as source:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, to be renamed
        unfinished.replace(place(index))
    except OSError as error:
        raise IndexProblem(
            f"The old index cannot be kept as {place(index)} ({error.strerror}), so nothing was loaded. "
            "Let Recap write into that folder."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def undo(index: Path) -> int:
    """Bring back the index of before the last load that removed notes, and give how many notes it holds.

    It is written as one transaction: whoever reads meanwhile reads on in the index they began with. Raises
    ``BotError`` where nothing is kept or it does not fit this version, ``IndexProblem`` where it cannot be written.
    """
    kept = place(index)
    if not kept.is_file():
        raise BotError(NOTHING_KEPT)
    database = schema.connect(index)
    try:
        with schema.explained(index, database), closing(_reader(kept)) as source:
            notes = _notes(kept, source)
            source.backup(database.conn, progress=_Patience(), sleep=0.25)
    finally:
        database.conn.close()
    kept.unlink(missing_ok=True)
    return notes


class _Patience:
    """Gives up on a database that stays locked; SQLite itself would wait for ever."""

    def __init__(self) -> None:
        self.tries = 0

    def __call__(self, status: int, remaining: int, total: int) -> None:
        self.tries += 1
        if self.tries > PATIENCE:
            raise sqlite3.OperationalError("database is locked")


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=schema.WAIT)


def _notes(kept: Path, source: sqlite3.Connection) -> int:
    """How many notes a kept index holds. Raises ``BotError`` unless it is one of this version."""
    try:
        sound = source.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        if sound and source.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION:
            return int(source.execute("SELECT count(*) FROM notes").fetchone()[0])
    except sqlite3.Error:
        pass
    raise BotError(f"The index that was kept as {kept} is damaged or of another version, so it stays where it is.")
