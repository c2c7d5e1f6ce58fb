"""The table of conferences: what ships with Recap and what a team adds in its own ``events.toml``.

The format, all keys but ``name`` optional::

    [[event]]                                  # one conference
    name = "Acme Cloud Day Graz 2024"
    series = "Acme Cloud Day"
    city = "Graz"
    country = "Austria"
    start = "2024-05-06"                       # a day, or a month as "2024-05", or a year
    end = "2024-05-07"
    released = "Caracal"                       # the release that was just out
    designing = "Dalmatian"                    # the release that was being planned
    aliases = ["Acme day", "cloud day in Graz"]

    [[series]]                                 # one that comes again and again
    name = "Acme Cloud Day"
    aliases = ["ACD"]                          # other names of the series
    short = ["cloud day"]                      # names that count only beside a place, year or release
    brand = "acme"                             # a word that a note must hold for a short name to count
    city = "Graz"                              # where it is always held
    country = "Austria"
    yearly = true                              # editions are named by year alone, not by city and year
    complete = true                            # up to the last one, all editions are listed
    editions = [{ city = "Graz", start = "2024-05-06", region = "Europe" }]   # keys as of [[event]]

    [places]                                   # other spellings of cities, countries and regions
    Graz = ["Gradec"]

    [countries]                                # where cities are
    Austria = ["Graz"]

An entry of a team's table replaces the one of the same name; editions are added to those of their series.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from store import folder
from store.errors import BotError
from store.text import fold, words

_TEXTS = ("name", "series", "city", "country", "start", "end", "released", "designing", "region")
_EVENT_KEYS = (*_TEXTS, "aliases")
_SERIES_KEYS = ("name", "aliases", "short", "brand", "city", "country", "yearly", "complete", "editions")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
LONGEST_VALUE = 200
"""Characters of a text in the table."""


@dataclass(frozen=True, slots=True)
class Event:
    """One conference. ``start`` and ``end`` are ISO 8601, as precise as known (``2015-10-27``, ``2015-10``).

    ``released`` and ``designing`` name the release that was just out and the one being planned;
    ``region`` is the part of a travelling series' name such as ``Europe``. Unknown is empty.
    """

    name: str
    series: str = ""
    city: str = ""
    country: str = ""
    start: str = ""
    end: str = ""
    released: str = ""
    designing: str = ""
    aliases: tuple[str, ...] = ()
    region: str = ""

    @property
    def year(self) -> str:
        """Four digits, or nothing."""
        return self.start[:4]

    @property
    def month(self) -> str:
        """``2015-10``, or nothing."""
        return self.start[:7] if len(self.start) >= 7 else ""

    def days_from(self, day: date) -> int | None:
        """How far a day is from the event: below 0 before it, 0 during it; None if undated."""
        if not self.month:
            return None
        first, last = earliest(self.start), latest(self.end or self.start)
        return (day - first).days if day < first else max(0, (day - last).days)


@dataclass(frozen=True, slots=True)
class Series:
    """A conference that comes again: its names, and what every edition shares."""

    name: str
    aliases: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    brand: str = ""
    city: str = ""
    country: str = ""
    yearly: bool = False
    complete: bool = False


@dataclass(frozen=True, eq=False)
class Events:
    """All known conferences, and everything of theirs that a text may mention.

    ``all`` is ordered as the tables are; ``places`` maps every folded spelling of a city, country or
    region to its usual one; ``digest`` changes with either table.
    """

    all: tuple[Event, ...]
    series: Mapping[str, Series]
    places: Mapping[str, str]
    cities: Mapping[str, str]
    digest: str

    @property
    def releases(self) -> tuple[str, ...]:
        """Release names, oldest first."""
        dated = sorted((e for e in self.all if e.start), key=lambda e: e.start)
        return tuple(dict.fromkeys(r for e in dated for r in (e.released, e.designing) if r))

    def place(self, name: str) -> str:
        """A place by its usual name: ``München`` is ``Munich``; an unknown one stays as it is."""
        return self.places.get(" ".join(words(name)), name)


def earliest(iso: str) -> date:
    """The first day that a partial ISO date can mean."""
    year, month, day = (int(part) for part in (iso + "-01-01")[:10].split("-"))
    return date(year, month, day)


def latest(iso: str) -> date:
    """The last day that a partial ISO date can mean."""
    if len(iso) == 10:
        return date.fromisoformat(iso)
    year, month = int(iso[:4]), int(iso[5:7] or 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def load_events(own: Path | None = None) -> Events:
    """The table that ships with Recap, extended and overridden by a team's own file if there is one.

    Raises ``BotError``, naming the file, the entry and the remedy, for a table that cannot be used.
    """
    shipped = resources.files("store").joinpath("data/events.toml").read_bytes()
    tables = [("events.toml of Recap itself", shipped)]
    if own is not None and own.exists():
        tables.append((str(own), folder.table(own)))
    parsed = [_Table(file, raw) for file, raw in tables]
    digest = hashlib.sha256(b"\0".join(raw for _, raw in tables)).hexdigest()
    return _merged(parsed, digest)


def check(text: str, name: str) -> None:
    """Raises ``BotError``, as a load would, for a text that a team's file called *name* may not have."""
    _Table(name, text.encode())


