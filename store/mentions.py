"""What a text mentions that may tell its event: conferences, places, releases, years, months, seasons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from store.event_table import Events, Series
from store.text import fold, fold_words, pieces, words

Kind = Literal["series", "short", "event", "place", "release", "year", "month", "season"]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero",
            "february feb februar fevrier febrero",
            "march mar marz mars marzo",
            "april apr avril abril",
            "may mai mayo",
            "june jun juni juin junio",
            "july jul juli juillet julio",
            "august aug aout agosto",
            "september sep sept septembre septiembre",
            "october oct oktober okt octobre octubre",
            "november nov novembre noviembre",
            "december dec dezember dez decembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
"""Folded month names and their short forms in English, German, French and Spanish, with their numbers."""

_SEASONS = {"spring": (3, 6), "fall": (9, 12), "autumn": (9, 12), "fruhjahr": (3, 6), "herbst": (9, 12)}
_TIMES = frozenset((*MONTHS, *_SEASONS))
_SHOUTED = frozenset(("eu", "na", "sf", "uk", "us"))  # places only in capitals
_STOP = re.compile(r"[.!?]")
_GLUED_YEAR = re.compile(r"(?<=[^\W\d_])(?=(?:19|20)\d\d(?!\d))|(?<=(?:19|20)\d\d)(?=[^\W\d_]{3})")
_CAMEL = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=20\d\d(?!\d))|(?<=20\d\d)(?=[^\W\d_]{2})"
)
_CAMEL_TAIL = re.compile(r"Con(?:f|ference)?|Fest|Camp")
_ENDING = re.compile(r"(?:\.(?:html?|md|markdown|txt|text|rst|pdf))+$", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"([a-z]{3,})(\d\d)")
_FULL_DATE = re.compile(r"((?:19|20)\d\d)\.(\d\d?)(?:\.\d\d?)?")
_FUZZY_LENGTH, _FUZZY_NAME = 6, 8  # shorter names of conferences differ by a letter: PyConUS, PyConES
_BESIDE_MONTH = re.compile(r"\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d")

_OPENERS = frozenset(words("from with about after before during near today live sunny and but if when while"))
"""Words that stand before a place at the start of a sentence without being a first name."""

_SUMMIT_LIKE = frozenset(
    words("latest previous recent upcoming first second third fourth fifth our my their whole entire great each every")
)
"""Words before “summit” that leave open which one is meant."""

GLUE = frozenset(
    words(
        """
        a an and at being conf conference edition event for group groups held here hosted in is last meetup
        month next of on past place recap report s takes the this to took user users was week weeks were year
        years back
        am auf au aux das de dem den der des di die del du el en em im la las le les da l los na nam o tai
        thang und v w we
        bc ca california co colorado ga georgia ma massachusetts or oregon texas tx
        """
    )
)
"""Words that may stand between a conference and its place or year: “the summit *held in* Tokyo”."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words ``first`` to ``last`` (counted in words, ``last`` is past the end) of paragraph ``part``.

    ``value`` is what they stand for: a folded series or event name, a place or release as the table spells
    it, a year, ``-10`` for October, or a season's first and last month. ``sure`` is False where the word
    is written like an ordinary one.
    """

    kind: Kind
    value: str
    first: int
    last: int
    part: int
    sure: bool = True


class Lexicon:
    """The names of a table, ready to be looked up in a text word by word."""

    def __init__(self, events: Events) -> None:
        self.phrases: dict[str, list[tuple[tuple[str, ...], Kind, str]]] = {}
        for series in events.series.values():
            self._add_series(series)
        for event in events.all:
            for alias in (event.name, *event.aliases):
                self._add(alias, "event", fold(event.name))
        for spelling, place in events.places.items():
            self._add(spelling, "place", place)
        for release in events.releases:
            if fold(release) in events.places:
                continue  # “Austin” is the city
            self._add(release, "release", release)
        for entries in self.phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        places = {word for spelling in events.places for word in words(spelling)}
        names = {word for one in events.series.values() for n in (one.name, *one.aliases) for word in words(n)}
        self.known = {w for entries in self.phrases.values() for phrase, _, _ in entries for w in phrase}
        long = {w for w in places if len(w) >= _FUZZY_LENGTH} | {w for w in names if len(w) >= _FUZZY_NAME}
        self.fuzzy = sorted(w for w in long if w.isalpha() and w.isascii())
        self.near = lru_cache(maxsize=16384)(self._near)

    def _add_series(self, series: Series) -> None:
        for name in (series.name, *series.aliases):
            self._add(name, "series", fold(series.name))
        for name in series.short:
            self._add(name, "short", fold(series.name))

    def _add(self, phrase: str, kind: Kind, value: str) -> None:
        parts = tuple(words(phrase))
        entries = self.phrases.setdefault(parts[0], []) if parts else []
        if (parts, kind, value) not in entries:
            entries.append((parts, kind, value))

    def _near(self, word: str) -> str:
        """The known word that a misspelt one stands for: the same first letter and one or two edits."""
        candidates = [w for w in self.fuzzy if w[0] == word[0]]
        cutoff = 2 if len(word) >= 9 else 1
        found = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=cutoff)
        return found[0] if found else word


class Word(NamedTuple):
    """A word of a text: ``opens`` a sentence or line, comes after a ``stop``, is all ``upper`` case."""

    folded: str
    capital: bool
    part: int
    opens: bool
    stop: bool
    upper: bool


def read(text: str) -> list[Word]:
    """The words of a text; ``part`` counts its paragraphs, which an empty line parts."""
    text = _GLUED_YEAR.sub(" ", text) if "19" in text or "20" in text else text
    written, between = pieces(text)
    parts, opens, stops = [0] * len(written), [False] * len(written), [False] * len(written)
    opens[:1] = [True] * len(written[:1])
    for at in [at for at, gap in enumerate(between[:-1]) if gap != " " and at]:
        gap = between[at]
        if paragraphs := gap.count("\n\n"):
            parts[at:] = [parts[-1] + paragraphs] * (len(parts) - at)
        stops[at] = bool(_STOP.search(gap))
        opens[at] = stops[at] or "\n" in gap or ":" in gap
    capitals = [raw[0].isupper() or raw[0] > "\u2fff" for raw in written]  # scripts without case
    upper = [capital and raw.isupper() for capital, raw in zip(capitals, written, strict=True)]
    return list(map(Word, fold_words(written), capitals, parts, opens, stops, upper))


def path_words(path: str, lexicon: Lexicon) -> str:
    """A path as words, its parts between slashes: cut at capitals, years, underscores and hyphens.

    Names of the lexicon stay whole: ``WidgetConEurope2015-docker.md`` is ``WidgetCon Europe 2015 docker``.
    """
    parts = re.split(r"/|__", _ENDING.sub("", path))
    return " / ".join(" ".join(_pieces(part, lexicon)) for part in parts)


def _pieces(part: str, lexicon: Lexicon) -> list[str]:
    found: list[str] = []
    for word in re.split(r"[\s_-]+", part):
        first = len(found)
        for piece in filter(None, _CAMEL.sub(" ", word).split()):
            whole = (found[-1] if len(found) > first else "") + piece
            if len(found) > first and (fold(whole) in lexicon.known or _CAMEL_TAIL.fullmatch(piece)):
                found[-1] = whole
            else:
                found.append(piece)
    return found


def mentions(found: Sequence[Word], lexicon: Lexicon, label: bool = False) -> list[Mention]:
    """Everything of the lexicon in these words, in order; ``label`` says that case tells nothing here."""
    corrected = [_corrected(word, lexicon) if word.capital or label else word.folded for word in found]
    result: list[Mention] = []
    passed = 0
    for at, word in enumerate(corrected):
        if at < passed or not (word in lexicon.phrases or word in _TIMES or word[-1].isdigit()):
            continue
        hits = list(_at(found, corrected, at, lexicon, label))
        result.extend(hits)
        passed = max((hit.last for hit in hits), default=0)
    return result


def _corrected(word: Word, lexicon: Lexicon) -> str:
    folded = word.folded
    if len(folded) < _FUZZY_LENGTH or folded in lexicon.known or not folded.isalpha():
        return folded
    return lexicon.near(folded)


def _at(found: Sequence[Word], corrected: Sequence[str], at: int, lexicon: Lexicon, label: bool) -> Iterator[Mention]:
    word, part = corrected[at], found[at].part
    longest = 0
    for phrase, kind, value in lexicon.phrases.get(word, ()):
        end = at + len(phrase)
        if len(phrase) < longest or tuple(corrected[at:end]) != phrase or found[end - 1].part != part:
            continue
        if kind == "short" and _is_another(found, corrected, at, lexicon):
            continue
        if kind == "place" and word in _SHOUTED and not found[at].upper:
            continue
        longest = len(phrase)
        sure = label or found[at].capital
        if kind in ("place", "release") and found[at].capital:
            sure = not _is_surname(found, corrected, at, lexicon)
        yield Mention(kind, value, at, end, part, sure)
    if not longest:
        yield from _when(found, corrected, at, lexicon)


def _is_another(found: Sequence[Word], corrected: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether the word before makes a short name one of something else: a “security summit”."""
    if at == 0 or found[at].opens or found[at - 1].part != found[at].part:
        return False
    before = corrected[at - 1]
    usual = before in GLUE or before in _TIMES or before in lexicon.known or before in _SUMMIT_LIKE
    return before.isalpha() and not usual


