"""Which words of the notes a typed word may stand for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import inf

from rapidfuzz.distance import OSA

from store.shelves import Shelf, shelved

MIN_CORRECTED, MAX_CORRECTED = 4, 60
"""Shorter words are too near to too many others to be corrected or, cut off ("kuberne"), completed; longer ones are
hardly words."""
TWO_EDITS_FROM = 8
"""From this length on two keystrokes may be wrong; below it, one."""
COMPLETION_COST = 0.75
MOST_COMPLETED = 200
"""Words that a cut-off one may be the beginning of; the nearest are the shortest."""
SWAP, DOUBLED, VOWEL, NEAR_KEY, WRONG_FIRST = 0.6, 0.6, 0.7, 0.8, 1.5
TIE = 0.12
"""Two spellings whose costs differ by less than this are both likely."""

_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


def _neighbours() -> frozenset[str]:
    """Pairs of letters that lie side by side on a keyboard, along a row and between rows, either one first."""
    pairs = set()
    for row in _KEY_ROWS:
        pairs |= {(left, right) for left, right in pairwise(row)}
    for upper, lower in pairwise(_KEY_ROWS):
        for i, key in enumerate(lower):
            pairs |= {(key, upper[i]), (key, upper[min(i + 1, len(upper) - 1)])}
    return frozenset(one + other for pair in pairs for one, other in (pair, pair[::-1]))


_NEAR_KEYS = _neighbours()


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word of the notes that a typed word may stand for.

    ``shown`` is how the notes write it, ``passages`` how many hold it, ``cost`` how far it is from what was
    typed (0 is the same word, about 1 a keystroke).
    """

    word: str
    shown: str
    passages: int
    cost: float


Known = Mapping[str, tuple[int, str]]
"""Folded words of the notes, each with the number of passages that hold it, and how the notes write it."""


class Vocabulary:
    """Every word of the notes. Where they are kept is left to three methods; here, all in memory.

    Rows are (folded word, passages that hold it, how the notes write it).
    """

    def __init__(self, rows: Iterable[tuple[str, int, str]] = ()) -> None:
        self._words = {word: (passages, shown) for word, passages, shown in rows}
        self._shelves = shelved(filter(is_shelved, self._words))

    def known(self, words: Iterable[str]) -> Known:
        """Those of some words that the notes have."""
        return {word: self._words[word] for word in words if word in self._words}

    def begun(self, beginning: str) -> Known:
        """The words that begin so, at most ``MOST_COMPLETED`` of them, the shortest first."""
        fitting = sorted((word for word in self._words if word.startswith(beginning)), key=lambda w: (len(w), w))
        return self.known(fitting[:MOST_COMPLETED])

    def shelf(self, length: int) -> Shelf | None:
        """The words of a length that may be misspelt."""
        return self._shelves.get(length)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self.known([word])

    def count(self, word: str) -> int:
        """How many passages hold the word."""
        return self.known([word]).get(word, (0, word))[0]

    def shown(self, word: str) -> str:
        """The word as the notes write it, or as given."""
        return self.known([word]).get(word, (0, word))[1]

    def near(self, word: str, edits: int = 0) -> list[Spelling]:
        """Known words that *word* may be a misspelling or the beginning of, likeliest first.

        Up to *edits* keystrokes may be wrong, or as many as are usual for its length. Words with digits (numbers,
        years, versions) are never changed.
        """
        if not is_correctable(word):
            return []
        longer = {w: known for w, known in self.begun(word).items() if w != word}
        costs = {known: COMPLETION_COST + 0.05 * (len(known) - len(word)) for known in longer}
        for known in self._misspelt(word, edits or edits_allowed(word)):
            costs[known] = min(costs.get(known, inf), keystroke_cost(word, known))
        told = {**longer, **self.known(known for known in costs if known not in longer)}
        found = (Spelling(w, shown, passages, costs[w]) for w, (passages, shown) in told.items())
        return sorted(found, key=lambda s: (s.cost - commonness(s.passages), -s.passages, s.word))

    def _misspelt(self, word: str, allowed: int) -> list[str]:
        shelves = filter(None, map(self.shelf, range(len(word) - allowed, len(word) + allowed + 1)))
        alike = (known for shelf in shelves for known in shelf.like(word, allowed))
        return [known for known in alike if OSA.distance(word, known, score_cutoff=allowed) <= allowed]


def is_shelved(word: str) -> bool:
    """Whether a word of the notes may be what a misspelt one stands for."""
    return MIN_CORRECTED - 1 <= len(word) <= MAX_CORRECTED + 2 and word.isalpha()


def is_correctable(word: str) -> bool:
    """Whether a word may be read as another one: no number, not too short, not endless."""
    return MIN_CORRECTED <= len(word) <= MAX_CORRECTED and word.isalpha()


def edits_allowed(word: str) -> int:
    """How many keystrokes of *word* may be wrong."""
    if len(word) < MIN_CORRECTED:
        return 0
    return 1 if len(word) < TWO_EDITS_FROM else 2


def likely(spellings: list[Spelling]) -> list[Spelling]:
    """The best spelling and those that tie with it."""
    return [s for s in spellings if s.cost <= spellings[0].cost + TIE]


def commonness(passages: int) -> float:
    """A slight preference for words that many passages hold: names are rare, so hardly any."""
    return min(0.1, 0.02 * passages.bit_length())


def keystroke_cost(typed: str, meant: str) -> float:
    """How unlikely it is to type one word for another: the cheapest sum over wrong keystrokes.

    Optimal string alignment with weights: swapped and doubled letters, neighbour keys and mistaken vowels
    are cheap; a wrong first letter is dear, because people hardly ever miss it.

    >>> [keystroke_cost(*pair) for pair in (("kuyr", "kuryr"), ("nuetron", "neutron"), ("karbor", "harbor"))]
    [1.0, 0.6, 1.5]
    """
    above: list[float] = []
    row = _first_row(meant)
    for i, letter in enumerate(typed):
        above, before = row, above
        lone = _lone_letter_cost(typed, i)
        row = [above[0] + lone]
        for j, wanted in enumerate(meant):
            cost = min(
                above[j + 1] + lone,
                row[j] + _lone_letter_cost(meant, j),
                above[j] + (0.0 if letter == wanted else _replace_cost(letter, wanted, first=i == 0)),
            )
            if i and j and letter == meant[j - 1] and wanted == typed[i - 1]:
                cost = min(cost, before[j - 1] + (SWAP if i > 1 else 1.0))
            row.append(cost)
    return row[-1]


def _first_row(meant: str) -> list[float]:
    """What each beginning of a word costs where nothing of it was typed."""
    return list(accumulate((_lone_letter_cost(meant, j) for j in range(len(meant))), initial=0.0))


@lru_cache(maxsize=4096)
def _lone_letter_cost(word: str, i: int) -> float:
    """What a letter costs that stands in one of the words only."""
    if word[i] in word[max(0, i - 1) : i] + word[i + 1 : i + 2]:
        return DOUBLED
    return 1.0 if i else WRONG_FIRST


def _replace_cost(typed: str, meant: str, *, first: bool) -> float:
    if first:
        return WRONG_FIRST
    if typed in _VOWELS and meant in _VOWELS:
        return VOWEL
    return NEAR_KEY if typed + meant in _NEAR_KEYS else 1.0
