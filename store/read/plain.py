"""Plain text: paragraphs, bullets and headings by how the lines are set."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from store.model import Block, Document
from store.read import front, leftovers, shape

UNWRAPPED = 200
"""Characters beyond which a line is a paragraph of its own: nobody breaks lines at such a width."""

NARROWER = 0.75
"""A line break is the author's own when the next word would have fitted into this much of the widest line."""

ENOUGH = 40
"""Characters that a paragraph has at least below a heading that nothing marks as one."""

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
    return Document(tuple(blocks(leftovers.without(body).split("\n"))), meta, remarks=remarks)


def blocks(lines: Sequence[str], titled: bool = True, outline: bool = False) -> list[Block]:
    """The blocks that lines of text make up, numbered from 1.

    Where ``titled``, a short first line is the title. In an ``outline``, indented lines are items.
    """
    runs = _runs(lines)
    widest = max(map(len, lines), default=0)
    found = [b for run in runs for b in _run_blocks(run, widest if outline else _widest(run), outline)]
    found = [*_titled(found[:1], len(found)), *found[1:]] if titled else found
    apart = {run[0][0] for before, run in pairwise([[(-9, "")], *runs]) if run[0][0] - before[-1][0] > 2}
    heads = _heads(found, apart)
    return [replace(b, kind="heading", level=SECTION) if i in heads else b for i, b in enumerate(found)]


def _heads(found: Sequence[Block], apart: AbstractSet[int]) -> set[int]:
    """Which blocks are headings without being marked as such; ``apart`` are lines below two empty ones.

    Of short lines one below the other, a second one of a single word, such as “Slides”, labels what follows,
    and a third one stands in a list.
    """
    rows = list(accumulate(found, lambda row, block: row + 1 if _is_short(block) else 0, initial=0))[1:]
    near = {i for i, (block, below) in enumerate(pairwise(found)) if below.first == block.last + 1}
    kept = [i for i, block in enumerate(found) if rows[i] < 2 or " " in block.text or i in near]
    return {i for i, j in pairwise(kept) if rows[i] < 3 and _stands_above(found[i], found[j], found[i].first in apart)}


def _is_short(block: Block) -> bool:
    alone = block.kind == "paragraph" and block.first == block.last
    return alone and shape.is_heading(block.text) and not shape.byline([block])


def _runs(lines: Sequence[str]) -> list[Run]:
    """Numbered lines, parted where one is empty."""
    numbered = groupby(enumerate(lines, 1), key=lambda line: bool(line[1].strip()))
    return [list(run) for filled, run in numbered if filled]


def _widest(run: Run) -> int:
    return max(len(line) for _, line in run)


def _run_blocks(run: Run, widest: int, outline: bool) -> Iterator[Block]:
    begun: Run = []
    for number, line in run:
        if _UNDERLINE.fullmatch(line):
            yield from _made(begun, rank=1 if "=" in line else 2)
            begun = []
        elif begun and not _goes_on(begun, line, widest, outline):
            yield from _made(begun, outline=outline)
            begun = [(number, line)]
        else:
            begun.append((number, line))
    yield from _made(begun, outline=outline)


def _goes_on(begun: Run, line: str, widest: int, outline: bool) -> bool:
    """Whether a line belongs to the block begun above it."""
    before = begun[-1][1]
    labelled = _LABEL.match(line) and _LABEL.match(begun[0][1])  # minutes, chats and lists of facts
    if labelled or _BULLET.match(line) or _MARKED.fullmatch(line) or _MARKED.fullmatch(before):
        return False
    if len(before) > UNWRAPPED or (outline and (widest > UNWRAPPED or _indent(line) != _indent(before))):
        return False
    if _BULLET.match(begun[0][1]) and _indent(line) > _indent(begun[0][1]):
        return True
    return len(before.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) > NARROWER * widest


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _made(lines: Run, rank: int = 0, outline: bool = False) -> Iterator[Block]:
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
        yield Block("item" if outline and _indent(lines[0][1]) else "paragraph", text, first, last)


def _stands_above(block: Block, below: Block, apart: bool) -> bool:
    """Whether a line is the heading of what comes below it; ``apart`` is set off by two empty lines."""
    if block.kind != "paragraph" or block.first != block.last or below.kind == "heading" or shape.byline([block]):
        return False
    titled = shape.is_title_case(block.text)
    near = below.first == block.last + 1
    if (near and (block.text[0].islower() or below.text[0].islower())) or block.text.count(": ") > 1:
        return False  # a line of a paragraph, or of facts
    return shape.is_heading(block.text, ends=".,;:…。、" if apart or titled else ".,;:!?…。、！？") and (
        below.kind == "item" or len(below.text) > max((1 if titled and not near else 3) * len(block.text), ENOUGH)
    )


def _titled(first: list[Block], count: int) -> list[Block]:
    if first and first[0].kind == "paragraph" and count > 1 and first[0].first == first[0].last:
        return [replace(b, kind="heading", level=1) if shape.is_heading(b.text, ".,;:") else b for b in first]
    return [replace(b, level=1) if b.kind == "heading" else b for b in first]
