"""Blocks cut and joined into passages that can stand as an answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from store.model import MAX_PASSAGE_WORDS, Block, Document, Passage
from store.read.shape import is_heading
from store.text import count_words, sentences, spans

SHORT = 60
"""Words up to which a passage takes in what follows it, and up to which a paragraph may introduce a list."""

TARGET = 120
"""Words that a passage does not outgrow by taking in what follows it; a list with its introduction may."""

TINY = 20
"""Words below which a passage says too little by itself and goes to the one before it."""

LONG_ITEM = 40
"""Words from which a list item is treated as a paragraph."""

ENDLESS = 100
"""Characters of a word beyond which it is data that somebody pasted, and is cut like a text."""

CHUNK = 2_000
"""Characters of a paragraph that are searched for sentence ends at a time."""

ADDRESSED = 0.8
"""Share of a block's characters in addresses from which it says nothing by itself."""

_ADDRESS = re.compile(r"(?<!\S)\S*?(?:://|\bwww\.)\S+")
_CLAUSE_END = re.compile(r"[(\[]|[)\]]+|[,;:–—](\s+)")
_BETWEEN_SPACES = re.compile(r"\S+")
_COLONS = (":", "：")
_SPACE = re.compile(r"\s")

Atom = tuple[int, int, int]
"""A stretch of text that stays in one piece: start, end, words."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Blocks of one page and section that stay together, their number of words, and whether all lead on."""

    blocks: tuple[Block, ...]
    size: int
    leads_on: bool

    def __add__(self, other: "_Unit") -> "_Unit":
        told = _is_addresses(other.blocks[0].text) and not all(map(_names_only, self.blocks))
        leads_on = self.leads_on and other.leads_on and not told
        return _Unit(self.blocks + other.blocks, self.size + other.size, leads_on)

    @property
    def opens_section(self) -> bool:
        return self.blocks[0].kind == "heading"


def passages(document: Document) -> tuple[Passage, ...]:
    """The note in reading order: every word once, in passages of at most ``MAX_PASSAGE_WORDS``."""
    first = next((block for block in document.blocks if block.kind == "heading"), None)
    unnamed = first if first and first.text == document.title else None
    found: list[Passage] = []
    path: list[Block] = []
    for unit in _joined(_units(document.blocks)):
        for block in unit.blocks:
            if block.kind == "heading":
                path = [*(above for above in path if above.level < block.level), block]
        found.append(_passage(unit, tuple(block.text for block in path if block is not unnamed)))
    return tuple(found)


