"""How the lines of an answer stand together, the same for Slack, the terminal and an export."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from intents.base import Answer, Citation, Line, Slot
from store.model import Confidence, Scope

HOW_SURE: dict[Confidence, str] = {"sure": "sure", "likely": "likely", "nearest": "nearest I have"}
"""The small word that tells how well the notes support an answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is quoted in one go from one place, or sentences of our own (``source`` None)."""

    source: Citation | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of lines under one heading.

    ``title`` is an event's name, unless it is ``own``: then it is the answer's section, which is always shown.
    ``columns`` are (side, items): one without a name, or one for each of the sides that are compared.
    """

    title: str
    own: bool
    columns: tuple[tuple[str, tuple[Item, ...]], ...]

    @property
    def sources(self) -> set[Citation]:
        """Every place that is quoted in it."""
        return {item.source for _, items in self.columns for item in items if item.source}


def parts(lines: Sequence[Line]) -> Iterator[Part]:
    """The lines in their order: by section where they have one, by event where not."""
    before = ""
    for (heading, compared), run in groupby(lines, key=lambda line: (line.section, bool(line.side))):
        title = heading if heading != before else ""
        before = heading
        if compared:
            yield Part(title, True, _sides(run))
        elif heading:
            yield Part(title, True, (("", _items(run)),))
        else:
            for event, same in groupby(run, key=lambda line: line.source.event if line.source else ""):
                yield Part(event, False, (("", _items(same)),))


def narrowings(scope: Scope) -> list[tuple[Slot, str]]:
    """What limits an answer, each with its slot; the city or year that an event's name has already is not told again.

    >>> narrowings(Scope(event="Summit Tokyo 2015", city="Tokyo", person="Ann Lee"))
    [('event', 'Summit Tokyo 2015'), ('person', 'by Ann Lee')]
    """
    told: list[tuple[Slot, str]] = [("event", scope.event), ("city", scope.city), ("year", scope.year)]
    told = [(slot, value) for slot, value in told if slot == "event" or value not in scope.event]
    told += [("release", scope.release), ("person", scope.person and f"by {scope.person}")]
    return [(slot, value) for slot, value in told if value]


def numbered(answer: Answer) -> dict[Citation, int]:
    """The number of each source, from 1."""
    return {citation: number for number, citation in enumerate(answer.citations, 1)}


def _sides(lines: Iterable[Line]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    sides: dict[str, list[Line]] = {}
    for line in lines:
        sides.setdefault(line.side, []).append(line)
    return tuple((side, _items(same)) for side, same in sides.items())


def _items(lines: Iterable[Line]) -> tuple[Item, ...]:
    return tuple(Item(source, tuple(same)) for source, same in groupby(lines, key=lambda line: line.source))
