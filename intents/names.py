"""Whom a question means by a name: full, partial or misspelt, of the people whom the notes name. Pure."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from intents.tokens import alike
from store.model import Facets
from store.text import name_words, words

MOST_SLIPS = 2
"""Letters that may be wrong in a long name."""
LIKE_ENOUGH = 60
"""How alike (0 to 100) the nearest names are that are offered for an unknown one."""


def people_named(typed: str, facets: Facets) -> tuple[str, ...]:
    """Whom a name may mean, exact names before similar ones; several are several people, not spellings of one.

    >>> people_named("lachlan", Facets(people=("Lachlan Evenson", "Erica Brescia")))
    ('Lachlan Evenson',)
    """
    wanted = words(typed)
    known = [(name, name_words(name)) for name in dict.fromkeys((*facets.people, *facets.authors))] if wanted else []
    exact = [name for name, parts in known if tuple(wanted) == parts]
    partial = [name for name, parts in known if set(wanted) <= set(parts)]
    similar = [name for name, parts in known if all(any(alike(w, part) for part in parts) for w in wanted)]
    shortened = [name for name, parts in known if len(wanted) > 1 and _is_short_for(wanted, parts)]
    return _apart(exact or partial or similar or shortened)


def same_person(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same surname, and given names of which one begins like the other."""
    return _is_short_for(name_words(one), name_words(other)) or set(name_words(one)) == set(name_words(other))


def nearest(typed: str, facets: Facets, limit: int = 4) -> tuple[str, ...]:
    """The people whose names are most like an unknown one, if any is like it at all."""
    known = sorted({*facets.people, *facets.authors})
    folded = [" ".join(name_words(name)) for name in known]
    found = process.extract(
        " ".join(words(typed)), folded, scorer=fuzz.token_sort_ratio, limit=limit, score_cutoff=LIKE_ENOUGH
    )
    return tuple(known[at] for _, _, at in found)


def handle(name: str, facets: Facets) -> str:
    """The one author whose handle may be that of a person: the surname, perhaps behind the first letter; or nothing.

    >>> handle("Kyle Mestery", Facets(authors=("mestery", "rbowen"))), handle("Rich Bowen", Facets(authors=("rbowen",)))
    ('mestery', 'rbowen')
    """
    parts = name_words(name)
    if len(parts) < 2:
        return ""
    handles = {parts[-1], parts[0][0] + parts[-1], "".join(parts), f"{parts[0]}{parts[-1][0]}"}
    fitting = [author for author in facets.authors if len(known := name_words(author)) == 1 and known[0] in handles]
    return fitting[0] if len(fitting) == 1 else ""


def _is_short_for(left: Sequence[str], right: Sequence[str]) -> bool:
    """ "Matt Treinish" for "Matthew Treinish": the surname with at most a slip, the given name's beginning."""
    if len(left) < 2 or len(right) < 2 or not alike(left[-1], right[-1]):
        return False
    short, long = sorted((left[0], right[0]), key=len)
    return long.startswith(short[: max(3, len(short) - 1)])


def _apart(names: Iterable[str]) -> tuple[str, ...]:
    """Each person once, by the fullest spelling that is no more than a name."""
    kept: list[str] = []
    for name in sorted(dict.fromkeys(names), key=lambda name: (len(name.split()), name)):
        if not any(same_person(name, other) for other in kept):
            kept.append(name)
    return tuple(kept)
