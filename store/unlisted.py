"""Conferences that the table does not know, taken from a note's labels as they are written there.

A label is a title, a file name, a summary or a heading. What has the shape of a conference's name ("Acme
Summit", "WidgetConf") becomes one if a year belongs to it and the name says more than everyday words.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.event_table import Event, Events, Series, edition_name
from store.mentions import GLUE, MONTHS
from store.terms import SMALL_WORDS, common_stems
from store.text import fold, stem, words

LONGEST_NAME, MOST_WORDS = 6, 60
"""Words of a name before its noun, and words of a label that are looked at."""

_STRONG = frozenset(
    words("summit conference fest festival congress symposium hackathon ptg kongress konferenz convention")
)
_WEAK = frozenset(
    words("conf con day days forum camp meetup sprint sprints weekend week gathering workshop tag tage expo tagung")
)
"""Nouns that also stand in ordinary titles: they need a year or city beside them, or a name of the table."""

_ONE_WORD = re.compile(r"(?P<stem>[^\W\d_]{2,}?)(?:con|conf|fest|camp)", re.IGNORECASE)
_CAMEL = re.compile(r"[^\W\d_]+?(?:Con|Conf|Fest|Camp|Summit|Days?)(?:[A-Z]{2,3})?")
_ORDINARY_ONES = frozenset(
    words("silicon icon beacon falcon lexicon bacon rubicon manifest infest contest bootcamp basecamp emoticon reckon")
)
_REPORT = frozenset(
    words(
        """
        recap recaps report reports notes summary review impressions highlights takeaways thoughts trip live
        roundup wrapup part keynote keynotes talk talks session sessions day days monday tuesday wednesday thursday
        friday saturday sunday first second third next last previous annual virtual upcoming retrospective
        aftermath news update updates slides video videos attending visiting compte rendu bericht
        """
    )
)
"""Words around a name that are no part of it."""

_TOKEN = re.compile(r"[^\W_]+(?:[-’'.][^\W\d_]+)*")
_JOINS = re.compile(r"\s|-|_|\s?[+&]\s?")
_NAMES_AFTER = re.compile(r"\s?:\s|\s[-–—]\s")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)|(?<=[^\W\d_])['’](\d\d)(?!\d)|(?<=\s)['’](\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class _Label:
    """Its words as written and folded, where they stand, and what is before each; ``cased`` if capitals tell."""

    text: str
    raw: tuple[str, ...]
    folded: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    gaps: tuple[str, ...]
    cased: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """A name up to its noun, the place behind it, and the year beside it; unknown is empty."""

    name: str
    place: str
    city: str
    year: str
    weak: bool

    @property
    def points(self) -> int:
        """How much speaks for this one among several of a label."""
        return 4 * bool(self.year) + 2 * bool(self.place or self.city) + (not self.weak)


def unlisted(labels: Sequence[str], path: Sequence[str], text: str, events: Events, year: str) -> Event | None:
    """The conference that one of the labels names, or None.

    ``path`` holds the words of the note's folders and file name; ``text`` tells how a name from a lower-case
    one is spelt; ``year`` is the posting date's, for labels that have none.
    """
    elsewhere = _year(" ".join((*path, *labels)))
    for label, cased in (*((label, True) for label in labels), *((part, part.lower() != part) for part in path)):
        for one in sorted(_names(_split(label, cased), events), key=lambda one: -one.points):
            when = one.year or _year(label)
            if one.weak and not (when or one.city or _is_known(one.name, events)):
                continue
            name = one.name if cased else _spelt(one, text)
            if name and (event := _event(name, one, when or elsewhere, year, events)):
                return event
    return None


def _is_known(name: str, events: Events) -> bool:
    """Whether the table has the series, or it is a day of something that has conferences there."""
    *rest, noun = words(name)
    brands = {one.brand for one in events.series.values() if one.brand}
    return tuple(words(name)) in _series_names(events) or (noun in ("day", "days") and not brands.isdisjoint(rest))


def _split(label: str, cased: bool) -> _Label:
    spans = tuple(match.span() for match in _TOKEN.finditer(label))[:MOST_WORDS]
    raw = tuple(label[start:end] for start, end in spans)
    ends = (0, *(end for _, end in spans))
    gaps = tuple(label[end:start] for end, (start, _) in zip(ends, spans, strict=False))
    return _Label(label, raw, tuple(map(fold, raw)), spans, gaps, cased)


def _names(label: _Label, events: Events) -> Iterator[_Found]:
    for at, word in enumerate(label.folded):
        first = _series_start(label, at, events)
        alone = first is not None or _is_one_word(label.raw[at], label.cased)
        if not alone and not (word in _STRONG | _WEAK and _is_capital(label, at)):
            continue
        first = first if first is not None else at if alone else _start(label, at)
        parts = label.raw[first : at + 1]
        place, end = _place(label, at + 1, alone or word in _WEAK, events)
        year = _year_beside(label, end)
        if not alone and not (_year(label.text) or end > at + 1) and _runs_on(label, at + 1):
            continue
        grand = len(parts) > 2 and word in _STRONG and bool(year or place in events.cities)
        if alone or grand or any(_is_telling(part, events) for part in parts[:-1]):
            city = place if place in events.cities else _city(label, events)
            yield _Found(" ".join(parts), place, city, year, word in _WEAK and not alone)


@lru_cache(maxsize=4)
def _series_names(events: Events) -> dict[tuple[str, ...], Series]:
    """The table's series by the words of each of their names; of two with a name in common the first."""
    named = [(tuple(words(name)), one) for one in events.series.values() for name in (one.name, *one.aliases)]
    return dict(reversed(named))


