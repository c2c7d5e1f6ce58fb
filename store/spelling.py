"""Which words of the notes a typed word may stand for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_CORRECTED, MAX_CORRECTED = 4, 60
"""Shorter words are too near to too many others to be corrected or, cut off ("kuberne"), completed; longer ones are
hardly words."""
TWO_EDITS_FROM = 8
"""From this length on two keystrokes may be wrong; below it, one."""
COMPLETION_COST = 0.75
SWAP, DOUBLED, VOWEL, NEAR_KEY, WRONG_FIRST = 0.6, 0.6, 0.7, 0.8, 1.5
TIE = 0.12
"""Two spellings whose costs differ by less than this are both likely."""

_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")


def _neighbours() -> frozenset[frozenset[str]]:
    """Pairs of letters that lie side by side on a keyboard, along a row and between rows."""
    pairs = set()
    for row in _KEY_ROWS:
        pairs |= {frozenset(pair) for pair in pairwise(row)}
    for upper, lower in pairwise(_KEY_ROWS):
        for i, key in enumerate(lower):
            pairs |= {frozenset((key, upper[i])), frozenset((key, upper[min(i + 1, len(upper) - 1)]))}
    return frozenset(pairs)


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


class Vocabulary:
    """Every word of the notes; rows are (folded word, passages that hold it, how the notes write it)."""

    def __init__(self, rows: Iterable[tuple[str, int, str]]) -> None:
        self._known = {word: (passages, shown) for word, passages, shown in rows}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._known:
            if len(word) >= MIN_CORRECTED - 1 and word.isalpha():
                self._by_length[len(word)].append(word)

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def count(self, word: str) -> int:
        """How many passages hold the word."""
        return self._known[word][0] if word in self._known else 0

    def shown(self, word: str) -> str:
        """The word as the notes write it, or as given."""
        return self._known[word][1] if word in self._known else word

    def near(self, word: str) -> list[Spelling]:
        """Known words that *word* may be a misspelling or the beginning of, likeliest first.

        Words with digits (numbers, years, versions) are never changed.
        """
        if not is_correctable(word):
            return []
        found = {s.word: s for s in self._completed(word)}
        for spelling in self._misspelt(word):
            if spelling.word not in found or spelling.cost < found[spelling.word].cost:
                found[spelling.word] = spelling
        return sorted(found.values(), key=lambda s: (s.cost - _commonness(s.passages), -s.passages, s.word))

    def _misspelt(self, word: str) -> Iterable[Spelling]:
        allowed = edits_allowed(word)
        lengths = range(len(word) - allowed, len(word) + allowed + 1)
        words = [known for length in lengths for known in self._by_length[length]]
        for known, _, _ in process.extract(
            word, words, scorer=OSA.distance, score_cutoff=allowed, limit=None, processor=None
        ):
            cost = keystroke_cost(word, known)
            yield Spelling(known, self.shown(known), self.count(known), cost)

    def _completed(self, word: str) -> Iterable[Spelling]:
        for known in self._known:
            if known.startswith(word) and len(known) > len(word):
                yield Spelling(
                    known,
                    self.shown(known),
                    self.count(known),
                    COMPLETION_COST + 0.05 * (len(known) - len(word)),
                )


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


def _commonness(passages: int) -> float:
    """A slight preference for words that many passages hold: names are rare, so hardly any."""
    return min(0.1, 0.02 * passages.bit_length())


def keystroke_cost(typed: str, meant: str) -> float:
    """How unlikely it is to type one word for another: the cheapest sum over wrong keystrokes.

    Optimal string alignment with weights: swapped and doubled letters, neighbour keys and mistaken vowels
    are cheap; a wrong first letter is dear, because people hardly ever miss it.

    >>> [keystroke_cost(*pair) for pair in (("kuyr", "kuryr"), ("nuetron", "neutron"), ("karbor", "harbor"))]
    [1.0, 0.6, 1.5]
    """
    table = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for i in range(len(typed) + 1):
        for j in range(len(meant) + 1):
            if i or j:
                table[i][j] = min(_steps(table, typed, meant, i, j))
    return table[-1][-1]


def _steps(table: list[list[float]], typed: str, meant: str, i: int, j: int) -> Iterator[float]:
    """The ways to reach cell (i, j) of the alignment: a letter too many, one missing, another one, two swapped."""
    if i:
        yield table[i - 1][j] + _lone_letter_cost(typed, i - 1)
    if j:
        yield table[i][j - 1] + _lone_letter_cost(meant, j - 1)
    if i and j:
        yield table[i - 1][j - 1] + _replace_cost(typed[i - 1], meant[j - 1], first=i == 1)
    if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 1] + meant[j - 2]:
        yield table[i - 2][j - 2] + (SWAP if i > 2 else 1.0)


def _lone_letter_cost(word: str, i: int) -> float:
    """What a letter costs that stands in one of the words only."""
    if word[i] in word[max(0, i - 1) : i] + word[i + 1 : i + 2]:
        return DOUBLED
    return 1.0 if i else WRONG_FIRST


def _replace_cost(typed: str, meant: str, *, first: bool) -> float:
    if typed == meant:
        return 0.0
    if first:
        return WRONG_FIRST
    if typed in _VOWELS and meant in _VOWELS:
        return VOWEL
    return NEAR_KEY if frozenset((typed, meant)) in _NEAR_KEYS else 1.0
