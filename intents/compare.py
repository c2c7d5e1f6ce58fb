"""Events, years, releases or topics next to each other: what each side says, or what changed between them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from intents.base import Answer, Chart, Correction, Intent, Line, Size, cite, counted
from intents.event_filters import events_in
from intents.find import corrections, query, quote, refusal, spelt, topic_of
from intents.one_side import alternating, asked_back, listed, one_side, others, place_of, topic_line
from intents.sides import MOST_SIDES, Sides, sides
from intents.timeline import PASSING, distinct
from intents.understand import Question
from store.accounts import Account, differing
from store.contrast import Change, Kind, contrast
from store.index import Index
from store.model import Facets, Hit, Scope
from store.quotes import FEWEST_WORDS
from store.scoring import stem_weights
from store.search import Found, search
from store.spread import mentions, notes_of, required
from store.text import fold

RANKED = 30
"""How many passages of each side are ranked."""
QUOTED: Mapping[Size, int] = {"": 3, "S": 1, "M": 3, "L": 6}
"""How many passages of each side are quoted, and how many topics of each kind are shown, by the answer's size."""
LONGEST, LONGEST_NAME = 500, 60
"""Characters of a question that are read for its shape, and of a side's name."""
KINDS: tuple[tuple[Kind, str], ...] = (
    ("new", "New at {after}"),
    ("dropped", "Only at {before}"),
    ("louder", "Louder at {after}"),
    ("quieter", "Quieter at {after}"),
    ("kept", "At both"),
)
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE | re.DOTALL)
    for shape in (
        r"(?P<said>.*\w\W+(?:vs|versus|(?:as )?(?:compared?|opposed) (?:to|with|against)|in comparison (?:to|with))\b"
        r".*\w.*)",
        r"(?:(?:how|what|did|do|does|has|have) )+(?P<said>.*\b(?:chang|differ|evolv)\w*\b.*"
        r"\b(?:between\b.+\band|from\b.+\bto|in\b.+\band(?: in)?)\b.*\w.*)",
        r"(?P<said>[^:?]{2,100}: .*\b(?:19|20)\d\d(?: and| or| to|,)(?: in)? (?:19|20)\d\d)[\s?.!]*$",
        r"what(?:'s|’s| is| are| were)? (?:the )?differences? (?P<said>(?:between|in)\b.*\w.*)",
    )
)


def shaped(text: str) -> str | None:
    """What a question compares that shows by its shape that it compares; None where it does not.

    >>> shaped("Kuryr vs Flannel"), shaped("what was said about Kuryr")
    ('Kuryr vs Flannel', None)
    """
    matches = (shape.match(text[:LONGEST]) for shape in _SHAPES)
    return next((match["said"] for match in matches if match), None)


@dataclass(frozen=True, slots=True)
class _Side:
    """A side, searched: how it is called, what was asked of it, what was found, and all passages that speak of it."""

    name: str
    question: Question
    found: Found
    mentions: Sequence[int]


def compare(question: Question, index: Index, limit: int = 10) -> Answer:
    """The sides of a question next to each other: what each says of a topic or, without one, what changed.

    ``hits`` alternate between the sides, each side's best first. Where there is only one side, or one that nobody
    knows, the answer asks back.
    """
    compared = sides(question, index.facets)
    if len(compared.sides) == 1 and len(reports := _by_note(compared, index)) > 1:
        return _side_by_side(question, compared, reports, index, limit)
    if len(compared.sides) < 2:
        return asked_back(compared, index)
    if compared.are_places and not compared.has_topic:
        return _changed(question, compared, index, limit)
    return _side_by_side(question, compared, _searched(compared, index), index, limit)


def _searched(compared: Sides, index: Index) -> list[_Side]:
    asked = [_asked(side, compared.common) for side in compared.sides]
    found = [_found(each, index) for each in asked]
    names = _names(asked, found, compared, index)
    return [
        _Side(name, each, seen, _mentions(each, seen, index))
        for name, each, seen in zip(names, asked, found, strict=True)
    ]


def _mentions(asked: Question, found: Found, index: Index) -> list[int]:
    """All passages of a side's own notes that speak of the topic."""
    wanted = replace(query(asked), weak=PASSING)
    return mentions(index, wanted, required(index, wanted, found.terms)) if found.hits else []


def _asked(side: Question, common: Question) -> Question:
    """What is asked of one side: the topic that all have in common, and its own."""
    return replace(
        common,
        about=tuple(dict.fromkeys((*common.about, *side.about))),
        phrases=(*common.phrases, *side.phrases),
        strangers=(*common.strangers, *side.strangers),
        names=common.names | side.names,
        scope=side.scope,
        places=side.places,
        absent=side.absent,
    )


