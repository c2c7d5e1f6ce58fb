"""The opening words that call an intent: “timeline of”, “compare”. Slips of the finger are forgiven. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from intents import language
from intents.base import Cue
from store.terms import common_stems
from store.text import spans, stem

Cues = Mapping[str, tuple[Cue, ...]]
"""By intent, what calls it."""
CLOSE_ENOUGH = 88
"""How much of a cue has to be typed right (0 to 100): one slip in “timeline of”, none in “who”."""
MAX_OPENING = 200
"""Characters of a text that are read for a cue."""
MOST_MENDED, LONG = 4, 4
"""How many words of an opening are looked at for a slip, and from how many letters on a word may have one."""


def called(text: str, cues: Cues) -> tuple[str, str]:
    """The intent that a text calls by its opening words, and what comes after them; nothing and all of it otherwise.

    Words of politeness, of going on ("and", "what about") and of length ("short") are passed over. Cues that are
    functions come first, in their order; then the longest opening wins.

    >>> called("Please give me a timelien of cells v2", {"timeline": ("timeline of",)})
    ('timeline', 'cells v2')
    """
    return next((found for way in (text, mended(text)) if (found := _called(way, cues))[0]), ("", text))


def mended(text: str) -> str:
    """A text whose first words are words of asking, but for a slip in them, with these words put right.

    A word that is an everyday one stays, whatever it is like.

    >>> mended("comapre Tokyo and Austin"), mended("wich topcis had Tokyo?"), mended("compute in Tokyo")
    ('compare Tokyo and Austin', 'which topics had Tokyo?', 'compute in Tokyo')
    """
    for word, start, end in reversed(list(spans(text[:MAX_OPENING]))[:MOST_MENDED]):
        if (meant := _meant(word)) != word:
            text = text[:start] + meant + text[end:]
    return text


def _meant(word: str) -> str:
    """The word of asking that a slip was made in, or the word itself."""
    if len(word) < LONG or word in language.ASKED_WITH or not word.isalpha() or stem(word) in common_stems():
        return word
    near = (known for known in sorted(language.ASKED_WITH) if known[0] == word[0])
    return next((known for known in near if OSA.distance(word, known, score_cutoff=1) <= 1), word)


def _called(text: str, cues: Cues) -> tuple[str, str]:
    typed = list(spans(text[:MAX_OPENING]))
    opening = _passed_over([word for word, _, _ in typed])
    if opening == len(typed):
        return "", text
    for cue, intent in _shaped(cues):
        if (rest := cue(text[typed[opening][1] :])) is not None:
            return intent, rest
    for words, intent in _longest_first(cues):
        length = len(words.split())
        said = typed[opening : opening + length]
        if len(said) == length and fuzz.ratio(" ".join(word for word, _, _ in said), words) >= CLOSE_ENOUGH:
            return intent, text[said[-1][2] :].lstrip(" \t:,–—-")
    return "", text


def _passed_over(said: Sequence[str]) -> int:
    """How many words at the beginning say nothing of what is asked."""
    place = 0
    while passed := _light(said[place:]):
        place += passed
    return place


def _light(said: Sequence[str]) -> int:
    """How many words an opening of no weight takes, 0 where there is none."""
    if not said:
        return 0
    if said[0] in language.POLITE_WORDS or said[0] in language.SIZES:
        return 1
    openings = (opening.split() for opening in language.FOLLOW_UP_OPENINGS)
    return max((len(words) for words in openings if list(said[: len(words)]) == words), default=0)


def _shaped(cues: Cues) -> Iterator[tuple[Callable[[str], str | None], str]]:
    yield from ((cue, intent) for intent, ways in cues.items() for cue in ways if callable(cue))


def _longest_first(cues: Cues) -> Iterator[tuple[str, str]]:
    pairs = ((cue, intent) for intent, ways in cues.items() for cue in ways if isinstance(cue, str))
    yield from sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