def _is_surname(found: Sequence[Word], corrected: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether a capitalised word that is nothing else stands before: “Jane Austin”."""
    if at == 0 or found[at].opens or found[at - 1].part != found[at].part:
        return False
    before, name = found[at - 1], corrected[at - 1]
    ordinary = name in lexicon.known or name in GLUE or name in MONTHS or name in _SEASONS or name in _OPENERS
    return before.capital and name.isalpha() and not before.upper and not ordinary


def _when(found: Sequence[Word], corrected: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Mention]:
    word, part = corrected[at], found[at].part
    if len(word) == 4 and word.isdigit() and "2000" <= word < "2040":
        yield Mention("year", word, at, at + 1, part)
    elif match := _FULL_DATE.fullmatch(word):
        yield Mention("year", match[1], at, at + 1, part)
        yield Mention("month", f"-{int(match[2]):02}", at, at + 1, part)
    elif word in MONTHS and _beside_number(corrected, at):
        yield Mention("month", f"-{MONTHS[word]:02}", at, at + 1, part)
    elif word in _SEASONS:
        yield Mention("season", "{} {}".format(*_SEASONS[word]), at, at + 1, part)
    elif (match := _SHORT_YEAR.fullmatch(word)) and match[1] in lexicon.phrases:
        for phrase, kind, value in lexicon.phrases[match[1]]:
            if len(phrase) == 1 and kind in ("series", "short"):
                yield Mention(kind, value, at, at + 1, part)
                yield Mention("year", f"20{match[2]}", at, at + 1, part)


def _beside_number(corrected: Sequence[str], at: int) -> bool:
    return any(_BESIDE_MONTH.fullmatch(word) for word in corrected[max(0, at - 1) : at + 2])
