"""Acronyms that notes explain themselves: "Network Functions Virtualization (NFV)", "NFV (network functions …)"."""

import re
from collections.abc import Iterator

from store.text import fold, words

_SHORT = r"[A-Z][A-Za-z0-9]{1,7}"
_IN_BRACKETS = re.compile(rf"\(({_SHORT})\)")
_LONG_IN_BRACKETS = re.compile(rf"(?<![\w-])({_SHORT})\s\(([^()\n]{{5,100}})\)")
_PLURAL = re.compile(r"[A-Z0-9]{2,}s")
_SMALL = frozenset(("of", "and", "for", "the", "in", "to", "on", "as", "a"))


def explained(text: str) -> Iterator[tuple[str, str]]:
    """Each (acronym, its words) that the text explains, either of them in brackets behind the other; both folded.

    A plural acronym is told in the singular, beside its plural.

    >>> list(explained("talks on Network Functions Virtualization (NFV) and QoS (quality of service)"))
    [('nfv', 'network functions virtualization'), ('qos', 'quality of service')]
    """
    for match in _IN_BRACKETS.finditer(text):
        yield from _pairs(match[1], words(text[max(0, match.start() - 120) : match.start()]))
    for match in _LONG_IN_BRACKETS.finditer(text):
        inside = words(re.split(r"[,;:]", match[2])[0])
        yield from (pair for pair in _pairs(match[1], inside) if pair[1] == " ".join(inside))


def _pairs(short: str, before: list[str]) -> Iterator[tuple[str, str]]:
    """The acronym with the last words of *before*, where they spell it; "VNFs" is spelt by what spells "VNF"."""
    singular = short[:-1] if _PLURAL.fullmatch(short) else short
    long = _spelt_by(fold(singular), before)
    if not long and singular != short:
        singular, long = short, _spelt_by(fold(short), before)
    if long:
        yield from ((letters, " ".join(long)) for letters in dict.fromkeys((fold(singular), fold(short))))


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
