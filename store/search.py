"""Which passages answer best, and when none is good enough.

The index finds candidates (FTS5, BM25); everything here is decided the same way for any database.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from store.index import Candidate, Index
from store.meaning import Model
from store.model import Confidence, Hit, Scope
from store.pool import Selection, selections
from store.quotes import Wanted
from store.scoring import (
    NAMES_ONE_THING,
    REREAD,
    Scored,
    asked_for,
    best_first,
    distinct,
    fed_back,
    reread,
    scored,
    spread,
)
from store.spelling import Spelling
from store.terms import Form, Lexicon, Term, match_query, rejoined, resolve
from store.text import fold, stem, words
from store.thesaurus import widened
from store.vectors import nearest

OUTSIDE = 0.55
"""What a passage from outside the scope counts if its own words name the scope."""
TITLED = 1.1
"""What a passage counts more whose note names the scope in its title, or that names the release itself."""
OTHER_RELEASE = 0.7
"""What a passage counts that neither its note nor its own words tie to the release asked for."""
WEAK = 0.3
"""What a word counts that goes with any topic ("session", "people")."""
MISSING_NAME, MISSING_WORD = 1.5, 0.6
"""What a word weighs that the notes do not have: a name more (without it, the rest is another question), an
everyday word less (the notes may put it differently)."""
WORTH = 0.3
"""Passages that score less than this share of the best one are not worth a reader's time."""
FLOOR = 0.5
"""The share of the question's weight that the best passage must cover; below it we refuse."""
LOOSE_FLOOR, LOOKED_AT = 0.36, 3
"""The share that words and those that stand for them must cover in one of so many best passages."""
LOOSE_WORTH = 0.6
"""What such a passage must score at least beside the best one."""
RANKS, MEANT = 3, 1.5
"""What is added to a rank before it is turned over (the more, the less the first places count), and what a rank by
meaning counts beside one by words that stand for others."""
POOL = 200
"""How many candidates the index is asked for."""
CROWD = tuple(
    (word,) for word in "people attendees attended participants visitors delegates leute teilnehmer besucher".split()
)
"""What the people at an event are called: where they are counted, one word is as good as another."""
WHOLE = 0.95
"""The share of the question's weight in the best passage from which an answer is sure."""
MEANING = 0.2
"""What the cosine to the question adds, as a share of the question's weight: it orders what words leave equal."""
SAME_MEANING = 0.33
"""The cosine from which a passage says in other words what is asked. Between 0.33, the highest of a question that the
notes do not answer, and 0.38, the lowest of one that they do, in one half of the marked questions."""
TELLING = 3
"""Words that tell something which a paraphrase has at least; two words are as near to everything as to anything."""
NEAREST = 30
"""How many passages that share no rare word with the question its meaning may add."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. ``words`` are folded content words in order, all that is asked when there is no phrase.

    ``weak`` are those of the words that go with any topic, ``names`` those typed like a name; ``strangers`` are
    people who do not stand in the notes, though others of their names do. ``phrases`` must stand word for word,
    ``without`` (stems) must not. ``places`` are stems that name the scope in running text ("barcelona"): a passage
    that holds them counts for the scope, though its note does not. ``person`` are the stems of a name: who wrote
    the note, or is named in the passage. ``exact`` corrects nothing. ``text`` is the question as it was put, for its
    meaning. ``loose`` takes other words for those of a question that would be refused.
    """

    words: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    strangers: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    scope: Scope = Scope()  # noqa: RUF009 - frozen
    places: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    wants: Wanted = ""
    exact: bool = False
    text: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the notes have: hits best first (none where the best is below the floor), and how words were read.

    ``coverage`` (0 to 1) is the share of the question's weight in the best passage, ``missing`` are words
    that the notes do not have, ``ties`` the readings of a word between which its spelling does not decide.
    ``below`` are the best passages of a refused question: the nearest that the notes say. ``confidence`` tells how
    well the best hit is supported: by all words as typed, by most of them, or only by what they mean; ``reworded``
    that it was found with words that stand for those of the question.
    """

    hits: tuple[Hit, ...] = ()
    terms: tuple[Term, ...] = ()
    coverage: float = 0.0
    missing: tuple[str, ...] = ()
    ties: tuple[Spelling, ...] = ()
    below: tuple[Hit, ...] = ()
    confidence: Confidence = ""
    reworded: bool = False


def search(index: Index, query: Query, limit: int = 10) -> Found:
    """The passages that answer a query best, at most *limit*, or none where the best is below the floor."""
    with index.snapshot():
        terms, ties = _terms(index, query)
        near = _near(index, query)
        ranked = spread(distinct(_ordered(index, query, terms, near)))
        found = Found(
            terms=tuple(terms),
            coverage=max((one.coverage for one in ranked[:limit]), default=0.0),
            missing=tuple(term.typed for term in terms if not term.forms),
            ties=tuple(ties),
        )
        if found.coverage < FLOOR:
            return _otherwise(index, query, found, ranked, near, limit)
        worth = WORTH * ranked[0].score
        kept = [one for one in ranked if one.coverage >= FLOOR * found.coverage and one.score >= worth]
        return replace(found, hits=_hits(index, kept[:limit]), confidence=_confidence(query, found, ranked[0]))


def _otherwise(
    index: Index, query: Query, found: Found, ranked: Sequence[Scored], near: Mapping[int, float], limit: int
) -> Found:
    """What says in other words what no passage says in those of the question, or a refusal with what comes nearest."""
    wide, reworded = _reworded(index, query, found.terms, ranked, near) if query.loose else ([], [])
    meant = _meant(query, found.terms, ranked, near, index.model)
    best = _by_both(reworded, meant)[:limit]
    if not best:
        return replace(found, below=_hits(index, ranked[:3]))
    terms = tuple(wide) if reworded else found.terms
    return replace(found, hits=_hits(index, best), terms=terms, confidence="nearest", reworded=bool(reworded))


def _by_both(reworded: Sequence[Scored], meant: Sequence[Scored]) -> list[Scored]:
    """Two orders as one, by reciprocal rank (Cormack, Clarke and Buettcher 2009)."""
    passages = {one.candidate.id: one for one in (*meant, *reworded)}
    ranks: defaultdict[int, float] = defaultdict(float)
    for order, counts in ((reworded, 1.0), (meant, MEANT)):
        for rank, one in enumerate(order):
            ranks[one.candidate.id] += counts / (RANKS + rank)
    return [passages[id] for id in sorted(ranks, key=lambda id: (-ranks[id], id))]


def _reworded(
    index: Index, query: Query, terms: Sequence[Term], ranked: Sequence[Scored], near: Mapping[int, float]
) -> tuple[list[Term], list[Scored]]:
    """The question's terms with words that stand for them, and the passages that have enough of those.

    *ranked* are the passages in the order of the terms alone.
    """

    def is_fixed(term: Term) -> bool:
        named = term.typed in query.strangers or not query.names.isdisjoint(term.typed.split())
        return named or bool(term.correction) or term.typed.startswith("“")

    lexicon = index.generation.lexicon
    wide = widened(terms, lexicon, is_fixed)
    unheard = any(not term.forms and not _is_everyday(term, lexicon.common) for term in wide)
    if query.exact or unheard:  # what is no word at all is a name that the notes don't have
        return wide, []
    if wide != list(terms):
        ranked = spread(distinct(_ordered(index, query, wide, near)))
    if max((_loosely(wide, one.matched) for one in ranked[:LOOKED_AT]), default=0.0) < LOOSE_FLOOR:
        return wide, []
    return wide, [one for one in ranked if one.score >= LOOSE_WORTH * ranked[0].score]


def _loosely(terms: Sequence[Term], matched: frozenset[str]) -> float:
    """The share of the terms' weight that stems cover, other words for theirs counted for what they count."""
    held = (max((f.weight for f in t.forms if matched.issuperset(f.stems)), default=0.0) * t.weight for t in terms)
    return sum(held) / (sum(term.weight for term in terms) or 1.0)