class _Table:
    """One file, checked: ``series`` and ``events`` as they stand in it."""

    def __init__(self, file: str, raw: bytes) -> None:
        self.file = file
        try:
            data = tomllib.loads(raw.decode("utf-8-sig"))
        except RecursionError:
            self.refuse("the file", "nests its lists too deeply. Correct it or remove the file")
        except ValueError as error:
            self.refuse("the file", f"is not valid TOML in UTF-8 ({error}). Correct that place or remove the file")
        self._known("the file", data, ("event", "series", "places", "countries"))
        self.places = self._lists("places", data)
        self.countries = self._lists("countries", data)
        self.series: list[Series] = []
        self.events: list[Event] = []
        for number, entry in enumerate(self._tables("[[series]]", data.get("series", [])), 1):
            self._take_series(entry, f"[[series]] number {number}")
        for number, entry in enumerate(self._tables("[[event]]", data.get("event", [])), 1):
            self.events.append(self._event(entry, f"[[event]] number {number}"))

    def refuse(self, where: str, what: str) -> NoReturn:
        raise BotError(f"{self.file}: {where} {what}.")

    def _known(self, where: str, entry: Mapping[str, object], keys: Iterable[str]) -> None:
        for key in entry.keys() - set(keys):
            self.refuse(where, f"has an unknown key “{key}”. It may have: {', '.join(keys)}")

    def _tables(self, where: str, value: object) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.refuse(where, "must be a list of tables. Write the name in double brackets, one block an entry")
        return value

    def _lists(self, key: str, data: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
        table = data.get(key, {})
        if not isinstance(table, dict):
            self.refuse(f"[{key}]", 'must be a table. Write lines such as Munich = ["München"] below it')
        return {name: self._strings(f"[{key}]", name, table) for name in table}

    def _strings(self, where: str, key: str, entry: Mapping[str, object]) -> tuple[str, ...]:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and words(item) for item in value):
            self.refuse(where, f'has a “{key}” that is no list of names. Write it as ["one", "two"]')
        return tuple(item.strip() for item in value)

    def _text(self, where: str, key: str, entry: Mapping[str, object]) -> str:
        value = entry.get(key, "")
        if key in ("start", "end") and isinstance(value, date):
            value = value.isoformat()[:10]
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            self.refuse(where, f"has a “{key}” that is no short text. Put it in double quotes")
        return value.strip()

    def _date(self, where: str, key: str, value: str) -> None:
        match = _DATE.fullmatch(value)
        try:
            if not match:
                raise ValueError
            date(*(int(part or 1) for part in match.groups()))
        except ValueError:
            self.refuse(where, f"has a “{key}” that is no date: “{value}”. Write it as 2024-05-06, 2024-05 or 2024")

    def _name(self, where: str, entry: Mapping[str, object]) -> str:
        name = self._text(where, "name", entry)
        if not words(name):
            self.refuse(where, 'has no name. Add a line such as name = "Acme Cloud Day Graz 2024"')
        return name

    def _take_series(self, entry: dict[str, Any], where: str) -> None:
        name = self._name(where, entry)
        where = f"the series “{name}”"
        self._known(where, entry, _SERIES_KEYS)
        for key in ("yearly", "complete"):
            if not isinstance(entry.get(key, False), bool):
                self.refuse(where, f"has a “{key}” that is neither true nor false. Write it without quotes")
        series = Series(
            name,
            self._strings(where, "aliases", entry),
            self._strings(where, "short", entry),
            fold(self._text(where, "brand", entry)),
            self._text(where, "city", entry),
            self._text(where, "country", entry),
            entry.get("yearly", False),
            entry.get("complete", False),
        )
        self.series.append(series)
        for edition in self._tables(f"{where}: “editions”", entry.get("editions", [])):
            self.events.append(self._edition(edition, series, where))

    def _edition(self, entry: dict[str, Any], series: Series, where: str) -> Event:
        where = f"{where}, edition of {entry.get('start', '(no start)')}"
        filled = {"city": series.city, "country": series.country, **entry, "series": series.name}
        if not entry.get("name"):
            if not entry.get("start"):
                self.refuse(where, "has neither a name nor a start. Add one of them")
            start = self._text(where, "start", filled)
            filled["name"] = edition_name(
                series, self._text(where, "city", filled), self._text(where, "region", filled), start[:4]
            )
        return self._event(filled, where)

    def _event(self, entry: dict[str, Any], where: str) -> Event:
        where = f"the event “{self._name(where, entry)}”" if "[[" in where else where
        self._known(where, entry, _EVENT_KEYS)
        values = {key: self._text(where, key, entry) for key in _TEXTS}
        for key in ("start", "end"):
            if values[key]:
                self._date(where, key, values[key])
        if values["end"] and latest(values["end"]) < earliest(values["start"] or values["end"]):
            self.refuse(where, "ends before it starts. Correct “start” or “end”")
        return Event(**values, aliases=self._strings(where, "aliases", entry))


def edition_name(series: Series, city: str, region: str, year: str) -> str:
    """What an edition is called where nobody says otherwise."""
    place = region or ("" if series.yearly or series.city else city)
    return " ".join(part for part in (series.name, place, year) if part)


def _merged(tables: list[_Table], digest: str) -> Events:
    series: dict[str, Series] = {}
    events: dict[str, Event] = {}
    for table in tables:
        series |= {fold(one.name): one for one in table.series}
        events |= {fold(one.name): one for one in table.events}
    countries = {city: country for table in tables for country, cities in table.countries.items() for city in cities}
    located = tuple(replace(e, country=e.country or countries.get(e.city, "")) for e in events.values())
    for event in located:
        if event.city:
            countries.setdefault(event.city, event.country)
        if event.series:
            series.setdefault(fold(event.series), Series(event.series))
    spellings = [(other, name) for table in tables for name, others in table.places.items() for other in others]
    named = [
        *countries,
        *countries.values(),
        *(p for e in located for p in (e.city, e.country, e.region)),
        *(s.city for s in series.values()),
        *(name for _, name in spellings),
    ]
    places = {" ".join(words(name)): name for name in named if name}
    places |= {" ".join(words(other)): name for other, name in spellings}
    return Events(located, {s.name: s for s in series.values()}, places, countries, digest)
