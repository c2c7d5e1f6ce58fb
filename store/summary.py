"""Which sentences of some passages say most of them: rated, and chosen so that every part has its say. Pure.

Nothing is written here, only picked. A sentence is rated by how much its words have in common with all the others,
by its place in the paragraph, and by whether it holds a number or tells news. What is chosen is worth more the more
events, notes and sections it draws on: each further sentence of the same one adds less.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from store.chatter import REMEMBERED, is_aside, is_chatter, is_personal, leans
from store.model import Hit
from store.quotes import KINDS
from store.terms import SMALL_WORDS, common_stems
from store.text import ADDRESS, sentences, stem, words

PASSAGES = 10
"""From how many passages a summary is drawn: as many as an answer names."""
FEWEST, MOST = 7, 50
"""Words of a sentence that can stand in a summary."""
FURTHEST_BACK = 2
"""How many sentences may have to be quoted before one that leans on them."""
CENTRAL, OPENS, NUMBER, NEWS, SUBSTANCE = 0.5, 1.0, 0.6, 0.4, 0.5
"""What counts for a sentence: words shared with all others (as a share of the most), opening its paragraph (half
as much for the second sentence, and so on), a number, news, words that are not everyday ones."""
SUBSTANTIAL = 8
"""How many words that are not everyday ones a sentence of full substance has."""
FEWEST_OWN = 3
"""With fewer words that are not everyday ones, a sentence about its author says nothing of the matter."""
ASIDE, PERSONAL = 0.3, 0.8
"""What a sentence counts that points elsewhere (and a line that does not end like a sentence), and one that tells of
its author."""
UNDER_TOPIC = 0.4
"""What a sentence counts whose headings are about the topic asked for, but not its own words."""
TELLING = 4
"""How many sentences of a passage tell what it is worth."""
BEGINNING = 0.4
"""How much more the first passage of a note is worth, the second one half of that, and so on."""
LENGTH = 0.25
"""How much a long sentence pays for its length, from 0 (nothing) to 1 (as much as two half as long)."""
SAME = 0.7
"""Sentences that share more than this of the shorter one's words, by what they say, tell the same."""
LETTERS = 0.75
"""The least share of letters and spaces in a sentence; code and tables have fewer."""
TOO_LITTLE = 3
"""With fewer usable sentences there is nothing to choose from."""

_NEWS = re.compile(
    r"\b(?:announc\w+|releas\w+|launch\w+|introduc\w+|present\w+|demo\w*|show(?:ed|cased|n)|spoke|talk\w*|keynotes?"
    r"|session\w*|theme|main|major|biggest|important|key|highlight\w*|focus\w*|first|new|plans?|decid\w+|agree\w+"
    r"|goal|will)\b"
)
_SMALL = frozenset(map(stem, SMALL_WORDS))
_CODE = frozenset("#$>{}<|/*=\\;%&+")
_SENTENCE_END, _CLOSING = tuple(".!?…。！？:"), "\"'”’)]»*_ "

Says = Callable[[str], float]
"""What a stem says (its inverse document frequency), never negative."""
Had = defaultdict[int, float]
"""What was taken so far of each group."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One or more sentences in a row that can stand by themselves.

    ``at`` is the place of their passage among those given, ``rating`` what they tell of the whole, ``says`` what
    their words say together; ``weak`` ones are chosen only where nothing else is left.
    """

    at: int
    start: int
    end: int
    words: int
    rating: float
    stems: frozenset[str]
    says: float
    weak: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What was chosen, best first, from ``passages``: (place among those given, what it adds), best first.

    ``crowd`` is a piece that tells how many were there. ``usable`` counts the sentences there were to choose from.
    """

    pieces: tuple[Piece, ...] = ()
    passages: tuple[tuple[int, float], ...] = ()
    crowd: Piece | None = None
    usable: int = 0

    @property
    def too_little(self) -> bool:
        """Whether there was nothing to choose from."""
        return self.usable < TOO_LITTLE


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the passage at place ``at``; ``nth`` of its paragraph, from 0."""

    at: int
    start: int
    end: int
    text: str
    stems: tuple[str, ...]
    nth: int


def summarise(
    hits: Sequence[Hit],
    says: Says,
    size: int,
    *,
    about: Callable[[str], float] = lambda text: 1.0,
    counts: Callable[[Hit], float] = lambda hit: 1.0,
    crowd: Callable[[str], float] = lambda text: 0.0,
    most: int = PASSAGES,
) -> Summary:
    """The sentences of passages (in reading order) that tell most of them, in at most *size* words.

    *about* gives how much of the topic that is asked for a text holds, *counts* how much a passage counts, both from
    0 (not at all) to 1; *crowd* how well a text tells how many people there were (0 for one that does not), and the
    best of those is in. A smaller summary is the beginning of a larger one. At most *most* passages are drawn on.
    """
    says = cache(says)
    found = _pieces(hits, says, about, [counts(hit) for hit in hits])
    heads = {piece: told for piece in found if (told := crowd(_text(hits, piece)))}
    best = max(heads, key=lambda piece: (heads[piece], piece.rating, -piece.at, -piece.start), default=None)
    passages = _passages(hits, found, most, best.at if best else None)
    admitted = {at for at, _ in passages}
    rest = [piece for piece in found if piece.at in admitted]
    if best:
        rest = [piece for piece in rest if not _repeats(piece, best, counts=piece in heads)]
    ordered = _chosen(hits, rest, says, size - (best.words if best else 0))
    return Summary(tuple(ordered), tuple(passages), best, len(found))


