"""A note as the index will hold it: its words cut, stemmed and counted, its acronyms and topics found.

All that takes time is done here, and needs nothing but the note, so that several processes can do it at once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.acronyms import explained
from store.model import Note, Passage, Source
from store.phrases import Phrase, phrases
from store.text import ADDRESS, forms, may_hold_address, stem, stems

Row = tuple[str, str, int, int, int, str, str, str]
"""A passage's text, headings (JSON), first and last line and page; the stems of its title, headings and body."""

_Forms = Sequence[tuple[str, str]]
"""The words of a text, each folded and as it is written."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A note with everything that the index keeps of it."""

    source: Source
    rows: tuple[Row, ...]
    forms: Counter[tuple[str, str]]
    stems: Counter[str]
    acronyms: tuple[tuple[str, str], ...]
    topics: tuple[Phrase, ...]


def prepare(note: Note, places: Iterable[str] = ()) -> Prepared:
    """Everything that the index keeps of a note; *places* (folded) are no topics."""
    cut = [forms(passage.text) for passage in note.passages]
    title = " ".join(stems(_titled(note.source)))
    rows = tuple(_row(title, passage, written) for passage, written in zip(note.passages, cut, strict=True))
    bracketed = (passage.text for passage in note.passages if "(" in passage.text)
    return Prepared(
        note.source,
        rows,
        _count_forms(note.source, note.passages, cut),
        count_stems(row[-3:] for row in rows),
        tuple(sorted({pair for text in bracketed for pair in explained(text)})),
        tuple(phrases(note, places)),
    )


def count_forms(source: Source, passages: Sequence[Passage]) -> Counter[tuple[str, str]]:
    """In how many passages each word stands, in the text or above it, by the way it is written there first."""
    return _count_forms(source, passages, (forms(passage.text) for passage in passages))


def _count_forms(source: Source, passages: Iterable[Passage], cut: Iterable[_Forms]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    title = forms(_titled(source))
    above: tuple[str, ...] | None = None
    outside: dict[str, str] = {}
    for passage, written in zip(passages, cut, strict=True):
        if passage.heading != above:
            above = passage.heading
            outside = dict(reversed([*(pair for heading in above for pair in forms(heading)), *title]))
        found.update((outside | dict(reversed(written))).items())  # of a word's forms the first one stays
    return found


def count_stems(rows: Iterable[Sequence[str]]) -> Counter[str]:
    """In how many passages each stem stands; a row has the stems of a passage, field by field."""
    found: Counter[str] = Counter()
    for row in rows:
        found.update(set(" ".join(row).split()))
    return found


def _row(title: str, passage: Passage, written: _Forms) -> Row:
    """A passage's row, given the stems of its title and the words of its text."""
    heading = json.dumps(passage.heading, ensure_ascii=False)
    above = " ".join(stems(" ".join(passage.heading)))
    linked = may_hold_address(passage.text)
    body = _body(passage.text) if linked else [stem(word) for word, _ in written]
    return passage.text, heading, passage.first, passage.last, passage.page, title, above, " ".join(body)


def _body(text: str) -> list[str]:
    """The stems of a passage; words that stand only in web addresses come last, and once."""
    said = stems(ADDRESS.sub(" ", text))
    linked = dict.fromkeys(stems(" ".join(ADDRESS.findall(text))))
    held = set(said) if linked else ()
    return said + [s for s in linked if s not in held]


def _titled(source: Source) -> str:
    """The words that every passage of a note answers to: its title and who wrote it."""
    return f"{source.title}\n{source.author}"
