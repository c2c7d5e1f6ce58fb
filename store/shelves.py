"""Words by length and letters, so that those like a misspelt one are found among hundreds of thousands at once.

A shelf holds the words of one length. For each letter it has a number whose bits tell which of them hold it: whether
words lack more letters of the typed one, or have more others, than keystrokes may be wrong, is reckoned for all of
them together, and hardly any is left to be compared letter by letter.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LETTERS = 32
"""Letters told apart: those from a to z, while those of other scripts share their places."""

_ANY_BIT = re.compile(rb"[^\0]")
_BITS = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Words of one length, one behind the other, and for each letter a bit for each word that holds it."""

    length: int
    words: str
    letters: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words) // self.length

    def like(self, word: str, edits: int) -> list[str]:
        """The words that may be *edits* keystrokes from this one, and few others; none that is so is left out.

        A keystroke that makes up for a difference in length cannot replace a letter by another one as well.
        """
        longer = self.length - len(word)
        if abs(longer) > edits:
            return []
        typed = {ord(letter) % LETTERS for letter in word}
        every = (1 << len(self)) - 1
        lacking = _more_than(edits - max(longer, 0), [every ^ self.letters[letter] for letter in typed])
        others = [bits for letter, bits in enumerate(self.letters) if bits and letter not in typed]
        left, size = every & ~(lacking | _more_than(edits + min(longer, 0), others)), self.length
        return [self.words[at * size : (at + 1) * size] for at in _set_bits(left)]

    def joined(self, other: "Shelf") -> "Shelf":
        """The words of this shelf, and behind them those of another one of the same length."""
        letters = tuple(old | bits << len(self) for old, bits in zip(self.letters, other.letters, strict=True))
        return Shelf(self.length, self.words + other.words, letters)

    def letters_as_bytes(self) -> bytes:
        """The letters' bits, one number behind the other."""
        size = _bytes_for(len(self))
        return b"".join(bits.to_bytes(size, "little") for bits in self.letters)


def from_bytes(length: int, words: str, letters: bytes) -> Shelf:
    """The shelf with these words, and their letters as ``letters_as_bytes`` gave them."""
    size = _bytes_for(len(words) // length)
    parts = (letters[at * size : (at + 1) * size] for at in range(LETTERS))
    return Shelf(length, words, tuple(int.from_bytes(part, "little") for part in parts))


def shelved(words: Iterable[str]) -> dict[int, Shelf]:
    """Words put on shelves, by length."""
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for word in words:
        by_length[len(word)].append(word)
    return {length: Shelf(length, "".join(some), _letters(some)) for length, some in by_length.items()}


def _letters(words: Sequence[str]) -> tuple[int, ...]:
    bits = [bytearray(_bytes_for(len(words))) for _ in range(LETTERS)]
    for at, word in enumerate(words):
        place, bit = at >> 3, 1 << (at & 7)
        for letter in word:
            bits[ord(letter) % LETTERS][place] |= bit
    return tuple(int.from_bytes(one, "little") for one in bits)


def _bytes_for(words: int) -> int:
    return (words + 7) // 8


def _more_than(most: int, flags: Iterable[int]) -> int:
    """The bits that are set in more than *most* of these numbers."""
    seen = [0] * (most + 1)
    for bits in flags:
        for at in range(most, 0, -1):
            seen[at] |= seen[at - 1] & bits
        seen[0] |= bits
    return seen[most]


def _set_bits(bits: int) -> list[int]:
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    return [8 * match.start() + bit for match in _ANY_BIT.finditer(data) for bit in _BITS[match.group()[0]]]
