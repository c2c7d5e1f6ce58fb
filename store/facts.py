"""What is known about a note beyond its text: title, event, date, release, people and the rest.

The note's own front matter comes first, then title, file name and text; what stays unknown is empty. The
info of a PDF is no front matter: its date is that of an export, its title often that of a file.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from store.events import Event, Events, find_event
from store.language import language_of
from store.mentions import MONTHS
from store.model import NO_FIXES, Document, Fixes, Source
from store.people import MOST_PEOPLE, people
from store.text import fold, words

LONGEST = {"title": 200, "name": 80, "url": 500}
"""Characters that a value may have; the rest is cut off, and a longer address is dropped."""

LONGEST_VALUE = 2000
"""Characters of one value in front matter that are read."""

OPENING_BLOCKS, OPENING_LETTERS = 4, 500
"""Paragraphs, and characters of each, in which a day may be that of the note."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Dates outside are slips of whoever or whatever wrote them."""

_TITLE = ("title", "post_title", "headline", "og:title")
_EVENT = ("event", "summit", "conference", "event_name")
_CITY = ("city", "location", "where", "place", "venue")
_DATE = (
    *("date", "post_date", "published", "publish_date", "publishdate", "pubdate", "day", "when", "created"),
    *("article:published_time", "datepublished", "dc.date"),
)
_RELEASE = ("release", "cycle", "releases", "openstack_release")
_AUTHOR = ("author", "authors", "by", "byline", "written_by", "article:author", "dc.creator")
_PEOPLE = (
    "people",
    "speakers",
    "speaker",
    "presenters",
    "presenter",
    "panelists",
    "interviewee",
    "attendees",
)
_URL = ("url", "canonical", "permalink", "link", "source", "source_url", "original", "og:url", "website")
_LANGUAGE = ("language", "lang", "locale", "og:locale")
_TAGS = ("tags", "tag", "categories", "category", "keywords")
_SUMMARY = ("description", "summary", "excerpt", "subtitle")

_BARE_TITLE = re.compile(r"(?:(?:day|part|tag|ngày|jour|día) \d+|index|home|notes?|readme|summary|report)", re.I)
_FILE_LIKE = re.compile(
    r"(?:untitled|microsoft (?:word|powerpoint|excel) - |(?:un(?:benannt|named)|new|neues) ?(?:document|dokument)).*"
    r"|document ?\d*|[\w.%~-]+\.(?:docx?|odt|rtf|pptx?|html?|md|txt|tex|pdf|indd|pages)",
    re.IGNORECASE,
)
"""What programs write where a title belongs."""
_SITE = re.compile(r"\s*\s[|•·–—»«-]\s")
_NUMBERS = r"(?<!\d)((?:19|20)\d\d)([-/._])(\d\d?)(?:\2(\d\d?))?(?!\d)"
_ISO = re.compile(_NUMBERS)
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_NAMED_MONTH = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de |of )?)?(?P<month>[^\W\d_]{3,10})\.?"
    r"(?:[\s-]+(?P<later>\d{1,2})(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{1,2}(?:st|nd|rd|th)?)?)?"
    r",?[\s-]+(?:de )?(?P<year>(?:19|20)\d\d)"
)
_COMPACT_MONTH = re.compile(r"(?<!\w)(?P<day>\d{1,2})(?P<month>[^\W\d_]{3,9})(?P<year>20\d\d)(?!\w)")
_YEAR_MONTH = re.compile(r"(?P<year>20\d\d)[\s_-]+(?P<month>[^\W\d_]{3,10})")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;&]|\band\b|\bund\b)\s*")
_RELEASE_AFTER = (
    r"(?:[’']s)?\s+(?:open\s?stack\s+)?"
    r"(?:release|cycle|design|summit|version|development|ptg|milestone|timeframe)\w*"
)
_RELEASE_BEFORE = r"\b(?:open\s?stack\s+|stable/|release\s+)"
_TITLE_BEFORE = r"\b(?:open\s?stack|in|for|of|on|towards?|from|since|to|the)\s+"


