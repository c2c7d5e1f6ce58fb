"""The data that flows through Recap: notes and their passages on the way in, hits on the way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MAX_PASSAGE_WORDS = 200
"""A passage must fit into one chat message and stay readable as an answer."""


Confidence = Literal["", "sure", "likely", "nearest"]
"""How well the evidence supports an answer; nothing where that has no meaning, as for a greeting."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or code block, as a format's reader found it.

    ``first`` and ``last`` are 1-based line numbers in the file (0 where the format has none);
    ``page`` is the 1-based PDF page (0 elsewhere); ``level`` is a heading's rank, 1 the highest.
    """

    kind: Literal["heading", "paragraph", "item", "code"]
    text: str
    first: int = 0
    last: int = 0
    level: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One file, parsed: its blocks in reading order and whatever its format says about it.

    ``meta`` holds front matter, ``<meta>`` tags or document info under lower-case keys; values are
    ``str``, ``date``, ``datetime``, numbers, or lists of those. ``remarks`` are things to tell the
    note's owner that did not stop the reading.
    """

    blocks: tuple[Block, ...]
    meta: Mapping[str, object] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """At most ``MAX_PASSAGE_WORDS`` of a note's own words, and where they stand.

    ``text`` keeps line breaks only between blocks (paragraphs, list items) and between lines of code.
    ``heading`` is the path of headings above it, outermost first. ``first``/``last`` are line numbers, ``page``
    a PDF page; 0 is none.
    """

    text: str
    heading: tuple[str, ...] = ()
    first: int = 0
    last: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What is known about a note. Unknown is empty, never guessed.

    ``file`` is the path relative to the notes folder, with ``/``. ``date`` is ISO 8601, as precise as the
    note is: ``2015-10-27``, ``2015-10``, ``2015`` or empty. ``event`` is a name such as
    ``OpenStack Summit Tokyo 2015``; ``release`` a release's name as ``Liberty``.
    """

    file: str
    title: str = ""
    event: str = ""
    city: str = ""
    date: str = ""
    release: str = ""
    author: str = ""
    people: tuple[str, ...] = ()
    url: str = ""
    language: str = ""

    @property
    def year(self) -> str:
        """The four digits of the date, or nothing."""
        return self.date[:4]


@dataclass(frozen=True, slots=True)
class Fixes:
    """What an admin says about a note in place of the note itself.

    None leaves it to the note; an empty text says that there is none (for a date: that of its event counts).
    ``event`` is an event's name as a person writes it, ``date`` ISO 8601 as precise as known.
    """

    title: str | None = None
    event: str | None = None
    date: str | None = None
    author: str | None = None
    url: str | None = None


NO_FIXES = Fixes()


@dataclass(frozen=True, slots=True)
class Note:
    """One note, ready for the index."""

    source: Source
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an answer is limited to; an empty field limits nothing.

    ``event`` is an event's name or its series, ``city`` a city, ``year`` four digits, ``release`` a release
    name, ``person`` an author or a name as the notes spell it.
    """

    event: str = ""
    city: str = ""
    year: str = ""
    release: str = ""
    person: str = ""

    def __bool__(self) -> bool:
        return any((self.event, self.city, self.year, self.release, self.person))


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """A conference; ``start`` is as precise an ISO date as is known, ``also`` are other names of its series."""

    name: str
    series: str = ""
    city: str = ""
    start: str = ""
    releases: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    notes: int = 0

    @property
    def year(self) -> str:
        """The four digits of its start, or nothing."""
        return self.start[:4]


@dataclass(frozen=True, slots=True)
class Facets:
    """What questions can be limited to: only values that the notes really have.

    ``absent`` are events of the table that no note is about: asked for one of them, we can say so.
    """

    events: tuple[KnownEvent, ...] = ()
    absent: tuple[KnownEvent, ...] = ()
    years: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers, with its note, a score (higher is better) and the words that matched.

    ``matched`` holds folded words as they stand in the passage; a view marks them.
    """

    id: int
    source: Source
    passage: Passage
    score: float = 0.0
    matched: frozenset[str] = frozenset()
