"""Names to choose from while somebody types: summits, years and people of the notes."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz

from store.model import Facets
from store.text import fold

CLOSE_ENOUGH = 75
"""How alike (0 to 100) what was typed and the nearest part of a name have to be."""
MOST = 100


def events(facets: Facets, typed: str) -> list[str]:
    """The events that notes are about and whose name, city or alias fits, the latest first."""
    latest = sorted(facets.events, key=lambda event: event.start, reverse=True)
    return _fitting({e.name: " ".join((e.name, e.city, *e.aliases, *e.also)) for e in latest}, typed)


def all_events(facets: Facets, typed: str) -> list[str]:
    """The same of all events that are known, also those that no note is about yet: these come last."""
    known = sorted(facets.events, key=lambda event: event.start, reverse=True)
    absent = sorted(facets.absent, key=lambda event: event.start, reverse=True)
    told = {event.name: " ".join((event.name, event.city, *event.aliases, *event.also)) for event in (*known, *absent)}
    return _fitting(told, typed)


def years(facets: Facets, typed: str) -> list[str]:
    """The years of the notes that fit, the latest first."""
    return _fitting({year: year for year in sorted(facets.years, reverse=True)}, typed)


def people(facets: Facets, typed: str) -> list[str]:
    """The authors and the people named in notes who fit, the authors first."""
    return _fitting({name: name for name in (*facets.authors, *facets.people)}, typed)


def _fitting(names: dict[str, str], typed: str) -> list[str]:
    """At most ``MOST`` names by how well what stands behind them fits: from a word's beginning on, or nearly so."""
    wanted = fold(typed).strip()
    ranks = ((_rank(fold(told).strip(), wanted), place, name) for place, (name, told) in enumerate(names.items()))
    return [name for _, _, name in _best(ranks)]


def _best(ranks: Iterable[tuple[float, int, str]]) -> list[tuple[float, int, str]]:
    return sorted(rank for rank in ranks if rank[0] < 3)[:MOST]


def _rank(told: str, wanted: str) -> float:
    """0 for a name that begins so, 1 for a word of it that does, 2 to 3 for something like it, 3 for nothing."""
    if told.startswith(wanted):
        return 0
    if f" {wanted}" in told:
        return 1
    alike = max((fuzz.ratio(wanted, part) for part in _parts(told, len(wanted))), default=0) if len(wanted) > 2 else 0
    return 3 - (alike - CLOSE_ENOUGH) / (100 - CLOSE_ENOUGH) if alike > CLOSE_ENOUGH else 3


def _parts(told: str, length: int) -> Iterator[str]:
    """As much of a name as was typed, from the beginning of each of its words on."""
    return (told[found.start() : found.start() + length] for found in re.finditer(r"\S+", told))
