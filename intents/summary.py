"""The main points of a summit, a note, an author, a topic or a time, picked from the notes sentence by sentence."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from intents import language
from intents.base import Answer, Choice, Intent, Line, Size, cite, counted
from intents.find import refusal
from intents.names import handle
from intents.subject import Subject, subject_of
from intents.timeline import month
from intents.understand import Question
from store.index import Generation, Index
from store.model import Hit, KnownEvent
from store.occasion import bearing, heads
from store.quotes import marks
from store.summary import PASSAGES, Piece, Summary, summarise
from store.terms import Form
from store.text import words

WORDS: Mapping[Size, int] = {"S": 80, "M": 200, "L": 420}
"""How many words a summary has at most."""
SIZES: tuple[Size, ...] = ("S", "M", "L")
MOST_NAMED = 4
"""How many authors the line of facts names, and how many things to go on with a refusal offers."""
NEAR = 70
"""How like a name what was typed has to be to be offered (0 to 100)."""
LABEL = 90
"""Characters of a section's heading."""

_SINCE = re.compile(
    r"(?:everything|all(?: that)?|what(?:[’']?s| has)?)(?: (?:has )?happened)? (since\b.{2,200})", re.IGNORECASE
)
_BEHIND = re.compile(
    r"(?!(?:who|whom|what|which|when|where|why|how|is|are|was|were|did|do|does|has|have|can|wer|was|wie)\b)"
    r"(?P<of>[^?:]{2,80}?)[ ,:-]+(?:recap|summary|summed up|highlights|takeaways|in a nutshell|tl;?dr|zusammenfassung)"
    r"(?P<by> by [^?]{2,60})?[\s.?!]*$",
    re.IGNORECASE,
)


def since_then(text: str) -> str | None:
    """The time in a wish for everything since then.

    >>> since_then("everything since Portland"), since_then("what is new since Portland")
    ('since Portland', None)
    """
    match = _SINCE.match(text)
    return match[1] if match else None


def named_behind(text: str) -> str | None:
    """What is to be summed up where that word stands behind it.

    >>> named_behind("Portland recap by Ada Vale"), named_behind("Tokyo in a nutshell"), named_behind("recap")
    ('Portland by Ada Vale', 'Tokyo', None)
    """
    match = _BEHIND.match(text)
    return match["of"] + (match["by"] or "") if match else None


def summary(question: Question, index: Index, limit: int = 10) -> Answer:
    """The sentences that tell most of what is asked for, grouped, in reading order, each with its source.

    ``hits`` are the at most ten passages that they stand in, best first. Where there is too little to choose from,
    everything is shown.
    """
    size = _size(question)
    question, notices = _without_stranger(_trimmed(question), index)
    subject = Subject(question.absent) if question.absent else subject_of(question, index)
    if not subject.hits:
        return _nothing(question, subject, index)
    events = index.facets.events
    crowd, counts = heads(subject.hits, events), bearing(subject.hits, events)
    found = summarise(subject.hits, says(index), WORDS[size], about=subject.about, counts=counts, crowd=crowd)
    if found.too_little:
        return _everything(question, subject, limit)
    hits = [replace(subject.hits[at], score=round(adds, 4)) for at, adds in found.passages]
    return Answer(
        intent="summary",
        heading=f"Summary of {subject.name}",
        lines=tuple(_lines(subject, found, index)),
        hits=tuple(hits[:limit]),
        corrections=subject.told,
        scope=question.scope,
        notices=notices,
        size=size,
    )


def says(index: Index) -> Callable[[str], float]:
    """What a stem says among all notes: what is peculiar to a few of them weighs more."""
    return _says(index.generation)


@lru_cache(maxsize=1)
def _says(generation: Generation) -> Callable[[str], float]:
    """The same, remembered until the next load."""
    return cache(lambda s: generation.lexicon.weight((Form((s,)),)))