def order(index: Index, query: Query, limit: int) -> tuple[Hit, ...]:
    """The passages that hold anything of a query, best first: no floor, no grouping, no turns of the notes."""
    with index.snapshot():
        terms, _ = _terms(index, query)
        return _hits(index, _ordered(index, query, terms, _near(index, query))[:limit])


def _terms(index: Index, query: Query) -> tuple[list[Term], list[Spelling]]:
    """What is looked for, each term with its weight, and the spellings between which a word's own does not decide."""
    lexicon = index.generation.lexicon
    if query.wants == "crowd":
        lexicon = replace(lexicon, groups=(*lexicon.groups, CROWD))
    typed = query.words if query.exact else rejoined(query.words, words(query.text), lexicon.vocabulary)
    terms, ties = resolve(typed, lexicon, names=query.names, exact=query.exact)
    terms += [_phrase_term(phrase, lexicon) for phrase in query.phrases if phrase]
    terms += [Term(name, (), lexicon.weight(())) for name in query.strangers]
    said = Counter(map(stem, words(query.text)))
    return [replace(_weighed(term, query, lexicon.common), times=_times(term, said)) for term in terms], ties


def _times(term: Term, said: Mapping[str, int]) -> float:
    """What a term counts that is said more than once, as in a question of several sentences."""
    return 1 + math.log(max(1, *(said[stem(word)] for word in term.typed.split())) + term.times - 1)


