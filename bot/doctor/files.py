"""The notes, the index, the state and the disk under them."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.doctor.check import Check, Level, ok, trouble
from bot.settings import Settings
from intents.base import counted
from store import journal, schema
from store.checkup import Looked, look
from store.errors import BotError, IndexProblem
from store.folder import ALIASES_FILE, EVENTS_FILE, SIDECAR, check, scan, sidecars, unreadable_folders
from store.index import Index, Status, open_index
from store.intake import fixed
from store.load import printable_name
from store.meaning import Model
from store.new_notes import INBOX
from store.vectors import KEY

LOAD = "recap load"
FULL, TIGHT = 20_000_000, 200_000_000
"""Bytes of room without which nothing can be kept, and below which a load may fail."""
SHOWN = 3
"""Names that are told; the others are counted."""
READ_ONLY = "Recap may not write there, so notes can be neither added nor fixed in Slack."
"""What is told of a folder that is only read, which is no fault."""


def notes_checks(folder: Path) -> list[Check]:
    """Whether there is something to read, and what cannot be."""
    try:
        check(folder)
    except BotError as error:
        text, _, remedy = str(error).partition(". ")
        return [Check("notes", "error", f"{text}.", remedy)]
    files = list(scan(folder))
    barred = [name for name, _ in unreadable_folders(folder)]
    barred += [name for name in files if not os.access(folder / name, os.R_OK, effective_ids=True)]
    if len(files) <= len(set(files) & set(barred)):
        remedy = "Put Markdown, text, HTML, reStructuredText or PDF files there, or change RECAP_NOTES."
        return [Check("notes", "error", f"{folder} holds no notes that can be read.", remedy)]
    if barred := [name for name in barred if not _leads_nowhere(folder / name)]:
        text, remedy = f"Not readable: {_some(barred)}.", "Let the user that runs Recap read them (chmod)."
        return [Check("notes", "warning", text, remedy), *_fixes(folder, files)]
    told = f"{counted(len(files), 'file')} in {folder}."
    return [ok("notes", told if _may_add(folder) else f"{told} {READ_ONLY}"), *_fixes(folder, files)]


def _leads_nowhere(path: Path) -> bool:
    """Whether that is a link to what is not there, which no permission mends; a load rejects it as such."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _may_add(folder: Path) -> bool:
    """Whether notes can be added from Slack, and fixed."""
    inbox = folder / INBOX
    return _may_write(inbox if inbox.exists() else folder) and _may_write(folder)


def _fixes(folder: Path, files: Sequence[str]) -> list[Check]:
    """What keeps fixes of notes from being heeded."""
    told = [problem for file in files for problem in fixed(folder, file)[1]]
    checks = [
        Check("fixes", "warning", f"{_some([one.file])}: {one.reason}.", _sentence(one.remedy)) for one in told[:1]
    ]
    if more := [one.file for one in told[1:]]:
        checks.append(Check("fixes", "warning", f"The same or alike with {_some(more)}.", "recap load tells of each."))
    if strays := sorted({*sidecars(folder)} - {file + SIDECAR for file in files}):
        remedy = "Name each as the note it belongs to, or delete it."
        checks.append(Check("fixes", "warning", f"Beside no note: {_some(strays)}.", remedy))
    return checks


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def index_checks(settings: Settings, model: Model | None) -> list[Check]:
    """Whether the index can be used, is whole, and is of the notes as they are."""
    try:
        open_index(settings.db).close()
    except schema.OutdatedIndex as error:
        return [_in_sentences("index", error, "warning")]
    except IndexProblem as error:
        return [_in_sentences("index", error)]
    try:
        looked = look(settings.db)
    except sqlite3.Error as error:
        level: Level = "warning" if "locked" in str(error) else "error"
        return [_in_sentences("index", schema.unusable(settings.db, error), level)]
    if looked.faults:
        return [_in_sentences("index", f"{schema.damaged(settings.db)} ({looked.faults[0][:200]})")]
    index = open_index(settings.db, model)
    try:
        return [*_of_index(index.status(), settings, datetime.now(UTC)), *_vectors(index), *_freshness(index, settings)]
    finally:
        index.close()


def _of_index(held: Status, settings: Settings, now: datetime) -> list[Check]:
    size = settings.db.stat().st_size / 1e6
    checks = [
        ok(
            "index",
            f"{counted(held.notes, 'note')}, {counted(held.passages, 'passage')}, {size:.1f} MB, "
            f"format {held.schema}, {_age(held.loaded_at, now)}; whole.",
        )
    ]
    if Path(held.folder) != settings.notes.resolve():
        text = f"The index is of {held.folder}, but RECAP_NOTES is {settings.notes.resolve()}."
        remedy = "Change RECAP_NOTES, or load from it; where most notes differ that takes --force."
        checks.append(Check("folder of the index", "warning", text, remedy))
    if rejected := [file for file, _, _, out in held.problems if out]:
        text = f"The last load rejected {_some(rejected)}."
        checks.append(Check("rejected notes", "warning", text, "recap status tells why and what to do."))
    return checks


def _age(loaded_at: str, now: datetime) -> str:
    """How long ago that was.

    >>> _age("2026-11-18T09:00:00+00:00", datetime(2026, 11, 20, 12, tzinfo=UTC))
    'loaded 2 days ago'
    """
    try:
        hours = (now - datetime.fromisoformat(loaded_at)).total_seconds() / 3600
    except (ValueError, TypeError):
        return "loaded at an unknown time"
    if hours < 1:
        return "loaded within the last hour" if hours > -1 else "loaded in the future, says the clock"
    return f"loaded {counted(int(hours), 'hour') if hours < 48 else counted(int(hours / 24), 'day')} ago"


