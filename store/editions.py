"""Which edition of a conference one mention means, from the words around it and the note as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from store.event_table import Event, Events, Series, edition_name
from store.mentions import Mention
from store.text import fold

NEAR_DAYS = 75
"""A note posted at most this long before or after an event may well be about it."""

FAR_DAYS = 270
"""Beyond this many days a posting date does not even help to choose between two editions."""

FLOOR = 1.5
"""Points that an edition needs where the mention itself tells nothing: its city or a near posting date."""

HAPPENING_DAYS = 14
"""A note posted at most this long before or after a conference in a city means that one by "the Paris summit"."""

WEIGHTY = 3
"""What a place counts, by where it stands, from which it speaks for an edition held there."""

_TELLING = ("place", "year", "release", "month", "season")
_Said = Mapping[str, set[str]]
_CONTINENTS = frozenset(("Europe", "Asia", "North America"))


@dataclass(frozen=True, slots=True)
class Company:
    """A mention's neighbours: ``direct`` ones belong to it ("summit in Tokyo"), ``near`` ones may."""

    direct: Sequence[Mention]
    near: Sequence[Mention]

    def values(self, kind: str, near: bool = False) -> set[str]:
        """What neighbours of a kind stand for; ``near`` ones only where they are surely meant so."""
        found = (m for m in self.near if m.sure) if near else self.direct
        return {m.value for m in found if m.kind == kind}


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole note says, for mentions that say too little themselves.

    ``places`` counts each city by the weight of where it stands; ``years`` and ``releases`` are those of the
    labels and the opening; ``day`` is the posting date.
    """

    events: Events
    words: frozenset[str]
    places: dict[str, float]
    years: frozenset[str]
    releases: frozenset[str]
    day: date | None


def resolve(names: Sequence[str], short: bool, company: Company, context: Context) -> tuple[Event, float] | None:
    """The edition that a mention of a series means; its strength is 2 if the neighbours tell, else 1.

    ``names`` are folded series names, likeliest first; ``short`` says that it is a name in need of company.
    """
    series = [one for name in names for one in context.events.series.values() if fold(one.name) == name]
    if short:
        branded = [one for one in series if not one.brand or one.brand in context.words]
        series = branded or [one for one in series if _is_happening(one, company, context)]
        if not any(company.values(kind) for kind in ("place", "year", "release")):
            return None
    candidates = [e for one in series for e in context.events.all if e.series == one.name]
    fitting = _fitting(candidates, company, context.events)
    if not fitting:
        made = next((made for one in series if (made := _made(one, company, context))), None)
        return (made, 2.0) if made else None
    return _best(fitting, series, company, context)


def _is_happening(series: Series, company: Company, context: Context) -> bool:
    """Whether the posting date is that of an edition in the city directly beside the mention."""
    cities = company.values("place")
    near = (e for e in context.events.all if e.series == series.name and e.city in cities)
    away = [days for e in near if context.day and (days := e.days_from(context.day)) is not None]
    return any(abs(days) <= HAPPENING_DAYS for days in away)


def rival(event: Event, company: Company, context: Context) -> Event | None:
    """The edition that is meant by another one's name: "DockerCon 2017" beside "Copenhagen", or in its week."""
    others = [e for e in context.events.all if e.series == event.series and e.year == event.year and e != event]
    if not event.series or not others:
        return None
    said = company.values("place") or company.values("place", near=True)
    said = said or {place for place, weight in context.places.items() if weight >= WEIGHTY}
    if said & {place for e in (event, *others) for place in (e.city, e.country, context.events.place(e.region))}:
        here = [e for e in (event, *others) if said & {e.city, e.country, context.events.place(e.region)}]
        return None if event in here else here[0]
    if not context.day:
        return None
    away = {e: abs(days) for e in (event, *others) if (days := e.days_from(context.day)) is not None}
    closest = min(away, key=lambda e: away[e], default=event)
    return closest if closest != event and away[closest] <= NEAR_DAYS < away.get(event, 0) else None