def _size(question: Question) -> Size:
    """How long the summary is to be: by a press, by a word before or behind what is asked, and by "more"."""
    before = words(question.text.removesuffix(question.said))
    asked = (language.SIZES.get(word, "") for word in (*before, *words(question.said)[-1:]))
    size = question.size or next(filter(None, asked), "M")
    return SIZES[min(SIZES.index(size) + question.page, len(SIZES) - 1)]


def _trimmed(question: Question) -> Question:
    """Without the words in its topic that name a length or mean the whole of what is named beside them."""
    about = question.about
    if about and about[-1] in language.SIZES and (len(about) > 1 or question.scope):
        about = about[:-1]
    return replace(question, about=about)


def _without_stranger(question: Question, index: Index) -> tuple[Question, tuple[str, ...]]:
    """Without a person who is not known to have written any of an event's notes, and a word about that."""
    person, scope = question.scope.person, replace(question.scope, person="")
    if not person or index.notes_in(question.scope):
        return question, ()
    about = tuple(word for word in question.about if word not in words(person))
    by_handle = replace(question.scope, person=handle(person, index.facets))
    if by_handle.person and index.notes_in(by_handle):
        told = f"The notes have no author of that name; “{by_handle.person}” is taken for {person}."
        return replace(question, scope=by_handle, about=about), (told,)
    if not scope or not index.notes_in(scope):
        return question, ()
    told = f"The notes do not tell which of them {person} wrote, so these are all of them."
    return replace(question, scope=scope, about=about), (told,)


def _nothing(question: Question, subject: Subject, index: Index) -> Answer:
    """A refusal with what there is that is called most alike, else what there is most of."""
    near = _near(question, index) or _largest(index)
    if subject.found:
        answer = refusal(question, index, subject.found)
        return replace(answer, intent="summary", choices=(*near, *answer.choices)[: 2 * MOST_NAMED])
    if subject.name:
        heading = f"I have no notes from {subject.name.removeprefix('the notes from ')}."
    else:
        heading = "What shall I summarise? Name a summit, a note, its author, a topic or a year."
    asks = not subject.name
    return Answer("summary", heading, corrections=question.corrections, choices=near, refused=True, asks=asks)


def _near(question: Question, index: Index) -> tuple[Choice, ...]:
    """The events and authors that are called like what was typed."""
    telling = (word for word in question.about if word not in language.WEAK_WORDS)
    typed = " ".join((*telling, question.absent)).strip()
    facets = index.facets
    names = {name: event.name for event in facets.events for name in (event.name, event.city) if name}
    names |= {author: f"notes by {author}" for author in facets.authors}
    rated = process.extract(typed.lower(), {name: name.lower() for name in names}, scorer=fuzz.WRatio, limit=20)
    alike = dict.fromkeys(names[name] for _, score, name in rated if score >= NEAR)
    return tuple(Choice(name, f"summarise {name}") for name in list(alike)[:MOST_NAMED])


def _largest(index: Index) -> tuple[Choice, ...]:
    known = sorted(index.facets.events, key=lambda event: (-event.notes, event.name))[:MOST_NAMED]
    return tuple(Choice(event.name, f"summarise {event.name}", event.notes) for event in known)


def _everything(question: Question, subject: Subject, limit: int) -> Answer:
    """All there is, where that is hardly more than a summary."""
    hits = [hit for hit in subject.hits if hit.passage.text.strip()]
    shown = hits[:PASSAGES]
    return Answer(
        intent="summary",
        heading=f"Too little to summarise: this is all of {subject.name}"
        if len(hits) <= PASSAGES
        else f"Nothing to summarise in {subject.name}: this is how it begins",
        lines=tuple(Line(hit.passage.text, cite(hit)) for hit in shown),
        hits=tuple(shown[:limit]),
        corrections=subject.told,
        scope=question.scope,
    )