def describe(document: Document, file: str, events: Events, fixes: Fixes = NO_FIXES) -> Source:
    """Everything known about a note; ``file`` is its path relative to the notes folder, with ``/``.

    What an admin fixed goes before what the note says. A release that nobody states is the one that title or text
    are about, else the one planned at the event (people call a summit by it), else the one that was just out. A
    note without a date has its event's month.
    """
    meta = {str(key).strip().lower().replace(" ", "_"): value for key, value in document.meta.items()}
    title = fixes.title or _title(document, meta, file)
    text = "\n\n".join([*_said(meta, _SUMMARY), *(block.text for block in document.blocks if block.kind != "code")])
    stated = _stated_date(meta) if fixes.date is None else ""
    exported = stated if file.lower().endswith(".pdf") else ""
    posted = ("" if exported else stated) or _written_date(PurePosixPath(file).name) or _written_date(title)
    posted = posted if fixes.date is None else fixes.date
    opening = posted or (_opening_date(document) if fixes.date is None else "")
    city = _stated_city(meta, events)
    if fixes.event is None:
        event = find_event(
            events,
            named=next(iter(_said(meta, _EVENT)), ""),
            file=file,
            title=title,
            text=text,
            date=opening,
            tags=", ".join([city, *_said(meta, _TAGS)]),
            about=(*_said(meta, _SUMMARY), *_first_headings(document)),
        )
    else:
        event = find_event(events, named=fixes.event, date=opening) if fixes.event else None
        city = (event.city if event else "") or city
    return Source(
        file=file,
        title=title,
        event=event.name if event else "",
        city=city or (event.city if event else ""),
        date=_date(posted, event, opening) or exported,
        release=_release(meta, title, text, event, events),
        author=_author(meta) if fixes.author is None else fixes.author,
        people=_people(meta, title, document, events),
        url=_url(meta) if fixes.url is None else fixes.url,
        language=_stated_language(document, meta) or language_of(text),
    )


def _said(meta: Mapping[str, object], keys: Iterable[str]) -> list[str]:
    """The texts under the first of these keys that has any; “---” and the like are none."""
    for key in keys:
        value = meta.get(key)
        values = value if isinstance(value, list | tuple) else [value]
        texts = [" ".join(one[:LONGEST_VALUE].split()) for one in values if isinstance(one, str)]
        if texts := [text for text in texts if words(text)]:
            return texts
    return []


def _title(document: Document, meta: Mapping[str, object], file: str) -> str:
    """What the note calls itself, else its first lines, else what its file is called."""
    firsts = (
        "" if _FILE_LIKE.fullmatch(document.title) else document.title,
        *_first_headings(document),
        *(b.text for b in document.blocks if b.kind != "code"),
    )
    stated = _said(meta, _TITLE) or [""]
    named = html.unescape(_without_site(stated[0], (*_said(meta, ("og:title",)), document.title)))
    if named and not _FILE_LIKE.fullmatch(named):
        return _cut(named, LONGEST["title"])
    first = " ".join(html.unescape(next(filter(None, firsts), ""))[:LONGEST_VALUE].split())
    bare = not first or _BARE_TITLE.fullmatch(first) or _FILE_LIKE.fullmatch(first)
    return _cut((_readable(file) or first) if bare else first, LONGEST["title"])


def _without_site(title: str, shorter: Iterable[str]) -> str:
    """A page's title without the name of its site, where the page says elsewhere what remains."""
    parts = [part.strip() for part in _SITE.split(title)]
    return next((one for one in shorter if one != title and one.strip() in (*_runs(title), *parts)), title)


def _runs(title: str) -> tuple[str, ...]:
    """A title without its first or its last part."""
    cuts = list(_SITE.finditer(title))
    return (title[cuts[0].end() :].strip(), title[: cuts[-1].start()].strip()) if cuts else ()


def _first_headings(document: Document) -> list[str]:
    """The first heading, if it stands among the first blocks."""
    return [block.text for block in document.blocks[:5] if block.kind == "heading"][:1]


def _readable(file: str) -> str:
    """A file's name as a title: ``2015-11-04-community-meetup.html.md`` is ``Community meetup``."""
    stem = PurePosixPath(file).name.split(".")[0]
    stem = re.sub(r"^(?:\d{4}-\d\d-\d\d|\d+)[-_ ]+", "", stem)
    name = " ".join(re.split(r"[-_\s]+", stem)).strip()
    return name[:1].upper() + name[1:]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + "…"


def _stated_city(meta: Mapping[str, object], events: Events) -> str:
    for text in _said(meta, _CITY):
        known = [events.place(part.strip()) for part in text.split(",")]
        if city := next((place for place in known if place in events.cities), ""):
            return city
        return _cut(known[0], LONGEST["name"]) if "city" in meta else ""
    return ""


def _stated_date(meta: Mapping[str, object]) -> str:
    for key in _DATE:
        value = meta.get(key)
        if isinstance(value, datetime | date):
            return value.isoformat()[:10] if FIRST_YEAR <= value.year <= LAST_YEAR else ""
        text = "" if isinstance(value, bool) or value is None else str(value).strip()[:100]
        if found := _written_date(text) or (_valid(text) if _YEAR.fullmatch(text) else ""):
            return found
    return ""


