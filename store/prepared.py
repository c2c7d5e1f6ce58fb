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
from store.text import ADDRESS, forms, may_hold_address, stems

Row = tuple[str, str, int, int, int, str, str, str]
"""A passage's text, headings (JSON), first and last line and page; the stems of its title, headings and body."""


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
    pairs = {pair for passage in note.passages for pair in explained(passage.text)}
    rows = tuple(_row(note.source, passage) for passage in note.passages)
    return Prepared(
        note.source,
        rows,
        count_forms(note.source, note.passages),
        count_stems(row[-3:] for row in rows),
        tuple(sorted(pairs)),
        tuple(phrases(note, places)),
    )


def count_forms(source: Source, passages: Iterable[Passage]) -> Counter[tuple[str, str]]:
    """In how many passages each word stands, in the text or above it, by the way it is written there first."""
    found: Counter[tuple[str, str]] = Counter()
    title = forms(_titled(source))
    above: tuple[str, ...] | None = None
    outside: dict[str, str] = {}
    for passage in passages:
        if passage.heading != above:
            above = passage.heading
            outside = dict(reversed([*(pair for heading in above for pair in forms(heading)), *title]))
        found.update((outside | dict(reversed(forms(passage.text)))).items())  # of a word's forms the first one stays
    return found


def count_stems(rows: Iterable[Sequence[str]]) -> Counter[str]:
    """In how many passages each stem stands; a row has the stems of a passage, field by field."""
    found: Counter[str] = Counter()
    for row in rows:
        found.update(set(" ".join(row).split()))
    return found


def _row(source: Source, passage: Passage) -> Row:
    heading = json.dumps(passage.heading, ensure_ascii=False)
    fields = (stems(_titled(source)), stems(" ".join(passage.heading)), _body(passage.text))
    title, above, body = (" ".join(field) for field in fields)
    return passage.text, heading, passage.first, passage.last, passage.page, title, above, body


def _body(text: str) -> list[str]:
    """The stems of a passage; words that stand only in web addresses come last, and once."""
    if not may_hold_address(text):
        return stems(text)
    said = stems(ADDRESS.sub(" ", text))
    linked = dict.fromkeys(stems(" ".join(ADDRESS.findall(text))))
    held = set(said) if linked else ()
    return said + [s for s in linked if s not in held]


def _titled(source: Source) -> str:
    """The words that every passage of a note answers to: its title and who wrote it."""
    return f"{source.title}\n{source.author}"
