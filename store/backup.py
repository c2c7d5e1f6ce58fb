"""Backup and restore of what people made: the state, the team's own tables, and the index if asked for."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from store import journal, schema
from store.archive import INDEX, NOTES, STATE, contents, digest, is_own, publish, to_disk, unpack, write
from store.atomic import UNFINISHED, tidy_up
from store.checkup import look
from store.errors import BotError
from store.folder import SIDECAR

MARKS = {STATE: journal.APPLICATION, INDEX: schema.APPLICATION_ID}
ASIDE = "before-restore"
"""How files that were replaced are called now, after their name."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: the notes folder, and the files of index and state."""

    notes: Path
    index: Path
    state: Path

    def of(self, member: str) -> Path:
        """Where a member of a backup belongs."""
        own = {STATE: self.state, INDEX: self.index}
        return own[member] if member in own else self.notes / member.removeprefix(NOTES)


def back_up(file: Path, places: Places, *, with_index: bool = False, force: bool = False) -> tuple[str, ...]:
    """Write a backup that is whole, while whoever reads and writes the state goes on; gives the members' names.

    The file appears at one stroke. Raises ``BotError`` where it is there already (unless ``force``), or where
    what should be kept is not there, or damaged.
    """
    if file.exists() and not force:
        raise BotError(f"{file} is there already. Choose another name, or replace it with --force.")
    with _workplace(file.parent) as work:
        members = {}
        for name in (STATE, INDEX) if with_index else (STATE,):
            members[name] = _copied(places.of(name), work / name, MARKS[name])
        members |= {f"{NOTES}{inside}": places.notes / inside for inside in own_files(places.notes)}
        with _explained(f"{file} cannot be written"):
            write(work / "made", members)
            publish(work / "made", file, force=force)
    return tuple(members)


def own_files(notes: Path) -> list[str]:
    """The files of a notes folder that are no notes but tell about them, as paths in it with ``/``.

    What was fixed about a note is left out where it is a link, which may lead anywhere.
    """
    found = (path for path in notes.rglob("*") if path.is_file())
    named = {path.relative_to(notes).as_posix(): path.is_symlink() for path in found}
    return sorted(name for name, link in named.items() if is_own(name) and not (link and name.endswith(SIDECAR)))


def restore(file: Path, places: Places, *, force: bool = False) -> tuple[Path, ...]:
    """Put back what a backup holds, and give the files that were written; what is there and the same stays.

    Everything is unpacked and checked before anything is changed. Raises ``BotError`` where the backup is not
    whole or too new, where files would be replaced (unless ``force``; they are kept beside the new ones then),
    and where Recap is at work on them. Interrupted, it may be run again.
    """
    digests = contents(file)
    with (
        _explained(f"{file} is not restored"),
        _unpacked(file, digests, places) as ready,
    ):
        for name, path in ready.items():
            _check(file, name, path)
        todo = {name: path for name, path in ready.items() if not _is_there(places.of(name), digests[name])}
        held = [places.of(name) for name in todo if places.of(name).exists()]
        if held and not force:
            listed = ", ".join(str(path) for path in held)
            raise BotError(f"{listed} would be replaced, so nothing was changed. If that is right, use --force.")
        _stay_inside(places.notes, [places.of(name) for name in todo if name.startswith(NOTES)])
        for path in held:
            if path in (places.state, places.index):
                _settle(path)
        for name, path in todo.items():
            if name.startswith(NOTES):  # whoever may look into the folder reads them, as they read the notes
                path.chmod(stat.S_IMODE(places.notes.stat().st_mode) & 0o666)
            _put(path, places.of(name))
    return tuple(places.of(name) for name in todo)


def _stay_inside(notes: Path, files: list[Path]) -> None:
    """Raises ``BotError`` where a link in the notes folder would lead a file out of it."""
    for path in files:
        if not path.parent.resolve().is_relative_to(notes.resolve()):
            raise BotError(f"{path.parent} leads out of {notes}, so nothing was changed. Put a folder in its place.")


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A folder for what is not finished, on the same disk, hidden, and for its owner alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tidy_up(folder)
        made = tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder)
    except OSError as error:
        raise BotError(f"Nothing can be written into {folder} ({error.strerror}). Choose another folder.") from None
    with made as work:
        yield Path(work)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f", {error.filename}" if error.filename else ""
        raise BotError(f"{what} ({error.strerror}{where}). Make room, let Recap write there and try again.") from None