def _text(hits: Sequence[Hit], piece: Piece) -> str:
    return hits[piece.at].passage.text[piece.start : piece.end]


def _pieces(hits: Sequence[Hit], says: Says, about: Callable[[str], float], counts: Sequence[float]) -> list[Piece]:
    every = [sentence for at, hit in enumerate(hits) for sentence in _sentences(at, hit)]
    above = [frozenset((*hit.passage.heading, hit.source.title)) for hit in hits]
    usable = [i for i, sentence in enumerate(every) if _is_usable(sentence, above[sentence.at])]
    central = dict(zip(usable, _centrality([every[i].stems for i in usable], says), strict=True))
    elsewhere = [any(map(is_aside, hit.passage.heading[-1:])) for hit in hits]
    found = []
    for i in usable:
        at = every[i].at
        share = about(every[i].text) or UNDER_TOPIC * about(" ".join(hits[at].passage.heading))
        if share and (reach := _reach(every, i, central)):
            weak = elsewhere[at] or _is_weak(every[i])
            rating = _rating(every[i], central[i]) * (ASIDE if weak else 1) * share * counts[at]
            found.append(_piece(every[slice(*reach)], rating, says, weak=weak))
    return found


def _piece(run: Sequence[_Sentence], rating: float, says: Says, *, weak: bool) -> Piece:
    stems = tuple(dict.fromkeys(s for sentence in run for s in sentence.stems))
    size = sum(len(sentence.text.split()) for sentence in run)
    return Piece(run[0].at, run[0].start, run[-1].end, size, rating, frozenset(stems), sum(map(says, stems)), weak)


def _sentences(at: int, hit: Hit) -> list[_Sentence]:
    text = hit.passage.text
    return [_Sentence(at, start, end, text[start:end], stems, nth) for start, end, stems, nth in _cut(text)]


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[tuple[int, int, tuple[str, ...], int], ...]:
    """Each sentence of a text: where it stands, its stems, and the how manieth of its paragraph it is, from 0."""
    found, nth, before = [], 0, 0
    for start, end in sentences(text):
        nth = 0 if start == 0 or "\n" in text[before:start] else nth + 1
        said = ADDRESS.sub(" ", text[start:end])
        stems = sorted({stem(word) for word in words(said)} - _SMALL)  # in one order: sums of floats depend on it
        found.append((start, end, tuple(stems), nth))
        before = end
    return tuple(found)


def _is_usable(sentence: _Sentence, above: frozenset[str]) -> bool:
    text = sentence.text
    fits = FEWEST <= len(text.split()) <= MOST and len(sentence.stems) >= FEWEST // 2
    return fits and _is_prose(text) and text not in above and not is_chatter(text)


def _is_prose(text: str) -> bool:
    """Words, and not code, a table or a path."""
    return text[0] not in _CODE and sum(map(str.isalpha, text)) + text.count(" ") >= LETTERS * len(text)


def _reach(every: Sequence[_Sentence], i: int, usable: Mapping[int, float]) -> tuple[int, int] | None:
    """From where to where sentences have to be quoted for this one to be understood; None if that cannot be."""
    start, end = i, i + 1
    while leans(every[start].text):
        if not every[start].nth or i - start >= FURTHEST_BACK or start - 1 not in usable:
            return None
        start -= 1
    if every[i].text.rstrip("-–— ").endswith(":"):  # it leads on to what comes after it
        if end == len(every) or every[end].at != every[i].at or not _goes_on(every[end].text):
            return None
        end += 1
    size = sum(len(sentence.text.split()) for sentence in every[start:end])
    return (start, end) if size <= 2 * MOST else None


def _goes_on(text: str) -> bool:
    """Whether a sentence can stand behind a colon and end a quote."""
    return _is_prose(text) and len(text.split()) > FEWEST // 2 and not text.endswith(":") and not is_chatter(text)


def _rating(sentence: _Sentence, central: float) -> float:
    rating = CENTRAL * central + OPENS / (1 + sentence.nth) + _tells(sentence.text)
    rating += SUBSTANCE * min(1.0, _own(sentence) / SUBSTANTIAL)
    return rating * (PERSONAL if is_personal(sentence.text) else 1)


@lru_cache(maxsize=REMEMBERED)
def _tells(text: str) -> float:
    """What a sentence counts for a number and for news in it."""
    return (NUMBER if KINDS["number"].search(text) else 0.0) + (NEWS if _NEWS.search(text.lower()) else 0.0)


