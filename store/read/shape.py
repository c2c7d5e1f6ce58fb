"""What text looks like, whatever the format: headings without markup, bylines, titles."""

import re
from collections.abc import Iterable, Mapping, Sequence

from store.model import Block

LOWEST = 6
"""The rank of a heading that only looks like one, such as a paragraph in bold."""

MAX_HEADING_WORDS = 14
MAX_HEADING_LENGTH = 110

_BYLINE = re.compile(
    r"\W*(?:(?:written|posted|notes) )?(?:by|von|par|por):? (?-i:([^\W\d_a-z][\w.,'’& -]*\w))\W*",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """The text with every run of white space as a single space."""
    return " ".join(text.split())


def is_heading(text: str, ends: str = ".,;:!?…。、") -> bool:
    """Whether a line that stands alone is short and open-ended enough to be a heading.

    ``ends`` are the last characters that rule it out.
    """
    text = text.strip()
    return (
        len(text) <= MAX_HEADING_LENGTH
        and len(text.split()) <= MAX_HEADING_WORDS
        and any(c.isalpha() for c in text)
        and not text.endswith(tuple(ends))
        and "://" not in text
    )


def is_bold_heading(text: str) -> bool:
    """Whether a paragraph that is bold from end to end is meant as a heading."""
    return is_heading(text, ends=".,;")


def is_title_case(text: str) -> bool:
    """Whether most of the longer words begin with a capital."""
    longer: list[str] = re.findall(r"[^\W\d_]{4,}", text)
    return bool(longer) and sum(word[0].isupper() for word in longer) * 3 > len(longer) * 2


def title(blocks: Sequence[Block], meta: Mapping[str, object]) -> str:
    """What the note calls itself: in front matter, a top heading, or an opening one above all others."""
    for key in ("title", "post_title"):
        if said := one_line(str(meta.get(key) or "")):
            return said
    headings = [block for block in blocks if block.kind == "heading"]
    top = [block for block in headings if block.level == 1]
    alone = [block for block in headings[:1] if block is blocks[0] and block.level < min(_levels(headings[1:]))]
    return next((block.text for block in (*top, *alone)), "")


def _levels(headings: Sequence[Block]) -> list[int]:
    return [*(block.level for block in headings), LOWEST + 1]


def byline(blocks: Iterable[Block]) -> str:
    """The name in a short line such as “by Ada Byron”, or nothing.

    >>> byline([Block("paragraph", "by Ada Byron")])
    'Ada Byron'
    """
    for block in blocks:
        match = _BYLINE.fullmatch(block.text) if len(block.text) <= MAX_HEADING_LENGTH else None
        if match and match[1][0].isupper() and len(match[1].split()) <= 8:
            return match[1]
    return ""
