"""Everyday words that stand for one another, for questions that put it differently from the notes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from store.terms import Form, Lexicon, Term
from store.text import stem, words

SYNONYM = 0.7
"""What a word counts that only stands for the one that was typed."""
LONGEST = 3
"""Words of the longest entry."""

Stems = tuple[str, ...]


def widened(terms: Sequence[Term], lexicon: Lexicon, fixed: Callable[[Term], bool]) -> list[Term]:
    """Terms that may also be put in the words that stand for theirs; those that are *fixed* only as they are.

    Neighbours that stand for something together ("job cuts") become one term.
    """
    wide: list[Term] = []
    left = list(terms)
    while left:
        used = next(n for n in range(min(LONGEST, len(left)), 0, -1) if n == 1 or _together(left[:n], fixed))
        wide.append(_widened(left[:used], lexicon, fixed))
        del left[:used]
    return wide


def _together(run: Sequence[Term], fixed: Callable[[Term], bool]) -> bool:
    return not any(map(fixed, run)) and _stems(run) in _others()


def _widened(run: Sequence[Term], lexicon: Lexicon, fixed: Callable[[Term], bool]) -> Term:
    if fixed(run[0]):
        return run[0]
    own = run[0].forms if len(run) == 1 else tuple(_standing([_stems(run)], lexicon))
    others = _standing(_others().get(_stems(run), ()), lexicon)
    said = {form.stems for form in own}
    synonyms = (replace(form, weight=SYNONYM) for form in others if form.stems not in said)
    weight = max(term.weight for term in run)
    return Term(" ".join(term.typed for term in run), (*own, *synonyms), weight, run[0].correction)


def _stems(run: Sequence[Term]) -> Stems:
    return tuple(stem(word) for term in run for word in term.typed.split())


def _standing(entries: Sequence[Stems], lexicon: Lexicon) -> Iterator[Form]:
    return (Form(stems) for stems in entries if all(map(lexicon.count, stems)))


def entries() -> list[list[str]]:
    """The groups of words that stand for one another, as they are written down."""
    told = files("store").joinpath("data", "synonyms.txt").read_text(encoding="utf-8").splitlines()
    return [line.split("; ") for line in told if line and not line.startswith("#")]


@cache
def _others() -> Mapping[Stems, Sequence[Stems]]:
    """What else each entry may be put as, by its stems."""
    found: defaultdict[Stems, dict[Stems, None]] = defaultdict(dict)
    for group in entries():
        put = [tuple(map(stem, words(entry))) for entry in group]
        for one in put:
            found[one] |= {other: None for other in put if other != one}
    return {one: tuple(others) for one, others in found.items()}
