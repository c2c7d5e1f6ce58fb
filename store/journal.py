"""The state file: what people made and a new index must not touch. Questions seen, conversations, figures."""

import math
import os
import secrets
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise, takewhile
from pathlib import Path

from sqlite_utils import Database

from store.errors import IndexProblem
from store.text import clean
from store.unwritten import Unwritten

DAY = 86_400.0
MONTH = 30 * DAY
AHEAD = DAY
"""Seconds by which a time may be ahead of the clock, which can have been set back since, and still be believed."""
PATIENCE = 3.0
"""Seconds to wait while somebody else writes into the file; whoever asked waits as long for an answer."""
LEASE = 120.0
"""Seconds after which a claim that was never finished counts as abandoned: no answer takes as long."""
MAX_QUESTIONS = 20
MAX_TEXT = 1_000
APPLICATION = 0x52435053
"""Marks the file as ours, so that some other database is never taken for the state."""


def _first_tables(db: Database) -> None:
    db.table("events").create({"key": str, "at": float, "owner": str, "done": int}, pk="key")
    db.table("events").create_index(["at"])
    db.table("questions").create({"id": int, "conversation": str, "text": str, "at": float}, pk="id")
    db.table("questions").create_index(["conversation", "id"])
    db.table("questions").create_index(["at"])
    db.table("answers").create(
        {"ticket": str, "at": float, "surface": str, "intent": str, "ms": int, "refused": int}, pk="ticket"
    )


def _tables_of_presses(db: Database) -> None:
    """What lets a button under an answer work, and what people made of answers and threads.

    ``shown`` tells how to answer again; ``ratings`` has one row a person and answer, ``gaps`` one a question that
    somebody wants filled; ``threads`` are followed until a time, ``greeted`` are the channels we said hello to.
    """
    shown = {"ticket": str, "at": float, "surface": str, "channel": str, "user": str, "thread": str, "text": str}
    db.table("shown").create({**shown, "earlier": str, "intent": str, "tweak": str, "choices": str}, pk="ticket")
    db.table("shown").create_index(["at"])
    ratings = {"ticket": str, "user": str, "at": float, "helpful": int, "reason": str, "remark": str}
    db.table("ratings").create(ratings, pk=("ticket", "user"))
    db.table("gaps").create({"id": int, "at": float, "text": str, "user": str, "ticket": str, "done": int}, pk="id")
    db.table("gaps").create_index(["ticket", "user"], unique=True)
    db.table("threads").create({"key": str, "user": str, "until": float, "stopped": int}, pk="key")
    db.table("greeted").create({"channel": str, "at": float}, pk="channel")


def _tables_of_admins(db: Database) -> None:
    """What admins did, what they set for each channel, and what they switched until further notice."""
    db.table("audit").create({"id": int, "at": float, "admin": str, "action": str, "detail": str}, pk="id")
    db.table("audit").create_index(["at"])
    db.table("policies").create({"channel": str, "hears": str, "answers": str, "event": str}, pk="channel")
    db.table("switches").create({"name": str, "value": str}, pk="name")


def _tables_of_new_notes(db: Database) -> None:
    """What admins began to add to the notes, and which files came of that."""
    draft = {"ticket": str, "at": float, "user": str, "name": str, "data": bytes, "fixes": str, "made": int}
    db.table("drafts").create({**draft, "remark": str}, pk="ticket")
    db.table("added").create({"ticket": str, "at": float, "user": str, "file": str, "digest": str}, pk="ticket")


MIGRATIONS: list[Callable[[Database], None]] = [
    _first_tables,
    _tables_of_presses,
    _tables_of_admins,
    _tables_of_new_notes,
]
"""Step *n* brings a state file from schema version *n* to *n + 1*; append, never edit."""


def forget_old(db: Database, table: str, oldest: float, now: float) -> None:
    """Take out the rows of before a time. Those of a clock that was far ahead begin to age now, or would stay for ever.

    Part of the caller's transaction.
    """
    db.execute(f"delete from {table} where at < ?", [oldest])  # noqa: S608 - a table of ours
    db.execute(f"update {table} set at = ? where at > ?", [now, now + AHEAD])  # noqa: S608 - fixed text


