"""Filters named in plain words or in the query grammar: summit, city, year, release, person. Pure.

Each ``_take_…`` looks for one kind of filter among a question's tokens and gives back the tokens that are left.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from intents import language
from intents.base import Correction
from store.model import Facets, KnownEvent, Scope
from store.spelling import edits_allowed
from store.terms import common_stems
from store.text import stem, words

_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
MAX_TOKENS = 200
"""How many pieces of a question are read; a pasted page says what it is about before that."""
_TOKEN = re.compile(r"(?:[^\s,;()?!/|]|(?<=\d),(?=\d{3}(?!\d)))+")
_ADDRESS = re.compile(r"\bhttps?://\S+")
LONG_NAME = 6
"""From this length on a misspelt series is still recognised."""
_EDGES = "\"'“”„‘’.,:;*_`~#<>[]{}"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a question as typed, and its folded words (one or more, as in "kuryr-kubernetes")."""

    typed: str
    words: tuple[str, ...]

    @property
    def is_loud(self) -> bool:
        """Typed in capitals: IT is not it."""
        return len(self.typed) > 1 and self.typed.isupper()

    @property
    def is_named(self) -> bool:
        """Holds a capital or a digit."""
        return any(c.isupper() or c.isdigit() for c in self.typed)


@dataclass(frozen=True, slots=True)
class Filtered:
    """What is left of a question beside its filters. ``places`` are the stems by which the scope was named."""

    tokens: tuple[Token, ...]
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    places: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of a text that hold a word, without the punctuation around them; addresses are no words."""
    pieces = (piece.strip(_EDGES) for piece in _TOKEN.findall(_ADDRESS.sub(" ", text)))
    return tuple(Token(piece, tuple(words(piece))) for piece in pieces if words(piece))


def filtered(text: str, facets: Facets) -> Filtered:
    """The filters in a text, and the rest of it. A year is no place, as long as a city or an event is named."""
    found = Filtered(tokens(text)[:MAX_TOKENS])
    for take in (_take_person, _take_event, _take_city, _take_year, _take_rest_of_name, _take_release):
        found = take(found, facets)
    return found


def operator(name: str, value: str, facets: Facets) -> Filtered:
    """One ``name:value`` of the query grammar, where *value* is as good as the same words in a sentence."""
    if name == "year":
        return Filtered((), Scope(year=value[:100]))
    if name in ("by", "author", "person"):
        return Filtered((), Scope(person=_person(value, facets) or value[:100]))
    if name == "release":
        return Filtered((), Scope(release=value[:100].title()))
    named = filtered(value, facets)
    unknown = Scope(city=value[:100].strip(_EDGES).title())
    return Filtered((), named.scope or unknown, named.places or tuple(map(stem, words(value))), named.corrections)


def merged(left: Scope, right: Scope) -> Scope:
    """Both scopes' slots, the right one's first."""
    return Scope(*(getattr(right, slot) or getattr(left, slot) for slot in Scope.__slots__))


def pinned(scope: Scope, facets: Facets) -> Scope:
    """A place (and year) that only one event fits means that event."""
    fitting = events_in(scope, facets) if scope.city or scope.event else []
    return replace(scope, event=fitting[0].name) if len(fitting) == 1 else scope


def events_in(scope: Scope, facets: Facets) -> list[KnownEvent]:
    """The notes' events that a scope admits by event, city and year."""
    return [
        event
        for event in facets.events
        if scope.event in ("", event.name, event.series)
        and scope.city in ("", event.city)
        and scope.year in ("", event.year)
    ]


def _take_person(found: Filtered, facets: Facets) -> Filtered:
    """Someone after "by" whom the notes name or who wrote them."""
    for i, token in enumerate(found.tokens):
        if token.words != ("by",):
            continue
        for length in (3, 2, 1):
            name = found.tokens[i + 1 : i + 1 + length]
            if len(name) == length and (person := _person(" ".join(t.typed for t in name), facets)):
                rest = found.tokens[:i] + found.tokens[i + 1 + length :]
                return replace(found, tokens=rest, scope=replace(found.scope, person=person))
    return found


