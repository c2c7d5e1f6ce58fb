"""From a folder of notes to an index that holds exactly what the folder holds."""

import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from store import previous, schema
from store.aliases import load_aliases
from store.errors import BotError, IndexProblem, NoteError
from store.events import Event, Events, find_event, load_events
from store.folder import (
    ALIASES_FILE,
    EVENTS_FILE,
    MAX_NOTE_BYTES,
    SIDECAR,
    check,
    identity,
    scan,
    sidecars,
    unreadable_folders,
)
from store.intake import Intake, Problem, Tables, Taken, printable, rejected
from store.meaning import Model
from store.model import KnownEvent
from store.phrases import forget
from store.read import may_take_long
from store.vectors import embed_new
from store.workers import take_all
from store.writing import (
    Sums,
    add_note,
    begin_many,
    finish_many,
    remove_note,
    write_aliases,
    write_changes,
    write_events,
    write_problems,
    write_spellings,
    write_sums,
)

__all__ = ["Changes", "Problem", "Progress", "TooMuchGone", "printable_name", "reload"]

MANY = 500
"""Notes from which on a load that adds more of them than there are is written in bulk."""
WORTH_WORKERS = 2_000_000
"""Bytes of new notes from which on starting processes to read them takes less time than it saves."""
MOST_WORKERS = 8
"""Processes that read; one writes what they found, and keeps no more of them busy."""

log = logging.getLogger(__name__)

Progress = Callable[..., None]
"""Called with (files done, files in all, passages read, files rejected), from the thread that loads.

While vectors are made, only with the first two, which then count passages as well.
"""

_Written = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], int]
"""What was done to the notes: added, changed, removed, and how many were left as they were."""


class TooMuchGone(BotError):
    """More than half of the notes would leave the index; only ``force`` does that."""

    def __init__(self, gone: int, known: int, folder: Path) -> None:
        super().__init__(
            f"{gone} of {known} notes are no longer in {folder}, so nothing was changed. "
            "If that is right, load with --force; if not, check the folder (RECAP_NOTES)."
        )
        self.gone = gone
        self.known = known


@dataclass(frozen=True, slots=True)
class Changes:
    """What a load did. File paths are relative to the notes folder; ``unchanged`` is a count.

    ``notes``, ``passages`` and ``events`` count what the index holds afterwards.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    notes: int = 0
    passages: int = 0
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0
    events: int = 0

    @property
    def rejected(self) -> tuple[Problem, ...]:
        """The files that were not loaded."""
        return tuple(problem for problem in self.problems if problem.rejected)


@dataclass(frozen=True, slots=True)
class _Files:
    """The readable files of a folder in order, with digests and sizes; contents would not all fit into memory.

    ``digests`` are of all that the index would hold of a file, ``contents`` of its bytes alone; ``slow`` are those
    that may take long.
    """

    digests: dict[str, str]
    contents: dict[str, str]
    sizes: dict[str, int]
    slow: set[str]

    def fresh(self, known: Mapping[str, str]) -> dict[str, None]:
        """Those to read, in order: new or changed, and the first of their content."""
        first = {content: name for name, content in reversed(self.contents.items())}
        return {
            n: None for n, digest in self.digests.items() if known.get(n) != digest and first[self.contents[n]] == n
        }


def reload(
    folder: Path,
    index: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    limit: int = MAX_NOTE_BYTES,
    model: Model | None = None,
    rehearse: bool = False,
) -> Changes:
    """Make the index hold exactly what the folder holds, and tell what changed.

    Only new and changed files are read. Everything happens in one transaction: whoever asks meanwhile is
    answered from the old index, and whatever interrupts the load leaves the old one. *limit* is the largest
    note in bytes; with a *model* new passages get their vectors, so that they are found by meaning, too. To
    *rehearse* is to do all that except for making it last. What notes leave is kept for ``previous.undo``.

    Raises BotError where the folder is missing, goes away or holds nothing to load, TooMuchGone where more than
    half of the notes would go, IndexProblem where the file cannot be written. The index stays as it was.
    """
    started = time.monotonic()
    check(folder)
    place = identity(folder)
    tables = Tables(load_events(folder / EVENTS_FILE), load_aliases(folder / ALIASES_FILE))
    intake = Intake(folder, limit, tables)
    with _transaction(index, lasting=not rehearse) as database:
        known = _known(database)
        problems: list[Problem] = []
        files = _digests(intake, problems)
        if not files.digests:
            raise BotError(_nothing_loaded(folder, problems))
        written = _write(database, intake, files, known, problems, progress or (lambda *_: None))
        if identity(folder) != place:  # as where a disk drops out: its notes are not gone
            raise BotError(f"{folder} went away while it was read, so nothing was changed. See to it and load again.")
        if not database.conn.execute("SELECT 1 FROM notes LIMIT 1").fetchone():
            raise BotError(_nothing_loaded(folder, problems))
        if not force:
            _refuse_loss(known, written[2], files, folder)
        embedded = _embed(database, model, problems, len(files.digests), progress) if model else 0
        _finish(database, folder, tables, problems, written, renewed=embedded > 0)
        notes, passages = (int(schema.meta(database)[name]) for name in ("notes", "passages"))
        events = database.conn.execute("SELECT count(DISTINCT event) FROM notes WHERE event > ''").fetchone()[0]
        if written[2] and not rehearse:
            previous.keep(index)
    forget()
    added, changed, removed, unchanged = written
    seconds = time.monotonic() - started
    return Changes(added, changed, removed, unchanged, notes, passages, tuple(problems), seconds, events)


@contextmanager
def _transaction(path: Path, *, lasting: bool = True) -> Iterator[Database]:
    """The only load at a time: begins by taking SQLite's write lock, ends whole or, unless *lasting*, not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise IndexProblem(f"The folder {path.parent} cannot be made. Set RECAP_DB to a file elsewhere.") from None
    database = schema.connect(path, create=True)
    try:
        with schema.explained(path, database):
            database.conn.execute("BEGIN IMMEDIATE")
            try:
                if not schema.is_current(database):
                    schema.rebuild(database)
                yield database
                database.conn.execute("COMMIT" if lasting else "ROLLBACK")
            except BaseException:
                if database.conn.in_transaction:
                    database.conn.execute("ROLLBACK")
                raise
    finally:
        database.conn.close()