def _best(
    fitting: Sequence[Event], series: Sequence[Series], company: Company, context: Context
) -> tuple[Event, float] | None:
    told = {one.name: one.complete or one.yearly for one in series}
    direct = {kind: company.values(kind) for kind in _TELLING}
    near = {kind: company.values(kind, near=True) for kind in _TELLING}
    own = {event: _own_points(event, direct, near, 2.0 if told[event.series] else 0.5) for event in fitting}
    closest = _closest(fitting, context.day)
    cities = [e.city for e in fitting if context.places.get(e.city, 0) >= WEIGHTY]
    city = max(cities, key=lambda c: context.places[c], default="")

    def points(event: Event) -> float:
        backed = 1.5 * (bool(city) and event.city == city) + 0.5 * (event.year in context.years)
        backed += 0.5 * (event.designing in context.releases)
        preferred = 0.1 * (event.series == series[0].name)
        return own[event] + backed + closest.get(event, 0.0) + preferred

    ranked = sorted(fitting, key=points, reverse=True)
    first = ranked[0]
    if len(ranked) > 1 and points(ranked[1]) == points(first):
        return None
    if own[first] > 0.5:
        return first, 2.0 if own[first] >= 2 else 1.0
    return (first, 1.0) if points(first) >= FLOOR else None


def _fitting(candidates: Sequence[Event], company: Company, events: Events) -> list[Event]:
    """Those that nothing directly beside the mention speaks against."""
    regional = {events.place(e.region) for e in candidates if e.region}
    places = {p for p in company.values("place") if p not in _CONTINENTS or p in regional}
    cities = {p for p in places if p in events.cities}
    years, releases = company.values("year"), company.values("release")

    def there(event: Event) -> bool:
        if cities:
            return event.city in cities
        return not places or bool(places & {event.country, events.place(event.region)})

    fitting = [e for e in candidates if there(e) and (not years or e.year in years)]
    return [e for e in fitting if e.designing in releases] or fitting


def _own_points(event: Event, told: _Said, near: _Said, for_year: float) -> float:
    """How well the neighbours fit; a year counts little where others of that year may not be listed."""
    month = event.month[4:]
    checks: tuple[tuple[str, Callable[[str], bool], float, float], ...] = (
        ("place", lambda value: value in (event.city, event.country, event.region), 3.0, 1.5),
        ("year", lambda value: value == event.year, for_year, for_year / 2),
        ("release", lambda value: value == event.designing, 3.0, 1.0),
        ("release", lambda value: value == event.released, 0.0, 0.5),
        ("month", lambda value: value == month, 1.5, 0.75),
        ("season", lambda value: bool(month) and _in_season(int(month[1:]), value), 1.5, 0.0),
    )
    points = 0.0
    for kind, fits, direct, less in checks:
        if any(map(fits, told[kind])):
            points += direct
        elif any(map(fits, near[kind])):
            points += less
    return points


def _in_season(month: int, season: str) -> bool:
    first, last = season.split()
    return int(first) <= month <= int(last)


def _closest(events: Sequence[Event], day: date | None) -> dict[Event, float]:
    """A little for the edition next to the posting date, more if it is near."""
    away = {e: abs(days) for e in events if day and (days := e.days_from(day)) is not None}
    if not away or min(away.values()) > FAR_DAYS:
        return {}
    closest = min(away, key=lambda e: away[e])
    return {closest: 1.5 if away[closest] <= NEAR_DAYS else 0.5}


def _made(series: Series, company: Company, context: Context) -> Event | None:
    """An edition that the table does not list, from the year and place that the note gives."""
    years = company.values("year") or (context.years if len(context.years) == 1 else set())
    listed = [e.year for e in context.events.all if e.series == series.name]
    if len(years) != 1 or (series.complete and min(years) <= max(listed, default="")):
        return None
    (year,) = years
    places = sorted(company.values("place"), key=lambda p: p not in context.events.cities)
    place = next((p for p in places if p not in _CONTINENTS), "")
    city = place if place in context.events.cities else series.city
    region = next((p for p in places if p != city), "")
    country = context.events.cities.get(city, "") or series.country
    if (series.country and country != series.country) or (series.city and city != series.city):
        return None
    apart = city if series.yearly and year in listed and city != series.city else ""
    name = edition_name(series, city, apart or ("" if city else region), year)
    return Event(name, series.name, city, country, start=year, region=region)


def by_place(
    places: Sequence[Mention], company: Callable[[Mention], Company], context: Context
) -> Iterator[tuple[Event, float]]:
    """Events told by a city and the year beside it ("Tokyo 2015") in a note that speaks of their field."""
    for mention in places:
        years = company(mention).values("year")
        held = [e for e in context.events.all if e.city == mention.value and e.year in years]
        fitting = [e for e in held if mention.sure and _is_topical(e, context)]
        if len(fitting) == 1:
            yield fitting[0], 1.0


def _is_topical(event: Event, context: Context) -> bool:
    series = context.events.series.get(event.series)
    return bool(series and series.brand and series.brand in context.words)
