"""Prose that is set like code: whole notes between fences, or indented."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace

from store.model import Block
from store.read import leftovers, plain, shape

PLAIN_WORDS = 0.85
"""Share of plain words among all, from which a text may be prose; commands and code have fewer."""

WORDS_PER_LINE = 5
"""Words that a line of prose has at least on average, lists included."""

_TEXT = frozenset(("", "text", "txt", "plain", "plaintext", "markdown", "md", "none"))
_ADDRESS = re.compile(r"(?<!\S)\S*?(?://|www\.)\S+")
_PLAIN_WORD = re.compile(r"[(\"'“‘]*[^\W_]+(?:[-'’/&][^\W_]+)*[.,:;!?…)\"'”’%+]*")
_OPENS_LINE = re.compile(r"\s*(?:[-*+•#>]+\s+)?[\"'“‘(]*(?:[^\W_a-z]|\d)")


def is_prose(text: str, language: str = "") -> bool:
    """Whether a block of code holds sentences or lists; ``language`` is what its fence says."""
    lines = [line for line in text.split("\n") if _ADDRESS.sub("", line).strip()]
    told = language.strip().lower()
    found = [word for line in lines for word in _ADDRESS.sub("", line).split() if any(map(str.isalnum, word))]
    if told not in _TEXT or len(found) < WORDS_PER_LINE * len(lines) or len(found) < 2 * WORDS_PER_LINE:
        return False
    spoken = sum(bool(_PLAIN_WORD.fullmatch(word)) for word in found)
    opened = sum(bool(_OPENS_LINE.match(line)) for line in lines)
    return spoken >= PLAIN_WORDS * len(found) and opened * 2 >= len(lines)


def blocks(text: str, first: int) -> Iterator[Block]:
    """The blocks of such a text that begins at line ``first`` of its file; its headings rank below all others."""
    lines = textwrap.dedent(leftovers.without(text).expandtabs(4)).split("\n")
    for block in plain.blocks(lines, titled=False, outline=True):
        level = min(block.level + plain.SECTION, shape.LOWEST) if block.kind == "heading" else 0
        yield replace(block, first=block.first + first - 1, last=block.last + first - 1, level=level)