def _vectors(index: Index) -> list[Check]:
    if index.model is None:
        return []
    if dict(index.rows("SELECT key, value FROM meta")).get(KEY) == index.model.name:
        return [ok("vectors", "The index has those of the model.")]
    text = "The index has none of this model, so questions are answered by words alone."
    return [Check("vectors", "warning", text, f"Make them with: {LOAD}")]


def _freshness(index: Index, settings: Settings) -> list[Check]:
    if not settings.notes.is_dir():
        return []
    held = index.status()
    indexed = {file for (file,) in index.rows("SELECT file FROM notes")}
    seen = indexed | {file for file, *_ in held.problems}
    there = set(scan(settings.notes))
    tables = [
        name for name in (EVENTS_FILE, ALIASES_FILE, *sidecars(settings.notes)) if (settings.notes / name).exists()
    ]
    newer = changed_since(settings.notes, [*(there & seen), *tables], held.loaded_at)
    new = {file for file in there - seen if printable_name(file) not in seen}  # problems name files as they are shown
    stale = sorted({*newer, *new, *(indexed - there)})
    if not stale:
        return [ok("freshness", "No note changed since the last load.")]
    text = f"Changed since the last load: {_some(stale)}."
    return [Check("freshness", "warning", text, f"Take that in with /recap-reload or: {LOAD}")]


def changed_since(folder: Path, files: Iterable[str], moment: str) -> list[str]:
    """The files that were written to after a moment in ISO form."""
    try:
        since = datetime.fromisoformat(moment).timestamp()
    except ValueError:
        return []
    return [file for file in files if _written(folder / file) > since + 1]  # the moment is in whole seconds


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def state_checks(path: Path) -> list[Check]:
    """Whether the state file can be used and is whole. Makes none, and changes none."""
    if not path.exists():
        return [_unmade(path)]
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True) or not _may_write(path.parent):
        text = f"{path} or its folder may not be written to."
        return [
            Check("state", "error", text, "Let the user that runs Recap write there (chown), or change RECAP_STATE.")
        ]
    try:
        looked = look(path)
    except sqlite3.OperationalError as error:
        return [Check("state", "warning", f"{path} cannot be examined now ({error}).", "Try again in a moment.")]
    except sqlite3.DatabaseError:
        return [_damaged(path)]
    return [_of_state(path, looked), *_for_others(path)]


def _unmade(path: Path) -> Check:
    there = next(parent for parent in path.absolute().parents if parent.exists())
    if _may_write(there):
        return ok("state", f"There is none yet; recap serve makes {path}.")
    text = f"{path} is not there and cannot be made."
    return Check("state", "error", text, "Let RECAP_STATE name a file in a folder that Recap may write to.")


def _of_state(path: Path, looked: Looked) -> Check:
    newest = len(journal.MIGRATIONS)
    if looked.application != journal.APPLICATION and looked.version:
        return Check("state", "error", f"{path} is no state file of Recap.", "Let RECAP_STATE name another file.")
    if looked.version > newest:
        text = f"{path} was written by a newer Recap (format {looked.version}, this one knows {newest})."
        return Check("state", "error", text, "Install that version, or restore a backup made before it.")
    if looked.faults:
        return _damaged(path)
    size = path.stat().st_size / 1e6
    told = "" if looked.version == newest else ", is brought up to date at the next start"
    return ok("state", f"{size:.1f} MB, format {looked.version}{told}; whole.")


def _damaged(path: Path) -> Check:
    remedy = "Stop Recap, then recap restore FILE --force from a backup; or move the file away and begin anew."
    return Check("state", "error", f"{path} is damaged.", remedy)


def _for_others(path: Path) -> list[Check]:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        text = f"Others on this machine may open {path}, which holds questions."
        return [Check("state's permissions", "warning", text, f"chmod 600 {path}")]
    return []


def disk_checks(places: Collection[Path]) -> list[Check]:
    """Whether there is room where files of ours grow."""
    folders = {path: next(p for p in path.absolute().parents if p.exists()) for path in places}
    worst = min(folders.items(), key=lambda pair: shutil.disk_usage(pair[1]).free)
    size = sum(path.stat().st_size for path in places if path.exists())
    return [room(worst[1], shutil.disk_usage(worst[1]).free, size)]


def room(folder: Path, free: int, size: int) -> Check:
    """How much room there is, in bytes, for files of ``size`` bytes: a load of everything writes them again."""
    told = f"{free / 1e6:,.0f} MB are free at {folder}"
    if free < FULL:
        return Check("disk", "error", f"{told}: too little to keep anything.", "Make room.")
    if free < max(TIGHT, 2 * size):
        text = f"{told}: a load of everything may fail."
        return Check("disk", "warning", text, f"Have {max(TIGHT, 2 * size) / 1e6:,.0f} MB free.")
    return ok("disk", f"{told}.")


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=True)


def _some(names: Sequence[str]) -> str:
    """The first names, and how many more there are.

    >>> _some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    shown = ", ".join("".join(c if c.isprintable() else "?" for c in name) for name in sorted(names)[:SHOWN])
    return shown + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _in_sentences(name: str, error: object, level: Level = "error") -> Check:
    """A complaint whose first sentence tells what is wrong, and the others what to do."""
    text, _, remedy = str(error).partition(". ")
    return Check(name, level, f"{text}.", remedy) if remedy else trouble(name, error, level)
