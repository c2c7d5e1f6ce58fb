"""From a folder of notes to an index that holds exactly what the folder holds."""

import hashlib
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from store import schema
from store.aliases import Aliases, load_aliases
from store.errors import BotError, IndexProblem, NoteError
from store.events import Event, Events, find_event, load_events
from store.facts import describe
from store.folder import ALIASES_FILE, EVENTS_FILE, MAX_NOTE_BYTES, check, contents, scan, unreadable_folders
from store.meaning import Model
from store.model import KnownEvent, Note, Passage, Source
from store.passages import passages
from store.read import parse
from store.vectors import embed_new
from store.writing import add_note, remove_note, write_aliases, write_changes, write_events, write_problems

READER_VERSION = "4"
"""Raised when a note would be read or cut differently, so that every note is read again."""

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with (files done, files in all), from the thread that loads."""

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
class Problem:
    """Something to tell a note's owner: which file, what is wrong, what to do.

    ``rejected`` is False for a remark on a note that was loaded all the same.
    """

    file: str
    reason: str
    remedy: str
    rejected: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """What a load did. File paths are relative to the notes folder; ``unchanged`` is a count.

    ``notes`` and ``passages`` count what the index holds afterwards.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    notes: int = 0
    passages: int = 0
    problems: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def rejected(self) -> tuple[Problem, ...]:
        """The files that were not loaded."""
        return tuple(problem for problem in self.problems if problem.rejected)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What notes are read with, beside their own bytes; ``digest`` tells when any of it changed."""

    events: Events
    aliases: Aliases

    @property
    def digest(self) -> str:
        return f"{READER_VERSION} {self.events.digest} {self.aliases.digest}"


@dataclass(frozen=True, slots=True)
class _File:
    """A readable file: its bytes, and a digest of everything its note is made of."""

    name: str
    data: bytes
    digest: str


def reload(
    folder: Path,
    index: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    limit: int = MAX_NOTE_BYTES,
    model: Model | None = None,
) -> Changes:
    """Make the index hold exactly what the folder holds, and tell what changed.

    Only new and changed files are read. Everything happens in one transaction: whoever asks meanwhile is
    answered from the old index, and whatever interrupts the load leaves the old one. *limit* is the largest
    note in bytes; with a *model* new passages get their vectors, so that they are found by meaning, too.

    Raises BotError where the folder is missing or nothing in it can be loaded, TooMuchGone where more than
    half of the notes would go, IndexProblem where the file cannot be written. The index stays as it was.
    """
    started = time.monotonic()
    check(folder)
    tables = _Tables(load_events(folder / EVENTS_FILE), load_aliases(folder / ALIASES_FILE))
    with _transaction(index) as database:
        known = _known(database)
        problems: list[Problem] = []
        files = {file.name: file for file in _files(folder, tables.digest, limit, problems)}
        if not files:
            raise BotError(_nothing_loaded(folder, problems))
        written = _write(database, files, known, tables, problems, progress or (lambda done, total: None))
        if not database.conn.execute("SELECT 1 FROM notes LIMIT 1").fetchone():
            raise BotError(_nothing_loaded(folder, problems))
        if not force:
            _refuse_loss(known, written[2], files, folder)
        embedded = _embed(database, model, problems, len(files), progress) if model else 0
        _finish(database, folder, tables, problems, written, renewed=embedded > 0)
        notes, passages = (database.table(name).count for name in ("notes", "passages"))
    added, changed, removed, unchanged = written
    seconds = time.monotonic() - started
    return Changes(added, changed, removed, unchanged, notes, passages, tuple(problems), seconds)


@contextmanager
def _transaction(path: Path) -> Iterator[Database]:
    """The only load at a time: begins by taking SQLite's write lock, ends whole or not at all."""
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
                database.conn.execute("COMMIT")
            except BaseException:
                if database.conn.in_transaction:
                    database.conn.execute("ROLLBACK")
                raise
    finally:
        database.conn.close()


