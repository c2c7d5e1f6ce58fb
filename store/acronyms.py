"""Acronyms that notes explain themselves: "Network Functions Virtualization (NFV)"."""

import re
from collections.abc import Iterator

from store.text import fold, words

_IN_BRACKETS = re.compile(r"\(([A-Z][A-Za-z0-9]{1,7})\)")
_SMALL = frozenset(("of", "and", "for", "the", "in", "to", "on", "as", "a"))


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Each (acronym, its words) that the text explains as "words (ACRONYM)", both folded.

    >>> list(explained("talks on Network Functions Virtualization (NFV) and Quality of Service (QoS)"))
    [('nfv', 'network functions virtualization'), ('qos', 'quality of service')]
    """
    for match in _IN_BRACKETS.finditer(text):
        letters = fold(match.group(1))
        before = words(text[max(0, match.start() - 120) : match.start()])
        if long := _spelt_by(letters, before):
            yield letters, " ".join(long)


def _spelt_by(letters: str, before: list[str]) -> list[str]:
    """The last words whose initials are the letters; small words between may be left out."""
    left, taken = len(letters), list[str]()
    for word in reversed(before):
        if left and word[0] == letters[left - 1]:
            left -= 1
        elif word not in _SMALL or not taken:
            return []
        taken.append(word)
        if not left:
            return taken[::-1] if len(taken) > 1 else []
    return []
