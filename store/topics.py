"""What the notes of an event, a year or the whole folder are about.

What a note may be about is taken from its text when it is loaded (``store/phrases.py``) and kept in the table
``topics``, a row for each phrase of a note, with the sums over all notes in ``topic_totals``. No row depends on other
notes, so that a load touches only those of the notes that it touches. Which phrases are topics is decided when
somebody asks, since it depends on what is asked about: the rows of the scope's notes are added up, and weighed by how
widely a phrase is spread over passages and notes and how much oftener it stands here than elsewhere. Names count more
than phrases, phrases more than plain words; an acronym and what it stands for are one topic.
"""

import json
import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from store.chatter import is_aside, is_chatter, is_personal, leans
from store.event_table import load_events
from store.index import Index
from store.model import Facets, Hit, Scope
from store.people import given_names
from store.quotes import Sentence, rate
from store.terms import common_stems, listed_words, occurrences, quoted
from store.text import fold, name_words, stem, stems

CONSIDERED = 400
"""How many phrases of a scope are weighed, those of most passages first."""
NAME, PHRASE, NOUN, EVERYDAY = 1.5, 1.2, 0.6, 0.4
"""What a name counts, several words, one word, and everyday words such as "friend"."""
FLAT, FOREIGN = 0.15, 0.5
"""What a word counts for the parts of any software ("port", "data"), and how much of that a plain word that only notes
in other languages have: of these no small words tell whether it is a noun that matters."""
UBIQUITOUS, OF_COURSE = 0.4, 0.05
"""What stands in this share of all passages is what the notes are about anyway: it counts no more than the second
number, and makes no phrase ("OpenStack environments")."""
SPREAD = 0.6
"""The power of a number of passages that counts: twice as many count 1.5 times as much."""
MOST_PECULIAR = 1.5
"""How much standing here oftener than elsewhere counts at most, in doublings, beside ``COMMON``."""
COMMON = 0.5
"""What standing here as often as elsewhere counts."""
ESTABLISHED = 10
"""In how many doublings of the notes that have it, wherever they are from, a phrase counts twice."""
PART = 0.6
"""A phrase is left to another that holds its words and stands in at least this share of its passages."""
SHORTEST_PLACE = 4
"""Letters from which on a place's name is nothing else: NA and US may be."""
SEVERAL = 2
"""Passages that a topic stands in, as long as there are enough such topics."""
NOTES_READ = 6
"""Notes that are read for a quote, those that hold most of the topic."""
SHORT, LONG = 8, 45
"""Words that a quote should have."""
FRAGMENT, LISTING, MANY_COMMAS = 0.7, 0.6, 4
"""What a quote counts that ends like no sentence, and one that lists things, by its commas."""
EARLY, IDLE, LEANING = 1.2, 0.4, 0.7
"""What a quote counts that begins with the topic, that says nothing of it, and that is not to be understood alone."""