def _found(asked: Question, index: Index) -> Found:
    """What one side says: its own notes, or where they say nothing, other notes that name it."""
    own = search(index, replace(query(asked), places=()), RANKED)
    if asked.absent:
        return replace(own, hits=())
    if asked.scope.release:
        own = replace(own, hits=_of_release(own.hits, asked.scope.release))
    return own if own.hits else search(index, query(asked), RANKED)


def _of_release(hits: Sequence[Hit], release: str) -> tuple[Hit, ...]:
    """The passages of a release's own notes, then others that name it."""
    named = (hit for hit in hits if hit.source.release == release or fold(release) in fold(hit.passage.text))
    return tuple(sorted(named, key=lambda hit: hit.source.release != release))


def _by_note(compared: Sides, index: Index) -> list[_Side]:
    """The reports of one event, each a side: what its several reporters say of the topic."""
    (side,) = compared.sides
    asked = _asked(side, compared.common)
    found = Found() if side.absent or not asked.has_topic else _found(asked, index)
    files: dict[str, list[Hit]] = {}
    for hit in found.hits if not found.missing else ():
        files.setdefault(hit.source.file, []).append(hit)
    kept = list(files.values())[:MOST_SIDES]
    names = distinct((hits[0].source.author or hits[0].source.title for hits in kept), LONGEST_NAME)
    return [
        _Side(name, asked, replace(found, hits=tuple(hits)), [hit.id for hit in hits])
        for name, hits in zip(names, kept, strict=True)
    ]


def _names(asked: Sequence[Question], found: Sequence[Found], compared: Sides, index: Index) -> list[str]:
    """What each side is called: its place, its topic, or both where both differ."""
    topics = [_topic(each, seen, index) for each, seen in zip(asked, found, strict=True)]
    if not compared.are_places or len({(side.scope, side.absent) for side in compared.sides}) == 1:
        return distinct(topics, LONGEST_NAME)
    own = (topic if side.has_topic else "" for topic, side in zip(topics, compared.sides, strict=True))
    pairs = zip(own, (place_of(side, index.facets) for side in compared.sides), strict=True)
    return distinct((" · ".join(filter(None, pair)) for pair in pairs), LONGEST_NAME)


def _topic(asked: Question, found: Found, index: Index) -> str:
    """What is asked of a side, as the notes spell it, or as it was typed where they do not have it."""
    return spelt(asked.about, asked.text).strip("“”") if found.missing else topic_of(asked, found, index)


def _side_by_side(question: Question, compared: Sides, parts: Sequence[_Side], index: Index, limit: int) -> Answer:
    """What each side says of the topic, best first; a side that says nothing of it says so."""
    told = tuple(dict.fromkeys(fix for part in parts for fix in corrections(part.question, part.found)))
    if not any(part.found.hits for part in parts):
        return _neither(question, compared, parts, told, index)
    room = QUOTED[question.size]
    start = question.page * room
    lines = [line for part in parts for line in _said(part, start, room, index)]
    accounts = differing(_read(parts, index)) if not start else []
    hits = alternating([part.found.hits[start:] for part in parts])
    return Answer(
        intent="compare",
        heading=_heading(parts, compared, index),
        lines=(*lines, *chain.from_iterable(map(_account_lines, accounts[:room]))),
        hits=hits[:limit],
        corrections=told,
        notices=_ambiguous(compared, index.facets),
        more=sum(max(0, len(part.found.hits) - start - room) for part in parts),
        size=question.size or "M",
        chart=_chart(parts),
    )


def _read(parts: Sequence[_Side], index: Index) -> list[Hit]:
    """The passages that may hold differing accounts; a search leaves out those that say almost the same."""
    ids = [hit.id for part in parts for hit in part.found.hits]
    return index.hits(list(dict.fromkeys([*ids, *(id for part in parts for id in part.mentions[:RANKED])])))


def _said(part: _Side, start: int, room: int, index: Index) -> Iterator[Line]:
    """A side's quotes, or a sentence of our own."""
    if not part.found.hits:
        yield Line(_silence(part, index), side=part.name)
    weights = stem_weights(part.found.terms)
    for hit in part.found.hits[start:][:room]:
        lines = list(quote(hit, weights, part.question.wants))
        whole = [line for line in lines if len(line.text.split()) >= FEWEST_WORDS]
        yield from (replace(line, side=part.name) for line in whole or lines)


def _silence(part: _Side, index: Index) -> str:
    if part.question.absent:
        return f"I have no notes from {part.question.absent}."
    where = f" from {part.name}" if part.question.scope else ""
    return f"The notes{where} don’t mention “{_topic(part.question, part.found, index)}”."


def _heading(parts: Sequence[_Side], compared: Sides, index: Index) -> str:
    names = listed([part.name for part in parts])
    best = next(part for part in parts if part.found.hits)
    about = f"{_topic(best.question, best.found, index)}: " if compared.common.has_topic else ""
    return f"{about}{names} side by side"


