"""What an intent takes and gives: a question and an answer, both plain data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from store.model import Confidence, Hit, Scope, Source

Size = Literal["", "S", "M", "L"]
"""How long an answer is that can be shorter or longer; nothing where it cannot."""
Slot = Literal["event", "city", "year", "release", "person"]
"""A field of ``Scope``."""
Cue = str | Callable[[str], str | None]
"""Folded opening words, or a function of the typed text: what of it is the topic, None where it does not fit."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word read as another one: ``typed`` as the person wrote it, ``used`` as the notes spell it."""

    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to go on with: a label, the question that it stands for, and how many passages it has."""

    label: str
    question: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands. ``first``/``last`` are lines, ``page`` a PDF page; 0 is none."""

    file: str
    title: str
    event: str = ""
    date: str = ""
    author: str = ""
    heading: tuple[str, ...] = ()
    first: int = 0
    last: int = 0
    page: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A quote, word for word, or a sentence of our own where ``source`` is None.

    ``marks`` are the ``(start, end)`` spans of the matched words in ``text``, ascending, not overlapping.
    ``section`` is a heading of our own over a run of lines ("Oct 2015 · Tokyo · 4 mentions"), where an answer has
    such parts. ``side`` names the one of two compared things that a line speaks for.
    """

    text: str
    source: Citation | None = None
    marks: tuple[tuple[int, int], ...] = ()
    section: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A few numbers in order, to be drawn: ``points`` are (label, count), ``unit`` is what is counted."""

    title: str
    unit: str
    points: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Tweak:
    """How the same question is asked again by a press: another page, uncorrected, less narrow, longer.

    ``page`` counts from 0, ``drop`` names the filters to leave out.
    """

    page: int = 0
    exact: bool = False
    drop: frozenset[Slot] = frozenset()
    size: Size = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as plain data; front ends decide how it looks.

    ``heading`` is a sentence of our own. ``lines`` are what a person reads, ``hits`` every passage behind
    the answer, best first. ``notices`` tell what was done to the question (a filter dropped, for example).
    ``refused`` tells that the notes do not answer it; if it ``asks``, since the question leaves out what it is about.
    ``more`` counts the good passages that are not shown yet. ``size`` tells how long it is where the same answer
    can be had shorter or longer.
    """

    intent: str
    heading: str
    lines: tuple[Line, ...] = ()
    hits: tuple[Hit, ...] = ()
    corrections: tuple[Correction, ...] = ()
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    choices: tuple[Choice, ...] = ()
    notices: tuple[str, ...] = ()
    refused: bool = False
    asks: bool = False
    more: int = 0
    confidence: Confidence = ""
    size: Size = ""
    chart: Chart | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every source once, in the order a reader meets them."""
        return tuple(dict.fromkeys(line.source for line in self.lines if line.source))


@dataclass(frozen=True, slots=True)
class Intent:
    """Something Recap can be asked.

    ``cues`` are what calls it, mostly opening words ("timeline of"); ``example`` is one question that it answers,
    ``help`` a line for ``/recap help``, where small talk is not ``listed``. ``name`` is also the slash subcommand.
    """

    name: str
    help: str
    example: str
    answer: Callable[..., Answer]
    cues: tuple[Cue, ...] = field(default=())
    listed: bool = True


def counted(count: int, what: str) -> str:
    """A number with its noun: ``1 note``, ``2 notes``."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def cite(hit: Hit) -> Citation:
    """Where a hit stands, for people."""
    source: Source = hit.source
    passage = hit.passage
    return Citation(
        file=source.file,
        title=source.title,
        event=source.event,
        date=source.date,
        author=source.author,
        heading=passage.heading,
        first=passage.first,
        last=passage.last,
        page=passage.page,
        url=source.url,
    )