Form = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that notes are about.

    ``shown`` is how they write it most often, ``also`` an acronym's words, or the acronym; ``forms`` are the stems of
    each way to put it, the commonest first. ``passages`` and ``notes`` count those of the scope that hold it;
    ``weight`` orders the topics of one scope (higher is more telling). ``plain`` are words that say little alone.
    """

    shown: str
    forms: tuple[Form, ...]
    passages: int
    notes: int
    weight: float = 0.0
    also: str = ""
    named: bool = False
    plain: bool = False

    @property
    def key(self) -> str:
        """What it is told by across scopes: the same topic has the same key at two events, if it is written alike."""
        return " ".join(self.forms[0])


def topics(index: Index, scope: Scope = Scope(), limit: int = 10) -> list[Topic]:  # noqa: B008 - frozen
    """The topics of the notes that a scope admits, the most telling first; none where it admits no note."""
    with index.snapshot():
        return topics_of(index, index.notes_in(scope) if scope else None, limit)


def topics_of(index: Index, notes: Iterable[int] | None, limit: int = 10) -> list[Topic]:
    """The topics of these notes (their numbers), or of all for None, the most telling first."""
    with index.snapshot():
        admitted = "" if notes is None else json.dumps(sorted(notes))
        weighed = _weighed(index, _counted(index, admitted), admitted)
        telling = [topic for topic in _without(weighed, index.facets) if not _is_given_name(index, topic)]
        merged = _merged(index, telling, admitted)
        kept = _apart(sorted(merged, key=lambda one: (-one.weight, one.key)), limit)
        return [_named(index, topic) for topic in kept]


def holding(index: Index, topic: Topic, scope: Scope = Scope(), limit: int = 5) -> list[Hit]:  # noqa: B008 - frozen
    """Passages of the scope whose text holds a topic, those that say most of it in a sentence first."""
    with index.snapshot():
        keys = json.dumps([" ".join(form) for form in topic.forms])
        within = "AND note IN (SELECT value FROM json_each(?))" if scope else ""
        values = [keys, json.dumps(sorted(index.notes_in(scope)))] if scope else [keys]
        notes = index.rows(
            "SELECT note FROM topics JOIN notes n ON n.id = note WHERE key IN (SELECT value FROM json_each(?)) "  # noqa: S608 - fixed text
            f"{within} GROUP BY note ORDER BY sum(passages) DESC, n.file LIMIT {NOTES_READ}",
            values,
        )
        sql = (
            "SELECT p.id, s.body FROM passages p JOIN stems s ON s.rowid = p.id "
            "WHERE p.note IN (SELECT value FROM json_each(?))"
        )
        rows = index.rows(sql, [json.dumps([note for (note,) in notes])])
        hits = index.hits([id for id, body in rows if _holds(body.split(), topic.forms)][:1000])
        rated = [(quotable(hit, topic), hit) for hit in hits]
        ranked = sorted(rated, key=lambda pair: (-pair[0].score, pair[1].source.file, pair[1].id))
        matched = frozenset(s for form in topic.forms for s in form)
        return [replace(hit, score=round(best.score, 4), matched=matched) for best, hit in ranked[:limit]]


def quotable(hit: Hit, topic: Topic) -> Sentence:
    """The sentence of a passage that speaks of a topic, whole and of a readable length where there is one."""
    text = hit.passage.text
    weights = {s: 1.0 for form in topic.forms for s in form}
    rated = [
        replace(one, score=one.score * _readable(sentence) * _telling(sentence, weights))
        for one in rate(text, weights)
        for sentence in (text[one.start : one.end],)
    ]
    return max(rated, key=lambda one: (one.score, -one.start), default=Sentence(0, len(text), 0.0))


def _readable(sentence: str) -> float:
    """Less (down to 0) for what is short, long, no whole sentence, or but a list."""
    count = len(sentence.split())
    length = min(1.0, count / SHORT, LONG / max(1, count))
    whole = 1.0 if sentence.endswith((".", "!", "。", ".”", ".)")) else FRAGMENT
    return length * whole * (LISTING if sentence.count(",") >= MANY_COMMAS else 1.0)


def _telling(sentence: str, topic: Container[str]) -> float:
    """More for what begins with the topic; less for what is of the trip, points elsewhere, or leans on the last one."""
    early = EARLY if any(s in topic for s in stems(sentence)[:SHORT]) else 1.0
    idle = IDLE if is_chatter(sentence) or is_aside(sentence) else 1.0
    return early * idle * (LEANING if leans(sentence) or is_personal(sentence) else 1.0)


def _holds(body: Sequence[str], forms: Iterable[Form]) -> bool:
    return any(occurrences(form, body) for form in forms)


def _counted(index: Index, admitted: str) -> list[tuple[str, int, int, int]]:
    """(key, passages, notes, passages that write it like a name) of a scope's commonest phrases."""
    if not admitted:
        sql = "SELECT key, passages, notes, named FROM topic_totals ORDER BY passages DESC, key LIMIT ?"
        return index.rows(sql, [CONSIDERED])
    sql = (
        "SELECT key, sum(passages) passages, count(*), sum(named) FROM topics "
        "WHERE note IN (SELECT value FROM json_each(?)) GROUP BY key ORDER BY passages DESC, key LIMIT ?"
    )
    return index.rows(sql, [admitted, CONSIDERED])