def _person(name: str, facets: Facets) -> str:
    """The known person meant by a full or partial, perhaps misspelt name; the exact one before a similar one."""
    wanted = words(name)
    known = [(person, words(person)) for person in (*facets.authors, *facets.people)] if wanted else []
    exact = [person for person, parts in known if set(wanted) <= set(parts)]
    similar = [person for person, parts in known if all(any(_alike(w, p) for p in parts) for w in wanted)]
    return min(exact or similar, key=len, default="")  # the name itself before a line that holds it


def _alike(typed: str, known: str) -> bool:
    """The same word, or one slip away with the same first letter."""
    allowed = min(edits_allowed(typed), 1)
    return typed == known or (
        allowed > 0 and typed[:1] == known[:1] and OSA.distance(typed, known, score_cutoff=allowed) <= allowed
    )


def _take_event(found: Filtered, facets: Facets) -> Filtered:
    """An event by its name or an alias, or a series by its name; the longest name wins."""
    folded = [" ".join(token.words) for token in found.tokens]
    best = (0, 0, "")
    for name, meant in _event_names(facets):
        if (length := name.count(" ") + 1) > best[1] and (start := _run(name, folded)) >= 0:
            best = (start, length, meant)
    start, length, meant = best
    if not length:
        return _take_slip_of_event(found, facets)
    named = [word for token in found.tokens[start : start + length] for word in token.words]
    return _at_event(found, start, length, meant, named)


def _at_event(found: Filtered, start: int, length: int, meant: str, named: Iterable[str]) -> Filtered:
    """*found* without the tokens that name an event; *named* are the words it is named by."""
    places = tuple(stem(word) for word in named if word not in language.GATHERINGS | {"openstack"})
    rest = found.tokens[:start] + found.tokens[start + length :]
    return replace(found, tokens=rest, scope=replace(found.scope, event=meant), places=found.places + places)


def _take_slip_of_event(found: Filtered, facets: Facets) -> Filtered:
    """A series of one long word ("KubeCon"), misspelt; the correction is told."""
    series = sorted({event.series for event in facets.events if len(words(event.series)) == 1})
    for i, token in enumerate(found.tokens):
        for name in series:
            (known,) = words(name)
            if len(token.words) == 1 and len(known) >= LONG_NAME and _alike(token.words[0], known):
                told = replace(found, corrections=(*found.corrections, Correction(token.typed, name)))
                return _at_event(told, i, 1, name, [known])
    return found


def _run(name: str, folded: Sequence[str]) -> int:
    """Where a name's words stand among tokens, or -1."""
    parts = name.split()
    starts = range(len(folded) - len(parts) + 1)
    return next((i for i in starts if list(folded[i : i + len(parts)]) == parts), -1)


def _event_names(facets: Facets) -> Iterable[tuple[str, str]]:
    """Folded names of the notes' events, each with what it stands for in a scope: an event or a series."""
    for event in facets.events:
        for name in (event.name, *event.aliases):
            if words(name) != [*words(event.series), event.year]:  # "DockerCon 2017" may be either of two that year
                yield " ".join(words(name)), event.name
    for event in facets.events:
        folded = words(event.series)
        if len(folded) > 2 or (len(folded) == 1 and folded[0] not in language.GATHERINGS | {"openstack"}):
            yield " ".join(folded), event.series


def _take_city(found: Filtered, facets: Facets) -> Filtered:
    """The one city named where an event of the notes was; a slip of the finger is corrected and told."""
    matches = list(_cities(found.tokens, facets))
    if len({city for _, _, city in matches}) != 1:  # two cities are a comparison
        return found
    start, length, city = matches[0]
    typed, run = found.tokens[start : start + length], words(city)
    slip = [word for token in typed for word in token.words] != run
    told = (Correction(" ".join(token.typed for token in typed), city),) if slip else ()
    return _without_gathering(
        replace(
            found,
            tokens=found.tokens[:start] + found.tokens[start + length :],
            scope=replace(found.scope, city=city),
            places=(*found.places, *map(stem, run)),
            corrections=(*found.corrections, *told),
        ),
        facets,
    )