def _copied(path: Path, copy: Path, mark: int) -> Path:
    """A copy of a database as it is now, whoever writes meanwhile."""
    if not path.is_file():
        raise BotError(f"There is no {path} to keep yet. Start Recap once, or see that its settings are those of here.")
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=schema.WAIT)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("pragma journal_mode = delete")  # one file
        looked = look(copy)
    except sqlite3.Error as error:
        remedy = "Ask recap doctor what is wrong with it."
        if "full" in str(error) or "I/O" in str(error):
            remedy = f"See that there is room for a copy in {copy.parent.parent}, or choose another folder."
        raise BotError(f"{path} cannot be kept ({error}). {remedy}") from None
    if looked.application != mark or looked.faults:
        raise BotError(f"{path} is damaged or not of Recap, so no backup was made. Ask recap doctor about it.")
    return copy


@contextmanager
def _unpacked(file: Path, digests: dict[str, str], places: Places) -> Iterator[dict[str, Path]]:
    """The members beside the places where they belong, so that each is put there by renaming it."""
    folders = {name: places.notes if name.startswith(NOTES) else places.of(name).parent for name in digests}
    with _workplaces(sorted(set(folders.values()))) as work:
        ready = {name: work[folders[name]] / str(number) for number, name in enumerate(digests)}
        for name, path in ready.items():
            unpack(file, name, digests[name], path)
        yield ready


@contextmanager
def _workplaces(folders: list[Path]) -> Iterator[dict[Path, Path]]:
    if not folders:
        yield {}
        return
    with _workplace(folders[0]) as work, _workplaces(folders[1:]) as others:
        yield {folders[0]: work, **others}


def _check(file: Path, name: str, path: Path) -> None:
    if name not in MARKS:
        return
    newest = len(journal.MIGRATIONS) if name == STATE else schema.VERSION
    try:
        looked = look(path)
    except sqlite3.Error:
        raise BotError(f"{name} in {file} cannot be read, so nothing was changed. Use another backup.") from None
    if looked.application != MARKS[name] or looked.faults:
        raise BotError(f"{name} in {file} is damaged, so nothing was changed. Use another backup.")
    if looked.version > newest:
        raise BotError(
            f"{name} in {file} is of a newer Recap (format {looked.version}, this one knows {newest}), so nothing was "
            "changed. Install that version first."
        )


def _is_there(path: Path, expected: str) -> bool:
    """Whether a file is the same already, as after a restore that was interrupted."""
    return path.is_file() and not _beside(path, "-wal").exists() and digest(path) == expected


def _settle(path: Path) -> None:
    """Bring a database into one file, which works only while nobody uses it; a damaged one is left as it is."""
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0.5)) as db:
            db.execute("pragma journal_mode = delete")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise BotError(f"{path} is in use, so nothing was changed. Stop Recap first.") from None
    except sqlite3.DatabaseError:
        pass  # what it holds is no database, and is kept under another name


def _put(new: Path, path: Path) -> None:
    """Exchange a file at one stroke; the old one is there under another name before."""
    aside = _aside(path)
    for tail in ("-wal", "-shm"):  # SQLite would take them for the new file's
        if _beside(path, tail).exists():
            _beside(path, tail).rename(_beside(aside, tail))
    if path.exists():
        os.link(path, aside)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.replace(path)
    to_disk(path.parent)


def _aside(path: Path) -> Path:
    """A free name; hidden, so that it is not taken for a note."""
    names = (f".{path.name}.{ASIDE}{f'-{number}' if number else ''}" for number in range(1_000_000))
    return next(aside for aside in (path.with_name(name) for name in names) if not aside.exists())


def _beside(path: Path, tail: str) -> Path:
    return path.with_name(path.name + tail)
