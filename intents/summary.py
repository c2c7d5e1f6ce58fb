"""The main points of a summit, a note, an author, a topic or a time, picked from the notes sentence by sentence."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from rapidfuzz import fuzz, process

from intents import language
from intents.base import Answer, Choice, Correction, Intent, Line, Size, cite, counted
from intents.event_filters import events_in
from intents.find import corrections, query, refusal, topic_of
from intents.timeline import month
from intents.tokens import alike
from intents.understand import Question
from store.index import Index
from store.model import Hit, Scope
from store.quotes import marks
from store.reading import in_reading_order, notes_since, passages_of, titles
from store.search import search, stem_weights
from store.summary import PASSAGES, Piece, Summary, summarise
from store.terms import Form
from store.text import fold, name_words, words

WORDS: Mapping[Size, int] = {"S": 80, "M": 200, "L": 420}
"""How many words a summary has at most."""
SIZES: tuple[Size, ...] = ("S", "M", "L")
FOUND = 40
"""Passages about a topic that are summarised."""
MOST_TITLED = 6
"""If more notes than this have the words of a question in their titles, these name a topic and not a note."""
MOST_NAMED = 4
"""How many authors the line of facts names, and how many things to go on with a refusal offers."""
NEAR = 70
"""How like a name what was typed has to be to be offered (0 to 100)."""
LONG = 5
"""Letters from which on a part of a file's name is a name: who wrote "alexgaynor-pycon.rst"."""
LABEL = 90
"""Characters of a section's heading."""