def _cities(typed: Sequence[Token], facets: Facets) -> Iterable[tuple[int, int, str]]:
    """Where the cities of events are named: (first token, number of tokens, city)."""
    for city in sorted({event.city for event in facets.events if event.city}):
        run = words(city)
        for i in range(len(typed) - len(run) + 1):
            spoken = [token.words for token in typed[i : i + len(run)]]
            if all(len(said) == 1 and _alike(said[0], part) for said, part in zip(spoken, run, strict=True)):
                yield i, len(run), city


def _without_gathering(found: Filtered, facets: Facets) -> Filtered:
    """What people call an event beside its city ("summit", "PTG") says which one it was, or nothing new."""
    kinds = {word for token in found.tokens for word in token.words} & language.GATHERINGS
    here = [event for event in facets.events if event.city == found.scope.city]
    named = {event.series for event in here if event.series and kinds & set(words(event.series))}
    scope, said = found.scope, kinds & language.ANY_GATHERING
    if len(named) == 1:
        series = named.pop()
        said |= kinds & set(words(series))
        if len({event.series for event in here}) > 1:
            scope = replace(scope, event=series)
    rest = tuple(token for token in found.tokens if not said.issuperset(token.words))
    return replace(found, tokens=rest, scope=scope)


def _take_year(found: Filtered, facets: Facets) -> Filtered:
    years = {token.words[0] for token in found.tokens if _YEAR.fullmatch(" ".join(token.words))}
    if len(years) != 1:  # two years are a comparison
        return found
    (year,) = years
    dropped = years | language.SEASONS | language.ANY_GATHERING
    rest = tuple(token for token in found.tokens if not dropped.issuperset(token.words))
    return replace(found, tokens=rest, scope=replace(found.scope, year=year))


def _take_rest_of_name(found: Filtered, facets: Facets) -> Filtered:
    """What else of an event's name stands beside its city or series: "OpenInfra Summit" at Berlin, "Europe"."""
    fitting = events_in(found.scope, facets) if found.scope.city or found.scope.event else []
    for series in sorted({event.series for event in fitting if event.series}):
        folded = [" ".join(token.words) for token in found.tokens]
        if (start := _run(" ".join(words(series)), folded)) >= 0:
            end = start + len(words(series))
            found = replace(found, tokens=found.tokens[:start] + found.tokens[end:])
    parts = {word for token in found.tokens for word in token.words} & language.PARTS_OF_THE_WORLD
    named = [event for event in fitting if parts and parts <= set(words(event.name))]
    if not named:
        return found
    rest = tuple(token for token in found.tokens if not parts.issuperset(token.words))
    names = {event.name for event in named}
    scope = replace(found.scope, event=names.pop()) if len(names) == 1 else found.scope
    return replace(found, tokens=rest, scope=scope)


def _take_release(found: Filtered, facets: Facets) -> Filtered:
    """The one release named, with a capital or a word beside it; "Train the team" is about no release."""
    known = {" ".join(words(release)): release for release in facets.releases}
    at = [i for i, token in enumerate(found.tokens) if " ".join(token.words) in known]
    releases = {known[" ".join(found.tokens[i].words)] for i in at}
    if len(releases) != 1 or len(found.tokens) == 1:  # alone it is the topic; two are a comparison
        return found
    at = [i for i in at if _means_release(found, i)]
    if not at:
        return found
    beside = {j for i in at for j in (i - 1, i + 1)}
    rest = tuple(
        token
        for i, token in enumerate(found.tokens)
        if i not in at and not (i in beside and language.BESIDE_RELEASE.issuperset(token.words))
    )
    return replace(found, tokens=rest, scope=replace(found.scope, release=releases.pop()))


def _means_release(found: Filtered, i: int) -> bool:
    before = {word for token in found.tokens[max(0, i - 1) : i] for word in token.words}
    after = {word for token in found.tokens[i + 1 : i + 2] for word in token.words}
    named = not before.isdisjoint(language.BEFORE_RELEASE) or not (before | after).isdisjoint(language.BESIDE_RELEASE)
    ordinary = stem(found.tokens[i].words[0]) in common_stems()
    return named or (found.tokens[i].typed[:1].isupper() and (i > 0 or not ordinary))