def _weighed(index: Index, counted: Sequence[tuple[str, int, int, int]], admitted: str) -> list[Topic]:
    everywhere = _totals(index, {part for key, *_ in counted for part in (key, *key.split())})
    every = index.rows("SELECT count(*) FROM passages")[0][0]
    inside = "SELECT count(*) FROM passages WHERE note IN (SELECT value FROM json_each(?))"
    here = index.rows(inside, [admitted])[0][0] if admitted else every
    english = _in_english(index, [key for key, *_ in counted])
    found = []
    for key, passages, notes, named in counted:
        total, all_notes, all_named = everywhere.get(key, (passages, notes, named))
        if " " in key and any(everywhere.get(part, (0, 0, 0))[0] > UBIQUITOUS * every for part in key.split()):
            continue
        elsewhere = (total - passages + 1) / (every - here + 2)
        oftener = math.log2(passages / here / elsewhere) if every > here else 0.0
        is_name = 2 * all_named >= total
        weight = (
            _kind(key, all_named / total)
            * (1 if key in english or is_name else FOREIGN)
            * passages**SPREAD
            * (1 + math.log2(notes) / 2 + math.log2(all_notes) / ESTABLISHED)
            * (COMMON + min(MOST_PECULIAR, max(0.0, oftener)))
            * max(OF_COURSE, 1 - (total / every / UBIQUITOUS) ** 2)
        )
        plain = not is_name and (key in flat_stems() or key not in english)
        found.append(Topic(key, (tuple(key.split()),), passages, notes, weight, named=is_name, plain=plain))
    return found


def _kind(key: str, named: float) -> float:
    several = PHRASE if " " in key else NOUN
    plain = EVERYDAY if common_stems().issuperset(key.split()) else several
    plain = FLAT if key in flat_stems() else plain
    return plain if key in flat_stems() and 2 * named < 1 else max(plain, NAME * min(1.0, 1.5 * named))


@cache
def flat_stems() -> frozenset[str]:
    """The stems of words for the parts and workings of any software, project or gathering."""
    return frozenset(map(stem, listed_words("flat_nouns.txt")))


def _in_english(index: Index, keys: Sequence[str]) -> frozenset[str]:
    """Those of some phrases that an English note has, or one whose language is not known."""
    sql = (
        "SELECT DISTINCT key FROM topics JOIN notes n ON n.id = note "
        "WHERE key IN (SELECT value FROM json_each(?)) AND n.language IN ('', 'en')"
    )
    return frozenset(key for (key,) in index.rows(sql, [json.dumps(list(keys))]))


