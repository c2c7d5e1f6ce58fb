"""What a load would make of a note that is not in the folder yet."""

from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import frontmatter

from store.drafts import Draft
from store.errors import BotError, NoteError
from store.events import Events, find_event, load_events
from store.facts import describe
from store.folder import EVENTS_FILE
from store.model import NO_FIXES, Document, Fixes, Source
from store.new_notes import INBOX, same_content
from store.passages import passages
from store.read import parse
from store.text import count_words

OPENING = 300
"""Characters of a note's beginning that are shown."""


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

    A message gets its details as front matter, of which nothing it says itself can become a part.
    """
    if not draft.made:
        return draft.data, draft.fixes
    said = {key: value for key, value in asdict(draft.fixes).items() if value}
    post = frontmatter.Post(draft.data.decode(), **said)
    return (frontmatter.dumps(post, sort_keys=False, width=10_000) + "\n").encode(), NO_FIXES


def preview(notes: Path, draft: Draft, limit: int) -> Preview:
    """Read a draft as a load would. Raises ``NoteError`` where a load would reject it, ``BotError`` where the
    team's events cannot be read. *limit* is the largest note in bytes.
    """
    data, fixes = written(draft)
    if len(data) > limit:
        raise NoteError(f"larger than {limit / 1e6:g} MB", "split it, or raise RECAP_MAX_NOTE_MB")
    events, file = load_events(notes / EVENTS_FILE), f"{INBOX}/{draft.name}"
    document = parse(file, data)
    cut = passages(document)
    if not cut:
        raise NoteError("no text in it", "check that it was saved with its text")
    source = describe(document, file, events, fixes)
    return Preview(
        source,
        _found(document, source, draft.fixes, events),
        len(cut),
        sum(count_words(passage.text) for passage in cut),
        "\n".join(passage.text for passage in cut[:3])[:OPENING],
        same_content(notes, data),
        document.remarks,
    )


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