def _chart(parts: Sequence[_Side]) -> Chart:
    labels = distinct(part.name for part in parts)
    return Chart("Mentions", "mentions", tuple(zip(labels, (len(part.mentions) for part in parts), strict=True)))


def _account_lines(pair: tuple[Account, Account]) -> Iterator[Line]:
    """Two sentences that count the same thing and do not agree, side by side."""
    section = f"Accounts differ: {pair[0].figure} or {pair[1].figure}"
    names = distinct((account.hit.source.author or account.hit.source.title for account in pair), LONGEST_NAME)
    for account, name in zip(pair, names, strict=True):
        text = account.hit.passage.text[account.start : account.end]
        figure = text.index(account.figure)
        marked = ((figure, figure + len(account.figure)),)
        yield Line(text, cite(account.hit), marked, section=section, side=name)


def _ambiguous(compared: Sides, facets: Facets) -> tuple[str, ...]:
    """A city where several events were is told, since all of them are one side."""
    told = []
    for side in compared.sides:
        events = events_in(side.scope, facets) if side.scope.city else []
        if len(events) > 1:
            told.append(f"{place_of(side, facets)} stands for {listed([event.name for event in events])}.")
    return tuple(dict.fromkeys(told))


def _neither(
    question: Question, compared: Sides, parts: Sequence[_Side], told: tuple[Correction, ...], index: Index
) -> Answer:
    """No side says anything of the topic."""
    if all(part.question.absent for part in parts):
        heading = f"I have no notes from {listed([part.name for part in parts])}."
        return Answer("compare", heading, choices=others(compared, index), corrections=told, refused=True)
    words = tuple(dict.fromkeys(word for part in parts for word in part.question.about))
    asked = replace(parts[0].question, about=words, scope=Scope(), places=(), corrections=told)
    return replace(refusal(asked, index, parts[0].found), intent="compare", corrections=told)


def _changed(question: Question, compared: Sides, index: Index, limit: int) -> Answer:
    """What became of the topics of one event, year or release by the time of another."""
    facets = index.facets
    first, *_, last = sorted(compared.sides, key=lambda side: _start(side, facets))
    before, after = distinct((place_of(first, facets), place_of(last, facets)), LONGEST_NAME)
    room = QUOTED[question.size]
    changes = [] if first.absent or last.absent else contrast(index, first.scope, last.scope, room)
    if not changes:
        return one_side(compared, index, limit)
    shown = [(title, change) for kind, title in KINDS for change in changes if change.kind == kind]
    quotes = list(_quotes(shown, before, after))
    hits = alternating([[hit for hit, line in quotes if line.side == side] for side in (before, after)])
    skipped = f"Only {before} and {after} are compared; name a topic to compare more at once."
    return Answer(
        intent="compare",
        heading=f"What changed from {before} ({_size(first, index)}) to {after} ({_size(last, index)})",
        lines=tuple(line for _, line in quotes),
        hits=hits[:limit],
        corrections=compared.common.corrections,
        notices=(*_ambiguous(compared, facets), *((skipped,) if len(compared.sides) > 2 else ())),
        size=question.size or "M",
    )


def _size(side: Question, index: Index) -> str:
    return counted(len(notes_of(index, side.scope)), "note")


def _quotes(shown: Iterable[tuple[str, Change]], before: str, after: str) -> Iterator[tuple[Hit, Line]]:
    """What either side says of each topic, in words that are not quoted yet, where there are any."""
    quoted: set[str] = set()
    for title, change in shown:
        section = f"{title.format(before=before, after=after)}: {change.topic.shown}"
        section += f" · {change.before} → {change.after} mentions"
        for side, hits in ((before, change.said_before), (after, change.said_after)):
            told = [(hit, topic_line(hit, change.topic)) for hit in hits]
            for hit, line in [pair for pair in told if pair[1].text not in quoted][:1] or told[:1]:
                quoted.add(line.text)
                yield hit, replace(line, section=section, side=side)


def _start(side: Question, facets: Facets) -> str:
    """When a side was, as far as is known."""
    scope = replace(side.scope, release="")
    planned = [event.start for event in facets.events if side.scope.release in event.releases]
    events = [event.start for event in events_in(scope, facets)] if scope else planned
    return min(filter(None, events), default=side.scope.year)


INTENT = Intent(
    name="compare",
    help="Compare two summits, years, releases or topics: what changed, and what each side says.",
    example="compare Tokyo and Barcelona",
    answer=compare,
    cues=(
        shaped,
        *("compare", "comparison of", "comparison between", "difference between", "differences between"),
        *("what changed between", "what changed from", "vergleiche", "vergleich", "unterschied zwischen"),
    ),
)