@lru_cache(maxsize=4)
def _last_words(events: Events) -> frozenset[str]:
    return frozenset(name[-1] for name in _series_names(events) if name)


def _series_start(label: _Label, last: int, events: Events) -> int | None:
    """Where a name of the table begins that ends in this word, in capitals but for small words."""
    if label.folded[last] not in _last_words(events):
        return None
    for first in range(max(0, last - LONGEST_NAME), last + 1):
        inside = range(first, last + 1)
        if label.folded[first : last + 1] in _series_names(events) and all(
            _is_capital(label, at) or label.folded[at] in SMALL_WORDS for at in inside
        ):
            return first
    return None


def _runs_on(label: _Label, at: int) -> bool:
    """Whether a word behind a noun makes it one of something else: “Conference Circuit”."""
    if at >= len(label.raw) or label.gaps[at] != " " or not label.cased:
        return False
    return label.raw[at][0].isupper() and label.folded[at] not in _REPORT | SMALL_WORDS


def _year_beside(label: _Label, at: int) -> str:
    """The year directly behind the words before ``at``: “PGCon 2010”, “DevConf’16”."""
    last = label.spans[at][1] if at < len(label.spans) else len(label.text)
    return _year(label.text[label.spans[at - 1][0] : last])


def _is_one_word(raw: str, cased: bool) -> bool:
    """Whether a word alone is a conference's name: “RailsConf”."""
    if cased and not raw[0].isupper() and raw.lower() == raw:
        return False
    if _CAMEL.fullmatch(raw) and not raw.islower():
        return len(raw) >= 5 and raw[1:].lower() != raw[1:]
    match = _ONE_WORD.fullmatch(raw)
    return bool(match) and fold(raw) not in _ORDINARY_ONES and stem(fold(raw)) not in common_stems()


def _is_capital(label: _Label, at: int) -> bool:
    return not label.cased or label.raw[at][0].isupper()


