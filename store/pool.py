"""Which passages are looked at for a question: those with its rare words, so that common ones cost nothing.

The database ranks a passage in a microsecond or so, and a common word stands in hundreds of thousands. The rarest
terms therefore choose the passages, as many terms as the database can rank at once; the common ones only count where
these are scored. Where what is rare does not make an answer by itself, the passages that hold common terms together
are looked at, too, but never more of them than could be ranked.
"""

from collections.abc import Callable, Iterator, Sequence

from store.index import RANKED
from store.terms import Term, match_query

ENOUGH = 0.5
"""The share of the question's weight that rare terms have where a passage without any of them could be no answer."""


def selections(terms: Sequence[Term], count: Callable[[str], int]) -> Iterator[str]:
    """FTS5 queries for the passages worth scoring, the most telling first; *count* tells in how many a stem stands.

    As long as the notes are few, it is one query for passages with any of the terms.
    """
    known = [term for term in terms if term.forms]
    held = {term: sum(min(map(count, form.stems)) for form in term.forms) for term in known}
    ordered = sorted(known, key=lambda term: held[term])
    rare: list[Term] = []
    for term in ordered:
        if sum(held[one] for one in (*rare, term)) > RANKED:
            break
        rare.append(term)
    if rare:
        yield match_query(term for term in known if term in rare)
    common = ordered[len(rare) :]
    if common and sum(term.weight for term in rare) < ENOUGH * sum(term.weight for term in terms):
        yield from _together(common)


def _together(common: Sequence[Term]) -> Iterator[str]:
    """Passages that hold several common terms, then those about the rarest of them, then any that hold it."""
    first, *others = (match_query([term]) for term in common)
    if others:
        yield " AND ".join(f"({match})" for match in (first, *others))
    if len(others) > 1:
        yield f"({first}) AND ({' OR '.join(others)})"
    yield f"{{title heading}} : ({first})"
    yield first