_DOCUMENTS = frozenset(
    "report reports recap recaps note notes post posts article articles blog entry summary writeup review "
    "retrospective wrapup roundup aftermath takeaways highlights trip bericht notizen interview".split()
)
"""What people call a note."""
_WHOLE = (
    _DOCUMENTS
    | language.GATHERINGS
    | frozenset(
        "main important big point points area areas part parts year years day days week time times latest new good "
        "best great last everything all anything topics topic ones most thing".split()
    )
)
"""Words that mean all of what is named beside them, and no topic in it."""
_ALL = frozenset("everything all anything".split())
_SINCE = re.compile(r"\bsince\b|\bseit\b", re.IGNORECASE)
_NEW_SINCE = re.compile(
    r"what(?:[’']?s| is| was| has been| has)? (?:new|changed|happened)(?: in the notes)? "
    r"(since\b(?! (?:the |my )?last load).{2,200})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is summarised: its name, its passages in reading order, and what the stems of a topic in it count."""

    name: str
    hits: Sequence[Hit] = ()
    topic: Mapping[str, float] = field(default_factory=dict)
    told: tuple[Correction, ...] = ()


def news(text: str) -> str | None:
    """The time in a question for what is new since then, if it is not for the news of the last load.

    >>> news("what's new since Portland?"), news("what is new since the last load")
    ('since Portland?', None)
    """
    match = _NEW_SINCE.match(text)
    return match[1] if match else None


def summary(question: Question, index: Index, limit: int = 10) -> Answer:
    """The sentences that tell most of what is asked for, grouped, in reading order, each with its source.

    ``hits`` are the at most ten passages that they stand in, best first. Where there is too little to choose from,
    everything is shown.
    """
    size = _size(question)
    question, notices = _without_stranger(_trimmed(question), index)
    if question.absent:
        return _unknown(question, index, f"I have no notes from {question.absent}.")
    subject = _subject(question, index)
    if isinstance(subject, Answer):
        return subject
    found = summarise(subject.hits, _says(index), WORDS[size], subject.topic)
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


def _says(index: Index) -> Callable[[str], float]:
    """What a stem says among all notes: what is peculiar to a few of them weighs more."""
    lexicon = index.generation.lexicon
    return cache(lambda s: lexicon.weight((Form((s,)),)))


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
    if not person or not scope or index.notes_in(question.scope) or not index.notes_in(scope):
        return question, ()
    about = tuple(word for word in question.about if word not in words(person))
    told = f"The notes do not tell which of them {person} wrote, so these are all of them."
    return replace(question, scope=scope, about=about), (told,)


def _subject(question: Question, index: Index) -> _Subject | Answer:
    """What is to be summarised, or why nothing is."""
    since = _since(question, index)
    if since is not None:
        question = replace(question, scope=Scope(person=question.scope.person), places=())
    notes = index.notes_in(question.scope) if question.scope else None
    if since is not None:
        notes = since.notes if notes is None else notes & since.notes
    if _is_whole(question, notes):
        return _of_notes(question, index, notes, since)
    if of_title := _titled(question, index, notes):
        return _named_notes(index, of_title)
    return _about(question, index, since)


@dataclass(frozen=True, slots=True)
class _Since:
    """The notes from some time on, and how people call it."""

    notes: set[int]
    name: str


def _since(question: Question, index: Index) -> _Since | None:
    """The notes since a year, or those after an event or a release that the question names behind "since"."""
    scope = question.scope
    if not _SINCE.search(question.said) or not (scope.event or scope.city or scope.year or scope.release):
        return None
    if scope.event or scope.city or scope.release:
        before = [e for e in events_in(scope, index.facets) if scope.release in ("", *e.releases) and e.start]
        if before:
            last = max(before, key=lambda event: event.start)
            return _Since(notes_since(index, last.start, after=True), f"since {last.name}")
    return _Since(notes_since(index, scope.year), f"since {scope.year}") if scope.year else None


def _is_whole(question: Question, notes: set[int] | None) -> bool:
    """Whether all of some notes is meant: nothing else is named, or only words for the whole."""
    if question.phrases or question.strangers:
        return False
    about = set(question.about)
    if notes is None:
        return about <= _ALL
    by_name = set(words(question.scope.person)) if question.scope.person else set()
    return about <= _WHOLE or (bool(notes) and about <= by_name)


def _of_notes(question: Question, index: Index, notes: set[int] | None, since: _Since | None) -> _Subject | Answer:
    """All that the notes in scope say."""
    if notes is None and not question.about:
        return _nothing_named(index)
    if notes is None:
        notes = index.notes_in(Scope())
    if not notes:
        where = since.name if since else _scope_name(question.scope)
        return _unknown(question, index, f"I have no notes {where}.")
    name = since.name if since else _scope_name(question.scope)
    return _Subject(f"the notes {name}".strip(), passages_of(index, notes), told=question.corrections)


def _scope_name(scope: Scope) -> str:
    """ "from OpenStack Summit Tokyo 2015, by Kyle Mestery"; nothing for all notes."""
    place = scope.event or " ".join(filter(None, (scope.city, scope.year)))
    parts = (f"from {place}" if place else "", f"by {scope.person}" if scope.person else "")
    release = f"on {scope.release}" if scope.release else ""
    return " ".join(filter(None, (*parts, release)))


def _titled(question: Question, index: Index, notes: set[int] | None) -> list[int]:
    """The notes whose title, file or author has all words of a question that names a note: "the zuul report".

    Within a scope a word says nothing that stands in the titles of all its notes: "PGConf NYC" is all of PGConf.
    """
    about = [word for word in question.about if word not in _DOCUMENTS | language.EMPTY_WORDS]
    telling = [word for word in about if word not in language.WEAK_WORDS]
    if not telling or question.phrases or question.strangers:
        return []
    found = [id for id, *known in titles(index, notes) if all(_stands_in(word, known) for word in about)]
    names_note = not _DOCUMENTS.isdisjoint(words(question.said)) or len(telling) > 1 or len(about) > len(telling)
    return found if len(found) <= MOST_TITLED and (names_note or len(found) == len(notes or ())) else []


def _stands_in(word: str, known: Sequence[str]) -> bool:
    """Whether a word is one of a title, file or author, but for a slip, or a long one part of the file's name."""
    _, file, _ = known
    inside = len(word) >= LONG and word in fold(file)
    return inside or any(alike(word, part) for text in known for part in name_words(text))


def _named_notes(index: Index, notes: Collection[int]) -> _Subject:
    """All of a few notes, called by their titles."""
    hits = passages_of(index, notes)
    named = list(dict.fromkeys(f"“{hit.source.title}”" for hit in hits))
    rest = f" and {counted(len(named) - 2, 'other note')}" if len(named) > 2 else ""
    return _Subject(", ".join(named[:2]) + rest, hits)


def _about(question: Question, index: Index, since: _Since | None) -> _Subject | Answer:
    """What the notes say of a topic."""
    found = search(index, query(question), limit=FOUND if since is None else 10 * FOUND)
    hits = in_reading_order(index, found.hits, since.notes if since else None)[:FOUND]
    if not hits:
        return _unknown(question, index, "", replace(refusal(question, index, found), intent="summary"))
    where = since.name if since else _scope_name(question.scope)
    name = f"{topic_of(question, found, index)} {where}".strip()
    return _Subject(name, hits, stem_weights(found.terms), corrections(question, found))


def _nothing_named(index: Index) -> Answer:
    """A question back, with the events that most notes are about."""
    heading = "What shall I summarise? Name a summit, a note, its author, a topic or a year."
    return Answer("summary", heading, choices=_largest(index), refused=True)


def _unknown(question: Question, index: Index, heading: str, answer: Answer | None = None) -> Answer:
    """A refusal with what there is that is called most alike, else what there is most of."""
    typed = " ".join((*question.about, question.absent)).strip() or question.said
    facets = index.facets
    names = {name: event.name for event in facets.events for name in (event.name, event.city) if name}
    names |= {author: f"notes by {author}" for author in facets.authors}
    near = process.extract(typed.lower(), {name: name.lower() for name in names}, scorer=fuzz.WRatio, limit=20)
    alike = dict.fromkeys(names[name] for _, score, name in near if score >= NEAR)
    choices = tuple(Choice(name, f"summarise {name}") for name in list(alike)[:MOST_NAMED]) or _largest(index)
    if answer is None:
        return Answer("summary", heading, corrections=question.corrections, choices=choices, refused=True)
    return replace(answer, choices=(*choices[:MOST_NAMED], *answer.choices)[: 2 * MOST_NAMED])


def _largest(index: Index) -> tuple[Choice, ...]:
    known = sorted(index.facets.events, key=lambda event: (-event.notes, event.name))[:MOST_NAMED]
    return tuple(Choice(event.name, f"summarise {event.name}", event.notes) for event in known)


def _everything(question: Question, subject: _Subject, limit: int) -> Answer:
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


def _lines(subject: _Subject, found: Summary, index: Index) -> Iterator[Line]:
    """What is known of the notes, how many people there were, and then the chosen sentences in reading order."""
    yield Line(_facts(subject.hits, index))
    if found.crowd:
        yield from (replace(line, section="") for line in _quotes(subject, [found.crowd], several=False))
    several = len({_event(hit) for hit in subject.hits}) > 1
    yield from _quotes(subject, sorted(found.pieces, key=lambda piece: (piece.at, piece.start)), several=several)


def _quotes(subject: _Subject, pieces: Sequence[Piece], *, several: bool) -> Iterator[Line]:
    """Pieces as quotes; those that follow each other in one paragraph are one."""
    for at, start, end in _joined(subject.hits, pieces):
        hit = subject.hits[at]
        text = hit.passage.text[start:end]
        yield Line(text, cite(hit), marks(text, frozenset(subject.topic)), section=_section(hit, several=several))


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
    known = {event.name: event for event in index.facets.events}
    events = [known[name] for name in dict.fromkeys(s.event for s in sources) if name in known]
    authors = list(dict.fromkeys(source.author for source in sources if source.author))
    dates = sorted(
        {event.start for event in events if event.start} | {s.date for s in sources if s.date and not s.event}
    )
    first, last = (month(dates[0]), month(dates[-1])) if dates else ("", "")
    one = events[0] if len(events) == 1 else None
    by = f" by {', '.join(authors[:MOST_NAMED])}" if authors else ""
    parts = (
        one.name if one else (counted(len(events), "event") if events else ""),
        one.city if one and one.city not in one.name else "",
        first if first == last else f"{first} to {last}",
        " and ".join(one.releases) if one else "",
        counted(len(sources), "note") + by + (" and others" if len(authors) > MOST_NAMED else ""),
    )
    return " · ".join(filter(None, parts))


INTENT = Intent(
    name="summary",
    help="Get the main points of a summit, a note, an author, a topic or a year; short, or in detail.",
    example="summarise the Tokyo summit",
    answer=summary,
    cues=(
        news,
        *("summarise", "summarize", "summary of", "summary for", "summary from", "summary", "sum up", "tldr", "tl dr"),
        *("overview of", "overview on", "overview", "main points of", "main points from", "key points of", "gist of"),
        *("what were the main points of", "what are the main points of", "what were the key points of"),
        *("what were the highlights of", "what are the highlights of", "highlights of", "highlights from"),
        *("what are the takeaways from", "what were the takeaways from", "takeaways from", "takeaways of"),
        *("main takeaways from", "main takeaways of", "key takeaways from", "key takeaways of", "in a nutshell"),
        *("what happened at", "what happened in", "what happened on", "what happened during", "what went on at"),
        *("zusammenfassung von", "zusammenfassung", "fasse zusammen", "uberblick uber"),
    ),
)
