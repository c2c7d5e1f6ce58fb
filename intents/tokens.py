"""The pieces of a question, and what is left of them beside the filters. Pure."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from intents.base import Correction
from store.model import Scope
from store.spelling import edits_allowed
from store.text import ADDRESS, words

_TOKEN = re.compile(r"(?:[^\s,;()?!/|]|(?<=\d),(?=\d{3}(?!\d)))+")
_TLDR = re.compile(r"\btl;dr\b", re.IGNORECASE)  # the one word with a semicolon in it
EDGES = "\"'“”„‘’.,:;*_`~#<>[]{}"
"""Punctuation around a piece that is none of its own."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a question as typed, and its folded words (one or more, as in "kuryr-kubernetes")."""

    typed: str
    words: tuple[str, ...]

    @property
    def is_loud(self) -> bool:
        """Typed in capitals: IT is not it."""
        return len(self.typed) > 1 and self.typed.isupper()

    @property
    def is_named(self) -> bool:
        """Holds a capital or a digit."""
        return any(c.isupper() or c.isdigit() for c in self.typed)


@dataclass(frozen=True, slots=True)
class Filtered:
    """What is left of a question beside its filters.

    ``places`` are the stems by which the scope was named, ``absent`` is an event that is named and that no note
    is about.
    """

    tokens: tuple[Token, ...]
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    places: tuple[str, ...] = ()
    absent: str = ""
    corrections: tuple[Correction, ...] = ()


def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of a text that hold a word, without the punctuation around them; addresses are no words."""
    text = _TLDR.sub("tldr", ADDRESS.sub(" ", text))
    pieces = (piece.strip(EDGES) for piece in _TOKEN.findall(text))
    return tuple(Token(piece, tuple(words(piece))) for piece in pieces if words(piece))


def alike(typed: str, known: str) -> bool:
    """The same word, or one slip away with the same first letter."""
    allowed = min(edits_allowed(typed), 1)
    return typed == known or (
        allowed > 0 and typed[:1] == known[:1] and OSA.distance(typed, known, score_cutoff=allowed) <= allowed
    )