def _is_weak(sentence: _Sentence) -> bool:
    """An aside, a line that does not end like a sentence, or nothing but how its author felt."""
    text = sentence.text
    if is_aside(text) or not text.rstrip(_CLOSING).endswith(_SENTENCE_END):
        return True
    return _own(sentence) < FEWEST_OWN and is_personal(text)


def _own(sentence: _Sentence) -> int:
    """How many of its words are not everyday ones."""
    return len(sentence.stems) - len(common_stems().intersection(sentence.stems))


def _centrality(sets: Sequence[Sequence[str]], says: Says) -> list[float]:
    """Each sentence's likeness (cosine) to all the others, as a share of the greatest.

    The sum of a vector's products with all vectors is its product with their sum, so that no pair is looked at.
    """
    weights = {s: says(s) for stems in sets for s in stems}
    lengths = [math.sqrt(sum([weights[s] ** 2 for s in stems])) or 1.0 for stems in sets]
    whole = dict.fromkeys(weights, 0.0)
    for stems, length in zip(sets, lengths, strict=True):
        for s in stems:
            whole[s] += weights[s] / length
    products = [sum([weights[s] * whole[s] for s in stems]) for stems in sets]
    degrees = [max(0.0, product / length - 1) for product, length in zip(products, lengths, strict=True)]
    most = max(degrees, default=0.0) or 1.0
    return [degree / most for degree in degrees]


def _repeats(piece: Piece, crowd: Piece, *, counts: bool) -> bool:
    """Whether a piece is the one that tells how many there were, or (if it *counts*) counts the same people."""
    numbers = {s for s in piece.stems & crowd.stems if s[0].isdigit()}
    return _overlap(piece, crowd) or (counts and bool(numbers))


def _groups(hits: Sequence[Hit]) -> list[tuple[int, ...]]:
    """What a summary is to draw on evenly, as numbers: each passage's event, note and section."""
    numbers: dict[tuple[object, ...], int] = {}
    return [
        tuple(
            numbers.setdefault(group, len(numbers))
            for group in (
                ("event", hit.source.event or hit.source.file),
                ("note", hit.source.file),
                ("section", hit.source.file, hit.passage.heading),
            )
        )
        for hit in hits
    ]


def _passages(hits: Sequence[Hit], found: Sequence[Piece], most: int, needed: int | None) -> list[tuple[int, float]]:
    """The passages to draw on, best first, each with what it adds; *needed* is one of them in any case."""
    ratings: defaultdict[int, list[float]] = defaultdict(list)
    for piece in found:
        ratings[piece.at].append(piece.rating)
    places, groups = _places(hits), _groups(hits)
    worth = {at: sum(sorted(v)[-TELLING:]) * (1 + BEGINNING / (1 + places[at])) for at, v in ratings.items()}
    had = Had(float)
    taken: list[tuple[int, float]] = []
    while worth and len(taken) < most:
        rest = [needed] if needed in worth and len(taken) == most - 1 else worth
        adds = {at: _adds(groups[at], worth[at], had) + math.sqrt(worth[at]) for at in rest if at is not None}
        best = max(adds, key=lambda at: (adds[at], -at))
        _add(groups[best], worth.pop(best), had)
        taken.append((best, adds[best]))
    return taken


def _places(hits: Sequence[Hit]) -> list[int]:
    """The how manieth of its note each passage is, from 0."""
    seen: Counter[str] = Counter()
    places = []
    for hit in hits:
        places.append(seen[hit.source.file])
        seen[hit.source.file] += 1
    return places


def _chosen(hits: Sequence[Hit], pieces: Sequence[Piece], says: Says, size: int) -> list[Piece]:
    """Pieces, best first and weak ones last, until they make *size* words; the first one in any case."""
    groups, had = _groups(hits), Had(float)
    chosen: list[Piece] = []
    left = size
    for weak in (False, True):
        pool = [p for p in pieces if p.weak == weak and not any(_repeated(p, one, says) for one in chosen)]
        while pool:
            best = max(pool, key=lambda p: (_adds(groups[p.at], p.rating, had) / p.words**LENGTH, -p.at, -p.start))
            if best.words > left and chosen:
                return chosen
            chosen.append(best)
            left -= best.words
            _add(groups[best.at], best.rating, had)
            pool = [p for p in pool if not _repeated(p, best, says)]
    return chosen


def _repeated(one: Piece, other: Piece, says: Says) -> bool:
    return _overlap(one, other) or _same(one, other, says)


def _adds(groups: Sequence[int], worth: float, had: Had) -> float:
    """What something adds to its groups: the square root of what they have grows slower the more it is."""
    return sum([math.sqrt(had[group] + worth) - math.sqrt(had[group]) for group in groups])


def _add(groups: Sequence[int], worth: float, had: Had) -> None:
    for group in groups:
        had[group] += worth


def _overlap(one: Piece, other: Piece) -> bool:
    return one.at == other.at and one.start < other.end and other.start < one.end


def _same(one: Piece, other: Piece, says: Says) -> bool:
    shared = one.stems & other.stems
    return bool(shared) and sum(map(says, sorted(shared))) > SAME * min(one.says, other.says)
