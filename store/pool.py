"""Which passages are looked at for a question: those with its rare words, so that common ones cost nothing.

The database ranks a passage in a microsecond or so, and a common word stands in hundreds of thousands. The rarest
terms therefore choose the passages, as many terms as the database can rank at once; the common ones only count where
these are scored. Where what is rare does not make an answer by itself, the passages that hold common terms together
are looked at, too, but never more of them than could be ranked.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from store.index import RANKED
from store.terms import Term, match_query

ENOUGH = 0.5
"""The share of the question's weight that rare terms have where a passage without any of them could be no answer."""
COUNTED = 100_000
"""Passages of a word beyond which it is not used to rank: the database counts them all before it ranks the first."""


class Selection(NamedTuple):
    """An FTS5 query for passages, and whether the best of them are wanted or, of words that are everywhere, any."""

    match: str
    ranked: bool = True


def selections(terms: Sequence[Term], count: Callable[[str], int]) -> Iterator[Selection]:
    """The passages worth scoring, the most telling first; *count* tells in how many a stem stands.

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
        yield Selection(match_query(term for term in known if term in rare))
    common = ordered[len(rare) :]
    if common and sum(term.weight for term in rare) < ENOUGH * sum(term.weight for term in terms):
        usual = [term for term in common if held[term] <= COUNTED]
        yield from _together(usual or common, ranked=bool(usual))


def _together(common: Sequence[Term], *, ranked: bool) -> Iterator[Selection]:
    """Passages that hold several common terms, then those about the rarest of them, then any that hold it."""
    first, *others = (match_query([term]) for term in common)
    if others:
        yield Selection(" AND ".join(f"({match})" for match in (first, *others)), ranked)
    if len(others) > 1:
        yield Selection(f"({first}) AND ({' OR '.join(others)})", ranked)
    yield Selection(f"{{title heading}} : ({first})", ranked)
    yield Selection(first, ranked)
