"""Which event, series or city a question names, however it puts it. Pure.

Each ``take_…`` looks for one way of naming it among a question's tokens, and gives back the tokens that are left.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from intents import language
from intents.base import Correction
from intents.tokens import Filtered, Token, alike
from store.model import Facets, KnownEvent, Scope
from store.text import name_words, stem

_GENERIC = {"openstack": language.ANY_GATHERING}
"""What a brand's main event is called, too generic to name a series of it."""
LONG_NAME = 6
"""From this length on a misspelt series is still recognised."""


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


def take_event(found: Filtered, facets: Facets) -> Filtered:
    """An event by its name or an alias, or a series by its name; the longest name wins."""
    said = _Said.of(found.tokens)
    known = _event_names(facets.events)
    names = (pair for word in dict.fromkeys(said.words) for pair in known.get(word, ()))
    for parts, meant in sorted(names, key=lambda one: -len(one[0])):
        if run := said.run(parts):
            return _at_event(found, *run, meant, parts)
    return _take_slip_of_event(found, facets)


def _at_event(found: Filtered, start: int, length: int, meant: str, named: Sequence[str]) -> Filtered:
    """*found* without the tokens that name an event; *named* are the words it is named by."""
    places = tuple(stem(word) for word in named if word not in language.GATHERINGS | {"openstack"})
    rest = found.tokens[:start] + found.tokens[start + length :]
    return replace(found, tokens=rest, scope=replace(found.scope, event=meant), places=found.places + places)


def _take_slip_of_event(found: Filtered, facets: Facets) -> Filtered:
    """A series of one long word ("KubeCon"), misspelt; the correction is told."""
    names = sorted({(name, event.series) for event in facets.events for name in (event.series, *event.also)})
    for i, token in enumerate(found.tokens):
        for name, series in names:
            known = name_words(name)
            if len(known) == len(token.words) == 1 and len(known[0]) >= LONG_NAME and alike(token.words[0], known[0]):
                told = replace(found, corrections=(*found.corrections, Correction(token.typed, name)))
                return _at_event(told, i, 1, series, known)
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of some tokens, and of which token each is: "cloud-init summit" is three words of two tokens."""

    words: tuple[str, ...]
    token: tuple[int, ...]

    @classmethod
    def of(cls, typed: Sequence[Token]) -> "_Said":
        """The words of tokens, in order."""
        pairs = [(word, i) for i, token in enumerate(typed) for word in token.words]
        return cls(tuple(word for word, _ in pairs), tuple(i for _, i in pairs))

    def run(self, name: Sequence[str]) -> tuple[int, int] | None:
        """The first token of a name and their number; None where it is not there, or is but a part of tokens."""
        for start in range(len(self.words) - len(name) + 1):
            end = start + len(name)
            if self.words[start:end] == tuple(name):
                first, last = self.token[start], self.token[end - 1]
                if self.token[start - 1 : start] != (first,) and self.token[end : end + 1] != (last,):
                    return first, last - first + 1
        return None


_Name = tuple[str, ...]


@lru_cache(maxsize=8)
def _event_names(events: tuple[KnownEvent, ...]) -> dict[str, list[tuple[_Name, str]]]:
    """Folded names of events by their first words, each with what it stands for in a scope: an event or a series."""
    names: dict[str, list[tuple[_Name, str]]] = {}
    for name, meant in (*_full_names(events), *_short_names(events)):
        if name:
            names.setdefault(name[0], []).append((name, meant))
    return names


def _full_names(events: Iterable[KnownEvent]) -> Iterator[tuple[_Name, str]]:
    for event in events:
        for name in (event.name, *event.aliases):
            if name_words(name) != (*name_words(event.series), event.year):  # "DockerCon 2017" may be either of two
                yield name_words(name), event.name
    for event in events:
        for name in (event.series, *event.also):
            if _is_telling(name_words(name)):
                yield name_words(name), event.series


def _short_names(events: Sequence[KnownEvent]) -> Iterator[tuple[_Name, str]]:
    """What people call an event without its year, city, brand or the end of its series, if only one is called so."""
    called: dict[_Name, set[str]] = {}
    for event in events:
        own = _without_place(event)
        whole = tuple(word for word in name_words(event.name) if word != event.year)
        heads = [name_words(name) for name in (event.series, *event.also)]
        others = [(*head, *whole[len(heads[0]) :]) for head in heads[1:] if whole[: len(heads[0])] == heads[0]]
        brandless = [name[1:] for name in (*others, whole, own, heads[0]) if name[:1] == ("openstack",)]
        for name in (own, whole, *others, *brandless, *_first_words(heads[0])):
            called.setdefault(name, set()).add(event.name)
    series = {event.name: event.series for event in events}
    cities = {word for event in events for word in name_words(event.city)}
    for name, meant in called.items():
        editions = {series[one] for one in meant}
        if _tells(name) and len(meant) == 1:
            yield name, meant.pop()
        elif _tells(name) and len(editions) == 1 and cities.isdisjoint(name):  # else the city limits it further
            yield name, editions.pop()


def _tells(name: _Name) -> bool:
    """Whether a shortened name still has words of its own."""
    own = [word for word in name if word not in language.GATHERINGS | {"openstack", "day"} and not word.isdigit()]
    return bool(own) and (len(name) > 1 or len(own[0]) >= LONG_NAME)


def _first_words(series: _Name) -> Iterator[_Name]:
    """ "DevConf" for DevConf.cz."""
    if len(series) == 2 and len(series[1]) <= len("cz"):
        yield series[:1]


def _is_telling(name: Sequence[str]) -> bool:
    """Whether a series' name says more than that there was a summit."""
    if len(name) == 1:
        return name[0] not in language.GATHERINGS | {"openstack"}
    return len(name) > 2 or (len(name) == 2 and name[1] in language.GATHERINGS - _GENERIC.get(name[0], frozenset()))


