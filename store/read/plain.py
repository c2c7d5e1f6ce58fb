"""Plain text: paragraphs, bullets and headings by how the lines are set."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from store.model import Block, Document
from store.read import front, shape

NARROWER = 0.75
"""A line break is the author's own when the next word would have fitted into this much of the widest line."""

SECTION = 3
"""The rank of a heading known only by standing alone; the title is 1 and underlined ones are 1 and 2."""

_BULLET = re.compile(r"\s*(?:[•*‣◦▪●○·–—+-]\s+|(?=\(?(?:\d{1,3}|[a-z])[.)]\s))(?=\S)")
_LABEL = re.compile(r"\s*(?:[\[(<]?\d{1,2}[:.h]\d{2}\b|[^\W\d_a-z][\w .'’-]{0,30}:\s|<[\w.-]+>)")
_UNDERLINE = re.compile(r"\s*([=\-~^*#_+.])\1{2,}\s*")
_MARKED = re.compile(r"(?:(#{1,6})[ \t]*(?=[^\s#\d])|(={2,6})[ \t]+(?=\S)|(\*{2,6})[ \t]+(?=\S))(.*?)[ \t=#]*")

_WRAPPED = re.compile(r"(\*\*|__)(?=\S)(.+?)\1")

Run = list[tuple[int, str]]


def read(text: str) -> Document:
    """A text file, with or without front matter; headings of org, AsciiDoc and wikis are known, too."""
    meta, body, remarks = front.split(text)
    return Document(tuple(blocks(body.split("\n"))), meta, remarks=remarks)


def blocks(lines: Sequence[str], titled: bool = True) -> list[Block]:
    """The blocks that lines of text make up, numbered from 1.

    Where ``titled``, a short first line is the title.
    """
    runs = _runs(lines)
    found = [block for run in runs for block in _run_blocks(run)]
    apart = {run[0][0] for before, run in pairwise([[(-9, "")], *runs]) if run[0][0] - before[-1][0] > 2}
    heads = {i for i, pair in enumerate(pairwise(found)) if _stands_above(*pair, found[i].first in apart)}
    found = [replace(b, kind="heading", level=SECTION) if i in heads else b for i, b in enumerate(found)]
    return [*_titled(found[:1], len(found)), *found[1:]] if titled else found


def _runs(lines: Sequence[str]) -> list[Run]:
    """Numbered lines, parted where one is empty."""
    numbered = groupby(enumerate(lines, 1), key=lambda line: bool(line[1].strip()))
    return [list(run) for filled, run in numbered if filled]


def _run_blocks(run: Run) -> Iterator[Block]:
    widest = max(len(line) for _, line in run)
    begun: Run = []
    for number, line in run:
        if _UNDERLINE.fullmatch(line):
            yield from _made(begun, rank=1 if "=" in line else 2)
            begun = []
        elif begun and not _goes_on(begun, line, widest):
            yield from _made(begun)
            begun = [(number, line)]
        else:
            begun.append((number, line))
    yield from _made(begun)


def _goes_on(begun: Run, line: str, widest: int) -> bool:
    """Whether a line belongs to the block begun above it."""
    before = begun[-1][1]
    labelled = _LABEL.match(line) and _LABEL.match(begun[0][1])  # minutes, chats and lists of facts
    if labelled or _BULLET.match(line) or _MARKED.fullmatch(line) or _MARKED.fullmatch(before):
        return False
    if _BULLET.match(begun[0][1]) and _indent(line) > _indent(begun[0][1]):
        return True
    return len(before.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) > NARROWER * widest


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _made(lines: Run, rank: int = 0) -> Iterator[Block]:
    """The block of some lines; ``rank`` is that of a heading, if they were underlined and are short."""
    if not lines:
        return
    text = shape.one_line(" ".join(line for _, line in lines))
    first, last = lines[0][0], lines[-1][0]
    if marked := _MARKED.fullmatch(lines[0][1]):
        level = len(marked[1] or marked[2] or marked[3])
        yield Block("heading", shape.one_line(marked[4]), first, last, level)
    elif rank and len(lines) == 1 and len(text.split()) <= shape.MAX_HEADING_WORDS:
        yield Block("heading", text, first, last, rank)
    elif len(lines) == 1 and (wrapped := _WRAPPED.fullmatch(text)) and shape.is_bold_heading(wrapped[2].strip()):
        yield Block("heading", wrapped[2].strip(), first, last, SECTION)
    elif bullet := _BULLET.match(lines[0][1]):
        yield Block("item", text[len(bullet.group().strip()) :].strip(), first, last)
    else:
        yield Block("paragraph", text, first, last)


def _stands_above(block: Block, below: Block, apart: bool) -> bool:
    """Whether a line is the heading of what comes below it; ``apart`` is set off by two empty lines."""
    if block.kind != "paragraph" or block.first != block.last or below.kind == "heading" or shape.byline([block]):
        return False
    questions = apart or shape.is_title_case(block.text)
    near = below.first == block.last + 1
    return shape.is_heading(block.text, ends=".,;:…。、" if questions else ".,;:!?…。、！？") and (
        below.kind == "item" or len(below.text) > (3 if near else 1) * len(block.text)
    )


def _titled(first: list[Block], count: int) -> list[Block]:
    if first and first[0].kind == "paragraph" and count > 1 and first[0].first == first[0].last:
        return [replace(b, kind="heading", level=1) if shape.is_heading(b.text, ".,;:") else b for b in first]
    return [replace(b, level=1) if b.kind == "heading" else b for b in first]