def _known(database: Database) -> dict[str, str]:
    return dict(database.conn.execute("SELECT file, digest FROM notes"))


def _digests(intake: Intake, problems: list[Problem]) -> _Files:
    """Every file that can be read; the others become problems."""
    for name, error in unreadable_folders(intake.folder):
        problems.append(Problem(printable_name(name), error.reason, error.remedy))
    files, names = _Files({}, {}, {}, set()), list(scan(intake.folder))
    for name in names:
        try:
            seen = intake.look(name)
        except NoteError as error:
            problems.append(Problem(printable_name(name), error.reason, error.remedy))
            continue
        files.digests[name], files.contents[name], files.sizes[name] = seen.digest, seen.content, len(seen.data)
        if may_take_long(name, seen.data):
            files.slow.add(name)
        problems.extend(seen.problems)
    problems.extend(_strays(intake.folder, set(names)))
    return files


def _strays(folder: Path, notes: set[str]) -> list[Problem]:
    """Fixes of notes that are not there."""
    strays = [name for name in sidecars(folder) if name.removesuffix(SIDECAR) not in notes]
    reason, remedy = "lies beside no note of that name", "name it as the note it belongs to, or delete it"
    return [Problem(printable_name(name), reason, remedy, rejected=False) for name in strays]


def _write(
    database: Database, intake: Intake, files: _Files, known: dict[str, str], problems: list[Problem], tell: Progress
) -> _Written:
    """Bring the notes up to date, each content once."""
    added, changed = list[str](), list[str]()
    removed = [name for name in known if name not in files.digests]
    many = len(files.fresh(known)) > max(MANY, len(known))
    sums, passages, rejected = Sums(), 0, 0
    if many:
        begin_many(database)
    for done, (name, read) in enumerate(_readings(intake, files, known), 1):
        if read:
            problems.extend(read.problems)
            if name in known:
                remove_note(database, name, sums)
                (changed if read.note else removed).append(name)
            elif read.note:
                added.append(name)
            if read.note:
                add_note(database, read.note, read.digest, sums, many=many)
                passages += len(read.note.rows)
            rejected += read.note is None
        tell(done, len(files.digests), passages, rejected)
    for name in removed:
        if name not in files.digests:
            remove_note(database, name, sums)
    write_sums(database, sums)
    write_spellings(database, sums.words)
    if many:
        finish_many(database)
    return tuple(added), tuple(changed), tuple(sorted(removed)), len(known) - len(changed) - len(removed)


