"""What is new: the notes that the last load brought, or those since an event or a year, with their topics."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from intents import language
from intents.base import Answer, Choice, Intent, Line, cite, counted
from intents.event_filters import events_in
from intents.find import find
from intents.timeline import month
from intents.understand import Question
from store.index import Index
from store.loads import Dated, Load, last_load, newest_first
from store.model import Hit, Scope
from store.quotes import marks
from store.reading import notes_since, passages_of
from store.topics import Topic, quotable, topics_of

SHOWN = 8
"""Notes on a page."""
TOPICS = 4
"""Topics that are named of each note."""
READ = 12
"""Passages of a note that are read for a quote."""
MOST_FILES = 5
"""Removed files that are named."""
MOST_CHOICES = 5
_LAST = r"(?:since|in|with|after|from|by) (?:the |my |our )?last (?:load|time|update|reload|import)"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"what(?:['’]?s| is| was| has)? (?:new|changed)(?: in the notes)?(?: {_LAST})?(?P<rest>)[\s?.!]*$",
        rf"(?:is there |are there )?any(?:thing)? (?:new|news|changes|new notes)(?: {_LAST})?(?P<rest>)[\s?.!]*$",
        r"what did (?:the |my |our )?last (?:load|update|reload) (?:bring|add|change|do)(?P<rest>)[\s?.!]*$",
        rf"(?:the )?(?:news|new notes|changes|latest notes|newest notes)(?: {_LAST})?(?P<rest>)[\s?.!]*$",
        r"(?:(?:what|which|list|show)(?: me)?(?: the)? )?(?:news|new notes|notes|reports)"
        r"(?: (?:are there|are new|came|came in|were (?:added|written)|do we have))? (?P<rest>since\b.*)",
        r"(?:is there )?(?:what|any ?thing)?(?:['’]?s| is| was| has been| has)? ?new(?: in the notes)?"
        r" (?P<rest>since\b.*)",
        r"was (?:ist|gibt es) neu(?:es)?(?: (?:seit|in|mit) dem letzten (?:laden|mal))?(?P<rest>)[\s?.!]*$",
    )
)


def shaped(text: str) -> str | None:
    """Since when news are asked for, nothing for the last load; None where a text asks for no news.

    >>> shaped("what's new since last load?"), shaped("what's new since Portland"), shaped("what is new in Nova")
    ('', 'since Portland', None)
    """
    matches = (shape.match(text) for shape in _SHAPES)
    return next((match["rest"] for match in matches if match), None)


def news(question: Question, index: Index, limit: int = 10) -> Answer:
    """The notes that are new, the latest first, page by page, each with its topics and a quote.

    ``hits`` are the passages quoted. A question with a topic is answered as any other.
    """
    if question.absent:
        return replace(find(question, index, limit), intent="news")
    if set(question.about) - language.WEAK_WORDS or question.phrases or question.strangers:
        return find(replace(question, intent="find"), index, limit)
    if question.scope:
        return _since(question, index, limit)
    load = last_load(index)
    if load is None:
        return Answer("news", "I do not know what the last load brought: the index tells nothing of it.", refused=True)
    return _of_load(load, question, index, limit)


def _of_load(load: Load, question: Question, index: Index, limit: int) -> Answer:
    """What a load added and changed, and the names of what it removed."""
    notes = newest_first(index, files=(*load.added, *load.changed))
    if load.is_first:
        heading = f"All {counted(load.counts[0], 'note')} came with the load of {_time(load.at)}: nothing changed since"
    else:
        kinds = zip(load.counts, ("added", "changed", "removed"), strict=True)
        done = ", ".join(f"{count} {kind}" for count, kind in kinds if count)
        heading = f"What the load of {_time(load.at)} brought: {done}"
    answer = _listed(notes, heading, question, index, limit, changed=frozenset(load.changed))
    gone = ", ".join(load.removed[:MOST_FILES]) + (" …" if load.counts[2] > MOST_FILES else "")
    return replace(answer, notices=(f"Removed: {gone}.",) if load.removed else ())


def _since(question: Question, index: Index, limit: int) -> Answer:
    """The notes after an event or a release, or from a year on."""
    scope = question.scope
    named = events_in(scope, index.facets) if scope.event or scope.city or scope.release else []
    before = [event for event in named if event.start and scope.release in ("", *event.releases)]
    if before:
        last = max(before, key=lambda event: event.start)
        since, numbers = last.name, notes_since(index, last.start, after=True)
    elif scope.year:
        since, numbers = scope.year, notes_since(index, scope.year)
    else:
        heading = "Since when? Name a summit, a release or a year that the notes have."
        return Answer("news", heading, scope=scope, refused=True)
    notes = newest_first(index, notes=numbers)
    if not notes:
        return Answer("news", f"I have no notes since {since}.", scope=scope, refused=True)
    heading = f"{counted(len(notes), 'note')} since {since}"
    answer = _listed(notes, heading, question, index, limit)
    everything = Choice(f"Summarise everything since {since}", f"summarise everything since {since}", len(notes))
    return replace(answer, choices=(everything, *answer.choices))


def _listed(
    notes: Sequence[Dated],
    heading: str,
    question: Question,
    index: Index,
    limit: int,
    changed: frozenset[str] = frozenset(),
) -> Answer:
    start = question.page * SHOWN
    shown = notes[start : start + SHOWN]
    if start and not shown:
        return Answer("news", "Those are all the notes.", scope=question.scope, refused=True)
    told = [(note, topics_of(index, [note.id], TOPICS)) for note in shown]
    quoted = [(note, topics, _telling(note, topics, index)) for note, topics in told]
    return Answer(
        intent="news",
        heading=heading,
        lines=tuple(_line(note, topics, hit, note.source.file in changed) for note, topics, hit in quoted),
        hits=tuple(hit for _, _, hit in quoted)[:limit],
        corrections=question.corrections,
        scope=Scope(),
        choices=tuple(_choice(note) for note in shown[:MOST_CHOICES]),
        more=len(notes) - start - len(shown),
    )


def _telling(note: Dated, topics: Sequence[Topic], index: Index) -> Hit:
    """The passage among a note's first ones that says most of its main topic, else the very first."""
    hits = passages_of(index, [note.id], READ)
    main = topics[:1]
    rated = [
        (max((quotable(hit, topic).score for topic in main), default=0.0), -at, hit) for at, hit in enumerate(hits)
    ]
    best = max(rated, key=lambda one: one[:2])[2]
    return replace(best, matched=frozenset(s for topic in main for form in topic.forms for s in form))


