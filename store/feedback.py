"""Words that the best passages share: what a description is about without its own words saying so."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from store.terms import SMALL_WORDS, Lexicon
from store.text import stem

WORDS, PASSAGES = 20, 2
"""How many words are taken, and in how many of the best passages one stands at least."""
SHORTEST = 3
"""Letters of a stem that may tell a topic."""


def shared(best: Sequence[tuple[Sequence[str], float]], asked: Collection[str], lexicon: Lexicon) -> dict[str, float]:
    """The stems that tell most of the best passages, with shares that add up to 1; *asked* ones are left out.

    *best* holds the stems of each passage and its score.
    """
    average = sum(len(body) for body, _ in best) / max(1, len(best)) or 1.0
    told: defaultdict[str, float] = defaultdict(float)
    held: Counter[str] = Counter()
    for body, score in best:
        for word, count in Counter(body).items():
            told[word] += score * count / (count + 1 + len(body) / average)
            held[word] += 1
    able = [s for s in told if held[s] >= PASSAGES and s not in asked and _tells(s)]
    weights = {s: told[s] * _rarity(lexicon.count(s), lexicon.passages) for s in able}
    chosen = sorted(weights, key=lambda s: (-weights[s], s))[:WORDS]
    total = sum(weights[s] for s in chosen)
    return {s: weights[s] / total for s in chosen}


def shares(weights: Mapping[str, float], body: Sequence[str], norm: float) -> float:
    """How much of shared words a passage speaks of, 0 to 1; *norm* is what its length counts."""
    found = {s: body.count(s) for s in weights.keys() & set(body)}
    return sum(weights[s] * count / (count + norm) for s, count in found.items())


def _tells(stem: str) -> bool:
    return len(stem) >= SHORTEST and not stem.isdigit() and stem not in _small_stems()


def _rarity(held: int, passages: int) -> float:
    return math.log(1 + (passages - held + 0.5) / (held + 0.5))


@cache
def _small_stems() -> frozenset[str]:
    return frozenset(map(stem, SMALL_WORDS))
