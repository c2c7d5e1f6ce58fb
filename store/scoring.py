"""How well a passage answers: BM25F over its fields, what its best sentence says, and the order that comes of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from store.feedback import shared, shares
from store.index import Candidate
from store.model import Hit
from store.quotes import Wanted, highest
from store.terms import Lexicon, Term, occurrences

K1, B = 2.0, 0.75
"""BM25's constants: how soon repetition stops counting, and how much a passage's length does."""
TITLE, HEADING, BODY = 1.6, 2.0, 1.0
"""How much a word counts by the field it stands in: a passage is about what is written above it."""
CLOSENESS = 0.8
"""What the best single sentence adds, as a share of the question's weight."""
EXACT = 0.3
"""What the very form of a word adds that was typed, as a share of its weight; its stem is others' as well."""
TITLE_ONLY = 0.4
"""What a passage counts whose own words and headings hold nothing of the question, only its note's title."""
FURTHER = 0.93
"""What each further passage of the same note counts beside the one before it."""
PARTLY = 0.5
"""What a passage loses at most for the share of the question that it lacks."""
WITHOUT_KEY = 0.8
"""What a passage counts that lacks the rarest word of the question."""
NAMES_ONE_THING, DESCRIBES = 2, 6
"""Up to so many words a question names one thing, which one sentence of a passage may say; from so many on it
describes, and no sentence says it all. In between, what is looked at shifts from the one to the other."""
FEEDBACK, FED_BY = 0.3, 10
"""What words shared by the best passages add for a description, as a share of its weight, and how many those are."""
REREAD = 60
"""How many candidates are read sentence by sentence."""
SAME = 0.75
"""Passages that share more than this of their words tell the same story."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its ``score``, the share of the question it covers, the stems that matched, and its place."""

    candidate: Candidate
    score: float
    coverage: float
    matched: frozenset[str]
    place: float = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms, and what is the same of them for every passage: ``key`` are the stems of the rarest known word."""

    terms: Sequence[Term]
    key: frozenset[str]
    total: float
    names: float


def asked_for(terms: Sequence[Term]) -> Asked:
    """What the terms have in common for every passage."""
    known = (term for term in terms if term.forms)
    rarest = max(known, key=lambda term: term.weight, default=None)
    key = rarest.stems if rarest else frozenset[str]()
    return Asked(terms, key, sum(term.weight for term in terms), 1 - _describes(terms))


def _describes(terms: Sequence[Term]) -> float:
    """From 0, a question that names one thing, to 1, one that describes something in many words."""
    return min(1.0, max(0.0, (len(terms) - NAMES_ONE_THING) / (DESCRIBES - NAMES_ONE_THING)))


def scored(candidate: Candidate, asked: Asked, average: float, place: float) -> Scored:
    """A candidate by BM25F; ``place`` is what it counts by where it stands, *average* the words of a passage."""
    score = covered = 0.0
    matched: set[str] = set()
    own = {*candidate.body, *candidate.heading}
    held = own.union(candidate.title)
    norm = _norm(candidate.body, average)
    for term in asked.terms:
        strength, stems = _strength(candidate, held, term, norm)
        score += term.weight * term.times * strength
        covered += term.weight if stems else 0.0
        matched |= stems
    if own.isdisjoint(matched):
        place *= TITLE_ONLY
    if asked.key.isdisjoint(matched):
        place *= 1 - asked.names * (1 - WITHOUT_KEY)
    coverage = covered / asked.total if asked.total else 1.0
    score *= 1 - asked.names * PARTLY * (1 - coverage)
    return Scored(candidate, score, coverage, frozenset(matched), place)


def _strength(candidate: Candidate, held: set[str], term: Term, norm: float) -> tuple[float, set[str]]:
    """How strongly a passage, with all that it has *held*, speaks of a term (0 to 1), and the stems that tell so.
    *norm* is what the passage's length counts.

    BM25F: occurrences weighed by field before they saturate (Robertson and Zaragoza 2009, 3.6).
    """
    best, used = 0.0, set[str]()
    for form in term.forms:
        if not held.issuperset(form.stems):
            continue
        frequency = (
            BODY * occurrences(form.stems, candidate.body) / norm
            + HEADING * min(1, occurrences(form.stems, candidate.heading))
            + TITLE * min(1, occurrences(form.stems, candidate.title))
        )
        if frequency:
            used.update(form.stems)
            best = max(best, form.weight * frequency / (frequency + K1))
    return best, used


def _norm(body: Sequence[str], average: float) -> float:
    """What a passage's length counts; 1 is the average."""
    return 1 - B + B * len(body) / average


def best_first(found: Iterable[Scored]) -> list[Scored]:
    """By score and place; those that are level by their number, so that the order is always the same."""
    return sorted(found, key=lambda one: (-one.score * one.place, one.candidate.id))


