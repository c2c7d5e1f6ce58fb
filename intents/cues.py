"""The opening words that call an intent: “timeline of”, “compare”. Slips of the finger are forgiven. Pure."""

from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz

from intents import language
from store.text import spans

Cues = Mapping[str, tuple[str, ...]]
"""By intent, folded opening words."""
CLOSE_ENOUGH = 88
"""How much of a cue has to be typed right (0 to 100): one slip in “timeline of”, none in “who”."""
MAX_OPENING = 200
"""Characters of a text that are read for a cue."""


def called(text: str, cues: Cues) -> tuple[str, str]:
    """The intent that a text calls by its opening words, and what comes after them; nothing and all of it otherwise.

    The longest cue wins. Words of politeness before it are passed over.

    >>> called("Please give me a timelien of cells v2", {"timeline": ("timeline of",)})
    ('timeline', 'cells v2')
    """
    typed = list(spans(text[:MAX_OPENING]))
    opening = _passed_over([word for word, _, _ in typed])
    for cue, intent in _longest_first(cues):
        length = len(cue.split())
        said = typed[opening : opening + length]
        if len(said) == length and fuzz.ratio(" ".join(word for word, _, _ in said), cue) >= CLOSE_ENOUGH:
            return intent, text[said[-1][2] :].lstrip(" \t:,–—-")
    return "", text


def _passed_over(said: list[str]) -> int:
    for place, word in enumerate(said):
        if word not in language.POLITE_WORDS:
            return place
    return 0


def _longest_first(cues: Cues) -> Iterator[tuple[str, str]]:
    pairs = ((cue, intent) for intent, openings in cues.items() for cue in openings)
    yield from sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
