"""What a question for a summary means: all of some notes, a few notes by their titles, or a topic in them."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from operator import eq

from intents import language
from intents.base import Correction, counted
from intents.event_filters import events_in
from intents.find import corrections, query, topic_of
from intents.tokens import alike
from intents.understand import Question
from store.index import Index
from store.model import Hit, Scope
from store.reading import Title, in_reading_order, notes_since, passages_of, titles
from store.scoring import stem_weights
from store.search import Found, search
from store.spread import doers
from store.terms import Term
from store.text import fold, name_words, stems, words

FOUND = 40
"""Passages about a topic that are summarised."""
MOST_TITLED = 6
"""If more notes than this have the words of a question in their titles, these name a topic and not a note."""
LONG = 4
"""Letters from which on a part of a file's name is a name: who wrote "alexgaynor-pycon.rst"."""

_DOCUMENTS = frozenset(
    "report reports recap recaps note notes post posts article articles blog entry summary writeup review "
    "retrospective wrapup roundup aftermath takeaways highlights trip bericht notizen interview".split()
)
"""What people call a note."""
_ALL = frozenset("everything all anything".split())
_WHOLE = (
    _DOCUMENTS
    | language.GATHERINGS
    | _ALL
    | frozenset(
        "main important big point points area areas part parts year years day days week time times latest new good "
        "best great last topics topic ones most thing".split()
    )
)
"""Words that mean all of what is named beside them, and no topic in it."""
_SINCE = re.compile(r"\bsince\b|\bseit\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is summarised: its name, its passages in reading order, and the topic in them.

    ``about`` tells how much of the topic a text holds (0 to 1), ``stems`` are its words. Without ``hits`` the notes
    have none of it; without a name nothing was asked for. ``found`` is what a search for the topic gave.
    """

    name: str = ""
    hits: Sequence[Hit] = ()
    about: Callable[[str], float] = lambda text: 1.0
    stems: frozenset[str] = frozenset()
    told: tuple[Correction, ...] = ()
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class _Since:
    """The notes from some time on, and how people call it."""

    notes: set[int]
    name: str


def subject_of(question: Question, index: Index) -> Subject:
    """What is to be summarised, with what the notes have of it."""
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


def _of_notes(question: Question, index: Index, notes: set[int] | None, since: _Since | None) -> Subject:
    """All that the notes in scope say."""
    if notes is None and not question.about:
        return Subject()
    name = f"the notes {since.name if since else _scope_name(question.scope)}".strip()
    if question.scope.event and not question.scope.person and not since:
        name = question.scope.event
    admitted = index.notes_in(Scope()) if notes is None else notes
    return Subject(name, passages_of(index, admitted), told=question.corrections)


def _scope_name(scope: Scope) -> str:
    """ "from OpenStack Summit Tokyo 2015, by Kyle Mestery"; nothing for all notes."""
    place = scope.event or " ".join(filter(None, (scope.city, scope.year)))
    parts = (f"from {place}" if place else "", f"by {scope.person}" if scope.person else "")
    release = f"on {scope.release}" if scope.release else ""
    return " ".join(filter(None, (*parts, release)))


def _titled(question: Question, index: Index, notes: set[int] | None) -> list[int]:
    """The notes whose title, file or author has all words of a question that names a note: "the zuul report".

    Within a scope a word says nothing that stands in the titles of all its notes: "PGConf NYC" is all of PGConf. A
    note about no known event may have the name of one in its title.
    """
    about = [word for word in question.about if word not in _DOCUMENTS | language.EMPTY_WORDS]
    telling = [word for word in about if word not in language.WEAK_WORDS]
    if not telling or question.phrases or question.strangers:
        return []
    kinds = _DOCUMENTS.intersection(words(question.said))
    found = _with_words(about, titles(index, notes), kinds)
    if kinds or len(telling) > 1 or len(about) > len(telling):
        found = found or _with_words((*about, *question.places), titles(index), kinds)
        return found if len(found) <= MOST_TITLED else []
    return found if notes and len(found) == len(notes) else []


def _with_words(about: Sequence[str], known: Sequence[Title], kinds: Collection[str]) -> list[int]:
    """The notes that have all these words in title, file or author, and if some do, one for a kind of note as well.

    A long word may also be a part of a file's name, where no note has them all as words.
    """
    for stands_in in (_is_word_of, _is_part_of):
        found = {id: named for id, *named in known if all(stands_in(word, named) for word in about)}
        if found:
            of_kind = [id for id, named in found.items() if any(_is_word_of(kind, named) for kind in kinds)]
            return of_kind or list(found)
    return []


def _is_word_of(word: str, known: Sequence[str]) -> bool:
    """Whether it is a word of a title, file or author, but for a slip in a long one."""
    same = alike if len(word) > LONG else eq
    return any(same(word, part) for text in known for part in name_words(text))


def _is_part_of(word: str, known: Sequence[str]) -> bool:
    _, file, _ = known
    return _is_word_of(word, known) or (len(word) >= LONG and word in fold(file))


def _named_notes(index: Index, notes: Collection[int]) -> Subject:
    """All of a few notes, called by their titles."""
    hits = passages_of(index, notes)
    named = list(dict.fromkeys(f"“{hit.source.title}”" for hit in hits))
    rest = f" and {counted(len(named) - 2, 'other note')}" if len(named) > 2 else ""
    return Subject(", ".join(named[:2]) + rest, hits)


def _about(question: Question, index: Index, since: _Since | None) -> Subject:
    """What the notes say of a topic."""
    found = search(index, query(question), limit=FOUND if since is None else 10 * FOUND)
    share = _share(found.terms)
    telling = [hit for hit in found.hits if share(" ".join((*hit.passage.heading, hit.passage.text)))]
    hits = in_reading_order(index, telling, since.notes if since else None)[:FOUND]
    name = f"{topic_of(question, found, index)} {since.name if since else _scope_name(question.scope)}".strip()
    stems = frozenset(stem_weights(found.terms))
    return Subject(name, hits, share, stems, corrections(question, found), found)


def _share(terms: Sequence[Term]) -> Callable[[str], float]:
    """How much of some terms a text holds, 0 to 1. "Contains" is no container."""
    weights, agents = stem_weights(terms), doers(terms)
    total = sum(term.weight for term in terms if term.forms) or 1.0

    def share(text: str) -> float:
        if not all(agent in text.lower() for agent in agents):
            return 0.0
        return min(1.0, sum(weights.get(s, 0.0) for s in set(stems(text))) / total)

    return share
