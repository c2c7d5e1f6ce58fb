"""Notes as an admin fixes them: found by words, what holds of one now and why, and what a filled form makes of it."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from rapidfuzz import fuzz

from store import sidecar
from store.aliases import load_aliases
from store.errors import BotError, NoteError
from store.event_table import load_events
from store.folder import ALIASES_FILE, EVENTS_FILE
from store.index import Index
from store.intake import Intake, Seen, Tables, Taken
from store.model import NO_FIXES, Fixes, Source
from store.read import may_take_long
from store.text import words
from store.workers import take_all

KEYS = tuple(field.name for field in fields(Fixes))
MOST_READ = 200
"""Notes of which we know by heart what they say."""
CLOSE_ENOUGH = 80
"""How alike (0 to 100) a typed word and one of a note have to be, where no note has one that begins so."""
GONE = "{} is not among the notes any more. Look for it again."


@dataclass(frozen=True, slots=True)
class Fixable:
    """A note's five details: what holds, what the note itself says, and what is fixed (None where nothing is).

    ``mark`` changes with any of them; ``trouble`` tells why what was fixed cannot be read.
    """

    file: str
    shown: Fixes
    own: Fixes
    fixed: Fixes
    trouble: str = ""

    @property
    def mark(self) -> str:
        """The same as long as nobody else changes what is shown and fixed."""
        return hashlib.sha256(repr((self.file, self.shown, self.fixed, self.trouble)).encode()).hexdigest()[:16]


def find(index: Index, typed: str) -> list[Source]:
    """The notes of which title, file, event, author or date have every typed word, or failing that nearly so."""
    rows = index.rows("SELECT file, title, event, date, author FROM notes ORDER BY date DESC, file")
    notes = [Source(file, title, event, date=date, author=author) for file, title, event, date, author in rows]
    if exact := [note for note in notes if typed.strip() in (note.file, note.file.rpartition("/")[2])]:
        return exact
    wanted = words(typed)
    told = [(note, _words(note)) for note in notes]
    found = [note for note, own in told if all(any(word.startswith(one) for word in own) for one in wanted)]
    return found or [note for note, own in told if all(any(_alike(word, one) for word in own) for one in wanted)]


def _words(note: Source) -> list[str]:
    return words(f"{note.title} {note.file.replace('_', ' ')} {note.event} {note.author} {note.date}")


def _alike(word: str, typed: str) -> bool:
    return word.startswith(typed) or (len(typed) > 3 and fuzz.ratio(word, typed) >= CLOSE_ENOUGH)


def key(file: str) -> str:
    """A short name of a note, fit for buttons: paths may be too long for them.

    >>> key("tokyo.md")
    '15006ca14131f2b4'
    """
    return hashlib.sha256(file.encode()).hexdigest()[:16]


def by_key(index: Index, wanted: str) -> str:
    """The file of a note by its short name. Raises ``BotError`` where the index holds none."""
    for (file,) in index.rows("SELECT file FROM notes"):
        if key(file) == wanted:
            return str(file)
    raise BotError(GONE.format("That note"))


def look(index: Index, notes: Path, file: str, limit: int) -> Fixable:
    """What there is to fix about a note; *limit* is the largest note in bytes.

    Raises ``BotError`` where the note is gone or cannot be read.
    """
    held = index.rows("SELECT title, event, date, author, url FROM notes WHERE file = ?", [file])
    if not held:
        raise BotError(GONE.format(file))
    stay_inside(notes, file)
    own = _own(notes, file, limit)
    fixed, trouble = NO_FIXES, ""
    try:
        fixed = sidecar.read(notes / file)
    except BotError as error:
        trouble = str(error)
    shown = {**dict(zip(KEYS, held[0], strict=True)), **_said(fixed)}
    return Fixable(file, Fixes(**shown), own, fixed, trouble)


class _Unfixed(Intake):
    """Reads notes as if nothing were fixed about them."""

    def look(self, file: str) -> Seen:
        return replace(super().look(file), fixes=NO_FIXES)


_READ: dict[str, Fixes] = {}
"""What notes say themselves, by the digest of their bytes and the tables: a form that is sent off needs it at once."""


def _own(notes: Path, file: str, limit: int) -> Fixes:
    """What a note itself says. One that may take long is read in a process apart, and once."""
    intake = _Unfixed(notes, limit, Tables(load_events(notes / EVENTS_FILE), load_aliases(notes / ALIASES_FILE)))
    try:
        seen = intake.look(file)
    except NoteError as error:
        raise BotError(f"{file} cannot be read ({error}).") from None
    known = f"{file} {seen.content}"
    if known not in _READ:
        taken = _taken(intake, file, seen.data)
        if taken.note is None:
            raise BotError(f"{file} cannot be read ({taken.problems[0].reason}: {taken.problems[0].remedy}).")
        if len(_READ) >= MOST_READ:
            _READ.clear()
        _READ[known] = Fixes(**{name: getattr(taken.note.source, name) for name in KEYS})
    return _READ[known]


def _taken(intake: Intake, file: str, data: bytes) -> Taken:
    if not may_take_long(file, data):
        return intake.take(file)
    (taken,) = take_all(intake, [file], 1)
    return taken


def stay_inside(notes: Path, file: str) -> None:
    """Raises ``BotError`` where a note is gone, or a link would lead what is written beside it out of the folder."""
    path = notes / file
    if not os.path.lexists(path):
        raise BotError(f"{file} is not in the notes folder any more. Read the notes again.")
    if not path.parent.resolve().is_relative_to(notes.resolve()):
        raise BotError(f"{file} lies behind a link that leads out of the notes folder, so nothing is written there.")


def merged(note: Fixable, typed: Mapping[str, str]) -> Fixes:
    """What is to be fixed so that what was typed holds: nothing where the note itself says the same.

    >>> note = Fixable("a.md", Fixes("A", "", "", "", ""), Fixes("A", "", "", "", ""), NO_FIXES)
    >>> merged(note, {"title": "A", "author": "Ann"})
    Fixes(title=None, event=None, date=None, author='Ann', url=None)
    """
    said = asdict(note.fixed)
    for name, value in typed.items():
        if value != getattr(note.shown, name):
            said[name] = None if value == getattr(note.own, name) else value
    return Fixes(**said)


def differences(note: Fixable, new: Fixes) -> Iterator[tuple[str, str, str]]:
    """Which details change, each as (name, before, after)."""
    for name in KEYS:
        fixed = getattr(new, name)
        before, after = getattr(note.shown, name), getattr(note.own, name) if fixed is None else fixed
        if before != after:
            yield name, before, after


def _said(fixes: Fixes) -> dict[str, str]:
    return {name: value for name, value in asdict(fixes).items() if value is not None}