def count(text: str) -> int:
    """Words between spaces or words to search for, whichever are more; endless ones count as several."""
    return max(len(text.split()), count_words(text), len(text) // ENDLESS)


def _passage(unit: _Unit, heading: tuple[str, ...]) -> Passage:
    return Passage(
        text="\n".join(block.text for block in unit.blocks),
        heading=heading,
        first=min(block.first for block in unit.blocks),
        last=max(block.last for block in unit.blocks),
        page=unit.blocks[0].page,
    )


def _joined(units: Iterator[_Unit]) -> list[_Unit]:
    """Neighbours of one section put together until they are long enough to be understood."""
    done: list[_Unit] = []
    for unit in units:
        if done and _goes_on(done[-1], unit):
            done[-1] += unit
        else:
            done = _with_tiny_end(done)
            done.append(unit)
    return _with_tiny_end(done)


def _with_tiny_end(done: list[_Unit]) -> list[_Unit]:
    """The passages so far, with a last one that says too little given to the one before it."""
    if len(done) > 1 and done[-1].size < TINY and _fits(done[-2], done[-1]):
        done[-2:] = [done[-2] + done[-1]]
    return done


def _goes_on(unit: _Unit, below: _Unit) -> bool:
    """Whether a passage takes in what is below it; a line that leads on to another one is left to that."""
    if unit.leads_on:
        return _fits(unit, below)
    small = unit.size < SHORT and unit.size + below.size <= TARGET
    return small and _fits(unit, below) and not _leads_on(below.blocks[0])


def _leads_on(block: Block) -> bool:
    """Whether a line without an end, such as a title or “Three points:”, belongs to what is below it."""
    if block.kind != "paragraph" or _is_addresses(block.text):
        return _names_only(block)
    return len(block.text.split()) <= TINY and (block.text.endswith(_COLONS) or is_heading(block.text))


def _is_addresses(text: str) -> bool:
    """Whether a text is web addresses and little else, and so is to stand with a sentence if there is one."""
    if "://" not in text and "www." not in text:
        return not text
    return sum(len(match.group()) for match in _ADDRESS.finditer(text)) >= ADDRESSED * len(text)


def _names_only(block: Block) -> bool:
    return block.kind == "heading" or _is_addresses(block.text)


def _fits(unit: _Unit, below: _Unit) -> bool:
    same = not below.opens_section and unit.blocks[0].page == below.blocks[0].page
    return same and unit.size + below.size <= MAX_PASSAGE_WORDS


def _units(blocks: Sequence[Block]) -> Iterator[_Unit]:
    """Headings with the first block below them, lists with their introduction, and single paragraphs."""
    unit: _Unit | None = None
    for block in blocks:
        size = count(block.text)
        if unit and not _belongs(unit, block, size):
            yield unit
            unit = None
        head, *rest = _cut(block, size, MAX_PASSAGE_WORDS - (unit.size if unit else 0))
        unit = unit + head if unit else head
        for piece in rest:
            yield unit
            unit = piece
    if unit:
        yield unit


def _belongs(unit: _Unit, block: Block, size: int) -> bool:
    """Whether a block is one with what stands above it."""
    above = unit.blocks[-1]
    if block.page != above.page:
        return False
    if above.kind == "heading":
        return unit.size + (size if block.kind == "heading" else 0) <= MAX_PASSAGE_WORDS // 2
    if _is_addresses(block.text):
        return unit.size + size <= MAX_PASSAGE_WORDS
    if block.kind != "item" or unit.size + size > MAX_PASSAGE_WORDS:
        return False
    if above.kind == "item":
        return size < LONG_ITEM or unit.size < SHORT
    return above.text.endswith(_COLONS) or unit.size <= SHORT


def _cut(block: Block, size: int, room: int) -> list[_Unit]:
    """A block in pieces of much the same size, none above the limit and the first one not above ``room``."""
    if size <= room:
        return [_Unit((block,), size, _leads_on(block))]
    aim = min(size / ceil(size / (0.8 * MAX_PASSAGE_WORDS)), room)
    pieces: list[Atom] = []
    for start, end, words_in_atom in _atoms(block.text, room):
        begun = pieces[-1] if pieces else (start, start, 0)
        total = begun[2] + words_in_atom
        if pieces and total <= (room if len(pieces) == 1 else MAX_PASSAGE_WORDS) and total - aim < aim - begun[2]:
            pieces[-1] = (begun[0], end, total)
        else:
            pieces.append((start, end, words_in_atom))
    texts = [(block.text[a:b], n) for a, b, n in pieces]
    return [_Unit((replace(block, text=text),), n, leads_on=_is_addresses(text)) for text, n in texts]


def _atoms(text: str, room: int) -> Iterator[Atom]:
    """Sentences, and the clauses or words of sentences that are too long for a passage."""
    for start, end in _chunks(text):
        for a, b in _sentences(text[start:end]):
            whole = count(text[start + a : start + b]) <= room
            for c, d in [(start + a, start + b)] if whole else _clauses(text, start + a, start + b):
                if (size := count(text[c:d])) <= room:
                    yield c, d, size
                else:
                    yield from _words(text, c, d, room)


def _sentences(text: str) -> list[tuple[int, int]]:
    """Sentences; those between two brackets stay together where they are few."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        begun = found[-1][0] if found else start
        closed = text.find(")", start)
        opened = text.count("(", begun, start) > text.count(")", begun, start)
        if opened and closed >= 0 and count(text[begun : closed + 1]) <= SHORT:
            found[-1] = (begun, end)
        else:
            found.append((start, end))
    return found


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a sentence that end with a comma and the like, outside of brackets."""
    depth = 0
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.group() in "([":
            depth += 1
        elif match.group()[0] in ")]":
            depth = max(depth - len(match.group()), 0)
        elif not depth:
            yield start, match.start(1)
            start = match.end()
    if start < end:
        yield start, end


def _words(text: str, start: int, end: int, room: int) -> Iterator[Atom]:
    for match in _BETWEEN_SPACES.finditer(text, start, end):
        size = count(match.group())
        if size <= room:
            yield match.start(), match.end(), size
        else:  # text without spaces: another script, or a very long list of things
            starts = [match.start() + at for _, at, _ in spans(match.group())]
            cuts = [match.start(), *starts[room // 2 :: room // 2], match.end()]
            yield from ((a, b, count(text[a:b])) for a, b in pairwise(cuts))


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """A long text in parts that end with a word: looking for sentences may take the square of the length."""
    start = 0
    while len(text) - start > 2 * CHUNK:
        space = _SPACE.search(text, start + CHUNK, start + 2 * CHUNK)
        end = space.end() if space else start + 2 * CHUNK
        yield start, end
        start = end
    yield start, len(text)