def _line(note: Dated, topics: Sequence[Topic], hit: Hit, is_changed: bool) -> Line:
    """A sentence of a note under a heading that tells what the note is."""
    source = note.source
    about = f"about {', '.join(topic.shown for topic in topics)}" if topics else ""
    title = ("Changed: " if is_changed else "") + (source.title or source.file)
    section = " · ".join(filter(None, (title, source.event, month(note.when), source.author, about)))
    span = _span(hit, topics)
    text = hit.passage.text[slice(*span)]
    return Line(text, cite(hit), marks(text, hit.matched), section)


def _span(hit: Hit, topics: Iterable[Topic]) -> tuple[int, int]:
    for topic in topics:
        best = quotable(hit, topic)
        return best.start, best.end
    return 0, len(hit.passage.text)


def _choice(note: Dated) -> Choice:
    title = note.source.title or note.source.file
    return Choice(f"Summarise “{title}”", f"summarise {title}")


def _time(iso: str) -> str:
    """ "20 Nov 2026, 13:02 UTC"."""
    day, _, clock = iso.partition("T")
    return f"{int(day[8:10])} {month(day)}, {clock[:5]} UTC" if clock else day


INTENT = Intent(
    name="news",
    help="See what the last load brought, or which notes there are since an event or a year.",
    example="what's new since last load",
    answer=news,
    cues=(shaped,),
)