def _ordered(index: Index, query: Query, terms: Sequence[Term], near: Mapping[int, float]) -> list[Scored]:
    """The best passages by words and by meaning, best first."""
    return _fused(index, query, terms, reread(_ranked(index, query, terms), terms, query.wants, index.hits), near)


def _confidence(query: Query, found: Found, best: Scored) -> Confidence:
    """How well the words support the best passage: all of them there as they were typed, or only most of them.

    Of a thing named in two words one alone is another thing: "quantum computing" is not cloud computing.
    """
    whole = best.coverage >= WHOLE
    if not whole and len(found.terms) <= NAMES_ONE_THING:
        goes_with_any = any(query.weak.issuperset(term.typed.split()) for term in found.terms)
        return "likely" if goes_with_any else "nearest"
    corrected = any(term.correction for term in found.terms)
    return "sure" if whole and not found.missing and not corrected else "likely"


def _near(index: Index, query: Query) -> dict[int, float]:
    """Passages near in meaning, best first, by number, with their cosine; none where there is no model."""
    points = index.generation.space
    if index.model is None or points is None or not query.text or query.exact:
        return {}
    where = replace(query.scope, release="", person="")
    return nearest(index, points, index.model.embed([query.text])[0], index.notes_in(where) if where else None)


def _fused(
    index: Index, query: Query, terms: Sequence[Term], worded: Sequence[Scored], near: Mapping[int, float]
) -> list[Scored]:
    """The passages found by words and those near in meaning, in one order."""
    if not near:
        return list(worded)
    known = {one.candidate.id for one in worded}
    read = index.read_candidates([id for id in islice(near, NEAREST) if id not in known])
    average = max(1.0, sum(len(one.candidate.body) for one in worded) / max(1, len(worded)))
    asked = asked_for(terms)
    others = [scored(c, asked, average, 1.0) for c in _of_person(index, query, read)]
    total = sum(term.weight for term in terms)
    both = [
        replace(one, score=one.score + MEANING * total * max(0.0, near.get(one.candidate.id, 0.0)))
        for one in [*worded, *reread(others, terms, query.wants, index.hits)]
    ]
    return sorted(both, key=lambda one: (-one.score, one.candidate.id))


def _meant(
    query: Query, terms: Sequence[Term], ranked: Sequence[Scored], near: Mapping[int, float], model: Model | None
) -> list[Scored]:
    """The passages that say it in other words, nearest first; none unless the question may be a paraphrase.

    Meaning stands in for ordinary words alone: a name has to be in the passage, and a word that neither the notes nor
    the model know is a name.
    """
    if model is None or not near or query.phrases or query.strangers or len(set(query.words) - query.weak) < TELLING:
        return []
    unknown = [term.typed for term in terms if not term.forms]
    if any(word in query.names or not _ordinary(word, model) for word in unknown):
        return []
    names = [term for term in terms if not query.names.isdisjoint(term.typed.split())]
    able = [one for one in ranked if all(name.stems & one.matched for name in names)]
    if max((near.get(one.candidate.id, 0.0) for one in able), default=0.0) < SAME_MEANING:
        return []
    place = {id: place for place, id in enumerate(near)}
    return sorted((one for one in able if one.candidate.id in place), key=lambda one: place[one.candidate.id])


def _ordinary(word: str, model: Model) -> bool:
    """Whether a model knows a word, or what it is the plural of."""
    return all(model.knows(part) or model.knows(part.removesuffix("s")) for part in word.split())


def _phrase_term(phrase: tuple[str, ...], lexicon: Lexicon) -> Term:
    forms = (Form(tuple(map(stem, phrase))),)
    return Term(f"“{' '.join(phrase)}”", forms, lexicon.weight(forms))


