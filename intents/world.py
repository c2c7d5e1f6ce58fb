"""Which cities a country or a part of the world has, as far as the table of conferences knows it. Pure."""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from store.event_table import load_events
from store.text import words

_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "Europe": "Austria, Belgium, Czechia, Denmark, France, Germany, Hungary, Ireland, Italy, Lithuania, "
        "Netherlands, Poland, Portugal, Spain, Sweden, Switzerland, United Kingdom",
        "Asia": "China, India, Israel, Japan, Singapore, South Korea, Taiwan, Vietnam",
        "North America": "Canada, Mexico, United States",
        "South America": "Brazil",
        "Oceania": "Australia, New Zealand",
    }
)
_PARTS_OF = {name: part for part, countries in _PARTS.items() for name in countries.split(", ")}


@cache
def _cities() -> Mapping[tuple[str, ...], frozenset[str]]:
    """The cities of every country and part of the world, by the words of all their names."""
    table = load_events()
    within: dict[str, set[str]] = {}
    for city, country in table.cities.items():
        for place in filter(None, (country, _PARTS_OF.get(country, ""))):
            within.setdefault(place, set()).add(table.place(city))
    spellings = {tuple(words(place)): place for place in within}
    spellings |= {tuple(spelt.split()): place for spelt, place in table.places.items() if place in within}
    return {spelt: frozenset(within[place]) for spelt, place in spellings.items()}


def cities_in(said: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The cities of the country or part of the world that folded words name, and the words that name it.

    >>> "Tokyo" in cities_in(["summits", "japan"])[0], cities_in(["kuryr"])
    (True, (frozenset(), ()))
    """
    typed = tuple(said)
    runs = (typed[i : i + length] for length in (3, 2, 1) for i in range(len(typed) - length + 1))
    return next(((_cities()[run], run) for run in runs if run in _cities()), (frozenset(), ()))