class Journal:
    """The state file at ``path``, made (readable by its owner alone) where there is none.

    Question texts are kept for ``keep_days`` days, with 0 only in memory (``unwritten``).
    Safe to use from several threads and processes. Times are seconds since 1970. Raises ``IndexProblem`` for
    a file that is damaged, newer than this version, or something else.
    """

    def __init__(self, path: Path, keep_days: float = 30.0) -> None:
        self._path = path
        self.keep_days = keep_days
        self.unwritten = Unwritten(MAX_QUESTIONS) if keep_days <= 0 else None
        self._owner = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(8)}"
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._opening = threading.Lock()
        self._checked: tuple[int, int] | None = None
        self._local.db, self._local.file = self._open()

    def close(self) -> None:
        """Close the connections of all threads; the journal must not be used afterwards."""
        while self._opened:
            self._opened.pop().close()

    def first_time(self, keys: Sequence[str], now: float) -> bool:
        """Claim something to do, under all the names it has; False where somebody did or is doing it.

        A claim that was never finished is given anew once its process has ended, or after ``LEASE`` seconds.
        """
        with self.writing() as db:
            forget_old(db, "events", now - DAY, now)
            taken = [self._claim(db, key, now) for key in keys]
            if not all(taken):
                db.conn.rollback()
            return all(taken)

    def finish(self, keys: Sequence[str], now: float) -> None:
        """Note that what was claimed is done, so that it is not done again for a day."""
        with self.writing() as db:
            for key in keys:
                db.execute("update events set done = 1, at = ? where key = ?", [now, key])

    def earlier(self, conversation: str, now: float, within: float) -> tuple[str, ...]:
        """The last questions of a conversation, oldest first; a pause of over ``within`` seconds ends one."""
        rows = self.unwritten.earlier(conversation) if self.unwritten else self._questions(conversation)
        times = [now, *(at for at, _ in rows)]
        unbroken = takewhile(lambda pair: -AHEAD <= pair[0] - pair[1] <= within, pairwise(times))
        return tuple(text for _, (_, text) in zip(unbroken, rows, strict=False))[::-1]

    def remember(self, conversation: str, text: str, now: float) -> None:
        """Add a question (its first ``MAX_TEXT`` characters) to a conversation."""
        if self.unwritten:
            self.unwritten.remember(conversation, clean(text)[:MAX_TEXT], now)
            return
        with self.writing() as db:
            forget_old(db, "questions", now - min(MONTH, self.keep_days * DAY), now)
            db.table("questions").insert({"conversation": conversation, "text": clean(text)[:MAX_TEXT], "at": now})
            db.execute(
                "delete from questions where conversation = ? and id not in "
                "(select id from questions where conversation = ? order by id desc limit ?)",
                [conversation, conversation, MAX_QUESTIONS],
            )

    def purge(self, now: float) -> None:
        """Take out the texts that may not be kept any longer, as after a change of ``keep_days``."""
        oldest = math.inf if self.unwritten else now - self.keep_days * DAY  # whatever the clock says, nothing is kept
        with self.writing() as db:
            for table in ("questions", "shown"):
                forget_old(db, table, oldest, now)
            forget_old(db, "drafts", max(oldest, now - DAY), now)
            if self.unwritten:
                db.execute("delete from gaps")
                db.execute("update ratings set remark = ''")

    def _questions(self, conversation: str) -> list[tuple[float, str]]:
        sql = "select at, text from questions where conversation = ? order by id desc limit ?"
        return self.db.execute(sql, [conversation, MAX_QUESTIONS]).fetchall()

    def record(self, *, surface: str, intent: str, milliseconds: int, refused: bool, now: float) -> str:
        """Keep a row about an answer, without names or words, and give its ticket."""
        ticket = secrets.token_urlsafe(9)
        row = {"at": now, "surface": surface, "intent": intent, "ms": milliseconds, "refused": int(refused)}
        with self.writing() as db:
            db.table("answers").insert({"ticket": ticket, **row})
        return ticket

    def _claim(self, db: Database, key: str, now: float) -> bool:
        cursor = db.execute(
            "insert into events (key, at, owner, done) values (?, ?, ?, 0) on conflict (key) do update "
            "set at = excluded.at, owner = excluded.owner "
            "where done = 0 and (at < excluded.at - ? or not may_run(owner))",
            [key, now, self._owner, LEASE],
        )
        return cursor.rowcount == 1

    def _may_run(self, owner: str) -> bool:
        """Whether a claim's process may be at work still; one of before a restart can have had our number."""
        host, number, _ = owner.split("/")
        if owner == self._owner or host != socket.gethostname():
            return True
        return int(number) != os.getpid() and _process_exists(int(number))

    @property
    def db(self) -> Database:
        """This thread's connection; another one where the file was taken away since, and so is made anew."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None or self._local.file != _identity(self._path):
            with self._opening:
                db, self._local.file = self._open()
                self._local.db = db
        return db

    def _open(self) -> tuple[Database, tuple[int, int] | None]:
        _make(self._path)
        file = _identity(self._path)
        with _explained(self._path):
            connection = sqlite3.connect(self._path, timeout=PATIENCE, check_same_thread=False)  # closed by close()
        try:
            with _explained(self._path):
                db = self._prepare(connection)
                if file != self._checked:
                    _migrate(db, self._path)
        except IndexProblem:
            connection.close()
            raise
        self._checked = file
        self._opened.append(connection)
        return db, file

    def _prepare(self, connection: sqlite3.Connection) -> Database:
        connection.create_function("may_run", 1, self._may_run)
        db = Database(connection)
        if db.execute("pragma journal_mode").fetchone()[0] != "wal":
            db.execute("pragma journal_mode = wal").fetchone()
        db.execute("pragma synchronous = normal")
        return db

    @contextmanager
    def writing(self, *, lasting: bool = False) -> Iterator[Database]:
        """A transaction that takes the writer's place at once, so that it waits rather than fails.

        Done, it outlives this process; a *lasting* one, for what people gave us, outlives a power cut as well.
        """
        db = self.db
        if lasting:
            db.execute("pragma synchronous = full")
        try:
            db.conn.execute("begin immediate")
            with db.conn:
                yield db
        finally:
            if lasting:
                db.execute("pragma synchronous = normal")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one that took its name; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _make(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        if path.exists():
            return
        raise IndexProblem(
            f"The state file {path} cannot be made ({error.strerror}): let RECAP_STATE name a file "
            "in a folder that Recap may write to."
        ) from None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise IndexProblem(
            f"The state file {path} cannot be opened ({error}): see that Recap may read and write "
            "it and its folder, that the disk has room and no other program holds it, or change RECAP_STATE."
        ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter where SQLite quotes what is damaged
        raise IndexProblem(_damaged(path)) from error


def _damaged(path: Path) -> str:
    return (
        f"The state file {path} is damaged: move it out of the way, and Recap makes a new one. "
        "Only running conversations and figures are lost, no notes."
    )


def _migrate(db: Database, path: Path) -> None:
    if db.execute("pragma quick_check(1)").fetchone()[0] != "ok":
        raise IndexProblem(_damaged(path))
    with db.conn:
        db.conn.execute("begin immediate")
        version = db.execute("pragma user_version").fetchone()[0]
        mark = db.execute("pragma application_id").fetchone()[0]
        if mark != APPLICATION and (version or db.table_names()):
            raise IndexProblem(
                f"The file {path} is no state file of Recap: let RECAP_STATE name another file, "
                "or one that is not there yet."
            )
        if version > len(MIGRATIONS):
            raise IndexProblem(
                f"The state file {path} was written by a newer version of Recap: update this one, "
                "or let RECAP_STATE name another file."
            )
        for step in MIGRATIONS[version:]:
            step(db)
        db.execute(f"pragma application_id = {APPLICATION}")
        db.execute(f"pragma user_version = {len(MIGRATIONS)}")


def _process_exists(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