def _lines(subject: Subject, found: Summary, index: Index) -> Iterator[Line]:
    """What is known of the notes, how many people there were, and then the chosen sentences in reading order."""
    yield Line(_facts(subject.hits, index))
    if found.crowd:
        yield from (replace(line, section="") for line in _quotes(subject, [found.crowd], several=False))
    several = len({_event(hit) for hit in subject.hits}) > 1
    yield from _quotes(subject, sorted(found.pieces, key=lambda piece: (piece.at, piece.start)), several=several)


def _quotes(subject: Subject, pieces: Sequence[Piece], *, several: bool) -> Iterator[Line]:
    """Pieces as quotes; those that follow each other in one paragraph are one."""
    for at, start, end in _joined(subject.hits, pieces):
        hit = subject.hits[at]
        text = hit.passage.text[start:end]
        yield Line(text, cite(hit), marks(text, subject.stems), section=_section(hit, several=several))


def _joined(hits: Sequence[Hit], pieces: Sequence[Piece]) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for piece in pieces:
        if runs and runs[-1][0] == piece.at:
            between = hits[piece.at].passage.text[runs[-1][2] : piece.start]
            if not between.strip() and "\n" not in between:
                runs[-1] = (piece.at, runs[-1][1], piece.end)
                continue
        runs.append((piece.at, piece.start, piece.end))
    return runs


def _event(hit: Hit) -> str:
    return hit.source.event or hit.source.title or hit.source.file


def _section(hit: Hit, *, several: bool) -> str:
    """The topic that a quote stands under: among several events it is the event, else the nearest heading."""
    heading = next((text for text in reversed(hit.passage.heading) if words(text)), "")
    named = _event(hit) if several else heading or hit.source.title or hit.source.file
    return named if len(named) <= LABEL else named[: LABEL - 1].rsplit(" ", 1)[0] + "…"


def _facts(hits: Sequence[Hit], index: Index) -> str:
    """Where and when it was, which releases it was about, and who wrote how many notes of it, as far as is known."""
    sources = list(dict.fromkeys(hit.source for hit in hits))
    named = {source.event for source in sources}
    events = [event for event in index.facets.events if event.name in named]
    authors = list(dict.fromkeys(source.author.split(",")[0] for source in sources if source.author))
    starts = {event.start for event in events} | {source.date for source in sources if not source.event}
    dates = [month(date) for date in sorted(starts) if date]
    by = f" by {', '.join(authors[:MOST_NAMED])}" if authors else ""
    others = " and others" if len(authors) > MOST_NAMED else ""
    about = _of_one(events[0]) if len(events) == 1 else (counted(len(events), "event"),) if events else ()
    parts = (*about, " to ".join(dict.fromkeys((*dates[:1], *dates[-1:]))), counted(len(sources), "note") + by + others)
    return " · ".join(filter(None, parts))


def _of_one(event: KnownEvent) -> tuple[str, ...]:
    return event.name, "" if event.city in event.name else event.city, " and ".join(event.releases)


INTENT = Intent(
    name="summary",
    help="Get the main points of a summit, a note, an author, a topic or a year; short, or in detail.",
    example="summarise the Tokyo summit",
    answer=summary,
    cues=(
        since_then,
        named_behind,
        *("summarise", "summarize", "summary of", "summary for", "summary from", "summary", "sum up", "tldr", "tl dr"),
        *("overview of", "overview on", "overview", "main points of", "main points from", "key points of", "gist of"),
        *("what were the main points of", "what are the main points of", "what were the key points of"),
        *("what were the highlights of", "what are the highlights of", "highlights of", "highlights from"),
        *("main highlights of", "main highlights from", "key highlights of", "key highlights from"),
        *("what are the takeaways from", "what were the takeaways from", "takeaways from", "takeaways of"),
        *("main takeaways from", "main takeaways of", "key takeaways from", "key takeaways of", "in a nutshell"),
        *("what happened at", "what happened in", "what happened on", "what happened during", "what went on at"),
        *("zusammenfassung von", "zusammenfassung", "fasse zusammen", "uberblick uber"),
    ),
)
