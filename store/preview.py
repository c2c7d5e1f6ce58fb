"""What a load would make of a note that is not in the folder yet."""

import logging
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath

import frontmatter

from store.aliases import load_aliases
from store.drafts import Draft
from store.errors import BotError, NoteError
from store.events import Events, find_event, load_events
from store.facts import describe
from store.folder import ALIASES_FILE, EVENTS_FILE
from store.intake import Intake, Tables, Taken, failed, rejected
from store.model import Document, Fixes, Source
from store.new_notes import INBOX, digest, same_content
from store.passages import passages
from store.read import may_take_long, parse
from store.text import count_words
from store.workers import take_all

log = logging.getLogger(__name__)

OPENING = 1_000
"""Characters of a note's beginning that are shown."""
MOST_KNOWN = 50
"""Previews that are remembered, since each is looked at several times until somebody decides."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the index would know of a note.

    ``found`` tells where the event comes from: ``fixed``, ``front matter``, ``title``, ``file name`` or ``text``;
    ``opening`` are its first lines, ``twin`` is the file with the very same content, ``remarks`` are for its owner.
    """

    source: Source
    found: str
    passages: int
    words: int
    opening: str
    twin: str = ""
    remarks: tuple[str, ...] = ()


def written(draft: Draft) -> tuple[bytes, Fixes]:
    """The bytes of a draft's file, and what is to be fixed beside it.

    A message gets its details as front matter, of which nothing it says itself can become a part; only that there is
    no event, or no author, has no words there.
    """
    if not draft.made:
        return draft.data, draft.fixes
    said = {key: value for key, value in asdict(draft.fixes).items() if value}
    none = {key: value for key, value in asdict(draft.fixes).items() if value == ""}
    post = frontmatter.Post(draft.data.decode(), **said)
    return (frontmatter.dumps(post, sort_keys=False, width=10_000) + "\n").encode(), Fixes(**none)


def preview(notes: Path, draft: Draft, limit: int) -> Preview:
    """Read a draft as a load would, apart where that may take long. *limit* is the largest note in bytes.

    The last few are known by heart. Raises ``NoteError`` where a load would reject it, ``BotError`` where the team's
    own tables cannot be read.
    """
    data, fixes = written(draft)
    if len(data) > limit:
        raise NoteError(f"larger than {limit / 1e6:g} MB", "split it, or raise RECAP_MAX_NOTE_MB")
    tables = Tables(load_events(notes / EVENTS_FILE), load_aliases(notes / ALIASES_FILE))
    file, reading = f"{INBOX}/{draft.name}", _Reading(notes, limit, tables, data, fixes, draft.fixes)
    known = file, digest(data), fixes, draft.fixes, tables.digest
    told = _LAST.get(known) or _told(reading, file)
    _LAST[known] = told
    while len(_LAST) > MOST_KNOWN:
        _LAST.pop(next(iter(_LAST)), None)
    return replace(told, twin=same_content(notes, data))


_LAST: dict[tuple[object, ...], Preview] = {}


def _told(reading: "_Reading", file: str) -> Preview:
    read = _apart(reading, file) if may_take_long(file, reading.data) else reading.take(file)
    if not isinstance(read, _Read):
        raise NoteError(read.problems[0].reason, read.problems[0].remedy)
    return read.told


def _apart(reading: "_Reading", file: str) -> Taken:
    """The same in a process of its own, which gets as much time as a load would give to a file of that size."""
    with tempfile.TemporaryDirectory(prefix="recap-") as place:
        Path(place, INBOX).mkdir()
        Path(place, file).write_bytes(reading.data)
        (read,) = take_all(replace(reading, folder=Path(place)), [file], 1)
    return read


@dataclass(frozen=True, slots=True)
class _Read(Taken):
    """What came of reading a draft."""

    told: Preview = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _Reading(Intake):
    """Reads a draft in place of a file of the folder; it can be sent to another process as ``Intake`` can."""

    data: bytes
    beside: Fixes
    said: Fixes

    def take(self, file: str) -> Taken:
        """What the index would know of the draft, or why that is nothing."""
        try:
            return self._read(file)
        except NoteError as error:
            return rejected(file, error.reason, error.remedy)
        except MemoryError:
            return rejected(file, "takes too much memory to read", "split it, or save its text as plain text (.txt)")
        except Exception:
            log.exception("A draft could not be read")
            return failed(file)

    def _read(self, file: str) -> Taken:
        document = parse(file, self.data)
        cut = passages(document)
        if not cut:
            raise NoteError("no text in it", "check that it was saved with its text")
        source = describe(document, file, self.tables.events, self.beside)
        told = Preview(
            source,
            _found(document, source, self.said, self.tables.events),
            len(cut),
            sum(count_words(passage.text) for passage in cut),
            "\n".join(passage.text for passage in cut[:3])[:OPENING],
            remarks=document.remarks,
        )
        return _Read(file, "", None, told=told)


def _found(document: Document, source: Source, fixes: Fixes, events: Events) -> str:
    """Where the event comes from; nothing where there is none."""
    if fixes.event is not None or not source.event:
        return "fixed" if fixes.event else ""
    bare = describe(Document(document.blocks, title=source.title), source.file, events)
    if bare.event != source.event:
        return "front matter"
    for place, told in (("title", {"title": source.title}), ("file name", {"file": source.file})):
        event = find_event(events, date=source.date, **told)
        if event and event.name == source.event:
            return place
    return "text"


def checked_name(typed: str, name: str) -> str:
    """What a person typed as a file's name, without the suffix if they typed that, too. Raises ``BotError``."""
    suffix = PurePosixPath(name).suffix
    stem = typed.strip()
    stem = stem[: -len(suffix)] if suffix and stem.lower().endswith(suffix) else stem
    if not stem.strip():
        raise BotError("The file needs a name.")
    return stem