def fed_back(ranked: Sequence[Scored], terms: Sequence[Term], lexicon: Lexicon, average: float) -> Sequence[Scored]:
    """With what a description shares with the best passages beyond its own words.

    Those that could not come among the ``REREAD`` best by that are left out.
    """
    share = FEEDBACK * _describes(terms) * sum(term.weight * term.times for term in terms)
    if not share:
        return ranked
    asked = {s for term in terms for s in term.stems}
    weights = shared([(one.candidate.body, one.score) for one in ranked[:FED_BY]], asked, lexicon)
    least = ranked[:REREAD][-1].score * ranked[:REREAD][-1].place if ranked else 0.0
    return [
        _rescored(one, one.score + share * shares(weights, body, K1 * _norm(body, average)))
        for one in ranked
        if (one.score + share) * one.place >= least
        for body in [one.candidate.body]
    ]


def _rescored(one: Scored, score: float) -> Scored:
    """The same with another score; what ``replace`` does, in a fraction of its time."""
    return Scored(one.candidate, score, one.coverage, one.matched, one.place)


def reread(
    ranked: Sequence[Scored], terms: Sequence[Term], wants: Wanted, read: Callable[[list[int]], Iterable[Hit]]
) -> list[Scored]:
    """The best candidates again, by what a single sentence of theirs, or the headings above it, say of the question.

    *read* gives the passages of some numbers; a description asks for none.
    """
    names = 1 - _describes(terms)
    if not names:  # a description, of which no sentence says it all
        placed = (_rescored(one, one.score * one.place) for one in ranked)
        return sorted(placed, key=lambda one: (-one.score, one.candidate.id))
    weights = stem_weights(terms)
    total = sum(term.weight for term in terms)
    spelt = [(term.weight, *spelling) for term in terms if (spelling := _spelling(term))]
    hits = {hit.id: hit for hit in read([one.candidate.id for one in ranked])}
    again = []
    for one in ranked:
        hit = hits[one.candidate.id]
        above = sum(weights.get(s, 0.0) for s in set(one.candidate.heading)) / (sum(weights.values()) or 1.0)
        closest = max(above, highest(hit.passage.text, weights, wants, one.candidate.body))
        told = "\n".join((hit.passage.text, *hit.passage.heading, hit.source.title))
        lower = told.lower() if told.isascii() else ""
        exact = sum(weight for weight, word, pattern in spelt if _holds(told, lower, word, pattern))
        again.append(_rescored(one, (one.score + names * (CLOSENESS * total * closest + EXACT * exact)) * one.place))
    return sorted(again, key=lambda one: (-one.score, one.candidate.id))


def _spelling(term: Term) -> tuple[str, re.Pattern[str]] | None:
    """The very word that was typed, or that it was read as, and what finds it: "Downing" is not "down".

    Where a thing has several names, each is as good as the others.
    """
    word = term.correction or term.typed
    if len(term.forms) != 1 or not word.isalnum():
        return None
    return word.lower(), re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)


def _holds(text: str, lower: str, word: str, pattern: re.Pattern[str]) -> bool:
    """Whether a word stands in a text; *lower* is that in lower case, where looking there first leaves nothing out."""
    return (not lower or word in lower) and bool(pattern.search(text))


def stem_weights(terms: Iterable[Term]) -> dict[str, float]:
    """What each stem of the terms counts; a form of several stems shares its weight among them."""
    weights: dict[str, float] = {}
    for term in terms:
        for form in term.forms:
            for s in form.stems:
                weights[s] = max(weights.get(s, 0.0), term.weight * form.weight / len(form.stems))
    return weights


def distinct(ranked: Sequence[Scored]) -> list[Scored]:
    """Without passages that tell what a better one tells in the same words.

    The words of each passage are the bits of a number: to count those that two of them share takes no time.
    """
    bits: dict[str, int] = {}
    kept: list[Scored] = []
    said: list[tuple[int, float]] = []
    for one in ranked:
        words = 0
        for word in set(one.candidate.body):
            words |= bits.get(word) or bits.setdefault(word, 1 << len(bits))
        most = SAME * words.bit_count()
        if not most:
            kept.append(one)
        elif all((words & other).bit_count() < min(most, limit) for other, limit in said):
            kept.append(one)
            said.append((words, most))
    return kept


def spread(ranked: Sequence[Scored]) -> list[Scored]:
    """In a new order: each further passage of a note counts less, so that other reports come up, too."""
    seen: Counter[int] = Counter()
    again = []
    for one in ranked:
        again.append(replace(one, score=one.score * FURTHER ** seen[one.candidate.note]))
        seen[one.candidate.note] += 1
    return sorted(again, key=lambda one: (-one.score, one.candidate.id))
