"""Filters named in plain words or in the query grammar: summit, city, year, release, person. Pure.

Each ``_take_…`` looks for one kind of filter among a question's tokens and gives back the tokens that are left.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from intents import language
from intents.event_filters import see_absent, take_city, take_event, take_rest_of_name
from intents.tokens import EDGES, Filtered, Token, alike, tokens
from store.model import Facets, Scope
from store.terms import common_stems
from store.text import name_words, stem, words

_YEAR = re.compile(r"(?:19[89]|20[0-4])\d")
MAX_TOKENS = 200
"""How many pieces of a question are read; a pasted page says what it is about before that."""


def filtered(text: str, facets: Facets) -> Filtered:
    """The filters in a text, and the rest of it. A year is no place, as long as a city or an event is named."""
    found = Filtered(tokens(text)[:MAX_TOKENS])
    for take in (_take_person, take_event, take_city, _take_year, take_rest_of_name, _take_release, see_absent):
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
    unknown = Scope(city=value[:100].strip(EDGES).title())
    places = named.places or tuple(map(stem, words(value)))
    return replace(named, tokens=(), scope=named.scope or unknown, places=places)


def merged(left: Scope, right: Scope) -> Scope:
    """Both scopes' slots, the right one's first."""
    return Scope(*(getattr(right, slot) or getattr(left, slot) for slot in Scope.__slots__))


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
    known = [(person, name_words(person)) for person in (*facets.authors, *facets.people)] if wanted else []
    exact = [person for person, parts in known if set(wanted) <= set(parts)]
    similar = [person for person, parts in known if all(any(alike(w, p) for p in parts) for w in wanted)]
    return min(exact or similar, key=len, default="")  # the name itself before a line that holds it


def _take_year(found: Filtered, facets: Facets) -> Filtered:
    years = {token.words[0] for token in found.tokens if _YEAR.fullmatch(" ".join(token.words))}
    if len(years) != 1:  # two years are a comparison
        return found
    (year,) = years
    dropped = years | language.SEASONS | language.ANY_GATHERING
    rest = tuple(token for token in found.tokens if not dropped.issuperset(token.words))
    return replace(found, tokens=rest, scope=replace(found.scope, year=year))


def _take_release(found: Filtered, facets: Facets) -> Filtered:
    """The one release named, with a capital or a word beside it; "Train the team" is about no release."""
    known = {" ".join(name_words(release)): release for release in facets.releases}
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


def strangers(named: Sequence[Token], facets: Facets) -> tuple[str, ...]:
    """Full names of people who share a surname with people of the notes, but not the first name: David for Robert."""
    firsts, namesakes = _by_surname(facets.people)
    return tuple(
        f"{first.typed} {last.typed}"
        for first, last in pairwise(named)
        if first.typed[:1].isupper() and last.typed[:1].isupper() and len(first.words) == len(last.words) == 1
        if first.words[0] in firsts and last.words[0] in namesakes
        if first.words[0] not in namesakes[last.words[0]]
    )


@lru_cache(maxsize=2)
def _by_surname(people: tuple[str, ...]) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """All first names of people, and those of each surname; cut once for all questions, since people may be many."""
    namesakes: defaultdict[str, set[str]] = defaultdict(set)
    for parts in filter(None, map(tuple, map(words, people))):
        namesakes[parts[-1]].add(parts[0])
    firsts = frozenset(first for some in namesakes.values() for first in some)
    return firsts, {surname: frozenset(some) for surname, some in namesakes.items()}