def _known(database: Database) -> dict[str, str]:
    return dict(database.conn.execute("SELECT file, digest FROM notes"))


def _files(folder: Path, salt: str, limit: int, problems: list[Problem]) -> Iterator[_File]:
    """Every file that can be read; the others become problems."""
    for name, error in unreadable_folders(folder):
        problems.append(Problem(_printable_name(name), error.reason, error.remedy))
    for name in scan(folder):
        try:
            data = contents(folder, name, limit)
        except NoteError as error:
            problems.append(Problem(_printable_name(name), error.reason, error.remedy))
            continue
        yield _File(name, data, hashlib.sha256(salt.encode() + b"\0" + data).hexdigest())


def _write(
    database: Database,
    files: dict[str, _File],
    known: dict[str, str],
    tables: _Tables,
    problems: list[Problem],
    progress: Progress,
) -> _Written:
    """Bring the notes up to date, each content once."""
    added, changed = list[str](), list[str]()
    removed = [name for name in known if name not in files]
    held: dict[str, str] = {}  # digest to the file that the index holds
    for done, file in enumerate(files.values(), 1):
        if known.get(file.name) == file.digest and file.digest not in held:
            held[file.digest] = file.name
        else:
            note = _read(file, held, tables, problems)
            if file.name in known:
                remove_note(database, file.name)
                (changed if note else removed).append(file.name)
            elif note:
                added.append(file.name)
            if note:
                add_note(database, note, file.digest, tables.events.places)
                held[file.digest] = file.name
        progress(done, len(files))
    for name in removed:
        if name not in files:
            remove_note(database, name)
    return tuple(added), tuple(changed), tuple(sorted(removed)), len(known) - len(changed) - len(removed)


def _read(file: _File, held: dict[str, str], tables: _Tables, problems: list[Problem]) -> Note | None:
    """The note in a file, or None with the reason among the problems."""
    try:
        if file.digest in held:
            raise NoteError(f"the same content as {held[file.digest]}", "delete one of the two")
        document = parse(file.name, file.data)
        cut = passages(document)
        if not cut:
            raise NoteError("no text in it", "delete it, or check that it was saved with its text")
        source = describe(document, file.name, tables.events)
    except NoteError as error:
        problems.append(Problem(file.name, error.reason, error.remedy))
        return None
    except Exception:  # a mistake of ours, but no reason to stop for the other files
        log.exception("A note could not be read")
        problems.append(Problem(file.name, "Recap failed on it", "save it as plain text and report this, please"))
        return None
    problems.extend(Problem(file.name, _printable(remark), "", rejected=False) for remark in document.remarks)
    return Note(_printable_source(source), tuple(map(_printable_passage, cut)))


def _printable_source(source: Source) -> Source:
    texts = {name: _printable(value) for name, value in asdict(source).items() if isinstance(value, str)}
    return replace(source, **texts, people=tuple(map(_printable, source.people)))


def _printable_passage(passage: Passage) -> Passage:
    return replace(passage, text=_printable(passage.text), heading=tuple(map(_printable, passage.heading)))


def _refuse_loss(known: dict[str, str], removed: Sequence[str], files: dict[str, _File], folder: Path) -> None:
    still_there = {file.digest for file in files.values()}  # renamed is not gone
    gone = sum(known[name] not in still_there for name in removed)
    if gone * 2 > len(known):
        raise TooMuchGone(gone, len(known), folder)


def _finish(
    database: Database,
    folder: Path,
    tables: _Tables,
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


def _printable_name(name: str) -> str:
    """A file's name for a report: what would move the cursor shows as a question mark."""
    return "".join(c if c.isprintable() else "?" for c in _printable(name))


def _printable(text: str) -> str:
    """Without lone surrogates: file names may hold them, an escape in front matter can spell them, no index can."""
    return text.encode("utf-8", "replace").decode("utf-8")
