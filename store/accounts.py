"""Where two notes of one event give different figures for the same thing: neither is right or wrong, both are shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from store.model import Hit
from store.terms import SMALL_WORDS
from store.text import sentences, stem, words

CROWD = frozenset(
    "people attendees participants visitors delegates folks persons guests enthusiasts attendance "
    "leute teilnehmer besucher".split()
)
"""What the people at an event are called; one word is as good as another."""
IN_COMMON, ALIKE = 2, 0.3
"""How many words two sentences share beside what is counted, and which part of all their words, to mean the same."""
NOT_FAR = 2.5
"""How many times the smaller figure the greater one is at most; what is further apart counts something else."""
_COUNTED = re.compile(r"(?<![\w.,])(\d[\d,.]*\d|\d)\+?[ -](?:[a-z-]+ ){0,2}?([a-z]{4,})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """A sentence of a passage that counts something: ``figure`` as it is written, ``what`` is counted (a stem).

    ``about`` are the stems of its other words.
    """

    hit: Hit
    start: int
    end: int
    figure: str
    what: str
    about: frozenset[str]


def differing(hits: Iterable[Hit]) -> list[tuple[Account, Account]]:
    """Pairs of sentences in which two notes of the same event count the same thing and do not agree."""
    events: dict[str, list[Account]] = defaultdict(list)
    for hit in hits:
        if hit.source.event:
            events[hit.source.event] += _accounts(hit)
    return [pair for said in events.values() for pair in combinations(said, 2) if _differ(*pair)]


def _accounts(hit: Hit) -> Iterator[Account]:
    text = hit.passage.text
    for start, end in sentences(text):
        for match in _COUNTED.finditer(text, start, end):
            counted = match[2].lower()
            what = "people" if counted in CROWD else stem(counted)
            said = {stem(word) for word in words(text[start:end]) if word not in SMALL_WORDS and word[0].isalpha()}
            yield Account(hit, start, end, match[1], what, frozenset(said - {what, stem(counted)}))


def _differ(one: Account, other: Account) -> bool:
    if one.what != other.what or one.hit.source.file == other.hit.source.file:
        return False
    least, most = sorted((_number(one), _number(other)))
    shared, all_words = one.about & other.about, one.about | other.about
    return 0 < least < most <= NOT_FAR * least and len(shared) >= max(IN_COMMON, ALIKE * len(all_words))


def _number(account: Account) -> int:
    return int(re.sub(r"[.,]\d{1,2}$|\D", "", account.figure)[:15] or 0)
