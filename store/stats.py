"""How Recap was used, from the figures of answers; of words only those that are kept anyway."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from store.journal import AHEAD, DAY, Journal
from store.terms import SMALL_WORDS, common_stems
from store.text import stem, words

MOST_ROWS = 200_000
SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Stats:
    """``days`` are (ISO date, questions), each day of the time looked at, the first one first.

    ``median`` and ``late`` are the milliseconds that half and 95 of 100 answers took at most; ``topics`` are
    (word, questions), the most asked for first.
    """

    days: tuple[tuple[str, int], ...]
    questions: int
    answered: int
    median: int
    late: int
    topics: tuple[tuple[str, int], ...]


def stats(journal: Journal, now: float, days: int = 14, most: int = 10) -> Stats:
    """What happened in the last *days* days (UTC), this one included."""
    first = (now // DAY - days + 1) * DAY
    sql = "select at, ms, refused from answers where at between ? and ? order by at desc limit ?"
    rows = journal.db.execute(sql, [first, now + AHEAD, MOST_ROWS]).fetchall()
    asked = Counter(at // DAY for at, _, _ in rows)
    counts = ((_date(first + day * DAY), asked[first // DAY + day]) for day in range(days))
    took = sorted(ms for _, ms, _ in rows)
    answered = sum(not refused for *_, refused in rows)
    texts = [text for (text,) in journal.db.execute("select text from shown where at >= ? limit ?", [first, MOST_ROWS])]
    return Stats(
        tuple(counts), len(rows), answered, quantile(took, 0.5), quantile(took, 0.95), tuple(_topics(texts, most))
    )


def quantile(ordered: Sequence[int], share: float) -> int:
    """The value that *share* (0 to 1) of the ordered ones do not exceed; 0 for none.

    >>> quantile([1, 2, 3, 100], 0.5), quantile([1, 2, 3, 100], 0.95), quantile([], 0.5)
    (2, 100, 0)
    """
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)] if ordered else 0


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _topics(texts: Sequence[str], most: int) -> list[tuple[str, int]]:
    """The words that most questions have, each as it is written most often."""
    idle = {stem(word) for word in SMALL_WORDS} | common_stems()
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for found, word in {stem(word): word for word in words(text) if len(word) >= SHORTEST}.items():
            if found not in idle:
                written[found][word] += 1
    ranked = sorted(written.values(), key=lambda forms: (-forms.total(), forms.most_common(1)[0][0]))
    return [(forms.most_common(1)[0][0], forms.total()) for forms in ranked[:most]]