def _totals(index: Index, keys: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """(passages, notes, passages that write it like a name) of these phrases, wherever they stand."""
    sql = "SELECT key, passages, notes, named FROM topic_totals WHERE key IN (SELECT value FROM json_each(?))"
    return {key: (passages, notes, named) for key, passages, notes, named in index.rows(sql, [json.dumps(list(keys))])}


def _without(found: Iterable[Topic], facets: Facets) -> list[Topic]:
    """Without what only names the event: its place, its series, its release; and without people."""
    known = (*facets.events, *facets.absent)
    names = [name for event in known for name in (event.name, event.series, event.city, *event.also)]
    events = {
        tuple(map(stem, name_words(name)))
        for name in (*names, *(r for event in known for r in event.releases), *facets.releases)
    }
    people = {tuple(map(stem, name_words(name))) for name in (*facets.people, *facets.authors)}
    never = events | people | {(part,) for name in people if len(name) > 1 for part in name if len(part) > 2}
    return [topic for topic in found if topic.forms[0] not in never | _places()]


@cache
def _places() -> frozenset[Form]:
    """The stems of cities, countries and parts of the world, however they are spelt."""
    table = load_events()
    spelt = (name for name in (*table.places, *table.cities, *table.cities.values()) if len(name) >= SHORTEST_PLACE)
    return frozenset(tuple(map(stem, name_words(name))) for name in spelt)


@cache
def _given_stems() -> frozenset[str]:
    return frozenset(map(stem, given_names()))


def _is_given_name(index: Index, topic: Topic) -> bool:
    """Whether a single word is somebody's first name; in capitals (STIG) it is none."""
    return topic.named and topic.key in _given_stems() and not _shown(index, topic.key).isupper()


def _merged(index: Index, found: Sequence[Topic], admitted: str) -> list[Topic]:
    """Those that are other names for one thing as one topic."""
    by_form = {topic.forms[0]: topic for topic in found}
    merged: dict[Form, Topic] = dict(by_form)
    for group in index.generation.lexicon.groups:
        same = {form: by_form[form] for name in group if (form := tuple(map(stem, name))) in merged}
        if len(same) > 1:
            topic = _one(index, sorted(same.values(), key=lambda one: (-one.passages, one.key)), admitted)
            for form in same:
                del merged[form]
            merged[topic.forms[0]] = topic
    return list(merged.values())


def _one(index: Index, same: Sequence[Topic], admitted: str) -> Topic:
    forms = tuple(form for topic in same for form in topic.forms)
    match = f"{{heading body}} : ({' OR '.join(map(quoted, forms))})"
    within = "AND p.note IN (SELECT value FROM json_each(?))" if admitted else ""
    sql = (
        "SELECT count(*), count(DISTINCT p.note) FROM stems JOIN passages p ON p.id = stems.rowid "  # noqa: S608 - fixed text
        f"WHERE stems MATCH ? {within}"
    )
    passages, notes = index.rows(sql, [match, admitted] if admitted else [match])[0]
    weight = max(topic.weight for topic in same) * (passages / same[0].passages) ** SPREAD
    return replace(same[0], forms=forms, passages=passages, notes=notes, weight=weight)


def _apart(ranked: Sequence[Topic], limit: int) -> list[Topic]:
    """The best that do not overlap; those of a single passage only where there are no others, then plain words."""
    kept: list[Topic] = []
    for topic in sorted(ranked, key=lambda topic: (topic.plain, topic.passages < SEVERAL)):
        if len(kept) == limit:
            break
        rival = next((at for at, other in enumerate(kept) if _overlap(other, topic)), -1)
        if rival < 0:
            kept.append(topic)
        elif topic.named and _is_part(kept[rival], topic) and topic.passages >= PART * kept[rival].passages:
            kept[rival] = topic
            kept = [one for one in kept if one is topic or not _is_part(one, topic)]
    return kept


def _overlap(kept: Topic, topic: Topic) -> bool:
    return _is_part(kept, topic) or (_is_part(topic, kept) and kept.passages >= PART * topic.passages)


def _is_part(shorter: Topic, longer: Topic) -> bool:
    return any(occurrences(a, b) for a in shorter.forms for b in longer.forms)


def _named(index: Index, topic: Topic) -> Topic:
    """With the way that notes write it."""
    shown = [_shown(index, " ".join(form)) for form in topic.forms]
    return replace(topic, shown=shown[0], also=_also(index, topic, shown))


def _shown(index: Index, key: str) -> str:
    sql = "SELECT shown FROM topics WHERE key = ? GROUP BY shown ORDER BY sum(passages) DESC, shown LIMIT 1"
    return str(index.rows(sql, [key])[0][0])


def _also(index: Index, topic: Topic, shown: Sequence[str]) -> str:
    """What an acronym stands for, or the acronym of a name, as far as the notes say."""
    single = len(topic.forms[0]) == 1
    written = [text for form, text in zip(topic.forms, shown, strict=True) if (len(form) == 1) != single]
    if written or not single:
        return next(iter(written), "")
    told = index.rows(
        "SELECT long FROM acronyms WHERE short = ? GROUP BY long ORDER BY count(*) DESC, long LIMIT 1", [fold(shown[0])]
    )
    return str(told[0][0]) if told else ""
