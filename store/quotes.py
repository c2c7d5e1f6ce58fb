"""Which sentences of a passage answer, and where the matched words stand in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

from store.text import ADDRESS, count_words, may_hold_address, opening, sentences, spans, stem, words

Wanted = Literal["", "number", "crowd", "date", "person", "place"]
"""What a question asks for ("how many", "how many people", "when", "who", "where"), or nothing in particular."""

_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|half|twice|double[ds]?|percent)\b",
    re.IGNORECASE,
)
_CROWD = re.compile(
    r"\d[\d,.+]*\+?(?: [\w-]+){0,4} (?:people|attendees|participants|visitors|developers|users|operators|contributors"
    r"|enthusiasts|folks|persons|guests|delegates|members|registered|in attendance|attended|gathered)\b"
    r"|\b(?:attendance|attendees|attended|registrations|turnout)\b[^.]{0,30}\d",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:next|last|this) (?:week|month|year|cycle|release)\b"
)
_PERSON = re.compile(r"\b[A-Z][a-zà-ž]+(?: [A-Z]\.)?(?: (?:van|von|de|der|la))? [A-Z][a-zà-ž]+\b")
_PLACE = re.compile(r"\b(?:in|at|near|from) (?:the )?[A-Z][a-z]+")
KINDS: Mapping[str, re.Pattern[str]] = {
    "number": _NUMBER,
    "crowd": _CROWD,
    "date": _DATE,
    "person": _PERSON,
    "place": _PLACE,
}

FEWEST_WORDS, FRAGMENT = 5, 0.6
"""A line of fewer words is hardly a sentence, and counts less."""
IN_ADDRESS = 0.3
"""What a word counts that stands only inside a web address."""
WANTED = 0.45
"""What holding the wanted kind of thing adds to a sentence's share."""
MOST_WORDS = 75
"""A companion that makes the quote longer than this is left to the whole passage."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: where it stands, and how much of the question it covers (0 to 1 and a little).

    ``is_whole`` tells it from a heading or a label.
    """

    start: int
    end: int
    score: float
    is_whole: bool = True


def rate(text: str, weights: Mapping[str, float], wanted: Wanted = "", stems: Sequence[str] = ()) -> list[Sentence]:
    """Each sentence of a passage with its share of the question's weight.

    *weights* gives each stem's weight. A sentence that holds the wanted kind of thing as well as a word of the
    question counts more; a bare heading line or address counts less, since it says nothing by itself. *stems* are
    those of the text's words in order, where they are known already.
    """
    rated = []
    for start, end, share in _told(text, weights, wanted, stems):
        is_whole = len(text[start:end].split()) >= FEWEST_WORDS
        rated.append(Sentence(start, end, share if is_whole else FRAGMENT * share, is_whole))
    return rated


def highest(text: str, weights: Mapping[str, float], wanted: Wanted = "", stems: Sequence[str] = ()) -> float:
    """The score of the best sentence that ``rate`` gives, in less time; 0 where there is none."""
    best = 0.0
    for start, end, share in _told(text, weights, wanted, stems):
        if share > best:
            is_whole = len(text[start:end].split()) >= FEWEST_WORDS
            best = max(best, share if is_whole else FRAGMENT * share)
    return best


def _told(
    text: str, weights: Mapping[str, float], wanted: Wanted, stems: Sequence[str]
) -> Iterator[tuple[int, int, float]]:
    """Where each sentence stands, and its share of the question's weight as if it were a whole one."""
    total = sum(weights.values()) or 1.0
    cut = sentences(text)
    shares = _shares(text, cut, weights, stems) or [_said(text[start:end], weights) for start, end in cut]
    for (start, end), said in zip(cut, shares, strict=True):
        share = said / total
        if wanted and (share or not weights) and KINDS[wanted].search(text[start:end]):
            share += WANTED
        yield start, end, share


