"""How good an order of documents is, and how sure one can be that one engine is ahead of another."""

import math
import random
from collections.abc import Mapping, Sequence
from statistics import fmean

DEPTH = 10
"""How many documents of an order count."""
SAMPLES = 1000
"""How many samples a bootstrap draws."""


def ndcg(order: Sequence[str], relevant: Mapping[str, float]) -> float:
    """Discounted gain of the first ten, as a share of the best order's; a document's gain is its relevance.

    >>> ndcg(["b", "a"], {"a": 1}), round(ndcg(["b", "a"], {"a": 1, "b": 1}), 3)
    (0.6309297535714575, 1.0)
    """
    ideal = _gain(sorted(relevant.values(), reverse=True)[:DEPTH])
    return _gain([relevant.get(id, 0.0) for id in order[:DEPTH]]) / ideal if ideal else 0.0


def _gain(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def recall(order: Sequence[str], relevant: Mapping[str, float]) -> float:
    """The share of the relevant documents among the first ten."""
    return len(set(order[:DEPTH]) & relevant.keys()) / len(relevant) if relevant else 0.0


def reciprocal_rank(order: Sequence[str], relevant: Mapping[str, float]) -> float:
    """One by the place of the first relevant document among the first ten, 0 without one."""
    return next((1 / place for place, id in enumerate(order[:DEPTH], 1) if id in relevant), 0.0)


METRICS = {"ndcg": ndcg, "recall": recall, "mrr": reciprocal_rank}


def macro(values: Mapping[str, Sequence[float]]) -> float:
    """The mean over groups of the mean in each, so that a large one counts no more than a small one."""
    return fmean(fmean(group) for group in values.values() if group)


def ratio(ours: Mapping[str, Sequence[float]], theirs: Mapping[str, Sequence[float]], seed: int = 1) -> list[float]:
    """How many times as good we are, with the ends of the 95 % interval: ``[ratio, low, high]``.

    Both hold one figure a query by collection, in the same order: whole queries are drawn (a paired bootstrap),
    inside each collection.
    """
    random_ = random.Random(seed)
    drawn = []
    for _ in range(SAMPLES):
        picks = {name: random_.choices(range(len(group)), k=len(group)) for name, group in ours.items() if group}
        drawn.append(_over(_picked(ours, picks), _picked(theirs, picks)))
    drawn.sort()
    ends = drawn[round(0.025 * SAMPLES)], drawn[round(0.975 * SAMPLES) - 1]
    return [_over(macro(ours), macro(theirs)), *ends]


def _picked(values: Mapping[str, Sequence[float]], picks: Mapping[str, Sequence[int]]) -> float:
    return macro({name: [values[name][i] for i in chosen] for name, chosen in picks.items()})


def _over(a: float, b: float) -> float:
    return a / b if b else math.inf


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least *share* (0 to 1) of the values do not exceed.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95)
    (2, 4)
    """
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def latency(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {"median_ms": 1000 * percentile(seconds, 0.5), "p95_ms": 1000 * percentile(seconds, 0.95)}
