"""Mistyped queries, the same ones for the same seed: wrong keystrokes, words split, joined and cut off."""

import random
import string
from collections.abc import Callable, Collection

MIN_LETTERS = 4
"""Shorter words stay as they are: a keystroke makes another word of them."""
LONG = 8
"""Words from here on are mistyped twice half of the time where it is hard."""
OFTEN = 0.4
"""The share of content words that are mistyped where it is hard."""

Random = random.Random


def seeded(*parts: object) -> Random:
    """A source of chance that depends on nothing but *parts*."""
    return Random(" ".join(map(str, parts)))


def edited(word: str, chance: Random, edits: int = 1) -> str:
    """A word with so many wrong keystrokes: a letter missing, one too many, another one, or two swapped."""
    wrong = word
    while wrong == word:
        wrong = word
        for _ in range(edits):
            wrong = chance.choice(_KEYSTROKES)(wrong, chance)
    return wrong


def _missing(word: str, chance: Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _too_many(word: str, chance: Random) -> str:
    at = chance.randrange(len(word) + 1)
    return word[:at] + _letter(word, chance) + word[at:]


def _another(word: str, chance: Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + _letter(word, chance) + word[at + 1 :]


def _letter(word: str, chance: Random) -> str:
    """Any letter; a capital where the whole word is in capitals, as the key for them stays down."""
    letter = chance.choice(string.ascii_lowercase)
    return letter.upper() if word.isupper() else letter


def _swapped(word: str, chance: Random) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


_KEYSTROKES: tuple[Callable[[str, Random], str], ...] = (_missing, _too_many, _another, _swapped)


def split(word: str, chance: Random) -> str:
    """A word with a space in it, at least three letters from either end if it is long enough: "post gres"."""
    margin = 3 if len(word) >= 6 else 2
    at = chance.randint(margin, len(word) - margin)
    return f"{word[:at]} {word[at:]}"


def cut(word: str, chance: Random) -> str:
    """The first 60 to 80 % of a word, at least four letters: "kuberne"."""
    return word[: max(MIN_LETTERS, min(len(word) - 1, round(len(word) * chance.uniform(0.6, 0.8))))]


def one_typo(query: str, small: Collection[str], chance: Random) -> str:
    """A query with one wrong keystroke in one of its content words."""
    words = query.split()
    able = _content(words, small)
    if able:
        at = chance.choice(able)
        words[at] = _inside(words[at], chance, 1)
    return " ".join(words)


def hard_typos(query: str, small: Collection[str], chance: Random) -> str:
    """A query in which each content word is mistyped with a chance of 0.4, a long one twice half of the time."""
    words = query.split()
    for at in _content(words, small):
        if chance.random() < OFTEN:
            twice = len(_bare(words[at])) >= LONG and chance.random() < 0.5
            words[at] = _inside(words[at], chance, 2 if twice else 1)
    return " ".join(words)


def all_mistyped(query: str, small: Collection[str], chance: Random) -> str:
    """A query with a wrong keystroke in every content word."""
    words = query.split()
    for at in _content(words, small):
        words[at] = _inside(words[at], chance, 1)
    return " ".join(words)


def _content(words: list[str], small: Collection[str]) -> list[int]:
    bare = map(_bare, words)
    return [i for i, w in enumerate(bare) if len(w) >= MIN_LETTERS and w.isalpha() and w.lower() not in small]


def _bare(word: str) -> str:
    return word.strip(string.punctuation)


def _inside(word: str, chance: Random, edits: int) -> str:
    """The word mistyped, the punctuation around it as it was."""
    bare = _bare(word)
    return word.replace(bare, edited(bare, chance, edits), 1)
