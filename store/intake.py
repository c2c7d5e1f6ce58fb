"""One file: from its bytes to what the index will hold of it, or to the reason why that is nothing."""

import hashlib
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from store.aliases import Aliases
from store.errors import NoteError
from store.events import Events
from store.facts import describe
from store.folder import contents
from store.model import Note, Passage, Source
from store.passages import passages
from store.prepared import Prepared, prepare
from store.read import parse

READER_VERSION = "4"
"""Raised when a note would be read or cut differently, so that every note is read again."""

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

    def digest(self, data: bytes) -> str:
        """A digest of everything that a note is made of."""
        return hashlib.sha256(self.tables.digest.encode() + b"\0" + data).hexdigest()

    def take(self, file: str) -> Taken:
        """Read one file of the folder; whatever is wrong with it, or goes wrong, becomes a problem."""
        digest = ""
        try:
            data = contents(self.folder, file, self.limit)
            digest = self.digest(data)
            return self._taken(file, data, digest)
        except NoteError as error:
            return rejected(file, error.reason, error.remedy, digest)
        except Exception:  # a mistake of ours, but no reason to stop for the other files
            log.exception("A note could not be read")
            return failed(file, digest)

    def _taken(self, file: str, data: bytes, digest: str) -> Taken:
        document = parse(file, data)
        cut = passages(document)
        if not cut:
            raise NoteError("no text in it", "delete it, or check that it was saved with its text")
        source = describe(document, file, self.tables.events)
        note = Note(_printable_source(source), tuple(map(_printable_passage, cut)))
        remarks = tuple(Problem(file, printable(remark), "", rejected=False) for remark in document.remarks)
        return Taken(file, digest, prepare(note, self.tables.events.places), remarks)


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