def _written_date(text: str) -> str:
    """A day or month in a text, in figures or with a named month; a year alone is none."""
    if match := _ISO.search(text):
        return _valid(match[1], match[3], match[4] or "")
    if (match := _COMPACT.search(text)) and (found := _valid(match[1], match[2], match[3])):
        return found
    return _named_month(text, (_NAMED_MONTH, _COMPACT_MONTH, _YEAR_MONTH))


def _named_month(text: str, patterns: Iterable[re.Pattern[str]]) -> str:
    for pattern in patterns:
        for match in pattern.finditer(text):
            number = MONTHS.get(fold(match["month"]))
            parts = match.groupdict()
            if number:
                return _valid(match["year"], str(number), parts.get("day") or parts.get("later") or "")
    return ""


def _opening_date(document: Document) -> str:
    """A whole day with a named month ("31 August 2017") in the first paragraphs."""
    blocks = [block.text for block in document.blocks[:OPENING_BLOCKS] if block.kind != "code"]
    days = (_named_month(text[:OPENING_LETTERS], (_NAMED_MONTH, _COMPACT_MONTH)) for text in blocks)
    return next((day for day in days if len(day) == 10), "")


def _valid(year: str = "", month: str = "", day: str = "") -> str:
    """ISO 8601 as precise as the parts are, or nothing for a month or day that does not exist."""
    try:
        whole = date(int(year or 0), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        return ""
    return whole.isoformat()[: 10 if day else 7 if month else 4]


def _date(posted: str, event: Event | None, opening: str) -> str:
    """The note's own date, else its event's month, else one of its opening that fits the event's year."""
    if posted or event is None:
        return posted or opening
    fits = event.year in ("", opening[:4])
    return event.month or (opening if fits else "") or event.year


def _release(meta: Mapping[str, object], title: str, text: str, event: Event | None, events: Events) -> str:
    if stated := _said(meta, _RELEASE):
        known = {fold(name): name for name in events.releases}
        return next((known[w] for w in words(stated[0]) if w in known), _cut(stated[0], LONGEST["name"]))
    in_title, in_text = _release_patterns(events)
    usual = (event.designing or event.released) if event else ""
    named = [found for match in in_title.finditer(title) if (found := next(filter(None, match.groups()), ""))]
    if named and ("openstack" in fold(f"{title} {text[:5000]}") or usual):
        return usual if usual in named else named[0]
    counts = Counter(next(filter(None, match.groups()), "") for match in in_text.finditer(text[:100_000]))
    ranked = counts.most_common(2)
    clear = ranked and ranked[0][1] >= 3 and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1])
    return ranked[0][0] if clear else usual


@lru_cache(maxsize=4)
def _release_patterns(events: Events) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What calls a release in a title, and in a text, where it needs a clearer word beside it."""
    names = "|".join(re.escape(name) for name in events.releases if fold(name) not in events.places)
    if not names:
        return re.compile(r"(?!)"), re.compile(r"(?!)")
    after = rf"\b({names})\b(?i:{_RELEASE_AFTER})"
    return (
        re.compile(rf"{after}|(?i:{_TITLE_BEFORE})({names})\b"),
        re.compile(rf"{after}|(?i:{_RELEASE_BEFORE})({names})\b"),
    )


def _author(meta: Mapping[str, object]) -> str:
    return _cut(", ".join(_said(meta, _AUTHOR)), LONGEST["name"])


def _people(meta: Mapping[str, object], title: str, document: Document, events: Events) -> tuple[str, ...]:
    """Those of the front matter first, then those named in title and text; each once."""
    listed = (name for text in _said(meta, _PEOPLE) for name in _BETWEEN_NAMES.split(text) if name)
    texts = [title, *(block.text for block in document.blocks if block.kind != "code")]
    names: dict[str, str] = {}
    for name in (*listed, *people(texts, _not_people(events))):
        names.setdefault(fold(name), _cut(name, LONGEST["name"]))
    return tuple(names.values())[:MOST_PEOPLE]


@lru_cache(maxsize=4)
def _not_people(events: Events) -> frozenset[str]:
    names = [*events.places, *(series.name for series in events.series.values())]
    return frozenset(parts[0] for name in names if (parts := words(name)))


def _url(meta: Mapping[str, object]) -> str:
    for key in _URL:
        for text in _said(meta, [key]):
            if len(text) <= LONGEST["url"] and " " not in text and is_web(text):
                return text
    return ""


def is_web(text: str) -> bool:
    """Whether a text is a whole web address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _stated_language(document: Document, meta: Mapping[str, object]) -> str:
    stated = document.language or next(iter(_said(meta, _LANGUAGE)), "")
    code = re.split(r"[-_]", stated.strip().lower())[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) else ""