def _weighed(term: Term, query: Query, common: frozenset[str]) -> Term:
    typed = term.typed.split()
    if query.weak.issuperset(typed):
        return replace(term, weight=term.weight * WEAK)
    if not term.forms:
        return replace(term, weight=term.weight * (MISSING_WORD if _is_everyday(term, common) else MISSING_NAME))
    return term


def _is_everyday(term: Term, common: frozenset[str]) -> bool:
    return common.issuperset(map(stem, term.typed.split()))


def _ranked(index: Index, query: Query, terms: Sequence[Term]) -> list[Scored]:
    """Candidates by BM25F over their fields, best first."""
    phrases = [tuple(map(stem, phrase)) for phrase in query.phrases]
    wanted = selections(terms, index.generation.lexicon.count)
    chosen = [Selection(match_query(terms, phrases))] if phrases else list(wanted)
    if not any(one.match for one in chosen):
        return []
    where = replace(query.scope, release="", person="")
    admitted = index.notes_in(where) if where else None
    pool = _of_person(index, query, _pool(index, chosen, query, admitted))
    release = stem(fold(query.scope.release))
    released = index.notes_in(Scope(release=query.scope.release)) if release else set[int]()
    if release and not released and not any(_names(c, release) for c in pool):
        return []
    average = max(1.0, sum(len(c.body) for c in pool) / max(1, len(pool)))
    place = _placer(query, admitted, release, released)
    asked = asked_for(terms)
    found = best_first(scored(c, asked, average, place(c)) for c in pool)
    return best_first(fed_back(found, terms, index.generation.lexicon, average))[:REREAD]


def _of_person(index: Index, query: Query, pool: Iterable[Candidate]) -> list[Candidate]:
    """Without passages that hold an unwanted word, and of those of others than the person asked for."""
    unwanted = set(query.without)
    kept = [c for c in pool if unwanted.isdisjoint(c.body)] if unwanted else list(pool)
    if not query.person:
        return kept
    written = index.notes_in(Scope(person=query.scope.person))
    return [c for c in kept if c.note in written or {*c.body, *c.heading, *c.title}.issuperset(query.person)]


def _pool(index: Index, chosen: Sequence[Selection], query: Query, admitted: set[int] | None) -> list[Candidate]:
    """Candidates of the scope's notes, and passages elsewhere whose own words name the scope."""
    if admitted is None:
        return _filled(index, chosen)
    pool = _filled(index, chosen, admitted) if admitted else []
    if query.places:
        year = (
            (query.scope.year,) if query.scope.event and query.scope.year else ()
        )  # of a yearly event's name it tells
        named = " AND ".join(f'"{place}"' for place in (*query.places, *year))
        seen = {candidate.id for candidate in pool}
        elsewhere = _filled(index, [one._replace(match=f"({one.match}) AND {named}") for one in chosen])
        pool += [candidate for candidate in elsewhere if candidate.id not in seen]
    return pool


def _filled(index: Index, chosen: Iterable[Selection], notes: set[int] | None = None) -> list[Candidate]:
    """What is chosen, one query after the other, until the pool is full."""
    pool: dict[int, Candidate] = {}
    for match, ranked in chosen:
        if len(pool) < POOL:
            found = index.candidates(match, POOL, notes, ranked=ranked)
            pool |= {candidate.id: candidate for candidate in found[: POOL - len(pool)] if candidate.id not in pool}
    return list(pool.values())


def _names(candidate: Candidate, release: str) -> bool:
    """Whether a passage names a release (its stem) in its title, headings or text."""
    return any(release in field for field in (candidate.title, candidate.heading, candidate.body))


def _placer(query: Query, admitted: set[int] | None, release: str, released: set[int]) -> Callable[[Candidate], float]:
    """How much a passage counts by where it stands, seen from the scope; *released* are the release's own notes."""

    def place(candidate: Candidate) -> float:
        factor = 1.0 if admitted is None or candidate.note in admitted else OUTSIDE
        if not set(query.places).isdisjoint(candidate.title):
            factor *= TITLED
        if release and _names(candidate, release):
            factor *= TITLED
        elif release and candidate.note not in released:
            factor *= OTHER_RELEASE
        return factor

    return place


def _hits(index: Index, ranked: Sequence[Scored]) -> tuple[Hit, ...]:
    by_id = {one.candidate.id: one for one in ranked}
    return tuple(
        replace(hit, score=round(by_id[hit.id].score, 4), matched=by_id[hit.id].matched)
        for hit in index.hits(list(by_id))
    )
