"""What is compared with what: the sides of a question, and the topic they have in common. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from intents import language
from intents.event_filters import events_in, pinned
from intents.understand import Question, read
from store.model import Facets, Scope
from store.text import fold, name_words, words

MOST_SIDES = 4
_COUNTED = frozenset("attendance turnout attended attendees participants visitors".split())
"""Words that ask for a head count, which the notes put in one of many ways."""
DEEPEST = 10
"""How many questions back the other side of a follow-up is looked for."""

_AGAINST = re.compile(
    r"\b(?:vs|versus|against|gegen(?:über)?|(?:as )?(?:compared?|opposed) (?:to|with|against)|"
    r"in (?:comparison|contrast) (?:to|with))\b\.?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:and|und|with|to|than|between|from|or|zwischen|mit|bis|von)\b|[,;:&/]|\s[-–—]\s", re.IGNORECASE
)
_LED = re.compile(r"([^:]{2,100}):\s+(\S.*)", re.DOTALL)
"""A topic before a colon."""
_PREPOSITION = re.compile(r"\b(?:in|at|for|of|from|about|on|during)\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"\b(?:in|at|from) ([A-Z][\w-]{1,30}(?: (?:d[aeo]|[A-Z][\w-]{0,30})){0,3}(?: \d{4})?)[\s?.!]*$")
"""A name after "in" or "at", as the last words of a side."""
_FRAME = frozenset(
    "change changes changed changing differ differs differed different difference differences differently compare "
    "compares compared comparing comparison contrast evolve evolved evolves develop developed shift shifted "
    "side sides account accounts unterschied unterschiede vergleich vergleiche anders one both same".split()
)
"""Words that say that something is compared, and nothing of what."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What a question compares: ``sides`` each with its own place or topic, and ``common`` with what they share.

    A side that has no scope and is not absent is one of several topics. Fewer than two sides are a question back.
    """

    sides: tuple[Question, ...]
    common: Question

    @property
    def has_topic(self) -> bool:
        """Whether the sides are asked about something, and not as a whole."""
        return self.common.has_topic or any(side.has_topic for side in self.sides)

    @property
    def are_places(self) -> bool:
        """Whether events, years or releases are compared, and not topics."""
        return all(is_placed(side) for side in self.sides)


def is_placed(side: Question) -> bool:
    """Whether a side is an event, a year or a release, known or not."""
    return bool(side.scope or side.absent)


def sides(question: Question, facets: Facets) -> Sides:
    """The sides of a question; what a follow-up leaves unsaid is taken from the question before it."""
    return _sides(question, facets, DEEPEST)


def _sides(question: Question, facets: Facets, depth: int) -> Sides:
    read_each = [_without_frame(_named(read(piece, facets), piece, facets)) for piece in _cut(question.said)]
    pieces = _of_series(read_each, facets)
    pieces = _releases([piece for piece in pieces if is_placed(piece) or piece.has_topic], facets)
    pieces = _without_frame_of_editions(pieces)
    placed = [piece for piece in pieces if is_placed(piece)]
    common = _common(question, pieces)
    if len(placed) > 1:
        own = [piece for piece in pieces if piece.has_topic]
        if own == placed and len({piece.about for piece in own}) > 1:
            return Sides(tuple(placed[:MOST_SIDES]), replace(common, about=(), phrases=()))
        return Sides(tuple(_bare(piece) for piece in placed[:MOST_SIDES]), common)
    topics = [piece for piece in pieces if piece.has_topic]
    if len(topics) > 1 and not (question.before and placed):
        where = placed[0] if placed else Question()
        found = (replace(piece, scope=where.scope, places=where.places, absent="") for piece in topics[:MOST_SIDES])
        return Sides(tuple(found), replace(common, about=(), phrases=(), scope=where.scope))
    if question.before and depth:
        return _after(question.before, common, placed, topics, facets, depth)
    return Sides(tuple(_bare(piece) for piece in placed), common)


def _after(
    before: Question,
    common: Question,
    placed: Sequence[Question],
    topics: Sequence[Question],
    facets: Facets,
    depth: int,
) -> Sides:
    """A follow-up's sides: its own against the first one of before, or those of before with another topic."""
    earlier = _sides(before, facets, depth - 1) if before.calls == "compare" else _single(before)
    kept = common if common.has_topic else _topic_of(common, earlier.common)
    if placed and len(earlier.sides) > 1 and not earlier.are_places:
        there = (replace(side, scope=placed[0].scope, places=placed[0].places) for side in earlier.sides)
        return Sides(tuple(there), replace(kept, scope=placed[0].scope))
    if placed:
        return Sides((*(_bare(side) for side in earlier.sides[:1]), *map(_bare, placed)), kept)
    if topics and not (earlier.sides and earlier.are_places):
        first = earlier.sides[0] if earlier.sides else earlier.common
        return Sides((first, *topics) if first.has_topic else tuple(topics), replace(common, about=(), phrases=()))
    return Sides(earlier.sides, kept)


