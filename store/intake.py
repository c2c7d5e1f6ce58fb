"""One file: from its bytes to what the index will hold of it, or to the reason why that is nothing."""

import hashlib
import logging
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from store.aliases import Aliases
from store.errors import NoteError
from store.events import Events
from store.facts import describe
from store.folder import SIDECAR, contents
from store.model import NO_FIXES, Fixes, Note, Passage, Source
from store.passages import passages
from store.prepared import Prepared, prepare
from store.read import parse
from store.sidecar import MOST_BYTES
from store.sidecar import parse as parse_fixes

READER_VERSION = "4"
"""Raised when a note would be read or cut differently, so that every note is read again."""

_FIXABLE = f"it may have {', '.join(field.name for field in fields(Fixes))}"

log = logging.getLogger(__name__)


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
class Tables:
    """What notes are read with, beside their own bytes; ``digest`` tells when any of it changed."""

    events: Events
    aliases: Aliases

    @property
    def digest(self) -> str:
        """The same as long as notes would be read the same."""
        return f"{READER_VERSION} {self.events.digest} {self.aliases.digest}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it lies in the folder, and what is fixed about it.

    ``content`` is a digest of its bytes, ``digest`` one of all that the index would hold of it; ``problems`` are
    those of the file with the fixes.
    """

    data: bytes
    fixes: Fixes
    content: str
    digest: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one file: a note for the index or None, its digest, and what there is to tell its owner."""

    file: str
    digest: str
    note: Prepared | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """How files of a folder are read: the largest note in bytes, and the tables."""

    folder: Path
    limit: int
    tables: Tables

    def look(self, file: str) -> Seen:
        """A file and its fixes, unparsed. Raises NoteError where the file itself cannot be read."""
        data = contents(self.folder, file, self.limit)
        content = hashlib.sha256(self.tables.digest.encode() + b"\0" + data).hexdigest()
        fixes, problems = fixed(self.folder, file)
        digest = hashlib.sha256(f"{content} {fixes!r}".encode()).hexdigest() if fixes != NO_FIXES else content
        return Seen(data, fixes, content, digest, problems)

    def take(self, file: str) -> Taken:
        """Read one file of the folder; whatever is wrong with it, or goes wrong, becomes a problem."""
        digest = ""
        try:
            seen = self.look(file)
            digest = seen.digest
            return self._taken(file, seen)
        except NoteError as error:
            return rejected(file, error.reason, error.remedy, digest)
        except MemoryError:
            remedy = "split it, or save its text as plain text (.txt)"
            return rejected(file, "takes too much memory to read", remedy, digest)
        except Exception:  # a mistake of ours, but no reason to stop for the other files
            log.exception("A note could not be read")
            return failed(file, digest)

    def _taken(self, file: str, seen: Seen) -> Taken:
        document = parse(file, seen.data)
        cut = passages(document)
        if not cut:
            raise NoteError("no text in it", "delete it, or check that it was saved with its text")
        source = describe(document, file, self.tables.events, seen.fixes)
        note = Note(_printable_source(source), tuple(map(_printable_passage, cut)))
        remarks = tuple(Problem(file, printable(remark), "", rejected=False) for remark in document.remarks)
        return Taken(file, seen.digest, prepare(note, self.tables.events.places), remarks)


def fixed(folder: Path, file: str) -> tuple[Fixes, tuple[Problem, ...]]:
    """What is fixed about a note, and what is wrong with the file that says so: then nothing counts as fixed."""
    beside = file + SIDECAR
    if not os.path.lexists(folder / beside):
        return NO_FIXES, ()
    try:
        fixes, unknown = parse_fixes(contents(folder, beside, MOST_BYTES))
    except NoteError as error:
        reason = f"{error.reason}, so the note counts as it is"
        return NO_FIXES, (Problem(printable(beside), printable(reason), error.remedy, rejected=False),)
    remarks = [f"has a key that means nothing: “{key[:40]}”" for key in unknown[:5]]
    return fixes, tuple(Problem(printable(beside), printable(r), _FIXABLE, rejected=False) for r in remarks)


def rejected(file: str, reason: str, remedy: str, digest: str = "") -> Taken:
    """A file of which the index will hold nothing."""
    return Taken(file, digest, None, (Problem(file, reason, remedy),))


def failed(file: str, digest: str = "") -> Taken:
    """A file on which the program failed."""
    return rejected(file, "Recap failed on it", "save it as plain text and report this, please", digest)


def _printable_source(source: Source) -> Source:
    texts = {name: printable(value) for name, value in asdict(source).items() if isinstance(value, str)}
    return replace(source, **texts, people=tuple(map(printable, source.people)))


def _printable_passage(passage: Passage) -> Passage:
    if passage.text.isascii() and all(map(str.isascii, passage.heading)):
        return passage
    return replace(passage, text=printable(passage.text), heading=tuple(map(printable, passage.heading)))


def printable(text: str) -> str:
    """Without lone surrogates: file names may hold them, an escape in front matter can spell them, no index can."""
    return text.encode("utf-8", "replace").decode("utf-8")