def _shares(
    text: str, cut: Sequence[tuple[int, int]], weights: Mapping[str, float], stems: Sequence[str]
) -> list[float]:
    """What the words of each sentence weigh, by the stems of the text; none where those are not of all its words."""
    if not stems or may_hold_address(text):
        return []
    ends = list(accumulate((count_words(text[start:end]) for start, end in cut), initial=0))
    return [_weight(stems[a:b], weights) for a, b in pairwise(ends)] if ends[-1] == len(stems) else []


def _said(sentence: str, weights: Mapping[str, float]) -> float:
    """What the words of a sentence weigh; those that stand only in an address less."""
    openings = frozenset(map(opening, weights))
    said = ADDRESS.sub(" ", sentence) if may_hold_address(sentence) else sentence
    share = _weight(_stems_like(said, openings), weights)
    return share if share or said == sentence else IN_ADDRESS * _weight(_stems_like(sentence, openings), weights)


def _stems_like(text: str, openings: frozenset[str]) -> Iterator[str]:
    """The stems of those words that may have a stem which opens so: few need be stemmed."""
    return (stem(word) for word in words(text) if opening(word) in openings)


def _weight(held: Iterable[str], weights: Mapping[str, float]) -> float:
    found = weights.keys() & set(held)
    return sum(weight for s, weight in weights.items() if s in found) if found else 0.0


def best(
    text: str, weights: Mapping[str, float], wanted: Wanted = "", headings: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Where the one or two sentences stand that answer best, in reading order; none only of a blank text.

    The companion of the best sentence is the one that adds most words of the question; where none adds any,
    it is the next one, so that a reader sees how it goes on; so it is after a colon. Two that follow each other
    are one span. Lines that are *headings* or nothing but addresses are quoted only where there is nothing else.
    """
    rated = rate(text, weights, wanted)
    rated = [s for s in rated if _says_something(text[s.start : s.end], headings)] or rated
    if not rated:
        return []
    first = max(range(len(rated)), key=lambda i: (rated[i].score, rated[i].is_whole, -i))
    leads_on = text[: rated[first].end].endswith(":") and first + 1 < len(rated)
    chosen = {first}
    if (second := first + 1 if leads_on else _companion(rated, first)) is not None:
        both = (rated[first], rated[second])
        if sum(len(text[s.start : s.end].split()) for s in both) <= MOST_WORDS:
            chosen.add(second)
    quoted = [(rated[i].start, rated[i].end) for i in sorted(chosen)]
    between = text[quoted[0][1] : quoted[-1][0]]
    return quoted if between.strip() else [(quoted[0][0], quoted[-1][1])]


def _says_something(sentence: str, headings: frozenset[str]) -> bool:
    return sentence not in headings and bool(ADDRESS.sub("", sentence).strip())


def _companion(rated: Sequence[Sentence], first: int) -> int | None:
    others = [i for i, sentence in enumerate(rated) if i != first and (sentence.score or i == first + 1)]
    nearby = {first + 1: 0.15, first - 1: 0.1}
    return max(others, key=lambda i: (rated[i].score + nearby.get(i, 0.0), -abs(i - first)), default=None)


def is_prose(text: str) -> bool:
    """Whether at least one line of a text is a sentence; menus and lists of links are not."""
    lines = (ADDRESS.sub("", text[start:end]) for start, end in sentences(text))
    return any(len(line.split()) >= 2 * FEWEST_WORDS for line in lines)


def marks(text: str, matched: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Where the words stand whose stems matched, ascending; overlapping ones (Japanese) as one."""
    found: list[tuple[int, int]] = []
    for word, start, end in spans(text):
        if stem(word) in matched:
            first = found.pop()[0] if found and start < found[-1][1] else start
            found.append((first, end))
    return tuple(found)


def same_words(left: Iterable[str], right: Iterable[str]) -> float:
    """How much of the shorter text's vocabulary the other one shares, 0 to 1."""
    a, b = set(left), set(right)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