def _readings(intake: Intake, files: _Files, known: dict[str, str]) -> Iterator[tuple[str, Taken | None]]:
    """Each file with what came of reading it, or None where the index holds it already."""
    fresh = files.fresh(known)
    taken = _taken(intake, list(fresh), files)
    held: dict[str, str] = {}  # content to the file that the index holds
    for name, digest in files.digests.items():
        content = files.contents[name]
        if content in held:
            yield name, rejected(name, f"the same content as {held[content]}", "delete one of the two", digest)
        elif known.get(name) == digest:
            held[content] = name
            yield name, None
        else:
            read = next(taken if name in fresh else _taken(intake, [name], files))
            if read.note:
                held[content] = name
            yield name, read


def _taken(intake: Intake, names: Sequence[str], files: _Files) -> Iterator[Taken]:
    """What comes of reading files, in order; much is read by as many processes as there are processors.

    What may take long is always read by a process apart, which can be ended.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    much = sum(files.sizes[name] for name in names) >= WORTH_WORKERS and processors > 1 and len(names) > 1
    apart = {name: None for name in names if much or name in files.slow}
    read_apart = take_all(intake, list(apart), min(processors, MOST_WORKERS) if much else 1)
    for name in names:
        yield next(read_apart) if name in apart else intake.take(name)


def _refuse_loss(known: dict[str, str], removed: Sequence[str], files: _Files, folder: Path) -> None:
    still_there = set(files.digests.values())  # renamed is not gone
    gone = sum(known[name] not in still_there for name in removed)
    if gone * 2 > len(known):
        raise TooMuchGone(gone, len(known), folder)


def _finish(
    database: Database,
    folder: Path,
    tables: Tables,
    problems: list[Problem],
    written: _Written,
    *,
    renewed: bool,
) -> None:
    """Everything about the index as a whole; a new generation makes running bots look again."""
    held = {name for (name,) in database.conn.execute("SELECT DISTINCT event FROM notes WHERE event > ''")}
    names = held | {event.name for event in tables.events.all}
    listed = {event.name: event for event in tables.events.all}
    write_events(database, [_event(name, listed, tables.events) for name in sorted(names)])
    write_aliases(database, tables.aliases.groups)
    problems.extend(_remarks_kept(database, read={*written[0], *written[1]}))
    write_problems(database, [(p.file, p.reason, p.remedy, p.rejected) for p in problems])
    if renewed or any(written[:3]) or "generation" not in schema.meta(database):
        schema.set_meta(database, "generation", secrets.token_hex(8))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_changes(database, now, *written[:3])
    schema.set_meta(database, "loaded_at", now)
    schema.set_meta(database, "folder", str(folder.resolve()))


def _embed(database: Database, model: Model, problems: list[Problem], files: int, progress: Progress | None) -> int:
    """Give new passages their vectors; a model that fails costs the search by meaning, not the notes."""

    def report(done: int, total: int) -> None:
        if progress:
            progress(files + done, files + total)

    try:
        return embed_new(database, model, report)
    except sqlite3.Error:
        raise
    except Exception:
        log.exception("The embeddings could not be made")
        remedy = "questions are answered by words alone; try another model, or report this, please"
        problems.append(Problem("RECAP_EMBEDDINGS", "the model failed on the notes", remedy, rejected=False))
        return 0


def _event(name: str, listed: Mapping[str, Event], events: Events) -> KnownEvent:
    """What the table knows of an event by its name, or what the name itself says."""
    event = listed.get(name) or find_event(events, named=name)
    if event is None:
        return KnownEvent(name)
    releases = tuple(filter(None, (event.released, event.designing)))
    series = events.series.get(event.series)
    also = series.aliases if series else ()
    return KnownEvent(name, event.series, event.city, event.start, releases, event.aliases, also)


def _remarks_kept(database: Database, read: set[str]) -> list[Problem]:
    """What earlier loads remarked on notes that this one had no reason to read again."""
    kept = database.conn.execute(
        "SELECT file, reason, remedy FROM problems WHERE NOT rejected AND file IN (SELECT file FROM notes)"
    )
    return [Problem(file, why, remedy, rejected=False) for file, why, remedy in kept if file not in read]


def _nothing_loaded(folder: Path, problems: Sequence[Problem]) -> str:
    if not problems:
        return f"{folder} holds no notes. Put Markdown, text, HTML, reStructuredText or PDF files there and load again."
    told = "; ".join(f"{p.file}: {p.reason} ({p.remedy})" for p in problems[:5])
    return f"Nothing in {folder} could be loaded. {told}"


def printable_name(name: str) -> str:
    """A file's name for a report: what would move the cursor shows as a question mark."""
    return "".join(c if c.isprintable() else "?" for c in printable(name))