def _start(label: _Label, noun: int) -> int:
    """Where the name that ends in a noun begins; a name before a colon counts: “acme-tool: Summit”."""
    first = noun
    while first and noun - first < LONGEST_NAME and _belongs(label, first - 1):
        if not _JOINS.fullmatch(label.gaps[first]):
            break
        first -= 1
    while first < noun and (label.folded[first] in _REPORT):
        first += 1
    if first == noun == 1 and _NAMES_AFTER.fullmatch(label.gaps[noun]):
        return 0
    return first


def _belongs(label: _Label, at: int) -> bool:
    word = label.folded[at]
    ordinary = word in SMALL_WORDS or word in GLUE or word in MONTHS or word.isdigit() or word.endswith(("'s", "’s"))
    opens = at == 0 and stem(word) not in common_stems()  # “acme-tool Summit 2018”
    return not ordinary and (_is_capital(label, at) or opens)


def _is_telling(raw: str, events: Events) -> bool:
    """Whether a word makes a name one of something certain, as everyday words and places do not."""
    parts = words(raw)
    ordinary = common_stems()
    plain = all(stem(part) in ordinary or part in _REPORT or part in SMALL_WORDS for part in parts)
    return not plain and " ".join(parts) not in events.places and any(part.isalpha() for part in parts)


def _place(label: _Label, at: int, unknown: bool, events: Events) -> tuple[str, int]:
    """The place named directly behind a name, and the word it ends at; if unknown, one word at the end will do."""
    for end in (at + 3, at + 2, at + 1):
        known = events.places.get(" ".join(label.folded[at:end]))
        if known and len(label.folded) >= end and all(_JOINS.fullmatch(gap) for gap in label.gaps[at:end]):
            return known if known in events.cities else " ".join(label.raw[at:end]), end
    if (
        not unknown
        or at >= len(label.raw)
        or not label.cased
        or not label.raw[at][0].isupper()
        or label.gaps[at] != " "
    ):
        return "", at
    ends = at + 1 == len(label.raw) or label.raw[at + 1].isdigit() or label.gaps[at + 1].strip() != ""
    word = label.folded[at]
    telling = _is_telling(label.raw[at], events) and word not in _STRONG | _WEAK and len(word) > 2
    return (label.raw[at], at + 1) if ends and telling else ("", at)


def _city(label: _Label, events: Events) -> str:
    """A city that stands anywhere in the label."""
    for at in range(len(label.folded)):
        for end in (at + 3, at + 2, at + 1):
            place = events.places.get(" ".join(label.folded[at:end]), "")
            if place in events.cities and (not label.cased or label.raw[at][0].isupper()):
                return place
    return ""


def _year(text: str) -> str:
    match = _YEAR.search(text)
    return "" if not match else match[1] or f"20{match[2] or match[3]}"


def _spelt(one: _Found, text: str) -> str:
    """A lower-case name as the text spells it; what it does not hold needs a clear noun."""
    pattern = r"[\W_]{0,3}".join(re.escape(word) for word in one.name.split())
    found = re.findall(rf"(?<![\w#@/.-]){pattern}(?![\w/-])", text[:20_000], re.IGNORECASE)
    written = Counter(" ".join(name.split()) for name in found if not name.islower())
    if one.weak:
        written = Counter({name: n for name, n in written.items() if all(w[0].isupper() for w in name.split())})
    usual = written.most_common(1)
    return usual[0][0] if usual else "" if one.weak else one.name.title()


def _event(name: str, one: _Found, written: str, posted: str, events: Events) -> Event | None:
    """The edition of the year written in the labels or else posted; of a series listed as a whole only what is new."""
    year = written or posted
    country = events.cities.get(one.city, "")
    place = one.city or one.place
    if not year:
        return None
    if series := _series_names(events).get(tuple(words(name))):
        last = max((e.year for e in events.all if e.series == series.name), default="")
        if series.complete and written <= last:
            return None
        titled = edition_name(series, place, "" if one.city else events.place(one.place), year)
        return Event(titled, series.name, one.city or series.city, country or series.country, start=year)
    return Event(" ".join(part for part in (name, place, year) if part), name, one.city, country, start=year)