def _single(before: Question) -> Sides:
    side = replace(before, about=(), phrases=(), strangers=())
    return Sides((side,) if is_placed(side) else (), before)


def _topic_of(common: Question, earlier: Question) -> Question:
    return replace(
        common, about=earlier.about, phrases=earlier.phrases, names=earlier.names, strangers=earlier.strangers
    )


def _cut(said: str) -> list[str]:
    """The pieces of a question that may each be a side: at "vs" where there is one, else wherever one may end."""
    led = _LED.match(said)
    if led and not _BETWEEN.search(led[1]) and not _AGAINST.search(led[1]):
        return [led[1], *_cut(led[2])]
    apart = [piece for piece in _AGAINST.split(said) if re.search(r"\w", piece)]
    return apart if len(apart) > 1 else [piece for piece in _BETWEEN.split(said) if re.search(r"\w", piece)]


def _without_frame(piece: Question) -> Question:
    return replace(piece, about=tuple(word for word in piece.about if word not in _FRAME))


def _named(piece: Question, typed: str, facets: Facets) -> Question:
    """A piece with the event that the rest of its words name beside a year: "CEE day 2016"."""
    rest = set(piece.about) - language.GATHERINGS
    if not rest or not piece.scope.year or _PREPOSITION.search(typed):
        return _see_unknown(piece, typed, facets)
    meant = [event for event in events_in(piece.scope, facets) if rest <= set(name_words(event.name))]
    return replace(piece, scope=replace(piece.scope, event=meant[0].name), about=()) if len(meant) == 1 else piece


def _see_unknown(piece: Question, typed: str, facets: Facets) -> Question:
    """A piece that names a place of which the notes know nothing: "Kuryr in Lisbon"."""
    if is_placed(piece):
        return piece
    if silent := [event.city for event in facets.absent if piece.about and piece.about == name_words(event.city)]:
        return replace(piece, about=(), absent=silent[0])
    if not (named := _UNKNOWN.search(typed)):
        return piece
    theirs = words(named[1])
    return replace(piece, about=tuple(word for word in piece.about if word not in theirs), absent=named[1])


def _of_series(pieces: Sequence[Question], facets: Facets) -> list[Question]:
    """A bare year beside an edition of a series is the edition of that year: "KubeCon 2018 and 2019"."""
    named = {piece.scope.event for piece in pieces if piece.scope.event and not piece.scope.city}
    series = {event.series or event.name for event in facets.events if named & {event.name, event.series}}
    if len(series) != 1:
        return list(pieces)
    (one,) = series
    return [_edition(piece, one, facets) if piece.scope == Scope(year=piece.scope.year) else piece for piece in pieces]


def _without_frame_of_editions(pieces: Sequence[Question]) -> list[Question]:
    """Without a series that only says of what the others are editions: "PyCon: typing 2018 and 2023"."""
    years = sum(bool(piece.scope.year) for piece in pieces)
    frames = [p for p in pieces if p.scope == Scope(event=p.scope.event) and not p.absent and not p.has_topic]
    return [piece for piece in pieces if piece not in frames] if len(frames) == 1 and years > 1 else list(pieces)


def _edition(piece: Question, series: str, facets: Facets) -> Question:
    scope = replace(piece.scope, event=series)
    return replace(piece, scope=pinned(scope, facets)) if piece.scope and events_in(scope, facets) else piece


def _releases(pieces: Sequence[Question], facets: Facets) -> list[Question]:
    """Bare names of releases are releases, where everything else that is compared is a place or release, too."""
    known = {fold(release): release for release in facets.releases}
    named = {
        i: known[piece.about[0]] for i, piece in enumerate(pieces) if len(piece.about) == 1 and piece.about[0] in known
    }
    named = {i: release for i, release in named.items() if not is_placed(pieces[i])}
    if len(named) + sum(map(is_placed, pieces)) < 2:
        return list(pieces)
    return [
        replace(piece, about=(), scope=Scope(release=named[i])) if i in named else piece
        for i, piece in enumerate(pieces)
    ]


def _bare(side: Question) -> Question:
    return replace(side, about=(), phrases=(), strangers=(), names=frozenset())


def _common(question: Question, pieces: Iterable[Question]) -> Question:
    """The question with the topic of all its pieces, and without a place of its own."""
    each = list(pieces)
    about = tuple(dict.fromkeys(word for piece in each for word in piece.about))
    return replace(
        question,
        about=("attendees",) if question.wants == "crowd" and _COUNTED.issuperset(about) else about,
        names=frozenset(name for piece in each for name in piece.names),
        phrases=tuple(dict.fromkeys(phrase for piece in each for phrase in piece.phrases)),
        strangers=tuple(dict.fromkeys(name for piece in each for name in piece.strangers)),
        corrections=tuple(dict.fromkeys(told for piece in each for told in piece.corrections)),
        scope=Scope(),
        places=(),
        absent="",
    )