def take_city(found: Filtered, facets: Facets) -> Filtered:
    """The one city named where an event of the notes was; a slip of the finger is corrected and told."""
    matches = list(_cities(found.tokens, facets))
    if len({city for _, _, city in matches}) != 1:  # two cities are a comparison
        return found
    start, length, city = matches[0]
    typed, run = found.tokens[start : start + length], name_words(city)
    slip = tuple(word for token in typed for word in token.words) != run
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
    for city in sorted({event.city for event in facets.events if name_words(event.city)}):
        run = name_words(city)
        for i in range(len(typed) - len(run) + 1):
            spoken = [token.words for token in typed[i : i + len(run)]]
            if all(len(said) == 1 and alike(said[0], part) for said, part in zip(spoken, run, strict=True)):
                yield i, len(run), city
            elif "".join(word for token in typed[i : i + 2] for word in token.words) == "".join(run):
                yield i, 2, city  # "Ha Noi" for Hanoi


def _without_gathering(found: Filtered, facets: Facets) -> Filtered:
    """What people call an event beside its city ("summit", "PTG") says which one it was, or nothing new."""
    kinds = {word for token in found.tokens for word in token.words} & language.GATHERINGS
    here = events_in(found.scope, facets)
    found = _without_series(found, here)
    named = {event.series for event in here if event.series and kinds & set(name_words(event.series))}
    scope, said = found.scope, kinds & language.ANY_GATHERING
    if len(named) == 1:
        series = named.pop()
        said |= kinds & set(name_words(series))
        if len({event.series for event in here}) > 1:
            scope = replace(scope, event=series)
    rest = tuple(token for token in found.tokens if not said.issuperset(token.words))
    return replace(found, tokens=rest, scope=scope)


def _without_series(found: Filtered, fitting: Iterable[KnownEvent]) -> Filtered:
    """Without the name of the series that the events in scope belong to."""
    names = {name_words(name) for event in fitting for name in (event.series, *event.also)}
    names |= {_without_place(event) for event in fitting}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if name and (run := _Said.of(found.tokens).run(name)):
            start, length = run
            found = replace(found, tokens=found.tokens[:start] + found.tokens[start + length :])
    return found


def _without_place(event: KnownEvent) -> tuple[str, ...]:
    """The words of an event's name that are neither its city nor its year."""
    return tuple(word for word in name_words(event.name) if word != event.year and word not in name_words(event.city))


def take_rest_of_name(found: Filtered, facets: Facets) -> Filtered:
    """What else of an event's name stands beside its city or series: "OpenInfra Summit" at Berlin, "Europe"."""
    fitting = events_in(found.scope, facets) if found.scope.city or found.scope.event else []
    found = _without_series(found, fitting)
    parts = {word for token in found.tokens for word in token.words} & language.PARTS_OF_THE_WORLD
    named = [event for event in fitting if parts and parts <= set(name_words(event.name))]
    if not named:
        return found
    rest = tuple(token for token in found.tokens if not parts.issuperset(token.words))
    names = {event.name for event in named}
    scope = replace(found.scope, event=names.pop()) if len(names) == 1 else found.scope
    return replace(found, tokens=rest, scope=scope)


def see_absent(found: Filtered, facets: Facets) -> Filtered:
    """An event of the table that no note is about, named by its city and what it was ("summit") or its year."""
    if found.scope.event or found.scope.city:
        return found
    tokens = _Said.of(found.tokens)
    said = tokens.words
    for event in facets.absent:
        city = name_words(event.city)
        named = language.GATHERINGS & set(name_words(event.series)) & set(said) and found.scope.year in ("", event.year)
        if city and tokens.run(city) and (named or found.scope.year == event.year):
            name = event.name if found.scope.year else f"{event.series} {event.city}"
            rest = tuple(token for token in found.tokens if not set(name_words(event.name)).issuperset(token.words))
            return replace(found, tokens=rest, absent=name)
    return found
